//! Duty, import tax and fees as pages show them: sums first, then how they came about.

use crossdock_domain::landed_cost::{Component, ComponentKind, LandedCost, Precision, Reason};
use crossdock_domain::money::{Currency, Money, MoneyError};
use crossdock_domain::quote::Quote;
use rust_decimal::Decimal;
use serde::Serialize;

use super::cart::Price;

/// Duty, tax and fees of a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportCharges {
    /// Import duty.
    pub duty: Money,
    /// Import taxes.
    pub tax: Money,
    /// Fees that the buyer pays; nothing when there are none.
    pub fees: Option<Money>,
    /// All of it.
    pub total: Money,
    /// What the law says, not a guess.
    pub exact: bool,
    /// How it was worked out, line by line; fees of a parcel have no line.
    pub parts: Vec<ChargePart>,
    /// What the buyer should know besides.
    pub reasons: Vec<String>,
    /// The same total of the order in the buyer's own currency, with the day of the rate.
    pub foreign: Option<ForeignSum>,
}

/// A line of the cart, or the parcel as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChargePart {
    /// What is bought; nothing for the parcel.
    pub name: Option<String>,
    /// Its duty, taxes and fees.
    pub rows: Vec<ChargeLine>,
}

/// One amount and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChargeLine {
    /// `duty`, `tax`, `fee`.
    pub kind: &'static str,
    /// What it is called there: `VAT`.
    pub name: String,
    /// `12 %`.
    pub rate: String,
    /// What the rate was applied to, in the destination's currency; nothing for amounts per piece or parcel.
    pub base: Option<Price>,
    /// In the store's currency.
    pub amount: Money,
    /// Words of the rule.
    pub note: Option<String>,
}

/// A sum in the buyer's own currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForeignSum {
    /// About what the card statement will say.
    pub total: Money,
    /// The day of the exchange rate, `2026-11-20`.
    pub day: String,
}

/// Goods that must not be sent there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProhibitedLine {
    /// What is bought.
    pub name: String,
    /// Why.
    pub reason: String,
}

impl ImportCharges {
    /// What a quote says about duty and tax; `None` when it was not worked out, or when nothing crosses a border.
    pub fn of(quote: &Quote) -> Result<Option<Self>, MoneyError> {
        let (Some(stored), Some(total)) = (&quote.landed_cost, quote.quoted_duty_taxes()) else { return Ok(None) };
        let cost = &stored.cost;
        let fees = cost
            .totals
            .fees
            .checked_add(Money::new(-quote.absorbed_fees.map_or(0, |fees| fees.minor), cost.totals.fees.currency))?;
        Ok(Some(Self {
            duty: cost.totals.duty,
            tax: cost.totals.tax,
            fees: (fees.minor != 0).then_some(fees),
            total,
            exact: cost.precision == Precision::Exact,
            parts: parts(cost, quote.absorbed_fees.is_some()),
            reasons: reasons(cost),
            foreign: quote
                .foreign
                .as_ref()
                .map(|foreign| ForeignSum { total: foreign.totals.grand, day: foreign.day.to_string() }),
        }))
    }
}

fn parts(cost: &LandedCost, fees_absorbed: bool) -> Vec<ChargePart> {
    let shown = |component: &&Component| component.kind != ComponentKind::Fee || !fees_absorbed;
    let row = |component: &Component| row(cost, component);
    let mut parts = Vec::new();
    for consignment in &cost.consignments {
        for line in &consignment.lines {
            let rows = line.components.iter().filter(shown).map(row).collect();
            parts.push(ChargePart { name: Some(line.description.clone()), rows });
        }
        parts.push(ChargePart { name: None, rows: consignment.components.iter().filter(shown).map(row).collect() });
    }
    parts.retain(|part| !part.rows.is_empty());
    parts
}

fn row(cost: &LandedCost, component: &Component) -> ChargeLine {
    // A percentage is of something; an amount per parcel is not.
    let of_value = component.rate.contains('%');
    let currency = cost.customs_currency;
    ChargeLine {
        kind: component.kind.code(),
        name: component.name.clone(),
        rate: component.rate.clone(),
        base: of_value.then(|| Price::new(component.base.round_dp(currency.exponent()), currency)),
        amount: component.charged,
        note: component.note.clone(),
    }
}

/// What concerns the buyer: goods that may need papers. What would make an estimate exact is the shop's business, and is told
/// by `crossdock rules explain`.
fn reasons(cost: &LandedCost) -> Vec<String> {
    let papers = cost.reasons.iter().filter(|reason| matches!(reason, Reason::Restricted { .. }));
    papers.map(Reason::text).collect()
}

impl Price {
    /// An exact amount.
    pub(super) const fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency }
    }
}
