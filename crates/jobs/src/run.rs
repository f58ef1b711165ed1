//! One run of one claimed job: the work, its time limit, its outcome.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossdock_app::platform::error::DbError;
use crossdock_app::platform::job::JobRun;
use crossdock_app::platform::queue::{Claimed, JobOutcome, JobRow, Room};
use crossdock_app::{App, Job};

use crate::Backoff;
use crate::backoff::span;

/// Name of the counter of runs.
pub(crate) const JOBS_TOTAL: &str = "crossdock_jobs_total";
/// Name of the histogram of run times.
pub(crate) const JOB_DURATION: &str = "crossdock_job_duration_seconds";

/// What a run yields: the job's own answer, or what went wrong in words.
pub(crate) type RunResult = Result<JobRun, String>;

type BoxedRun = Pin<Box<dyn Future<Output = RunResult> + Send>>;

/// Does the work of a job. The only one outside tests is [`Handler::default`], which calls [`App::run_job`].
#[derive(Clone)]
pub struct Handler(Arc<dyn Fn(App, JobRow) -> BoxedRun + Send + Sync>);

impl Default for Handler {
    fn default() -> Self {
        Self::new(|app, row| async move {
            let job = Job::read(&row).map_err(|error| format!("the job cannot be read: {error}"))?;
            app.run_job(job).await.map_err(|error| error.to_string())
        })
    }
}

impl std::fmt::Debug for Handler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handler")
    }
}

impl Handler {
    /// A handler of its own kind; for tests of the worker.
    pub fn new<F>(work: impl Fn(App, JobRow) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<JobRun, String>> + Send + 'static,
    {
        Self(Arc::new(move |app, row| Box::pin(work(app, row))))
    }

    /// Begins a run.
    pub fn run(&self, app: App, row: JobRow) -> impl Future<Output = Result<JobRun, String>> + Send + use<> {
        (self.0)(app, row)
    }
}

/// How jobs are run; shared by the loop and [`run_due_jobs`].
#[derive(Debug, Clone)]
pub(crate) struct Runner {
    pub(crate) app: App,
    pub(crate) handler: Handler,
    pub(crate) backoff: Backoff,
    pub(crate) lease: Duration,
    pub(crate) time_limit: Duration,
}

impl Runner {
    /// Takes due jobs for which there is room.
    pub(crate) async fn claim(&self, room: Room) -> Result<Claimed, DbError> {
        self.app.jobs().claim(span(self.lease), room).await
    }

    /// Runs a claimed job and stores the outcome. Never fails: what cannot be stored is told to the log, and the lease
    /// brings the job back.
    pub(crate) async fn run(&self, row: JobRow) {
        let begun = Instant::now();
        let result = self.work(&row).await;
        let outcome = self.outcome(&row, result);
        let result = match &outcome {
            JobOutcome::Done => {
                tracing::debug!(job = %row.id, kind = row.kind, attempt = row.attempts, "job done");
                "done"
            }
            JobOutcome::Again { at, error } => {
                tracing::warn!(job = %row.id, kind = row.kind, attempt = row.attempts, next = %at, error, "job failed");
                "failed"
            }
            JobOutcome::Postponed { at, error } => {
                tracing::debug!(job = %row.id, kind = row.kind, next = %at, error, "job postponed");
                "postponed"
            }
            JobOutcome::Dead { error } => {
                tracing::error!(job = %row.id, kind = row.kind, attempt = row.attempts, error, "job is dead");
                "dead"
            }
        };
        metrics::counter!(JOBS_TOTAL, "kind" => row.kind.clone(), "result" => result).increment(1);
        metrics::histogram!(JOB_DURATION, "kind" => row.kind.clone()).record(begun.elapsed().as_secs_f64());
        match self.app.jobs().finish(&row, outcome).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(job = %row.id, kind = row.kind, "the lease ran out before the job ended; another run has it");
            }
            Err(error) => {
                tracing::error!(job = %row.id, kind = row.kind, %error, "outcome of a job not stored; its lease brings it back");
            }
        }
    }

    async fn work(&self, row: &JobRow) -> RunResult {
        if row.attempts > self.backoff.max_attempts() {
            // Claimed, begun, and never ended: a run that takes the process with it must not do so for ever.
            return Err("its last runs ended without a result".to_owned());
        }
        // A task of its own: a panic ends the run and not the worker.
        let mut task = tokio::spawn(self.handler.run(self.app.clone(), row.clone()));
        match tokio::time::timeout(self.time_limit, &mut task).await {
            Ok(Ok(result)) => result,
            Ok(Err(crash)) if crash.is_panic() => Err(format!("panic: {}", panic_text(&*crash.into_panic()))),
            Ok(Err(_)) => Err("the run was cancelled".to_owned()),
            Err(_) => {
                task.abort();
                Err(format!("no result within {} s", self.time_limit.as_secs_f64()))
            }
        }
    }

    fn outcome(&self, row: &JobRow, result: RunResult) -> JobOutcome {
        let error = match result {
            Ok(JobRun::Done) => return JobOutcome::Done,
            Ok(JobRun::NotYet(reason)) => reason,
            Ok(JobRun::Postponed { at, why }) => return JobOutcome::Postponed { at, error: why },
            Err(error) => error,
        };
        match self.backoff.after(row.attempts, self.app.random()) {
            Some(wait) => JobOutcome::Again { at: self.app.now() + wait, error },
            None => JobOutcome::Dead { error },
        }
    }
}

fn panic_text(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

/// Runs everything that is due now, one after the other, and answers how many runs that were. What fails waits for its
/// next turn as usual. No sleeping and no background task: for tests, and for the command line.
pub async fn run_due_jobs(app: &App) -> Result<usize, DbError> {
    let settings = crate::WorkerSettings::default();
    let runner = settings.runner(app.clone(), Handler::default());
    let mut runs = 0;
    loop {
        let claimed = runner.claim(Room::of(settings.lanes)).await?.jobs;
        if claimed.is_empty() {
            return Ok(runs);
        }
        for row in claimed {
            runner.run(row).await;
            runs += 1;
        }
    }
}
