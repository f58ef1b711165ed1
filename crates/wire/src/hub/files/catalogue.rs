//! The catalogue as a file: one model of a product, read from and written as CSV, JSON lines and XML in a stream.
//!
//! A file names what it means in full: a product in a file replaces the one of the same code. Amounts are decimals in the
//! wholesaler's currency, quantities decimals with at most three places. Columns and elements are described in
//! `docs/operating/catalogue.md`.

mod code;
pub mod csv;
pub mod item;
pub mod jsonl;
mod language;
pub mod stock;
pub mod xml;

use std::io::BufRead;

use serde::{Deserialize, Serialize};

pub(crate) use code::article_code;
pub use item::{Item, ItemComponent, ItemPrice, ItemSize, ItemStep};
pub use item::{UNNAMED_WAREHOUSE, no_warehouse};
pub use stock::{StockLine, read_stock};

/// Size of products that come in one size.
pub const ONE_SIZE: &str = "uniw";

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Separated values, a row per size.
    Csv,
    /// JSON, a line per product.
    Jsonl,
    /// XML in the style of IOF.
    Xml,
}

impl Format {
    /// Told by the name of a file, with or without `.gz`.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let (_, ending) = name.strip_suffix(".gz").unwrap_or(&name).rsplit_once('.')?;
        match ending {
            "csv" | "txt" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "xml" | "iof" => Some(Self::Xml),
            _ => None,
        }
    }
}

/// Something in a file that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// The product's code, when it is known.
    pub code: String,
    /// Column, key or attribute; empty when it is the row or product as a whole.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
}

/// What reading gives instead of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// This product cannot be taken; the next one can be read.
    Rejected(Vec<RejectedRow>),
    /// Something in the file is taken otherwise than it says, or passed over; the record that it belongs to comes behind it.
    Remark(RejectedRow),
    /// The file cannot be read any further.
    Broken {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
}

/// Products of a file. Ends after [`ReadError::Broken`].
pub type Items = Box<dyn Iterator<Item = Result<Item, ReadError>> + Send>;

/// Reads a file in a stream.
pub fn read(format: Format, input: Box<dyn BufRead + Send>) -> Items {
    match format {
        Format::Csv => Box::new(csv::Reader::new(input).fuse_on_broken()),
        Format::Jsonl => Box::new(jsonl::Reader::new(input).fuse_on_broken()),
        Format::Xml => Box::new(xml::Reader::new(input).fuse_on_broken()),
    }
}

/// Ends behind the first [`ReadError::Broken`].
struct Fused<I> {
    items: I,
    over: bool,
}

impl<T, I: Iterator<Item = Result<T, ReadError>>> Iterator for Fused<I> {
    type Item = Result<T, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let item = self.items.next();
        self.over = matches!(item, None | Some(Err(ReadError::Broken { .. })));
        item
    }
}

trait FuseOnBroken<T>: Iterator<Item = Result<T, ReadError>> + Sized {
    fn fuse_on_broken(self) -> Fused<Self> {
        Fused { items: self, over: false }
    }
}

impl<T, I: Iterator<Item = Result<T, ReadError>>> FuseOnBroken<T> for I {}
