//! `setShipmentTracking`: consignment numbers of an order.

use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::OrderId;
use crossdock_domain::order::{Actor, HistoryEvent, OrderStatus, Parcel};

use crate::orders::by;
use crate::orders::vendor_status::move_for_merchant;
use crate::stores::access::Credentials;
use crate::{OrderError, Orders};

/// Replaces an order's consignment numbers and completes it (checkout protocol §9).
#[derive(Debug, Clone)]
pub struct SetTracking {
    /// Who asks.
    pub credentials: Credentials,
    /// Which order; of the caller's store.
    pub order: OrderId,
    /// Consignment number and courier, when known; at least one, repeats count once.
    pub parcels: Vec<(String, Option<String>)>,
}

struct Set {
    order: OrderId,
    parcels: Vec<(String, Option<String>)>,
    actor: Actor,
    now: Timestamp,
}

impl Operation for Set {
    type Output = ();
    type Error = OrderError;
    async fn run(&self, tx: &mut Tx) -> Result<(), OrderError> {
        let head = tx.lock_order(self.order).await?.ok_or(OrderError::NotFound)?;
        // A complete order is locked for status changes, but its numbers may still be mended.
        if head.status != OrderStatus::Shipped {
            move_for_merchant(tx, self.order, head.status, OrderStatus::Shipped, &self.actor, self.now).await?;
        }
        let before = tx.parcels(self.order).await?;
        let mut parcels: Vec<Parcel> = Vec::new();
        for (number, courier) in &self.parcels {
            if parcels.iter().any(|parcel| parcel.number == *number) {
                continue;
            }
            let known = before.iter().find(|parcel| parcel.number == *number);
            parcels.push(Parcel {
                number: number.clone(),
                courier: courier.clone().or_else(|| known.and_then(|parcel| parcel.courier.clone())),
                added_at: known.map_or(self.now, |parcel| parcel.added_at),
            });
        }
        if parcels == before {
            return Ok(());
        }
        tx.replace_parcels(self.order, &parcels).await?;
        let numbers = parcels.into_iter().map(|parcel| parcel.number).collect();
        Ok(tx.add_history(self.order, &by(&self.actor, self.now, HistoryEvent::TrackingSet { numbers })).await?)
    }
}

impl Orders<'_> {
    /// Stores the numbers; [`OrderError::Locked`] unless the order is unlocked or already complete.
    pub async fn set_tracking(self, command: SetTracking) -> Result<(), OrderError> {
        let store = self.0.stores().authenticate(&command.credentials).await?;
        if command.order.store != store.id {
            return Err(OrderError::NotFound);
        }
        self.ship(command.order, command.parcels, Actor::Merchant).await
    }

    /// The same in the name of staff, who are known already; see [`SetTracking`] for the parcels.
    pub async fn set_tracking_by_staff(
        self,
        order: OrderId,
        parcels: Vec<(String, Option<String>)>,
        person: &str,
    ) -> Result<(), OrderError> {
        self.ship(order, parcels, Actor::Staff(person.to_owned())).await
    }

    async fn ship(
        self,
        order: OrderId,
        parcels: Vec<(String, Option<String>)>,
        actor: Actor,
    ) -> Result<(), OrderError> {
        self.0.db().write(Set { order, parcels, actor, now: self.0.now() }).await
    }
}
