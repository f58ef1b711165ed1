//! The samples: a shop (`world`), a wholesaler, and what is told about them (`text`).

mod mark;
mod orders;
pub mod text;
pub mod wholesaler;
pub mod world;

pub use mark::{is_demo, mark_demo};

/// Id of the sample store, as in the protocol's documents.
pub const STORE: i64 = 999;
/// Its secret, as in the protocol's documents.
pub const SECRET: &str = "f5bde245-f55e-414d-b722-80b25161c12c";
/// Its name.
pub const NAME: &str = "Example Store";
