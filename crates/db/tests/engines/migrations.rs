//! Opening an empty, a known, a changed and a newer database, and opening one twice at once.

use crossdock_db::supply_orders::{SupplyFilter, SupplyTerm};
use crossdock_db::{Db, DbError, Engine, MIGRATIONS};
use crossdock_domain::wholesale::{CourierId, PaymentKind, ProductId};

use crate::conformance::supply_edits::order_of;
use crate::conformance::wholesale;
use crate::harness::{PostgresScratch, Scratch, SqliteScratch, with_scratch};

/// Runs each check on both engines.
macro_rules! on_both {
    ($($name:ident)+) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::with_scratch(super::$name::<super::SqliteScratch>).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::with_scratch(super::$name::<super::PostgresScratch>).await;
            })+
        }
    };
}
on_both! {
    a_migrated_database_is_opened_again_unchanged
    a_changed_step_is_refused
    a_newer_database_is_refused
    orders_from_before_the_search_are_found_by_it
}

async fn a_migrated_database_is_opened_again_unchanged<S: Scratch>(scratch: &S) {
    for round in ["1", "2", "3"] {
        let db = Db::open(&scratch.options()).await.unwrap();
        let before = write!(db, |tx, round| {
            let before = tx.meta("round").await?;
            tx.set_meta("round", &round).await?;
            Ok(before)
        });
        let before = before.await.unwrap();
        assert_eq!(before, round.parse::<u8>().unwrap().checked_sub(1).filter(|n| *n > 0).map(|n| n.to_string()));
        db.close().await;
    }
}

async fn orders_from_before_the_search_are_found_by_it<S: Scratch>(scratch: &S) {
    let db = Db::open(&scratch.options()).await.unwrap();
    wholesale::tenants(&db).await;
    wholesale::place(&db, order_of(1, 51, &["1-S", "1-M"])).await.unwrap();
    wholesale::place(&db, order_of(2, 52, &["1-S"])).await.unwrap();
    let engine = db.engine();
    db.close().await;
    // As an older version left them; the step's second half is what it does with them.
    scratch.tamper("DELETE FROM supply_order_terms").await;
    let step = MIGRATIONS.iter().find(|step| step.version == 7).unwrap();
    let text = if engine == Engine::Sqlite { step.sqlite } else { step.postgres };
    scratch.tamper(&text[text.find("INSERT INTO").unwrap()..]).await;
    let db = Db::open(&scratch.options()).await.unwrap();
    let (pln, prepaid) = (SupplyTerm::currency("PLN".parse().unwrap()), SupplyTerm::Payment(PaymentKind::Prepaid));
    for (term, wanted) in [
        (SupplyTerm::Product(ProductId(1)), vec![2, 1]),
        (SupplyTerm::Size(wholesale::variant("1-M")), vec![1]),
        (SupplyTerm::Courier(CourierId(52)), vec![2]),
        (pln, vec![2, 1]),
        (prepaid, vec![2, 1]),
    ] {
        let filter = SupplyFilter { terms: vec![vec![term.clone()]], ..wholesale::all_orders() };
        assert_eq!(wholesale::listed(&db, filter).await.0, wanted, "{term}");
    }
    db.close().await;
}

async fn refused<S: Scratch>(scratch: &S, tampering: &str) -> String {
    Db::open(&scratch.options()).await.unwrap().close().await;
    scratch.tamper(tampering).await;
    let error = Db::open(&scratch.options()).await.unwrap_err();
    assert!(matches!(error, DbError::Other(_)), "{error:?}");
    error.to_string()
}

async fn a_changed_step_is_refused<S: Scratch>(scratch: &S) {
    let text = refused(scratch, "UPDATE schema_migrations SET checksum = 'other' WHERE version = 1").await;
    assert!(text.contains("schema step 1 (0001_checkout) differs"), "{text}");
}

async fn a_newer_database_is_refused<S: Scratch>(scratch: &S) {
    let text = refused(scratch, "INSERT INTO schema_migrations VALUES (9999, 'from_the_future', 'sum')").await;
    assert!(text.contains("schema version 9999") && text.contains("newer crossdock"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_nodes_that_start_at_once_migrate_once() {
    with_scratch(async |scratch: &PostgresScratch| {
        let mut nodes = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let options = scratch.options();
            nodes.spawn(async move { Db::open(&options).await });
        }
        for node in nodes.join_all().await {
            node.unwrap().close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_step_that_fails_leaves_the_database_as_it_was() {
    with_scratch(async |scratch: &SqliteScratch| {
        // A table of ours is in the way of the first step.
        scratch.tamper("CREATE TABLE parcels (mine TEXT)").await;
        let error = Db::open(&scratch.options()).await.unwrap_err();
        assert!(error.to_string().contains("parcels"), "{error}");
        let tables: i64 =
            scratch.connect().query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1);
    })
    .await;
}

#[test]
fn steps_are_numbered_upwards_and_named_after_their_number() {
    assert!(MIGRATIONS.is_sorted_by(|one, next| one.version < next.version));
    for step in MIGRATIONS {
        assert!(step.name.starts_with(&format!("{:04}_", step.version)), "{}", step.name);
    }
}
