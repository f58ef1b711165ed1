//! Shipping options for a passage.

use crossdock_domain::country::Country;
use crossdock_domain::landed_cost::Location;
use crossdock_domain::money::Money;
use crossdock_domain::shipping::{self, NoShipping, ShippingOption};

use crate::session::CheckoutSession;
use crate::{CheckoutError, Sessions, Step};

impl Sessions<'_> {
    /// Countries that a passage may choose: served by a zone and not excluded; every country when nothing is shipped.
    pub fn ships_to(self, checkout_session: &CheckoutSession, country: Country) -> bool {
        let settings = &checkout_session.store.settings;
        settings.closed_to(&Location::country(country)).is_none()
            && (!shipping::needs_shipping(&checkout_session.cart.cart) || settings.shipping.zone_for(country).is_some())
    }

    /// The options for the entered address, cheapest first; empty when nothing needs shipping.
    pub fn shipping_options(self, checkout_session: &CheckoutSession) -> Result<Vec<ShippingOption>, CheckoutError> {
        let address = checkout_session.document().ship_to.as_ref().ok_or(CheckoutError::StepMissing(Step::Address))?;
        let settings = &checkout_session.store.settings;
        if settings.closed_to(&Location::of_address(address)).is_some() {
            return Err(NoShipping::NotServiced.into());
        }
        Ok(shipping::options(
            &settings.shipping,
            checkout_session.store.currency,
            address.country,
            &settings.no_ship_countries,
            &checkout_session.cart.cart,
            checkout_session.cart.trusted,
            settings.domestic_charge_as_line,
        )?)
    }

    /// The domestic leg, when the store shows it as its own line.
    pub fn domestic_charge(self, checkout_session: &CheckoutSession) -> Result<Option<Money>, CheckoutError> {
        let cart = &checkout_session.cart.cart;
        let as_line = checkout_session.store.settings.domestic_charge_as_line && shipping::needs_shipping(cart);
        // The override stands for the whole shipping; how the charge is shown must not change the total.
        let overridden = checkout_session.cart.trusted && cart.shipping_amount_override.is_some();
        let charge = cart.domestic_shipping_charge.filter(|charge| as_line && !overridden && !charge.is_zero());
        Ok(charge.map(|charge| Money::from_decimal(charge, checkout_session.store.currency)).transpose()?)
    }

    /// The buyer chooses an option by its id.
    pub async fn choose_shipping(
        self,
        checkout_session: CheckoutSession,
        id: &str,
    ) -> Result<CheckoutSession, CheckoutError> {
        if !self.shipping_options(&checkout_session)?.iter().any(|option| option.id == id) {
            return Err(CheckoutError::ShippingNotOffered);
        }
        let id = id.to_owned();
        self.change(checkout_session, move |document| {
            document.shipping = Some(id.clone());
            document.quote = None;
        })
        .await
    }
}
