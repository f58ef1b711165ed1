//! Separated values: rows of a file in a stream, with line numbers, and a writer.
//!
//! The crate `csv` reads tariffs and rates, which are short and come from operators. It is not used here, because it takes every file
//! that it meets: a quote that is never closed makes one cell of the rest of a file, however long that is, and text behind a closing
//! quote is added to the cell. A catalogue that a strange program wrote is refused there, with the line. The writer quotes more than
//! `csv` does, so that spreadsheets with either separator read a cell as one.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use crossdock_domain::notation::Notation;

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
    /// Its cells; of a row with a problem those that could be read.
    pub cells: Vec<String>,
    /// Why the row as a whole cannot be taken; the rows behind it can be read all the same.
    pub problem: Option<String>,
}

/// Reads rows, the first of which names the columns. Cells may stand in double quotes, which are doubled inside; quoted cells may
/// hold line breaks.
///
/// What spreadsheets leave behind is taken away: a byte order mark, a line `sep=;`, rows whose cells are all blank, columns without a
/// name and values, and lines that end with a carriage return alone.
pub struct Table<R> {
    input: R,
    separator: Option<u8>,
    /// Last byte of a line; told by the first one.
    line_end: Option<u8>,
    line: u64,
    raw: Vec<u8>,
    /// Lines that were read ahead by a quoted cell without an end.
    ahead: VecDeque<Vec<u8>>,
    /// Of each column, whether it has a name.
    named: Option<Vec<bool>>,
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

/// What came of reading a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ReadLine {
    Whole,
    /// Passed over.
    TooLong,
    End,
}

fn is_blank(cell: &str) -> bool {
    cell.chars().all(char::is_whitespace)
}

impl<R: BufRead> Table<R> {
    /// Reads a file; `None` tells the separator, `;`, `,` or a tab, by the first row. A line `sep=` tells it in either case.
    pub fn new(input: R, separator: Option<u8>) -> Self {
        Self { input, separator, line_end: None, line: 0, raw: Vec::new(), ahead: VecDeque::new(), named: None }
    }

    /// How the file writes decimals, by what parts its cells; known behind the first row.
    pub fn notation(&self) -> Notation {
        match self.separator {
            Some(b',') => Notation::Point,
            Some(b'\t') => Notation::Xml,
            _ => Notation::Comma,
        }
    }

    fn fatal(&self, reason: impl Into<String>) -> TableError {
        TableError { line: self.line.max(1), reason: reason.into() }
    }

    /// Reads one line with its end into `raw`.
    fn read_line(&mut self) -> Result<ReadLine, TableError> {
        self.raw.clear();
        if let Some(line) = self.ahead.pop_front() {
            self.raw = line;
            self.line += 1;
            return Ok(ReadLine::Whole);
        }
        let mut quoted = false;
        let mut too_long = false;
        loop {
            let line = self.line + 1;
            let failed = |error: io::Error| TableError { line, reason: told(&error) };
            let bytes = self.input.fill_buf().map_err(failed)?;
            if bytes.is_empty() {
                break;
            }
            let ends = |byte: &u8| {
                if let Some(end) = self.line_end {
                    return *byte == end;
                }
                quoted ^= *byte == b'"';
                *byte == b'\n' || (*byte == b'\r' && !quoted)
            };
            let end = bytes.iter().position(ends);
            let take = end.map_or(bytes.len(), |at| at + 1);
            if self.raw.len() + take > MAX_ROW {
                // The row is lost, the next one is not.
                too_long = true;
                // Something, because a line of nothing is the end of the file.
                self.raw = vec![b' '];
            } else {
                self.raw.extend_from_slice(&bytes[..take]);
            }
            let last = end.map(|at| bytes[at]);
            self.input.consume(take);
            match last {
                None => {}
                Some(b'\r') if self.line_end.is_none() => {
                    let next = self.input.fill_buf().map_err(failed)?.first().copied();
                    let alone = next.is_some_and(|next| next != b'\n');
                    self.line_end = Some(if alone { b'\r' } else { b'\n' });
                    if next == Some(b'\n') {
                        self.raw.push(b'\n');
                        self.input.consume(1);
                    }
                    break;
                }
                Some(end) => {
                    self.line_end = Some(end);
                    break;
                }
            }
        }
        if self.raw.is_empty() {
            return Ok(ReadLine::End);
        }
        self.line += 1;
        if too_long {
            return Ok(ReadLine::TooLong);
        }
        if self.line == 1 && self.raw.starts_with(b"\xef\xbb\xbf") {
            self.raw.drain(..3);
        }
        Ok(ReadLine::Whole)
    }

    /// A line `sep=;`, with which spreadsheets are told the separator.
    fn names_separator(&mut self) -> bool {
        let line = self.raw.trim_ascii_end();
        let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
        // A tab at the end was trimmed away.
        let named = match line {
            [s, e, p, b'=', separator] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => Some(*separator),
            [s, e, p, b'='] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") && self.raw.contains(&b'\t') => Some(b'\t'),
            _ => None,
        };
        let named = named.filter(|separator| matches!(separator, b';' | b',' | b'\t'));
        self.separator = named.or(self.separator);
        named.is_some()
    }

    fn separator(&mut self) -> u8 {
        *self.separator.get_or_insert_with(|| {
            let count = |wanted: u8| {
                let mut quoted = false;
                let parts = |byte: &&u8| {
                    quoted ^= **byte == b'"';
                    !quoted && **byte == wanted
                };
                self.raw.iter().filter(parts).count()
            };
            let (semicolons, commas, tabs) = (count(b';'), count(b','), count(b'\t'));
            if tabs > semicolons && tabs > commas {
                b'\t'
            } else if commas > semicolons {
                b','
            } else {
                b';'
            }
        })
    }

    /// The next row with anything in it; `None` at the end.
    pub fn next_record(&mut self) -> Result<Option<Record>, TableError> {
        loop {
            let Some(record) = self.read_record()? else { return Ok(None) };
            if record.problem.is_none() && record.cells.iter().all(|cell| is_blank(cell)) {
                continue;
            }
            if let (None, Some(reason)) = (&self.named, &record.problem) {
                return Err(TableError { line: record.line, reason: reason.clone() });
            }
            return Ok(Some(self.named_cells(record)));
        }
    }

    /// The cells of columns that have a name. The first row says which have one.
    fn named_cells(&mut self, mut record: Record) -> Record {
        let named = self.named.get_or_insert_with(|| record.cells.iter().map(|cell| !is_blank(cell)).collect());
        let mut lost = None;
        let mut at = 0;
        record.cells.retain(|cell| {
            let keep = named.get(at).copied().unwrap_or(false);
            if !keep && !is_blank(cell) {
                lost.get_or_insert_with(|| (at + 1, cell.clone()));
            }
            at += 1;
            keep
        });
        if let Some((at, cell)) = lost {
            let cell: String = cell.chars().take(40).collect();
            let reason = format!("cell {at} holds {cell:?}, and the first row of the file has no name for its column");
            record.problem.get_or_insert(reason);
        }
        record
    }

    /// A row that cannot be read. The lines that a quoted cell took along are read as rows of their own.
    fn give_up(&mut self, line: u64, cells: Vec<String>, mut lines: Vec<Vec<u8>>, reason: String) -> Record {
        if lines.len() > 1 {
            self.line = line;
            for line in lines.drain(1..).rev() {
                self.ahead.push_front(line);
            }
        }
        Record { line, cells, problem: Some(reason) }
    }

    fn read_record(&mut self) -> Result<Option<Record>, TableError> {
        loop {
            match self.read_line()? {
                ReadLine::End => return Ok(None),
                ReadLine::TooLong => {
                    let problem = Some(format!("the row is longer than {MAX_ROW} bytes"));
                    return Ok(Some(Record { line: self.line, cells: Vec::new(), problem }));
                }
                ReadLine::Whole => {}
            }
            if self.line == 1 && self.names_separator() {
                continue;
            }
            if !self.raw.iter().all(u8::is_ascii_whitespace) {
                break;
            }
        }
        let separator = self.separator();
        let line = self.line;
        let line_end = self.line_end.unwrap_or(b'\n');
        let mut cells = Vec::new();
        let mut cell: Vec<u8> = Vec::new();
        let mut length = 0;
        let mut at = At::Start;
        let mut not_utf8 = None;
        // Those of this row, as long as a quoted cell may turn out to have no end.
        let mut lines: Vec<Vec<u8>> = Vec::new();
        loop {
            length += self.raw.len();
            if length > MAX_ROW {
                lines.push(std::mem::take(&mut self.raw));
                let reason = format!("a quoted cell that begins in this row does not end within {MAX_ROW} bytes");
                return Ok(Some(self.give_up(line, cells, lines, reason)));
            }
            let ended = self.raw.last() == Some(&line_end);
            // Whether the line's end belongs to a quoted cell shows only at the end of the line.
            let body = if ended { &self.raw[..self.raw.len() - 1] } else { &self.raw[..] };
            let mut behind_quote = false;
            for byte in body {
                at = match (at, *byte) {
                    (At::Start, b'"') => At::Quoted,
                    (At::Start | At::Plain | At::Quote, byte) if byte == separator => {
                        push(&mut cells, &mut cell, &mut not_utf8).map_err(|reason| self.fatal(reason))?;
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
                        behind_quote = true;
                        break;
                    }
                };
            }
            if behind_quote {
                lines.push(std::mem::take(&mut self.raw));
                let reason = "something stands behind the closing quote of a cell; double quotes inside".to_owned();
                return Ok(Some(self.give_up(line, cells, lines, reason)));
            }
            if at != At::Quoted {
                break;
            }
            if ended {
                cell.push(line_end);
            }
            lines.push(std::mem::take(&mut self.raw));
            if self.read_line()? != ReadLine::Whole {
                let reason = "a quoted cell that begins in this row has no end".to_owned();
                return Ok(Some(self.give_up(line, cells, lines, reason)));
            }
        }
        if at == At::Plain && cell.last() == Some(&b'\r') {
            cell.pop();
        }
        push(&mut cells, &mut cell, &mut not_utf8).map_err(|reason| self.fatal(reason))?;
        let problem = not_utf8.map(|cell| format!("cell {cell} is not in UTF-8; save the file as \"CSV UTF-8\""));
        Ok(Some(Record { line, cells, problem }))
    }
}

/// Adds a cell; notes the first one that is no UTF-8.
fn push(cells: &mut Vec<String>, cell: &mut Vec<u8>, not_utf8: &mut Option<usize>) -> Result<(), String> {
    if cells.len() == MAX_CELLS {
        return Err(format!("the row has more than {MAX_CELLS} cells"));
    }
    let text = String::from_utf8(std::mem::take(cell)).unwrap_or_else(|error| {
        not_utf8.get_or_insert(cells.len() + 1);
        String::from_utf8_lossy(error.as_bytes()).into_owned()
    });
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
        let line = |text: &str| {
            let rows = rows(text).expect(text);
            rows.iter().find(|row| row.problem.is_some()).map(|row| row.line).expect("a problem")
        };
        assert_eq!(line("a;b\n1;2\n\"x"), 3);
        assert_eq!(line("a;b\n\"x\"y;2\n"), 2);
        assert_eq!(rows("a\n\n\n\"two\nlines\"\nb\n").expect("rows").last().map(|record| record.line), Some(6));
        assert!(Table::new(b"a;\xff\n".as_slice(), None).next_record().is_err());
        let long = "x".repeat(MAX_ROW + 10);
        assert_eq!(rows(&long).map_err(|error| error.line), Err(1));
        assert_eq!(line(&format!("a\n{long}\nb\n")), 2);
        assert_eq!(line(&format!("a\n\"{}", "\n".repeat(MAX_ROW + 10))), 2);
    }

    #[test]
    fn a_row_that_cannot_be_read_takes_no_other_along() {
        let told = |bytes: &[u8]| -> Vec<(u64, String, bool)> {
            let mut table = Table::new(bytes, None);
            let mut out = Vec::new();
            while let Some(row) = table.next_record().expect("goes on") {
                out.push((row.line, row.cells.first().cloned().unwrap_or_default(), row.problem.is_some()));
            }
            out
        };
        let row = |line: u64, first: &str, bad: bool| (line, first.to_owned(), bad);
        assert_eq!(told(b"a;b\n1;\xbf\n2;x\n"), [row(1, "a", false), row(2, "1", true), row(3, "2", false)]);
        assert_eq!(
            told(b"a;b\n1;\"x\n2;y\n3;z\n"),
            [row(1, "a", false), row(2, "1", true), row(3, "2", false), row(4, "3", false)]
        );
        assert_eq!(
            told(b"a;b\n1;\"x\n2;\"y\"\n3;\"z\nz\"\n4;v\n"),
            [row(1, "a", false), row(2, "1", true), row(3, "2", false), row(4, "3", false), row(6, "4", false)]
        );
        assert_eq!(told(b"a;b\n1;\"10\" wide\"\n2;y\n"), [row(1, "a", false), row(2, "1", true), row(3, "2", false)]);
    }

    #[test]
    fn what_spreadsheets_leave_behind_is_taken_away() {
        for text in [
            "a;b\n1;2\n",
            "a;b;;\n1;2;;\n",
            "a;b;\n1;2\n",
            "a;b\n1;2;;;;\n",
            "a;b\n;;\n1;2\n; ;\u{a0}\n\n  \n",
            "sep=;\na;b\n1;2\n",
            "\u{feff}sep=;\r\na;b\r\n1;2\r\n",
            "\"sep=;\"\na;b\n1;2\n",
            "SEP=,\na,b\n1,2\n",
            "sep=\t\na\tb\n1\t2\n",
            "a\tb\n1\t2\n",
            "a;b\r1;2\r",
            "a;b\r1;2",
            "a;b\r\n1;2",
            ";a;b\n;1;2\n",
        ] {
            assert_eq!(cells(text), [["a", "b"], ["1", "2"]], "{text:?}");
        }
        let lost = rows("a;b\n1;2;3\n").expect("rows");
        assert!(lost[1].problem.as_deref().is_some_and(|problem| problem.contains("cell 3 holds \"3\"")), "{lost:?}");
    }

    proptest! {
        #[test]
        fn rows_come_back_as_they_were_written(
            table in prop::collection::vec(prop::collection::vec("[a-c;,\"\n\r \té]{0,6}", 2..4), 1..5)
        ) {
            let table: Vec<Vec<String>> =
                table.into_iter().map(|row| ["x".to_owned()].into_iter().chain(row).collect()).collect();
            let mut text = "first;second;third;fourth\n".to_owned();
            for row in &table {
                write_row(&mut text, row.iter().map(String::as_str));
            }
            let mut reader = Table::new(text.as_bytes(), Some(b';'));
            reader.next_record().expect("readable").expect("names");
            for row in &table {
                let read = reader.next_record().expect("readable").expect("a row");
                prop_assert_eq!(&read.cells, row);
            }
            prop_assert_eq!(reader.next_record(), Ok(None));
        }
    }
}
