//! How long lists of orders take in a store with very many: `cargo run --release -p crossdock-db --example list_bench
//! [ORDERS] [URL]`. Without a URL the database is a SQLite file in a temporary directory.

#![allow(clippy::print_stdout, reason = "prints what it measured")]

#[path = "../tests/engines/harness.rs"]
#[macro_use]
#[allow(dead_code, unused_macros, reason = "shared with the tests")]
mod harness;
#[path = "../tests/engines/sample.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod sample;

use std::time::Instant;

use crossdock_db::orders::{ListFrom, OrderFilter};
use crossdock_db::{Db, Options};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{OrderId, OrderNumber};

/// Orders written by one operation.
const CHUNK: i64 = 1000;
const STORE: i64 = 999;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let orders: i64 = arguments.next().map_or(1_000_000, |n| n.parse().expect("a number of orders"));
    let directory = tempfile::tempdir().expect("a directory");
    let file = format!("sqlite:{}", directory.path().join("bench.db").display());
    let options = Options { durable: false, ..Options::new(arguments.next().unwrap_or(file)) };
    let db = Db::open(&options).await.expect("the database opens");

    let begun = Instant::now();
    fill(&db, orders).await;
    println!("{orders} orders in {:.1?}", begun.elapsed());

    // One order a second; every hundredth has no merchant's number yet.
    let all = ListFrom::Time(Timestamp::from_yyyymmdd("20000101").expect("a day"));
    let second = |n: i64| ListFrom::Time(sample::at(n));
    let number = |n: i64| ListFrom::After(OrderNumber(OrderNumber::FIRST.0 + n));
    for (name, from, until, missing, limit) in [
        ("the last 1000 by time", second(orders - 1000), None, false, None),
        ("1000 in the middle by time", second(orders / 2), Some(orders / 2 + 1000), false, None),
        ("1000 at the start by time", all, Some(1000), false, None),
        ("since 2000-01-01, first 1000", all, None, false, Some(1000)),
        ("since the middle, first 1000", second(orders / 2), None, false, Some(1000)),
        ("the last 1000 by number", number(orders - 1001), None, false, None),
        ("after the middle, first 1000", number(orders / 2), None, false, Some(1000)),
        ("nothing: since tomorrow", second(orders + 86_400), None, false, None),
        ("missing among the last 100000", second(orders - 100_000), None, true, None),
        ("missing since 2000-01-01, first 1000", all, None, true, Some(1000)),
        ("missing after the middle, first 1000", number(orders / 2), None, true, Some(1000)),
        ("since 2000-01-01, all", all, None, false, None),
    ] {
        let filter = OrderFilter {
            store: sample::store_id(STORE),
            from,
            until: until.map(sample::at),
            missing_merchant_id: missing,
            limit,
        };
        let mut times = Vec::new();
        let mut rows = 0;
        let begun = Instant::now();
        while times.len() < 200 && (times.len() < 3 || begun.elapsed().as_secs() < 2) {
            let begun = Instant::now();
            rows = read!(db, |tx, filter| tx.list_orders(&filter).await).await.expect("a list").len();
            times.push(begun.elapsed());
        }
        times.sort();
        println!(
            "{name:40} {rows:8} rows, median {:9.3?}, slowest {:9.3?}",
            times[times.len() / 2],
            times[times.len() - 1]
        );
    }

    for callers in [1, 16] {
        let rate = rate(&db, callers, orders).await;
        println!("1000 ids after a random number, {callers:3} callers: {rate:.0}/s");
    }
    db.close().await;
}

/// Places orders through the operations of the real use case, many in one transaction.
async fn fill(db: &Db, orders: i64) {
    sample::stores(db, &[STORE]).await;
    let paid = sample::paid(db, STORE, 0).await;
    let mut done = 0;
    while done < orders {
        let count = CHUNK.min(orders - done);
        write!(db, |tx, paid| {
            for n in done..done + count {
                let store = paid.checkout.store;
                let id = OrderId { store, number: tx.take_order_number(store).await? };
                let mut order = sample::order(id, &paid, sample::at(n));
                order.cart_id = sample::cart_id(n);
                order.attempt_id = sample::attempt(&paid.checkout, &paid.quote, n).id;
                tx.insert_order(&order, &sample::placed(&order)).await?;
                if n % 100 != 0 {
                    tx.set_merchant_order_id(id, &n.to_string()).await?;
                }
            }
            Ok(())
        })
        .await
        .expect("orders");
        done += count;
    }
}

/// Lists of 1000 per second.
async fn rate(db: &Db, callers: i64, orders: i64) -> f64 {
    const EACH: i64 = 8000;
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..callers {
        let db = db.clone();
        tasks.spawn(async move {
            for n in 0..EACH / callers {
                let after = OrderNumber(OrderNumber::FIRST.0 + (caller * 7919 + n * 104_729) % (orders - 1000).max(1));
                let filter = OrderFilter {
                    store: sample::store_id(STORE),
                    from: ListFrom::After(after),
                    until: None,
                    missing_merchant_id: false,
                    limit: Some(1000),
                };
                read!(db, |tx, filter| tx.list_orders(&filter).await).await.expect("a list");
            }
        });
    }
    tasks.join_all().await;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let done = (EACH / callers * callers) as f64;
    done / begun.elapsed().as_secs_f64()
}
