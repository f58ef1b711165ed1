//! Fees of customs and carriers, inside and outside the tax base.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::answer::{CollectedBy, ComponentKind};
use super::book::{Fee, FlatUnit, LimitBase, PercentBase, RelievedCharge, RoundTo, Rule};
use super::calculation::{Calculation, ComponentDraft, ConsignmentCalculation, CostResult, add, div, mul, percent_of};
use super::condition::{codes_hold, consignment_holds};
use super::reason::Reason;

/// Charges the fees of a consignment that belong to the tax base, or those that do not.
pub(super) fn charge<'a>(
    work: &mut Calculation<'a>,
    consignment: &mut ConsignmentCalculation<'a>,
    in_base: bool,
) -> CostResult<()> {
    let day = work.request.day;
    let mut relieved = false;
    for rule in work.destination.rules(day, |territory| &territory.reliefs) {
        relieved |= rule.says.of.contains(&RelievedCharge::CustomsFees)
            && !matches!(rule.applies.when.compare, LimitBase::Tax | LimitBase::Duty)
            && codes_hold(&rule.applies.when, consignment)
            && consignment_holds(work, &rule.applies.when, consignment)?;
    }
    let cleared = consignment.regime.is_some_and(|regime| regime.says.clears_fees);
    for rule in work.destination.rules(day, |territory| &territory.fees) {
        let fee = &rule.says;
        let skipped = (fee.skip_under_regime && cleared) || (relieved && !fee.by_carrier);
        if !fee.enabled || fee.in_tax_base != in_base || skipped {
            continue;
        }
        let when = &rule.applies.when;
        if !codes_hold(when, consignment) || !consignment_holds(work, when, consignment)? {
            continue;
        }
        charge_one(work, consignment, rule)?;
    }
    Ok(())
}

fn charge_one(
    work: &mut Calculation<'_>,
    consignment: &mut ConsignmentCalculation<'_>,
    rule: &Rule<Fee>,
) -> CostResult<()> {
    let fee = &rule.says;
    let (mut exact, mut base, mut texts) = (Decimal::ZERO, Decimal::ZERO, Vec::new());
    if let Some((amount, per)) = fee.flat {
        let times = count(work, consignment, per, fee.digits);
        base = times;
        exact = mul(work.convert(amount, fee.currency, work.currency)?, times)?;
        texts.push(format!("{} {} per {}", amount.normalize(), fee.currency, per.name()));
    }
    if let Some((percent, of)) = fee.percent {
        let whole = match of {
            PercentBase::Goods => consignment.total(|line| line.goods)?,
            PercentBase::CustomsValue => consignment.total(|line| line.customs_value)?,
            PercentBase::Duty => consignment.total(|line| line.duty)?,
            PercentBase::Tax => consignment.total(|line| line.tax)?,
            PercentBase::DutyAndTax => add(consignment.total(|line| line.duty)?, consignment.total(|line| line.tax)?)?,
        };
        base = whole;
        exact = add(exact, percent_of(whole, percent)?)?;
        texts.push(format!("{} % of {}", percent.normalize(), of.name()));
    }
    let mut rate = texts.join(" + ");
    if let Some(least) = fee.minimum {
        exact = exact.max(work.convert(least, fee.currency, work.currency)?);
        rate = format!("{rate}, at least {} {}", least.normalize(), fee.currency);
    }
    if let Some(most) = fee.maximum {
        exact = exact.min(work.convert(most, fee.currency, work.currency)?);
        rate = format!("{rate}, at most {} {}", most.normalize(), fee.currency);
    }
    let amount = work.cent(exact, RoundTo::CENT)?;
    if amount.is_zero() {
        return Ok(());
    }
    work.uses(&rule.applies);
    if fee.in_tax_base {
        share(consignment, amount)?;
    }
    consignment.drafts.push(ComponentDraft {
        kind: ComponentKind::Fee,
        name: fee.name.clone(),
        rule: rule.applies.id.clone(),
        note: rule.applies.note.clone(),
        base,
        rate,
        amount,
        collected: if fee.by_carrier { CollectedBy::Carrier } else { CollectedBy::Customs },
    });
    Ok(())
}

/// A fee inside the tax base belongs to the lines by their value.
fn share(consignment: &mut ConsignmentCalculation<'_>, amount: Decimal) -> CostResult<()> {
    let whole = consignment.total(|line| line.goods)?;
    let count = Decimal::from(consignment.lines.len());
    for line in &mut consignment.lines {
        let part = if whole.is_zero() { div(amount, count)? } else { div(mul(amount, line.goods)?, whole)? };
        line.fees_in_base = add(line.fees_in_base, part)?;
    }
    Ok(())
}

fn count(work: &mut Calculation<'_>, consignment: &ConsignmentCalculation<'_>, per: FlatUnit, digits: u8) -> Decimal {
    let mut headings = BTreeSet::new();
    for line in &consignment.lines {
        let heading = line.line.hs.map(|code| code.prefix(digits));
        let key = match per {
            FlatUnit::Consignment | FlatUnit::Parcel | FlatUnit::Item => continue,
            FlatUnit::Line => (None, None, Some(line.rank)),
            FlatUnit::Heading if heading.is_some() => (heading, None, None),
            FlatUnit::HeadingOrigin if heading.is_some() => (heading, line.line.origin, None),
            FlatUnit::Heading | FlatUnit::HeadingOrigin => {
                work.reasons.push(Reason::HsMissing { line: line.line.position });
                (None, None, Some(line.rank))
            }
        };
        headings.insert(key);
    }
    match per {
        FlatUnit::Consignment => Decimal::ONE,
        FlatUnit::Parcel => Decimal::from(consignment.consignment.parcels.max(1)),
        FlatUnit::Item => consignment.lines.iter().map(|line| line.line.quantity).sum(),
        FlatUnit::Line | FlatUnit::Heading | FlatUnit::HeadingOrigin => Decimal::from(headings.len()),
    }
}
