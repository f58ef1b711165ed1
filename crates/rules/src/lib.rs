//! The landed-cost rule book as files: reading, checking, compiling. The starter book is embedded; a directory or a stored
//! copy takes its place. What rules mean is `domain::landed_cost`; nothing here computes an amount.
//! Imported tariffs and exchange rates are read here too.

mod check;
mod compile;
mod files;
pub mod format;
pub mod hs;
mod locate;
mod problem;
pub mod rates;
mod starter;
pub mod tariff;
mod when;

pub use files::{BookFiles, FilesError, Problem};
pub use starter::starter_book;

/// The JSON Schema of a rule file (draft 2020-12), for editors: derived from the types that read the files.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(format::RuleFile).to_value()
}
