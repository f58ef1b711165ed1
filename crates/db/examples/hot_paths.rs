//! How many of the frequent operations a second: `cargo run --release -p crossdock-db --example hot_paths [SECONDS]
//! [URL]`. Without a URL the database is a SQLite file in the working directory's target folder, written durably.

#![allow(clippy::print_stdout, reason = "prints what it measured")]

#[path = "../tests/engines/harness.rs"]
#[macro_use]
#[allow(dead_code, unused_macros, reason = "shared with the tests")]
mod harness;
#[path = "../tests/engines/sample.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod sample;

use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crossdock_db::carts::NewCart;
use crossdock_db::jobs::NewJob;
use crossdock_db::{Db, Options};
use crossdock_domain::ids::{OrderId, OrderNumber};
use crossdock_domain::payment::AttemptState;

const STORE: i64 = 999;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let seconds: u64 = arguments.next().map_or(3, |n| n.parse().expect("a number of seconds"));
    let directory = tempfile::tempdir_in("target").expect("a directory");
    let file = format!("sqlite:{}", directory.path().join("bench.db").display());
    let db = Db::open(&Options::new(arguments.next().unwrap_or(file))).await.expect("the database opens");
    let time = Duration::from_secs(seconds);
    sample::stores(&db, &[STORE]).await;

    // A cart of three lines in the usual size.
    let document = Arc::new(sample::new_cart(STORE, 0).document);
    println!("cart document: {} bytes", document.len());
    for callers in [1, 16, 64, 256] {
        let (db, document, count) = (db.clone(), document.clone(), AtomicI64::new(0));
        measure("insert_cart", callers, time, move || {
            let db = db.clone();
            let cart = cart(count.fetch_add(1, Ordering::Relaxed), &document);
            Some(async move { db.insert_cart(cart).await.expect("a cart") })
        })
        .await;
    }

    let paid = Arc::new(Mutex::new(prepare(&db, 16 * 4000).await));
    let prepared = i64::try_from(paid.lock().expect("no panic").len()).expect("a small number");
    for callers in [1, 16] {
        let (db, paid) = (db.clone(), paid.clone());
        measure("place order", callers, time, move || {
            let (db, paid) = (db.clone(), paid.lock().expect("no panic").pop()?);
            Some(async move { place(&db, paid).await })
        })
        .await;
    }

    let placed = prepared - i64::try_from(paid.lock().expect("no panic").len()).expect("a small number");
    for callers in [1, 16, 64] {
        let (db, count) = (db.clone(), AtomicI64::new(0));
        measure("order", callers, time, move || {
            let n = count.fetch_add(7919, Ordering::Relaxed) % placed;
            let id = OrderId { store: sample::store_id(STORE), number: OrderNumber(OrderNumber::FIRST.0 + n) };
            let db = db.clone();
            Some(async move { drop(read!(db, |tx| tx.order(id).await).await.expect("a read").expect("an order")) })
        })
        .await;
    }
    db.close().await;
}

fn cart(n: i64, document: &str) -> NewCart {
    NewCart {
        id: sample::cart_id(n >> 14),
        store: sample::store_id(STORE),
        document: document.to_owned(),
        trusted: true,
        created_at: sample::at(n),
        expires_at: sample::at(n + 3600),
    }
}

/// Carts with a checkout, a quote and an attempt each.
async fn prepare(db: &Db, count: i64) -> Vec<sample::Paid> {
    let begun = Instant::now();
    let mut all = Vec::new();
    while i64::try_from(all.len()).expect("a small number") < count {
        let tasks = (0..64_i64).map(|n| sample::paid(db, STORE, n + i64::try_from(all.len()).expect("a small number")));
        all.extend(futures_util::future::join_all(tasks).await);
    }
    println!("{} carts ready to be paid in {:.1?}", all.len(), begun.elapsed());
    all
}

/// What the use case writes for one order.
async fn place(db: &Db, mut paid: sample::Paid) {
    paid.attempt.state = AttemptState::Authorised;
    let job = sample::job("capture", sample::at(0));
    write!(db, |tx, paid, job| {
        let (store, cart) = (paid.checkout.store, paid.checkout.cart_id);
        let id = OrderId { store, number: tx.take_order_number(store).await? };
        let order = sample::order(id, &paid, sample::at(id.number.0));
        tx.insert_order(&order, &sample::placed(&order)).await?;
        tx.enqueue(&NewJob { payload: format!("{{\"order\":\"{id}\",\"cart\":\"{cart}\"}}"), ..job }).await?;
        let mut attempt = paid.attempt;
        attempt.order_number = Some(id.number);
        tx.update_attempt(&attempt, AttemptState::Started, sample::at(0)).await
    })
    .await
    .expect("an order");
}

/// Callers that each wait for their answer before they ask again, until the time is over or nothing is left to do.
async fn measure<F>(name: &str, callers: usize, time: Duration, next: impl Fn() -> Option<F> + Send + Sync + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    let next = Arc::new(next);
    let (all_before, writer_before) = processor_time();
    let begun = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let next = next.clone();
        running.spawn(async move {
            let mut waits = Vec::new();
            while begun.elapsed() < time
                && let Some(call) = next()
            {
                let asked = Instant::now();
                call.await;
                waits.push(asked.elapsed());
            }
            waits
        });
    }
    let mut waits = running.join_all().await.concat();
    let elapsed = begun.elapsed();
    waits.sort();
    let at = |percent: usize| waits[(waits.len() - 1) * percent / 100];
    let (all, writer) = processor_time();
    #[expect(clippy::cast_precision_loss, reason = "rates for people")]
    let [count, all, writer] = [waits.len() as u64, all - all_before, writer - writer_before].map(|n| n as f64);
    println!(
        "{name:12} {callers:4} callers {:8.0}/s   p50 {:9.3?}  p95 {:9.3?}  p99 {:9.3?}   CPU {:5.1} µs each, {:5.1} µs of it in the writer",
        count / elapsed.as_secs_f64(),
        at(50),
        at(95),
        at(99),
        all * 1e4 / count,
        writer * 1e4 / count,
    );
}

/// Processor time so far of the process and of its writer thread, in hundredths of a second. On a busy machine it tells
/// more than the clock. Nothing where there is no /proc.
fn processor_time() -> (u64, u64) {
    fn ticks(stat: &str) -> u64 {
        // Behind the name in brackets: state is the first field, user and system time the 12th and 13th.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        fields.skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum()
    }
    let all = std::fs::read_to_string("/proc/self/stat").map_or(0, |stat| ticks(&stat));
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let stats = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("stat")).ok());
    (all, stats.filter(|stat| stat.contains("(db-writer)")).map(|stat| ticks(&stat)).sum())
}
