//! No number that was given out comes again, whatever happens to the database meanwhile.

use std::path::Path;

use crossdock_db::wholesalers::Counter;
use crossdock_db::{Db, Options};
use crossdock_domain::ids::StoreId;
use crossdock_domain::wholesale::WholesalerId;

use crate::conformance::wholesale::tenants;
use crate::harness::{PostgresScratch, Scratch, SqliteScratch, with_scratch};
use crate::sample;

/// An older copy of the database: every counter stands where it stood before.
const OLDER: &str = "UPDATE order_counters SET next_number = 10001; UPDATE wholesale_counters SET next_number = 1";

fn options<S: Scratch>(scratch: &S, directory: &Path) -> Options {
    Options { numbers: Some(directory.join("numbers")), ..scratch.options() }
}

async fn order(db: &Db) -> i64 {
    let store = StoreId::new(999).unwrap();
    write!(db, |tx, store| tx.take_order_number(store).await).await.unwrap().0
}

async fn supply_order(db: &Db) -> i64 {
    let wholesaler = WholesalerId::new(1).unwrap();
    let number = write!(db, |tx, wholesaler| tx.take_wholesale_numbers(wholesaler, Counter::Order, 1).await);
    number.await.unwrap().unwrap()
}

async fn filled(db: &Db) {
    sample::stores(db, &[999]).await;
    tenants(db).await;
}

async fn no_number_comes_again<S: Scratch>() {
    with_scratch(async |scratch: &S| {
        let directory = tempfile::tempdir().unwrap();
        let db = Db::open(&options(scratch, directory.path())).await.unwrap();
        filled(&db).await;
        assert_eq!((order(&db).await, order(&db).await, supply_order(&db).await), (10_001, 10_002, 1));

        // Under a running server, whose next number tells.
        scratch.tamper(OLDER).await;
        assert_eq!((order(&db).await, supply_order(&db).await), (10_003, 2));
        db.close().await;

        // Between two starts.
        scratch.tamper(OLDER).await;
        let db = Db::open(&options(scratch, directory.path())).await.unwrap();
        let mut skipped: Vec<String> =
            db.settle_numbers("now".to_owned()).await.unwrap().iter().map(ToString::to_string).collect();
        skipped.sort();
        assert_eq!(skipped, ["store 999 order 10001 to 10003", "wholesaler 1 order 1 to 2"]);
        let told = read!(db, |tx| tx.skipped_numbers().await).await.unwrap().unwrap();
        assert!(told.starts_with("now: ") && told.contains("10001 to 10003"), "{told}");
        assert_eq!((order(&db).await, supply_order(&db).await), (10_004, 3));
        assert_eq!(db.settle_numbers("later".to_owned()).await.unwrap(), []);
        db.close().await;

        // Nothing is skipped without a reason: neither by a start nor by an operation that fails.
        let db = Db::open(&options(scratch, directory.path())).await.unwrap();
        assert_eq!(db.settle_numbers("then".to_owned()).await.unwrap(), []);
        let failed = write!(db, |tx| {
            tx.take_order_number(StoreId::new(999).unwrap()).await?;
            Err::<(), _>(crossdock_db::DbError::Unavailable("on purpose".to_owned()))
        });
        failed.await.unwrap_err();
        assert_eq!(order(&db).await, 10_005);
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn no_number_comes_again_sqlite() {
    no_number_comes_again::<SqliteScratch>().await;
}

#[tokio::test]
async fn no_number_comes_again_postgres() {
    no_number_comes_again::<PostgresScratch>().await;
}

/// A node knows what it gave out, and what others gave out up to when it looked last.
#[tokio::test]
async fn every_node_of_postgres_remembers_what_others_gave_out() {
    with_scratch(async |scratch: &PostgresScratch| {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let first = Db::open(&options(scratch, one.path())).await.unwrap();
        let second = Db::open(&options(scratch, two.path())).await.unwrap();
        filled(&first).await;
        assert_eq!((order(&first).await, order(&second).await), (10_001, 10_002));
        assert_eq!(first.settle_numbers("now".to_owned()).await.unwrap(), []);
        second.close().await;
        scratch.tamper(OLDER).await;
        assert_eq!(order(&first).await, 10_003);
        first.close().await;
    })
    .await;
}

async fn skipping_leaves_numbers_out<S: Scratch>() {
    with_scratch(async |scratch: &S| {
        let directory = tempfile::tempdir().unwrap();
        let db = Db::open(&options(scratch, directory.path())).await.unwrap();
        filled(&db).await;
        order(&db).await;
        db.skip_numbers(500).await.unwrap();
        assert_eq!((order(&db).await, supply_order(&db).await), (10_502, 501));
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn skipping_leaves_numbers_out_on_both_engines() {
    skipping_leaves_numbers_out::<SqliteScratch>().await;
    skipping_leaves_numbers_out::<PostgresScratch>().await;
}
