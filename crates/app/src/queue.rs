//! The job queue as the worker sees it: claim, finish, count. When to run what is the worker's business.

use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};

pub use crossdock_db::jobs::{JobOutcome, JobRow};

use crate::{App, AppError};

struct Claim {
    now: Timestamp,
    lease: Span,
    limit: i64,
}

impl Operation for Claim {
    type Output = Vec<JobRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.claim_jobs(self.now, self.now + self.lease, self.limit).await
    }
}

struct Finish {
    job: JobRow,
    outcome: JobOutcome,
    now: Timestamp,
}

impl Operation for Finish {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        tx.finish_job(&self.job, &self.outcome, self.now).await
    }
}

struct Counts;

impl Operation for Counts {
    type Output = Vec<(String, i64)>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.job_counts().await
    }
}

impl App {
    /// Takes up to `limit` due jobs. Each counts as begun; one that is not finished within `lease` goes to the next claimer.
    pub async fn claim_jobs(&self, lease: Span, limit: i64) -> Result<Vec<JobRow>, AppError> {
        Ok(self.db().write(Claim { now: self.now(), lease, limit }).await?)
    }

    /// Stores how a claimed run ended; `false` when its lease ran out and somebody else has the job now.
    pub async fn finish_job(&self, job: &JobRow, outcome: JobOutcome) -> Result<bool, AppError> {
        Ok(self.db().write(Finish { job: job.clone(), outcome, now: self.now() }).await?)
    }

    /// Number of jobs per state (`waiting`, `running`, `done`, `dead`); states without jobs are left out.
    pub async fn job_counts(&self) -> Result<Vec<(String, i64)>, AppError> {
        Ok(self.db().read(Counts).await?)
    }
}
