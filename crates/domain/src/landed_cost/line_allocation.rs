//! The first step: discounts, freight and insurance are spread over the lines.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::allocation::allocate;
use super::calculation::{Calculation, ConsignmentCalculation, CostResult, LineCalculation};
use super::request::CostRequest;

/// Lines in the order of what they say, by (consignment, line).
fn ranks(request: &CostRequest) -> Vec<Vec<u64>> {
    let mut order: Vec<(usize, usize)> = Vec::new();
    for (c, consignment) in request.consignments.iter().enumerate() {
        order.extend((0..consignment.lines.len()).map(|l| (c, l)));
    }
    let key = |&(c, l): &(usize, usize)| {
        let consignment = &request.consignments[c];
        let line = &consignment.lines[l];
        let who = (consignment.ship_from.country, consignment.supplier.as_deref());
        (line.amount, line.hs, line.origin, line.quantity, line.grams, line.description.as_str(), who)
    };
    order.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut ranks: Vec<Vec<u64>> = request.consignments.iter().map(|c| vec![0; c.lines.len()]).collect();
    for (rank, (c, l)) in (0_u64..).zip(order) {
        ranks[c][l] = rank;
    }
    ranks
}

/// Spreads discounts, freight and insurance over the lines, in minor units of the request's currency.
pub(super) fn allocate_to_lines<'a>(work: &Calculation<'a>) -> CostResult<Vec<ConsignmentCalculation<'a>>> {
    let request = work.request;
    let ranks = ranks(request);
    let mut lines: Vec<(usize, LineCalculation<'a>)> = Vec::new();
    for (c, consignment) in request.consignments.iter().enumerate() {
        let first = lines.len();
        for (line, rank) in consignment.lines.iter().zip(&ranks[c]) {
            lines.push((c, LineCalculation::new(line, *rank)));
        }
        let own = &mut lines[first..];
        take_discount(own, consignment.discount);
    }
    take_discount(&mut lines, request.discount);
    for (c, consignment) in request.consignments.iter().enumerate() {
        let own: Vec<usize> = (0..lines.len()).filter(|i| lines[*i].0 == c).collect();
        give_freight(&mut lines, &own, consignment.freight, consignment.insurance);
    }
    let all: Vec<usize> = (0..lines.len()).collect();
    give_freight(&mut lines, &all, request.freight, request.insurance);

    let mut consignments: Vec<ConsignmentCalculation<'a>> = request
        .consignments
        .iter()
        .map(|consignment| ConsignmentCalculation {
            consignment,
            lines: Vec::with_capacity(consignment.lines.len()),
            regime: None,
            includes_freight: true,
            drafts: Vec::new(),
        })
        .collect();
    for (c, mut line) in lines {
        line.goods = work.to_customs(line.goods_minor)?;
        line.freight = work.to_customs(line.freight_minor)?;
        line.insurance = work.to_customs(line.insurance_minor)?;
        consignments[c].lines.push(line);
    }
    Ok(consignments)
}

/// A discount lowers lines to nothing at most: a gift is no negative import.
fn take_discount(lines: &mut [(usize, LineCalculation<'_>)], discount: i64) {
    if discount == 0 {
        return;
    }
    let weights: Vec<_> = lines.iter().map(|(_, line)| line.by_value()).collect();
    let goods: i128 = weights.iter().map(|(weight, _)| weight).sum();
    let discount = i64::try_from(i128::from(discount).min(goods)).unwrap_or(discount);
    for ((_, line), part) in lines.iter_mut().zip(allocate(discount, &weights)) {
        line.goods_minor -= part;
    }
}

/// By weight when every line has one, else by value.
fn give_freight(lines: &mut [(usize, LineCalculation<'_>)], of: &[usize], freight: i64, insurance: i64) {
    if freight == 0 && insurance == 0 {
        return;
    }
    let micrograms = |grams: Decimal| grams.checked_mul(Decimal::from(1_000_000)).and_then(|exact| exact.to_i128());
    let by_weight: Option<Vec<(i128, u64)>> =
        of.iter().map(|i| Some((micrograms(lines[*i].1.line.grams?)?, lines[*i].1.rank))).collect();
    let by_weight = by_weight.filter(|weights| weights.iter().any(|(weight, _)| *weight > 0));
    let by_value: Vec<_> = of.iter().map(|i| lines[*i].1.by_value()).collect();
    let freights = allocate(freight, by_weight.as_ref().unwrap_or(&by_value));
    // What is insured is the value.
    let insurances = allocate(insurance, &by_value);
    for (i, (freight, insurance)) in of.iter().zip(freights.into_iter().zip(insurances)) {
        lines[*i].1.freight_minor += freight;
        lines[*i].1.insurance_minor += insurance;
    }
}
