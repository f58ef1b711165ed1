//! Whether a rule's conditions hold for a consignment or a line.

use rust_decimal::Decimal;

use super::book::{Conditions, Divided, LimitBase, Regime, Rule, RuleBook, RuleHeader, normalised};
use super::calculation::{Calculation, ConsignmentCalculation, CostResult};
use super::hs::HsCode;
use super::reason::Reason;
use super::request::Location;
use crate::country::regions;

/// Provinces of Canada by name, and by the first letter of the postal code where that decides.
const PROVINCES: [(&str, &str, &str); 13] = [
    ("AB", "ALBERTA", "T"),
    ("BC", "BRITISHCOLUMBIA", "V"),
    ("MB", "MANITOBA", "R"),
    ("NB", "NEWBRUNSWICK", "E"),
    ("NL", "NEWFOUNDLANDANDLABRADOR", "A"),
    ("NS", "NOVASCOTIA", "B"),
    ("NT", "NORTHWESTTERRITORIES", ""),
    ("NU", "NUNAVUT", ""),
    ("ON", "ONTARIO", "KLMNP"),
    ("PE", "PRINCEEDWARDISLAND", "C"),
    ("QC", "QUEBEC", "GHJ"),
    ("SK", "SASKATCHEWAN", "S"),
    ("YT", "YUKON", "Y"),
];

/// The region as rules name it. Buyers type names as well as codes, and in Canada the tax depends on it, so that the postal
/// code helps out there.
pub(super) fn region(place: &Location) -> Option<String> {
    let typed = place.region.as_deref().map(normalised).filter(|region| !region.is_empty());
    if place.country.code() != "CA" {
        return typed;
    }
    let typed = typed.map(|name| name.replace('É', "E"));
    let by_name = typed.as_deref().and_then(|name| {
        PROVINCES.iter().find(|(code, full, _)| name == *code || name == *full).map(|(code, ..)| (*code).to_owned())
    });
    by_name.or_else(|| {
        let first = normalised(place.postal_code.as_deref()?).chars().next()?;
        PROVINCES.iter().find(|(.., letters)| letters.contains(first)).map(|(code, ..)| (*code).to_owned())
    })
}

/// What the request's reader could not make out, and what about the place leaves open which rules hold. Requests that were kept before
/// readers said so are computed as they were.
pub(super) fn doubts_about_the_place(work: &mut Calculation<'_>, book: &RuleBook) {
    let Some(doubts) = &work.request.doubts else { return };
    let place = &work.request.ship_to;
    let by_region = has_regional_rules(work);
    let divided = book.divides(place.country);
    let matters = by_region || divided != Divided::Not;
    work.reasons
        .extend(doubts.iter().filter(|doubt| matters || !matches!(doubt, Reason::RegionContradicts { .. })).cloned());
    if !matters {
        return;
    }
    let typed = place.region.as_deref().filter(|region| !region.trim().is_empty());
    if typed.is_some_and(|region| regions::read(place.country, region).is_some() || work.destination.names(region)) {
        return;
    }
    if let Some(code) = place.postal_code.as_deref().filter(|code| !code.is_empty()) {
        if !place.country.postal_code_tells_place(code) {
            work.reasons.push(Reason::PostalCodeUnread { postal_code: code.to_owned() });
            return;
        }
        // A postal code of the right shape decides between territories, but tells no province unless that is known.
        if !by_region {
            return;
        }
    }
    match typed {
        Some(region) => work.reasons.push(Reason::RegionUnread { region: region.to_owned() }),
        None if by_region || divided == Divided::ByRegion => work.reasons.push(Reason::RegionMissing),
        None => {}
    }
}

/// Whether a rule of the destination asks for the region on the day.
fn has_regional_rules(work: &Calculation<'_>) -> bool {
    let day = work.request.day;
    let asks = |header: &RuleHeader| !header.when.regions.is_empty();
    let destination = work.destination;
    destination.rules(day, |t| &t.taxes).any(|rule| !rule.says.regions.is_empty() || asks(&rule.applies))
        || destination.rules(day, |t| &t.fees).any(|rule| asks(&rule.applies))
        || destination.rules(day, |t| &t.reliefs).any(|rule| asks(&rule.applies))
        || destination.rules(day, |t| &t.regimes).any(|rule| asks(&rule.applies))
        || destination.rules(day, |t| &t.flat_duties).any(|rule| asks(&rule.applies))
}

/// Buyer, sender and region.
pub(super) fn parties_hold(
    work: &Calculation<'_>,
    when: &Conditions,
    consignment: &ConsignmentCalculation<'_>,
) -> bool {
    let from = consignment.consignment.ship_from.country;
    when.buyer.is_none_or(|buyer| buyer == work.request.buyer)
        && (when.from.is_empty() || when.from.contains(&from))
        && !when.except_from.contains(&from)
        && (when.regions.is_empty() || work.region.as_ref().is_some_and(|region| when.regions.contains(region)))
}

/// The conditions about the goods' code, for one line. A line without code is in no list.
pub(super) fn code_holds(when: &Conditions, code: Option<HsCode>) -> bool {
    let within = |prefixes: &[HsCode]| code.is_some_and(|code| prefixes.iter().any(|p| code.starts_with(*p)));
    (when.hs.is_empty() || within(&when.hs)) && !within(&when.except_hs)
}

/// The conditions about the goods' codes, for all lines together.
pub(super) fn codes_hold(when: &Conditions, consignment: &ConsignmentCalculation<'_>) -> bool {
    consignment.lines.iter().all(|line| code_holds(when, line.line.hs))
}

/// The limits. Values that come straight from the request are compared in the limit's currency, so that an edge is an edge
/// whatever the rate is.
fn limits_hold(
    work: &Calculation<'_>,
    when: &Conditions,
    consignment: &ConsignmentCalculation<'_>,
) -> CostResult<bool> {
    if when.over.is_none() && when.up_to.is_none() {
        return Ok(true);
    }
    let cart = work.request.currency;
    let (value, currency) = match when.compare {
        LimitBase::Goods => (work.cart_decimal(consignment.goods_minor()?), cart),
        LimitBase::CustomsValue => (work.cart_decimal(consignment.customs_value_minor()?), cart),
        LimitBase::Item => (consignment.dearest_item(work)?, cart),
        LimitBase::Tax => (consignment.total(|line| line.tax)?, work.currency),
        LimitBase::Duty => (consignment.total(|line| line.duty)?, work.currency),
    };
    let value = work.convert(value, currency, when.currency)?;
    let below = |limit: Decimal| if when.up_to_exclusive { value < limit } else { value <= limit };
    Ok(when.over.is_none_or(|limit| value > limit) && when.up_to.is_none_or(below))
}

/// Everything but the goods' codes.
pub(super) fn consignment_holds(
    work: &Calculation<'_>,
    when: &Conditions,
    consignment: &ConsignmentCalculation<'_>,
) -> CostResult<bool> {
    Ok(parties_hold(work, when, consignment) && limits_hold(work, when, consignment)?)
}

/// The regime by which tax is collected at the sale: the first that holds for the whole consignment.
pub(super) fn regime<'a>(
    work: &mut Calculation<'a>,
    consignment: &ConsignmentCalculation<'a>,
) -> CostResult<Option<&'a Rule<Regime>>> {
    for rule in work.destination.rules(work.request.day, |territory| &territory.regimes) {
        let registered = || work.request.registered.iter().any(|name| name.eq_ignore_ascii_case(&rule.says.name));
        if rule.says.optional && !registered() {
            continue;
        }
        let when = &rule.applies.when;
        if codes_hold(when, consignment) && consignment_holds(work, when, consignment)? {
            work.uses(&rule.applies);
            return Ok(Some(rule));
        }
    }
    Ok(None)
}
