//! Writes a catalogue of any size to standard output, to measure imports with: the same arguments give the same bytes.
//!
//! `cargo run --release -p crossdock-wire --example catalogue -- 1000000 csv > goods.csv`
//!
//! Arguments: number of products, format (`csv`, `jsonl`, `xml`), and optionally the number of an edition: another edition has
//! other prices and stocks for every tenth product. Every product has one size with a producer's code, two price groups and stock in
//! warehouse 1; every hundredth is a set of two others.

#![allow(clippy::unwrap_used, reason = "a tool for measurements")]

use std::collections::BTreeMap;
use std::io::Write as _;

use crossdock_domain::wholesale::{EVERY_GROUP, ProductDetails, Quantity, StockMode, Unit, Vat};
use crossdock_wire::catalogue::csv::Columns;
use crossdock_wire::catalogue::{Format, Item, ItemPart, ItemPrice, ItemSize, ItemStep, ONE_SIZE, jsonl, xml};
use rust_decimal::Decimal;

fn ean(number: i64) -> String {
    format!("59{number:011}")
}

fn item(number: i64, edition: i64) -> Item {
    let change = if number % 10 == 0 { edition } else { 0 };
    let cents = 500 + number * 37 % 20_000 + change;
    let price = |group: &str, cents: i64| ItemPrice {
        group: group.to_owned(),
        steps: vec![ItemStep { from: Quantity::pieces(1), net: Decimal::new(cents, 2) }],
    };
    let set = number % 100 == 0;
    let part = |number: i64| ItemPart { code: ean(number), quantity: Quantity::pieces(1) };
    let size = ItemSize {
        size: ONE_SIZE.to_owned(),
        name: String::new(),
        producer_code: Some(ean(number)),
        external_code: None,
        stock_mode: StockMode::Counted,
        weight_grams: None,
        prices: vec![price(EVERY_GROUP, cents), price("gold", cents * 9 / 10)],
        components: if set { vec![part(number - 1), part(number - 2)] } else { Vec::new() },
        stock: if set { BTreeMap::new() } else { BTreeMap::from([(1, Decimal::from(number % 50 + change))]) },
    };
    let text = |language: &str, text: String| (language.to_owned(), text);
    let description = format!("Product number {number}, which is described in a sentence of the usual length.");
    Item {
        line: 0,
        code: format!("P-{number:07}"),
        id: None,
        active: true,
        details: ProductDetails {
            names: BTreeMap::from([text("eng", format!("Product {number}")), text("pol", format!("Towar {number}"))]),
            descriptions: BTreeMap::from([text("eng", description)]),
            vat: Vat::percent(23.into()),
            weight_grams: 100 + number % 900,
            dimensions_mm: Some([100, 80, 30]),
            hs_code: "6109.10".to_owned(),
            origin: None,
            producer: format!("Maker {}", number % 200),
            category: format!("Category {}/Shelf {}", number % 20, number % 300),
            pictures: vec![format!("https://pictures.example/{number}.jpg")],
            unit: Unit::default(),
            prepare_days: None,
        },
        sizes: vec![size],
    }
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let count: i64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let format = arguments.next().map_or(Some(Format::Csv), |name| Format::of_name(&format!("x.{name}"))).unwrap();
    let edition: i64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut columns = Columns::default();
    // A product with everything, and a set: their columns are all there are.
    columns.see(&item(1, 0));
    columns.see(&item(100, 0));
    let mut text = String::new();
    match format {
        Format::Csv => columns.write_header(&mut text),
        Format::Xml => xml::write_head(&mut text, "PLN"),
        Format::Jsonl => {}
    }
    for number in 1..=count {
        let item = item(number, edition);
        match format {
            Format::Csv => columns.write(&mut text, &item),
            Format::Jsonl => jsonl::write(&mut text, &item).map_err(std::io::Error::other)?,
            Format::Xml => xml::write(&mut text, &item),
        }
        if text.len() > 64 * 1024 {
            out.write_all(text.as_bytes())?;
            text.clear();
        }
    }
    if format == Format::Xml {
        xml::write_foot(&mut text);
    }
    out.write_all(text.as_bytes())?;
    out.flush()
}
