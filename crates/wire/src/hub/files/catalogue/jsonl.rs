//! Catalogues as JSON lines: a product per line.

use std::io::BufRead;

use serde::de::DeserializeOwned;

use super::{Item, ReadError, RejectedRow};
use crate::table::told;

/// Longest line, in bytes.
const MAX_LINE: usize = 8 * 1024 * 1024;

/// The lines of a file that are not blank, with their numbers.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: R,
    line: u64,
    raw: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, line: 0, raw: Vec::new() }
    }

    fn read_line(&mut self) -> Result<bool, ReadError> {
        self.raw.clear();
        self.line += 1;
        let line = self.line;
        loop {
            let broken = |reason: String| ReadError::Broken { line, reason };
            let bytes = self.input.fill_buf().map_err(|error| broken(told(&error)))?;
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let take = end.map_or(bytes.len(), |at| at + 1);
            if self.raw.len() + take > MAX_LINE {
                return Err(broken(format!("the line is longer than {MAX_LINE} bytes")));
            }
            self.raw.extend_from_slice(&bytes[..take]);
            self.input.consume(take);
            if end.is_some() || take == 0 {
                return Ok(!self.raw.is_empty());
            }
        }
    }

    /// The JSON of the next line; `None` at the end.
    pub(super) fn next_value<T: DeserializeOwned>(&mut self) -> Option<Result<(u64, T), ReadError>> {
        loop {
            match self.read_line() {
                Ok(false) => return None,
                Ok(true) if self.raw.iter().all(u8::is_ascii_whitespace) => {}
                Ok(true) => break,
                Err(unread) => return Some(Err(unread)),
            }
        }
        let raw = self.raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.raw);
        let line = self.line;
        Some(serde_json::from_slice(raw).map(|value| (line, value)).map_err(|error| {
            // The line within the text is always the first one.
            let reason = error.to_string().replace(" at line 1 column", " at column");
            ReadError::Rejected(vec![RejectedRow { line, code: String::new(), field: String::new(), reason }])
        }))
    }
}

/// Reads products.
#[derive(Debug)]
pub struct Reader<R>(Lines<R>);

impl<R: BufRead> Reader<R> {
    /// Reads a file.
    pub fn new(input: R) -> Self {
        Self(Lines::new(input))
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Item, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next_value()?.map(|(line, item)| Item { line, ..item }))
    }
}

/// Writes a product.
pub fn write(out: &mut String, item: &Item) -> Result<(), serde_json::Error> {
    out.push_str(&serde_json::to_string(item)?);
    out.push('\n');
    Ok(())
}
