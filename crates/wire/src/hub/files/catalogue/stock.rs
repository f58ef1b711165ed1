//! Stocks as files tell them, without the products: separated values, JSON lines, and the stocks of an XML catalogue.

use std::collections::VecDeque;
use std::io::BufRead;

use crossdock_app::hub::StockChange;
use crossdock_domain::notation::Notation;
use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{CodeKind, WarehouseId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::code::article_code;
use super::jsonl::Lines;
use super::{Format, FuseOnBroken as _, ONE_SIZE, ReadError, RejectedRow};
use crate::markup::{Element, Markup, MarkupError, Node};
use crate::table::{Record, Table, TableError};

/// Longest tag or text of an XML file.
const MAX_TOKEN: usize = 1024 * 1024;
/// Most stocks of one product.
const MAX_REPEATS: usize = 10_000;

/// A change of a stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockLine {
    /// Line where it stands; 0 when it comes from no file.
    #[serde(default, skip)]
    pub line: u64,
    /// Code of the size.
    pub code: String,
    /// Which kind of code; absent: each is tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_type: Option<CodeKind>,
    /// Where; absent: the warehouse that the import is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warehouse: Option<i64>,
    /// How much.
    pub quantity: Decimal,
    /// How it is meant; absent: as the import says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<StockOperation>,
}

impl StockLine {
    /// The change that the use cases take; without a warehouse, one that no wholesaler has.
    pub fn change(&self) -> StockChange {
        StockChange {
            code: self.code.trim().to_owned(),
            kind: self.code_type,
            warehouse: WarehouseId(self.warehouse.unwrap_or(0)),
            operation: self.operation.unwrap_or(StockOperation::Set),
            quantity: self.quantity,
        }
    }
}

/// Changes of a file. Ends after [`ReadError::Broken`].
pub type StockLines = Box<dyn Iterator<Item = Result<StockLine, ReadError>> + Send>;

/// Reads a file in a stream.
pub fn read_stock(format: Format, input: Box<dyn BufRead + Send>) -> StockLines {
    match format {
        Format::Csv => Box::new(Rows::new(input).fuse_on_broken()),
        Format::Jsonl => Box::new(Json(Lines::new(input)).fuse_on_broken()),
        Format::Xml => Box::new(Products::new(input).fuse_on_broken()),
    }
}

struct Json<R>(Lines<R>);

impl<R: BufRead> Iterator for Json<R> {
    type Item = Result<StockLine, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next_value()?.map(|(line, stock)| StockLine { line, ..stock }))
    }
}

/// A column of a CSV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Code,
    CodeType,
    Warehouse,
    Quantity,
    Operation,
    /// The quantity in a warehouse, as in a catalogue.
    Stock(i64),
}

impl Column {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "code" => Self::Code,
            "code_type" => Self::CodeType,
            "warehouse" => Self::Warehouse,
            "quantity" => Self::Quantity,
            "operation" => Self::Operation,
            _ => Self::Stock(name.strip_prefix("stock:")?.trim().parse().ok()?),
        })
    }
}

/// Reads rows of separated values: a change per row, or per warehouse named in the first row.
struct Rows<R> {
    table: Table<R>,
    columns: Vec<Column>,
    /// Changes of the row that was read last.
    ready: VecDeque<StockLine>,
}

fn broken(error: TableError) -> ReadError {
    ReadError::Broken { line: error.line, reason: error.reason }
}

impl<R: BufRead> Rows<R> {
    fn new(input: R) -> Self {
        Self { table: Table::new(input, None), columns: Vec::new(), ready: VecDeque::new() }
    }

    fn head(&mut self) -> Result<(), ReadError> {
        let wrong = |line: u64, reason: String| ReadError::Broken { line, reason };
        let Some(head) = self.table.next_record().map_err(broken)? else {
            return Err(wrong(1, "the file is empty; its first row names the columns".to_owned()));
        };
        let mut columns = Vec::with_capacity(head.cells.len());
        for name in &head.cells {
            let name = name.trim();
            let column =
                Column::from_name(name).ok_or_else(|| wrong(head.line, format!("there is no column {name:?}")))?;
            if columns.contains(&column) {
                return Err(wrong(head.line, format!("the column {name:?} is there twice")));
            }
            columns.push(column);
        }
        let has = |column: &Column| columns.contains(column);
        let by_place = columns.iter().any(|column| matches!(column, Column::Stock(_)));
        if !has(&Column::Code) {
            return Err(wrong(head.line, "the column \"code\" is missing".to_owned()));
        }
        if by_place == has(&Column::Quantity) || (by_place && has(&Column::Warehouse)) {
            let reason =
                "write either a column \"quantity\", with or without \"warehouse\", or columns stock:1, stock:2";
            return Err(wrong(head.line, reason.to_owned()));
        }
        self.columns = columns;
        Ok(())
    }

    fn row(&mut self, row: &Record) -> Result<(), ReadError> {
        let cell = |wanted: Column| {
            let at = self.columns.iter().position(|column| *column == wanted);
            at.and_then(|at| row.cells.get(at)).map_or("", |cell| cell.trim())
        };
        let written = cell(Column::Code);
        let code = article_code(written).ok().flatten().unwrap_or_else(|| written.to_owned());
        let rejected = |field: &str, reason: String| {
            ReadError::Rejected(vec![RejectedRow {
                line: row.line,
                code: code.clone(),
                field: field.to_owned(),
                reason,
            }])
        };
        if let Some(problem) = &row.problem {
            return Err(rejected("", problem.clone()));
        }
        if row.cells.len() != self.columns.len() {
            let (there, wanted) = (row.cells.len(), self.columns.len());
            return Err(rejected("", format!("the row has {there} cells, the first row of the file {wanted}")));
        }
        if code.is_empty() {
            return Err(rejected("code", "is missing".to_owned()));
        }
        if let Err(reason) = article_code(written) {
            return Err(rejected("code", reason));
        }
        let code_type = optional(cell(Column::CodeType), CodeKind::from_code)
            .map_err(|text| rejected("code_type", format!("{text:?} is none of internal, producer, external")))?;
        let operation = optional(cell(Column::Operation), StockOperation::from_code)
            .map_err(|text| rejected("operation", format!("{text:?} is none of set, add, subtract")))?;
        let warehouse = optional(cell(Column::Warehouse), |text| text.parse().ok())
            .map_err(|text| rejected("warehouse", format!("{text:?} is no number of a warehouse")))?;
        for (column, text) in self.columns.iter().zip(&row.cells) {
            let warehouse = match column {
                Column::Quantity => warehouse,
                // An empty cell says nothing of its warehouse.
                Column::Stock(_) if text.trim().is_empty() => continue,
                Column::Stock(warehouse) => Some(*warehouse),
                _ => continue,
            };
            let quantity = match self.table.notation().read(text) {
                Ok(quantity) => quantity,
                Err(why) => {
                    self.ready.clear();
                    return Err(rejected("quantity", format!("{:?} {why}", text.trim())));
                }
            };
            self.ready.push_back(StockLine {
                line: row.line,
                code: code.clone(),
                code_type,
                warehouse,
                quantity,
                operation,
            });
        }
        Ok(())
    }
}

/// A value that may be empty; the text when it is none.
fn optional<T>(text: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, &str> {
    if text.is_empty() { Ok(None) } else { read(text).map(Some).ok_or(text) }
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = Result<StockLine, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.columns.is_empty()
            && let Err(unread) = self.head()
        {
            return Some(Err(unread));
        }
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Some(Ok(line));
            }
            match self.table.next_record() {
                Err(error) => return Some(Err(broken(error))),
                Ok(None) => return None,
                Ok(Some(row)) => {
                    if let Err(unread) = self.row(&row) {
                        return Some(Err(unread));
                    }
                }
            }
        }
    }
}

/// Reads the stocks of an XML catalogue, full or light; everything else in it is passed over.
struct Products<R> {
    markup: Markup<R>,
    inside: bool,
    ready: VecDeque<Result<StockLine, ReadError>>,
}

fn unread(error: MarkupError) -> ReadError {
    ReadError::Broken { line: error.line, reason: error.reason }
}

/// An attribute that says something.
fn filled<'e>(element: &'e Element, name: &str) -> Option<&'e str> {
    element.filled(name)
}

impl<R: BufRead> Products<R> {
    fn new(input: R) -> Self {
        Self { markup: Markup::with_longest_token(input, MAX_TOKEN), inside: false, ready: VecDeque::new() }
    }

    /// Reads up to the end of the next product; whether there was one.
    fn product(&mut self) -> Result<bool, ReadError> {
        loop {
            match self.markup.next_node().map_err(unread)? {
                Node::End if self.inside => return Ok(false),
                Node::End => {
                    let reason = "there is no element <products>".to_owned();
                    return Err(ReadError::Broken { line: self.markup.line(), reason });
                }
                Node::Open(product) if product.name == "product" && self.inside => {
                    self.sizes(&product).map_err(unread)?;
                    return Ok(true);
                }
                Node::Open(element) => match element.name.as_str() {
                    "products" => self.inside = true,
                    "offer" => {}
                    _ => self.markup.skip().map_err(unread)?,
                },
                Node::Close | Node::Text(_) => {}
            }
        }
    }

    fn sizes(&mut self, product: &Element) -> Result<(), MarkupError> {
        while let Some(child) = self.markup.child()? {
            if child.name != "sizes" {
                self.markup.skip()?;
                continue;
            }
            while let Some(size) = self.markup.child()? {
                if size.name == "size" {
                    self.stocks(product, &size)?;
                } else {
                    self.markup.skip()?;
                }
            }
        }
        Ok(())
    }

    fn stocks(&mut self, product: &Element, size: &Element) -> Result<(), MarkupError> {
        // As the feed names it, else by product and size, else by the producer's code or an external one.
        let internal = filled(size, "code")
            .map(str::to_owned)
            .or_else(|| filled(product, "id").map(|id| format!("{id}-{}", filled(size, "id").unwrap_or(ONE_SIZE))));
        let named = internal.map(|code| (code, CodeKind::Internal)).or_else(|| {
            let bare = |code: &str| article_code(code).ok().flatten().unwrap_or_else(|| code.to_owned());
            let producer = filled(size, "code_producer").map(|code| (bare(code), CodeKind::Producer));
            producer.or_else(|| filled(size, "code_external").map(|code| (code.to_owned(), CodeKind::External)))
        });
        while let Some(child) = self.markup.child()? {
            if child.name == "stock" {
                let line = self.markup.line();
                if self.ready.len() >= MAX_REPEATS {
                    return Err(self.markup.error("the product has too many stocks"));
                }
                self.ready.push_back(stock(line, named.as_ref(), &child));
            }
            self.markup.skip()?;
        }
        Ok(())
    }
}

fn stock(line: u64, named: Option<&(String, CodeKind)>, element: &Element) -> Result<StockLine, ReadError> {
    let rejected = |field: &str, reason: String| {
        let code = named.map_or_else(String::new, |(code, _)| code.clone());
        ReadError::Rejected(vec![RejectedRow { line, code, field: field.to_owned(), reason }])
    };
    let (code, kind) = named.ok_or_else(|| rejected("size", "has no code and its product no id".to_owned()))?;
    let text = |name: &str| element.attribute(name).unwrap_or("").trim();
    let warehouse: Option<i64> = optional(text("id"), |text| text.parse().ok())
        .map_err(|text| rejected("stock/id", format!("{text:?} is no number of a warehouse")))?;
    let operation = optional(text("operation"), StockOperation::from_code)
        .map_err(|text| rejected("stock/operation", format!("{text:?} is none of set, add, subtract")))?;
    // IOF: there is some, and nobody is told how much.
    if text("quantity") == "-1" {
        let (code, field) = (code.clone(), "stock/quantity".to_owned());
        let reason = "-1 tells no quantity; the stock stays as it is".to_owned();
        return Err(ReadError::Remark(RejectedRow { line, code, field, reason }));
    }
    let quantity = Notation::Xml
        .read(text("quantity"))
        .map_err(|why| rejected("stock/quantity", format!("{:?} {why}", text("quantity"))))?;
    Ok(StockLine { line, code: code.clone(), code_type: Some(*kind), warehouse, quantity, operation })
}

impl<R: BufRead> Iterator for Products<R> {
    type Item = Result<StockLine, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Some(line);
            }
            match self.product() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(unread) => return Some(Err(unread)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: Format, text: &str) -> Vec<Result<StockLine, ReadError>> {
        read_stock(format, Box::new(std::io::Cursor::new(text.to_owned()))).collect()
    }

    fn told(format: Format, text: &str) -> Vec<String> {
        let told = |line: Result<StockLine, ReadError>| match line {
            Ok(StockLine { line, code, code_type, warehouse, quantity, operation }) => {
                let kind = code_type.map_or("any", CodeKind::code);
                format!("{line} {code} {kind} {warehouse:?} {operation:?} {quantity}")
            }
            Err(ReadError::Rejected(rows)) => {
                let told = |row: &RejectedRow| format!("{} {} {} {}", row.line, row.code, row.field, row.reason);
                rows.iter().map(told).collect()
            }
            Err(ReadError::Remark(row)) => format!("{} remark {} {}", row.line, row.code, row.reason),
            Err(ReadError::Broken { line, reason }) => format!("{line} broken {reason}"),
        };
        read(format, text).into_iter().map(told).collect()
    }

    #[test]
    fn rows_name_a_warehouse_or_have_a_column_for_each() {
        let rows = "code;code_type;warehouse;operation;quantity\n15-3;internal;2;add;1,5\n590;;;;7\n";
        assert_eq!(told(Format::Csv, rows), ["2 15-3 internal Some(2) Some(Add) 1.5", "3 590 any None None 7"]);
        let rows = "code,stock:1,stock:2\n15-3,4,\n590,,0\n";
        assert_eq!(told(Format::Csv, rows), ["2 15-3 any Some(1) None 4", "3 590 any Some(2) None 0"]);
    }

    #[test]
    fn mistakes_name_their_row_and_the_next_one_is_read() {
        let rows = "code;warehouse;operation;quantity\n;1;;1\na;x;;1\na;1;steal;1\na;1;;much\na;1\nb;1;;2\n";
        assert_eq!(
            told(Format::Csv, rows),
            [
                "2  code is missing",
                "3 a warehouse \"x\" is no number of a warehouse",
                "4 a operation \"steal\" is none of set, add, subtract",
                "5 a quantity \"much\" is no number",
                "6 a  the row has 2 cells, the first row of the file 4",
                "7 b any Some(1) None 2",
            ]
        );
        for head in ["quantity\n", "code\n", "code;quantity;stock:1\n", "code;warehouse;stock:1\n", "code;size\n", ""] {
            let told = told(Format::Csv, head);
            assert!(told.len() == 1 && told[0].starts_with("1 broken"), "{head}: {told:?}");
        }
    }

    #[test]
    fn json_lines_are_as_strict_as_those_of_a_catalogue() {
        let lines = "{\"code\":\"15-3\",\"quantity\":4}\n\n\
                     {\"code\":\"590\",\"code_type\":\"producer\",\"warehouse\":2,\"operation\":\"subtract\",\"quantity\":\"1.5\"}\n\
                     {\"code\":\"x\",\"amount\":1}\n";
        let told = told(Format::Jsonl, lines);
        assert_eq!(told[..2], ["1 15-3 any None None 4", "3 590 producer Some(2) Some(Subtract) 1.5"]);
        assert!(told[2].contains("unknown field `amount`"), "{told:?}");
    }

    #[test]
    fn a_light_feed_names_sizes_by_a_code_of_the_extensions_and_hides_quantities() {
        let xml = "<offer xmlns:x='http://www.iai-shop.com/developers/iof/extensions.phtml'><products><product><sizes>\n\
                   <size code_producer='' x:code_external='E-1'><stock id='0' quantity='4'/><stock id='1' quantity='-1'/></size>\n\
                   <size code_producer='=\"590\"'><stock quantity='1,200'/></size>\n\
                   </sizes></product></products></offer>";
        assert_eq!(
            told(Format::Xml, xml),
            [
                "2 E-1 external Some(0) None 4",
                "2 remark E-1 -1 tells no quantity; the stock stays as it is",
                "3 590 stock/quantity \"1,200\" can be read in two ways, with thousands or with decimals; write it without the mark, or with one more decimal",
            ]
        );
    }

    #[test]
    fn the_stocks_of_a_catalogue_or_a_feed_are_read() {
        let xml = "<offer><products><product id=\"15\" code=\"shirt\"><description><name>x</name></description>\n\
                   <sizes><size id=\"S\"><price net=\"1\"/><stock id=\"1\" quantity=\"7\"/><stock id=\"2\" quantity=\"0\"/></size>\n\
                   <size code=\"15-M\"><stock quantity=\"3\" operation=\"add\"/></size></sizes></product>\n\
                   <product><sizes><size code_producer=\"590\"><stock quantity=\"1\"/></size><size id=\"S\"><stock quantity=\"1\"/></size></sizes>\n\
                   </product></products></offer>";
        assert_eq!(
            told(Format::Xml, xml),
            [
                "2 15-S internal Some(1) None 7",
                "2 15-S internal Some(2) None 0",
                "3 15-M internal None Some(Add) 3",
                "4 590 producer None None 1",
                "4  size has no code and its product no id",
            ]
        );
        assert!(told(Format::Xml, "<offer/>")[0].contains("there is no element <products>"));
    }
}
