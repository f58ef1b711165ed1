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
//! # Where things are
//!
//! `core` holds what aggregates are written with, `checkout` the buyer's side, `hub` the wholesaler's, `platform` what both
//! stand on. A file is an aggregate: its statements, row types and methods on [`Tx`].
//!
//! # To add a table
//!
//! 1. Write `NNNN_name.sql` in both `migrations/sqlite` and `migrations/postgres`, list it in `core/migrate.rs`, and pin its
//!    checksums in `tests/engines/frozen.rs`. Released migrations are never edited.
//! 2. In a file named after the aggregate, declare the columns of its row type with `columns!`, write the
//!    statements with [`statements!`](crate::sql), and add the methods on [`Tx`]. Number parameters in the order of their first
//!    appearance. Rows are read by the names of their columns, so a computed column needs an `AS`.
//! 3. Add the methods to the conformance suite in `tests/engines`. Tests of parity, plans and prepare-all find the table by
//!    themselves.
//!
//! # What tests there are
//!
//! `tests/engines` runs every behaviour on both engines; `src/core/engine/sqlite/tests.rs` makes commits, disks and threads fail. The crate
//! `crossdock-bench` measures lists and the frequent operations.

pub mod checkout;
mod core;
pub mod hub;
pub mod platform;

use crate::core::{engine, json, migrate, operation, row, tx, value, writable};

pub use crate::core::{error, meta, numbers, sql};
pub use checkout::{attempts, carts, checkouts, landed_costs, orders, quotes, stores};
pub use hub::{
    admin_keys, availability, baskets, couriers, feeds, products, recipients, removal, sandboxes, shop_accounts, stock,
    supply_orders, wholesalers,
};
pub use platform::{deliveries, idempotency, jobs, mails, outbox, webhooks};

pub use engine::{
    Db, Engine, FileLock, Inspection, Options, checksum_file, checksum_of, copy_whole, counters_of, fold, inspect,
};
pub use error::{DbError, Retryable};
pub use migrate::{MIGRATIONS, Migration};
pub use numbers::SkippedNumbers;
pub use operation::TxFuture;
pub use tx::{Operation, Tx};
