//! What the steps of the cascade hand on to each other: lines and consignments on their way, and exact arithmetic that names
//! what went wrong.

use rust_decimal::Decimal;

use super::answer::{CollectedBy, ComponentKind};
use super::book::{Confidence, Destination, DutyTable, Regime, RoundTo, Rule, RuleHeader};
use super::rates::Rates;
use super::reason::Reason;
use super::request::{Consignment, CostRequest, Line};
use crate::clock::Day;
use crate::country::Country;
use crate::money::{Currency, Money, MoneyError};

/// Why no landed cost can be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LandedCostError {
    /// Nothing to compute.
    #[error("there are no lines")]
    NoLines,
    /// The book has no rules for the destination.
    #[error("there are no landed-cost rules for {0}; duty and tax are paid on delivery there")]
    NoRules(Country),
    /// The country's rules do not hold for a place within it, and the book has none for the place.
    #[error("there are no landed-cost rules for {place} ({country}); duty and tax are paid on delivery there")]
    NoRulesInPlace {
        /// The country.
        country: Country,
        /// The place's name.
        place: String,
    },
    /// It has, but none that hold on this day.
    #[error("the rules for {territory} do not reach back to {day}")]
    NoRulesOn {
        /// Territory.
        territory: String,
        /// The day.
        day: Day,
    },
    /// No exchange rate.
    #[error("there is no exchange rate between {0} and {1}; import one with `crossdock rates import`")]
    NoRate(Currency, Currency),
    /// A number that must not be negative.
    #[error("{field} must not be negative{}", line.map_or(String::new(), |n| format!(" (line {})", n + 1)))]
    Negative {
        /// Which one.
        field: &'static str,
        /// Position of the line.
        line: Option<u32>,
    },
    /// Beyond what can be computed.
    #[error("amount out of range")]
    OutOfRange,
}

impl From<MoneyError> for LandedCostError {
    fn from(_: MoneyError) -> Self {
        Self::OutOfRange
    }
}

pub(super) type CostResult<T> = Result<T, LandedCostError>;

pub(super) fn mul(a: Decimal, b: Decimal) -> CostResult<Decimal> {
    a.checked_mul(b).ok_or(LandedCostError::OutOfRange)
}

pub(super) fn div(a: Decimal, b: Decimal) -> CostResult<Decimal> {
    a.checked_div(b).ok_or(LandedCostError::OutOfRange)
}

pub(super) fn add(a: Decimal, b: Decimal) -> CostResult<Decimal> {
    a.checked_add(b).ok_or(LandedCostError::OutOfRange)
}

pub(super) fn sum(parts: impl IntoIterator<Item = Decimal>) -> CostResult<Decimal> {
    parts.into_iter().try_fold(Decimal::ZERO, add)
}

pub(super) fn percent_of(base: Decimal, percent: Decimal) -> CostResult<Decimal> {
    mul(base, mul(percent, Decimal::new(1, 2))?)
}

/// What all steps look at.
pub(super) struct Calculation<'a> {
    pub(super) request: &'a CostRequest,
    pub(super) destination: Destination<'a>,
    pub(super) tariff: Option<&'a DutyTable>,
    pub(super) rates: Option<&'a Rates>,
    /// The destination's currency.
    pub(super) currency: Currency,
    /// The destination's region, as rules name it.
    pub(super) region: Option<String>,
    pub(super) reasons: Vec<Reason>,
}

impl Calculation<'_> {
    pub(super) fn convert(&self, amount: Decimal, from: Currency, to: Currency) -> CostResult<Decimal> {
        if from == to {
            return Ok(amount);
        }
        self.rates.and_then(|rates| rates.convert(amount, from, to)).ok_or(LandedCostError::NoRate(from, to))
    }

    /// An amount of the request in the destination's currency, exact.
    pub(super) fn to_customs(&self, minor: i64) -> CostResult<Decimal> {
        self.convert(self.cart_decimal(minor), self.request.currency, self.currency)
    }

    pub(super) fn cart_decimal(&self, minor: i64) -> Decimal {
        Money::new(minor, self.request.currency).to_decimal()
    }

    /// Notes that a rule was used.
    pub(super) fn uses(&mut self, applies: &RuleHeader) {
        if applies.confidence == Confidence::Estimate {
            self.reasons.push(Reason::EstimatedRule { rule: applies.id.clone() });
        }
    }

    pub(super) fn cent(&self, amount: Decimal, round: RoundTo) -> CostResult<Decimal> {
        round.apply(amount, self.currency).ok_or(LandedCostError::OutOfRange)
    }
}

/// A component before the exchange.
pub(super) struct ComponentDraft {
    pub(super) kind: ComponentKind,
    pub(super) name: String,
    pub(super) rule: String,
    pub(super) note: Option<String>,
    pub(super) base: Decimal,
    pub(super) rate: String,
    pub(super) amount: Decimal,
    pub(super) collected: CollectedBy,
}

/// A line on its way through the cascade; amounts in the destination's currency unless called minor.
pub(super) struct LineCalculation<'a> {
    pub(super) line: &'a Line,
    /// Place of the line among all of the request by what it says: breaks ties without looking at positions.
    pub(super) rank: u64,
    pub(super) goods_minor: i64,
    pub(super) freight_minor: i64,
    pub(super) insurance_minor: i64,
    pub(super) goods: Decimal,
    pub(super) freight: Decimal,
    pub(super) insurance: Decimal,
    pub(super) customs_value: Decimal,
    pub(super) duty: Decimal,
    /// Part of the fees that belong to the tax base.
    pub(super) fees_in_base: Decimal,
    pub(super) tax: Decimal,
    pub(super) drafts: Vec<ComponentDraft>,
}

impl<'a> LineCalculation<'a> {
    pub(super) fn new(line: &'a Line, rank: u64) -> Self {
        Self {
            line,
            rank,
            goods_minor: line.amount,
            freight_minor: 0,
            insurance_minor: 0,
            goods: Decimal::ZERO,
            freight: Decimal::ZERO,
            insurance: Decimal::ZERO,
            customs_value: Decimal::ZERO,
            duty: Decimal::ZERO,
            fees_in_base: Decimal::ZERO,
            tax: Decimal::ZERO,
            drafts: Vec::new(),
        }
    }

    pub(super) fn by_value(&self) -> (i128, u64) {
        (i128::from(self.goods_minor), self.rank)
    }
}

/// A consignment on its way.
pub(super) struct ConsignmentCalculation<'a> {
    pub(super) consignment: &'a Consignment,
    pub(super) lines: Vec<LineCalculation<'a>>,
    pub(super) regime: Option<&'a Rule<Regime>>,
    pub(super) includes_freight: bool,
    pub(super) drafts: Vec<ComponentDraft>,
}

impl ConsignmentCalculation<'_> {
    pub(super) fn total(&self, of: impl Fn(&LineCalculation<'_>) -> Decimal) -> CostResult<Decimal> {
        sum(self.lines.iter().map(of))
    }

    pub(super) fn goods_minor(&self) -> CostResult<i64> {
        total_minor(self.lines.iter().map(|line| line.goods_minor))
    }

    /// Customs value before any rounding, in the request's currency.
    pub(super) fn customs_value_minor(&self) -> CostResult<i64> {
        let freight = self.lines.iter().map(|line| line.freight_minor + line.insurance_minor);
        let freight = if self.includes_freight { total_minor(freight)? } else { 0 };
        self.goods_minor()?.checked_add(freight).ok_or(LandedCostError::OutOfRange)
    }

    /// The dearest single piece in the request's currency.
    pub(super) fn dearest_item(&self, work: &Calculation<'_>) -> CostResult<Decimal> {
        self.lines.iter().try_fold(Decimal::ZERO, |most, line| {
            let pieces = line.line.quantity.max(Decimal::ONE);
            Ok(most.max(div(work.cart_decimal(line.goods_minor), pieces)?))
        })
    }
}

pub(super) fn total_minor(parts: impl IntoIterator<Item = i64>) -> CostResult<i64> {
    parts.into_iter().try_fold(0_i64, i64::checked_add).ok_or(LandedCostError::OutOfRange)
}
