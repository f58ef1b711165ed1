//! A database of an earlier release is migrated and keeps its content.
//!
//! `tests/fixtures` holds a dump of each engine, made by the last build with schema version 11: the demo with orders of both
//! sides, a basket, webhooks that work and that fail, mails, jobs and a sandbox. How, is told there.

use std::collections::BTreeMap;
use std::io::Read as _;

use crossdock_db::Db;
use crossdock_db::orders::{ListFrom, OrderFilter};
use crossdock_db::supply_orders::{DateKind, SupplyFilter, SupplyTerm};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{OrderId, OrderNumber, StoreId};
use crossdock_domain::webhook::Owner;
use crossdock_domain::wholesale::{OrderSerial, ProductId, SupplyStatus, WholesalerId};

use crate::conformance::wholesale;
use crate::harness::{PostgresScratch, Scratch, SqliteScratch, with_scratch};

/// Rows per table.
type Counts = BTreeMap<String, i64>;

fn unpacked(dump: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(dump).read_to_string(&mut text).unwrap();
    text
}

async fn counts<S: Scratch>(scratch: &S, tables: &str) -> Counts {
    let tables = scratch.numbers(tables).await;
    let each: Vec<String> = tables.keys().map(|table| format!("SELECT '{table}', COUNT(*) FROM {table}")).collect();
    scratch.numbers(&each.join(" UNION ALL ")).await
}

async fn keeps_everything<S: Scratch>(scratch: &S, dump: &[u8], tables: &str) {
    scratch.tamper(&unpacked(dump)).await;
    let before = counts(scratch, tables).await;
    let db = Db::open(&scratch.options()).await.unwrap();
    let mut wanted = before.clone();
    assert!(wanted.remove("wholesale_events").is_some_and(|rows| rows > 0), "{before:?}");
    let steps = i64::try_from(crossdock_db::MIGRATIONS.len()).unwrap();
    assert_eq!(wanted.insert("schema_migrations".to_owned(), steps), Some(11));
    let mut after = counts(scratch, tables).await;
    // Filled from the imports that were there.
    assert!(after.remove("currency_rates").is_some_and(|rates| rates > 0), "{after:?}");
    assert_eq!(after, wanted);
    assert_eq!(db.integrity_check().await.unwrap(), Vec::<String>::new());
    a_store_is_as_it_was(&db, &before).await;
    a_wholesaler_is_as_it_was(&db, &before).await;
    what_was_told_is_as_it_was(&db, &before).await;
    db.close().await;
}

async fn a_store_is_as_it_was(db: &Db, before: &Counts) {
    let store = StoreId::new(999).unwrap();
    let row = read!(db, |tx| tx.store(store).await).await.unwrap().unwrap();
    assert_eq!(row.store.name, "Example Store");
    let all =
        OrderFilter { store, from: ListFrom::Time(Timestamp(0)), until: None, missing_merchant_id: false, limit: None };
    let listed = read!(db, |tx, all| tx.list_orders(&all).await).await.unwrap();
    assert_eq!(count(&listed), before["orders"]);
    let mut history = 0;
    for summary in &listed {
        let id = OrderId { store, number: summary.number };
        let order = read!(db, |tx| tx.order(id).await).await.unwrap().unwrap();
        assert_eq!((order.status, order.placed_at, order.test), (summary.status, summary.placed_at, summary.test));
        let cart = order.cart_id;
        assert!(read!(db, |tx| tx.cart(cart).await).await.unwrap().is_some());
        assert_eq!(read!(db, |tx| tx.order_id_of_cart(store, cart).await).await.unwrap(), Some(id));
        history += count(&read!(db, |tx| tx.order_history(id).await).await.unwrap());
    }
    assert_eq!(history, before["order_history"]);
    let first = OrderId { store, number: OrderNumber(10_001) };
    let first = read!(db, |tx| tx.order(first).await).await.unwrap().unwrap();
    assert_eq!(first.merchant_order_id.as_deref(), Some("M-1"));
    assert_eq!(first.parcels[0].number, "TRACK-1");
    assert_eq!(first.document.cart.items[0].description, "Sunglasses ☀ 1");
    let by_reference =
        read!(db, |tx| tx.stored_order_by_reference(store, "ref-2").await).await.unwrap().unwrap().read().unwrap();
    assert_eq!((by_reference.id.number.0, by_reference.status.code()), (10_002, "VENDOR_PREPARING_ORDER"));
    let next = write!(db, |tx| tx.take_order_number(store).await).await.unwrap();
    assert_eq!(next.0, 10_001 + before["orders"]);

    let landed = read!(db, |tx| tx.landed_quotes_after(store, None, 100).await).await.unwrap();
    assert_eq!(count(&landed), before["landed_quotes"]);
    let quoted = read!(db, |tx| tx.checkout_costs_after(store, None, 100).await).await.unwrap();
    assert_eq!(count(&quoted), before["quotes"]);
    assert!(quoted.iter().any(|row| row.cost.is_some()));
}

async fn a_wholesaler_is_as_it_was(db: &Db, before: &Counts) {
    let id = WholesalerId::new(1).unwrap();
    let everybody = read!(db, |tx| tx.wholesalers(100).await).await.unwrap();
    assert_eq!(count(&everybody), before["wholesalers"]);
    assert_eq!(everybody[0].wholesaler.name, "Example Wholesale");
    let sandboxes = read!(db, |tx| tx.sandboxes().await).await.unwrap();
    assert_eq!((count(&sandboxes), sandboxes[0].email.as_str()), (before["sandboxes"], "ada@dev.example"));
    let mut products = 0;
    for row in &everybody {
        let id = row.wholesaler.id;
        products += count(&read!(db, |tx| tx.products_behind(id, ProductId(0), None, 1000).await).await.unwrap());
    }
    assert_eq!(products, before["products"]);

    assert_eq!(wholesale::listed(db, wholesale::all_orders()).await, (vec![3, 2, 1], before["supply_orders"]));
    let dispatched = Some((DateKind::Dispatched, Timestamp(0), Timestamp(i64::MAX)));
    let dispatched = SupplyFilter { dates: dispatched, ..wholesale::all_orders() };
    assert_eq!(wholesale::listed(db, dispatched).await.0, [1]);
    let with_shirts = SupplyFilter { terms: vec![vec![SupplyTerm::Product(ProductId(1))]], ..wholesale::all_orders() };
    assert_eq!(wholesale::listed(db, with_shirts).await.0, [3, 2, 1]);
    let mut history = 0;
    for (serial, status) in [(1, SupplyStatus::Finished), (2, SupplyStatus::Cancelled), (3, SupplyStatus::New)] {
        let serial = OrderSerial(serial);
        let order = read!(db, |tx| tx.supply_order(id, serial).await).await.unwrap().unwrap();
        assert_eq!((order.status, order.external_id), (status, Some(format!("ERP-{serial}"))));
        assert_eq!(order.parcels.iter().any(|parcel| parcel.number() == "SN1"), serial.0 == 1);
        let reserved = read!(db, |tx| tx.reservations_of_order(id, serial).await).await.unwrap();
        assert_eq!(reserved.is_empty(), status != SupplyStatus::New);
        history += count(&read!(db, |tx| tx.supply_history(id, serial).await).await.unwrap());
    }
    assert_eq!(history, before["supply_order_history"]);

    let account = read!(db, |tx| tx.account_of_login(id, "shop1").await).await.unwrap().unwrap().account.id;
    let basket = read!(db, |tx| tx.basket_lines(id, account).await).await.unwrap();
    assert_eq!((count(&basket), basket[0].note.as_str()), (before["basket_lines"], "gift"));
    let recipients = read!(db, |tx| tx.recipients(id, account, 100, 0).await).await.unwrap();
    assert_eq!(recipients.1, before["recipients"]);
    let tokens = read!(db, |tx| tx.feed_tokens(id, account).await).await.unwrap();
    assert_eq!(count(&tokens), before["feed_tokens"] - 1, "the sandbox has one as well");
    let calls = read!(db, |tx| tx.audit(id, 1000).await).await.unwrap();
    assert_eq!(count(&calls), before["admin_audit"]);
}

async fn what_was_told_is_as_it_was(db: &Db, before: &Counts) {
    let owner = Owner::Wholesaler(WholesalerId::new(1).unwrap());
    let endpoints = read!(db, |tx| tx.endpoints(owner).await).await.unwrap();
    assert_eq!(count(&endpoints), before["webhook_endpoints"]);
    let deliveries = read!(db, |tx| tx.deliveries(owner, None, 1000).await).await.unwrap();
    assert_eq!(count(&deliveries), before["webhook_deliveries"]);
    let mut tries = 0;
    for delivery in &deliveries {
        let (id, event) = (delivery.id, delivery.event);
        let log = read!(db, |tx| tx.delivery_log(owner, id).await).await.unwrap();
        assert_eq!(count(&log), delivery.attempts);
        tries += delivery.attempts;
        let event = read!(db, |tx| tx.event(owner, event).await).await.unwrap().unwrap();
        assert_eq!(event.kind, delivery.kind);
    }
    assert_eq!(tries, before["webhook_attempts"]);
    assert!(tries > 0);
    let mails = read!(db, |tx| tx.mails(owner, 1000).await).await.unwrap();
    assert_eq!(count(&mails), before["mails"]);
    assert!(!mails.is_empty());
    let jobs = read!(db, |tx| tx.job_counts().await).await.unwrap();
    assert_eq!(jobs.iter().map(|(_, jobs)| jobs).sum::<i64>(), before["jobs"]);
}

fn count<T>(rows: &[T]) -> i64 {
    i64::try_from(rows.len()).unwrap()
}

#[tokio::test]
async fn a_sqlite_database_of_schema_version_11_keeps_its_content() {
    with_scratch(async |scratch: &SqliteScratch| {
        let tables = "SELECT name, 0 FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        keeps_everything(scratch, include_bytes!("../fixtures/version-11.sqlite.sql.gz"), tables).await;
    })
    .await;
}

#[tokio::test]
async fn a_postgres_database_of_schema_version_11_keeps_its_content() {
    with_scratch(async |scratch: &PostgresScratch| {
        let tables = "SELECT table_name::text, 0::bigint FROM information_schema.tables WHERE table_schema = 'public'";
        keeps_everything(scratch, include_bytes!("../fixtures/version-11.postgres.sql.gz"), tables).await;
    })
    .await;
}
