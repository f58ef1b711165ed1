//! Deleting sandboxes with everything of them, in steps, so that nobody else waits for long.

use crossdock_db::removal::RemovalProgress;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::webhook::Owner;
use crossdock_domain::wholesale::WholesalerId;

use crate::tenants::sandbox::unknown;
use crate::{SandboxError, Sandboxes};

/// Rows deleted in one transaction.
const STEP: i64 = 500;
/// Sandboxes deleted in one round of housekeeping.
const ROUND: i64 = 50;

struct Expired(Timestamp);

impl Operation for Expired {
    type Output = Vec<WholesalerId>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.expired_sandboxes(self.0, ROUND).await
    }
}

struct FinishRemoval(WholesalerId, Timestamp);

impl Operation for FinishRemoval {
    type Output = ();
    type Error = SandboxError;
    async fn run(&self, tx: &mut Tx) -> Result<(), SandboxError> {
        tx.sandbox(self.0).await?.ok_or_else(unknown)?;
        tx.end_sandbox(self.0, self.1).await?;
        Ok(())
    }
}

struct BeginRemoval(WholesalerId, Timestamp);

impl Operation for BeginRemoval {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        tx.begin_sandbox_removal(self.0, self.1).await
    }
}

struct RemovalStep(WholesalerId);

impl Operation for RemovalStep {
    type Output = RemovalProgress;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<RemovalProgress, DbError> {
        tx.remove_wholesaler_step(self.0, STEP).await
    }
}

struct Jobs(Owner);

impl Operation for Jobs {
    type Output = Vec<String>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.jobs_of_owner(self.0, STEP).await
    }
}

struct DeleteJobs(Vec<String>);

impl Operation for DeleteJobs {
    type Output = u64;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<u64, DbError> {
        tx.delete_jobs(&self.0).await
    }
}

impl Sandboxes<'_> {
    /// Ends a sandbox now: from here on it is refused everywhere, on other nodes within two seconds.
    pub(super) async fn end(self, wholesaler: WholesalerId) -> Result<(), SandboxError> {
        let done = self.0.db().write(FinishRemoval(wholesaler, self.0.now())).await;
        self.0.forget_cached();
        done
    }

    /// Ends a sandbox and deletes it with everything of it; how many rows. Called again after a failure it goes on.
    pub async fn remove(self, wholesaler: WholesalerId) -> Result<u64, SandboxError> {
        self.end(wholesaler).await?;
        Ok(self.delete(wholesaler).await?)
    }

    async fn delete(self, wholesaler: WholesalerId) -> Result<u64, DbError> {
        if !self.0.db().write(BeginRemoval(wholesaler, self.0.now())).await? {
            // Extended in the last moment.
            return Ok(0);
        }
        let mut rows = self.delete_jobs_of(wholesaler).await?;
        loop {
            let step = self.0.db().write(RemovalStep(wholesaler)).await?;
            rows += step.rows;
            if step.done {
                break;
            }
        }
        self.0.forget_cached();
        // A run that was under way may have written another one meanwhile.
        rows += self.delete_jobs_of(wholesaler).await?;
        tracing::info!(%wholesaler, rows, "sandbox deleted");
        Ok(rows)
    }

    async fn delete_jobs_of(self, wholesaler: WholesalerId) -> Result<u64, DbError> {
        let mut rows = 0;
        loop {
            let ids = self.0.db().read(Jobs(Owner::Wholesaler(wholesaler))).await?;
            if ids.is_empty() {
                return Ok(rows);
            }
            rows += self.0.db().write(DeleteJobs(ids)).await?;
        }
    }

    /// Deletes sandboxes whose time is over; how many rows. One that cannot be deleted is left for the next round and keeps
    /// none of the others.
    pub(crate) async fn sweep(self) -> Result<u64, DbError> {
        let mut rows = 0;
        for wholesaler in self.0.db().read(Expired(self.0.now())).await? {
            match self.delete(wholesaler).await {
                Ok(deleted) => rows += deleted,
                Err(error) => tracing::error!(%wholesaler, %error, "a sandbox cannot be deleted"),
            }
        }
        Ok(rows)
    }
}
