//! `updateMerchantOrderId`: the merchant's own number for an order.

use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::OrderId;
use crossdock_domain::order::{Actor, HistoryEvent};

use crate::orders::by;
use crate::stores::access::Credentials;
use crate::{OrderError, Orders};

/// Sets the merchant's number; a later call overwrites it.
#[derive(Debug, Clone)]
pub struct SetMerchantOrderId {
    /// Who asks.
    pub credentials: Credentials,
    /// Which order; of the caller's store.
    pub order: OrderId,
    /// The merchant's number, not empty.
    pub value: String,
}

struct Set {
    order: OrderId,
    value: String,
    now: Timestamp,
}

impl Operation for Set {
    type Output = ();
    type Error = OrderError;
    async fn run(&self, tx: &mut Tx) -> Result<(), OrderError> {
        let head = tx.lock_order(self.order).await?.ok_or(OrderError::NotFound)?;
        if head.merchant_order_id.as_deref() == Some(&self.value) {
            return Ok(());
        }
        tx.set_merchant_order_id(self.order, &self.value).await?;
        let event = HistoryEvent::MerchantOrderIdSet { from: head.merchant_order_id, to: self.value.clone() };
        Ok(tx.add_history(self.order, &by(&Actor::Merchant, self.now, event)).await?)
    }
}

impl Orders<'_> {
    /// Stores the number.
    pub async fn set_merchant_id(self, command: SetMerchantOrderId) -> Result<(), OrderError> {
        let store = self.0.stores().authenticate(&command.credentials).await?;
        if command.order.store != store.id {
            return Err(OrderError::NotFound);
        }
        self.0.db().write(Set { order: command.order, value: command.value, now: self.0.now() }).await
    }
}
