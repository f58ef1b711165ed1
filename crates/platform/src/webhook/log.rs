//! Looking at deliveries, and sending one again.

use crossdock_db::deliveries::{AttemptLog, DeliveryRow};
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{DeliveryId, EndpointId, JobId};
use crossdock_domain::webhook::Owner;

use crate::webhook::fan_out::send_job;
use crate::{WebhookError, Webhooks};

struct List(Owner, Option<EndpointId>, i64);

impl Operation for List {
    type Output = Vec<DeliveryRow>;
    type Error = WebhookError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, WebhookError> {
        Ok(tx.deliveries(self.0, self.1, self.2).await?)
    }
}

struct FindDelivery(Owner, DeliveryId);

impl Operation for FindDelivery {
    type Output = Option<(DeliveryRow, Vec<AttemptLog>)>;
    type Error = WebhookError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, WebhookError> {
        let Some(delivery) = tx.delivery(self.0, self.1).await? else { return Ok(None) };
        Ok(Some((delivery, tx.delivery_log(self.0, self.1).await?)))
    }
}

struct RetryDelivery {
    owner: Owner,
    delivery: DeliveryId,
    job: JobId,
    now: Timestamp,
}

impl Operation for RetryDelivery {
    type Output = ();
    type Error = WebhookError;
    async fn run(&self, tx: &mut Tx) -> Result<(), WebhookError> {
        let Some(delivery) = tx.delivery(self.owner, self.delivery).await? else {
            return Err(WebhookError::NoDelivery);
        };
        if !tx.send_again(&delivery, self.now).await? {
            return Err(DbError::Retry.into());
        }
        // A job that waits for this very try moves to now.
        Ok(send_job(&delivery).enqueue(tx, self.job, self.now, Span(0)).await?)
    }
}

impl Webhooks<'_> {
    /// Deliveries of an owner, or of one of its endpoints, newest first.
    pub async fn deliveries(
        self,
        owner: Owner,
        endpoint: Option<EndpointId>,
        limit: i64,
    ) -> Result<Vec<DeliveryRow>, WebhookError> {
        self.0.db().read(List(owner, endpoint, limit)).await
    }

    /// One delivery with its log.
    pub async fn delivery(
        self,
        owner: Owner,
        delivery: DeliveryId,
    ) -> Result<(DeliveryRow, Vec<AttemptLog>), WebhookError> {
        self.0.db().read(FindDelivery(owner, delivery)).await?.ok_or(WebhookError::NoDelivery)
    }

    /// Sends a delivery again, now, whatever became of it, with the same id.
    pub async fn send_again(self, owner: Owner, delivery: DeliveryId) -> Result<(), WebhookError> {
        let now = self.0.now();
        self.0.db().write(RetryDelivery { owner, delivery, job: self.0.new_job_id(now), now }).await?;
        self.0.jobs_were_written();
        Ok(())
    }
}
