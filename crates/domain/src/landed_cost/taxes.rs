//! Import taxes of a consignment: line by line, one rule per tax code.

use rust_decimal::Decimal;

use super::answer::{CollectedBy, ComponentKind};
use super::book::{LimitBase, RelievedCharge, Rule, Tax, TaxPart};
use super::calculation::{
    Calculation, ComponentDraft, ConsignmentCalculation, CostResult, LineCalculation, add, div, mul, percent_of,
};
use super::condition::{code_holds, consignment_holds};
use super::reason::Reason;

/// Charges the taxes of every line.
pub(super) fn charge<'a>(work: &mut Calculation<'a>, consignment: &mut ConsignmentCalculation<'a>) -> CostResult<()> {
    let mut valid: Vec<&'a Rule<Tax>> = Vec::new();
    for rule in work.destination.rules(work.request.day, |territory| &territory.taxes) {
        if consignment_holds(work, &rule.applies.when, consignment)? && region_fits(work, &rule.says) {
            valid.push(rule);
        }
    }
    let reliefs = if consignment.regime.is_some() { Vec::new() } else { early_reliefs(work, consignment)? };
    let codes = ordered_codes(&valid);
    for i in 0..consignment.lines.len() {
        let mut charged: Vec<(&str, Decimal)> = Vec::new();
        for code in &codes {
            let Some(rule) = best(work, &valid, code, &consignment.lines[i]) else { continue };
            if let Some(relief) = reliefs.iter().find(|relief| relief.covers(&consignment.lines[i])) {
                work.uses(relief.applies);
                let (id, rate) = relief.words();
                let base = consignment.lines[i].goods;
                push(consignment, i, rule, (id, base, rate, Decimal::ZERO));
                continue;
            }
            work.uses(&rule.applies);
            let base = base(consignment, &consignment.lines[i], rule, &charged)?;
            let exact = if rule.says.inside {
                div(mul(base, rule.says.rate)?, Decimal::ONE_HUNDRED - rule.says.rate)?
            } else {
                percent_of(base, rule.says.rate)?
            };
            let amount = work.cent(exact, rule.says.round)?;
            charged.push((code, amount));
            let line = &mut consignment.lines[i];
            line.tax = add(line.tax, amount)?;
            let rate = format!("{} %{}", rule.says.rate.normalize(), if rule.says.inside { " inside" } else { "" });
            push(consignment, i, rule, (rule.applies.id.clone(), base, rate, amount));
        }
    }
    small_tax(work, consignment)
}

fn push(
    consignment: &mut ConsignmentCalculation<'_>,
    i: usize,
    rule: &Rule<Tax>,
    sum: (String, Decimal, String, Decimal),
) {
    let collected = if consignment.regime.is_some() { CollectedBy::AtSale } else { CollectedBy::Customs };
    let (id, base, rate, amount) = sum;
    consignment.lines[i].drafts.push(ComponentDraft {
        kind: ComponentKind::Tax,
        name: rule.says.name.clone(),
        rule: id,
        note: rule.applies.note.clone(),
        base,
        rate,
        amount,
        collected,
    });
}

fn region_fits(work: &Calculation<'_>, tax: &Tax) -> bool {
    tax.regions.is_empty() || work.region.as_ref().is_some_and(|region| tax.regions.contains(region))
}

/// Taxes that others build on come first; the checker has refused circles.
fn ordered_codes<'a>(valid: &[&'a Rule<Tax>]) -> Vec<&'a str> {
    let mut codes: Vec<&str> = valid.iter().map(|rule| rule.says.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let builds_on = |code: &str| -> Vec<&str> {
        let rules = valid.iter().filter(|rule| rule.says.code == code);
        rules.flat_map(|rule| rule.says.on_taxes.iter().map(String::as_str)).collect()
    };
    let mut ordered: Vec<&str> = Vec::with_capacity(codes.len());
    while !codes.is_empty() {
        let ready = codes.iter().position(|code| builds_on(code).iter().all(|other| !codes.contains(other)));
        ordered.push(codes.remove(ready.unwrap_or(0)));
    }
    ordered
}

/// The region's own rule before the country's, then the longest prefix.
fn best<'a>(
    work: &mut Calculation<'_>,
    valid: &[&'a Rule<Tax>],
    code: &str,
    line: &LineCalculation<'_>,
) -> Option<&'a Rule<Tax>> {
    let hs = line.line.hs;
    let mut best: Option<((bool, u8), &'a Rule<Tax>)> = None;
    let mut depends_on_code = false;
    for rule in valid.iter().filter(|rule| rule.says.code == code) {
        let digits = if rule.says.hs.is_empty() {
            Some(0)
        } else {
            depends_on_code = true;
            let matched =
                |hs: super::HsCode| rule.says.hs.iter().filter(move |p| hs.starts_with(**p)).map(|p| p.digits()).max();
            hs.and_then(matched)
        };
        let Some(digits) = digits.filter(|_| code_holds(&rule.applies.when, hs)) else { continue };
        let rank = (!rule.says.regions.is_empty(), digits);
        if best.is_none_or(|(other, _)| rank > other) {
            best = Some((rank, rule));
        }
    }
    if depends_on_code && hs.is_none() {
        work.reasons.push(Reason::HsMissing { line: line.line.position });
    }
    best.map(|(_, rule)| rule)
}

fn base(
    consignment: &ConsignmentCalculation<'_>,
    line: &LineCalculation<'_>,
    rule: &Rule<Tax>,
    charged: &[(&str, Decimal)],
) -> CostResult<Decimal> {
    let parts = consignment.regime.map_or(&rule.says.base, |regime| &regime.says.base);
    let mut base = line.goods;
    for part in parts {
        base = add(
            base,
            match part {
                TaxPart::Freight => line.freight,
                TaxPart::Insurance => line.insurance,
                TaxPart::Duty => line.duty,
                TaxPart::Fees => line.fees_in_base,
            },
        )?;
    }
    for (_, amount) in charged.iter().filter(|(code, _)| rule.says.on_taxes.iter().any(|other| other == code)) {
        base = add(base, *amount)?;
    }
    Ok(base)
}

/// A threshold that looks at the goods.
struct Early<'a> {
    applies: &'a super::book::RuleHeader,
}

impl Early<'_> {
    fn covers(&self, line: &LineCalculation<'_>) -> bool {
        code_holds(&self.applies.when, line.line.hs)
    }

    fn words(&self) -> (String, String) {
        let when = &self.applies.when;
        let rate = when.up_to.map_or("not collected".to_owned(), |limit| {
            let word = if when.up_to_exclusive { "below" } else { "up to" };
            format!("not collected {word} {} {}", limit.normalize(), when.currency)
        });
        (self.applies.id.clone(), rate)
    }
}

/// All that hold for the consignment; each may be for other goods.
fn early_reliefs<'a>(work: &Calculation<'a>, consignment: &ConsignmentCalculation<'a>) -> CostResult<Vec<Early<'a>>> {
    let mut found = Vec::new();
    for rule in work.destination.rules(work.request.day, |territory| &territory.reliefs) {
        let early = rule.says.of.contains(&RelievedCharge::Tax) && rule.applies.when.compare != LimitBase::Tax;
        if early && consignment_holds(work, &rule.applies.when, consignment)? {
            found.push(Early { applies: &rule.applies });
        }
    }
    Ok(found)
}

/// Tax that would be so small that it is not collected (Switzerland: 5 francs).
fn small_tax<'a>(work: &mut Calculation<'a>, consignment: &mut ConsignmentCalculation<'a>) -> CostResult<()> {
    if consignment.regime.is_some() {
        return Ok(());
    }
    for rule in work.destination.rules(work.request.day, |territory| &territory.reliefs) {
        let late = rule.says.of.contains(&RelievedCharge::Tax) && rule.applies.when.compare == LimitBase::Tax;
        if !late || consignment.total(|line| line.tax)?.is_zero() {
            continue;
        }
        if consignment_holds(work, &rule.applies.when, consignment)? {
            work.uses(&rule.applies);
            let (id, rate) = Early { applies: &rule.applies }.words();
            for line in &mut consignment.lines {
                line.tax = Decimal::ZERO;
                for draft in line.drafts.iter_mut().filter(|draft| draft.kind == ComponentKind::Tax) {
                    draft.amount = Decimal::ZERO;
                    draft.rule.clone_from(&id);
                    draft.rate.clone_from(&rate);
                }
            }
        }
    }
    Ok(())
}
