//! What a landed cost is computed from. Amounts are minor units of the request's currency.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::hs::HsCode;
use super::reason::Reason;
use crate::clock::Day;
use crate::country::{Country, Origin};
use crate::money::Currency;

/// A place as far as rules look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Country.
    pub country: Country,
    /// State, province or region: a code (`QC`) or what a buyer typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// A place within the country that its general rules do not hold for, by name: only rules that name its region or postal code do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<String>,
}

impl Location {
    /// A country alone.
    pub fn country(country: Country) -> Self {
        Self { country, region: None, postal_code: None, outside: None }
    }
}

/// Whom the goods go to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BuyerKind {
    /// A private person.
    #[default]
    Consumer,
    /// A business (one with a tax id).
    Business,
}

/// Which rate holds when a code is too short to decide between several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortCodePolicy {
    /// The one that makes the least duty.
    Lowest,
    /// The mean of all.
    Average,
    /// The one that makes the most duty: the seller never pays on top.
    #[default]
    Highest,
}

/// Everything a landed cost depends on besides rule book, tariff and rates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostRequest {
    /// Currency of all amounts and of the result.
    pub currency: Currency,
    /// The day whose rules hold.
    pub day: Day,
    /// Where the goods go.
    pub ship_to: Location,
    /// Whom they go to.
    #[serde(default)]
    pub buyer: BuyerKind,
    /// Optional regimes that the seller is registered in, by name: `IOSS`.
    #[serde(default)]
    pub registered: Vec<String>,
    /// What a short HS code means.
    #[serde(default)]
    pub short_code: ShortCodePolicy,
    /// Freight of all consignments together, spread over all lines.
    #[serde(default)]
    pub freight: i64,
    /// Insurance of all consignments together, spread over all lines.
    #[serde(default)]
    pub insurance: i64,
    /// A discount on everything (not negative), spread over all lines by value.
    #[serde(default)]
    pub discount: i64,
    /// What could not be made out when the request was read: codes, origins, places. Each makes the result an estimate. `None` in
    /// requests that were kept before readers said so; those are computed as they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubts: Option<Vec<Reason>>,
    /// What is declared together: one per supplier or place of dispatch.
    pub consignments: Vec<Consignment>,
}

/// Goods that are sent and declared together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consignment {
    /// Who sends it; only to tell consignments apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
    /// Where it is sent from.
    pub ship_from: Location,
    /// Freight of this consignment alone, beside its part of the common one.
    #[serde(default)]
    pub freight: i64,
    /// Insurance of this consignment alone.
    #[serde(default)]
    pub insurance: i64,
    /// A discount on this consignment alone (not negative).
    #[serde(default)]
    pub discount: i64,
    /// Parcels; 0 counts as 1.
    #[serde(default)]
    pub parcels: u32,
    /// Its lines; none negative.
    pub lines: Vec<Line>,
}

/// Goods of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// How the caller calls the line: the position in its list.
    pub position: u32,
    /// What buyers call it.
    pub description: String,
    /// Price of all pieces together, before discounts.
    pub amount: i64,
    /// Pieces.
    pub quantity: Decimal,
    /// Commodity code, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hs: Option<HsCode>,
    /// Where the goods were made, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Weight of all pieces together in grams, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grams: Option<Decimal>,
}
