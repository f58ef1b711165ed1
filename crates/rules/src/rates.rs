//! Exchange rates from files: the European Central Bank's daily XML and CSV (bare or zipped), and a plain `currency,rate`.

mod csv_file;
mod xml;
mod zipped;

use std::collections::BTreeMap;

use crossdock_domain::clock::Day;
use crossdock_domain::landed_cost::Rates;
use crossdock_domain::money::Currency;
use rust_decimal::Decimal;

pub use crate::problem::RowProblem;

/// Larger files are no daily rates; also the limit of what a zip may unfold to.
pub const LARGEST_FILE: usize = 16 * 1024 * 1024;
/// What quotes cite for the bank's files.
pub const ECB: &str = "European Central Bank, euro foreign exchange reference rates";

/// What a file does not say itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// The day of the rates; a plain CSV needs it.
    pub day: Option<Day>,
    /// The currency that is quoted as 1; a plain CSV needs it.
    pub base: Option<Currency>,
    /// Who published them; quotes cite it.
    pub source: Option<String>,
}

/// Rates as they are read, by currency code.
type PerBase = BTreeMap<String, Decimal>;

/// Reads a file of exchange rates; its kind is told from its beginning.
///
/// The bank's files say day and base themselves: a hint that contradicts them is a mistake. Of a file with several days the
/// newest one counts. Errors name the line and what would be right.
pub fn read(bytes: &[u8], hints: &Hints) -> Result<Rates, RowProblem> {
    if bytes.len() > LARGEST_FILE {
        return Err(whole(format!("the file is larger than {LARGEST_FILE} bytes; that is no file of daily rates")));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return read(&zipped::first_file(bytes)?, hints);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| whole("the file is no UTF-8 text".to_owned()))?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('<') {
        let (day, per_base) = xml::read(text)?;
        return of_bank(day, per_base, hints);
    }
    let first = text.lines().next().unwrap_or_default().to_ascii_lowercase();
    if first.trim_start().starts_with("date") {
        let (day, per_base) = csv_file::read_bank(text)?;
        return of_bank(day, per_base, hints);
    }
    let per_base = csv_file::read_plain(text)?;
    let day = hints.day.ok_or_else(|| whole("a plain file does not tell its day; give --day 2026-11-20".to_owned()))?;
    let base =
        hints.base.ok_or_else(|| whole("a plain file does not tell its base currency; give --base EUR".to_owned()))?;
    let source = hints.source.clone().unwrap_or_else(|| "imported file".to_owned());
    finish(Rates { base, day, source, per_base, origins: BTreeMap::new() })
}

fn of_bank(day: Day, per_base: PerBase, hints: &Hints) -> Result<Rates, RowProblem> {
    let euro = Currency::from_code("EUR").ok_or_else(|| whole("the euro is unknown".to_owned()))?;
    if let Some(hint) = hints.day.filter(|hint| *hint != day) {
        return Err(whole(format!("the file holds rates of {day}, not of {hint}; leave --day out")));
    }
    if let Some(hint) = hints.base.filter(|hint| *hint != euro) {
        return Err(whole(format!("the file quotes units per euro, not per {hint}; leave --base out")));
    }
    let source = hints.source.clone().unwrap_or_else(|| ECB.to_owned());
    finish(Rates { base: euro, day, source, per_base, origins: BTreeMap::new() })
}

fn finish(mut rates: Rates) -> Result<Rates, RowProblem> {
    if let Some(rate) = rates.per_base.remove(rates.base.code())
        && rate != Decimal::ONE
    {
        return Err(whole(format!("{} is the base and must be 1, not {rate}", rates.base)));
    }
    if rates.per_base.is_empty() {
        return Err(whole("the file holds no rates".to_owned()));
    }
    Ok(rates)
}

fn whole(message: String) -> RowProblem {
    RowProblem::new(0, "file", message)
}

/// Adds a rate to the others.
fn take(per_base: &mut PerBase, line: u64, code: &str, rate: &str) -> Result<(), RowProblem> {
    let wrong = |message: String| RowProblem::new(line, "rate", message);
    let code = code.trim().to_ascii_uppercase();
    if Currency::from_code(&code).is_none() {
        let message = format!("unknown currency {code:?}; give an ISO 4217 code such as USD");
        return Err(RowProblem::new(line, "currency", message));
    }
    let value: Decimal =
        rate.trim().parse().map_err(|_| wrong(format!("{:?} is no number; write 1.0867 with a point", rate.trim())))?;
    if value <= Decimal::ZERO {
        return Err(wrong(format!("the rate of {code} must be above zero")));
    }
    if per_base.insert(code.clone(), value).is_some() {
        return Err(RowProblem::new(line, "currency", format!("{code} is there twice")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
