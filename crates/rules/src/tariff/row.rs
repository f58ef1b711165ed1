//! A row of a tariff as it is stored; short keys, because there are tens of thousands.

use crossdock_domain::clock::Day;
use crossdock_domain::country::Country;
use crossdock_domain::landed_cost::HsCode;
use crossdock_domain::landed_cost::book::{CompoundRate, SpecificUnit};
use crossdock_domain::money::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An amount per unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmountPer {
    /// Amount.
    #[serde(rename = "a")]
    pub amount: Decimal,
    /// Its currency; `None`: the territory's.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Per what.
    #[serde(rename = "u")]
    pub unit: SpecificUnit,
}

/// A bound; both parts are added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// Percent of the customs value.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub ad_valorem: Option<Decimal>,
    /// Per unit.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub specific: Option<AmountPer>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TariffRow {
    /// Its line in the file.
    #[serde(rename = "l")]
    pub line: u64,
    /// The prefix it holds for.
    #[serde(rename = "h")]
    pub hs: HsCode,
    /// Origins; none: every one.
    #[serde(rename = "o", default, skip_serializing_if = "Vec::is_empty")]
    pub origin: Vec<Country>,
    /// Percent of the customs value.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub ad_valorem: Option<Decimal>,
    /// Per unit.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub specific: Option<AmountPer>,
    /// How the two go together.
    #[serde(rename = "x", default, skip_serializing_if = "is_sum")]
    pub combine: CompoundRate,
    /// At least.
    #[serde(rename = "min", default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Limit>,
    /// At most.
    #[serde(rename = "max", default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Limit>,
    /// A preference.
    #[serde(rename = "f", default, skip_serializing_if = "is_false")]
    pub preferential: bool,
    /// First day.
    #[serde(rename = "from", default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Day>,
    /// Last day.
    #[serde(rename = "to", default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Day>,
    /// Words for people.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_sum(combine: &CompoundRate) -> bool {
    *combine == CompoundRate::Sum
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_false(flag: &bool) -> bool {
    !flag
}
