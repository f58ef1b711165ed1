//! One measurement after the other, on one database.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crossdock_app::App;
use crossdock_web::WebSettings;

use crate::args::{Bench, Work};
use crate::generate::{self, Generated};
use crate::http::{self, Baseline, Server};
use crate::inspector::Inspector;
use crate::load::{self, Limit, LoadResult, Progress, Target};
use crate::machine::Machine;
use crate::output::bar;
use crate::report::{Line, Report, Settings};
use crate::scratch::Scratch;
use crate::{add_store, new_app, place_order};

const PRODUCT: &str = "crossdock";
const BARE: &str = "bare program";

/// Everything that the arguments ask for, apart from start and memory of a process.
pub async fn measure(args: &Bench, scratch: &Scratch) -> anyhow::Result<Report> {
    let machine = Machine::here();
    let app = new_app(scratch.db.clone());
    add_store(&app).await?;
    let works = args.works();
    let begun = Instant::now();
    let generated =
        if works.iter().any(|work| matches!(work, Work::OrderDetail | Work::OrderNumbers | Work::PlaceOrder)) {
            let bar = bar(args.orders.unsigned_abs(), "orders");
            let generated = generate::orders(&app, args.orders, &bar).await?;
            bar.finish_and_clear();
            Some(generated)
        } else {
            None
        };
    let settings = Settings {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        engine: args.database.engine,
        durability: scratch.inspector().settings().await?,
        orders: generated.map_or(0, |generated| generated.count),
        generated_in_s: begun.elapsed().as_secs_f64(),
        database_bytes: scratch.size(),
        limit: match args.limit() {
            Limit::Time(time) => format!("{} s", time.as_secs()),
            Limit::Requests(requests) => format!("{requests} requests"),
        },
    };
    let baseline = match scratch.sqlite_file() {
        Some(file) if args.baseline => Some(Baseline::start(scratch.dir.path().join("baseline.db"), file).await?),
        _ => None,
    };
    let session = Session {
        server: http::serve(&app, WebSettings::new("http://127.0.0.1")).await?,
        app,
        inspector: scratch.inspector(),
        baseline,
        generated,
        limit: args.limit(),
    };
    let mut lines = Vec::new();
    for work in works {
        for connections in args.connections_of(work) {
            session.line(work, connections, &mut lines).await?;
        }
    }
    Ok(Report { machine, settings, lines, process: None })
}

struct Session {
    app: App,
    inspector: Inspector,
    server: Server,
    baseline: Option<Baseline>,
    generated: Option<Generated>,
    limit: Limit,
}

impl Session {
    async fn line(&self, work: Work, connections: usize, lines: &mut Vec<Line>) -> anyhow::Result<()> {
        let mut line = match work {
            Work::PlaceOrder => self.place_orders(connections).await?,
            _ => self.product(work, connections).await?,
        };
        let bare = match &self.baseline {
            Some(baseline) if work != Work::PlaceOrder => Some(self.bare(baseline, work, connections).await?),
            _ => None,
        };
        line.ratio = bare.as_ref().map(|bare| line.rate / bare.rate.max(1e-9));
        lines.push(line);
        lines.extend(bare);
        if let Some(baseline) = &self.baseline
            && work == Work::Carts
        {
            let outcome = self.load(http::echo_target(baseline.server.address), connections, "bare echo").await?;
            lines.push(Line::new(work, "bare echo", connections, &outcome, None));
        }
        Ok(())
    }

    async fn product(&self, work: Work, connections: usize) -> anyhow::Result<Line> {
        let before = self.carts(work).await?;
        let target = http::product_target(work, self.server.address, self.generated);
        let outcome = self.load(target, connections, work.name()).await?;
        let stored = match (before, self.carts(work).await?) {
            (Some(before), Some(after)) => Some(u64::try_from(after - before)?),
            _ => None,
        };
        Ok(Line::new(work, PRODUCT, connections, &outcome, stored))
    }

    /// Carts of the store, for the work that stores some.
    async fn carts(&self, work: Work) -> anyhow::Result<Option<i64>> {
        Ok(if work == Work::Carts { Some(self.inspector.carts().await?) } else { None })
    }

    async fn bare(&self, baseline: &Baseline, work: Work, connections: usize) -> anyhow::Result<Line> {
        let target = http::baseline_target(work, baseline.server.address, self.generated);
        let outcome = self.load(target, connections, BARE).await?;
        let stored = if work == Work::Carts { Some(u64::try_from(baseline.new_carts()?)?) } else { None };
        Ok(Line::new(work, BARE, connections, &outcome, stored))
    }

    async fn place_orders(&self, callers: usize) -> anyhow::Result<Line> {
        let count = place_order::enough(self.limit, callers);
        let preparing = bar(u64::try_from(count)?, "paid carts");
        let attempts = generate::attempts(&self.app, count, &preparing).await?;
        preparing.finish_and_clear();
        let running = bar(u64::try_from(count)?, "orders placed");
        let (outcome, stored) =
            place_order::run(&self.app, &self.inspector, attempts, callers, self.limit, &running).await?;
        running.finish_and_clear();
        Ok(Line::new(Work::PlaceOrder, PRODUCT, callers, &outcome, Some(stored)))
    }

    async fn load(&self, target: Target, connections: usize, name: &str) -> anyhow::Result<LoadResult> {
        let progress = Arc::new(Progress::default());
        let (whole, shown) = match self.limit {
            Limit::Requests(requests) => (requests, format!("{name}, {connections} connections")),
            Limit::Time(time) => {
                (time.as_secs() * 10, format!("{name}, {connections} connections (tenths of a second)"))
            }
        };
        let bar = bar(whole, &shown);
        let run = load::run(target, connections, self.limit, Arc::clone(&progress));
        let ticking = async {
            // Rarely: it takes time from what is measured.
            let mut tick = tokio::time::interval(Duration::from_millis(500));
            let begun = Instant::now();
            loop {
                tick.tick().await;
                bar.set_position(match self.limit {
                    Limit::Requests(_) => progress.done.load(Ordering::Relaxed),
                    Limit::Time(_) => u64::try_from(begun.elapsed().as_millis() / 100).unwrap_or(whole).min(whole),
                });
            }
        };
        let outcome = tokio::select! {
            outcome = run => outcome,
            () = ticking => unreachable!("it never ends"),
        };
        bar.finish_and_clear();
        outcome
    }
}
