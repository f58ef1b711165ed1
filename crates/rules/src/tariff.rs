//! Tariffs of a destination from CSV files of tens of thousands of rows: ordinary and preferential duties by HS code.
//!
//! Columns, in any order; only `hs` and one of `ad_valorem` and `specific_amount` must hold something:
//!
//! | column | holds |
//! | --- | --- |
//! | `hs` | 2 to 13 digits, points and blanks between them allowed; the longest prefix of a line's code wins |
//! | `origin` | blank: every origin; else codes of countries with blanks, `;` or `\|` between |
//! | `ad_valorem` | percent of the customs value: `12`, `6.5 %`, `free` |
//! | `specific_amount`, `specific_currency`, `specific_unit` | an amount per `kg`, `100kg`, `item`, `dozen`, `litre`, `m2` |
//! | `combine` | `sum` (also when blank), `greater`, `lesser`: how both go together |
//! | `minimum_ad_valorem`, `minimum_amount`, `minimum_currency`, `minimum_unit` | at least |
//! | `maximum_ad_valorem`, `maximum_amount`, `maximum_currency`, `maximum_unit` | at most |
//! | `preferential` | `yes`: a preference for goods of that origin that are also sent from there |
//! | `valid_from`, `valid_to` | `2026-07-01`, both days included; blank: no limit |
//! | `description` | words for people, shown as the rule's note |
//!
//! Currencies that are left out are the destination's own.

mod columns;
mod compile;
mod row;

use std::collections::HashMap;
use std::io::Read;

use crossdock_domain::clock::Day;
use crossdock_domain::landed_cost::HsCode;
use crossdock_domain::money::Currency;
use serde::{Deserialize, Serialize};

pub use crate::problem::RowProblem;
pub use row::{AmountPer, Limit, TariffRow};

use columns::Columns;

/// Names of all columns, as the first line of a file may hold them.
pub const COLUMNS: &[&str] = columns::NAMES;

/// A tariff as it is stored: what [`crate::tariff::read`] made of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tariff {
    /// Version of this document, [`Tariff::VERSION`].
    pub version: u32,
    /// The territory whose duties they are: `DE`, `EU`.
    pub territory: String,
    /// Its currency: that of amounts without one.
    pub currency: Currency,
    /// Where the file is from, for the rules' source.
    pub source: String,
    /// When it was imported.
    pub imported: Day,
    /// The rows, in the order of the file.
    pub rows: Vec<TariffRow>,
}

/// What reading a file led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The good rows.
    pub rows: Vec<TariffRow>,
    /// Why others were not taken, in the order of the file; at most [`MOST_PROBLEMS`].
    pub rejected: Vec<RowProblem>,
    /// How many rows were not taken.
    pub rejected_rows: u64,
}

/// Rejected rows that are told one by one.
pub const MOST_PROBLEMS: usize = 1_000;

/// Reads a file row by row. `progress` is told the bytes read so far, after every row.
///
/// Rows that cannot be taken are reported and left out; whether the others are used is the caller's decision. An error is
/// returned when the file as a whole is no tariff: columns that are missing or unknown.
pub fn read(file: impl Read, mut progress: impl FnMut(u64)) -> Result<Reading, RowProblem> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(file);
    let header = reader.byte_headers().map_err(|error| of_csv(&error))?.clone();
    let columns = Columns::of(&header)?;
    let mut reading = Reading { rows: Vec::new(), rejected: Vec::new(), rejected_rows: 0 };
    let mut seen = SeenPeriods::default();
    let mut record = csv::ByteRecord::new();
    loop {
        let row = match reader.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) if record.iter().all(<[u8]>::is_empty) => continue,
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line);
                columns.row(line, &record).and_then(|row| seen.take(row))
            }
            Err(error) if matches!(error.kind(), csv::ErrorKind::Io(_)) => return Err(of_csv(&error)),
            Err(error) => Err(of_csv(&error)),
        };
        match row {
            Ok(row) => reading.rows.push(row),
            Err(problem) => {
                reading.rejected_rows += 1;
                if reading.rejected.len() < MOST_PROBLEMS {
                    reading.rejected.push(problem);
                }
            }
        }
        progress(reader.position().byte());
    }
    if reading.rows.is_empty() && reading.rejected_rows == 0 {
        return Err(RowProblem::new(0, "file", "the file holds no rows"));
    }
    Ok(reading)
}

fn of_csv(error: &csv::Error) -> RowProblem {
    RowProblem::new(error.position().map_or(0, csv::Position::line), "row", error.to_string())
}

/// What a row is about: code, sorted origins, whether it is a preference.
type Subject = (HsCode, Vec<u8>, bool);
/// First day, last day, line.
type Period = (Option<Day>, Option<Day>, u64);

/// Rows that say something about the same goods must not hold on the same day.
#[derive(Default)]
struct SeenPeriods(HashMap<Subject, Vec<Period>>);

impl SeenPeriods {
    fn take(&mut self, row: TariffRow) -> Result<TariffRow, RowProblem> {
        let mut origins: Vec<[u8; 2]> =
            row.origin.iter().filter_map(|country| country.code().as_bytes().try_into().ok()).collect();
        origins.sort_unstable();
        let others = self.0.entry((row.hs, origins.concat(), row.preferential)).or_default();
        let overlaps = |(from, to, _): &&Period| {
            let starts_in_time = |from: Option<Day>, to: Option<Day>| match (from, to) {
                (Some(from), Some(to)) => from <= to,
                _ => true,
            };
            starts_in_time(*from, row.valid_to) && starts_in_time(row.valid_from, *to)
        };
        if let Some((.., line)) = others.iter().find(overlaps) {
            let message = format!("line {line} holds for {} and the same origin on the same days", row.hs);
            return Err(RowProblem::new(row.line, "hs", message));
        }
        others.push((row.valid_from, row.valid_to, row.line));
        Ok(row)
    }
}

impl Tariff {
    /// Current document version.
    pub const VERSION: u32 = 1;

    /// The stored form: JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads the stored form back.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

#[cfg(test)]
mod tests;
