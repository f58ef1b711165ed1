//! The job queue as the worker sees it: claim, finish, count. When to run what is the worker's business.

mod fair;

use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::JobId;

use crate::Jobs;
use crate::error::db_code;

pub use crossdock_db::jobs::{JobOutcome, JobRow};
pub use fair::{Lane, Room};

/// Why a job was not put back in the queue.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// No such job, or it is not dead.
    #[error("no such dead job")]
    NotFound,
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

crate::use_case_error!(JobError, internal: Self::Db(_), {
    Self::NotFound => "job_not_found",
    Self::Db(error) => db_code(error),
});

struct Claim {
    now: Timestamp,
    lease: Span,
    room: Room,
}

/// What a look into the queue found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claimed {
    /// Jobs that belong to the claimer now.
    pub jobs: Vec<JobRow>,
    /// Others are due, but their lane, their owner or their receiver has as many runs as it may.
    pub left_behind: bool,
}

impl Operation for Claim {
    type Output = Claimed;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        // Most looks find nothing, and need no lock for that.
        if tx.job_queues(self.now).await?.iter().all(|queue| queue.due_at > self.now) {
            return Ok(Claimed::default());
        }
        tx.lock_claims().await?;
        let queues = tx.job_queues(self.now).await?;
        let shares = fair::share(&queues, self.now, &self.room);
        let mut claimed = Claimed { jobs: Vec::new(), left_behind: shares.left_behind };
        for (queue, limit) in shares.of_queues {
            claimed.jobs.extend(tx.claim_jobs(queue, self.now, self.now + self.lease, limit).await?);
        }
        claimed.jobs.sort_by_key(|job| (job.created_at, job.id));
        Ok(claimed)
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

struct List(&'static str, i64);

impl Operation for List {
    type Output = Vec<JobRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.list_jobs(self.0, self.1).await
    }
}

struct Again(JobId, Timestamp);

impl Operation for Again {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        tx.run_job_again(self.0, self.1).await
    }
}

impl Jobs<'_> {
    /// Takes due jobs for which there is room. Each counts as begun; one that is not finished within `lease` goes to the next
    /// claimer.
    pub async fn claim(self, lease: Span, room: Room) -> Result<Claimed, DbError> {
        self.0.db().write(Claim { now: self.0.now(), lease, room }).await
    }

    /// Stores how a claimed run ended; `false` when its lease ran out and somebody else has the job now.
    pub async fn finish(self, job: &JobRow, outcome: JobOutcome) -> Result<bool, DbError> {
        self.0.db().write(Finish { job: job.clone(), outcome, now: self.0.now() }).await
    }

    /// Number of jobs per state (`waiting`, `running`, `done`, `dead`); states without jobs are left out.
    pub async fn counts(self) -> Result<Vec<(String, i64)>, DbError> {
        self.0.db().read(Counts).await
    }

    /// Jobs in a state: `waiting`, `running`, `done`, `dead`.
    pub async fn list(self, state: &'static str, limit: i64) -> Result<Vec<JobRow>, DbError> {
        self.0.db().read(List(state, limit)).await
    }

    /// Puts a dead job back in the queue.
    pub async fn run_again(self, id: JobId) -> Result<(), JobError> {
        let found = self.0.db().write(Again(id, self.0.now())).await?;
        self.0.jobs_were_written();
        if found { Ok(()) } else { Err(JobError::NotFound) }
    }
}
