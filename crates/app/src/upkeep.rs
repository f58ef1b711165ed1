//! Housekeeping: forgets what no longer matters. Every part may run on several nodes at once.

use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::CartId;
use crossdock_domain::random::Random;

use crate::{App, AppError};

/// Carts without order are kept this long behind the end of their time, for questions of support.
const KEEP_CARTS: Span = Span::days(90);
/// Finished jobs are kept this long.
const KEEP_JOBS: Span = Span::days(7);
/// Events, the log of their deliveries, and mails are kept this long.
const KEEP_EVENTS: Span = Span::days(90);
/// Sessions of gates are kept this long behind their end, so that the log can tell an old key from one that never was.
const KEEP_SESSIONS: Span = Span::days(1);
/// The log of the Admin API is kept this long.
const KEEP_AUDIT: Span = Span::days(365);
/// Carts looked at in one transaction.
const STEP: i64 = 500;
/// Where the last walk over the carts ended.
const CURSOR: &str = "carts_walked_until";

struct Zeros;

impl Random for Zeros {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}

struct Forget(Timestamp);

impl Operation for Forget {
    type Output = u64;
    type Error = AppError;
    async fn run(&self, tx: &mut Tx) -> Result<u64, AppError> {
        let keys = tx.delete_old_idempotency_keys(self.0).await?;
        let sessions = tx.delete_old_gate_sessions(self.0 - KEEP_SESSIONS).await?;
        let events = tx.delete_old_events(self.0 - KEEP_EVENTS).await?;
        let mails = tx.delete_old_mails(self.0 - KEEP_EVENTS).await?;
        let audit = tx.delete_old_audit(self.0 - KEEP_AUDIT).await?;
        Ok(audit + keys + sessions + events + mails + tx.delete_done_jobs(self.0 - KEEP_JOBS).await?)
    }
}

struct Walk {
    before: CartId,
}

impl Operation for Walk {
    /// Carts deleted, and whether there may be more.
    type Output = (u64, bool);
    type Error = AppError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, AppError> {
        let cursor = tx.meta(CURSOR).await?.and_then(|text| text.parse().ok());
        let after = cursor.unwrap_or_else(|| CartId::new(Timestamp(0), &Zeros));
        let (deleted, last) = tx.delete_old_carts(after, self.before, STEP).await?;
        if let Some(last) = last {
            tx.set_meta(CURSOR, &last.to_string()).await?;
        }
        Ok((deleted, last.is_some()))
    }
}

impl App {
    /// Deletes expired idempotency keys, old sessions and finished jobs, reservations and sandboxes whose time is over, and old
    /// carts that led to no order; how many rows.
    pub async fn upkeep(&self) -> Result<u64, AppError> {
        let now = self.now();
        self.plan_rates().await?;
        let mut deleted = self.db().write(Forget(now)).await? + self.sweep_sandboxes().await?;
        deleted += self.sweep_reservations().await?;
        // Ids are ordered by time, so a moment is an id. No cart that can still be paid is older than the longest lifetime.
        let lifetimes = self.list_stores().await?.into_iter().map(|store| store.settings.cart_lifetime_minutes);
        let lifetime = Span::minutes(lifetimes.max().unwrap_or(0));
        let before = CartId::new(now - KEEP_CARTS - lifetime, &Zeros);
        loop {
            let (carts, more) = self.db().write(Walk { before }).await?;
            deleted += carts;
            if !more {
                return Ok(deleted);
            }
        }
    }
}
