//! `crossdock-bench order-lists`: how long lists of orders take in a store with very many.

use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;
use crossdock_db::orders::{ListFrom, OrderFilter, OrderSummary};
use crossdock_db::{Db, DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::OrderId;
use tokio::task::JoinSet;

use crate::args::Database;
use crate::generate::{self, Generated};
use crate::output::{self, bar};
use crate::samples;
use crate::scratch::Scratch;
use crate::{add_store, new_app};

/// Orders that one transaction gives a merchant's number.
const CHUNK: i64 = 1000;
/// Lists of the measurement of a rate.
const LISTS: i64 = 8000;

/// Measure lists of orders in a store with very many
#[derive(Debug, Clone, Args)]
pub struct OrderLists {
    /// Orders in the database
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(i64).range(10_000..=100_000_000))]
    orders: i64,
    /// Engine and server
    #[command(flatten)]
    database: Database,
}

struct List(OrderFilter);

impl Operation for List {
    type Output = Vec<OrderSummary>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Vec<OrderSummary>, DbError> {
        tx.list_orders(&self.0).await
    }
}

/// Every hundredth order has no merchant's number yet.
struct NumberByMerchant {
    start: i64,
    end: i64,
}

impl Operation for NumberByMerchant {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        for index in (self.start..self.end).filter(|index| index % 100 != 0) {
            let id = OrderId { store: samples::store_id(), number: samples::number(index) };
            tx.set_merchant_order_id(id, &index.to_string()).await?;
        }
        Ok(())
    }
}

/// Runs the command.
pub async fn run(command: &OrderLists, parent: &Path) -> anyhow::Result<()> {
    let scratch = Scratch::create(&command.database, parent).await?;
    let measured = measure(&scratch, command.orders).await;
    let removed = scratch.remove().await;
    measured?;
    removed
}

async fn measure(scratch: &Scratch, orders: i64) -> anyhow::Result<()> {
    let app = new_app(scratch.db.clone());
    add_store(&app).await?;
    let begun = Instant::now();
    let bar = bar(orders.unsigned_abs(), "orders");
    let generated = generate::orders(&app, orders, &bar).await?;
    for start in (0..orders).step_by(usize::try_from(CHUNK)?) {
        scratch.db.write(NumberByMerchant { start, end: (start + CHUNK).min(orders) }).await?;
    }
    bar.finish_and_clear();
    output::line(format!("{orders} orders in {:.1?}", begun.elapsed()));
    let mut table = output::table(["list", "rows", "median", "slowest"]);
    for (name, filter) in lists(&generated) {
        table.add_row(line(&scratch.db, name, filter).await?);
    }
    output::print_table(&table, "nothing was measured");
    for callers in [1, 16] {
        let rate = rate(&scratch.db, callers, orders).await?;
        output::line(format!("1000 ids after a random number, {callers:3} callers: {rate:.0}/s"));
    }
    Ok(())
}

fn lists(generated: &Generated) -> Vec<(&'static str, OrderFilter)> {
    let orders = generated.count;
    let at = |index: i64| samples::placed_at(index, orders, generated.now);
    let time = |index: i64| ListFrom::Time(at(index));
    let number = |index: i64| ListFrom::After(samples::number(index));
    let all = ListFrom::Time(Timestamp(0));
    let tomorrow = ListFrom::Time(generated.now + Span::days(1));
    let filter = |name, from, until: Option<i64>, missing_merchant_id, limit| {
        let until = until.map(at);
        (name, OrderFilter { store: samples::store_id(), from, until, missing_merchant_id, limit })
    };
    vec![
        filter("the last 1000 by time", time(orders - 1000), None, false, None),
        filter("1000 in the middle by time", time(orders / 2), Some(orders / 2 + 1000), false, None),
        filter("1000 at the start by time", all, Some(1000), false, None),
        filter("since the first, first 1000", all, None, false, Some(1000)),
        filter("since the middle, first 1000", time(orders / 2), None, false, Some(1000)),
        filter("the last 1000 by number", number(orders - 1001), None, false, None),
        filter("after the middle, first 1000", number(orders / 2), None, false, Some(1000)),
        filter("nothing: since tomorrow", tomorrow, None, false, None),
        filter("missing among the last tenth", time(orders - orders / 10), None, true, None),
        filter("missing since the first, first 1000", all, None, true, Some(1000)),
        filter("missing after the middle, first 1000", number(orders / 2), None, true, Some(1000)),
        filter("since the first, all", all, None, false, None),
    ]
}

async fn line(db: &Db, name: &str, filter: OrderFilter) -> anyhow::Result<[String; 4]> {
    let mut times = Vec::new();
    let mut rows = 0;
    let begun = Instant::now();
    while times.len() < 3 || (times.len() < 200 && begun.elapsed() < Duration::from_secs(2)) {
        let begun = Instant::now();
        rows = db.read(List(filter.clone())).await?.len();
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    let (median, slowest) = (times[times.len() / 2], times[times.len() - 1]);
    Ok([name.to_owned(), rows.to_string(), format!("{median:.3?}"), format!("{slowest:.3?}")])
}

/// Lists of 1000 per second.
async fn rate(db: &Db, callers: i64, orders: i64) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for caller in 0..callers {
        let db = db.clone();
        tasks.spawn(async move {
            for turn in 0..LISTS / callers {
                let index = samples::pick((caller * LISTS + turn).unsigned_abs(), orders - 1000);
                let filter = OrderFilter {
                    store: samples::store_id(),
                    from: ListFrom::After(samples::number(index)),
                    until: None,
                    missing_merchant_id: false,
                    limit: Some(1000),
                };
                db.read(List(filter)).await?;
            }
            Ok::<_, DbError>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let done = (LISTS / callers * callers) as f64;
    Ok(done / begun.elapsed().as_secs_f64())
}
