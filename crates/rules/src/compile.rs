//! From the shapes of a file to rules of the engine.

use std::collections::HashMap;

use crossdock_domain::country::Country;
use crossdock_domain::landed_cost::book::{
    self, AddressMatch, DutyTable, PercentBase, RoundTo, Rounding, Rule, TaxPart, Territory, normalised,
};
use crossdock_domain::money::Currency;
use rust_decimal::Decimal;

use crate::files::Problem;
use crate::format::{self, RuleFile};
use crate::locate::Locator;
use crate::when::{Common, Reader};

/// Named lists of countries of all files.
#[derive(Debug, Default)]
pub(crate) struct Groups(HashMap<String, Vec<Country>>);

impl Groups {
    pub(crate) fn of<'a>(
        files: impl Iterator<Item = (&'a Locator<'a>, &'a RuleFile)>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut groups = Self::default();
        for (locator, file) in files {
            for (index, group) in file.group.iter().enumerate() {
                let field = format!("group[{index}]");
                let countries = group.countries.iter().enumerate().filter_map(|(n, code)| {
                    let found = Country::from_code(code);
                    if found.is_none() {
                        let message = format!("unknown country {code:?}; give a code of two letters such as US");
                        problems.push(locator.problem(&format!("{field}.countries[{n}]"), message));
                    }
                    found
                });
                let countries = countries.collect();
                if groups.0.insert(group.id.clone(), countries).is_some() {
                    problems.push(locator.problem(&format!("{field}.id"), "another group has this id"));
                }
            }
        }
        groups
    }

    pub(crate) fn get(&self, id: &str) -> Option<&[Country]> {
        self.0.get(id).map(Vec::as_slice)
    }
}

/// The common fields of any kind of rule.
macro_rules! common {
    ($rule:expr) => {
        Common {
            id: &$rule.id,
            when: &$rule.when,
            valid_from: &$rule.valid_from,
            valid_to: $rule.valid_to.as_ref(),
            source: &$rule.source,
            checked: &$rule.checked,
            confidence: $rule.confidence,
            note: $rule.note.as_deref(),
        }
    };
}

/// Compiles all rules of one kind.
macro_rules! compile_all {
    ($reader:expr, $rules:expr, $kind:literal, $says:ident) => {
        $rules
            .iter()
            .enumerate()
            .filter_map(|(index, rule)| {
                let field = format!(concat!($kind, "[{}]"), index);
                let says = $reader.$says(&field, rule);
                Some(Rule { applies: $reader.applies(&field, &common!(rule))?, says })
            })
            .collect()
    };
}

/// Compiles one file. `None` when not even its currency can be read.
pub(crate) fn compile_file(
    locator: &Locator<'_>,
    file: &RuleFile,
    groups: &Groups,
    problems: &mut Vec<Problem>,
) -> Option<Territory> {
    let Ok(currency) = file.territory.currency.parse::<Currency>() else {
        let message = format!("unknown currency {:?}; give an ISO 4217 code such as EUR", file.territory.currency);
        problems.push(locator.problem("territory.currency", message));
        return None;
    };
    let mut reader = Reader { locator, groups, problems, currency };
    Some(Territory {
        id: file.territory.id.clone(),
        name: file.territory.name.clone(),
        currency,
        area: file.territory.area.clone(),
        matches: compile_matches(locator, &file.territory.matches, reader.problems),
        bases: compile_all!(reader, file.basis, "basis", basis),
        duties: DutyTable::new(compile_all!(reader, file.duty, "duty", duty)),
        flat_duties: compile_all!(reader, file.flat_duty, "flat_duty", flat_duty),
        reliefs: compile_all!(reader, file.relief, "relief", relief),
        regimes: compile_all!(reader, file.regime, "regime", regime),
        taxes: compile_all!(reader, file.tax, "tax", tax),
        fees: compile_all!(reader, file.fee, "fee", fee),
        restrictions: compile_all!(reader, file.restriction, "restriction", restriction),
    })
}

/// Compiles the addresses of a territory.
pub(crate) fn compile_matches(
    locator: &Locator<'_>,
    written: &[format::AddressMatch],
    problems: &mut Vec<Problem>,
) -> Vec<AddressMatch> {
    let mut matches = Vec::with_capacity(written.len());
    for (index, entry) in written.iter().enumerate() {
        let Some(country) = Country::from_code(&entry.country) else {
            let message = format!("unknown country {:?}; give a code of two letters such as US", entry.country);
            problems.push(locator.problem(&format!("territory.match[{index}].country"), message));
            continue;
        };
        matches.push(AddressMatch {
            country,
            regions: entry.region.iter().map(|region| normalised(region)).collect(),
            postal: entry.postal.iter().map(|start| normalised(start)).collect(),
        });
    }
    matches
}

impl Reader<'_> {
    fn round(&mut self, field: &str, multiple: Option<Decimal>, mode: Rounding) -> RoundTo {
        if multiple.is_some_and(|multiple| multiple <= Decimal::ZERO) {
            self.problem(&format!("{field}.round_to"), "must be above zero");
        }
        RoundTo { multiple: multiple.filter(|multiple| *multiple > Decimal::ZERO), mode }
    }

    fn basis(&mut self, field: &str, rule: &format::Basis) -> book::Basis {
        let round = rule.round_to.map(|multiple| self.round(field, Some(multiple), rule.rounding));
        book::Basis { includes_freight: rule.includes_freight, round }
    }

    fn specific(&mut self, field: &str, written: &format::SpecificRate) -> book::SpecificRate {
        book::SpecificRate {
            amount: self.not_negative(&format!("{field}.amount"), written.amount),
            currency: self.currency(&format!("{field}.currency"), written.currency.as_deref()),
            per: written.per,
        }
    }

    fn bound(&mut self, field: &str, written: Option<&format::DutyBound>) -> Option<book::DutyBound> {
        let written = written?;
        if written.ad_valorem.is_none() && written.specific.is_none() {
            self.problem(field, "a bound has ad_valorem, specific, or both");
        }
        Some(book::DutyBound {
            ad_valorem: written.ad_valorem.map(|p| self.within(&format!("{field}.ad_valorem"), p, 0, 1000)),
            specific: written.specific.as_ref().map(|s| self.specific(&format!("{field}.specific"), s)),
        })
    }

    fn duty(&mut self, field: &str, rule: &format::Duty) -> book::DutyRule {
        let at = |name: &str| format!("{field}.{name}");
        if rule.ad_valorem.is_none() && rule.specific.is_none() {
            self.problem(field, "a duty has ad_valorem, specific, or both; write ad_valorem = \"0\" for a free rate");
        }
        if rule.preferential && rule.origin.is_empty() {
            self.problem(&at("origin"), "a preference names the countries of origin that it is for");
        }
        book::DutyRule {
            hs: self.codes(&at("hs"), &rule.hs),
            origin: self.countries(&at("origin"), &rule.origin),
            preferential: rule.preferential,
            stack: rule.stack.clone(),
            rate: book::DutyRate {
                ad_valorem: rule.ad_valorem.map(|p| self.within(&at("ad_valorem"), p, 0, 1000)),
                specific: rule.specific.as_ref().map(|s| self.specific(&at("specific"), s)),
                combine: rule.combine,
                minimum: self.bound(&at("minimum"), rule.minimum.as_ref()),
                maximum: self.bound(&at("maximum"), rule.maximum.as_ref()),
                round: self.round(field, rule.round_to, rule.rounding),
            },
        }
    }

    fn digits(&mut self, field: &str, digits: u8) -> u8 {
        if !(2..=13).contains(&digits) {
            self.problem(&format!("{field}.digits"), "a heading has 2 to 13 digits, usually 4");
        }
        digits.clamp(2, 13)
    }

    fn flat_duty(&mut self, field: &str, rule: &format::FlatDuty) -> book::FlatDuty {
        book::FlatDuty {
            amount: self.not_negative(&format!("{field}.amount"), rule.amount),
            currency: self.currency(&format!("{field}.currency"), rule.currency.as_deref()),
            per: rule.per,
            digits: self.digits(field, rule.digits),
        }
    }

    fn relief(&mut self, field: &str, rule: &format::Relief) -> book::Relief {
        if rule.of.is_empty() {
            self.problem(&format!("{field}.of"), "name what is relieved: duty, tax, customs_fees");
        }
        book::Relief { of: rule.of.clone() }
    }

    #[expect(clippy::unused_self, reason = "one of a family")]
    fn regime(&mut self, _: &str, rule: &format::Regime) -> book::Regime {
        book::Regime {
            name: rule.name.clone(),
            optional: rule.optional,
            base: parts(&rule.base),
            relieves_duty: rule.relieves_duty,
            clears_fees: rule.clears_fees,
        }
    }

    fn tax(&mut self, field: &str, rule: &format::Tax) -> book::Tax {
        let at = |name: &str| format!("{field}.{name}");
        // A tax inside its own base of a hundred percent would be without end.
        let most = if rule.inside { 99 } else { 1000 };
        if rule.code.trim().is_empty() {
            self.problem(&at("code"), "give a code such as VAT");
        }
        book::Tax {
            code: rule.code.clone(),
            name: rule.name.clone(),
            rate: self.within(&at("rate"), rule.rate, 0, most),
            hs: self.codes(&at("hs"), &rule.hs),
            regions: rule.region.iter().map(|region| normalised(region)).collect(),
            base: parts(&rule.base),
            on_taxes: rule.on_taxes.clone(),
            inside: rule.inside,
            round: self.round(field, rule.round_to, rule.rounding),
        }
    }

    fn fee(&mut self, field: &str, rule: &format::Fee) -> book::Fee {
        let at = |name: &str| format!("{field}.{name}");
        if rule.amount.is_none() && rule.percent.is_none() {
            self.problem(field, "a fee has an amount, a percent, or both");
        }
        if rule.amount.is_some() != rule.per.is_some() {
            self.problem(&at("per"), "amount and per belong together");
        }
        if rule.percent.is_some() != rule.of.is_some() {
            self.problem(&at("of"), "percent and of belong together");
        }
        if rule.in_tax_base && matches!(rule.of, Some(PercentBase::Tax | PercentBase::DutyAndTax)) {
            self.problem(&at("of"), "a fee inside the tax base cannot be a part of the tax");
        }
        for (name, value) in [("amount", rule.amount), ("minimum", rule.minimum), ("maximum", rule.maximum)] {
            if let Some(value) = value {
                self.not_negative(&at(name), value);
            }
        }
        if let (Some(least), Some(most)) = (rule.minimum, rule.maximum)
            && least > most
        {
            self.problem(&at("minimum"), format!("the minimum {least} is above the maximum {most}"));
        }
        book::Fee {
            name: rule.name.clone(),
            flat: rule.amount.zip(rule.per),
            percent: rule.percent.map(|p| self.within(&at("percent"), p, 0, 1000)).zip(rule.of),
            currency: self.currency(&at("currency"), rule.currency.as_deref()),
            digits: self.digits(field, rule.digits),
            minimum: rule.minimum,
            maximum: rule.maximum,
            in_tax_base: rule.in_tax_base,
            skip_under_regime: rule.skip_under_regime,
            by_carrier: rule.collected_by == format::CollectedBy::Carrier,
            enabled: rule.enabled,
        }
    }

    fn restriction(&mut self, field: &str, rule: &format::Restriction) -> book::Restriction {
        if rule.hs.is_empty() {
            self.problem(&format!("{field}.hs"), "name the goods by HS prefixes");
        }
        book::Restriction {
            hs: self.codes(&format!("{field}.hs"), &rule.hs),
            level: rule.level,
            reason: rule.reason.clone(),
        }
    }
}

fn parts(parts: &[TaxPart]) -> Vec<TaxPart> {
    // Twice written is not twice taxed.
    let mut parts = parts.to_vec();
    parts.sort_unstable_by_key(|part| *part as u8);
    parts.dedup();
    parts
}
