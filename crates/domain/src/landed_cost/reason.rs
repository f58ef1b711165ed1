//! Why a quote is only an estimate, in words, and what would make it exact.

use serde::{Deserialize, Serialize};

use super::hs::HsCode;
use crate::clock::Day;

/// Whether duty and tax are what the law says, or a good guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// Every rule that was used is exact and nothing was missing.
    Exact,
    /// See the reasons.
    Estimate,
}

/// One reason. Lines are named by their position in the request, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// The line has no commodity code.
    HsMissing {
        /// Position.
        line: u32,
    },
    /// The code of the line was not understood.
    HsUnread {
        /// Position.
        line: u32,
        /// What was given, and why it is no code.
        why: String,
    },
    /// The code is too short to tell the rate.
    HsShort {
        /// Position.
        line: u32,
        /// The code.
        code: HsCode,
    },
    /// No origin, and there are rates that depend on it.
    OriginMissing {
        /// Position.
        line: u32,
    },
    /// The origin of the line was not understood.
    OriginUnread {
        /// Position.
        line: u32,
        /// What was given, and why it is no origin.
        why: String,
    },
    /// The origin is the European Union, and the rate depends on the member state.
    OriginWide {
        /// Position.
        line: u32,
    },
    /// A rate per weight, and no weight.
    WeightMissing {
        /// Position.
        line: u32,
        /// The rule that needs it.
        rule: String,
    },
    /// A rate per a unit that carts do not tell (litres, square metres).
    UnitUnknown {
        /// Position.
        line: u32,
        /// The rule that needs it.
        rule: String,
    },
    /// The rule itself is an estimate.
    EstimatedRule {
        /// Its id.
        rule: String,
    },
    /// No duty rule holds for the line; it was computed with none.
    NoDutyRule {
        /// Position.
        line: u32,
    },
    /// The line needs a licence or certificate.
    Restricted {
        /// Position.
        line: u32,
        /// The rule that says so.
        rule: String,
        /// Its words.
        reason: String,
    },
    /// The region of the address was not understood, and rules depend on it.
    RegionUnread {
        /// What was given.
        region: String,
    },
    /// The address names no region, and rules depend on it.
    RegionMissing,
    /// The postal code of the address was not understood, and rules depend on it.
    PostalCodeUnread {
        /// What was given.
        postal_code: String,
    },
    /// Region and postal code name different places. The postal code was believed.
    RegionContradicts {
        /// What was given as the region.
        region: String,
        /// What was given as the postal code.
        postal_code: String,
    },
    /// The exchange rates are more than four days old.
    OldRates {
        /// Of which day they are.
        day: Day,
    },
}

impl Reason {
    /// The line it is about, if it is about one.
    pub fn line(&self) -> Option<u32> {
        match self {
            Self::HsMissing { line }
            | Self::HsUnread { line, .. }
            | Self::HsShort { line, .. }
            | Self::OriginMissing { line }
            | Self::OriginUnread { line, .. }
            | Self::OriginWide { line }
            | Self::WeightMissing { line, .. }
            | Self::UnitUnknown { line, .. }
            | Self::NoDutyRule { line }
            | Self::Restricted { line, .. } => Some(*line),
            Self::EstimatedRule { .. }
            | Self::RegionUnread { .. }
            | Self::RegionMissing
            | Self::PostalCodeUnread { .. }
            | Self::RegionContradicts { .. }
            | Self::OldRates { .. } => None,
        }
    }

    /// What is wrong and what would make it exact. Lines are counted from 1 here, as people do.
    pub fn text(&self) -> String {
        let n = self.line().map_or(0, |line| line + 1);
        match self {
            Self::HsMissing { .. } => {
                format!("line {n} has no HS code; give one of at least 6 digits")
            }
            Self::HsUnread { why, .. } => format!("line {n}: {why}"),
            Self::HsShort { code, .. } => {
                format!(
                    "line {n}: the HS code {code} is too short to tell the rate; give at least 6 digits, better 8 to 10"
                )
            }
            Self::OriginMissing { .. } => {
                format!("line {n} has no country of origin, and the rate depends on it; give countryOfOrigin")
            }
            Self::OriginUnread { why, .. } => format!("line {n}: country of origin: {why}"),
            Self::OriginWide { .. } => {
                format!(
                    "line {n}: the origin EU does not name the member state, and the rate depends on it; give its code"
                )
            }
            Self::WeightMissing { rule, .. } => {
                format!("line {n}: the duty of rule {rule} is charged by weight; give the weight")
            }
            Self::UnitUnknown { rule, .. } => {
                format!("line {n}: rule {rule} charges by litre or square metre, which a cart cannot tell")
            }
            Self::EstimatedRule { rule } => {
                format!("rule {rule} is a typical rate, not a verified one; import the tariff of the destination")
            }
            Self::NoDutyRule { .. } => {
                format!("line {n}: no duty rule holds for it; import the tariff of the destination")
            }
            Self::Restricted { reason, .. } => format!("line {n} may need papers: {reason}"),
            Self::RegionUnread { region } => {
                format!(
                    "the region {region:?} is unknown, and the rules depend on it; give its ISO 3166-2 code or the postal code"
                )
            }
            Self::RegionMissing => {
                "the address names no region, and the rules depend on it; give region or postalCode".to_owned()
            }
            Self::PostalCodeUnread { postal_code } => {
                format!(
                    "{postal_code:?} does not look like a postal code of the destination, and the rules depend on it"
                )
            }
            Self::RegionContradicts { region, postal_code } => format!(
                "the region {region:?} does not go with the postal code {postal_code:?}; the postal code was believed"
            ),
            Self::OldRates { day } => format!("the exchange rates are of {day}; import newer ones"),
        }
    }
}
