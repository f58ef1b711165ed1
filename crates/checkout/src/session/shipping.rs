//! Shipping options for a passage.

use crossdock_domain::country::Country;
use crossdock_domain::money::Money;
use crossdock_domain::shipping::{self, NoShipping, ShippingOption};

use crate::session::Passage;
use crate::{CheckoutError, Sessions, Step};

impl Sessions<'_> {
    /// Countries that a passage may choose: served by a zone and not excluded; every country when nothing is shipped.
    pub fn ships_to(self, passage: &Passage, country: Country) -> bool {
        let settings = &passage.store.settings;
        !settings.no_ship_countries.contains(&country)
            && (!shipping::needs_shipping(&passage.cart.cart) || settings.shipping.zone_for(country).is_some())
    }

    /// The options for the entered address, cheapest first; empty when nothing needs shipping.
    pub fn shipping_options(self, passage: &Passage) -> Result<Vec<ShippingOption>, CheckoutError> {
        let address = passage.document().ship_to.as_ref().ok_or(CheckoutError::StepMissing(Step::Address))?;
        let settings = &passage.store.settings;
        if settings.no_ship_countries.contains(&address.country) {
            return Err(NoShipping::NotServiced.into());
        }
        Ok(shipping::options(
            &settings.shipping,
            passage.store.currency,
            address.country,
            &settings.no_ship_countries,
            &passage.cart.cart,
            passage.cart.trusted,
            settings.domestic_charge_as_line,
        )?)
    }

    /// The domestic leg, when the store shows it as its own line.
    pub fn domestic_charge(self, passage: &Passage) -> Result<Option<Money>, CheckoutError> {
        let cart = &passage.cart.cart;
        let as_line = passage.store.settings.domestic_charge_as_line && shipping::needs_shipping(cart);
        // The override stands for the whole shipping; how the charge is shown must not change the total.
        let overridden = passage.cart.trusted && cart.shipping_amount_override.is_some();
        let charge = cart.domestic_shipping_charge.filter(|charge| as_line && !overridden && !charge.is_zero());
        Ok(charge.map(|charge| Money::from_decimal(charge, passage.store.currency)).transpose()?)
    }

    /// The buyer chooses an option by its id.
    pub async fn choose_shipping(self, passage: Passage, id: &str) -> Result<Passage, CheckoutError> {
        if !self.shipping_options(&passage)?.iter().any(|option| option.id == id) {
            return Err(CheckoutError::ShippingNotOffered);
        }
        let id = id.to_owned();
        self.change(passage, move |document| {
            document.shipping = Some(id.clone());
            document.quote = None;
        })
        .await
    }
}
