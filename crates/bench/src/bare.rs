//! The bare program: axum and SQLite with nothing of the product between them. The yardstick of `--baseline`, which runs
//! it under the same load in the same minutes.

mod server;
mod storage;

pub use server::serve;
pub use storage::Storage;
