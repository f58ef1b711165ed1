//! Statements: named constants, one text for both engines wherever the engines agree.

/// A statement with its text per engine.
#[derive(Debug)]
pub struct Statement {
    /// Name for logs and tests.
    pub name: &'static str,
    /// Text for SQLite.
    pub sqlite: &'static str,
    /// Text for PostgreSQL.
    pub postgres: &'static str,
}

impl Statement {
    /// Whether it changes nothing, so that a reader may run it.
    pub fn is_read(&self) -> bool {
        self.sqlite.starts_with("SELECT ")
    }
}

/// Declares statements and the list `ALL` that the prepare-all test walks.
///
/// `NAME = { "text" }` is shared; `NAME = { sqlite "…", postgres "…" }` differs; `NAME = { locking "SELECT …" }` adds
/// `FOR UPDATE` on PostgreSQL, where SQLite's single writer needs no row lock. A text may be made of parts, `"SELECT ",
/// courier!(), " FROM couriers"`, which are joined when it is compiled.
macro_rules! statements {
    (@one $name:ident sqlite $s:expr, postgres $p:expr) => {
        pub(crate) const $name: $crate::sql::Statement =
            $crate::sql::Statement { name: stringify!($name), sqlite: $s, postgres: $p };
    };
    (@one $name:ident locking $($text:expr),+) => {
        pub(crate) const $name: $crate::sql::Statement = $crate::sql::Statement {
            name: stringify!($name), sqlite: concat!($($text),+), postgres: concat!($($text,)+ " FOR UPDATE"),
        };
    };
    (@one $name:ident $($text:expr),+) => {
        pub(crate) const $name: $crate::sql::Statement = $crate::sql::Statement {
            name: stringify!($name), sqlite: concat!($($text),+), postgres: concat!($($text),+),
        };
    };
    ($($name:ident = { $($text:tt)+ })+) => {
        $($crate::sql::statements!(@one $name $($text)+);)+
        /// Every statement of this file.
        pub(crate) const ALL: &[&$crate::sql::Statement] = &[$(&$name),+];
    };
}
pub(crate) use statements;

/// Every statement of this crate, for the test that prepares them all on both engines.
pub fn all() -> impl Iterator<Item = &'static Statement> {
    [
        crate::admin_keys::ALL,
        crate::attempts::ALL,
        crate::carts::ALL,
        crate::checkouts::ALL,
        crate::deliveries::ALL,
        crate::idempotency::ALL,
        crate::jobs::ALL,
        crate::landed_costs::ALL,
        crate::mails::ALL,
        crate::meta::ALL,
        crate::numbers::ALL,
        crate::orders::ALL,
        crate::outbox::ALL,
        crate::quotes::ALL,
        crate::removal::ALL,
        crate::sandboxes::ALL,
        crate::stores::ALL,
        crate::webhooks::ALL,
        crate::wholesalers::ALL,
        crate::feeds::ALL,
        crate::shop_accounts::ALL,
        crate::products::ALL,
        crate::availability::ALL,
        crate::stock::ALL,
        crate::couriers::ALL,
        crate::recipients::ALL,
        crate::baskets::ALL,
    ]
    .into_iter()
    .chain(crate::supply_orders::ALL)
    .flatten()
    .copied()
}
