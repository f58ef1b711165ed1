//! The loop: fills its lanes with due jobs, wakes early when this process wrote one, polls otherwise.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use crossdock_app::App;
use crossdock_app::platform::queue::{Claimed, Lane, Room};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use crate::Backoff;
use crate::run::{Handler, JOB_DURATION, JOBS_TOTAL, Runner};

/// How the worker works.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// Jobs of a kind at the same time (payments, look-ups of payments, webhooks, …; fewer for mail and rates).
    pub lanes: usize,
    /// Pause between looks into the queue when nobody calls.
    pub poll: Duration,
    /// How long a claimed job belongs to this worker.
    pub lease: Duration,
    /// Longest run of a job. Shorter than the lease, so that no two workers ever run one job.
    pub time_limit: Duration,
    /// Waits after failures.
    pub backoff: Backoff,
    /// Pause between two rounds of housekeeping.
    pub housekeeping: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            lanes: 8,
            poll: Duration::from_secs(1),
            lease: Duration::from_secs(90),
            time_limit: Duration::from_mins(1),
            backoff: Backoff::default(),
            housekeeping: Duration::from_mins(10),
        }
    }
}

impl WorkerSettings {
    pub(crate) fn runner(&self, app: App, handler: Handler) -> Runner {
        Runner {
            app,
            handler,
            backoff: self.backoff.clone(),
            lease: self.lease.max(self.time_limit + Duration::from_secs(1)),
            time_limit: self.time_limit,
        }
    }
}

/// Name of the gauge of the queue's depth.
const JOBS: &str = "crossdock_jobs";
/// Pause between two counts of the queue for the metrics.
const COUNT_EVERY: Duration = Duration::from_secs(30);

/// Runs jobs until told to stop. Any number of workers, on any number of nodes, share one queue.
#[derive(Debug)]
pub struct Worker {
    runner: Runner,
    settings: WorkerSettings,
}

impl Worker {
    /// A worker of this installation.
    pub fn new(app: App, settings: WorkerSettings) -> Self {
        Self::with_handler(app, settings, Handler::default())
    }

    /// A worker that does something else with its jobs; for tests.
    pub fn with_handler(app: App, settings: WorkerSettings, handler: Handler) -> Self {
        Self { runner: settings.runner(app, handler), settings }
    }

    /// Works until `shutdown` resolves; then takes nothing new and answers when everything that runs has ended.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        describe_metrics();
        let mut room = Room::of(self.settings.lanes.max(1));
        let mut running = JoinSet::new();
        let mut lanes = HashMap::new();
        let mut background = JoinSet::new();
        background.spawn(housekeeping(self.runner.app.clone(), self.settings.housekeeping));
        background.spawn(count(self.runner.app.clone()));
        let mut next_look = Instant::now();
        let mut left_behind = false;
        loop {
            if room.is_worth_a_look() && Instant::now() >= next_look {
                let claimed = self.runner.claim(room.clone()).await.unwrap_or_else(|error| {
                    tracing::error!(%error, "cannot look for jobs");
                    Claimed::default()
                });
                next_look = Instant::now() + self.settings.poll;
                left_behind = claimed.left_behind;
                for row in claimed.jobs {
                    let (runner, lane) = (self.runner.clone(), Lane::of(&row.queue));
                    room.take(lane);
                    let task = running.spawn(async move { runner.run(row).await });
                    lanes.insert(task.id(), lane);
                }
            }
            let may_look = room.is_worth_a_look();
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(ended) = running.join_next_with_id() => {
                    let id = match ended {
                        Ok((id, ())) => id,
                        Err(crash) => crash.id(),
                    };
                    if let Some(lane) = lanes.remove(&id) {
                        room.give_back(lane);
                    }
                    // What was due and had no room may have some now.
                    if left_behind {
                        next_look = Instant::now();
                    }
                }
                () = self.runner.app.platform().job_written(), if may_look => next_look = Instant::now(),
                () = sleep_until(next_look), if may_look => {}
            }
        }
        background.shutdown().await;
        if !running.is_empty() {
            tracing::info!(jobs = running.len(), "waiting for running jobs");
        }
        while running.join_next().await.is_some() {}
    }
}

fn describe_metrics() {
    metrics::describe_counter!(JOBS_TOTAL, "Runs of jobs by kind and result: done, failed, postponed, dead");
    metrics::describe_histogram!(JOB_DURATION, metrics::Unit::Seconds, "Time that one run of a job takes");
    metrics::describe_gauge!(JOBS, "Jobs by state: waiting, running, dead; counted every 30 seconds");
}

async fn housekeeping(app: App, every: Duration) {
    let mut ticks = interval(every.max(Duration::from_secs(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match app.housekeeping().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "housekeeping deleted old rows"),
            Err(error) => tracing::error!(%error, "housekeeping failed"),
        }
    }
}

/// Keeps the gauge of the queue's depth.
async fn count(app: App) {
    let mut ticks = interval(COUNT_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Ok(counts) = app.jobs().counts().await else { continue };
        for state in ["waiting", "running", "dead"] {
            let jobs = counts.iter().find(|(name, _)| name == state).map_or(0, |(_, jobs)| *jobs);
            let jobs = u32::try_from(jobs).unwrap_or(u32::MAX);
            metrics::gauge!(JOBS, "state" => state).set(f64::from(jobs));
        }
    }
}
