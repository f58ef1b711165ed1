//! Both engines under the same tests. A behaviour is a function that gets an empty database; `sqlite.rs` and
//! `postgres.rs` run every behaviour on their engine, each under its own name.
//!
//! `CROSSDOCK_TEST_POSTGRES_URL` names a server and a role that may create databases. Without it the PostgreSQL tests
//! fail; `CROSSDOCK_TEST_SKIP_POSTGRES=1` leaves them out.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]
#![allow(clippy::assigning_clones, clippy::cloned_ref_to_slice_refs, reason = "tests read better without the tricks")]

#[macro_use]
mod harness;
#[macro_use]
mod conformance;
mod connections;
mod faults;
mod files;
mod frozen;
mod migrations;
mod numbers;
mod parity;
mod plans;
mod postgres;
mod sample;
mod sqlite;
mod statements;
mod upgrade;
