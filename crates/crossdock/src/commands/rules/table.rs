//! Rules in words, one row each, for people and as JSON.

use crossdock_domain::clock::Day;
use crossdock_domain::country::Country;
use crossdock_domain::landed_cost::book::{
    CompoundRate, Conditions, Confidence, Destination, DutyBound, DutyRule, Fee, FlatDuty, LimitBase, Regime, Relief,
    RelievedCharge, Restriction, RestrictionLevel, Rule, RuleHeader, SpecificRate, Tax, TaxPart,
};
use crossdock_domain::landed_cost::{BuyerKind, HsCode};
use rust_decimal::Decimal;
use serde::Serialize;

/// Kinds of rules, in the order in which they are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum RuleKind {
    /// What the customs value consists of
    Basis,
    /// Goods that may not come in, or only with papers
    Restriction,
    /// Tax at the sale
    Regime,
    /// Thresholds
    Relief,
    /// Flat duties
    FlatDuty,
    /// Duties
    Duty,
    /// Import taxes
    Tax,
    /// Charges of customs and carriers
    Fee,
}

impl RuleKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Basis => "basis",
            Self::Restriction => "restriction",
            Self::Regime => "regime",
            Self::Relief => "relief",
            Self::FlatDuty => "flat duty",
            Self::Duty => "duty",
            Self::Tax => "tax",
            Self::Fee => "fee",
        }
    }
}

/// A rule in words.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    pub kind: RuleKind,
    pub rule: String,
    pub says: String,
    pub when: String,
    pub valid_from: String,
    pub valid_to: Option<String>,
    pub confidence: &'static str,
    pub source: String,
    pub checked: String,
    pub note: Option<String>,
}

/// Every rule of a destination that holds on a day.
pub fn rows(destination: Destination<'_>, day: Day, only: Option<RuleKind>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut add = |kind: RuleKind, applies: &RuleHeader, says: String| {
        if applies.on(day) && only.is_none_or(|only| only == kind) {
            rows.push(Row {
                kind,
                rule: applies.id.clone(),
                says,
                when: when(&applies.when),
                valid_from: applies.from.to_string(),
                valid_to: applies.to.map(|to| to.to_string()),
                confidence: match applies.confidence {
                    Confidence::Exact => "exact",
                    Confidence::Estimate => "estimate",
                },
                source: applies.source.clone(),
                checked: applies.checked.to_string(),
                note: applies.note.clone(),
            });
        }
    };
    for territory in destination.territories() {
        for rule in &territory.bases {
            let says =
                if rule.says.includes_freight { "goods, freight and insurance (CIF)" } else { "goods alone (FOB)" };
            add(RuleKind::Basis, &rule.applies, says.to_owned());
        }
    }
    for territory in destination.territories() {
        each(&territory.restrictions, |rule| add(RuleKind::Restriction, &rule.applies, restriction(&rule.says)));
        each(&territory.regimes, |rule| add(RuleKind::Regime, &rule.applies, regime(&rule.says)));
        each(&territory.reliefs, |rule| add(RuleKind::Relief, &rule.applies, relief(&rule.says)));
        each(&territory.flat_duties, |rule| add(RuleKind::FlatDuty, &rule.applies, flat_duty(&rule.says)));
        each(territory.duties.rules(), |rule| add(RuleKind::Duty, &rule.applies, duty(&rule.says)));
        each(&territory.taxes, |rule| add(RuleKind::Tax, &rule.applies, tax(&rule.says)));
        each(&territory.fees, |rule| add(RuleKind::Fee, &rule.applies, fee(&rule.says)));
    }
    rows.sort_by_key(|row| row.kind as u8);
    rows
}

fn each<R>(rules: &[Rule<R>], act: impl FnMut(&Rule<R>)) {
    rules.iter().for_each(act);
}

fn codes(codes: &[HsCode]) -> String {
    codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn countries(countries: &[Country]) -> String {
    countries.iter().map(|country| country.code()).collect::<Vec<_>>().join(" ")
}

fn of_goods(hs: &[HsCode]) -> String {
    if hs.is_empty() { "all other goods".to_owned() } else { format!("HS {}", codes(hs)) }
}

fn percent(rate: Decimal) -> String {
    format!("{} %", rate.normalize())
}

fn specific(part: &SpecificRate) -> String {
    format!("{} {} per {}", part.amount.normalize(), part.currency, part.per.name())
}

fn bound(bound: &DutyBound) -> String {
    let parts = bound.ad_valorem.map(percent).into_iter().chain(bound.specific.as_ref().map(specific));
    parts.collect::<Vec<_>>().join(" + ")
}

fn duty(rule: &DutyRule) -> String {
    let rate = &rule.rate;
    let with = match rate.combine {
        CompoundRate::Sum => " + ",
        CompoundRate::Greater => " or, if greater, ",
        CompoundRate::Lesser => " or, if less, ",
    };
    let parts: Vec<String> =
        rate.ad_valorem.map(percent).into_iter().chain(rate.specific.as_ref().map(specific)).collect();
    let mut text = format!("{}: {}", of_goods(&rule.hs), parts.join(with));
    for (words, limit) in [("at least", &rate.minimum), ("at most", &rate.maximum)] {
        if let Some(limit) = limit {
            text = format!("{text}, {words} {}", bound(limit));
        }
    }
    if !rule.origin.is_empty() {
        text = format!("{text}; origin {}", countries(&rule.origin));
    }
    if rule.preferential {
        text.push_str("; preference, sent from there");
    }
    if !rule.stack.is_empty() {
        text = format!("{text}; on top, {}", rule.stack);
    }
    text
}

fn flat_duty(rule: &FlatDuty) -> String {
    format!("{} {} per {} ({} digits)", rule.amount.normalize(), rule.currency, rule.per.name(), rule.digits)
}

fn relief(rule: &Relief) -> String {
    let names = rule.of.iter().map(|of| match of {
        RelievedCharge::Duty => "duty",
        RelievedCharge::Tax => "tax",
        RelievedCharge::CustomsFees => "customs fees",
    });
    format!("no {}", names.collect::<Vec<_>>().join(", no "))
}

fn base(parts: &[TaxPart]) -> String {
    let names = parts.iter().map(|part| match part {
        TaxPart::Freight => "freight",
        TaxPart::Insurance => "insurance",
        TaxPart::Duty => "duty",
        TaxPart::Fees => "fees",
    });
    std::iter::once("goods").chain(names).collect::<Vec<_>>().join(" + ")
}

fn regime(rule: &Regime) -> String {
    let who = if rule.optional { "registered sellers" } else { "every seller" };
    let duty = if rule.relieves_duty { ", no duty" } else { "" };
    format!("{}: {who}, tax at the sale on {}{duty}", rule.name, base(&rule.base))
}

fn tax(rule: &Tax) -> String {
    let mut text = format!("{} {} of {}: {}", rule.name, percent(rule.rate), base(&rule.base), of_goods(&rule.hs));
    if !rule.regions.is_empty() {
        text = format!("{text}; {}", rule.regions.join(" "));
    }
    if !rule.on_taxes.is_empty() {
        text = format!("{text}; also on {}", rule.on_taxes.join(" "));
    }
    if rule.inside {
        text.push_str("; part of its own base");
    }
    text
}

fn fee(rule: &Fee) -> String {
    let flat = rule.flat.map(|(amount, per)| format!("{} {} per {}", amount.normalize(), rule.currency, per.name()));
    let part = rule.percent.map(|(rate, of)| format!("{} of {}", percent(rate), of.name()));
    let mut text = format!("{}: {}", rule.name, flat.into_iter().chain(part).collect::<Vec<_>>().join(" + "));
    for (words, limit) in [("at least", rule.minimum), ("at most", rule.maximum)] {
        if let Some(limit) = limit {
            text = format!("{text}, {words} {} {}", limit.normalize(), rule.currency);
        }
    }
    let asides = [
        (rule.in_tax_base, "taxed"),
        (rule.skip_under_regime, "not when tax is taken at the sale"),
        (rule.by_carrier, "the carrier's"),
        (!rule.enabled, "NOT IN FORCE"),
    ];
    for (_, words) in asides.into_iter().filter(|(holds, _)| *holds) {
        text = format!("{text}; {words}");
    }
    text
}

fn restriction(rule: &Restriction) -> String {
    let level = match rule.level {
        RestrictionLevel::Prohibited => "prohibited",
        RestrictionLevel::Restricted => "with papers",
    };
    format!("HS {}: {level}: {}", codes(&rule.hs), rule.reason)
}

fn when(when: &Conditions) -> String {
    let mut parts = Vec::new();
    match when.buyer {
        Some(BuyerKind::Consumer) => parts.push("consumers".to_owned()),
        Some(BuyerKind::Business) => parts.push("businesses".to_owned()),
        None => {}
    }
    let what = match when.compare {
        LimitBase::Goods => "goods",
        LimitBase::CustomsValue => "customs value",
        LimitBase::Item => "dearest item",
        LimitBase::Tax => "tax",
        LimitBase::Duty => "duty",
    };
    if let Some(over) = when.over {
        parts.push(format!("{what} over {} {}", over.normalize(), when.currency));
    }
    if let Some(limit) = when.up_to {
        let words = if when.up_to_exclusive { "below" } else { "up to" };
        parts.push(format!("{what} {words} {} {}", limit.normalize(), when.currency));
    }
    for (words, list) in [
        ("from", countries(&when.from)),
        ("not from", countries(&when.except_from)),
        ("to", when.regions.join(" ")),
        ("HS", codes(&when.hs)),
        ("not HS", codes(&when.except_hs)),
    ] {
        if !list.is_empty() {
            parts.push(format!("{words} {list}"));
        }
    }
    parts.join("; ")
}
