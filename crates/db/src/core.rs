//! What every aggregate is written with: the two engines, transactions and operations, statements, values, rows, migrations.

pub(crate) mod engine;
pub mod error;
pub(crate) mod json;
pub mod meta;
pub(crate) mod migrate;
pub mod numbers;
pub(crate) mod operation;
pub(crate) mod row;
pub mod sql;
pub(crate) mod tx;
pub(crate) mod value;
pub(crate) mod writable;
