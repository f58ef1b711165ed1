//! Writing an event beside its cause: what a use case calls inside its own transaction.

use crossdock_db::outbox::EventRow;
use crossdock_db::{DbError, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{EventId, JobId};
use crossdock_domain::webhook::{Owner, WebhookEvent};
use serde_json::Value;

use crate::{Job, Webhooks};

/// Ids and time of an event, made before the transaction because an operation may run more than once.
#[derive(Debug, Clone, Copy)]
pub struct EventStamp {
    event: EventId,
    job: JobId,
    at: Timestamp,
}

/// What happened, to whom.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Whose.
    pub owner: Owner,
    /// What.
    pub kind: WebhookEvent,
    /// The account that it concerns, by its login.
    pub account: Option<String>,
    /// One more receiver that the cause brought along, where that is allowed.
    pub address: Option<String>,
    /// What is told: a JSON object whose keys are the variables of bodies.
    pub payload: Value,
}

impl Webhooks<'_> {
    /// The stamp of an event that may be written soon.
    pub fn event_stamp(self) -> EventStamp {
        let at = self.0.now();
        EventStamp { event: EventId::new(at, self.0.random()), job: self.0.new_job_id(at), at }
    }
}

impl EventStamp {
    /// A stamp of ids that were made elsewhere.
    pub const fn new(event: EventId, job: JobId, at: Timestamp) -> Self {
        Self { event, job, at }
    }

    /// Takes the keys of what this event is going to tell and answers which of them nobody was told of before; the caller
    /// tells only those, and writes no event when there are none.
    pub async fn claim(
        &self,
        tx: &mut Tx,
        owner: Owner,
        kind: WebhookEvent,
        keys: &[String],
    ) -> Result<Vec<bool>, DbError> {
        let mut fresh = Vec::with_capacity(keys.len());
        for key in keys {
            fresh.push(tx.claim_event_key(owner, kind, key, self.event).await?);
        }
        Ok(fresh)
    }

    /// Writes the event and the job that fans it out.
    pub async fn record(&self, tx: &mut Tx, event: NewEvent) -> Result<EventId, DbError> {
        let row = EventRow {
            owner: event.owner,
            id: self.event,
            kind: event.kind,
            account: event.account,
            address: event.address,
            payload: event.payload.to_string(),
            at: self.at,
        };
        tx.insert_event(&row).await?;
        let job = Job::FanOutEvent { owner: event.owner, event: self.event };
        job.enqueue(tx, self.job, self.at, Span(0)).await?;
        Ok(self.event)
    }
}
