//! Every behaviour on SQLite.

suite!(crate::harness::SqliteScratch);
