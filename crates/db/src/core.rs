//! What every aggregate is written with: rows, documents, facts about the database.

pub(crate) mod json;
pub mod meta;
pub(crate) mod row;
