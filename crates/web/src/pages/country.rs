//! Destinations as the country lists of pages show them.

use crossdock_app::App;
use crossdock_app::checkout::session::CheckoutSession;
use crossdock_domain::country::Country;

use crate::render::contexts::CountryOption;

fn option(country: Country) -> CountryOption {
    CountryOption::new(country, country.name())
}

/// Where the store ships this cart.
pub(super) fn serviced(app: &App, checkout_session: &CheckoutSession) -> Vec<CountryOption> {
    Country::all()
        .filter(|country| app.checkout().sessions().ships_to(checkout_session, *country))
        .map(option)
        .collect()
}

/// Every country, for bill-to addresses.
pub(super) fn every() -> Vec<CountryOption> {
    Country::all().map(option).collect()
}
