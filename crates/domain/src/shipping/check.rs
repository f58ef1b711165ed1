//! Finds every mistake of a rate table before a buyer does.

use std::collections::{HashMap, HashSet};
use std::fmt;

use rust_decimal::Decimal;

use crate::country::Country;
use crate::shipping::{Service, ShippingTable};

/// One mistake and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableError {
    /// Name of the zone, or its number (`#2`) when it has no name; `None` for keys of the table itself.
    pub zone: Option<String>,
    /// Code of the service, or its number within the zone.
    pub service: Option<String>,
    /// Key that holds the mistake.
    pub field: &'static str,
    /// What is wrong.
    pub problem: TableProblem,
}

/// What can be wrong with a rate table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableProblem {
    /// A number that must be greater than zero.
    #[error("must be greater than zero")]
    NotPositive,
    /// A price below zero.
    #[error("{0} is negative")]
    Negative(Decimal),
    /// A list or text that must not be empty.
    #[error("is empty")]
    Empty,
    /// A second zone without countries.
    #[error("is empty, but zone {0:?} already takes every other country")]
    SecondCatchAll(String),
    /// A country of another zone, or listed twice.
    #[error("{country} is already in zone {zone:?}")]
    CountryTwice {
        /// The country.
        country: Country,
        /// Where it stands first.
        zone: String,
    },
    /// A service that the zone already has.
    #[error("is used twice in this zone")]
    ServiceTwice,
    /// A band that does not reach beyond the one before.
    #[error("band up to {1} g follows band up to {0} g; bands must ascend")]
    BandsNotAscending(i64, i64),
    /// A heavier parcel that costs less.
    #[error("{1} follows {0}; a heavier band must not be cheaper")]
    PriceFalls(Decimal, Decimal),
    /// More days at least than at most.
    #[error("at least {0} days, at most {1}")]
    DaysReversed(u16, u16),
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(zone) = &self.zone {
            write!(f, "zone {zone:?}, ")?;
        }
        if let Some(service) = &self.service {
            write!(f, "service {service:?}, ")?;
        }
        write!(f, "{}: {}", self.field, self.problem)
    }
}

impl std::error::Error for TableError {}

impl ShippingTable {
    /// Every mistake of the table, in its own order.
    pub fn check(&self) -> Result<(), Vec<TableError>> {
        let mut found = Vec::new();
        let mut of_table = |field, problem| found.push(TableError { zone: None, service: None, field, problem });
        if self.volumetric_divisor.is_some_and(|divisor| divisor <= Decimal::ZERO) {
            of_table("volumetric_divisor", TableProblem::NotPositive);
        }
        if self.default_item_weight_grams.is_some_and(|grams| grams <= 0) {
            of_table("default_item_weight_grams", TableProblem::NotPositive);
        }

        let mut zone_of: HashMap<Country, String> = HashMap::new();
        let mut catch_all: Option<String> = None;
        for (index, zone) in self.zones.iter().enumerate() {
            let label = label(&zone.name, index);
            let mut of_zone = |service: Option<&str>, field, problem| {
                let service = service.map(str::to_owned);
                found.push(TableError { zone: Some(label.clone()), service, field, problem });
            };
            if zone.countries.is_empty() {
                match &catch_all {
                    Some(first) => of_zone(None, "countries", TableProblem::SecondCatchAll(first.clone())),
                    None => catch_all = Some(label.clone()),
                }
            }
            for country in &zone.countries {
                if let Some(first) = zone_of.get(country) {
                    let problem = TableProblem::CountryTwice { country: *country, zone: first.clone() };
                    of_zone(None, "countries", problem);
                } else {
                    zone_of.insert(*country, label.clone());
                }
            }
            if zone.services.is_empty() {
                of_zone(None, "services", TableProblem::Empty);
            }
            let mut codes = HashSet::new();
            for (index, service) in zone.services.iter().enumerate() {
                let name = self::label(&service.code, index);
                let code = service.code.trim();
                if code.is_empty() {
                    of_zone(Some(&name), "code", TableProblem::Empty);
                } else if !codes.insert(code) {
                    of_zone(Some(&name), "code", TableProblem::ServiceTwice);
                }
                service.check(|field, problem| of_zone(Some(&name), field, problem));
            }
        }
        if found.is_empty() { Ok(()) } else { Err(found) }
    }
}

impl Service {
    fn check(&self, mut report: impl FnMut(&'static str, TableProblem)) {
        if let Some((min, max)) = self.days
            && min > max
        {
            report("days", TableProblem::DaysReversed(min, max));
        }
        if self.bands.is_empty() {
            report("bands", TableProblem::Empty);
        }
        for band in &self.bands {
            if band.up_to_grams <= 0 {
                report("bands.up_to_grams", TableProblem::NotPositive);
            }
            if band.price < Decimal::ZERO {
                report("bands.price", TableProblem::Negative(band.price));
            }
        }
        for pair in self.bands.windows(2) {
            if pair[1].up_to_grams <= pair[0].up_to_grams {
                report("bands.up_to_grams", TableProblem::BandsNotAscending(pair[0].up_to_grams, pair[1].up_to_grams));
            } else if pair[1].price < pair[0].price {
                report("bands.price", TableProblem::PriceFalls(pair[0].price, pair[1].price));
            }
        }
        if let Some(price) = self.per_extra_kg
            && price < Decimal::ZERO
        {
            report("per_extra_kg", TableProblem::Negative(price));
        }
    }
}

/// What messages call a zone or service: its name, or its number.
fn label(name: &str, index: usize) -> String {
    let name = name.trim();
    if name.is_empty() { format!("#{}", index + 1) } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(json: &str) -> Vec<String> {
        let table: ShippingTable = serde_json::from_str(json).expect(json);
        table.check().err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    fn zone(name: &str, countries: &str, services: &str) -> String {
        format!(r#"{{"name": "{name}", "countries": [{countries}], "services": [{services}]}}"#)
    }

    const GOOD: &str = r#"{"code": "UPS_SAVER", "bands": [{"up_to_grams": 500, "price": 10}]}"#;

    #[test]
    fn good_tables_and_empty_ones_pass() {
        assert_eq!(ShippingTable::default().check(), Ok(()));
        let zones = [zone("Europe", r#""DE", "FR""#, GOOD), zone("Rest", "", GOOD)].join(",");
        assert_eq!(mistakes(&format!(r#"{{"volumetric_divisor": 5000, "zones": [{zones}]}}"#)), [""; 0]);
    }

    #[test]
    fn mistakes_of_the_table_itself_are_found() {
        assert_eq!(
            mistakes(r#"{"volumetric_divisor": 0, "default_item_weight_grams": -1}"#),
            ["volumetric_divisor: must be greater than zero", "default_item_weight_grams: must be greater than zero"]
        );
    }

    #[test]
    fn every_mistake_of_zones_is_found_and_named() {
        let zones = [
            zone("Europe", r#""DE", "FR", "DE""#, GOOD),
            zone("Rest", "", GOOD),
            zone("", r#""FR""#, ""),
            zone("Others", "", GOOD),
        ];
        assert_eq!(
            mistakes(&format!(r#"{{"zones": [{}]}}"#, zones.join(","))),
            [
                r#"zone "Europe", countries: DE is already in zone "Europe""#,
                r##"zone "#3", countries: FR is already in zone "Europe""##,
                r##"zone "#3", services: is empty"##,
                r#"zone "Others", countries: is empty, but zone "Rest" already takes every other country"#,
            ]
        );
    }

    #[test]
    fn every_mistake_of_services_is_found_and_named() {
        let services = r#"
            {"code": "A", "days": [5, 2], "per_extra_kg": -1},
            {"code": " ", "bands": [{"up_to_grams": 0, "price": "-0.50"}]},
            {"code": "A", "bands": [{"up_to_grams": 500, "price": 1}, {"up_to_grams": 500, "price": 2}]},
            {"code": "B", "bands": [{"up_to_grams": 500, "price": 2}, {"up_to_grams": 900, "price": "1.50"}]}"#;
        assert_eq!(
            mistakes(&format!(r#"{{"zones": [{}]}}"#, zone("Rest", "", services))),
            [
                r#"zone "Rest", service "A", days: at least 5 days, at most 2"#,
                r#"zone "Rest", service "A", bands: is empty"#,
                r#"zone "Rest", service "A", per_extra_kg: -1 is negative"#,
                r##"zone "Rest", service "#2", code: is empty"##,
                r##"zone "Rest", service "#2", bands.up_to_grams: must be greater than zero"##,
                r##"zone "Rest", service "#2", bands.price: -0.50 is negative"##,
                r#"zone "Rest", service "A", code: is used twice in this zone"#,
                r#"zone "Rest", service "A", bands.up_to_grams: band up to 500 g follows band up to 500 g; bands must ascend"#,
                r#"zone "Rest", service "B", bands.price: 1.50 follows 2; a heavier band must not be cheaper"#,
            ]
        );
    }

    #[test]
    fn the_same_service_may_stand_in_two_zones() {
        let zones = [zone("Europe", r#""DE""#, GOOD), zone("Rest", "", GOOD)].join(",");
        assert_eq!(mistakes(&format!(r#"{{"zones": [{zones}]}}"#)), [""; 0]);
    }
}
