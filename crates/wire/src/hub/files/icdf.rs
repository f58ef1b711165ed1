//! ICDF: lists of goods as files, XML and two forms of CSV (customer protocol §4.0).
//!
//! XML carries everything; CSV carries neither files nor sets. The order's address, courier and payment are no part of the
//! format: whoever imports a file names them beside it.

mod csv;
mod xml;

use crossdock_app::hub::{AttachmentInput, ComponentRef, ProductRef};
use crossdock_domain::notation::Notation;
use crossdock_domain::wholesale::CodeKind;
use rust_decimal::Decimal;

pub use csv::{ExtendedLine, write_extended, write_simple};
pub use xml::write as write_xml;

/// Most lines of a file, sets' parts counted.
pub const MAX_LINES: usize = 1000;
/// Most bytes of a file: ten megabytes of attachments in base64, and the rest.
pub const MAX_FILE: usize = 20 * 1024 * 1024;

/// A line of a list: ICDF's own product element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Line of the file where it stands; 0 when it comes from no file.
    pub at: u64,
    /// The code.
    pub code: String,
    /// Which kind of code; `None` leaves it open.
    pub kind: Option<CodeKind>,
    /// How much.
    pub quantity: Decimal,
    /// Remark.
    pub note: String,
    /// Files.
    pub attachments: Vec<AttachmentInput>,
    /// Components, when it is a set.
    pub products: Vec<Self>,
}

impl Line {
    /// The product reference that a gate or an order takes.
    pub fn reference(&self) -> ProductRef {
        ProductRef {
            code: self.code.clone(),
            kind: self.kind,
            quantity: self.quantity,
            note: self.note.clone(),
            attachments: self.attachments.clone(),
            parts: self.products.iter().map(Self::part).collect(),
        }
    }

    fn part(&self) -> ComponentRef {
        let (code, kind, quantity) = (self.code.clone(), self.kind, self.quantity);
        ComponentRef { code, kind, quantity, nested: !self.products.is_empty() }
    }
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct IcdfError {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong.
    pub reason: String,
}

/// Reads a file of either kind: one that begins with `<` is XML.
pub fn read(bytes: &[u8]) -> Result<Vec<Line>, IcdfError> {
    if bytes.len() > MAX_FILE {
        return Err(IcdfError { line: 1, reason: format!("the file is larger than {MAX_FILE} bytes") });
    }
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    let lines = if first == Some(&b'<') { xml::read(body)? } else { csv::read(body)? };
    if lines.is_empty() {
        return Err(IcdfError { line: 1, reason: "the file names no products".to_owned() });
    }
    Ok(lines)
}

/// A quantity as text.
fn quantity(line: u64, text: &str, notation: Notation) -> Result<Decimal, IcdfError> {
    let wrong = |reason: String| IcdfError { line, reason };
    match notation.read(text) {
        Ok(value) if !value.is_zero() && value.is_sign_positive() => Ok(value),
        Err(why) if why.is_numeric() => Err(wrong(format!("quantity: {text:?} {why}"))),
        _ => Err(wrong(format!("{text:?} is no quantity above 0"))),
    }
}
