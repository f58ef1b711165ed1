//! `crossdock export labels`: one CSV row per parcel to send, for programs that print labels.

use std::io::Write as _;

use anyhow::Context as _;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1250, WINDOWS_1252};
use serde_json::Value;

use crate::commands::supply_order::amount_and_currency;
use crate::commands::supply_order::papers::Find;
use crate::context::Context;
use crate::output::{at, cell};
use crate::session::ask;

pub(super) const HELP: &str = "\
Examples:
  crossdock export labels --status packed > labels.csv
  crossdock export labels 17 18 --separator ';' --decimal comma --encoding windows-1250 > labels.csv

A row per order; without orders and without --status, all that are still to be sent. Columns:
  order_id, external_id, courier, pickup_point, name, company, street, zip, city, country, phone,
  email, weight_kg, cod_amount, cod_currency, remark, contents";

/// Options of `export labels`.
#[derive(Debug, clap::Args)]
pub struct Labels {
    #[command(flatten)]
    find: Find,
    /// Between columns
    #[arg(long, value_name = "CHARACTER", default_value = ",", value_parser = separator)]
    separator: char,
    /// Decimal mark of weights and amounts
    #[arg(long, default_value = "point")]
    decimal: DecimalMark,
    /// Encoding of the file
    #[arg(long, default_value = "utf-8")]
    encoding: FileEncoding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum DecimalMark {
    /// 1.25
    Point,
    /// 1,25
    Comma,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FileEncoding {
    /// What most programs read
    #[value(name = "utf-8")]
    Utf8,
    /// The same with the mark that spreadsheets want
    #[value(name = "utf-8-bom")]
    Utf8Bom,
    /// Central European Windows
    #[value(name = "windows-1250")]
    Windows1250,
    /// Western European Windows
    #[value(name = "windows-1252")]
    Windows1252,
}

/// The columns in their order.
const COLUMNS: [&str; 17] = [
    "order_id",
    "external_id",
    "courier",
    "pickup_point",
    "name",
    "company",
    "street",
    "zip",
    "city",
    "country",
    "phone",
    "email",
    "weight_kg",
    "cod_amount",
    "cod_currency",
    "remark",
    "contents",
];

fn separator(text: &str) -> Result<char, String> {
    match text {
        "," | ";" | "|" => Ok(text.chars().next().unwrap_or(',')),
        "\t" | "\\t" | "tab" => Ok('\t'),
        _ => Err("write one of , ; | tab".to_owned()),
    }
}

/// Runs the command.
pub(super) async fn run(context: &Context, labels: Labels) -> anyhow::Result<()> {
    let orders = ask(context, labels.find).await?;
    let mut text = String::new();
    write_row(&mut text, &COLUMNS.map(str::to_owned), labels.separator);
    for order in orders.as_array().into_iter().flatten() {
        write_row(&mut text, &row(order, labels.decimal), labels.separator);
    }
    let (bytes, lost) = encoded(&text, labels.encoding);
    if lost {
        context.note("some letters are not in this encoding and were written as ?; use --encoding utf-8 to keep them");
    }
    std::io::stdout().lock().write_all(&bytes).context("cannot write the labels")
}

/// The text in this encoding, and whether letters had to be given up.
fn encoded(text: &str, encoding: FileEncoding) -> (Vec<u8>, bool) {
    let table: &'static Encoding = match encoding {
        FileEncoding::Utf8 => UTF_8,
        FileEncoding::Utf8Bom => return ([b"\xef\xbb\xbf", text.as_bytes()].concat(), false),
        FileEncoding::Windows1250 => WINDOWS_1250,
        FileEncoding::Windows1252 => WINDOWS_1252,
    };
    let mut out = Vec::with_capacity(text.len());
    let mut lost = false;
    let mut letter = [0; 4];
    for c in text.chars() {
        let (bytes, _, missing) = table.encode(c.encode_utf8(&mut letter));
        // The encoder would write an HTML reference, which no label program reads.
        out.extend_from_slice(if missing { b"?" } else { &bytes });
        lost |= missing;
    }
    (out, lost)
}

fn row(order: &Value, mark: DecimalMark) -> [String; 17] {
    let text = |path: &str| cell(at(order, path));
    let decimal = |text: String| if mark == DecimalMark::Comma { text.replace('.', ",") } else { text };
    let grams = at(order, "document.weight_grams").as_i64().unwrap_or_default();
    let amount = amount_and_currency(at(order, "document.cash_on_delivery.amount"));
    let (collected, currency) = amount.unwrap_or_default();
    let lines = at(order, "document.lines").as_array().map_or(&[][..], Vec::as_slice);
    let contents = lines.iter().map(|line| format!("{} x {}", cell(&line["quantity"]), cell(&line["name"])));
    [
        text("order_id"),
        text("external_id"),
        text("courier"),
        text("delivery.pickup_point.id"),
        text("recipient"),
        text("delivery.address.additional"),
        text("delivery.address.street"),
        text("delivery.address.zip"),
        text("delivery.address.city"),
        text("country"),
        text("delivery.address.phone"),
        text("delivery.address.email"),
        // Unknown weights are left to the label program.
        if grams > 0 { decimal(format!("{}.{:03}", grams / 1000, grams % 1000)) } else { String::new() },
        decimal(collected),
        currency,
        text("document.note_to_courier"),
        contents.collect::<Vec<_>>().join(", "),
    ]
}

fn write_row(out: &mut String, cells: &[String], separator: char) {
    for (index, text) in cells.iter().enumerate() {
        if index > 0 {
            out.push(separator);
        }
        // One record is one line, whatever was typed into a remark.
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if text.contains([separator, '"']) || text.starts_with(' ') || text.ends_with(' ') {
            out.push('"');
            out.push_str(&text.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&text);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn order() -> Value {
        json!({ "order_id": "shop1-1", "recipient": "Zażółć \"Gęś\"", "country": "PL", "courier": "DPD",
                "delivery": { "address": { "street": "Prosta 1; m. 2", "zip": "00-001", "city": "Łódź", "phone": "+48 500" } },
                "document": { "weight_grams": 1250, "note_to_courier": "two\nlines",
                    "cash_on_delivery": { "amount": { "minor": 12_345, "currency": "PLN" } },
                    "lines": [{ "quantity": "2", "name": "Koc" }] } })
    }

    #[test]
    fn a_row_has_the_columns_that_the_heading_names() {
        let cells = row(&order(), DecimalMark::Comma);
        let of = |name: &str| cells[COLUMNS.iter().position(|column| *column == name).expect("a column")].as_str();
        assert_eq!((of("weight_kg"), of("cod_amount"), of("cod_currency")), ("1,250", "123,45", "PLN"));
        assert_eq!((of("city"), of("email"), of("contents")), ("Łódź", "", "2 x Koc"));
        assert_eq!(row(&order(), DecimalMark::Point)[12], "1.250");
    }

    #[test]
    fn a_record_is_one_line_with_separators_and_quotes_kept() {
        let mut text = String::new();
        write_row(&mut text, &row(&order(), DecimalMark::Comma), ';');
        assert_eq!(text.matches("\r\n").count(), 1);
        assert!(text.contains(r#";"Zażółć ""Gęś""";"#) && text.contains(";\"Prosta 1; m. 2\";"), "{text}");
        assert!(text.contains(";two lines;"), "{text}");
    }

    #[test]
    fn letters_that_an_encoding_lacks_are_owned_up_to() {
        assert_eq!(encoded("Łódź", FileEncoding::Windows1250), (vec![0xA3, 0xF3, b'd', 0x9F], false));
        assert_eq!(encoded("Łódź", FileEncoding::Windows1252), (vec![b'?', 0xF3, b'd', b'?'], true));
        assert_eq!(encoded("ó", FileEncoding::Utf8Bom).0, [0xEF, 0xBB, 0xBF, 0xC3, 0xB3]);
    }
}
