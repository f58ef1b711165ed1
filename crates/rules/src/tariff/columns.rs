//! The columns of a tariff file, and a row out of its cells.

use crossdock_domain::clock::Day;
use crossdock_domain::country::{self, Country};
use crossdock_domain::landed_cost::HsCode;
use crossdock_domain::landed_cost::book::{CompoundRate, SpecificUnit};
use crossdock_domain::money::Currency;
use csv::ByteRecord;
use rust_decimal::Decimal;

use super::{AmountPer, Limit, RowProblem, TariffRow};

/// All columns.
pub(super) const NAMES: &[&str] = &[
    "hs",
    "origin",
    "ad_valorem",
    "specific_amount",
    "specific_currency",
    "specific_unit",
    "combine",
    "minimum_ad_valorem",
    "minimum_amount",
    "minimum_currency",
    "minimum_unit",
    "maximum_ad_valorem",
    "maximum_amount",
    "maximum_currency",
    "maximum_unit",
    "preferential",
    "valid_from",
    "valid_to",
    "description",
];
/// Longest description that is kept, in characters.
const LONGEST_DESCRIPTION: usize = 200;
/// Highest percentage that is believed.
const HIGHEST_PERCENT: i64 = 5_000;

/// Where each column is.
#[derive(Debug)]
pub(super) struct Columns {
    places: Vec<Option<usize>>,
}

/// The cells of one row, by the names of their columns.
struct Cells<'a> {
    columns: &'a Columns,
    record: &'a ByteRecord,
    line: u64,
}

impl Columns {
    /// Reads the first line.
    pub(super) fn of(header: &ByteRecord) -> Result<Self, RowProblem> {
        let mut places = vec![None; NAMES.len()];
        for (index, cell) in header.iter().enumerate() {
            let name = String::from_utf8_lossy(cell);
            let name = name.trim_start_matches('\u{feff}').trim().to_ascii_lowercase();
            if name.is_empty() {
                continue;
            }
            let Some(known) = NAMES.iter().position(|known| *known == name) else {
                let message = format!("unknown column; the columns are {}", NAMES.join(", "));
                return Err(RowProblem::new(1, &name, message));
            };
            if places[known].replace(index).is_some() {
                return Err(RowProblem::new(1, &name, "the column is there twice"));
            }
        }
        let columns = Self { places };
        if columns.place("hs").is_none() {
            return Err(RowProblem::new(1, "hs", "the column is missing"));
        }
        if columns.place("ad_valorem").is_none() && columns.place("specific_amount").is_none() {
            return Err(RowProblem::new(1, "ad_valorem", "neither ad_valorem nor specific_amount is there"));
        }
        Ok(columns)
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.places[NAMES.iter().position(|known| *known == name)?]
    }

    /// Reads a row.
    pub(super) fn row(&self, line: u64, record: &ByteRecord) -> Result<TariffRow, RowProblem> {
        let cells = Cells { columns: self, record, line };
        let hs = cells.text("hs")?.ok_or_else(|| cells.wrong("hs", "is missing"))?;
        let row = TariffRow {
            line,
            hs: HsCode::read(hs).map_err(|error| cells.wrong("hs", error.to_string()))?,
            origin: cells.origins()?,
            ad_valorem: cells.percent("ad_valorem")?,
            specific: cells.amount_per("specific")?,
            combine: cells.combine()?,
            minimum: cells.limit("minimum")?,
            maximum: cells.limit("maximum")?,
            preferential: cells.flag("preferential")?,
            valid_from: cells.day("valid_from")?,
            valid_to: cells.day("valid_to")?,
            description: cells.text("description")?.map(|text| text.chars().take(LONGEST_DESCRIPTION).collect()),
        };
        if row.ad_valorem.is_none() && row.specific.is_none() {
            return Err(cells.wrong("ad_valorem", "the row has no rate; write 0 or free when nothing is charged"));
        }
        if row.preferential && row.origin.is_empty() {
            return Err(cells.wrong("origin", "a preference names the countries that it is for"));
        }
        if let (Some(from), Some(to)) = (row.valid_from, row.valid_to)
            && to < from
        {
            return Err(cells.wrong("valid_to", format!("{to} is before valid_from, {from}")));
        }
        Ok(row)
    }
}

impl Cells<'_> {
    fn wrong(&self, field: &str, message: impl Into<String>) -> RowProblem {
        RowProblem::new(self.line, field, message)
    }

    /// The cell's text; `None` when it is blank or the column is not there.
    fn text(&self, name: &str) -> Result<Option<&str>, RowProblem> {
        let Some(cell) = self.columns.place(name).and_then(|index| self.record.get(index)) else { return Ok(None) };
        let text = std::str::from_utf8(cell).map_err(|_| self.wrong(name, "is no UTF-8 text"))?.trim();
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    fn number(&self, name: &str, text: &str) -> Result<Decimal, RowProblem> {
        let number: Decimal =
            text.parse().map_err(|_| self.wrong(name, format!("{text:?} is no number; write 6.5 with a point")))?;
        if number.is_sign_negative() && !number.is_zero() {
            return Err(self.wrong(name, "must not be negative"));
        }
        Ok(number)
    }

    fn percent(&self, name: &str) -> Result<Option<Decimal>, RowProblem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        if text.eq_ignore_ascii_case("free") {
            return Ok(Some(Decimal::ZERO));
        }
        let number = self.number(name, text.trim_end_matches('%').trim_end())?;
        if number > Decimal::from(HIGHEST_PERCENT) {
            return Err(self.wrong(name, format!("{number} percent is more than {HIGHEST_PERCENT}")));
        }
        Ok(Some(number))
    }

    fn amount_per(&self, kind: &str) -> Result<Option<AmountPer>, RowProblem> {
        let name = |part: &str| format!("{kind}_{part}");
        let (amount, currency, unit) = (name("amount"), name("currency"), name("unit"));
        let Some(text) = self.text(&amount)? else {
            for other in [currency, unit] {
                if self.text(&other)?.is_some() {
                    return Err(self.wrong(&amount, format!("is missing, although {other} is there")));
                }
            }
            return Ok(None);
        };
        let of_unit = |text: &str| match text.to_ascii_lowercase().as_str() {
            "kg" => Some(SpecificUnit::Kilogram),
            "100kg" | "100 kg" => Some(SpecificUnit::HundredKilograms),
            "item" | "piece" | "pair" | "p/st" => Some(SpecificUnit::Item),
            "dozen" => Some(SpecificUnit::Dozen),
            "litre" | "liter" | "l" => Some(SpecificUnit::Litre),
            "m2" | "m²" => Some(SpecificUnit::SquareMetre),
            _ => None,
        };
        let per = self.text(&unit)?.ok_or_else(|| self.wrong(&unit, "is missing: per what is the amount?"))?;
        let per = of_unit(per)
            .ok_or_else(|| self.wrong(&unit, format!("{per:?} is none of kg, 100kg, item, dozen, litre, m2")))?;
        let currency = match self.text(&currency)? {
            Some(code) => Some(Currency::from_code(code).ok_or_else(|| {
                self.wrong(&currency, format!("unknown currency {code:?}; give an ISO 4217 code such as EUR"))
            })?),
            None => None,
        };
        Ok(Some(AmountPer { amount: self.number(&amount, text)?, currency, unit: per }))
    }

    fn limit(&self, kind: &str) -> Result<Option<Limit>, RowProblem> {
        let limit =
            Limit { ad_valorem: self.percent(&format!("{kind}_ad_valorem"))?, specific: self.amount_per(kind)? };
        Ok(Some(limit).filter(|limit| limit.ad_valorem.is_some() || limit.specific.is_some()))
    }

    fn combine(&self) -> Result<CompoundRate, RowProblem> {
        match self.text("combine")?.map(str::to_ascii_lowercase).as_deref() {
            None | Some("sum") => Ok(CompoundRate::Sum),
            Some("greater") => Ok(CompoundRate::Greater),
            Some("lesser") => Ok(CompoundRate::Lesser),
            Some(other) => Err(self.wrong("combine", format!("{other:?} is none of sum, greater, lesser"))),
        }
    }

    fn flag(&self, name: &str) -> Result<bool, RowProblem> {
        match self.text(name)?.map(str::to_ascii_lowercase).as_deref() {
            None | Some("no" | "false" | "0") => Ok(false),
            Some("yes" | "true" | "1") => Ok(true),
            Some(other) => Err(self.wrong(name, format!("{other:?} is neither yes nor no"))),
        }
    }

    fn day(&self, name: &str) -> Result<Option<Day>, RowProblem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.parse::<Day>().map(Some).map_err(|error| self.wrong(name, error.to_string()))
    }

    fn origins(&self) -> Result<Vec<Country>, RowProblem> {
        let Some(text) = self.text("origin")? else { return Ok(Vec::new()) };
        // One name may have blanks and commas: `Korea, Republic of`. Otherwise they part codes and names.
        if let Ok(origin) = country::origin(text) {
            return Ok(origin.countries());
        }
        let by_names: Vec<&str> = text.split([';', '|', ',']).map(str::trim).filter(|name| !name.is_empty()).collect();
        let is_one = |name: &&str| country::origin(name).is_ok();
        let names: Vec<&str> = if by_names.iter().all(is_one) {
            by_names
        } else {
            text.split([' ', ';', '|', ',']).filter(|code| !code.is_empty()).collect()
        };
        let mut origins = Vec::new();
        for name in names {
            let read = country::origin(name).map_err(|error| self.wrong("origin", error.to_string()))?;
            origins
                .extend(read.countries().into_iter().filter(|country| !origins.contains(country)).collect::<Vec<_>>());
        }
        Ok(origins)
    }
}
