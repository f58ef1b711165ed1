//! The only crate that knows SQL. Two engines, one set of aggregate-level methods.
//!
//! # How it is built
//!
//! * A use case is an [`Operation`]: a struct with its inputs and an async `run(&self, &mut Tx)`.
//!   [`Db::write`] runs it inside a transaction, [`Db::read`] on a reader. The same code serves both engines. One that is a
//!   single call is shorter as a closure: [`Db::write_with`], [`Db::read_with`].
//! * **SQLite**: one writer thread owns the only writing connection. It takes every operation that waits, runs each
//!   inside its own savepoint of one `BEGIN IMMEDIATE … COMMIT`, and answers each caller after the commit (group
//!   commit). Its futures never wait, so they are polled once, on that thread. Readers are a few threads with
//!   read-only connections.
//! * **PostgreSQL**: an operation is one transaction on a pooled connection; serialization failures and deadlocks run
//!   it again. Carts are collected and inserted by one statement.
//!
//! # To add a table
//!
//! 1. Write `NNNN_name.sql` in both `migrations/sqlite` and `migrations/postgres` and list it in `migrate.rs`.
//! 2. Write its statements with the [`statements!`](crate::sql) macro, the row type and the methods on [`Tx`] in a file
//!    named after the aggregate. Number parameters in the order of their first appearance.
//! 3. Add the methods to the conformance suite in `tests/engines`. Tests of parity, plans and prepare-all find the table by
//!    themselves.
//!
//! # What tests and benches there are
//!
//! `tests/engines` runs every behaviour on both engines; `src/engine/sqlite/tests.rs` makes commits, disks and threads fail.
//! `examples/list_bench.rs` and `examples/hot_paths.rs` measure lists and the frequent operations.

pub mod admin_keys;
pub mod attempts;
pub mod availability;
pub mod baseline;
pub mod baskets;
pub mod bulk;
pub mod carts;
pub mod checkouts;
pub mod couriers;
pub mod deliveries;
mod engine;
pub mod error;
pub mod feeds;
pub mod idempotency;
pub mod jobs;
pub mod landed_costs;
pub mod mails;
pub mod meta;
mod migrate;
mod operation;
pub mod orders;
pub mod outbox;
pub mod products;
pub mod quotes;
pub mod recipients;
pub mod removal;
pub mod sandboxes;
pub mod scratch;
pub mod shop_accounts;
pub mod sql;
pub mod stock;
pub mod stores;
pub mod supply_orders;
mod tx;
mod value;
pub mod webhooks;
pub mod wholesale_events;
pub mod wholesalers;

pub use engine::{Db, Engine, FileLock, Inspection, Options, inspect};
pub use error::{DbError, Retryable};
pub use migrate::{MIGRATIONS, Migration};
pub use operation::TxFuture;
pub use tx::{Operation, Tx};
