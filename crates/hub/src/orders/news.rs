//! What happens to supply orders, as webhooks and mails: the dropshipping events (customer protocol §6, §9).
//!
//! A number is told when its order is finished and never twice for the same order, unless it was taken off in between.

use std::collections::BTreeSet;

use crossdock_db::mails::MailRow;
use crossdock_db::{DbError, Tx};
use crossdock_domain::clock::{Timestamp, Zone};
use crossdock_domain::ids::{EventId as OutboxId, JobId, MailId};
use crossdock_domain::webhook::{MailState, Owner, WebhookEvent};
use crossdock_domain::wholesale::{EventId, EventParcel, EventPayload, SupplyEventKind, SupplyStatus};
use crossdock_platform::mail::{FALLBACK_LANGUAGE, NewMail};
use crossdock_platform::webhook::record::{EventStamp, NewEvent};
use serde_json::{Value, json};
use uuid::Uuid;

/// Ids that belong to an event, made from its own: an operation that runs again makes the same ones.
fn related(id: EventId, which: u8) -> Uuid {
    let mut bytes = *id.0.as_bytes();
    bytes[15] ^= which;
    Uuid::from_bytes(bytes)
}

/// Writes what others are told of an event, beside it. `zone` is the wholesaler's.
pub async fn publish(
    tx: &mut Tx,
    id: EventId,
    kind: SupplyEventKind,
    payload: &EventPayload,
    zone: &Zone,
    at: Timestamp,
) -> Result<(), DbError> {
    let events = OrderEvents { id, payload, zone, at, owner: Owner::Wholesaler(payload.order.wholesaler) };
    match kind {
        SupplyEventKind::OrderPlaced => {
            events.publish(tx, 0, WebhookEvent::DropshippingOrderPlaced, &[]).await?;
            events.mail(tx, "order-placed").await
        }
        SupplyEventKind::OrderEdited => events.publish(tx, 0, WebhookEvent::DropshippingOrderEdited, &[]).await,
        SupplyEventKind::StatusChanged => events.status_changed(tx).await,
        SupplyEventKind::ParcelAdded => events.dispatched(tx).await,
        SupplyEventKind::ParcelChanged => {
            if let (Some(before), Some(after)) = (&payload.parcel_before, &payload.parcel)
                && before.number() != after.number()
            {
                events.removed(tx, before).await?;
            }
            events.dispatched(tx).await
        }
        SupplyEventKind::ParcelRemoved => match &payload.parcel {
            Some(parcel) => events.removed(tx, parcel).await,
            None => Ok(()),
        },
    }
}

struct OrderEvents<'a> {
    id: EventId,
    payload: &'a EventPayload,
    zone: &'a Zone,
    at: Timestamp,
    owner: Owner,
}

impl OrderEvents<'_> {
    fn stamp(&self, which: u8) -> EventStamp {
        let id = related(self.id, which);
        EventStamp::new(OutboxId(id), JobId(id), self.at)
    }

    /// The key of a number of this order.
    fn key(&self, number: &str) -> String {
        format!("{}:{number}", self.payload.order.serial)
    }

    async fn status_changed(&self, tx: &mut Tx) -> Result<(), DbError> {
        let told = match self.payload.order.status {
            SupplyStatus::Finished | SupplyStatus::FinishedExternally => return self.dispatched(tx).await,
            SupplyStatus::OnOrder => WebhookEvent::DropshippingOrderConfirmed,
            SupplyStatus::Packed => WebhookEvent::DropshippingOrderPacked,
            SupplyStatus::Cancelled | SupplyStatus::Fake => WebhookEvent::DropshippingOrderCancelled,
            _ => return Ok(()),
        };
        self.publish(tx, 0, told, &self.payload.order.parcels.iter().collect::<Vec<_>>()).await
    }

    /// Numbers of a finished order that nobody was told of.
    async fn dispatched(&self, tx: &mut Tx) -> Result<(), DbError> {
        let order = &self.payload.order;
        if !matches!(order.status, SupplyStatus::Finished | SupplyStatus::FinishedExternally) {
            return Ok(());
        }
        let numbers: BTreeSet<&str> = order.parcels.iter().map(EventParcel::number).filter(|n| !n.is_empty()).collect();
        let keys: Vec<String> = numbers.iter().map(|number| self.key(number)).collect();
        let stamp = self.stamp(1);
        let fresh = stamp.claim(tx, self.owner, WebhookEvent::DropshippingOrderSent, &keys).await?;
        let fresh: BTreeSet<&str> =
            numbers.into_iter().zip(fresh).filter(|(_, fresh)| *fresh).map(|(n, _)| n).collect();
        let parcels: Vec<&EventParcel> =
            order.parcels.iter().filter(|parcel| fresh.contains(parcel.number())).collect();
        if parcels.is_empty() {
            return Ok(());
        }
        self.publish(tx, 1, WebhookEvent::DropshippingOrderSent, &parcels).await?;
        self.mail(tx, "order-sent").await
    }

    async fn removed(&self, tx: &mut Tx, parcel: &EventParcel) -> Result<(), DbError> {
        let number = parcel.number();
        // Another parcel of the same consignment still has it.
        if number.is_empty() || self.payload.order.parcels.iter().any(|other| other.number() == number) {
            return Ok(());
        }
        tx.release_event_key(self.owner, WebhookEvent::DropshippingOrderSent, &self.key(number)).await?;
        self.publish(tx, 2, WebhookEvent::DropshippingPackageNumberRemoved, &[parcel]).await
    }

    async fn publish(
        &self,
        tx: &mut Tx,
        which: u8,
        kind: WebhookEvent,
        parcels: &[&EventParcel],
    ) -> Result<(), DbError> {
        let event = NewEvent {
            owner: self.owner,
            kind,
            account: Some(self.payload.account.login.clone()),
            address: match kind {
                // The protocol has a receiving address for these two (customer protocol §6).
                WebhookEvent::DropshippingOrderSent | WebhookEvent::DropshippingPackageNumberRemoved => {
                    self.payload.order.webhook_url.clone()
                }
                _ => None,
            },
            payload: self.variables(parcels),
        };
        self.stamp(which).record(tx, event).await.map(drop)
    }

    /// Variables of bodies; the names are the protocol's.
    fn variables(&self, parcels: &[&EventParcel]) -> Value {
        let order = &self.payload.order;
        let packages: Vec<Value> = parcels
            .iter()
            .map(|parcel| {
                json!({
                    "deliveryPackageId": parcel.id.0,
                    "courierId": parcel.courier.0,
                    "courierName": parcel.courier_name,
                    "deliveryPackageNumber": parcel.package_number,
                    "deliveryShippingNumber": parcel.shipping_number,
                    "trackingUrl": parcel.tracking_url,
                })
            })
            .collect();
        json!({
            "eventDate": self.zone.wall_clock(self.at),
            "orderId": order.id,
            "orderSerialNumber": order.serial.0,
            "orderExternalId": order.external_id,
            "orderStatus": order.status.code(),
            "dispatchDate": order.dispatched_at.map(|at| self.zone.wall_clock(at)),
            "packages": packages,
        })
    }

    /// A mail to the shop, one of each kind for an order.
    async fn mail(&self, tx: &mut Tx, template: &str) -> Result<(), DbError> {
        let account = &self.payload.account;
        if account.email.is_empty() || self.payload.without_mail {
            return Ok(());
        }
        // A sandbox writes to nobody but who registered it, and only when staff vouch for the address.
        if let Some(sandbox) = tx.sandbox(self.payload.order.wholesaler).await?
            && !(sandbox.mails && sandbox.email == account.email)
        {
            return Ok(());
        }
        // The shop's wish of today: one that changes it gets the next mail of an old order in the new language.
        let known = tx.account(self.payload.order.wholesaler, account.id).await?;
        let language = known.map(|row| row.account.profile.language).filter(|language| !language.is_empty());
        let parcels: Vec<&EventParcel> = self.payload.order.parcels.iter().collect();
        let id = related(self.id, 3);
        let row = MailRow {
            owner: self.owner,
            id: MailId(id),
            key: format!("{template}:{}", self.payload.order.serial),
            recipient: account.email.clone(),
            template: template.to_owned(),
            language: language.unwrap_or_else(|| FALLBACK_LANGUAGE.to_owned()),
            content: self.variables(&parcels).to_string(),
            state: MailState::Waiting,
            last_error: None,
            created_at: self.at,
        };
        NewMail::of(row, JobId(id)).enqueue(tx).await.map(drop)
    }
}
