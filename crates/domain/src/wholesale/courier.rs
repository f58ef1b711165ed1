//! Couriers: where they go, what they carry, what that costs.

use serde::{Deserialize, Serialize};

use super::account::PaymentKind;
use super::geo::Coordinates;
use super::ids::CourierId;
use super::price::{EVERY_GROUP, Vat};
use crate::country::Country;
use crate::money::{Currency, Money, MoneyError};

/// A courier of a wholesaler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Courier {
    /// Number within the wholesaler.
    pub id: CourierId,
    /// Shown name.
    pub name: String,
    /// Whether orders can choose it.
    pub active: bool,
    /// The rest.
    pub settings: CourierSettings,
}

/// What a courier does; one JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CourierSettings {
    /// Region shown to shops.
    pub region: String,
    /// Address of a tracking page; the number goes where `%s` stands, else to the end (customer protocol §4.4).
    pub tracking_url: String,
    /// Delivers to pickup points only.
    pub pickup_points: bool,
    /// Gives one number to the whole consignment.
    pub shipping_number: bool,
    /// Gives a number to each parcel.
    pub package_number: bool,
    /// Ways of paying it can handle.
    pub payment_kinds: Vec<PaymentKind>,
    /// Tax on its prices.
    pub vat: Vat,
    /// What collecting costs, net, on top; by group.
    pub collection_fees: Vec<ZonePrice>,
    /// Orders behind this hour leave a day later.
    pub cut_off_hour: Option<u8>,
    /// Where it goes; the first zone that holds an address counts.
    pub zones: Vec<CourierZone>,
}

impl Default for CourierSettings {
    fn default() -> Self {
        Self {
            region: String::new(),
            tracking_url: String::new(),
            pickup_points: false,
            shipping_number: true,
            package_number: true,
            payment_kinds: PaymentKind::ALL.to_vec(),
            vat: Vat::percent(rust_decimal::Decimal::from_parts(23, 0, 0, false, 0)),
            collection_fees: Vec::new(),
            cut_off_hour: None,
            zones: Vec::new(),
        }
    }
}

/// A zone with its weight bands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourierZone {
    /// For people.
    #[serde(default)]
    pub name: String,
    /// Its countries.
    pub countries: Vec<Country>,
    /// Beginnings of postal codes, without blanks and hyphens; empty for the whole countries.
    #[serde(default)]
    pub postal_prefixes: Vec<String>,
    /// Days on the road.
    pub delivery_days: i64,
    /// What is carried, and for how much.
    pub bands: Vec<WeightBand>,
}

/// Prices up to a weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightBand {
    /// Grams of the whole order, this weight included.
    pub up_to_grams: i64,
    /// Prices by group and way of paying.
    pub prices: Vec<ZonePrice>,
}

/// A price for some accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZonePrice {
    /// Price group, or [`EVERY_GROUP`].
    pub group: String,
    /// Only with this way of paying.
    #[serde(default)]
    pub payment: Option<PaymentKind>,
    /// Net, in minor units of the wholesaler's currency.
    pub net: i64,
}

/// What a courier asks for one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CourierOffer {
    /// Carrying, net.
    pub net: Money,
    /// Carrying, gross.
    pub gross: Money,
    /// Collecting from the recipient, net; zero unless it is asked for.
    pub collection_net: Money,
    /// The same, gross.
    pub collection_gross: Money,
    /// Tax on all of it.
    pub vat: Vat,
    /// Days on the road.
    pub delivery_days: i64,
}

/// A place where parcels can be picked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickupPoint {
    /// Whose.
    pub courier: CourierId,
    /// `pickupPointId`: the courier's own code.
    pub id: String,
    /// Shown name.
    pub name: String,
    /// How to find it.
    #[serde(default)]
    pub description: String,
    /// Street and number.
    pub street: String,
    /// Postal code.
    pub zip: String,
    /// City.
    pub city: String,
    /// Country.
    pub country: Country,
    /// Where it is.
    pub place: Coordinates,
    /// Whether it takes parcels.
    pub active: bool,
    /// Whether it takes money.
    #[serde(default)]
    pub collects: bool,
}

/// Postal code without blanks and hyphens, in capitals.
fn bare(zip: &str) -> String {
    zip.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
}

impl CourierZone {
    /// Whether an address lies in the zone.
    pub fn holds(&self, country: Country, zip: &str) -> bool {
        let zip = bare(zip);
        self.countries.contains(&country)
            && (self.postal_prefixes.is_empty() || self.postal_prefixes.iter().any(|p| zip.starts_with(&bare(p))))
    }
}

/// The price that fits best: an own group before everybody's, a way of paying that is named before any.
fn pick(prices: &[ZonePrice], group: &str, payment: Option<PaymentKind>) -> Option<i64> {
    let fits = |price: &&ZonePrice| {
        (price.group == group || price.group == EVERY_GROUP)
            && match (price.payment, payment) {
                (Some(named), Some(wanted)) => named == wanted,
                (_, None) | (None, Some(_)) => true,
            }
    };
    // While the way of paying is open, the general price is told; failing that, the lowest.
    let rank = |price: &&ZonePrice| {
        let named = match payment {
            Some(_) => price.payment.is_none(),
            None => price.payment.is_some(),
        };
        (price.group != group, named, price.net)
    };
    prices.iter().filter(fits).min_by_key(rank).map(|price| price.net)
}

impl Courier {
    /// What it asks for an order of this weight to this address; `None` when it does not carry it.
    pub fn offer(
        &self,
        (country, zip): (Country, &str),
        grams: i64,
        group: &str,
        payment: Option<PaymentKind>,
        currency: Currency,
    ) -> Result<Option<CourierOffer>, MoneyError> {
        let settings = &self.settings;
        if !self.active || payment.is_some_and(|kind| !settings.payment_kinds.contains(&kind)) {
            return Ok(None);
        }
        let Some(zone) = settings.zones.iter().find(|zone| zone.holds(country, zip)) else { return Ok(None) };
        let band = zone.bands.iter().filter(|band| grams <= band.up_to_grams).min_by_key(|band| band.up_to_grams);
        let Some(net) = band.and_then(|band| pick(&band.prices, group, payment)) else { return Ok(None) };
        let collection = if payment == Some(PaymentKind::CashOnDelivery) {
            pick(&settings.collection_fees, group, payment).unwrap_or(0)
        } else {
            0
        };
        let (net, collection_net) = (Money::new(net, currency), Money::new(collection, currency));
        Ok(Some(CourierOffer {
            net,
            gross: settings.vat.gross(net)?,
            collection_net,
            collection_gross: settings.vat.gross(collection_net)?,
            vat: settings.vat,
            delivery_days: zone.delivery_days,
        }))
    }

    /// Whether it goes to a country at all.
    pub fn serves(&self, country: Country) -> bool {
        self.settings.zones.iter().any(|zone| zone.countries.contains(&country))
    }

    /// What is wrong with the settings, in words for staff.
    pub fn problem(&self) -> Option<String> {
        if self.id.0 < 1 {
            return Some("a courier's number is above 0".to_owned());
        }
        if self.name.trim().is_empty() || self.name.chars().count() > 200 {
            return Some("a courier's name has 1 to 200 characters".to_owned());
        }
        let url = &self.settings.tracking_url;
        let web = |url: &str| url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !url.is_empty() && !web(&url.replace("%s", "1")) {
            return Some(format!("tracking_url {url:?} is no web address"));
        }
        if self.settings.cut_off_hour.is_some_and(|hour| hour > 23) {
            return Some("cut_off_hour is between 0 and 23".to_owned());
        }
        for zone in &self.settings.zones {
            let name = &zone.name;
            if zone.countries.is_empty() || zone.bands.is_empty() || !(0..=365).contains(&zone.delivery_days) {
                return Some(format!("zone {name:?} needs countries, bands, and 0 to 365 delivery_days"));
            }
            if zone.bands.iter().any(|b| b.up_to_grams < 1 || b.prices.is_empty() || b.prices.iter().any(|p| p.net < 0))
            {
                return Some(format!("zone {name:?}: a band needs a weight above 0 and prices that are not negative"));
            }
        }
        None
    }
}

/// The tracking page of a consignment: the number where `%s` stands, else at the end; empty without template or number.
pub fn tracking_link(template: &str, number: &str) -> String {
    if template.is_empty() || number.is_empty() {
        return String::new();
    }
    let number: String =
        url::form_urlencoded::byte_serialize(number.as_bytes()).collect::<String>().replace('+', "%20");
    if template.contains("%s") { template.replace("%s", &number) } else { format!("{template}{number}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> Country {
        Country::from_code(code).expect(code)
    }

    fn price(group: &str, payment: Option<PaymentKind>, net: i64) -> ZonePrice {
        ZonePrice { group: group.to_owned(), payment, net }
    }

    fn courier() -> Courier {
        let zone = |name: &str, code: &str, prefixes: &[&str], days, net| CourierZone {
            name: name.to_owned(),
            countries: vec![country(code)],
            postal_prefixes: prefixes.iter().map(|p| (*p).to_owned()).collect(),
            delivery_days: days,
            bands: vec![
                WeightBand { up_to_grams: 30_000, prices: vec![price("*", None, net * 2)] },
                WeightBand {
                    up_to_grams: 1000,
                    prices: vec![
                        price("*", None, net),
                        price("gold", None, net - 100),
                        price("*", Some(PaymentKind::CashOnDelivery), net + 50),
                    ],
                },
            ],
        };
        Courier {
            id: CourierId(51),
            name: "DPD".to_owned(),
            active: true,
            settings: CourierSettings {
                zones: vec![zone("islands", "PL", &["72-6"], 3, 2000), zone("land", "PL", &[], 1, 1000)],
                collection_fees: vec![price("*", None, 300)],
                payment_kinds: vec![PaymentKind::Prepaid, PaymentKind::CashOnDelivery],
                ..CourierSettings::default()
            },
        }
    }

    fn net(zip: &str, grams: i64, group: &str, payment: Option<PaymentKind>) -> Option<(i64, i64, i64)> {
        let pln = "PLN".parse().expect("PLN");
        let offer = courier().offer((country("PL"), zip), grams, group, payment, pln).expect("in range")?;
        Some((offer.net.minor, offer.collection_net.minor, offer.delivery_days))
    }

    #[test]
    fn zone_band_group_and_payment_decide_the_price() {
        assert_eq!(net("00-950", 1000, "x", None), Some((1000, 0, 1)));
        assert_eq!(net("00-950", 1001, "x", None), Some((2000, 0, 1)));
        assert_eq!(net("72-600", 1, "x", None), Some((2000, 0, 3)));
        assert_eq!(net("00950", 1, "gold", None), Some((900, 0, 1)));
        assert_eq!(net("00950", 1, "x", Some(PaymentKind::CashOnDelivery)), Some((1050, 300, 1)));
        assert_eq!(net("00950", 1, "gold", Some(PaymentKind::CashOnDelivery)), Some((900, 300, 1)));
        assert_eq!(net("00950", 30_001, "x", None), None, "too heavy");
        assert_eq!(net("00950", 1, "x", Some(PaymentKind::Tradecredit)), None);
        let pln = "PLN".parse().expect("PLN");
        assert_eq!(courier().offer((country("DE"), "10115"), 1, "x", None, pln), Ok(None));
    }

    #[test]
    fn tracking_links_place_or_append_the_number() {
        assert_eq!(tracking_link("https://t.example/?p=%s&l=pl", "AB 1&2"), "https://t.example/?p=AB%201%262&l=pl");
        assert_eq!(tracking_link("https://t.example/", "AB1"), "https://t.example/AB1");
        assert_eq!(tracking_link("", "AB1"), "");
        assert_eq!(tracking_link("https://t.example/", ""), "");
    }
}
