//! `crossdock-bench storage`: the two most frequent operations of the storage layer, without HTTP and use case around them.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use crossdock_db::carts::NewCart;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Clock as _, Span, SystemClock};
use crossdock_domain::ids::{CartId, OrderId};
use crossdock_domain::order::Order;
use crossdock_domain::random::SystemRandom;
use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use crate::args::Database;
use crate::generate;
use crate::load::histogram;
use crate::machine::thread_time_without;
use crate::output::{self, bar};
use crate::report::milliseconds;
use crate::samples;
use crate::scratch::Scratch;
use crate::{add_store, new_app};

/// Orders that are read.
const ORDERS: i64 = 20_000;
/// The thread that owns SQLite's only writing connection.
const WRITER: &str = "db-writer";

/// Measure storing carts and reading orders in the storage layer alone
#[derive(Debug, Clone, Args)]
pub struct Storage {
    /// Length of each measurement
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// Engine and server
    #[command(flatten)]
    database: Database,
}

struct OneOrder(OrderId);

impl Operation for OneOrder {
    type Output = Option<Order>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Option<Order>, DbError> {
        tx.order(self.0).await
    }
}

/// Runs the command.
pub async fn run(command: &Storage, parent: &Path) -> anyhow::Result<()> {
    let scratch = Scratch::create(&command.database, parent).await?;
    let measured = measure(&scratch, Duration::from_secs(command.seconds)).await;
    let removed = scratch.remove().await;
    output::print_table(&measured?, "nothing was measured");
    removed
}

async fn measure(scratch: &Scratch, time: Duration) -> anyhow::Result<comfy_table::Table> {
    let app = new_app(scratch.db.clone());
    add_store(&app).await?;
    let bar = bar(ORDERS.unsigned_abs(), "orders");
    generate::orders(&app, ORDERS, &bar).await?;
    bar.finish_and_clear();
    let mut table = output::table(["operation", "callers", "per s", "p50 ms", "p95", "p99", "CPU µs", "of it writer"]);
    let document = Arc::new(serde_json::to_string(&samples::cart(0))?);
    for callers in [1, 16, 64, 256] {
        let (db, document) = (scratch.db.clone(), Arc::clone(&document));
        let insert = move || {
            let (db, document) = (db.clone(), Arc::clone(&document));
            async move { db.insert_cart(cart(&document)).await }
        };
        table.add_row(line("insert cart", callers, time, insert).await?);
    }
    let turn = Arc::new(AtomicI64::new(0));
    for callers in [1, 16, 64, 256] {
        let (db, turn) = (scratch.db.clone(), Arc::clone(&turn));
        let read = move || {
            let index = samples::pick(turn.fetch_add(1, Ordering::Relaxed).unsigned_abs(), ORDERS);
            let id = OrderId { store: samples::store_id(), number: samples::number(index) };
            let db = db.clone();
            async move { db.read(OneOrder(id)).await.map(drop) }
        };
        table.add_row(line("read order", callers, time, read).await?);
    }
    Ok(table)
}

fn cart(document: &str) -> NewCart {
    let now = SystemClock.now();
    NewCart {
        id: CartId::new(now, &SystemRandom),
        store: samples::store_id(),
        document: document.to_owned(),
        trusted: true,
        created_at: now,
        expires_at: now + Span::days(1),
    }
}

/// Callers that each wait for their answer before they ask again, until the time is over.
#[expect(clippy::cast_precision_loss, reason = "rates for people")]
async fn line<F>(
    name: &str,
    callers: usize,
    time: Duration,
    call: impl Fn() -> F + Clone + Send + Sync + 'static,
) -> anyhow::Result<[String; 8]>
where
    F: Future<Output = Result<(), DbError>> + Send + 'static,
{
    let (all_before, writer_before) = processor_time();
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for _ in 0..callers {
        let call = call.clone();
        running.spawn(async move {
            let mut latencies: Histogram<u64> = histogram();
            while begun.elapsed() < time {
                let asked = Instant::now();
                call().await?;
                latencies.saturating_record(u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX));
            }
            Ok::<_, DbError>(latencies)
        });
    }
    let mut latencies = histogram();
    while let Some(done) = running.join_next().await {
        latencies.add(done??)?;
    }
    let elapsed = begun.elapsed();
    let (all, writer) = processor_time();
    let count = latencies.len();
    let each = |nanoseconds: u64| format!("{:.1}", nanoseconds as f64 / 1000.0 / count.max(1) as f64);
    Ok([
        name.to_owned(),
        callers.to_string(),
        format!("{:.0}", count as f64 / elapsed.as_secs_f64()),
        milliseconds(latencies.value_at_quantile(0.50)),
        milliseconds(latencies.value_at_quantile(0.95)),
        milliseconds(latencies.value_at_quantile(0.99)),
        each(all.saturating_sub(all_before)),
        each(writer.saturating_sub(writer_before)),
    ])
}

/// Processor time so far of the process and of its writer thread, in nanoseconds. On a busy machine it tells more than the
/// clock. Nothing where there is no proc file system.
fn processor_time() -> (u64, u64) {
    let all = thread_time_without("").unwrap_or(0);
    (all, all.saturating_sub(thread_time_without(WRITER).unwrap_or(all)))
}
