//! `place-order`: the use case that makes an order of a paid cart, called in process, because no HTTP request does only
//! that. Each call writes the order with its history, its number, the attempt and the job that takes the money.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::ensure;
use crossdock_app::App;
use crossdock_app::checkout::payment::PaymentStep;
use crossdock_domain::ids::AttemptId;
use crossdock_domain::payment::ProviderOutcome;
use hdrhistogram::Histogram;
use indicatif::ProgressBar;
use tokio::task::JoinSet;

use crate::inspector::{Inspector, OrderSpan};
use crate::load::{Limit, LoadResult, histogram, processor_time};
use crate::samples;

/// So many attempts are enough for a run of this kind on any machine in reach.
pub fn enough(limit: Limit, callers: usize) -> usize {
    match limit {
        Limit::Requests(requests) => usize::try_from(requests).unwrap_or(usize::MAX),
        Limit::Time(time) => {
            let rate = if callers == 1 { 3000 } else { 10_000 };
            usize::try_from(time.as_secs().max(1)).unwrap_or(1) * rate
        }
    }
}

/// Records "paid" for the attempts, by so many callers at once, and counts orders, histories and jobs afterwards.
pub async fn run(
    app: &App,
    inspector: &Inspector,
    attempts: Vec<AttemptId>,
    callers: usize,
    limit: Limit,
    bar: &ProgressBar,
) -> anyhow::Result<(LoadResult, u64)> {
    let before = inspector.orders().await?;
    let jobs_before = inspector.jobs().await?;
    let attempts = Arc::new(attempts);
    let next = Arc::new(AtomicUsize::new(0));
    let processor_before = processor_time();
    let begun = Instant::now();
    let until = match limit {
        Limit::Time(time) => begun + time,
        Limit::Requests(_) => begun + Duration::from_hours(1),
    };
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let (app, attempts, next, bar) = (app.clone(), Arc::clone(&attempts), Arc::clone(&next), bar.clone());
        tasks.spawn(async move { one_caller(&app, &attempts, &next, until, &bar).await });
    }
    let mut latencies = histogram();
    let mut errors = 0;
    let mut first_error = None;
    while let Some(done) = tasks.join_next().await {
        let (part, failed) = done?;
        latencies.add(part)?;
        errors += failed.len();
        first_error = first_error.or_else(|| failed.into_iter().next());
    }
    let took = begun.elapsed();
    let processor = processor_time().zip(processor_before).map(|(after, before)| after.saturating_sub(before));
    let acknowledged = latencies.len();
    let stored = check(inspector, before, jobs_before, acknowledged).await?;
    let errors = u64::try_from(errors)?;
    Ok((LoadResult { latencies, took, acknowledged, processor, errors, first_error }, stored))
}

async fn one_caller(
    app: &App,
    attempts: &[AttemptId],
    next: &AtomicUsize,
    until: Instant,
    bar: &ProgressBar,
) -> (Histogram<u64>, Vec<String>) {
    let mut latencies = histogram();
    let mut failed = Vec::new();
    let mut started = Instant::now();
    while started < until
        && let Some(attempt) = attempts.get(next.fetch_add(1, Ordering::Relaxed))
    {
        let outcome = ProviderOutcome::Authorised { review: false, transaction_id: format!("bench-{attempt}") };
        let answer = app.checkout().payments().record_outcome(samples::store_id(), *attempt, outcome).await;
        let now = Instant::now();
        match answer {
            Ok(PaymentStep::Placed { .. }) => {
                latencies.saturating_record(u64::try_from((now - started).as_micros()).unwrap_or(u64::MAX));
            }
            Ok(other) => failed.push(format!("no order but {other:?}")),
            Err(error) => failed.push(error.to_string()),
        }
        bar.inc(1);
        started = now;
    }
    (latencies, failed)
}

/// Orders that are stored now and were not before; fails unless they are exactly what it takes.
async fn check(inspector: &Inspector, before: OrderSpan, jobs_before: i64, acknowledged: u64) -> anyhow::Result<u64> {
    let after = inspector.orders().await?;
    ensure!(
        after.is_gap_free(),
        "order numbers have gaps: {} orders between {} and {}",
        after.count,
        after.first,
        after.last
    );
    let stored = after.count - before.count;
    // Beside each order stand the first line of its history and the job that takes the money.
    let histories = inspector.histories_after(before.last).await?;
    ensure!(histories == stored, "{stored} orders have {histories} first lines of history");
    let jobs = inspector.jobs().await? - jobs_before;
    ensure!(jobs == stored, "{stored} orders wrote {jobs} jobs");
    let stored = u64::try_from(stored)?;
    tracing::debug!(stored, acknowledged, "orders counted");
    Ok(stored)
}
