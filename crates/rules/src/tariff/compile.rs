//! Rows to rules.

use crossdock_domain::clock::{Day, Timestamp};
use crossdock_domain::landed_cost::book::{
    Conditions, Confidence, DutyBound, DutyRate, DutyRule, DutyTable, RoundTo, Rule, RuleHeader, SpecificRate,
};
use crossdock_domain::money::Currency;

use super::{AmountPer, Limit, Tariff, TariffRow};

impl Tariff {
    /// The table that the engine looks duties up in. Rules are called after territory, code and line of the file:
    /// `EU-TARIFF-610910#1234`.
    pub fn table(&self) -> DutyTable {
        DutyTable::new(self.rows.iter().map(|row| self.rule(row)).collect())
    }

    fn rule(&self, row: &TariffRow) -> Rule<DutyRule> {
        let applies = RuleHeader {
            id: format!("{}-TARIFF-{}#{}", self.territory, row.hs, row.line),
            from: row.valid_from.unwrap_or_else(|| Day::of(Timestamp(0))),
            to: row.valid_to,
            source: self.source.clone(),
            checked: self.imported,
            confidence: Confidence::Exact,
            note: row.description.clone(),
            when: Conditions::always(self.currency),
        };
        let says = DutyRule {
            hs: vec![row.hs],
            origin: row.origin.clone(),
            preferential: row.preferential,
            stack: String::new(),
            rate: DutyRate {
                ad_valorem: row.ad_valorem,
                specific: row.specific.as_ref().map(|part| specific(part, self.currency)),
                combine: row.combine,
                minimum: row.minimum.as_ref().map(|limit| bound(limit, self.currency)),
                maximum: row.maximum.as_ref().map(|limit| bound(limit, self.currency)),
                round: RoundTo::CENT,
            },
        };
        Rule { applies, says }
    }
}

fn bound(limit: &Limit, own: Currency) -> DutyBound {
    DutyBound { ad_valorem: limit.ad_valorem, specific: limit.specific.as_ref().map(|part| specific(part, own)) }
}

fn specific(part: &AmountPer, own: Currency) -> SpecificRate {
    SpecificRate { amount: part.amount, currency: part.currency.unwrap_or(own), per: part.unit }
}
