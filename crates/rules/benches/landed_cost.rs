//! How fast landed costs are: `cargo bench -p crossdock-rules --bench landed_cost`. Targets (issue 4): a quote of 20 lines against
//! the starter book and a tariff of 20,000 rows in less than 1 ms on one core; loading the book in less than 100 ms.

use std::hint::black_box;

use crossdock_domain::country::Country;
use crossdock_domain::landed_cost::book::{DutyTable, RuleBook};
use crossdock_domain::landed_cost::{
    BuyerKind, Consignment, CostRequest, HsCode, Line, Location, Rates, ShortCodePolicy, landed_cost,
};
use crossdock_domain::money::Currency;
use crossdock_rules::BookFiles;
use crossdock_rules::tariff::{self, Tariff};

/// Rows of the imported tariff.
const ROWS: u32 = 20_000;
/// Lines of the quote.
const LINES: u32 = 20;

fn main() {
    divan::main();
}

fn country(code: &str) -> Country {
    code.parse().expect("a country")
}

fn currency(code: &str) -> Currency {
    code.parse().expect("a currency")
}

fn book() -> RuleBook {
    BookFiles::embedded().compile().expect("the starter book has no mistakes")
}

/// Ten digits each, spread over all chapters; every tenth for one origin alone.
fn csv() -> String {
    let row = |n: u32| {
        let origin = if n % 10 == 9 { "CN" } else { "" };
        format!("{:010},{origin},{}.5,0.20,item\n", 100_000_000_u64 + u64::from(n) * 490_000, n % 18)
    };
    "hs,origin,ad_valorem,specific_amount,specific_unit\n".to_owned() + &(0..ROWS).map(row).collect::<String>()
}

fn table() -> DutyTable {
    let rows = tariff::read(csv().as_bytes(), |_| ()).expect("a tariff").rows;
    assert_eq!(rows.len(), ROWS as usize);
    let imported = "2026-11-21".parse().expect("a day");
    let version = Tariff::VERSION;
    Tariff { version, territory: "EU".to_owned(), currency: currency("EUR"), source: String::new(), imported, rows }
        .table()
}

fn request() -> CostRequest {
    let codes = ["610910", "900410", "640399", "851713", "950300", "330499", "420221", "910211", "490199", "620342"];
    let line = |n: u32| Line {
        position: n,
        description: format!("Line {n}"),
        amount: 1_999 + i64::from(n),
        quantity: (1 + n % 3).into(),
        hs: codes[n as usize % codes.len()].parse::<HsCode>().ok(),
        origin: Some(country(if n.is_multiple_of(2) { "CN" } else { "BD" }).into()),
        grams: Some((200 + n).into()),
    };
    let consignment = Consignment {
        supplier: None,
        ship_from: Location::country(country("US")),
        freight: 0,
        insurance: 0,
        discount: 500,
        parcels: 1,
        lines: (0..LINES).map(line).collect(),
    };
    CostRequest {
        currency: Currency::USD,
        day: "2026-11-21".parse().expect("a day"),
        ship_to: Location::country(country("DE")),
        buyer: BuyerKind::Consumer,
        registered: Vec::new(),
        short_code: ShortCodePolicy::Highest,
        freight: 2_500,
        insurance: 300,
        discount: 1_000,
        doubts: None,
        consignments: vec![consignment],
    }
}

fn rates() -> Rates {
    let per_base = [("USD".to_owned(), "1.0867".parse().expect("a rate"))].into();
    Rates {
        base: currency("EUR"),
        day: "2026-11-20".parse().expect("a day"),
        source: String::new(),
        per_base,
        origins: [].into(),
    }
}

#[divan::bench]
fn quote_of_20_lines_with_a_tariff_of_20_000_rows(bencher: divan::Bencher<'_, '_>) {
    let (book, table, request, rates) = (book(), table(), request(), rates());
    bencher.bench(|| landed_cost(black_box(&request), &book, Some(&table), Some(&rates)).expect("a quote"));
}

#[divan::bench]
fn quote_of_20_lines_with_the_starter_duties(bencher: divan::Bencher<'_, '_>) {
    let (book, request, rates) = (book(), request(), rates());
    bencher.bench(|| landed_cost(black_box(&request), &book, None, Some(&rates)).expect("a quote"));
}

#[divan::bench]
fn load_the_starter_book() -> RuleBook {
    book()
}

#[divan::bench]
fn read_a_tariff_of_20_000_rows(bencher: divan::Bencher<'_, '_>) {
    let text = csv();
    bencher.bench(|| tariff::read(black_box(text.as_bytes()), |_| ()).expect("a tariff"));
}
