//! Duty of a consignment: relieved, flat per heading, or by tariff line by line.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::answer::{CollectedBy, ComponentKind};
use super::book::{
    CompoundRate, DutyBound, DutyRate, DutyRule, DutyTable, FlatDuty, FlatUnit, LimitBase, Relief, RelievedCharge,
    RoundTo, Rule, RuleHeader, SpecificRate, SpecificUnit,
};
use super::calculation::{
    Calculation, ComponentDraft, ConsignmentCalculation, CostResult, LineCalculation, add, div, mul, percent_of, sum,
};
use super::condition::{code_holds, consignment_holds};
use super::reason::Reason;
use super::request::{Line, ShortCodePolicy};

/// Name that buyers see.
const NAME: &str = "Customs duty";

/// Charges the duty of every line.
pub(super) fn charge<'a>(work: &mut Calculation<'a>, consignment: &mut ConsignmentCalculation<'a>) -> CostResult<()> {
    let day = work.request.day;
    let mut free = Vec::new();
    for rule in work.destination.rules(day, |territory| &territory.reliefs) {
        let early = rule.says.of.contains(&RelievedCharge::Duty) && rule.applies.when.compare != LimitBase::Duty;
        if early && consignment_holds(work, &rule.applies.when, consignment)? {
            free.push(rule);
        }
    }
    let mut flat = None;
    for rule in work.destination.rules(day, |territory| &territory.flat_duties) {
        if flat.is_none() && consignment_holds(work, &rule.applies.when, consignment)? {
            flat = Some(rule);
        }
    }
    let by_regime = consignment.regime.filter(|regime| regime.says.relieves_duty);
    let mut flat_lines = Vec::new();
    for i in 0..consignment.lines.len() {
        let code = consignment.lines[i].line.hs;
        if let Some(regime) = by_regime {
            let rate = format!("no duty under {}", regime.says.name);
            relieve(work, &mut consignment.lines[i], &regime.applies, rate);
        } else if let Some(relief) = free.iter().find(|rule| code_holds(&rule.applies.when, code)) {
            let rate = limit_text(relief);
            relieve(work, &mut consignment.lines[i], &relief.applies, rate);
        } else if flat.is_some_and(|rule| code_holds(&rule.applies.when, code)) {
            flat_lines.push(i);
        } else {
            by_tariff(work, consignment, i)?;
        }
    }
    if let Some(rule) = flat {
        charge_flat(work, consignment, rule, &flat_lines)?;
    }
    small_duty(work, consignment)
}

fn limit_text(relief: &Rule<Relief>) -> String {
    let when = &relief.applies.when;
    match when.up_to {
        Some(limit) if when.up_to_exclusive => format!("not collected below {} {}", limit.normalize(), when.currency),
        Some(limit) => format!("not collected up to {} {}", limit.normalize(), when.currency),
        None => "not collected".to_owned(),
    }
}

fn relieve(work: &mut Calculation<'_>, line: &mut LineCalculation<'_>, applies: &RuleHeader, rate: String) {
    work.uses(applies);
    line.drafts.push(ComponentDraft {
        kind: ComponentKind::Duty,
        name: NAME.to_owned(),
        rule: applies.id.clone(),
        note: applies.note.clone(),
        base: line.customs_value,
        rate,
        amount: Decimal::ZERO,
        collected: CollectedBy::Customs,
    });
}

/// Duty that would be so small that it is not collected.
fn small_duty<'a>(work: &mut Calculation<'a>, consignment: &mut ConsignmentCalculation<'a>) -> CostResult<()> {
    for rule in work.destination.rules(work.request.day, |territory| &territory.reliefs) {
        let late = rule.says.of.contains(&RelievedCharge::Duty) && rule.applies.when.compare == LimitBase::Duty;
        if !late || consignment.total(|line| line.duty)?.is_zero() {
            continue;
        }
        if consignment_holds(work, &rule.applies.when, consignment)? {
            work.uses(&rule.applies);
            for line in &mut consignment.lines {
                line.duty = Decimal::ZERO;
                for draft in line.drafts.iter_mut().filter(|draft| draft.kind == ComponentKind::Duty) {
                    draft.amount = Decimal::ZERO;
                    draft.rule.clone_from(&rule.applies.id);
                    draft.rate = limit_text(rule);
                }
            }
        }
    }
    Ok(())
}

/// The flat duty of every heading is put on the line of the greatest value in it; the other lines say so.
fn charge_flat(
    work: &mut Calculation<'_>,
    consignment: &mut ConsignmentCalculation<'_>,
    rule: &Rule<FlatDuty>,
    lines: &[usize],
) -> CostResult<()> {
    if lines.is_empty() {
        return Ok(());
    }
    work.uses(&rule.applies);
    let flat = &rule.says;
    let amount = work.convert(flat.amount, flat.currency, work.currency)?;
    let mut headings: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for &i in lines {
        let line = consignment.lines[i].line;
        let heading = line.hs.map(|code| code.prefix(flat.digits));
        let unknown = || (None, None, Some(consignment.lines[i].rank));
        let key = match flat.per {
            FlatUnit::Consignment | FlatUnit::Parcel => (None, None, None),
            FlatUnit::Line | FlatUnit::Item => unknown(),
            FlatUnit::Heading if heading.is_some() => (heading, None, None),
            FlatUnit::HeadingOrigin if heading.is_some() => (heading, line.origin, None),
            FlatUnit::Heading | FlatUnit::HeadingOrigin => {
                work.reasons.push(Reason::HsMissing { line: line.position });
                unknown()
            }
        };
        headings.entry(key).or_default().push(i);
    }
    for members in headings.into_values() {
        let heaviest = members.iter().copied().max_by(|a, b| {
            let (a, b) = (&consignment.lines[*a], &consignment.lines[*b]);
            a.goods.cmp(&b.goods).then_with(|| b.rank.cmp(&a.rank))
        });
        for &i in &members {
            let carries = Some(i) == heaviest;
            let times = match flat.per {
                FlatUnit::Item => consignment.lines[i].line.quantity,
                FlatUnit::Parcel => Decimal::from(consignment.consignment.parcels.max(1)),
                _ => Decimal::ONE,
            };
            let due = if carries { work.cent(mul(amount, times)?, RoundTo::CENT)? } else { Decimal::ZERO };
            let price = format!("{} {} per {}", flat.amount.normalize(), flat.currency, flat.per.name());
            let line = &mut consignment.lines[i];
            line.duty = add(line.duty, due)?;
            line.drafts.push(ComponentDraft {
                kind: ComponentKind::Duty,
                name: NAME.to_owned(),
                rule: rule.applies.id.clone(),
                note: rule.applies.note.clone(),
                base: if carries { times } else { Decimal::ZERO },
                rate: if carries { price } else { format!("{price}, counted with another line") },
                amount: due,
                collected: CollectedBy::Customs,
            });
        }
    }
    Ok(())
}

/// A rule that holds for a line, with the duty it makes.
struct Choice<'a> {
    rule: &'a Rule<DutyRule>,
    duty: Decimal,
    reason: Option<Reason>,
}

fn by_tariff<'a>(work: &mut Calculation<'a>, consignment: &mut ConsignmentCalculation<'a>, i: usize) -> CostResult<()> {
    let line = consignment.lines[i].line;
    if line.hs.is_none() {
        work.reasons.push(Reason::HsMissing { line: line.position });
    }
    let mut stacks: Vec<&'a str> = vec![""];
    for table in work.destination.territories().map(|territory| &territory.duties) {
        stacks.extend(table.stacks().iter().map(String::as_str).filter(|stack| !stack.is_empty()));
    }
    stacks.sort_unstable();
    stacks.dedup();
    for stack in stacks {
        let tables = tables(work, line, stack);
        let ordinary = ordinary(work, consignment, i, &tables, stack)?;
        let preference = preference(work, consignment, i, &tables, stack)?;
        let chosen = match (ordinary, preference) {
            (Some((ordinary, _)), Some(preference)) if preference.duty < ordinary.duty => (preference, None),
            (Some(ordinary), _) => ordinary,
            (None, Some(preference)) => (preference, None),
            (None, None) => {
                if stack.is_empty() {
                    work.reasons.push(Reason::NoDutyRule { line: line.position });
                }
                continue;
            }
        };
        let (Choice { rule, duty, reason }, note) = chosen;
        work.uses(&rule.applies);
        work.reasons.extend(reason);
        let rate = note.unwrap_or_else(|| rate_text(&rule.says.rate, work));
        let amount = work.cent(duty, rule.says.rate.round)?;
        let line = &mut consignment.lines[i];
        line.duty = add(line.duty, amount)?;
        line.drafts.push(ComponentDraft {
            kind: ComponentKind::Duty,
            name: if stack.is_empty() { NAME.to_owned() } else { format!("{NAME} ({stack})") },
            rule: rule.applies.id.clone(),
            note: rule.applies.note.clone(),
            base: line.customs_value,
            rate,
            amount,
            collected: CollectedBy::Customs,
        });
    }
    Ok(())
}

/// Where ordinary duties are looked up: the imported tariff alone when it knows the goods, otherwise the book.
fn tables<'a>(work: &Calculation<'a>, line: &Line, stack: &str) -> Vec<&'a DutyTable> {
    let day = work.request.day;
    if let Some(tariff) = work.tariff.filter(|_| stack.is_empty()) {
        let knows = |code| {
            let above = tariff.matching(Some(code)).map(|(_, rule)| rule);
            above.chain(tariff.below(code)).any(|rule| rule.applies.on(day) && !rule.says.preferential)
        };
        if line.hs.is_some_and(knows) {
            return vec![tariff];
        }
    }
    work.destination.territories().map(|territory| &territory.duties).collect()
}

/// Rules of `stack` that hold for the line on the day, but for preference and length of the prefix.
fn applicable<'a>(
    work: &Calculation<'_>,
    consignment: &ConsignmentCalculation<'_>,
    line: &Line,
    rule: &'a Rule<DutyRule>,
    stack: &str,
) -> CostResult<Option<&'a Rule<DutyRule>>> {
    let says = &rule.says;
    let holds = says.stack == stack
        && rule.applies.on(work.request.day)
        && (says.origin.is_empty() || line.origin.is_some_and(|origin| origin.is_in(&says.origin)))
        && code_holds(&rule.applies.when, line.hs)
        && consignment_holds(work, &rule.applies.when, consignment)?;
    Ok(holds.then_some(rule))
}

fn choice<'a>(work: &Calculation<'_>, line: &LineCalculation<'_>, rule: &'a Rule<DutyRule>) -> CostResult<Choice<'a>> {
    let (duty, reason) = amount(work, line, &rule.applies, &rule.says.rate)?;
    Ok(Choice { rule, duty, reason })
}

/// The rate that holds without any preference. With words instead of the rate when it is a mean of several.
fn ordinary<'a>(
    work: &mut Calculation<'a>,
    consignment: &ConsignmentCalculation<'a>,
    i: usize,
    tables: &[&'a DutyTable],
    stack: &str,
) -> CostResult<Option<(Choice<'a>, Option<String>)>> {
    let line = &consignment.lines[i];
    // (digits matched, how narrow the origin is): the greatest wins.
    let mut best: Option<((u8, usize), &'a Rule<DutyRule>)> = None;
    let (mut by_origin, mut too_wide) = (false, false);
    for table in tables {
        for (digits, rule) in table.matching(line.line.hs) {
            if rule.says.preferential || best.is_some_and(|((longest, _), _)| digits < longest) {
                continue;
            }
            let asked = !rule.says.origin.is_empty() && rule.says.stack == stack && rule.applies.on(work.request.day);
            by_origin |= asked;
            too_wide |= asked && line.line.origin.is_some_and(|origin| origin.is_partly_in(&rule.says.origin));
            if let Some(rule) = applicable(work, consignment, line.line, rule, stack)? {
                let narrow = if rule.says.origin.is_empty() { 0 } else { usize::MAX - rule.says.origin.len() };
                if best.is_none_or(|(rank, _)| (digits, narrow) > rank) {
                    best = Some(((digits, narrow), rule));
                }
            }
        }
    }
    if by_origin && line.line.origin.is_none() {
        work.reasons.push(Reason::OriginMissing { line: line.line.position });
    }
    if too_wide {
        work.reasons.push(Reason::OriginWide { line: line.line.position });
    }
    let first = best.map(|(_, rule)| choice(work, line, rule)).transpose()?;
    let Some(code) = line.line.hs else { return Ok(first.map(|choice| (choice, None))) };

    let mut below = Vec::new();
    for table in tables {
        for rule in table.below(code).filter(|rule| !rule.says.preferential) {
            if let Some(rule) = applicable(work, consignment, line.line, rule, stack)? {
                below.push(choice(work, line, rule)?);
            }
        }
    }
    let differ = below.iter().any(|other| first.as_ref().is_none_or(|first| first.duty != other.duty));
    if stack.is_empty() && (code.digits() < 6 || differ) {
        work.reasons.push(Reason::HsShort { line: line.line.position, code });
    }
    if !differ {
        return Ok(first.map(|choice| (choice, None)));
    }
    let all = first.into_iter().chain(below);
    Ok(match work.request.short_code {
        ShortCodePolicy::Lowest => all.min_by(|a, b| a.duty.cmp(&b.duty)).map(|choice| (choice, None)),
        ShortCodePolicy::Highest => all.max_by(|a, b| a.duty.cmp(&b.duty)).map(|choice| (choice, None)),
        ShortCodePolicy::Average => {
            let all: Vec<Choice<'a>> = all.collect();
            let mean = div(sum(all.iter().map(|choice| choice.duty))?, Decimal::from(all.len()))?;
            let words = format!("mean of {} rates under {code}", all.len());
            all.into_iter().next().map(|choice| (Choice { duty: mean, ..choice }, Some(words)))
        }
    })
}

/// The best preference that goods of this origin, sent from there, can claim.
fn preference<'a>(
    work: &mut Calculation<'a>,
    consignment: &ConsignmentCalculation<'a>,
    i: usize,
    tables: &[&'a DutyTable],
    stack: &str,
) -> CostResult<Option<Choice<'a>>> {
    let line = &consignment.lines[i];
    let from = consignment.consignment.ship_from.country;
    let mut best: Option<(u8, Choice<'a>)> = None;
    for table in tables {
        for (digits, rule) in table.matching(line.line.hs) {
            if !rule.says.preferential || !rule.says.origin.contains(&from) {
                continue;
            }
            if line.line.origin.is_none() && rule.applies.on(work.request.day) {
                work.reasons.push(Reason::OriginMissing { line: line.line.position });
            }
            if line.line.origin.is_some_and(|origin| origin.is_partly_in(&rule.says.origin))
                && rule.applies.on(work.request.day)
            {
                work.reasons.push(Reason::OriginWide { line: line.line.position });
            }
            if let Some(rule) = applicable(work, consignment, line.line, rule, stack)? {
                let found = choice(work, line, rule)?;
                let better = |(longest, best): &(u8, Choice<'_>)| {
                    digits > *longest || (digits == *longest && found.duty < best.duty)
                };
                if best.as_ref().is_none_or(better) {
                    best = Some((digits, found));
                }
            }
        }
    }
    Ok(best.map(|(_, choice)| choice))
}

/// What a rate makes of a line, exact. A part that cannot be computed is left out and named.
fn amount(
    work: &Calculation<'_>,
    line: &LineCalculation<'_>,
    applies: &RuleHeader,
    rate: &DutyRate,
) -> CostResult<(Decimal, Option<Reason>)> {
    let mut missing = None;
    let mut specific = |specific: &SpecificRate| {
        let part = specific_amount(work, line.line, specific)?;
        if part.is_none() {
            let (position, rule) = (line.line.position, applies.id.clone());
            missing = Some(match specific.per {
                SpecificUnit::Litre | SpecificUnit::SquareMetre => Reason::UnitUnknown { line: position, rule },
                _ => Reason::WeightMissing { line: position, rule },
            });
        }
        Ok::<_, super::LandedCostError>(part)
    };
    let by_value = |percent: Option<Decimal>| percent.map(|p| percent_of(line.customs_value, p)).transpose();
    let first = by_value(rate.ad_valorem)?;
    let second = rate.specific.as_ref().map(&mut specific).transpose()?.flatten();
    let mut duty = match (first, second) {
        (Some(a), Some(b)) => match rate.combine {
            CompoundRate::Sum => add(a, b)?,
            CompoundRate::Greater => a.max(b),
            CompoundRate::Lesser => a.min(b),
        },
        (a, b) => a.or(b).unwrap_or_default(),
    };
    let mut bound = |bound: &DutyBound| {
        let parts = [by_value(bound.ad_valorem)?, bound.specific.as_ref().map(&mut specific).transpose()?.flatten()];
        if parts.iter().all(Option::is_none) { Ok(None) } else { sum(parts.into_iter().flatten()).map(Some) }
    };
    if let Some(least) = rate.minimum.as_ref().map(&mut bound).transpose()?.flatten() {
        duty = duty.max(least);
    }
    if let Some(most) = rate.maximum.as_ref().map(&mut bound).transpose()?.flatten() {
        duty = duty.min(most);
    }
    Ok((duty, missing))
}

fn specific_amount(work: &Calculation<'_>, line: &Line, specific: &SpecificRate) -> CostResult<Option<Decimal>> {
    let units = match specific.per {
        SpecificUnit::Kilogram => line.grams.map(|grams| div(grams, Decimal::ONE_THOUSAND)).transpose()?,
        SpecificUnit::HundredKilograms => line.grams.map(|grams| div(grams, Decimal::from(100_000))).transpose()?,
        SpecificUnit::Item => Some(line.quantity),
        SpecificUnit::Dozen => Some(div(line.quantity, Decimal::from(12))?),
        SpecificUnit::Litre | SpecificUnit::SquareMetre => None,
    };
    let Some(units) = units else { return Ok(None) };
    let amount = work.convert(specific.amount, specific.currency, work.currency)?;
    mul(amount, units).map(Some)
}

/// `12 % + 3 EUR per kg, at least …`.
fn rate_text(rate: &DutyRate, work: &Calculation<'_>) -> String {
    let percent = |p: Decimal| format!("{} %", p.normalize());
    let per = |s: &SpecificRate| format!("{} {} per {}", s.amount.normalize(), s.currency, s.per.name());
    let parts = |a: Option<Decimal>, b: Option<&SpecificRate>, with: &str| {
        let parts: Vec<String> = a.map(percent).into_iter().chain(b.map(per)).collect();
        if parts.is_empty() { format!("0 {}", work.currency) } else { parts.join(with) }
    };
    let with = match rate.combine {
        CompoundRate::Sum => " + ",
        CompoundRate::Greater => " or, if greater, ",
        CompoundRate::Lesser => " or, if less, ",
    };
    let mut text = parts(rate.ad_valorem, rate.specific.as_ref(), with);
    for (words, bound) in [("at least", &rate.minimum), ("at most", &rate.maximum)] {
        if let Some(bound) = bound {
            text = format!("{text}, {words} {}", parts(bound.ad_valorem, bound.specific.as_ref(), " + "));
        }
    }
    text
}
