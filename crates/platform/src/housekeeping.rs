//! Housekeeping: forgets what no longer matters. Every part may run on several nodes at once.

use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};

use crate::Platform;

/// Finished jobs are kept this long.
const KEEP_JOBS: Span = Span::days(7);
/// Events, the log of their deliveries, and mails are kept this long.
const KEEP_EVENTS: Span = Span::days(90);

struct DeleteOld(Timestamp);

impl Operation for DeleteOld {
    type Output = u64;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<u64, DbError> {
        let events = tx.delete_old_events(self.0 - KEEP_EVENTS).await?;
        let mails = tx.delete_old_mails(self.0 - KEEP_EVENTS).await?;
        Ok(events + mails + tx.delete_done_jobs(self.0 - KEEP_JOBS).await?)
    }
}

impl Platform {
    /// Deletes old events, mails and finished jobs; how many rows.
    pub async fn housekeeping(&self) -> Result<u64, DbError> {
        self.db().write(DeleteOld(self.now())).await
    }
}
