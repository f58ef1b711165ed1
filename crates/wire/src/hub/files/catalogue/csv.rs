//! Catalogues as separated values: a row per size, rows of a product one after another.

mod column;
mod write;

use std::collections::BTreeMap;
use std::io::BufRead;

use crossdock_domain::country;
use crossdock_domain::notation::{Notation, NotationError};
use crossdock_domain::wholesale::{Product, ProductDetails, Quantity, StockMode, Unit, Vat};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::code::article_code;
use super::{Item, ItemComponent, ItemPrice, ItemSize, ItemStep, ONE_SIZE, ReadError, RejectedRow};
use crate::table::{Record, Table, TableError};
use column::Column;
pub use write::Columns;

/// Reads products.
pub struct Reader<R> {
    table: Table<R>,
    columns: Option<Vec<Column>>,
    /// First row of the next product.
    ahead: Option<Record>,
}

impl<R> std::fmt::Debug for Reader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("columns", &self.columns).finish_non_exhaustive()
    }
}

fn broken(error: TableError) -> ReadError {
    ReadError::Broken { line: error.line, reason: error.reason }
}

impl<R: BufRead> Reader<R> {
    /// Reads a file; the separator is told by its first row.
    pub fn new(input: R) -> Self {
        Self { table: Table::new(input, None), columns: None, ahead: None }
    }

    fn columns(&mut self) -> Result<Vec<Column>, ReadError> {
        if let Some(columns) = &self.columns {
            return Ok(columns.clone());
        }
        let header = self.table.next_record().map_err(broken)?;
        let Some(header) = header else {
            return Err(ReadError::Broken {
                line: 1,
                reason: "the file is empty; its first row names the columns".to_owned(),
            });
        };
        let wrong = |reason: String| ReadError::Broken { line: header.line, reason };
        let mut columns: Vec<Column> = Vec::with_capacity(header.cells.len());
        for name in &header.cells {
            let column =
                Column::from_name(name).ok_or_else(|| wrong(format!("there is no column {:?}", name.trim())))?;
            if columns.contains(&column) {
                return Err(wrong(format!("the column {:?} is there twice", name.trim())));
            }
            columns.push(column);
        }
        for needed in [Column::Code, Column::Vat] {
            if !columns.contains(&needed) {
                return Err(wrong(format!("the column {:?} is missing", needed.name())));
            }
        }
        if !columns.iter().any(|column| matches!(column, Column::Name(_))) {
            return Err(wrong("a column with names is missing: name:pol, name:eng".to_owned()));
        }
        self.columns = Some(columns.clone());
        Ok(columns)
    }

    /// Every row of the next product.
    fn rows(&mut self, code_at: usize) -> Result<Vec<Record>, ReadError> {
        let mut rows: Vec<Record> = self.ahead.take().into_iter().collect();
        // A row that breaks off in front of its code may be one of this product.
        let same = |first: &Record, row: &Record| {
            let code = |row: &Record| row.cells.get(code_at).map(|code| code.trim().to_owned());
            code(first) == code(row) || (row.problem.is_some() && code(row).is_none())
        };
        loop {
            let Some(row) = self.table.next_record().map_err(broken)? else { return Ok(rows) };
            if rows.first().is_some_and(|first| !same(first, &row)) {
                self.ahead = Some(row);
                return Ok(rows);
            }
            // One more than can be stored tells that there are too many.
            if rows.len() <= Product::MAX_SIZES {
                rows.push(row);
            }
        }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Item, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let columns = match self.columns() {
            Ok(columns) => columns,
            Err(unread) => return Some(Err(unread)),
        };
        let code_at = columns.iter().position(|column| *column == Column::Code).unwrap_or(0);
        match self.rows(code_at) {
            Ok(rows) if rows.is_empty() => None,
            Ok(rows) => {
                let notation = self.table.notation();
                Some(Builder { columns: &columns, notation, rejected: Vec::new() }.item(&rows))
            }
            Err(unread) => Some(Err(unread)),
        }
    }
}

/// Makes a product of its rows and collects what is wrong with them.
struct Builder<'c> {
    columns: &'c [Column],
    notation: Notation,
    rejected: Vec<RejectedRow>,
}

impl Builder<'_> {
    fn reject(&mut self, row: &Record, column: &str, reason: impl Into<String>) {
        let at = self.columns.iter().position(|column| *column == Column::Code);
        let code = at.and_then(|at| row.cells.get(at)).map_or_else(String::new, |code| code.trim().to_owned());
        self.rejected.push(RejectedRow { line: row.line, code, field: column.to_owned(), reason: reason.into() });
    }

    fn cell<'r>(&self, row: &'r Record, column: &Column) -> &'r str {
        let at = self.columns.iter().position(|known| known == column);
        at.and_then(|at| row.cells.get(at)).map_or("", String::as_str)
    }

    /// A cell as a value; `None` when it is empty or was rejected.
    fn value<T>(
        &mut self,
        row: &Record,
        column: &Column,
        must: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let cell = self.cell(row, column).trim();
        if cell.is_empty() {
            return None;
        }
        let value = read(cell);
        if value.is_none() {
            self.reject(row, &column.name(), format!("{cell:?} {must}"));
        }
        value
    }

    /// A cell as a number; `None` when it is empty or was rejected.
    fn number(&mut self, row: &Record, column: &Column) -> Option<Decimal> {
        let cell = self.cell(row, column).trim();
        if cell.is_empty() {
            return None;
        }
        let cell = cell.to_owned();
        self.notation.read(&cell).map_err(|why| self.reject(row, &column.name(), format!("{cell:?} {why}"))).ok()
    }

    fn whole(&mut self, row: &Record, column: &Column) -> Option<i64> {
        let number = self.number(row, column)?;
        let whole = Some(number).filter(Decimal::is_integer).and_then(|number| number.to_i64());
        if whole.is_none() {
            self.reject(row, &column.name(), format!("{:?} is no whole number", self.cell(row, column).trim()));
        }
        whole
    }

    fn quantity(&mut self, row: &Record, column: &Column) -> Option<Quantity> {
        let quantity = Quantity::from_decimal(self.number(row, column)?);
        if quantity.is_none() {
            let must = "is no number with at most three decimals";
            self.reject(row, &column.name(), format!("{:?} {must}", self.cell(row, column).trim()));
        }
        quantity
    }

    /// A code of the producer or of another system, without what spreadsheets put around it.
    fn code(&mut self, row: &Record, column: &Column) -> Option<String> {
        match article_code(self.cell(row, column)) {
            Ok(code) => code,
            Err(reason) => {
                self.reject(row, &column.name(), reason);
                None
            }
        }
    }

    fn texts(&self, row: &Record, pick: impl Fn(&Column) -> Option<&String>) -> BTreeMap<String, String> {
        let cells = self.columns.iter().zip(&row.cells);
        let named = cells.filter_map(|(column, cell)| Some((pick(column)?.clone(), cell.clone())));
        named.filter(|(_, text)| !text.trim().is_empty()).collect()
    }

    fn details(&mut self, row: &Record) -> ProductDetails {
        let notation = self.notation;
        let vat = self.value(row, &Column::Vat, "is no percentage; write 23, or free", |text| match text {
            "free" => Some(Vat { rate: Decimal::ZERO, free: true }),
            rate => notation.read(rate.trim_end_matches('%')).ok().map(Vat::percent),
        });
        if self.cell(row, &Column::Vat).trim().is_empty() {
            self.reject(row, "vat", "is missing");
        }
        let sides = [Column::Length, Column::Width, Column::Height].map(|column| self.whole(row, &column));
        let dimensions_mm = match sides {
            [Some(length), Some(width), Some(height)] => Some([length, width, height]),
            [None, None, None] => None,
            _ => {
                self.reject(row, "length_mm", "length, width and height belong together");
                None
            }
        };
        let default = Unit::default();
        let step = self.quantity(row, &Column::UnitStep).unwrap_or(default.step);
        let name = self.cell(row, &Column::Unit).trim();
        ProductDetails {
            names: self.texts(row, |column| if let Column::Name(language) = column { Some(language) } else { None }),
            descriptions: self
                .texts(row, |column| if let Column::Description(language) = column { Some(language) } else { None }),
            vat: vat.unwrap_or(Vat::percent(Decimal::ZERO)),
            weight_grams: self.whole(row, &Column::Weight).unwrap_or(0),
            dimensions_mm,
            hs_code: self.cell(row, &Column::HsCode).to_owned(),
            origin: self.value(row, &Column::Origin, "is no country", |text| country::origin(text).ok()),
            producer: self.cell(row, &Column::Producer).to_owned(),
            category: self.cell(row, &Column::Category).to_owned(),
            pictures: list(self.cell(row, &Column::Pictures)),
            unit: Unit {
                name: if name.is_empty() { default.name } else { name.to_owned() },
                step,
                minimum: self.quantity(row, &Column::UnitMinimum).unwrap_or(step),
            },
            prepare_days: self.whole(row, &Column::PrepareDays),
        }
    }

    fn size(&mut self, row: &Record) -> ItemSize {
        let filled = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
        let size = filled(self.cell(row, &Column::Size)).unwrap_or_else(|| ONE_SIZE.to_owned());
        let (columns, notation) = (self.columns, self.notation);
        let mut prices = Vec::new();
        let mut stock = BTreeMap::new();
        for column in columns {
            match column {
                Column::Price(group) => {
                    let must = "is not a valid price; write 12.50, or by quantity 1:12.50|10:11.00";
                    let notation = self.notation;
                    let mut why = None;
                    let steps = self.cell(row, column).trim().to_owned();
                    let steps = (!steps.is_empty()).then(|| price_steps(&steps, notation, &mut why).ok_or(steps));
                    match steps {
                        None => {}
                        Some(Ok(steps)) => prices.push(ItemPrice { group: group.clone(), currency: None, steps }),
                        Some(Err(cell)) => {
                            let why = why.map_or_else(|| must.to_owned(), |why| why.to_string());
                            self.reject(row, &column.name(), format!("{cell:?} {why}"));
                        }
                    }
                }
                Column::Stock(warehouse) => {
                    if let Some(quantity) = self.number(row, column) {
                        stock.insert(*warehouse, quantity);
                    }
                }
                _ => {}
            }
        }
        let modes = "is no stock mode; write counted, hidden or uncounted";
        ItemSize {
            size,
            name: self.cell(row, &Column::SizeName).to_owned(),
            producer_code: self.code(row, &Column::ProducerCode),
            external_code: self.code(row, &Column::ExternalCode),
            stock_mode: self.value(row, &Column::StockMode, modes, StockMode::from_code).unwrap_or(StockMode::Counted),
            weight_grams: self.whole(row, &Column::SizeWeight),
            prices,
            components: self
                .value(row, &Column::Components, "is no list of parts; write 15-3*2|16-1", |text| parts(text, notation))
                .unwrap_or_default(),
            stock,
        }
    }

    fn item(mut self, rows: &[Record]) -> Result<Item, ReadError> {
        let Some(first) = rows.first() else { return Err(ReadError::Rejected(Vec::new())) };
        for row in rows {
            if let Some(problem) = &row.problem {
                self.reject(row, "", problem.clone());
                continue;
            }
            if row.cells.len() != self.columns.len() {
                let (there, wanted) = (row.cells.len(), self.columns.len());
                self.reject(row, "", format!("the row has {there} cells, the first row of the file {wanted}"));
                continue;
            }
            let differs = self.columns.iter().enumerate().filter(|(_, column)| column.of_product());
            let differs: Vec<String> = differs
                .filter(|(at, _)| {
                    let cell = &row.cells[*at];
                    !cell.trim().is_empty() && first.cells.get(*at) != Some(cell)
                })
                .filter(|(_, column)| **column != Column::Code)
                .map(|(_, column)| column.name())
                .collect();
            for column in differs {
                self.reject(row, &column, format!("differs from line {}, the first row of this product", first.line));
            }
        }
        if !self.rejected.is_empty() {
            return Err(ReadError::Rejected(self.rejected));
        }
        let code = self.cell(first, &Column::Code).trim().to_owned();
        if code.is_empty() {
            self.reject(first, "code", "is missing");
        }
        if rows.len() > Product::MAX_SIZES {
            self.reject(first, "size", format!("the product has more than {} sizes", Product::MAX_SIZES));
        }
        let must = "is neither yes nor no";
        let active = self.value(first, &Column::Active, must, |text| match text {
            "yes" | "y" | "true" | "1" => Some(true),
            "no" | "n" | "false" | "0" => Some(false),
            _ => None,
        });
        let item = Item {
            line: first.line,
            code,
            currency: Some(self.cell(first, &Column::Currency).trim().to_owned())
                .filter(|currency| !currency.is_empty()),
            id: self.whole(first, &Column::Id),
            active: active.unwrap_or(true),
            details: self.details(first),
            sizes: rows.iter().map(|row| self.size(row)).collect(),
        };
        if self.rejected.is_empty() { Ok(item) } else { Err(ReadError::Rejected(self.rejected)) }
    }
}

/// Steps of a price; what is wrong with a number in it goes to `why`.
fn price_steps(text: &str, notation: Notation, why: &mut Option<NotationError>) -> Option<Vec<ItemStep>> {
    let mut number = |text: &str| {
        let number = notation.read(text);
        *why = number.as_ref().err().copied().filter(|error| error.is_numeric()).or(*why);
        number.ok()
    };
    let mut step = |text: &str| {
        let (from, net) = text.split_once(':').unwrap_or(("1", text));
        Some(ItemStep { from: number(from).and_then(Quantity::from_decimal)?, net: number(net)? })
    };
    text.split('|').map(&mut step).collect()
}

fn parts(text: &str, notation: Notation) -> Option<Vec<ItemComponent>> {
    let part = |text: String| {
        let (code, quantity) = text.rsplit_once('*').unwrap_or((&text, "1"));
        let quantity = notation.read(quantity).ok().and_then(Quantity::from_decimal)?;
        Some(ItemComponent { code: code.trim().to_owned(), quantity })
    };
    list(text).into_iter().map(part).collect()
}

/// A text in a list: `|` between its elements, `\` before a `|` or `\` that belongs to one.
fn list(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let last = out.len() - 1;
        match character {
            '|' => out.push(String::new()),
            '\\' => out[last].extend(characters.next()),
            other => out[last].push(other),
        }
    }
    out.retain(|element| !element.trim().is_empty());
    out
}
