//! The cascade from goods to totals: shares, customs value, duty, fees, taxes, and one exchange at the end.

use super::answer::{LandedCost, Refusal};
use super::book::{DutyTable, RestrictionLevel, RuleBook};
use super::calculation::{Calculation, ConsignmentCalculation, CostResult, LandedCostError, div, mul, sum};
use super::line_allocation::allocate_to_lines;
use super::rates::Rates;
use super::reason::Reason;
use super::request::{CostRequest, Location};
use super::totals::finish;
use super::{condition, duty, fees, taxes};

/// Computes the landed cost of `request`.
///
/// `tariff` takes the place of the book's own ordinary duties where it has a row; `rates` are needed when currencies
/// differ. Errors name what is missing or wrong; what can only be guessed is in [`LandedCost::reasons`].
pub fn landed_cost(
    request: &CostRequest,
    book: &RuleBook,
    tariff: Option<&DutyTable>,
    rates: Option<&Rates>,
) -> Result<LandedCost, LandedCostError> {
    check(request)?;
    let destination = book.destination(&request.ship_to).ok_or_else(|| no_rules(&request.ship_to))?;
    let currency = destination.own.currency;
    let region = condition::region(&request.ship_to);
    let mut work = Calculation { request, destination, tariff, rates, currency, region, reasons: Vec::new() };
    condition::doubts_about_the_place(&mut work, book);
    let mut refused = Vec::new();
    let mut consignments = allocate_to_lines(&work)?;
    for consignment in &mut consignments {
        customs_values(&mut work, consignment)?;
        restrictions(&mut work, consignment, &mut refused);
        consignment.regime = condition::regime(&mut work, consignment)?;
        duty::charge(&mut work, consignment)?;
        fees::charge(&mut work, consignment, true)?;
        taxes::charge(&mut work, consignment)?;
        fees::charge(&mut work, consignment, false)?;
    }
    finish(work, consignments, refused)
}

fn no_rules(place: &Location) -> LandedCostError {
    match &place.outside {
        Some(name) => LandedCostError::NoRulesInPlace { country: place.country, place: name.clone() },
        None => LandedCostError::NoRules(place.country),
    }
}

fn check(request: &CostRequest) -> CostResult<()> {
    let negative = |field, line| Err(LandedCostError::Negative { field, line });
    if request.consignments.iter().all(|consignment| consignment.lines.is_empty()) {
        return Err(LandedCostError::NoLines);
    }
    let common = [("shipping", request.freight), ("insurance", request.insurance), ("discount", request.discount)];
    let own = request.consignments.iter().flat_map(|consignment| {
        [("shipping", consignment.freight), ("insurance", consignment.insurance), ("discount", consignment.discount)]
    });
    for (field, amount) in common.into_iter().chain(own) {
        if amount < 0 {
            return negative(field, None);
        }
    }
    for line in request.consignments.iter().flat_map(|consignment| &consignment.lines) {
        if line.amount < 0 {
            return negative("amount", Some(line.position));
        }
        if line.quantity.is_sign_negative() && !line.quantity.is_zero() {
            return negative("quantity", Some(line.position));
        }
        if line.grams.is_some_and(|grams| grams.is_sign_negative() && !grams.is_zero()) {
            return negative("weight", Some(line.position));
        }
    }
    Ok(())
}

fn customs_values(work: &mut Calculation<'_>, consignment: &mut ConsignmentCalculation<'_>) -> CostResult<()> {
    let day = work.request.day;
    let destination = work.destination;
    let basis = destination.rules(day, |territory| &territory.bases).next();
    let Some(basis) = basis else {
        return Err(LandedCostError::NoRulesOn { territory: destination.own.id.clone(), day });
    };
    work.uses(&basis.applies);
    consignment.includes_freight = basis.says.includes_freight;
    for line in &mut consignment.lines {
        line.customs_value = line.goods;
        if basis.says.includes_freight {
            line.customs_value = sum([line.goods, line.freight, line.insurance])?;
        }
    }
    if let Some(round) = basis.says.round {
        let exact = consignment.total(|line| line.customs_value)?;
        let rounded = work.cent(exact, round)?;
        if !exact.is_zero() {
            for line in &mut consignment.lines {
                line.customs_value = div(mul(line.customs_value, rounded)?, exact)?;
            }
        }
    }
    Ok(())
}

fn restrictions(work: &mut Calculation<'_>, consignment: &ConsignmentCalculation<'_>, refused: &mut Vec<Refusal>) {
    for rule in work.destination.rules(work.request.day, |territory| &territory.restrictions) {
        if !condition::parties_hold(work, &rule.applies.when, consignment) {
            continue;
        }
        for line in &consignment.lines {
            let Some(code) = line.line.hs else { continue };
            let named = rule.says.hs.iter().any(|prefix| code.starts_with(*prefix));
            if !named || !condition::code_holds(&rule.applies.when, Some(code)) {
                continue;
            }
            let (position, id, reason) = (line.line.position, rule.applies.id.clone(), rule.says.reason.clone());
            match rule.says.level {
                RestrictionLevel::Prohibited => refused.push(Refusal { line: position, rule: id, reason }),
                RestrictionLevel::Restricted => {
                    work.reasons.push(Reason::Restricted { line: position, rule: id, reason });
                }
            }
        }
    }
}
