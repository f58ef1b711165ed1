//! Statements on growing tables walk an index: no scan of a table, no sort of more than a few rows.

use crossdock_db::{Db, sql};

use crate::harness::{Scratch, SqliteScratch, with_scratch};

/// Steps of SQLite's plan for every statement. Without statistics, as every database of ours is, it does not depend on the
/// rows.
async fn plans(check: impl Fn(&str, &str, &[String])) {
    with_scratch(async |scratch: &SqliteScratch| {
        Db::open(&scratch.options()).await.unwrap().close().await;
        let connection = scratch.connect();
        for statement in sql::all() {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sqlite)).unwrap();
            let nulls = vec![None::<i64>; plan.parameter_count()];
            let steps = plan.query_map(rusqlite::params_from_iter(nulls), |row| row.get("detail")).unwrap();
            let steps: Vec<String> = steps.map(Result::unwrap).collect();
            check(statement.name, statement.sqlite, &steps);
        }
    })
    .await;
}

#[tokio::test]
async fn no_statement_scans_a_growing_table() {
    // Few rows, ever: stores, wholesalers, sandboxes, exchange rates (one a currency and base). Jobs of a sandbox are looked for by a reader, once when it goes. Counting
    // jobs by state is for a page that a person opens.
    const MAY_SCAN: [&str; 10] = [
        "FROM wholesalers ORDER BY id",
        "FROM wholesalers WHERE NOT EXISTS",
        "FROM sandboxes ORDER BY wholesaler_id",
        "SELECT id FROM jobs WHERE instr(payload",
        "FROM stores ORDER BY id",
        "FROM currency_rates",
        "FROM jobs GROUP BY state",
        "UNION ALL SELECT 'wholesaler'",
        "UPDATE order_counters SET next_number = next_number + $1",
        "UPDATE wholesale_counters SET next_number = next_number + $1",
    ];
    plans(|name, text, steps| {
        // A list that is handed in as a parameter is read as a whole, and so is a page of a list.
        let harmless = ["CONSTANT ROW", "VIRTUAL TABLE", "SCAN page", "SCAN queues", "SCAN names"];
        let scans =
            steps.iter().any(|step| step.starts_with("SCAN ") && !harmless.iter().any(|part| step.contains(part)));
        let allowed = MAY_SCAN.iter().any(|part| text.contains(part));
        assert!(!scans || allowed, "{name}: {steps:#?}");
    })
    .await;
}

#[tokio::test]
async fn lists_of_orders_are_answered_from_their_index_without_sorting() {
    plans(|name, _, steps| {
        if !name.starts_with("LIST_") {
            return;
        }
        let index = if name.contains("MISSING") { "orders_missing_merchant_id" } else { "orders_list" };
        let walk = format!("SEARCH orders USING COVERING INDEX {index} (store_id=? AND number>?");
        assert!(steps[0].starts_with(&walk), "{name}: {steps:#?}");
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{name}: {steps:#?}");
        // A time is turned into a number by single steps, not by walking.
        for step in steps.iter().filter(|step| step.contains("latest_at") || step.contains("orders_by_time")) {
            assert!(step.contains("COVERING INDEX orders_by_time (store_id=? AND latest_at>?)"), "{name}: {steps:#?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_search_among_orders_walks_their_numbers_without_sorting() {
    plans(|name, _, steps| {
        if name != "SEARCH_SINCE" {
            return;
        }
        assert!(
            steps[0].starts_with("SEARCH orders USING") && steps[0].contains("(store_id=? AND number>?"),
            "{steps:#?}"
        );
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
    })
    .await;
}

#[tokio::test]
async fn pages_of_supply_orders_are_found_by_an_index_alone() {
    plans(|name, _, steps| {
        let wanted = match name {
            "ORDERS_PLACED" | "ORDERS_PLACED_COUNT" => {
                "SEARCH p USING COVERING INDEX supply_orders_list"
            }
            "ORDERS_OF_ACCOUNT" | "ORDERS_OF_ACCOUNT_COUNT" => {
                "SEARCH p USING COVERING INDEX supply_orders_list_of_account (wholesaler_id=? AND account_id=?)"
            }
            "ORDERS_CHANGED" | "ORDERS_CHANGED_COUNT" => {
                "SEARCH p USING COVERING INDEX supply_orders_by_change (wholesaler_id=? AND changed_at>? AND changed_at<?)"
            }
            "ORDERS_DISPATCHED" | "ORDERS_DISPATCHED_COUNT" => {
                "SEARCH p USING COVERING INDEX supply_orders_by_dispatch (wholesaler_id=? AND dispatched_at>? AND dispatched_at<?)"
            }
            _ => return,
        };
        assert!(steps.iter().any(|step| step.starts_with(wanted)), "{name}: {steps:#?}");
    })
    .await;
}
