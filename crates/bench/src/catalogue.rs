//! `crossdock-bench catalogue`: a catalogue of any size to measure imports with. Every product has one size with a
//! producer's code, two price groups and stock in warehouse 1; every hundredth is a set of two others.

use std::collections::BTreeMap;
use std::io::Write as _;

use clap::{Args, ValueEnum};
use crossdock_domain::wholesale::{EVERY_GROUP, ProductDetails, Quantity, StockMode, Unit, Vat};
use crossdock_wire::catalogue::csv::Columns;
use crossdock_wire::catalogue::{Format, Item, ItemComponent, ItemPrice, ItemSize, ItemStep, ONE_SIZE, jsonl, xml};
use rust_decimal::Decimal;

/// Examples at the end of `--help`.
const EXAMPLES: &str = "\
Examples:
  crossdock-bench catalogue 1000000 csv > goods.csv
  crossdock-bench catalogue 1000000 csv 1 > next.csv    other prices and stocks for every tenth product

The same arguments give the same bytes.";

/// Write a catalogue of any size to standard output, to measure imports with
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct Catalogue {
    /// Number of products
    #[arg(default_value_t = 1_000_000, value_parser = clap::value_parser!(i64).range(1..=100_000_000))]
    products: i64,
    /// Format of the file
    #[arg(value_enum, default_value_t = FormatName::Csv)]
    format: FormatName,
    /// Another edition has other prices and stocks for every tenth product
    #[arg(default_value_t = 0)]
    edition: i64,
}

/// Formats by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatName {
    /// One line for each size
    Csv,
    /// One JSON document for each product
    Jsonl,
    /// One document
    Xml,
}

impl FormatName {
    const fn format(self) -> Format {
        match self {
            Self::Csv => Format::Csv,
            Self::Jsonl => Format::Jsonl,
            Self::Xml => Format::Xml,
        }
    }
}

fn ean(number: i64) -> String {
    format!("59{number:011}")
}

fn item(number: i64, edition: i64) -> Item {
    let change = if number % 10 == 0 { edition } else { 0 };
    let cents = 500 + number * 37 % 20_000 + change;
    let price = |group: &str, cents: i64| ItemPrice {
        currency: None,
        group: group.to_owned(),
        steps: vec![ItemStep { from: Quantity::pieces(1), net: Decimal::new(cents, 2) }],
    };
    let set = number % 100 == 0;
    let part = |number: i64| ItemComponent { code: ean(number), quantity: Quantity::pieces(1) };
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
        currency: None,
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

/// Runs the command.
pub fn run(command: &Catalogue) -> std::io::Result<()> {
    let &Catalogue { products, format, edition } = command;
    let format = format.format();
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
    for number in 1..=products {
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
