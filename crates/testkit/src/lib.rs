//! Test helpers: an app in process on a database of its own, a buyer and a pretend bank.
//!
//! * [`TestApp`]: use cases on a fresh SQLite file or PostgreSQL database, a clock that stands still, seeded ids, a store.
//!   Dropping it fails when a due or dead job was not looked at, and removes the database.
//! * [`Buyer`]: a browser that walks through the checkout.
//! * [`Receiver`] and [`Mailbox`]: the outside web and a mail server, remembering and obedient.
//! * [`Bank`]: a payment provider that remembers, refuses what a bank refuses, and fails or waits on demand.
//!
//! Write a test once and run it on both engines:
//!
//! ```
//! use crossdock_testkit::{TestApp, on_both_engines};
//!
//! on_both_engines!(a_paid_cart_has_an_order);
//!
//! async fn a_paid_cart_has_an_order(app: TestApp) {
//!     let order = app.paid_order().await;
//!     assert_eq!(order.to_string(), "999-10001");
//!     app.run_jobs().await;
//! }
//! # fn main() {}
//! ```
//!
//! PostgreSQL tests use the server in `CROSSDOCK_TEST_POSTGRES_URL` (a role that may create databases). Without it they
//! fail; `CROSSDOCK_TEST_SKIP_POSTGRES=1` leaves them out.

mod app;
mod bank;
mod buyer;
mod database;
mod integrations;
mod jobs;
pub mod samples;
pub mod wholesale;

pub use crossdock_db::Engine;

pub use app::{Builder, TestApp};
pub use bank::{Bank, BankCall, BankFault, Ledger, Moment};
pub use buyer::{Buyer, Card};
pub use crossdock_jobs::run_due_jobs;
pub use database::environment;
pub use integrations::{Mailbox, ReceivedMail, Receiver, answer};

/// Makes two tests of each named `async fn(TestApp)`: `name::sqlite` and `name::postgres`.
///
/// `on_both_engines!(one, two)` uses functions that stand beside it; `on_both_engines!(async fn one(app: TestApp) { … })`
/// declares them as well. `with = path` in front names a `fn(Builder) -> Builder` that sets the app up.
#[macro_export]
macro_rules! on_both_engines {
    (with = $setup:path, $($name:ident),+ $(,)?) => {
        $(
            mod $name {
                #[allow(unused_imports, reason = "the test may need nothing else")]
                use super::*;

                $crate::on_both_engines!(@test sqlite, $crate::Engine::Sqlite, $setup, $name);
                $crate::on_both_engines!(@test postgres, $crate::Engine::Postgres, $setup, $name);
            }
        )+
    };
    (@test $engine:ident, $which:path, $setup:path, $name:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $engine() {
            if let Some(app) = $setup($crate::TestApp::builder($which)).start().await {
                super::$name(app).await;
            }
        }
    };
    ($($name:ident),+ $(,)?) => {
        $crate::on_both_engines!(with = ::std::convert::identity, $($name),+);
    };
    ($($(#[$attribute:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {
        $(
            $(#[$attribute])*
            async fn $name($app: $crate::TestApp) $body
        )+
        $crate::on_both_engines!($($name),+);
    };
}

/// Like [`on_both_engines!`], for what an embedded database cannot do: several nodes on one database.
#[macro_export]
macro_rules! on_postgres {
    (with = $setup:path, $($name:ident),+ $(,)?) => {
        $(
            mod $name {
                #[allow(unused_imports, reason = "the test may need nothing else")]
                use super::*;

                $crate::on_both_engines!(@test postgres, $crate::Engine::Postgres, $setup, $name);
            }
        )+
    };
    ($($name:ident),+ $(,)?) => {
        $crate::on_postgres!(with = ::std::convert::identity, $($name),+);
    };
}
