//! Shipping options of a store from its rate table: zones, services, weight bands.
//!
//! What a consignment weighs is in `weight`, what a table may not hold in `check`.

mod check;
mod embargo;
mod weight;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::cart::Cart;
use crate::country::Country;
use crate::money::{Currency, Money, MoneyError};

pub use check::{TableError, TableProblem};
pub use embargo::{CHECKED as EMBARGOES_CHECKED, EmbargoedPlace, NoEmbargo};
pub use weight::{CartonSize, Package};

/// Rates of a store. Part of its settings, imported from TOML or JSON; prices are in the store's currency and may be
/// written as numbers or texts. Use only after [`ShippingTable::check`].
///
/// ```toml
/// volumetric_divisor = 5000
/// [[zones]]
/// name = "Europe"
/// countries = ["DE", "FR"]
/// [[zones.services]]
/// code = "USPS_PRIORITY_MAIL_INTERNATIONAL"
/// name = "Priority Mail International"
/// days = [6, 10]
/// bands = [{ up_to_grams = 500, price = "24.50" }, { up_to_grams = 2000, price = "39.00" }]
/// per_extra_kg = "9.80"
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShippingTable {
    /// Cubic centimetres that are billed as one kilogram, e.g. 5000; absent: size does not matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volumetric_divisor: Option<Decimal>,
    /// Weight of one piece for lines that give none, in grams; absent: they weigh nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_item_weight_grams: Option<i64>,
    /// Groups of countries with the same rates.
    pub zones: Vec<Zone>,
}

/// Countries with the same rates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Zone {
    /// For the merchant.
    pub name: String,
    /// Its countries; empty: every country that no other zone names.
    pub countries: Vec<Country>,
    /// Ways to ship there.
    pub services: Vec<Service>,
}

/// One way to ship.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// Service level code (checkout protocol §6): `USPS_PRIORITY_MAIL_INTERNATIONAL`. Others are allowed.
    pub code: String,
    /// Name shown to the buyer; the code when empty.
    pub name: String,
    /// Fewest and most days on the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<(u16, u16)>,
    /// Prices by weight, ascending.
    pub bands: Vec<Band>,
    /// Price of every started kilogram beyond the last band; absent: nothing heavier is carried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_extra_kg: Option<Decimal>,
}

/// Price up to a weight. Both keys must be given: a forgotten price would ship for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Heaviest consignment of the band, in grams.
    pub up_to_grams: i64,
    /// Its price.
    pub price: Decimal,
}

/// What a buyer can choose, and what a quote and an order keep of the choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingOption {
    /// Service level code.
    pub id: String,
    /// Name shown to the buyer.
    pub name: String,
    /// What it costs.
    pub price: Money,
    /// Fewest and most days on the way.
    #[serde(default)]
    pub days: Option<(u16, u16)>,
}

/// Why there is no option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoShipping {
    /// The store does not ship to the country.
    #[error("the store does not ship to this country")]
    NotServiced,
    /// No service carries so much.
    #[error("no service carries {grams} g")]
    TooHeavy {
        /// Billable weight.
        grams: i64,
    },
    /// A price could not be computed.
    #[error(transparent)]
    Amount(#[from] MoneyError),
}

/// Whether a courier has anything to carry.
pub fn needs_shipping(cart: &Cart) -> bool {
    cart.shippable().next().is_some()
}

/// Every service that carries the cart to `destination`, cheapest first, then by name.
///
/// The price is that of the weight, plus the cart's domestic charge unless the store shows it as a line of its own
/// (`domestic_as_line`; the caller then adds that line). The cart's override replaces the whole price when the cart is
/// `trusted`, that is, was made with the store's secret. Each price is rounded once.
///
/// A cart with nothing to ship has no options wherever the buyer lives; whether the store sells there is not asked here.
pub fn options(
    table: &ShippingTable,
    currency: Currency,
    destination: Country,
    no_ship: &[Country],
    cart: &Cart,
    trusted: bool,
    domestic_as_line: bool,
) -> Result<Vec<ShippingOption>, NoShipping> {
    if !needs_shipping(cart) {
        return Ok(Vec::new());
    }
    if no_ship.contains(&destination) {
        return Err(NoShipping::NotServiced);
    }
    let zone = table.zone_for(destination).filter(|zone| !zone.services.is_empty()).ok_or(NoShipping::NotServiced)?;
    let grams = Package::of(cart, table).billable_grams();
    let fixed = cart.shipping_amount_override.filter(|amount| trusted && *amount >= Decimal::ZERO);
    let domestic = cart.domestic_shipping_charge.filter(|_| !domestic_as_line).unwrap_or_default();

    let mut options = Vec::with_capacity(zone.services.len());
    for service in &zone.services {
        let Some(rate) = service.rate(grams)? else { continue };
        let exact = match fixed {
            Some(amount) => amount,
            None => rate.checked_add(domestic).ok_or(MoneyError::OutOfRange)?,
        };
        let name = if service.name.trim().is_empty() { &service.code } else { &service.name };
        options.push(ShippingOption {
            id: service.code.clone(),
            name: name.clone(),
            price: Money::from_decimal(exact, currency)?,
            days: service.days,
        });
    }
    if options.is_empty() {
        return Err(NoShipping::TooHeavy { grams });
    }
    options.sort_by(|a, b| (a.price.minor, &a.name, &a.id).cmp(&(b.price.minor, &b.name, &b.id)));
    Ok(options)
}

impl ShippingTable {
    /// The zone that names the country, else the one for everywhere else.
    pub fn zone_for(&self, country: Country) -> Option<&Zone> {
        let naming = self.zones.iter().find(|zone| zone.countries.contains(&country));
        naming.or_else(|| self.zones.iter().find(|zone| zone.countries.is_empty()))
    }
}

impl Service {
    /// Exact price of this weight; `None` when the service does not carry it.
    fn rate(&self, grams: i64) -> Result<Option<Decimal>, MoneyError> {
        if let Some(band) = self.bands.iter().find(|band| grams <= band.up_to_grams) {
            return Ok(Some(band.price));
        }
        let (Some(last), Some(per_kg)) = (self.bands.last(), self.per_extra_kg) else { return Ok(None) };
        let extra_kg = (Decimal::from(grams) - Decimal::from(last.up_to_grams)) / Decimal::ONE_THOUSAND;
        let extra = extra_kg.ceil().checked_mul(per_kg).ok_or(MoneyError::OutOfRange)?;
        last.price.checked_add(extra).map(Some).ok_or(MoneyError::OutOfRange)
    }
}

#[cfg(test)]
mod tests;
