//! The compiled rule book: checked rules, ready to be looked up. Made from files by the `rules` crate.

mod duties;
mod rule;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

pub use duties::DutyTable;
pub use rule::{
    Basis, CompoundRate, Conditions, Confidence, Countries, DutyBound, DutyRate, DutyRule, Fee, FlatDuty, FlatUnit,
    LimitBase, PercentBase, Regime, Relief, RelievedCharge, Restriction, RestrictionLevel, RoundTo, Rounding, Rule,
    RuleHeader, SpecificRate, SpecificUnit, Tax, TaxPart,
};

use super::request::Location;
use crate::clock::Day;
use crate::country::Country;
use crate::money::Currency;

/// All rules of one version of the book.
#[derive(Debug, Clone, Default)]
pub struct RuleBook {
    version: String,
    entries: Vec<Entry>,
    by_country: HashMap<Country, Vec<(AddressMatch, usize)>>,
}

/// Makes a territory when it is first asked for. Its rules were checked before: it cannot fail.
pub type MakeTerritory = Box<dyn FnOnce() -> Territory + Send>;

/// What must be known of a territory to find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerritoryHead {
    /// Its id.
    pub id: String,
    /// Id of its customs area.
    pub area: Option<String>,
    /// Addresses that belong to it; none for an area.
    pub matches: Vec<AddressMatch>,
}

/// A territory, perhaps not made yet.
#[derive(Debug, Clone)]
struct Entry {
    id: String,
    area: Option<String>,
    territory: Arc<LazyLock<Territory, MakeTerritory>>,
}

/// Rules of a destination, or of a customs area that several destinations share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Territory {
    /// `DE`, `ES-CN`, `EU`.
    pub id: String,
    /// English name.
    pub name: String,
    /// Currency that customs computes in.
    pub currency: Currency,
    /// Id of the customs area whose rules hold too.
    pub area: Option<String>,
    /// Addresses that belong to it; none for an area.
    pub matches: Vec<AddressMatch>,
    /// What the customs value consists of.
    pub bases: Vec<Rule<Basis>>,
    /// Duties.
    pub duties: DutyTable,
    /// Flat duties.
    pub flat_duties: Vec<Rule<FlatDuty>>,
    /// Thresholds.
    pub reliefs: Vec<Rule<Relief>>,
    /// Tax at the sale.
    pub regimes: Vec<Rule<Regime>>,
    /// Import taxes.
    pub taxes: Vec<Rule<Tax>>,
    /// Fees.
    pub fees: Vec<Rule<Fee>>,
    /// Restrictions.
    pub restrictions: Vec<Rule<Restriction>>,
}

/// Addresses by country, region and beginning of the postal code. Regions and postal codes upper case, without blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressMatch {
    /// Country.
    pub country: Country,
    /// Any of these regions; none: all.
    pub regions: Vec<String>,
    /// Any of these beginnings; none: all.
    pub postal: Vec<String>,
}

impl AddressMatch {
    /// How narrow the match is for `place`; `None` when it does not match.
    fn narrowness(&self, place: &Location) -> Option<usize> {
        let mut narrow = 0;
        if place.outside.is_some() && self.is_whole_country() {
            return None;
        }
        if !self.regions.is_empty() {
            let region = normalised(place.region.as_deref()?);
            self.regions.contains(&region).then_some(())?;
            narrow += 1;
        }
        if !self.postal.is_empty() {
            let code = normalised(place.postal_code.as_deref()?);
            narrow += 2 + self.postal.iter().filter(|start| code.starts_with(start.as_str())).map(String::len).max()?;
        }
        Some(narrow)
    }
}

impl AddressMatch {
    fn is_whole_country(&self) -> bool {
        self.regions.is_empty() && self.postal.is_empty()
    }
}

/// How the book divides a country into territories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divided {
    /// One set of rules holds for all of it.
    Not,
    /// Some postal codes have rules of their own.
    ByPostalCode,
    /// Whole regions have.
    ByRegion,
}

/// Upper case, without blanks and hyphens: how regions and postal codes are compared.
pub fn normalised(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_uppercase).collect()
}

/// The rules that hold for one destination: its own and those of its area.
#[derive(Debug, Clone, Copy)]
pub struct Destination<'a> {
    /// The destination itself.
    pub own: &'a Territory,
    /// Its customs area.
    pub area: Option<&'a Territory>,
}

impl<'a> Destination<'a> {
    /// Both, the destination first.
    pub fn territories(self) -> impl Iterator<Item = &'a Territory> {
        std::iter::once(self.own).chain(self.area)
    }

    /// Whether one of its rules or matches names this region.
    pub fn names(self, region: &str) -> bool {
        let region = normalised(region);
        self.territories().any(|territory| {
            territory.matches.iter().any(|found| found.regions.contains(&region))
                || territory.taxes.iter().any(|rule| rule.says.regions.contains(&region))
        })
    }

    /// The rules of one kind that are valid on `day`.
    pub fn rules<R: 'a>(self, day: Day, of: fn(&Territory) -> &[Rule<R>]) -> impl Iterator<Item = &'a Rule<R>> {
        self.territories().flat_map(of).filter(move |rule| rule.applies.on(day))
    }
}

impl Entry {
    fn territory(&self) -> &Territory {
        &self.territory
    }
}

impl RuleBook {
    /// A book of these territories. `version` names it for ever: a hash of its files.
    pub fn new(version: String, territories: Vec<Territory>) -> Self {
        let made = territories.into_iter().map(|territory| {
            let head = TerritoryHead {
                id: territory.id.clone(),
                area: territory.area.clone(),
                matches: territory.matches.clone(),
            };
            (head, Box::new(move || territory) as MakeTerritory)
        });
        Self::on_demand(version, made)
    }

    /// A book whose territories are made when they are first asked for. Their heads must be those of what is made.
    pub fn on_demand(version: String, territories: impl IntoIterator<Item = (TerritoryHead, MakeTerritory)>) -> Self {
        let mut book = Self { version, ..Self::default() };
        for (index, (head, make)) in territories.into_iter().enumerate() {
            for found in head.matches {
                book.by_country.entry(found.country).or_default().push((found, index));
            }
            let territory = Arc::new(LazyLock::new(make));
            book.entries.push(Entry { id: head.id, area: head.area, territory });
        }
        book
    }

    /// The version's name.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// All territories, areas too.
    pub fn territories(&self) -> impl Iterator<Item = &Territory> {
        self.entries.iter().map(Entry::territory)
    }

    /// A territory by id.
    pub fn territory(&self, id: &str) -> Option<&Territory> {
        self.entry(id).map(Entry::territory)
    }

    fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The destination that a place belongs to: the narrowest match. `None` when the book has no rules for it.
    pub fn destination(&self, place: &Location) -> Option<Destination<'_>> {
        self.entry_of(place).map(|entry| self.of_territory(entry.territory()))
    }

    /// Whether [`Self::destination`] answers at once, because everything was asked for before.
    pub fn is_at_hand(&self, place: &Location) -> bool {
        let made = |entry: &Entry| LazyLock::get(&entry.territory).is_some();
        self.entry_of(place)
            .is_none_or(|entry| made(entry) && entry.area.as_deref().and_then(|id| self.entry(id)).is_none_or(made))
    }

    fn entry_of(&self, place: &Location) -> Option<&Entry> {
        let candidates = self.by_country.get(&place.country)?;
        let matching = candidates.iter().filter_map(|(found, index)| Some((found.narrowness(place)?, *index)));
        // The first of equals: files are in the order of their names.
        let (_, index) = matching.min_by_key(|(narrow, index)| (usize::MAX - narrow, *index))?;
        self.entries.get(index)
    }

    /// How the book divides a country.
    pub fn divides(&self, country: Country) -> Divided {
        let matches = self.by_country.get(&country).map(Vec::as_slice).unwrap_or_default();
        if matches.iter().any(|(found, _)| !found.regions.is_empty()) {
            return Divided::ByRegion;
        }
        if matches.iter().any(|(found, _)| !found.is_whole_country()) { Divided::ByPostalCode } else { Divided::Not }
    }

    /// A territory with its area.
    pub fn of_territory<'a>(&'a self, own: &'a Territory) -> Destination<'a> {
        Destination { own, area: own.area.as_deref().and_then(|id| self.territory(id)) }
    }
}
