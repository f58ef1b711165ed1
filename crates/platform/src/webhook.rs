//! Webhooks: what happens is written to the outbox by the transaction that makes it happen, fanned out to endpoints, and
//! sent by jobs until the receiver has taken it (customer protocol §6, Standard Webhooks).
//!
//! Event (`record`) → job `fan_out` → deliveries → a job per try (`deliver`) → log. Jobs are idempotent: a try that was
//! not recorded is made again with the same `webhook-id`.

pub mod body;
pub mod deliver;
pub mod fan_out;
pub mod log;
pub mod manage;
pub mod record;
pub mod sign;

use std::time::Duration;

use crossdock_db::DbError;
use crossdock_domain::clock::Span;
use crossdock_domain::random::Random;
use crossdock_domain::webhook::EndpointProblem;

use crate::error::db_code;
use crate::seal::UnsealError;

pub use manage::{EndpointChange, NewEndpoint, Preview};

/// When webhooks are tried again, and when that ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Seconds to wait after the first, second, … failed try; after the last one a delivery has failed.
    pub retry_seconds: Vec<u32>,
    /// By how much of itself a wait may grow at random.
    pub jitter_percent: u8,
    /// Longest wait for a receiver.
    pub timeout: Duration,
    /// An endpoint that has failed for so long is switched off.
    pub give_up: Span,
}

impl Default for RetryPolicy {
    /// The protocol's schedule (customer protocol §6): 1, 5, 15, 60 minutes, then every six hours, at most 24 hours; 10 seconds for a
    /// receiver. An endpoint is given up after five days.
    fn default() -> Self {
        Self {
            retry_seconds: vec![60, 300, 900, 3_600, 21_600, 21_600, 21_600],
            jitter_percent: 10,
            timeout: Duration::from_secs(10),
            give_up: Span::days(5),
        }
    }
}

impl RetryPolicy {
    /// The wait after failed try number `attempt` (from 1) of a round; `None` when there is no further one.
    fn wait(&self, attempt: i64, random: &dyn Random) -> Option<Span> {
        let index = usize::try_from(attempt.max(1) - 1).ok()?;
        let wait = i64::from(*self.retry_seconds.get(index)?) * 1_000_000;
        let most = wait / 100 * i64::from(self.jitter_percent.min(100));
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        let jitter = i64::from(u32::from_le_bytes(bytes)) * (most / 1_000) / i64::from(u32::MAX) * 1_000;
        Some(Span(wait + jitter))
    }
}

/// Why something about webhooks was not done.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The owner has no such endpoint.
    #[error("no such webhook")]
    NoEndpoint,
    /// The owner has no such delivery.
    #[error("no such delivery")]
    NoDelivery,
    /// The owner is no tenant of this installation.
    #[error("no such store or wholesaler")]
    NoOwner,
    /// Its settings are no good.
    #[error(transparent)]
    Refused(#[from] EndpointProblem),
    /// Its secret is not in the form of Standard Webhooks.
    #[error("a secret is whsec_ and 24 to 64 bytes in base64; leave it out to get a new one")]
    BadSecret,
    /// Its sealed secret does not open.
    #[error(transparent)]
    Sealed(#[from] UnsealError),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

crate::use_case_error!(WebhookError, internal: Self::Db(_), {
    Self::NoEndpoint | Self::NoDelivery | Self::NoOwner | Self::Refused(_) | Self::BadSecret | Self::Sealed(_) => "webhook",
    Self::Db(error) => db_code(error),
});
