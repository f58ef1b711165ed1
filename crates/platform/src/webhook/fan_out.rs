//! From an event to its deliveries: one for every endpoint that wants to know.

use crossdock_db::deliveries::DeliveryRow;
use crossdock_db::outbox::EventRow;
use crossdock_db::webhooks::EndpointRow;
use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{DeliveryId, EndpointId, EventId, JobId};
use crossdock_domain::webhook::{ContentType, DeliveryState, Endpoint, Method, Owner};

use crate::job::JobRun;
use crate::webhook::sign;
use crate::{Job, Platform, WebhookError, Webhooks};

struct Find(Owner, EventId);

impl Operation for Find {
    type Output = Option<(EventRow, Vec<EndpointRow>)>;
    type Error = WebhookError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, WebhookError> {
        let Some(event) = tx.event(self.0, self.1).await? else { return Ok(None) };
        Ok(Some((event, tx.endpoints(self.0).await?)))
    }
}

struct StoreDeliveries {
    new: Option<EndpointRow>,
    deliveries: Vec<(DeliveryRow, JobId)>,
    now: Timestamp,
}

impl Operation for StoreDeliveries {
    type Output = ();
    type Error = WebhookError;
    async fn run(&self, tx: &mut Tx) -> Result<(), WebhookError> {
        if let Some(endpoint) = &self.new {
            tx.insert_endpoint(endpoint).await?;
        }
        for (delivery, job) in &self.deliveries {
            if tx.insert_delivery(delivery).await? {
                send_job(delivery).enqueue(tx, *job, self.now, Span(0)).await?;
            }
        }
        Ok(())
    }
}

/// The job of a delivery's next try.
pub(super) fn send_job(delivery: &DeliveryRow) -> Job {
    Job::SendWebhook {
        owner: delivery.owner,
        delivery: delivery.id,
        attempt: delivery.attempts + 1,
        endpoint: Some(delivery.endpoint),
    }
}

/// A new delivery that is due now.
pub(super) fn new_delivery(platform: &Platform, event: &EventRow, endpoint: EndpointId, now: Timestamp) -> DeliveryRow {
    DeliveryRow {
        owner: event.owner,
        id: DeliveryId::new(now, platform.random()),
        event: event.id,
        endpoint,
        state: DeliveryState::Waiting,
        attempts: 0,
        attempts_before: 0,
        next_at: Some(now),
        created_at: now,
        kind: event.kind,
    }
}

impl Webhooks<'_> {
    /// Puts an event on its way to every endpoint that wants it. Doing it twice is doing it once.
    pub async fn fan_out(self, owner: Owner, event: EventId) -> Result<JobRun, WebhookError> {
        let Some((event, endpoints)) = self.0.db().read(Find(owner, event)).await? else { return Ok(JobRun::Done) };
        let now = self.0.now();
        let mut targets: Vec<EndpointId> = endpoints
            .iter()
            .map(|row| &row.endpoint)
            .filter(|endpoint| endpoint.wants(event.kind, event.account.as_deref()))
            .map(|endpoint| endpoint.id)
            .collect();
        let mut new = None;
        if let Some(address) = &event.address {
            let known = endpoints.iter().map(|row| &row.endpoint).find(|endpoint| {
                endpoint.url == *address && (endpoint.account.is_none() || endpoint.account == event.account)
            });
            match known {
                // Switched off by staff or by its failures, or told already.
                Some(endpoint) if !endpoint.active || targets.contains(&endpoint.id) => {}
                Some(endpoint) => targets.push(endpoint.id),
                None => {
                    let row = self.endpoint_of_order(&event, address, now);
                    targets.push(row.endpoint.id);
                    new = Some(row);
                }
            }
        }
        let deliveries = targets
            .into_iter()
            .map(|endpoint| (new_delivery(self.0, &event, endpoint, now), self.0.new_job_id(now)))
            .collect();
        self.0.db().write(StoreDeliveries { new, deliveries, now }).await?;
        self.0.jobs_were_written();
        Ok(JobRun::Done)
    }

    /// The endpoint of an address that an order brought along: it is told of orders that name it, and of nothing else.
    fn endpoint_of_order(self, event: &EventRow, address: &str, now: Timestamp) -> EndpointRow {
        let id = EndpointId::new(now, self.0.random());
        let secret = sign::new_secret(self.0.random());
        let endpoint = Endpoint {
            owner: event.owner,
            id,
            account: event.account.clone(),
            events: Vec::new(),
            url: address.to_owned(),
            method: Method::Post,
            content_type: ContentType::Json,
            headers: Vec::new(),
            body: None,
            active: true,
            note: Some("named by an order".to_owned()),
            failing_since: None,
            paused_until: None,
            created_at: now,
        };
        let secret = self.seal_secret(endpoint.owner, id, &secret);
        EndpointRow { endpoint, secret, old_secret: None }
    }
}
