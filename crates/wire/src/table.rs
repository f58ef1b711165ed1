//! Separated values: rows of a file in a stream, with line numbers, and a writer.
//!
//! The crate `csv` reads tariffs and rates, which are short and come from operators. It is not used here, because it takes every file
//! that it meets: a quote that is never closed makes one cell of the rest of a file, however long that is, and text behind a closing
//! quote is added to the cell. A catalogue that a strange program wrote is refused there, with the line. The writer quotes more than
//! `csv` does, so that spreadsheets with either separator read a cell as one.

use std::io::{self, BufRead};

/// Longest row, in bytes.
const MAX_ROW: usize = 4 * 1024 * 1024;
/// Most cells of a row.
const MAX_CELLS: usize = 2000;

/// Why a file is not read any further.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct TableError {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong.
    pub reason: String,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Line where it begins, from 1.
    pub line: u64,
    /// Its cells.
    pub cells: Vec<String>,
}

/// Reads rows. Cells may stand in double quotes, which are doubled inside; quoted cells may hold line breaks.
pub struct Table<R> {
    input: R,
    separator: Option<u8>,
    line: u64,
    raw: Vec<u8>,
}

impl<R> std::fmt::Debug for Table<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("line", &self.line).finish_non_exhaustive()
    }
}

/// Where in a cell the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Plain,
    Quoted,
    /// Behind a quote inside quotes: the end of the cell, or the first of two.
    Quote,
}

impl<R: BufRead> Table<R> {
    /// Reads a file; `None` tells the separator, `;` or `,`, by the first row.
    pub fn new(input: R, separator: Option<u8>) -> Self {
        Self { input, separator, line: 0, raw: Vec::new() }
    }

    fn error(&self, reason: impl Into<String>) -> TableError {
        TableError { line: self.line.max(1), reason: reason.into() }
    }

    /// Reads one line with its end into `raw`; whether there was one.
    fn read_line(&mut self) -> Result<bool, TableError> {
        self.raw.clear();
        loop {
            let line = self.line + 1;
            let bytes = self.input.fill_buf().map_err(|error| TableError { line, reason: told(&error) })?;
            if bytes.is_empty() {
                break;
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let take = end.map_or(bytes.len(), |at| at + 1);
            if self.raw.len() + take > MAX_ROW {
                return Err(TableError { line, reason: format!("the row is longer than {MAX_ROW} bytes") });
            }
            self.raw.extend_from_slice(&bytes[..take]);
            self.input.consume(take);
            if end.is_some() {
                break;
            }
        }
        if self.raw.is_empty() {
            return Ok(false);
        }
        self.line += 1;
        if self.line == 1 && self.raw.starts_with(b"\xef\xbb\xbf") {
            self.raw.drain(..3);
        }
        Ok(true)
    }

    fn separator(&mut self) -> u8 {
        *self.separator.get_or_insert_with(|| {
            let count = |wanted: u8| {
                let mut quoted = false;
                let integrations = |byte: &&u8| {
                    quoted ^= **byte == b'"';
                    !quoted && **byte == wanted
                };
                self.raw.iter().filter(integrations).count()
            };
            if count(b',') > count(b';') { b',' } else { b';' }
        })
    }

    /// The next row that is not blank; `None` at the end.
    pub fn next_record(&mut self) -> Result<Option<Record>, TableError> {
        loop {
            if !self.read_line()? {
                return Ok(None);
            }
            if !self.raw.iter().all(u8::is_ascii_whitespace) {
                break;
            }
        }
        let separator = self.separator();
        let line = self.line;
        let mut cells = Vec::new();
        let mut cell: Vec<u8> = Vec::new();
        let mut length = 0;
        let mut at = At::Start;
        loop {
            length += self.raw.len();
            if length > MAX_ROW {
                return Err(self.error(format!("the row that begins in line {line} is longer than {MAX_ROW} bytes")));
            }
            let ended = self.raw.ends_with(b"\n");
            // Whether the line's end belongs to a quoted cell shows only at the end of the line.
            let body = self.raw.strip_suffix(b"\n").unwrap_or(&self.raw);
            for byte in body {
                at = match (at, *byte) {
                    (At::Start, b'"') => At::Quoted,
                    (At::Start | At::Plain | At::Quote, byte) if byte == separator => {
                        push(&mut cells, &mut cell).map_err(|reason| self.error(reason))?;
                        At::Start
                    }
                    (At::Start | At::Plain, byte) => {
                        cell.push(byte);
                        At::Plain
                    }
                    (At::Quoted, b'"') | (At::Quote, b'\r') => At::Quote,
                    (At::Quoted, byte) => {
                        cell.push(byte);
                        At::Quoted
                    }
                    (At::Quote, b'"') => {
                        cell.push(b'"');
                        At::Quoted
                    }
                    (At::Quote, _) => {
                        return Err(
                            self.error("something stands behind the closing quote of a cell; double quotes inside")
                        );
                    }
                };
            }
            if at != At::Quoted {
                break;
            }
            if ended {
                cell.push(b'\n');
            }
            if !self.read_line()? {
                return Err(TableError { line, reason: "a quoted cell that begins in this row has no end".to_owned() });
            }
        }
        if at == At::Plain && cell.last() == Some(&b'\r') {
            cell.pop();
        }
        push(&mut cells, &mut cell).map_err(|reason| self.error(reason))?;
        Ok(Some(Record { line, cells }))
    }
}

fn push(cells: &mut Vec<String>, cell: &mut Vec<u8>) -> Result<(), String> {
    if cells.len() == MAX_CELLS {
        return Err(format!("the row has more than {MAX_CELLS} cells"));
    }
    let text = String::from_utf8(std::mem::take(cell)).map_err(|_| "the file must be in UTF-8".to_owned())?;
    cells.push(text);
    Ok(())
}

/// A reading error in words.
pub fn told(error: &io::Error) -> String {
    format!("cannot read on: {error}")
}

/// Writes a row with `;` between its cells.
pub fn write_row<'c>(out: &mut String, cells: impl IntoIterator<Item = &'c str>) {
    let start = out.len();
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            out.push(';');
        }
        if cell.contains([';', ',', '"', '\n', '\r']) || cell.starts_with([' ', '\t']) || cell.ends_with([' ', '\t']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    if out.len() == start {
        // An empty row would be passed over as a blank line.
        out.push_str("\"\"");
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Result<Vec<Record>, TableError> {
        let mut table = Table::new(text.as_bytes(), None);
        let mut out = Vec::new();
        while let Some(record) = table.next_record()? {
            out.push(record);
        }
        Ok(out)
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        rows(text).expect(text).into_iter().map(|record| record.cells).collect()
    }

    #[test]
    fn the_separator_is_told_by_the_first_row() {
        assert_eq!(cells("a;b\n1,5;2\n"), [["a", "b"], ["1,5", "2"]]);
        assert_eq!(cells("\u{feff}a,b\r\n\"x,y\",2"), [["a", "b"], ["x,y", "2"]]);
        assert_eq!(cells("\"a,b,c\";d\n"), [["a,b,c", "d"]]);
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let line = |text: &str| rows(text).map_err(|error| error.line).expect_err(text);
        assert_eq!(line("a;b\n1;2\n\"x"), 3);
        assert_eq!(line("a;b\n\"x\"y;2\n"), 2);
        assert_eq!(rows("a\n\n\n\"two\nlines\"\nb\n").expect("rows").last().map(|record| record.line), Some(6));
        assert!(Table::new(b"a;\xff\n".as_slice(), None).next_record().is_err());
        let long = "x".repeat(MAX_ROW + 10);
        assert_eq!(line(&long), 1);
        assert!(rows(&format!("a\n\"{}", "\n".repeat(MAX_ROW + 10))).is_err());
    }

    proptest! {
        #[test]
        fn rows_come_back_as_they_were_written(
            table in prop::collection::vec(prop::collection::vec("[a-c;,\"\n\r \té]{0,6}", 2..4), 1..5)
        ) {
            let mut text = String::new();
            for row in &table {
                write_row(&mut text, row.iter().map(String::as_str));
            }
            let mut reader = Table::new(text.as_bytes(), Some(b';'));
            for row in &table {
                let read = reader.next_record().expect("readable").expect("a row");
                prop_assert_eq!(&read.cells, row);
            }
            prop_assert_eq!(reader.next_record(), Ok(None));
        }
    }
}
