//! Shorthands: small books, requests, rates.

use std::collections::BTreeMap;

use crossdock_domain::clock::Day;
use crossdock_domain::country::Country;
use crossdock_domain::landed_cost::book::RuleBook;
use crossdock_domain::landed_cost::{
    Component, Consignment, CostRequest, LandedCost, LandedCostError, Line, Location, Rates, ShortCodePolicy,
    landed_cost,
};
use crossdock_domain::money::Currency;
use crossdock_rules::BookFiles;

/// What every rule ends with.
pub const META: &str = "valid_from = 2020-01-01\nsource = \"made up\"\nchecked = 2026-11-22\nconfidence = \"exact\"\n";

/// A destination DE in euros with a CIF basis and these rules; `META` stands for the common fields.
pub fn book_text(rules: &str) -> String {
    format!(
        "[territory]\nid = \"DE\"\nname = \"Testland\"\ncurrency = \"EUR\"\nmatch = [{{ country = \"DE\" }}]\n\
         [[basis]]\nid = \"CIF\"\nincludes_freight = true\n{META}\n{}",
        rules.replace("META", META)
    )
}

pub fn book(rules: &str) -> RuleBook {
    compile(&book_text(rules))
}

pub fn compile(text: &str) -> RuleBook {
    BookFiles::from_texts([("destinations/DE.toml", text)]).compile().expect("a book without mistakes")
}

pub fn day(text: &str) -> Day {
    text.parse().expect("day")
}

pub fn country(code: &str) -> Country {
    code.parse().expect("country")
}

pub fn line(hs: &str, amount: i64) -> Line {
    Line {
        position: 0,
        description: "Goods".to_owned(),
        amount,
        quantity: 1.into(),
        hs: (!hs.is_empty()).then(|| hs.parse().expect("code")),
        origin: Some(country("CN").into()),
        grams: None,
    }
}

pub fn request(lines: Vec<Line>) -> CostRequest {
    let lines = lines.into_iter().zip(0..).map(|(line, position)| Line { position, ..line }).collect();
    CostRequest {
        currency: "EUR".parse().expect("currency"),
        day: day("2026-11-21"),
        ship_to: Location::country(country("DE")),
        buyer: crossdock_domain::landed_cost::BuyerKind::Consumer,
        registered: Vec::new(),
        short_code: ShortCodePolicy::Highest,
        freight: 0,
        insurance: 0,
        discount: 0,
        doubts: None,
        consignments: vec![Consignment {
            supplier: None,
            ship_from: Location::country(country("CN")),
            freight: 0,
            insurance: 0,
            discount: 0,
            parcels: 1,
            lines,
        }],
    }
}

pub fn rates(pairs: &[(&str, &str)]) -> Rates {
    let per_base: BTreeMap<_, _> =
        pairs.iter().map(|(code, rate)| ((*code).to_owned(), rate.parse().expect("rate"))).collect();
    Rates {
        base: "EUR".parse().expect("currency"),
        day: day("2026-11-20"),
        source: "made up".to_owned(),
        per_base,
        origins: [].into(),
    }
}

pub fn cost(rules: &str, request: &CostRequest) -> LandedCost {
    try_cost(rules, request).expect("cost")
}

pub fn try_cost(rules: &str, request: &CostRequest) -> Result<LandedCost, LandedCostError> {
    landed_cost(request, &book(rules), None, None)
}

/// `duty/tax/fees` in minor units.
pub fn sums(cost: &LandedCost) -> (i64, i64, i64) {
    (cost.totals.duty.minor, cost.totals.tax.minor, cost.totals.fees.minor)
}

pub fn component<'a>(cost: &'a LandedCost, rule: &str) -> &'a Component {
    cost.components().find(|component| component.rule == rule).unwrap_or_else(|| panic!("no component of {rule}"))
}

pub fn currency(code: &str) -> Currency {
    code.parse().expect("currency")
}
