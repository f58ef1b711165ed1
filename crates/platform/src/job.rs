//! Kinds of background work and their arguments. What each does is a use case of its subject, found by `App::run_job`; when it
//! runs is the worker's business.

use crossdock_db::jobs::{JobRow, NewJob};
use crossdock_db::{DbError, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{AttemptId, DeliveryId, EndpointId, EventId, JobId, MailId, StoreId};
use crossdock_domain::webhook::Owner;
use serde::{Deserialize, Serialize};

use crate::queue::Lane;

/// A job. Every kind is idempotent: a crash between effect and record repeats the effect.
///
/// A kind that belongs to a wholesaler names it in a field `owner`: by that name its jobs are found when the wholesaler is
/// deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Job {
    /// Take the authorised money of an order that may be processed.
    CapturePayment {
        /// Tenant.
        store: StoreId,
        /// Which payment.
        attempt: AttemptId,
    },
    /// Give a reservation or taken money back.
    ReleasePayment {
        /// Tenant.
        store: StoreId,
        /// Which payment.
        attempt: AttemptId,
    },
    /// Ask the provider what became of a payment that it did not answer in time.
    CheckPayment {
        /// Tenant.
        store: StoreId,
        /// Which payment.
        attempt: AttemptId,
    },
    /// Put an event on its way to everybody who wants to know.
    FanOutEvent {
        /// Tenant.
        owner: Owner,
        /// What happened.
        event: EventId,
    },
    /// Try to deliver a webhook.
    SendWebhook {
        /// Tenant.
        owner: Owner,
        /// What to whom.
        delivery: DeliveryId,
        /// Which try, from 1; every try is a job of its own, because the schedule is the webhook's.
        attempt: i64,
        /// To whom, for its queue; jobs that older versions wrote do not say.
        #[serde(default)]
        endpoint: Option<EndpointId>,
    },
    /// Send an e-mail.
    SendMail {
        /// Tenant.
        owner: Owner,
        /// Which one.
        mail: MailId,
    },
    /// Fetch exchange rates.
    FetchRates {
        /// Six hours since the epoch: one job in each.
        slot: i64,
    },
}

/// A job that could not be written or read.
fn broken(error: &serde_json::Error) -> DbError {
    DbError::Other(error.to_string().into())
}

impl Job {
    /// Stored name of the kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::CapturePayment { .. } => "capture_payment",
            Self::ReleasePayment { .. } => "release_payment",
            Self::CheckPayment { .. } => "check_payment",
            Self::FanOutEvent { .. } => "fan_out_event",
            Self::SendWebhook { .. } => "send_webhook",
            Self::SendMail { .. } => "send_mail",
            Self::FetchRates { .. } => "fetch_rates",
        }
    }

    /// The store it belongs to; other jobs carry their tenant in their arguments.
    fn store(&self) -> Option<StoreId> {
        match self {
            Self::CapturePayment { store, .. }
            | Self::ReleasePayment { store, .. }
            | Self::CheckPayment { store, .. } => Some(*store),
            Self::FetchRates { .. } => None,
            Self::FanOutEvent { owner, .. } | Self::SendWebhook { owner, .. } | Self::SendMail { owner, .. } => {
                match owner {
                    Owner::Store(store) => Some(*store),
                    Owner::Wholesaler(_) => None,
                }
            }
        }
    }

    fn dedup_key(&self) -> String {
        match self {
            Self::CapturePayment { store, attempt }
            | Self::ReleasePayment { store, attempt }
            | Self::CheckPayment { store, attempt } => format!("{}:{store}:{attempt}", self.kind()),
            Self::FanOutEvent { owner, event } => format!("{}:{owner}:{event}", self.kind()),
            Self::SendWebhook { owner, delivery, attempt, .. } => {
                format!("{}:{owner}:{delivery}:{attempt}", self.kind())
            }
            Self::SendMail { owner, mail } => format!("{}:{owner}:{mail}", self.kind()),
            Self::FetchRates { slot } => format!("{}:{slot}", self.kind()),
        }
    }

    /// The lane it runs in: kinds that wait for different things never wait for each other.
    const fn lane(&self) -> Lane {
        match self {
            Self::CapturePayment { .. } | Self::ReleasePayment { .. } => Lane::Payment,
            Self::CheckPayment { .. } => Lane::Check,
            Self::FanOutEvent { .. } => Lane::Event,
            Self::SendWebhook { .. } => Lane::Webhook,
            Self::SendMail { .. } => Lane::Mail,
            Self::FetchRates { .. } => Lane::Rates,
        }
    }

    /// The queue it stands in: its lane, whose it is, and whom it waits for.
    fn queue(&self) -> String {
        let lane = self.lane().name();
        match self {
            Self::CapturePayment { store, .. }
            | Self::ReleasePayment { store, .. }
            | Self::CheckPayment { store, .. } => {
                format!("{lane} {}", Owner::Store(*store))
            }
            Self::FanOutEvent { owner, .. } | Self::SendMail { owner, .. } => format!("{lane} {owner}"),
            Self::SendWebhook { owner, endpoint: Some(endpoint), .. } => format!("{lane} {owner} {endpoint}"),
            Self::SendWebhook { owner, endpoint: None, .. } => format!("{lane} {owner} earlier"),
            Self::FetchRates { .. } => format!("{lane} house"),
        }
    }

    /// Writes the job beside its cause, due after `delay`. `id` is made before the transaction because an operation may run
    /// more than once.
    pub async fn enqueue(self, tx: &mut Tx, id: JobId, now: Timestamp, delay: Span) -> Result<(), DbError> {
        let job = NewJob {
            id,
            store: self.store(),
            kind: self.kind(),
            queue: self.queue(),
            payload: serde_json::to_string(&self).map_err(|error| broken(&error))?,
            dedup_key: Some(self.dedup_key()),
            run_at: now + delay,
            created_at: now,
        };
        tx.enqueue(&job).await
    }

    /// Takes the job back if it still waits.
    pub async fn withdraw(self, tx: &mut Tx) -> Result<(), DbError> {
        tx.withdraw_job(&self.dedup_key()).await
    }

    /// Reads a stored job.
    pub fn read(row: &JobRow) -> Result<Self, DbError> {
        serde_json::from_str(&row.payload).map_err(|error| broken(&error))
    }
}

/// How a run of a job may end.
#[derive(Debug)]
pub enum JobRun {
    /// The work is done (or no longer needed).
    Done,
    /// Not yet; the reason in words. The worker's schedule says when to try again.
    NotYet(String),
    /// Not begun, because whom it needs is known not to answer; to be looked at again at this moment, without counting.
    Postponed {
        /// When.
        at: Timestamp,
        /// Why, in words.
        why: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_jobs_are_read_back_and_name_their_owner() {
        let store = StoreId::new(999).expect("id");
        let owner: Owner = "wholesaler:7".parse().expect("owner");
        let attempt: AttemptId = "0198c0de-0000-7000-8000-000000000001".parse().expect("id");
        for job in [
            Job::CapturePayment { store, attempt },
            Job::ReleasePayment { store, attempt },
            Job::CheckPayment { store, attempt },
            Job::FanOutEvent { owner, event: EventId(attempt.0) },
            Job::SendWebhook { owner, delivery: DeliveryId(attempt.0), attempt: 3, endpoint: None },
            Job::SendMail { owner: Owner::Store(store), mail: MailId(attempt.0) },
            Job::FetchRates { slot: 83_000 },
        ] {
            let row = JobRow {
                id: "0198c0de-0000-7000-8000-000000000002".parse().expect("id"),
                store: Some(store),
                kind: job.kind().to_owned(),
                payload: serde_json::to_string(&job).expect("json"),
                attempts: 1,
                state: "running".to_owned(),
                run_at: Timestamp(0),
                last_error: None,
                created_at: Timestamp(0),
                queue: job.queue(),
            };
            assert_eq!(Job::read(&row).expect(&row.payload), job);
            // The compiler asks for a new kind here.
            let owner = match job {
                Job::FanOutEvent { owner, .. } | Job::SendWebhook { owner, .. } | Job::SendMail { owner, .. } => {
                    Some(owner)
                }
                Job::CapturePayment { .. }
                | Job::ReleasePayment { .. }
                | Job::CheckPayment { .. }
                | Job::FetchRates { .. } => None,
            };
            let named = owner.map(|owner| format!("\"owner\":\"{owner}\""));
            assert!(named.is_none_or(|named| row.payload.contains(&named)), "deletion would not find {}", row.payload);
        }
    }
}
