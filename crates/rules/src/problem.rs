//! A row of an imported file that cannot be taken.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is wrong with a row, so that a person finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub struct RowProblem {
    /// The line of the file, counted from 1; 0 when the file as a whole is meant.
    pub line: u64,
    /// The column or key.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl RowProblem {
    pub(crate) fn new(line: u64, field: &str, message: impl Into<String>) -> Self {
        Self { line, field: field.to_owned(), message: message.into() }
    }
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.field, self.message),
            line => write!(f, "line {line}: {}: {}", self.field, self.message),
        }
    }
}
