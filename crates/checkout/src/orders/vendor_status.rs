//! `updateVendorOrderStatus`: the merchant moves an order.

use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::OrderId;
use crossdock_domain::order::status::Initiator;
use crossdock_domain::order::{Actor, HistoryEvent, OrderStatus};

use crate::orders::by;
use crate::stores::access::Credentials;
use crate::{OrderError, Orders};

/// Moves an order to one of the five VENDOR_ values.
#[derive(Debug, Clone)]
pub struct SetVendorStatus {
    /// Who asks.
    pub credentials: Credentials,
    /// Which order; of the caller's store.
    pub order: OrderId,
    /// The wanted status.
    pub status: OrderStatus,
}

struct Set {
    order: OrderId,
    status: OrderStatus,
    now: Timestamp,
}

impl Operation for Set {
    type Output = ();
    type Error = OrderError;
    async fn run(&self, tx: &mut Tx) -> Result<(), OrderError> {
        let head = tx.lock_order(self.order).await?.ok_or(OrderError::NotFound)?;
        move_for_merchant(tx, self.order, head.status, self.status, &Actor::Merchant, self.now).await
    }
}

/// Moves a locked order as the merchant may, whose software or staff is `actor`; no change when it already is there.
pub(super) async fn move_for_merchant(
    tx: &mut Tx,
    order: OrderId,
    from: OrderStatus,
    to: OrderStatus,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), OrderError> {
    if !from.check_transition(to, Initiator::Merchant)? {
        return Ok(());
    }
    tx.move_order(order, from, to, now).await?;
    let event = HistoryEvent::StatusChanged { from, to, reason: String::new() };
    Ok(tx.add_history(order, &by(actor, now, event)).await?)
}

impl Orders<'_> {
    /// Moves the order; [`OrderError::Locked`] in the states of checkout protocol §8.
    pub async fn set_vendor_status(self, command: SetVendorStatus) -> Result<(), OrderError> {
        let store = self.0.stores().authenticate(&command.credentials).await?;
        if command.order.store != store.id {
            return Err(OrderError::NotFound);
        }
        self.0.db().write(Set { order: command.order, status: command.status, now: self.0.now() }).await
    }
}
