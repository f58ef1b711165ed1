//! ICDF as CSV: `SKU;quantity;comments`, and the extended form with five columns that describe the goods.

use crossdock_domain::wholesale::CodeKind;

use super::{IcdfError, Line, MAX_LINES, quantity};
use crate::catalogue::article_code;
use crate::table::{Table, TableError, write_row};

/// Columns of the extended form; the first three are the simple one.
const COLUMNS: [&str; 8] =
    ["SKU", "quantity", "comments", "product_code", "external_code", "display_code", "size", "name"];

impl From<TableError> for IcdfError {
    fn from(error: TableError) -> Self {
        Self { line: error.line, reason: error.reason }
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Line>, IcdfError> {
    let mut table = Table::new(bytes, None);
    let mut columns: Option<Vec<Option<usize>>> = None;
    let mut lines = Vec::new();
    while let Some(row) = table.next_record()? {
        let wrong = |reason: String| IcdfError { line: row.line, reason };
        if let Some(problem) = row.problem {
            return Err(wrong(problem));
        }
        let Some(columns) = &columns else {
            let first = row.cells.first().map_or("", |cell| cell.trim());
            if !first.eq_ignore_ascii_case("SKU") {
                return Err(wrong("the first row must name the columns: SKU;quantity;comments".to_owned()));
            }
            let at = |name: &str| row.cells.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name));
            let found: Vec<Option<usize>> = COLUMNS.iter().map(|name| at(name)).collect();
            let known = |cell: &&String| !COLUMNS.iter().any(|name| cell.trim().eq_ignore_ascii_case(name));
            if let Some(cell) = row.cells.iter().find(known) {
                return Err(wrong(format!("there is no column {:?}", cell.trim())));
            }
            if found[1].is_none() {
                return Err(wrong("the column quantity is missing".to_owned()));
            }
            columns = Some(found);
            continue;
        };
        if lines.len() == MAX_LINES {
            return Err(wrong(format!("there are more than {MAX_LINES} rows")));
        }
        let cell = |column: usize| {
            columns[column].and_then(|at| row.cells.get(at)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
        };
        // A row without the wholesaler's own code is known by the producer's or the external one.
        let codes = [(0, None), (3, Some(CodeKind::Producer)), (4, Some(CodeKind::External))];
        let code = codes.into_iter().find_map(|(column, kind)| cell(column).map(|code| (code, kind)));
        let (code, kind) = code.ok_or_else(|| wrong("the SKU is missing".to_owned()))?;
        let code = article_code(code).map_err(wrong)?.ok_or_else(|| wrong("the SKU is missing".to_owned()))?;
        lines.push(Line {
            at: row.line,
            code,
            kind,
            quantity: quantity(row.line, cell(1).unwrap_or(""), table.notation())?,
            note: cell(2).unwrap_or("").to_owned(),
            attachments: Vec::new(),
            products: Vec::new(),
        });
    }
    Ok(lines)
}

/// A line of the extended form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtendedLine {
    /// Code, quantity and remark.
    pub line: Line,
    /// Producer's code.
    pub product_code: String,
    /// External code.
    pub external_code: String,
    /// The wholesaler's code of the product, as people see it.
    pub display_code: String,
    /// Name of the size.
    pub size: String,
    /// Name of the product.
    pub name: String,
}

/// A set or a file cannot be told in CSV: the first line that holds one.
fn check(line: &Line) -> Result<(), IcdfError> {
    if line.attachments.is_empty() && line.products.is_empty() {
        return Ok(());
    }
    let reason = format!("CSV carries neither sets nor attachments, and {} has some; write XML", line.code);
    Err(IcdfError { line: line.at, reason })
}

fn header(columns: usize) -> String {
    let mut out = String::new();
    write_row(&mut out, COLUMNS[..columns].iter().copied());
    out
}

/// Writes the simple form.
pub fn write_simple<'l>(lines: impl IntoIterator<Item = &'l Line>) -> Result<String, IcdfError> {
    let mut out = header(3);
    for line in lines {
        check(line)?;
        write_row(&mut out, [line.code.as_str(), &line.quantity.normalize().to_string(), &line.note]);
    }
    Ok(out)
}

/// Writes the extended form.
pub fn write_extended(lines: &[ExtendedLine]) -> Result<String, IcdfError> {
    let mut out = header(COLUMNS.len());
    for ExtendedLine { line, product_code, external_code, display_code, size, name } in lines {
        check(line)?;
        let quantity = line.quantity.normalize().to_string();
        let cells = [&line.code, &quantity, &line.note, product_code, external_code, display_code, size, name];
        write_row(&mut out, cells.map(String::as_str));
    }
    Ok(out)
}
