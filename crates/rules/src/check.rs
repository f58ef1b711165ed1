//! What only the whole book shows: ids used twice, areas that are not there, dates that overlap or leave a gap.

use std::collections::{BTreeMap, HashMap};

use crossdock_domain::clock::Day;
use crossdock_domain::landed_cost::book::{LimitBase, RelievedCharge, Rule, RuleHeader, Territory};

use crate::files::Problem;
use crate::format::RuleFile;
use crate::locate::Locator;

/// Checks the whole book.
pub(crate) fn book(
    files: &[(&str, RuleFile)],
    locators: &BTreeMap<&str, Locator<'_>>,
    territories: &[Territory],
    problems: &mut Vec<Problem>,
) {
    let mut ids: HashMap<String, String> = HashMap::new();
    let mut names: HashMap<&str, &str> = HashMap::new();
    for (path, file) in files {
        let locator = &locators[path];
        let id = file.territory.id.as_str();
        if let Some(other) = names.insert(id, path) {
            problems.push(locator.problem("territory.id", format!("{other} has this id too")));
        }
        let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".toml");
        if name != id {
            problems.push(locator.problem("territory.id", format!("the file of {id} must be called {id}.toml")));
        }
        let is_area = path.starts_with("areas/");
        if is_area != file.territory.matches.is_empty() {
            let message =
                "a destination lies in destinations/ and has a match; a customs area lies in areas/ and has none";
            problems.push(locator.problem("territory.match", message));
        }
        if let Some(area) = &file.territory.area
            && !files.iter().any(|(path, file)| path.starts_with("areas/") && file.territory.id == *area)
        {
            problems.push(locator.problem("territory.area", format!("there is no areas/{area}.toml")));
        }
        for (field, id) in rule_ids(file) {
            let here = format!("{path}, {field}");
            if let Some(other) = ids.insert(id.clone(), here) {
                problems.push(locator.problem(&format!("{field}.id"), format!("the id {id} is used in {other} too")));
            }
        }
    }
    for territory in territories {
        let Some((path, file)) = files.iter().find(|(_, file)| file.territory.id == territory.id) else { continue };
        dates(&locators[path], territory, problems);
        let area = territory.area.as_deref().and_then(|id| territories.iter().find(|other| other.id == id));
        if !path.starts_with("areas/") && territory.bases.is_empty() && area.is_none_or(|area| area.bases.is_empty()) {
            let message = "neither the destination nor its area has a [[basis]], so that nothing has a customs value";
            problems.push(locators[path].problem("basis", message));
        }
        taxes(&locators[path], file, problems);
    }
}

fn rule_ids(file: &RuleFile) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut add = |kind: &str, ids: Vec<&str>| {
        all.extend(ids.into_iter().enumerate().map(|(index, id)| (format!("{kind}[{index}]"), id.to_owned())));
    };
    add("basis", file.basis.iter().map(|rule| rule.id.as_str()).collect());
    add("duty", file.duty.iter().map(|rule| rule.id.as_str()).collect());
    add("flat_duty", file.flat_duty.iter().map(|rule| rule.id.as_str()).collect());
    add("relief", file.relief.iter().map(|rule| rule.id.as_str()).collect());
    add("regime", file.regime.iter().map(|rule| rule.id.as_str()).collect());
    add("tax", file.tax.iter().map(|rule| rule.id.as_str()).collect());
    add("fee", file.fee.iter().map(|rule| rule.id.as_str()).collect());
    add("restriction", file.restriction.iter().map(|rule| rule.id.as_str()).collect());
    all
}

/// Rules that say something about the same thing must not hold on the same day, nor leave days between them.
fn dates(locator: &Locator<'_>, territory: &Territory, problems: &mut Vec<Problem>) {
    let mut families = Families { locator, problems };
    families.check("basis", &territory.bases, true, |_| vec![String::new()]);
    families.check("duty", territory.duties.rules(), true, |duty| {
        let rest = format!("{:?} {} {}", duty.origin, duty.preferential, duty.stack);
        let codes = duty.hs.iter().map(|code| format!("{code} {rest}"));
        if duty.hs.is_empty() { vec![format!("all {rest}")] } else { codes.collect() }
    });
    families.check("tax", &territory.taxes, true, |tax| {
        let regions = if tax.regions.is_empty() { vec![String::new()] } else { tax.regions.clone() };
        let codes: Vec<String> =
            if tax.hs.is_empty() { vec![String::new()] } else { tax.hs.iter().map(ToString::to_string).collect() };
        regions.iter().flat_map(|r| codes.iter().map(move |code| format!("{} {r} {code}", tax.code))).collect()
    });
    families.check("regime", &territory.regimes, false, |regime| vec![regime.name.clone()]);
    families.check("flat_duty", &territory.flat_duties, false, |_| vec![String::new()]);
    families.check("fee", &territory.fees, false, |fee| vec![fee.name.clone()]);
    for (index, rule) in territory.reliefs.iter().enumerate() {
        let of = |what| rule.says.of.contains(&what);
        let wrong = match rule.applies.when.compare {
            LimitBase::Tax => of(RelievedCharge::Duty) || of(RelievedCharge::CustomsFees),
            LimitBase::Duty => of(RelievedCharge::Tax) || of(RelievedCharge::CustomsFees),
            LimitBase::Goods | LimitBase::CustomsValue | LimitBase::Item => false,
        };
        if wrong {
            let message = "only a relief of tax can look at the tax, only one of duty at the duty";
            families.problem(&format!("relief[{index}].when.compare"), message.to_owned());
        }
    }
    let early = |applies: &RuleHeader| matches!(applies.when.compare, LimitBase::Tax | LimitBase::Duty);
    let kinds: [(&str, Vec<&RuleHeader>); 4] = [
        ("duty", territory.duties.rules().iter().map(|rule| &rule.applies).collect()),
        ("flat_duty", territory.flat_duties.iter().map(|rule| &rule.applies).collect()),
        ("regime", territory.regimes.iter().map(|rule| &rule.applies).collect()),
        ("tax", territory.taxes.iter().map(|rule| &rule.applies).collect()),
    ];
    for (kind, rules) in kinds {
        for (index, _) in rules.iter().enumerate().filter(|(_, applies)| early(applies)) {
            let message = "duty and tax are not known yet where this rule is looked up";
            families.problem(&format!("{kind}[{index}].when.compare"), message.to_owned());
        }
    }
}

struct Families<'a> {
    locator: &'a Locator<'a>,
    problems: &'a mut Vec<Problem>,
}

impl Families<'_> {
    fn problem(&mut self, field: &str, message: String) {
        self.problems.push(self.locator.problem(field, message));
    }

    fn check<R>(&mut self, kind: &str, rules: &[Rule<R>], gaps: bool, keys: impl Fn(&R) -> Vec<String>) {
        let mut families: BTreeMap<String, Vec<(Day, Option<Day>, usize)>> = BTreeMap::new();
        for (index, rule) in rules.iter().enumerate() {
            for key in keys(&rule.says) {
                let family = format!("{key} {:?}", rule.applies.when);
                families.entry(family).or_default().push((rule.applies.from, rule.applies.to, index));
            }
        }
        for mut family in families.into_values() {
            family.sort_unstable();
            for pair in family.windows(2) {
                let ((_, to, earlier), (from, _, later)) = (pair[0], pair[1]);
                if earlier == later {
                    continue;
                }
                let (other, field) = (&rules[earlier].applies.id, format!("{kind}[{later}].valid_from"));
                match to {
                    Some(to) if to < from && gaps && to.next() < from => {
                        self.problem(
                            &field,
                            format!("there is a gap: {other} ends on {to}, this one begins on {from}"),
                        );
                    }
                    Some(to) if to < from => {}
                    Some(to) => self.problem(&field, format!("overlaps {other}, which holds until {to}")),
                    None => self.problem(&field, format!("overlaps {other}, which has no valid_to")),
                }
            }
        }
    }
}

/// Taxes on taxes must exist and must not go in a circle.
fn taxes(locator: &Locator<'_>, file: &RuleFile, problems: &mut Vec<Problem>) {
    let builds_on = |code: &str| -> Vec<&str> {
        let rules = file.tax.iter().filter(|tax| tax.code == code);
        rules.flat_map(|tax| tax.on_taxes.iter().map(String::as_str)).collect()
    };
    for (index, tax) in file.tax.iter().enumerate() {
        for other in &tax.on_taxes {
            let field = format!("tax[{index}].on_taxes");
            if !file.tax.iter().any(|tax| tax.code == *other) {
                problems.push(locator.problem(&field, format!("there is no tax with the code {other:?}")));
            }
            let (mut seen, mut next) = (vec![other.as_str()], vec![other.as_str()]);
            while let Some(code) = next.pop() {
                for below in builds_on(code) {
                    if !seen.contains(&below) {
                        seen.push(below);
                        next.push(below);
                    }
                }
            }
            if seen.contains(&tax.code.as_str()) {
                problems.push(locator.problem(&field, "taxes build on each other in a circle"));
            }
        }
    }
}
