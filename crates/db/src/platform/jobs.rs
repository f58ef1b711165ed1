//! Jobs: work to be done after the commit of what caused it.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{JobId, StoreId};

use crate::error::DbError;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(JobColumns, job, "jobs": id, store_id, kind, payload, attempts, state, run_at, last_error, created_at, queue);
columns!(QueueColumns, "jobs": queue, due_at, running);
columns!(CountColumns, "jobs": state, count);

/// Every queue with unfinished jobs. Steps from one queue's name to the next in the index; the jobs between are not read,
/// however many wait.
macro_rules! queues {
    ($index:literal) => {
        concat!(
            "SELECT queues.queue, \
             (SELECT MIN(due.run_at) FROM jobs due \
                 WHERE due.state IN ('waiting', 'running') AND due.queue = queues.queue) AS due_at, \
             (SELECT COUNT(*) FROM jobs busy \
                 WHERE busy.state = 'running' AND busy.queue = queues.queue AND busy.run_at > $1) AS running \
             FROM (WITH RECURSIVE names (queue) AS (\
                 SELECT (SELECT first.queue FROM jobs first",
            $index,
            " WHERE first.state IN ('waiting', 'running') AND first.queue >= '' ORDER BY first.queue, first.run_at, first.id LIMIT 1) \
              UNION ALL \
              SELECT (SELECT next.queue FROM jobs next",
            $index,
            " WHERE next.state IN ('waiting', 'running') AND next.queue > names.queue \
                  ORDER BY next.queue, next.run_at, next.id LIMIT 1) \
              FROM names WHERE names.queue IS NOT NULL) \
              SELECT queue FROM names WHERE queue IS NOT NULL) AS queues"
        )
    };
}

statements! {
    INSERT = { "INSERT INTO jobs (id, store_id, kind, payload, dedup_key, state, run_at, attempts, created_at, updated_at, queue) \
                VALUES ($1, $2, $3, $4, $5, 'waiting', $6, 0, $7, $8, $9) \
                ON CONFLICT (dedup_key) DO UPDATE SET run_at = excluded.run_at, updated_at = excluded.updated_at \
                WHERE jobs.state = 'waiting' AND excluded.run_at < jobs.run_at" }
    WITHDRAW = { "DELETE FROM jobs WHERE dedup_key = $1 AND state = 'waiting'" }
    // Claimers of all nodes one after the other, so that each sees what the others run ("claimjob" in ASCII). SQLite has one
    // writer anyway.
    LOCK_CLAIMS = { sqlite "SELECT 1 WHERE 1 = 0", postgres "SELECT pg_advisory_xact_lock(7164785317785890658)" }
    // SQLite would rather walk all jobs of a state.
    QUEUES = { sqlite queues!(" INDEXED BY jobs_of_queue"), postgres queues!("") }
    // SQLite has one writer, so nobody else can claim between the inner and the outer query; PostgreSQL needs row locks,
    // and without SKIP LOCKED two workers claim the same jobs. There the inner query must be MATERIALIZED: as a plain
    // subquery a plan may run it again for every outer row, and each run skips what was just claimed and takes more.
    CLAIM = {
        sqlite concat!("UPDATE jobs SET state = 'running', attempts = attempts + 1, run_at = $1, updated_at = $2 WHERE id IN \
            (SELECT id FROM jobs WHERE state IN ('waiting', 'running') AND queue = $3 AND run_at <= $2 \
            ORDER BY run_at, id LIMIT $4) RETURNING ", job!()),
        postgres concat!("WITH due AS MATERIALIZED (SELECT id FROM jobs WHERE state IN ('waiting', 'running') AND queue = $3 \
            AND run_at <= $2 ORDER BY run_at, id LIMIT $4 FOR UPDATE SKIP LOCKED) \
            UPDATE jobs j SET state = 'running', attempts = j.attempts + 1, run_at = $1, updated_at = $2 \
            FROM due WHERE j.id = due.id \
            RETURNING ", job!("j"))
    }
    POSTPONE = { "UPDATE jobs SET state = 'waiting', attempts = attempts - 1, run_at = $1, last_error = $2, updated_at = $3 \
                  WHERE id = $4 AND state = 'running' AND attempts = $5" }
    FINISH = { "UPDATE jobs SET state = $1, run_at = $2, last_error = $3, dedup_key = NULL, updated_at = $4 \
                WHERE id = $5 AND state = 'running' AND attempts = $6" }
    REPEAT = { "UPDATE jobs SET state = 'waiting', run_at = $1, last_error = $2, updated_at = $3 \
                WHERE id = $4 AND state = 'running' AND attempts = $5" }
    RUN_AGAIN = { "UPDATE jobs SET state = 'waiting', attempts = 0, run_at = $1, updated_at = $2 WHERE id = $3 AND state = 'dead'" }
    LIST = { "SELECT ", job!(), " FROM jobs WHERE state = $1 ORDER BY run_at, id LIMIT $2" }
    COUNTS = { "SELECT state, COUNT(*) AS count FROM jobs GROUP BY state ORDER BY state" }
    DELETE_DONE = { "DELETE FROM jobs WHERE state = 'done' AND run_at < $1" }
}

/// A job to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Its id; receivers of its effect see it as their idempotency key.
    pub id: JobId,
    /// The tenant; `None` for the house's own upkeep.
    pub store: Option<StoreId>,
    /// Which handler.
    pub kind: &'static str,
    /// Which queue: lane, owner and target, separated by spaces.
    pub queue: String,
    /// Its arguments, JSON.
    pub payload: String,
    /// At most one unfinished job has this key.
    pub dedup_key: Option<String>,
    /// Not before.
    pub run_at: Timestamp,
    /// Now.
    pub created_at: Timestamp,
}

/// A stored job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// Its id.
    pub id: JobId,
    /// The tenant.
    pub store: Option<StoreId>,
    /// Which handler.
    pub kind: String,
    /// Its arguments, JSON.
    pub payload: String,
    /// Runs begun, this one included.
    pub attempts: i64,
    /// `waiting`, `running`, `done`, `dead`.
    pub state: String,
    /// When it is due; of a running job when its lease ends, of any other when it ended.
    pub run_at: Timestamp,
    /// How the last run failed.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// Its queue: lane, owner and target, separated by spaces.
    pub queue: String,
}

impl FromRow for JobRow {
    type Columns = JobColumns;

    fn from_row(row: &Row<'_>, at: &JobColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "jobs", column, id: id.clone() };
        Ok(Self {
            id: id.parse().map_err(|_| bad("id"))?,
            store: match row.get::<Option<i64>>(at.store_id)? {
                Some(store) => Some(StoreId::new(store).ok_or_else(|| bad("store_id"))?),
                None => None,
            },
            kind: row.get(at.kind)?,
            payload: row.get(at.payload)?,
            attempts: row.get(at.attempts)?,
            state: row.get(at.state)?,
            run_at: Timestamp(row.get(at.run_at)?),
            last_error: row.get(at.last_error)?,
            created_at: Timestamp(row.get(at.created_at)?),
            queue: row.get(at.queue)?,
        })
    }
}

/// A queue with unfinished jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    /// Its name: lane, owner and target, separated by spaces.
    pub queue: String,
    /// When its next job is due; of a running one, when its lease ends.
    pub due_at: Timestamp,
    /// Jobs that run.
    pub running: i64,
}

impl FromRow for QueueRow {
    type Columns = QueueColumns;

    fn from_row(row: &Row<'_>, at: &QueueColumns) -> Result<Self, DbError> {
        Ok(Self { queue: row.get(at.queue)?, due_at: Timestamp(row.get(at.due_at)?), running: row.get(at.running)? })
    }
}

struct Count(String, i64);

impl FromRow for Count {
    type Columns = CountColumns;

    fn from_row(row: &Row<'_>, at: &CountColumns) -> Result<Self, DbError> {
        Ok(Self(row.get(at.state)?, row.get(at.count)?))
    }
}

/// How a run of a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobOutcome {
    /// Finished.
    Done,
    /// Failed; to be run again at this moment.
    Again {
        /// When.
        at: Timestamp,
        /// Why, for people.
        error: String,
    },
    /// Not begun, because what it needs is known not to answer; to be looked at again at this moment. The run does not count.
    Postponed {
        /// When.
        at: Timestamp,
        /// Why, for people.
        error: String,
    },
    /// Failed for good; waits for a person.
    Dead {
        /// Why, for people.
        error: String,
    },
}

impl Tx {
    /// Writes a job beside its cause. When an unfinished one has the same key, none is added; a waiting one moves to the
    /// earlier of both times.
    pub async fn enqueue(&mut self, job: &NewJob) -> Result<(), DbError> {
        let values = params![
            job.id.to_string(),
            job.store.map(StoreId::get),
            job.kind,
            job.payload.as_str(),
            job.dedup_key.as_deref(),
            job.run_at.0,
            job.created_at.0,
            job.created_at.0,
            job.queue.as_str()
        ];
        self.execute(&INSERT, values).await.map(drop)
    }

    /// Takes back a waiting job that is no longer needed; one that runs finds that out by itself.
    pub async fn withdraw_job(&mut self, dedup_key: &str) -> Result<(), DbError> {
        self.execute(&WITHDRAW, params![dedup_key]).await.map(drop)
    }

    /// Makes other claimers, on any node, wait until this transaction ends.
    pub async fn lock_claims(&mut self) -> Result<(), DbError> {
        self.execute(&LOCK_CLAIMS, params![]).await.map(drop)
    }

    /// Every queue with unfinished jobs. A job whose lease has run out does not count as running.
    pub async fn job_queues(&mut self, now: Timestamp) -> Result<Vec<QueueRow>, DbError> {
        self.fetch_all(&QUEUES, params![now.0]).await
    }

    /// Takes up to `limit` due jobs of a queue; a run that does not finish before `lease_until` is given to the next claimer.
    pub async fn claim_jobs(
        &mut self,
        queue: &str,
        now: Timestamp,
        lease_until: Timestamp,
        limit: i64,
    ) -> Result<Vec<JobRow>, DbError> {
        let values = params![lease_until.0, now.0, queue, limit.max(0)];
        let mut jobs: Vec<JobRow> = self.fetch_all(&CLAIM, values).await?;
        jobs.sort_by_key(|job| (job.created_at, job.id));
        Ok(jobs)
    }

    /// Stores how a claimed run ended; `false` when its lease ran out and somebody else has the job now.
    pub async fn finish_job(&mut self, job: &JobRow, outcome: &JobOutcome, now: Timestamp) -> Result<bool, DbError> {
        let id = job.id.to_string();
        // Its place in the lists from now on: when it ended.
        let touched = match outcome {
            JobOutcome::Done => {
                self.execute(&FINISH, params!["done", now.0, None::<&str>, now.0, id, job.attempts]).await?
            }
            JobOutcome::Dead { error } => {
                self.execute(&FINISH, params!["dead", now.0, error.as_str(), now.0, id, job.attempts]).await?
            }
            JobOutcome::Again { at, error } => {
                self.execute(&REPEAT, params![at.0, error.as_str(), now.0, id, job.attempts]).await?
            }
            JobOutcome::Postponed { at, error } => {
                self.execute(&POSTPONE, params![at.0, error.as_str(), now.0, id, job.attempts]).await?
            }
        };
        Ok(touched == 1)
    }

    /// Puts a dead job back in the queue; whether there was one.
    pub async fn run_job_again(&mut self, id: JobId, now: Timestamp) -> Result<bool, DbError> {
        Ok(self.execute(&RUN_AGAIN, params![now.0, now.0, id.to_string()]).await? == 1)
    }

    /// Jobs in a state (`waiting`, `running`, `done`, `dead`), the earliest due first.
    pub async fn list_jobs(&mut self, state: &str, limit: i64) -> Result<Vec<JobRow>, DbError> {
        self.fetch_all(&LIST, params![state, limit.max(0)]).await
    }

    /// Number of jobs per state; states without jobs are left out.
    pub async fn job_counts(&mut self) -> Result<Vec<(String, i64)>, DbError> {
        let rows: Vec<Count> = self.fetch_all(&COUNTS, params![]).await?;
        Ok(rows.into_iter().map(|count| (count.0, count.1)).collect())
    }

    /// Forgets jobs that were done before `before`; how many.
    pub async fn delete_done_jobs(&mut self, before: Timestamp) -> Result<u64, DbError> {
        self.execute(&DELETE_DONE, params![before.0]).await
    }
}
