//! Events of supply orders: what others hear of them is written in the transaction of their cause.

use crossdock_db::{DbError, Tx};
use crossdock_domain::clock::{Timestamp, Zone};
use crossdock_domain::wholesale::{EventId, EventPayload, SupplyEventKind};

use crate::orders::news;

/// Writes what follows from an event beside its cause. The only place that does: whoever wants to act on an event (a webhook,
/// a mail) writes its job here.
///
/// `id` is made before the transaction because an operation may run more than once; receivers see it as the event's id.
pub(crate) async fn record_event(
    tx: &mut Tx,
    id: EventId,
    kind: SupplyEventKind,
    payload: &EventPayload,
    at: Timestamp,
) -> Result<(), DbError> {
    // Dates of webhooks and mails are on the wholesaler's own clock.
    let zone = tx.wholesaler(payload.order.wholesaler).await?.map(|row| row.wholesaler.settings.time_zone);
    news::publish(tx, id, kind, payload, &zone.unwrap_or_else(Zone::warsaw), at).await
}
