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
