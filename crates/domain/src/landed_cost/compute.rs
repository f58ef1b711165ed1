//! The cascade from goods to totals: shares, customs value, duty, fees, taxes, and one exchange at the end.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::answer::{
    Collected, Component, ComponentKind, ConsignmentCost, CostTotals, Exchange, LandedCost, LineCost, Refusal,
};
use super::book::{Applies, Confidence, Destination, DutyTable, Regime, RestrictionLevel, RoundTo, Rule, RuleBook};
use super::rates::Rates;
use super::reason::{Precision, Reason};
use super::request::{Consignment, CostRequest, Line};
use super::spread::spread;
use super::{condition, duty, fees, taxes};
use crate::clock::Day;
use crate::country::Country;
use crate::money::{Currency, Money, MoneyError};

/// Days after which rates are called old: a long weekend is not.
const RATES_ARE_FRESH_DAYS: i32 = 4;

/// Why no landed cost can be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LandedCostError {
    /// Nothing to compute.
    #[error("there are no lines")]
    NoLines,
    /// The book has no rules for the destination.
    #[error("there are no landed-cost rules for {0}; duty and tax are paid on delivery there")]
    NoRules(Country),
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

pub(super) type Outcome<T> = Result<T, LandedCostError>;

pub(super) fn mul(a: Decimal, b: Decimal) -> Outcome<Decimal> {
    a.checked_mul(b).ok_or(LandedCostError::OutOfRange)
}

pub(super) fn div(a: Decimal, b: Decimal) -> Outcome<Decimal> {
    a.checked_div(b).ok_or(LandedCostError::OutOfRange)
}

pub(super) fn add(a: Decimal, b: Decimal) -> Outcome<Decimal> {
    a.checked_add(b).ok_or(LandedCostError::OutOfRange)
}

pub(super) fn sum(parts: impl IntoIterator<Item = Decimal>) -> Outcome<Decimal> {
    parts.into_iter().try_fold(Decimal::ZERO, add)
}

pub(super) fn percent_of(base: Decimal, percent: Decimal) -> Outcome<Decimal> {
    mul(base, mul(percent, Decimal::new(1, 2))?)
}

/// What all steps look at.
pub(super) struct Work<'a> {
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

impl Work<'_> {
    pub(super) fn convert(&self, amount: Decimal, from: Currency, to: Currency) -> Outcome<Decimal> {
        if from == to {
            return Ok(amount);
        }
        self.rates.and_then(|rates| rates.convert(amount, from, to)).ok_or(LandedCostError::NoRate(from, to))
    }

    /// An amount of the request in the destination's currency, exact.
    fn to_customs(&self, minor: i64) -> Outcome<Decimal> {
        self.convert(self.cart_decimal(minor), self.request.currency, self.currency)
    }

    pub(super) fn cart_decimal(&self, minor: i64) -> Decimal {
        Money::new(minor, self.request.currency).to_decimal()
    }

    /// Notes that a rule was used.
    pub(super) fn uses(&mut self, applies: &Applies) {
        if applies.confidence == Confidence::Estimate {
            self.reasons.push(Reason::EstimatedRule { rule: applies.id.clone() });
        }
    }

    pub(super) fn cent(&self, amount: Decimal, round: RoundTo) -> Outcome<Decimal> {
        round.apply(amount, self.currency).ok_or(LandedCostError::OutOfRange)
    }
}

/// A component before the exchange.
pub(super) struct Draft {
    pub(super) kind: ComponentKind,
    pub(super) name: String,
    pub(super) rule: String,
    pub(super) note: Option<String>,
    pub(super) base: Decimal,
    pub(super) rate: String,
    pub(super) amount: Decimal,
    pub(super) collected: Collected,
}

/// A line on its way through the cascade; amounts in the destination's currency unless called minor.
pub(super) struct LineWork<'a> {
    pub(super) line: &'a Line,
    /// Place of the line among all of the request by what it says: breaks ties without looking at positions.
    pub(super) rank: u64,
    goods_minor: i64,
    freight_minor: i64,
    insurance_minor: i64,
    pub(super) goods: Decimal,
    pub(super) freight: Decimal,
    pub(super) insurance: Decimal,
    pub(super) customs_value: Decimal,
    pub(super) duty: Decimal,
    /// Part of the fees that belong to the tax base.
    pub(super) fees_in_base: Decimal,
    pub(super) tax: Decimal,
    pub(super) drafts: Vec<Draft>,
}

/// A consignment on its way.
pub(super) struct ConsignmentWork<'a> {
    pub(super) consignment: &'a Consignment,
    pub(super) lines: Vec<LineWork<'a>>,
    pub(super) regime: Option<&'a Rule<Regime>>,
    pub(super) includes_freight: bool,
    pub(super) drafts: Vec<Draft>,
}

impl ConsignmentWork<'_> {
    pub(super) fn total(&self, of: impl Fn(&LineWork<'_>) -> Decimal) -> Outcome<Decimal> {
        sum(self.lines.iter().map(of))
    }

    pub(super) fn goods_minor(&self) -> Outcome<i64> {
        total_minor(self.lines.iter().map(|line| line.goods_minor))
    }

    /// Customs value before any rounding, in the request's currency.
    pub(super) fn customs_value_minor(&self) -> Outcome<i64> {
        let freight = self.lines.iter().map(|line| line.freight_minor + line.insurance_minor);
        let freight = if self.includes_freight { total_minor(freight)? } else { 0 };
        self.goods_minor()?.checked_add(freight).ok_or(LandedCostError::OutOfRange)
    }

    /// The dearest single piece in the request's currency.
    pub(super) fn dearest_item(&self, work: &Work<'_>) -> Outcome<Decimal> {
        self.lines.iter().try_fold(Decimal::ZERO, |most, line| {
            let pieces = line.line.quantity.max(Decimal::ONE);
            Ok(most.max(div(work.cart_decimal(line.goods_minor), pieces)?))
        })
    }
}

fn total_minor(parts: impl IntoIterator<Item = i64>) -> Outcome<i64> {
    parts.into_iter().try_fold(0_i64, i64::checked_add).ok_or(LandedCostError::OutOfRange)
}

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
    let destination = book.destination(&request.ship_to).ok_or(LandedCostError::NoRules(request.ship_to.country))?;
    let currency = destination.own.currency;
    let region = condition::region(&request.ship_to);
    let mut work = Work { request, destination, tariff, rates, currency, region, reasons: Vec::new() };
    let mut refused = Vec::new();
    let mut consignments = shares(&work)?;
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

fn check(request: &CostRequest) -> Outcome<()> {
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
fn shares<'a>(work: &Work<'a>) -> Outcome<Vec<ConsignmentWork<'a>>> {
    let request = work.request;
    let ranks = ranks(request);
    let mut lines: Vec<(usize, LineWork<'a>)> = Vec::new();
    for (c, consignment) in request.consignments.iter().enumerate() {
        let first = lines.len();
        for (line, rank) in consignment.lines.iter().zip(&ranks[c]) {
            lines.push((c, LineWork::new(line, *rank)));
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

    let mut consignments: Vec<ConsignmentWork<'a>> = request
        .consignments
        .iter()
        .map(|consignment| ConsignmentWork {
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

impl<'a> LineWork<'a> {
    fn new(line: &'a Line, rank: u64) -> Self {
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

    fn by_value(&self) -> (i128, u64) {
        (i128::from(self.goods_minor), self.rank)
    }
}

/// A discount lowers lines to nothing at most: a gift is no negative import.
fn take_discount(lines: &mut [(usize, LineWork<'_>)], discount: i64) {
    if discount == 0 {
        return;
    }
    let weights: Vec<_> = lines.iter().map(|(_, line)| line.by_value()).collect();
    let goods: i128 = weights.iter().map(|(weight, _)| weight).sum();
    let discount = i64::try_from(i128::from(discount).min(goods)).unwrap_or(discount);
    for ((_, line), part) in lines.iter_mut().zip(spread(discount, &weights)) {
        line.goods_minor -= part;
    }
}

/// By weight when every line has one, else by value.
fn give_freight(lines: &mut [(usize, LineWork<'_>)], of: &[usize], freight: i64, insurance: i64) {
    if freight == 0 && insurance == 0 {
        return;
    }
    let micrograms = |grams: Decimal| grams.checked_mul(Decimal::from(1_000_000)).and_then(|exact| exact.to_i128());
    let by_weight: Option<Vec<(i128, u64)>> =
        of.iter().map(|i| Some((micrograms(lines[*i].1.line.grams?)?, lines[*i].1.rank))).collect();
    let by_weight = by_weight.filter(|weights| weights.iter().any(|(weight, _)| *weight > 0));
    let by_value: Vec<_> = of.iter().map(|i| lines[*i].1.by_value()).collect();
    let freights = spread(freight, by_weight.as_ref().unwrap_or(&by_value));
    // What is insured is the value.
    let insurances = spread(insurance, &by_value);
    for (i, (freight, insurance)) in of.iter().zip(freights.into_iter().zip(insurances)) {
        lines[*i].1.freight_minor += freight;
        lines[*i].1.insurance_minor += insurance;
    }
}

fn customs_values(work: &mut Work<'_>, consignment: &mut ConsignmentWork<'_>) -> Outcome<()> {
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

fn restrictions(work: &mut Work<'_>, consignment: &ConsignmentWork<'_>, refused: &mut Vec<Refusal>) {
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

/// The one exchange, and the sums.
fn finish(mut work: Work<'_>, consignments: Vec<ConsignmentWork<'_>>, refused: Vec<Refusal>) -> Outcome<LandedCost> {
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
    reasons.sort();
    reasons.dedup();
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

fn exchange(work: &mut Work<'_>) -> Outcome<Option<Exchange>> {
    let (from, to) = (work.request.currency, work.currency);
    if from == to {
        return Ok(None);
    }
    let missing = LandedCostError::NoRate(from, to);
    let rates = work.rates.ok_or(missing.clone())?;
    let rate = rates.rate(from, to).ok_or(missing)?.round_dp(10).normalize();
    if work.request.day.days_since(rates.day) > RATES_ARE_FRESH_DAYS {
        work.reasons.push(Reason::OldRates { day: rates.day });
    }
    Ok(Some(Exchange { rate, source: rates.source.clone(), day: rates.day }))
}

/// As many decimals as anybody wants to see.
fn shown(exact: Decimal) -> Decimal {
    exact.round_dp(8).normalize()
}

fn components(work: &Work<'_>, drafts: Vec<Draft>) -> Outcome<Vec<Component>> {
    let charged = |amount| {
        let exact = work.convert(amount, work.currency, work.request.currency)?;
        Ok::<_, LandedCostError>(Money::from_decimal(exact, work.request.currency)?)
    };
    let component = |draft: Draft| {
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
fn settle(cost: &mut LandedCost, kind: ComponentKind, currency: Currency, rates: Option<&Rates>) -> Outcome<Money> {
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
