//! Golden cases: sums worked out by hand, written down beside the numbers, computed with the starter book.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crossdock_domain::landed_cost::{
    BuyerKind, Consignment, CostRequest, Line, Location, Precision, Rates, ShortCodePolicy, landed_cost,
};
use crossdock_domain::money::{Currency, Money};
use crossdock_rules::BookFiles;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::world::{country, currency};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    sum: String,
    date: toml::value::Datetime,
    currency: String,
    to: To,
    #[serde(default)]
    buyer: BuyerKind,
    #[serde(default)]
    registered: Vec<String>,
    #[serde(default)]
    rates: BTreeMap<String, Decimal>,
    consignment: Vec<CaseConsignment>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct To {
    country: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    postal: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseConsignment {
    from: String,
    #[serde(default)]
    freight: Decimal,
    #[serde(default)]
    insurance: Decimal,
    #[serde(default)]
    discount: Decimal,
    #[serde(default)]
    parcels: u32,
    lines: Vec<CaseLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseLine {
    hs: Option<String>,
    origin: Option<String>,
    quantity: Decimal,
    amount: Decimal,
    grams: Option<Decimal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    duty: Decimal,
    tax: Decimal,
    fees: Decimal,
    precision: Precision,
}

impl Case {
    fn request(&self) -> (CostRequest, Option<Rates>) {
        let money: Currency = currency(&self.currency);
        let minor = |amount: Decimal| Money::from_decimal(amount, money).expect("in range").minor;
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut position = 0;
        let consignments = self.consignment.iter().map(|consignment| Consignment {
            supplier: None,
            ship_from: Location::country(country(&consignment.from)),
            freight: minor(consignment.freight),
            insurance: minor(consignment.insurance),
            discount: minor(consignment.discount),
            parcels: consignment.parcels,
            lines: consignment
                .lines
                .iter()
                .map(|line| {
                    position += 1;
                    Line {
                        position: position - 1,
                        description: format!("line {position}"),
                        amount: minor(line.amount),
                        quantity: line.quantity,
                        hs: line.hs.as_deref().map(|code| code.parse().expect("code")),
                        origin: line.origin.as_deref().map(|origin| origin.parse().expect("origin")),
                        grams: line.grams,
                    }
                })
                .collect(),
        });
        let request = CostRequest {
            currency: money,
            day: self.date.to_string().parse().expect("day"),
            ship_to: Location {
                country: country(&self.to.country),
                region: text(&self.to.region),
                postal_code: text(&self.to.postal),
                outside: None,
            }
            .resolved()
            .0,
            buyer: self.buyer,
            registered: self.registered.clone(),
            short_code: ShortCodePolicy::Highest,
            freight: 0,
            insurance: 0,
            discount: 0,
            doubts: None,
            consignments: consignments.collect(),
        };
        let rates = (!self.rates.is_empty()).then(|| Rates {
            base: currency("EUR"),
            day: request.day,
            source: "case".to_owned(),
            per_base: self.rates.clone(),
            origins: [].into(),
        });
        (request, rates)
    }
}

#[test]
fn every_case_comes_out_as_worked_out_by_hand() {
    let book = BookFiles::embedded().compile().expect("the starter book");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut count = 0;
    let mut wrong = String::new();
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("folder").map(|entry| entry.expect("entry").path()).collect();
    files.sort();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("file");
        let file: CaseFile = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in file.case {
            count += 1;
            let (request, rates) = case.request();
            let Case { name, sum, expect, .. } = &case;
            let cost = match landed_cost(&request, &book, None, rates.as_ref()) {
                Ok(cost) => cost,
                Err(error) => {
                    writeln!(wrong, "{name}: {error}").expect("text");
                    continue;
                }
            };
            let expected = [expect.duty, expect.tax, expect.fees].map(|amount| amount.normalize());
            let totals = &cost.totals;
            let found = [totals.duty, totals.tax, totals.fees].map(|money| money.to_decimal().normalize());
            if found != expected || cost.precision != expect.precision {
                writeln!(wrong, "{name}: {sum}\n  expected {expected:?} {:?}", expect.precision).expect("text");
                writeln!(wrong, "  found    {found:?} {:?} {:?}", cost.precision, cost.reasons).expect("text");
                for c in cost.components() {
                    let (kind, rule, rate) = (c.kind.code(), &c.rule, &c.rate);
                    writeln!(wrong, "    {kind} {rule}: {} × {rate} = {} ({})", c.base, c.amount, c.charged)
                        .expect("text");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count >= 40, "only {count} cases");
}
