//! Housekeeping: forgets what no longer matters. Every part may run on several nodes at once.

use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};

use crate::Hub;

/// Sessions of the Customer API are kept this long behind their end, so that the log can tell an old key from one that never
/// was.
const KEEP_SESSIONS: Span = Span::days(1);
/// The log of the Admin API is kept this long.
const KEEP_AUDIT: Span = Span::days(365);

struct DeleteOld(Timestamp);

impl Operation for DeleteOld {
    type Output = u64;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<u64, DbError> {
        let sessions = tx.delete_old_gate_sessions(self.0 - KEEP_SESSIONS).await?;
        Ok(sessions + tx.delete_old_audit(self.0 - KEEP_AUDIT).await?)
    }
}

impl Hub {
    /// Deletes old sessions and log entries, and reservations and sandboxes whose time is over; how many rows.
    pub async fn housekeeping(&self) -> Result<u64, DbError> {
        let deleted = self.db().write(DeleteOld(self.now())).await?;
        Ok(deleted + self.sandboxes().sweep().await? + self.stock().sweep().await?)
    }
}
