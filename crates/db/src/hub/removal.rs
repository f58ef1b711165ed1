//! Deleting a wholesaler with everything of it, in steps of so many rows. Every table that names a wholesaler stands in one of
//! the lists below, children before parents; a test holds the lists against the schema.

use crossdock_domain::webhook::Owner;
use crossdock_domain::wholesale::WholesalerId;

use crate::error::DbError;
use crate::json::json;
use crate::sql::Statement;
use crate::tx::Tx;
use crate::value::params;

/// One statement per table: `$1` names the tenant, `$2` is the largest number of rows. The key must be the primary key.
macro_rules! deletions {
    ($list:ident, $tables:ident, $tenant:literal; $($table:literal ($key:literal))+) => {
        const $list: &[Statement] = &[$({
            const TEXT: &str = concat!(
                "DELETE FROM ", $table, " WHERE ", $tenant, " = $1 AND (", $key, ") IN (SELECT ", $key, " FROM ", $table,
                " WHERE ", $tenant, " = $1 LIMIT $2)"
            );
            Statement { name: $table, sqlite: TEXT, postgres: TEXT }
        }),+];
        /// Names of these tables, in the order in which they are emptied.
        pub const $tables: &[&str] = &[$($table),+];
    };
}

// What webhooks and mails belong to is named in words: wholesaler:7.
deletions! { OF_OWNER, OWNER_TABLES, "owner";
    "webhook_attempts" ("delivery_id, number")
    "webhook_deliveries" ("id")
    "webhook_endpoints" ("id")
    "outbox_keys" ("kind, key")
    "outbox_events" ("id")
    "mails" ("id")
}

deletions! { OF_WHOLESALER, WHOLESALER_TABLES, "wholesaler_id";
    "admin_audit" ("id")
    "admin_keys" ("id")
    "feed_tokens" ("account_id, id")
    "gate_sessions" ("key_hash")
    "line_attachments" ("id")
    "supply_parcels" ("serial, id")
    "supply_order_history" ("serial, seq")
    "supply_order_terms" ("term, serial")
    "supply_orders" ("serial")
    "basket_lines" ("account_id, position")
    "baskets" ("account_id")
    "recipients" ("account_id, id")
    "pickup_points" ("courier_id, id")
    "couriers" ("id")
    "reservations" ("id")
    "stock" ("product_id, size_id, warehouse_id")
    "warehouses" ("id")
    "bundle_items" ("product_id, size_id, position")
    "product_codes" ("kind, code")
    "product_sizes" ("product_id, size_id")
    "products" ("id")
    "shop_accounts" ("id")
    "wholesale_counters" ("name")
    "sandboxes" ("wholesaler_id")
}

const LAST: Statement = {
    const TEXT: &str = "DELETE FROM wholesalers WHERE id = $1";
    Statement { name: "wholesalers", sqlite: TEXT, postgres: TEXT }
};

// A job carries its tenant in its arguments, under the name `owner` whatever its kind: see `Job` in `app`. The whole table is read,
// by a reader that nobody waits for.
const JOBS_OF_OWNER: Statement = Statement {
    name: "JOBS_OF_OWNER",
    sqlite: "SELECT id FROM jobs WHERE instr(payload, $1) > 0 LIMIT $2",
    postgres: "SELECT id FROM jobs WHERE strpos(payload, $1) > 0 LIMIT $2",
};

const DELETE_JOBS: Statement = Statement {
    name: "DELETE_JOBS",
    sqlite: "DELETE FROM jobs WHERE id IN (SELECT value FROM json_each($1))",
    postgres: "DELETE FROM jobs WHERE id IN (SELECT json_array_elements_text($1::json))",
};

/// Every statement of this file.
pub(crate) const ALL: &[&Statement] = &{
    const COUNT: usize = OF_OWNER.len() + OF_WHOLESALER.len();
    let mut all = [&LAST; COUNT + 3];
    let mut at = 0;
    while at < OF_OWNER.len() {
        all[at] = &OF_OWNER[at];
        at += 1;
    }
    while at < COUNT {
        all[at] = &OF_WHOLESALER[at - OF_OWNER.len()];
        at += 1;
    }
    all[COUNT] = &JOBS_OF_OWNER;
    all[COUNT + 1] = &DELETE_JOBS;
    all
};

/// How far a step came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemovalProgress {
    /// Rows that were deleted.
    pub rows: u64,
    /// Whether the wholesaler itself is gone, and with it everything.
    pub done: bool,
}

impl Tx {
    /// Ids of jobs of any kind, finished ones too, whose arguments name this owner; at most so many.
    pub async fn jobs_of_owner(&mut self, owner: Owner, limit: i64) -> Result<Vec<String>, DbError> {
        // Quotes inside a text of a JSON document are escaped, so this is always a key with its value.
        self.fetch_all(&JOBS_OF_OWNER, params![format!("\"owner\":\"{owner}\""), limit]).await
    }

    /// Deletes jobs, whatever their state: a run that is under way finds nothing to do.
    pub async fn delete_jobs(&mut self, ids: &[String]) -> Result<u64, DbError> {
        self.execute(&DELETE_JOBS, params![json(&ids)?]).await
    }

    /// Deletes at most `limit` rows of a wholesaler, children first, and the wholesaler when nothing else is left.
    ///
    /// Only for a wholesaler that nobody uses any more: what somebody adds behind a step makes the last one fail.
    pub async fn remove_wholesaler_step(
        &mut self,
        wholesaler: WholesalerId,
        limit: i64,
    ) -> Result<RemovalProgress, DbError> {
        let owner = Owner::Wholesaler(wholesaler).to_string();
        let mut left = limit;
        for statement in OF_OWNER {
            let rows = self.execute(statement, params![owner.as_str(), left]).await?;
            left -= i64::try_from(rows).unwrap_or(left);
            if left <= 0 {
                return Ok(RemovalProgress { rows: limit.unsigned_abs(), done: false });
            }
        }
        for statement in OF_WHOLESALER {
            let rows = self.execute(statement, params![wholesaler.get(), left]).await?;
            left -= i64::try_from(rows).unwrap_or(left);
            if left <= 0 {
                return Ok(RemovalProgress { rows: limit.unsigned_abs(), done: false });
            }
        }
        let rows = self.execute(&LAST, params![wholesaler.get()]).await?;
        self.counters_gone(format!("wholesaler {}", wholesaler.get()));
        Ok(RemovalProgress { rows: (limit - left).unsigned_abs() + rows, done: true })
    }
}
