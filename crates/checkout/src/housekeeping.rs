//! Housekeeping: forgets what no longer matters. Every part may run on several nodes at once.

use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::CartId;
use crossdock_domain::random::Random;

use crate::Checkout;

/// Carts without order are kept this long behind the end of their time, for questions of support.
const KEEP_CARTS: Span = Span::days(90);
/// Carts looked at in one transaction.
const STEP: i64 = 500;
/// Where the last walk over the carts ended.
const CURSOR: &str = "carts_walked_until";

struct ZeroRandom;

impl Random for ZeroRandom {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}

struct DeleteOldKeys(Timestamp);

impl Operation for DeleteOldKeys {
    type Output = u64;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<u64, DbError> {
        tx.delete_old_idempotency_keys(self.0).await
    }
}

struct DeleteOldCarts {
    before: CartId,
}

impl Operation for DeleteOldCarts {
    /// Carts deleted, and whether there may be more.
    type Output = (u64, bool);
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let cursor = tx.meta(CURSOR).await?.and_then(|text| text.parse().ok());
        let after = cursor.unwrap_or_else(|| CartId::new(Timestamp(0), &ZeroRandom));
        let (deleted, last) = tx.delete_old_carts(after, self.before, STEP).await?;
        if let Some(last) = last {
            tx.set_meta(CURSOR, &last.to_string()).await?;
        }
        Ok((deleted, last.is_some()))
    }
}

impl Checkout {
    /// Deletes expired idempotency keys and old carts that led to no order; how many rows.
    pub async fn housekeeping(&self) -> Result<u64, DbError> {
        let now = self.now();
        let mut deleted = self.db().write(DeleteOldKeys(now)).await?;
        // Ids are ordered by time, so a moment is an id. No cart that can still be paid is older than the longest lifetime.
        let lifetimes = self.stores().list().await?.into_iter().map(|store| store.settings.cart_lifetime_minutes);
        let lifetime = Span::minutes(lifetimes.max().unwrap_or(0));
        let before = CartId::new(now - KEEP_CARTS - lifetime, &ZeroRandom);
        loop {
            let (carts, more) = self.db().write(DeleteOldCarts { before }).await?;
            deleted += carts;
            if !more {
                return Ok(deleted);
            }
        }
    }
}
