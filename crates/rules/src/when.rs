//! Values that all kinds of rules share: days, currencies, countries, codes, conditions.

use crossdock_domain::clock::Day;
use crossdock_domain::country::Country;
use crossdock_domain::landed_cost::HsCode;
use crossdock_domain::landed_cost::book::{self, Confidence, RuleHeader, normalised};
use crossdock_domain::money::Currency;
use rust_decimal::Decimal;

use crate::compile::Groups;
use crate::files::Problem;
use crate::format;
use crate::locate::Locator;

/// Reads the values of one file and keeps what is wrong with them.
pub(crate) struct Reader<'a> {
    pub(crate) locator: &'a Locator<'a>,
    pub(crate) groups: &'a Groups,
    pub(crate) problems: &'a mut Vec<Problem>,
    /// The territory's currency.
    pub(crate) currency: Currency,
}

impl Reader<'_> {
    pub(crate) fn problem(&mut self, field: &str, message: impl Into<String>) {
        let problem = self.locator.problem(field, message);
        self.problems.push(problem);
    }

    pub(crate) fn day(&mut self, field: &str, written: &toml::value::Datetime) -> Option<Day> {
        let date = written.date.filter(|_| written.time.is_none() && written.offset.is_none());
        let day = date.and_then(|date| {
            Day::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?)
        });
        if day.is_none() {
            self.problem(field, format!("{written} is not a valid date; write it as 2026-07-01, without quotes"));
        }
        day
    }

    pub(crate) fn currency(&mut self, field: &str, written: Option<&str>) -> Currency {
        let Some(code) = written else { return self.currency };
        code.parse().unwrap_or_else(|error: crossdock_domain::money::UnknownCurrency| {
            self.problem(field, error.to_string());
            self.currency
        })
    }

    /// Countries and `@groups`, in the order of their codes, each once.
    pub(crate) fn countries(&mut self, field: &str, written: &[String]) -> Vec<Country> {
        let mut all = Vec::new();
        for (index, entry) in written.iter().enumerate() {
            let field = format!("{field}[{index}]");
            if let Some(group) = entry.strip_prefix('@') {
                match self.groups.get(group) {
                    Some(countries) => all.extend_from_slice(countries),
                    None => self.problem(&field, format!("no file has a [[group]] with the id {group:?}")),
                }
                continue;
            }
            match Country::from_code(entry) {
                // The protocol's code for Sint Eustatius would hold for nothing.
                Some(country) if country.code() == "EU" => {
                    self.problem(&field, "\"EU\" is no country; name a group such as @eu27");
                }
                Some(country) => all.push(country),
                None => {
                    self.problem(&field, format!("unknown country {entry:?}; give a code of two letters such as US"));
                }
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    pub(crate) fn codes(&mut self, field: &str, written: &[String]) -> Vec<HsCode> {
        let mut codes = Vec::with_capacity(written.len());
        for (index, text) in written.iter().enumerate() {
            match text.parse() {
                Ok(code) => codes.push(code),
                Err(error) => {
                    let error: crossdock_domain::landed_cost::InvalidHsCode = error;
                    self.problem(&format!("{field}[{index}]"), error.to_string());
                }
            }
        }
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// A number within bounds.
    pub(crate) fn within(&mut self, field: &str, value: Decimal, least: u32, most: u32) -> Decimal {
        if value < Decimal::from(least) || value > Decimal::from(most) {
            self.problem(field, format!("{value} is not between {least} and {most}"));
        }
        value
    }

    pub(crate) fn not_negative(&mut self, field: &str, value: Decimal) -> Decimal {
        if value < Decimal::ZERO {
            self.problem(field, format!("{value} is negative"));
        }
        value
    }

    pub(crate) fn when(&mut self, field: &str, written: &format::Conditions) -> book::Conditions {
        let at = |name: &str| format!("{field}.{name}");
        for (name, limit) in [("over", written.over), ("up_to", written.up_to)] {
            if let Some(limit) = limit {
                self.not_negative(&at(name), limit);
            }
        }
        if let (Some(over), Some(up_to)) = (written.over, written.up_to)
            && over >= up_to
        {
            self.problem(&at("over"), format!("no value is over {over} and up to {up_to}"));
        }
        book::Conditions {
            buyer: written.buyer,
            from: self.countries(&at("from"), &written.from),
            except_from: self.countries(&at("except_from"), &written.except_from),
            regions: written.region.iter().map(|region| normalised(region)).collect(),
            hs: self.codes(&at("hs"), &written.hs),
            except_hs: self.codes(&at("except_hs"), &written.except_hs),
            over: written.over,
            up_to: written.up_to,
            up_to_exclusive: written.up_to_exclusive,
            compare: written.compare,
            currency: self.currency(&at("currency"), written.currency.as_deref()),
        }
    }
}

/// What all rules have, borrowed from any kind.
pub(crate) struct Common<'a> {
    pub(crate) id: &'a str,
    pub(crate) when: &'a format::Conditions,
    pub(crate) valid_from: &'a toml::value::Datetime,
    pub(crate) valid_to: Option<&'a toml::value::Datetime>,
    pub(crate) source: &'a str,
    pub(crate) checked: &'a toml::value::Datetime,
    pub(crate) confidence: Confidence,
    pub(crate) note: Option<&'a str>,
}

impl Reader<'_> {
    /// The common part of the rule at `field`; `None` when its dates cannot be read.
    pub(crate) fn applies(&mut self, field: &str, common: &Common<'_>) -> Option<RuleHeader> {
        let at = |name: &str| format!("{field}.{name}");
        let id = common.id.trim();
        let right = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(right) {
            self.problem(&at("id"), "an id has upper-case letters, digits and hyphens only");
        }
        if common.source.trim().is_empty() {
            self.problem(&at("source"), "say where the rule is written");
        }
        let when = self.when(&at("when"), common.when);
        let from = self.day(&at("valid_from"), common.valid_from);
        let to = common.valid_to.map(|to| self.day(&at("valid_to"), to));
        let checked = self.day(&at("checked"), common.checked);
        if let (Some(from), Some(Some(to))) = (from, to)
            && to < from
        {
            self.problem(&at("valid_to"), format!("{to} is before {from}, when the rule begins"));
        }
        Some(RuleHeader {
            id: id.to_owned(),
            from: from?,
            to: match to {
                Some(to) => Some(to?),
                None => None,
            },
            source: common.source.to_owned(),
            checked: checked?,
            confidence: common.confidence,
            note: common.note.map(str::to_owned),
            when,
        })
    }
}
