//! `eurofxref.csv` (a row of currencies, a row of rates per day) and the plain form (a row per currency).

use crossdock_domain::clock::Day;
use csv::{ReaderBuilder, StringRecord, Trim};

use super::{PerBase, RowProblem, take, whole};

fn reader(text: &str) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(if has_semicolons(text) { b';' } else { b',' })
        .trim(Trim::All)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes())
}

/// Whether the first row that is no comment is divided by semicolons, as spreadsheets write it where commas are decimal.
pub(super) fn has_semicolons(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.contains(';'))
}

/// A rate as [`take`] reads it. A decimal comma can only be meant where commas do not divide the columns, and only when there
/// is nothing that may be a separator of thousands.
fn decimal(cell: &str, semicolons: bool) -> String {
    if semicolons && cell.matches(',').count() == 1 && !cell.contains('.') {
        return cell.replace(',', ".");
    }
    cell.to_owned()
}

fn records(text: &str) -> impl Iterator<Item = Result<(u64, StringRecord), RowProblem>> {
    reader(text).into_records().map(|record| {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            RowProblem::new(line, "row", error.to_string())
        })?;
        Ok((record.position().map_or(0, csv::Position::line), record))
    })
}

/// Day and rates of the bank's file; of several days the newest.
pub(super) fn read_bank(text: &str) -> Result<(Day, PerBase), RowProblem> {
    let semicolons = has_semicolons(text);
    let mut records = records(text);
    let (_, header) = records.next().transpose()?.ok_or_else(|| whole("the file is empty".to_owned()))?;
    let mut newest: Option<(Day, PerBase)> = None;
    for record in records {
        let (line, record) = record?;
        let day = day(&record[0]).ok_or_else(|| {
            let message = format!("{:?} is not a valid date; expected 20 November 2026 or 2026-11-20", &record[0]);
            RowProblem::new(line, "Date", message)
        })?;
        if newest.as_ref().is_some_and(|(known, _)| *known >= day) {
            continue;
        }
        let mut per_base = PerBase::new();
        for (code, rate) in header.iter().zip(&record).skip(1) {
            // Every row ends with a comma; currencies of former times have no rate any more.
            if code.is_empty() || rate.is_empty() || rate == "N/A" {
                continue;
            }
            take(&mut per_base, line, code, &decimal(rate, semicolons))?;
        }
        // A day without any rate, a holiday, is passed over.
        if per_base.is_empty() {
            continue;
        }
        newest = Some((day, per_base));
    }
    newest.ok_or_else(|| whole("the file holds no rates".to_owned()))
}

/// `20 November 2026` or `2026-11-20`.
fn day(text: &str) -> Option<Day> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let mut parts = text.split_whitespace();
    let (number, name, year) = (parts.next()?, parts.next()?, parts.next()?);
    let name = name.get(..3)?.to_ascii_lowercase();
    let month = MONTHS.iter().position(|month| *month == name)?;
    Day::new(year.parse().ok()?, i8::try_from(month + 1).ok()?, number.parse().ok()?)
}

/// Rates of a plain file with the columns `currency` and `rate`.
pub(super) fn read_plain(text: &str) -> Result<PerBase, RowProblem> {
    let semicolons = has_semicolons(text);
    let mut records = records(text);
    let (line, header) = records.next().transpose()?.ok_or_else(|| whole("the file is empty".to_owned()))?;
    let column = |name: &str| header.iter().position(|cell| cell.eq_ignore_ascii_case(name));
    let (Some(currency), Some(rate)) = (column("currency"), column("rate")) else {
        let message = "expected the columns currency,rate; the bank's own files are read as they are";
        return Err(RowProblem::new(line, "header", message));
    };
    let mut per_base = PerBase::new();
    for record in records {
        let (line, record) = record?;
        let cell = |index: usize, name: &str| {
            record.get(index).filter(|cell| !cell.is_empty()).ok_or_else(|| RowProblem::new(line, name, "is missing"))
        };
        if record.iter().all(str::is_empty) {
            continue;
        }
        let rate = decimal(cell(rate, "rate")?, semicolons);
        take(&mut per_base, line, cell(currency, "currency")?, &rate)?;
    }
    Ok(per_base)
}
