//! The last step: one exchange, and the sums.

use rust_decimal::Decimal;

use super::answer::{Component, ComponentKind, ConsignmentCost, CostTotals, Exchange, LandedCost, LineCost, Refusal};
use super::calculation::{
    Calculation, ComponentDraft, ConsignmentCalculation, CostResult, LandedCostError, sum, total_minor,
};
use super::rates::Rates;
use super::reason::{Precision, Reason};
use crate::money::{Currency, Money};

/// Days after which rates are called old: a long weekend is not.
pub const RATES_ARE_FRESH_DAYS: i32 = 4;

/// The answer, in the currency of the request.
pub(super) fn finish(
    mut work: Calculation<'_>,
    consignments: Vec<ConsignmentCalculation<'_>>,
    refused: Vec<Refusal>,
) -> CostResult<LandedCost> {
    let (request, currency) = (work.request, work.currency);
    let exchange = exchange(&mut work)?;
    let money = |minor| Money::new(minor, request.currency);
    let mut answers = Vec::with_capacity(consignments.len());
    let (mut items, mut shipping) = (money(0), money(0));
    for consignment in consignments {
        let goods = consignment.total(|line| line.goods)?;
        let customs_value = consignment.total(|line| line.customs_value)?;
        let mut lines = Vec::with_capacity(consignment.lines.len());
        for line in consignment.lines {
            items = items.checked_add(money(line.goods_minor))?;
            shipping = shipping.checked_add(money(line.freight_minor))?.checked_add(money(line.insurance_minor))?;
            lines.push(LineCost {
                position: line.line.position,
                description: line.line.description.clone(),
                goods: money(line.goods_minor),
                freight: money(line.freight_minor),
                insurance: money(line.insurance_minor),
                customs_value: shown(line.customs_value),
                components: components(&work, line.drafts)?,
            });
        }
        answers.push(ConsignmentCost {
            supplier: consignment.consignment.supplier.clone(),
            ship_from: consignment.consignment.ship_from.country,
            regime: consignment.regime.map(|regime| regime.says.name.clone()),
            goods: shown(goods),
            customs_value: shown(customs_value),
            lines,
            components: components(&work, consignment.drafts)?,
        });
    }
    let mut reasons = work.reasons;
    without_echoes(&mut reasons);
    let precision = if reasons.is_empty() { Precision::Exact } else { Precision::Estimate };
    let mut cost = LandedCost {
        territory: work.destination.own.id.clone(),
        customs_currency: currency,
        exchange,
        consignments: answers,
        totals: CostTotals { items, shipping, duty: money(0), tax: money(0), fees: money(0) },
        precision,
        reasons,
        refused,
    };
    let total = |cost: &mut LandedCost, kind| settle(cost, kind, request.currency, work.rates);
    cost.totals.duty = total(&mut cost, ComponentKind::Duty)?;
    cost.totals.tax = total(&mut cost, ComponentKind::Tax)?;
    cost.totals.fees = total(&mut cost, ComponentKind::Fee)?;
    cost.totals.grand()?;
    Ok(cost)
}

fn exchange(work: &mut Calculation<'_>) -> CostResult<Option<Exchange>> {
    let (from, to) = (work.request.currency, work.currency);
    if from == to {
        return Ok(None);
    }
    let missing = LandedCostError::NoRate(from, to);
    let rates = work.rates.ok_or(missing.clone())?;
    let rate = rates.rate(from, to).ok_or(missing)?.round_dp(10).normalize();
    let origin = rates.origin_between(from, to);
    if work.request.day.days_since(origin.day) > RATES_ARE_FRESH_DAYS {
        work.reasons.push(Reason::OldRates { day: origin.day });
    }
    Ok(Some(Exchange { rate, source: origin.source, day: origin.day }))
}

/// As many decimals as anybody wants to see.
fn shown(exact: Decimal) -> Decimal {
    exact.round_dp(8).normalize()
}

fn components(work: &Calculation<'_>, drafts: Vec<ComponentDraft>) -> CostResult<Vec<Component>> {
    let charged = |amount| {
        let exact = work.convert(amount, work.currency, work.request.currency)?;
        Ok::<_, LandedCostError>(Money::from_decimal(exact, work.request.currency)?)
    };
    let component = |draft: ComponentDraft| {
        Ok(Component {
            kind: draft.kind,
            charged: charged(draft.amount)?,
            name: draft.name,
            rule: draft.rule,
            base: shown(draft.base),
            rate: draft.rate,
            amount: draft.amount.normalize(),
            collected: draft.collected,
            note: draft.note,
        })
    };
    drafts.into_iter().map(component).collect()
}

/// The sum of a kind is converted as a whole; what rounding line by line left over goes to the largest component.
fn settle(cost: &mut LandedCost, kind: ComponentKind, currency: Currency, rates: Option<&Rates>) -> CostResult<Money> {
    let of_kind = |cost: &LandedCost| -> Vec<(Decimal, i64)> {
        cost.components().filter(|c| c.kind == kind).map(|c| (c.amount, c.charged.minor)).collect()
    };
    let parts = of_kind(cost);
    let exact = sum(parts.iter().map(|(amount, _)| *amount))?;
    let customs = cost.customs_currency;
    let converted =
        if customs == currency { Some(exact) } else { rates.and_then(|r| r.convert(exact, customs, currency)) };
    let total = Money::from_decimal(converted.ok_or(LandedCostError::NoRate(customs, currency))?, currency)?;
    let left = total.minor - total_minor(parts.iter().map(|(_, minor)| *minor))?;
    if left != 0 {
        let largest = cost
            .consignments
            .iter_mut()
            .flat_map(|c| c.lines.iter_mut().flat_map(|line| &mut line.components).chain(&mut c.components))
            .filter(|component| component.kind == kind)
            .max_by(|a, b| a.amount.cmp(&b.amount));
        if let Some(component) = largest {
            component.charged.minor += left;
        }
    }
    Ok(total)
}

/// Each reason once, and none that only repeats another: what was not understood is missing, too.
fn without_echoes(reasons: &mut Vec<Reason>) {
    reasons.sort();
    reasons.dedup();
    let unread_codes: Vec<u32> = lines(reasons, |reason| matches!(reason, Reason::HsUnread { .. }));
    let unread_origins: Vec<u32> = lines(reasons, |reason| matches!(reason, Reason::OriginUnread { .. }));
    reasons.retain(|reason| match reason {
        Reason::HsMissing { line } => !unread_codes.contains(line),
        Reason::OriginMissing { line } => !unread_origins.contains(line),
        _ => true,
    });
}

fn lines(reasons: &[Reason], which: impl Fn(&Reason) -> bool) -> Vec<u32> {
    reasons.iter().filter(|reason| which(reason)).filter_map(Reason::line).collect()
}
