//! Damage and interruptions from outside.

use std::sync::Arc;

use crossdock_db::{Db, DbError};
use crossdock_domain::ids::OrderId;
use tokio::sync::Semaphore;

use crate::harness::{PostgresScratch, Scratch, SqliteScratch, with_scratch};
use crate::sample::{self, at, store_id};

/// One row of everything, so that each document can be spoilt.
async fn one_of_each(db: &Db) -> (sample::Paid, OrderId) {
    sample::stores(db, &[999]).await;
    let paid = sample::paid(db, 999, 1).await;
    let order = sample::place(db, &paid, at(10)).await;
    (paid, order)
}

async fn a_spoilt_document_is_named_by_table_column_and_row<S: Scratch>(scratch: &S) {
    let db = Db::open(&scratch.options()).await.unwrap();
    let (paid, id) = one_of_each(&db).await;
    let store = store_id(999);
    let (checkout, quote, attempt, cart) = (paid.checkout.id, paid.quote.id, paid.attempt.id, paid.checkout.cart_id);
    // A check constraint keeps unknown statuses out; documents have no such guard.
    for (table, column, row) in [
        ("stores", "settings", "999".to_owned()),
        ("stores", "currency", "999".to_owned()),
        ("carts", "document", cart.to_string()),
        ("checkouts", "document", checkout.to_string()),
        ("quotes", "document", quote.to_string()),
        ("payment_attempts", "details", attempt.to_string()),
        ("payment_attempts", "provider", attempt.to_string()),
        ("orders", "document", "999-10001".to_owned()),
        ("orders", "payment", "999-10001".to_owned()),
        ("order_history", "event", at(10).0.to_string()),
        ("order_history", "actor", at(10).0.to_string()),
    ] {
        let keep = format!("UPDATE {table} SET {column} = substr({column}, 2) || '#'");
        scratch.tamper(&keep).await;
        let outcome = read!(db, |tx| {
            match table {
                "stores" => tx.store(store).await.map(drop),
                "carts" => tx.cart(cart).await.map(drop),
                "checkouts" => tx.checkout(store, checkout).await.map(drop),
                "quotes" => tx.quote(store, quote).await.map(drop),
                "payment_attempts" => tx.attempt(store, attempt).await.map(drop),
                "orders" => tx.order(id).await.map(drop),
                _ => tx.order_history(id).await.map(drop),
            }
        })
        .await;
        match outcome {
            Err(DbError::Inconsistent { table: t, column: c, id }) => assert_eq!((t, c, id), (table, column, row)),
            other => panic!("{table}.{column}: {other:?}"),
        }
        let mend = format!("UPDATE {table} SET {column} = '{{' || substr({column}, 1, length({column}) - 1)");
        let mend = if matches!(column, "currency" | "provider") {
            format!("UPDATE {table} SET {column} = '{}'", if column == "currency" { "USD" } else { "test" })
        } else {
            mend
        };
        scratch.tamper(&mend).await;
    }
    assert!(read!(db, |tx| tx.order(id).await).await.unwrap().is_some());
    db.close().await;
}

#[tokio::test]
async fn sqlite_names_a_spoilt_document_by_table_column_and_row() {
    Box::pin(with_scratch(a_spoilt_document_is_named_by_table_column_and_row::<SqliteScratch>)).await;
}

#[tokio::test]
async fn postgres_names_a_spoilt_document_by_table_column_and_row() {
    Box::pin(with_scratch(a_spoilt_document_is_named_by_table_column_and_row::<PostgresScratch>)).await;
}

/// Ends every connection of the scratch's database but the asking one, and waits until they are gone.
async fn end_connections(scratch: &PostgresScratch) {
    let rows = scratch
        .connect()
        .await
        .query(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
            &[],
        )
        .await
        .unwrap();
    let ended: Vec<bool> = rows.iter().map(|row| row.get(0)).collect();
    assert!(!ended.is_empty() && ended.iter().all(|ended| *ended), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_connections_that_died_at_rest_are_passed_over() {
    with_scratch(async |scratch: &PostgresScratch| {
        let db = Db::open(&scratch.options()).await.unwrap();
        sample::stores(&db, &[999]).await;
        let mut writers = tokio::task::JoinSet::new();
        for n in 0..8 {
            let db = db.clone();
            writers.spawn(async move { db.insert_cart(sample::new_cart(999, n)).await.unwrap() });
        }
        writers.join_all().await;
        end_connections(scratch).await;
        db.ping().await.unwrap();
        end_connections(scratch).await;
        write!(db, |tx| tx.set_meta("a", "1").await).await.unwrap();
        db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_connection_that_dies_inside_an_operation_makes_it_unavailable_and_leaves_no_trace() {
    with_scratch(async |scratch: &PostgresScratch| {
        let db = Db::open(&scratch.options()).await.unwrap();
        let (begun, killed) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let operation = tokio::spawn({
            let (db, begun, killed) = (db.clone(), begun.clone(), killed.clone());
            async move {
                write!(db, |tx, begun, killed| {
                    tx.set_meta("a", "1").await?;
                    begun.add_permits(1);
                    // Only a test waits inside an operation, and only on this engine can it.
                    killed.acquire().await.unwrap().forget();
                    tx.set_meta("b", "1").await
                })
                .await
            }
        });
        begun.acquire().await.unwrap().forget();
        end_connections(scratch).await;
        killed.add_permits(1);
        let outcome = operation.await.unwrap();
        assert!(matches!(outcome, Err(DbError::Unavailable(_))), "{outcome:?}");

        for key in ["a", "b"] {
            assert_eq!(read!(db, |tx| tx.meta(key).await).await.unwrap(), None);
        }
        write!(db, |tx| tx.set_meta("a", "2").await).await.unwrap();
        db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_transactions_that_block_one_another_are_run_again() {
    with_scratch(async |scratch: &PostgresScratch| {
        let db = Db::open(&scratch.options()).await.unwrap();
        for key in ["a", "b"] {
            write!(db, |tx| tx.set_meta(key, "0").await).await.unwrap();
        }
        // Each locks its first row, waits until the other has too, and wants the other's: a deadlock on the first run.
        let both_began = Arc::new(tokio::sync::Barrier::new(2));
        let runs = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let mut operations = tokio::task::JoinSet::new();
        for (first, second) in [("a", "b"), ("b", "a")] {
            let (first, second) = (first.to_owned(), second.to_owned());
            let (db, both_began, runs) = (db.clone(), both_began.clone(), runs.clone());
            operations.spawn(async move {
                write!(db, |tx, first, second, both_began, runs| {
                    tx.set_meta(&first, &first).await?;
                    if runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < 2 {
                        both_began.wait().await;
                    }
                    tx.set_meta(&second, &first).await
                })
                .await
            });
        }
        for outcome in operations.join_all().await {
            outcome.unwrap();
        }
        // Two that met, and at least one again.
        assert!(runs.load(std::sync::atomic::Ordering::SeqCst) > 2);
        db.close().await;
    })
    .await;
}
