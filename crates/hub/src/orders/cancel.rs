//! `Orders/cancel`: the shop takes an order back, until the packers have it.

use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::text;
use crossdock_domain::wholesale::{
    EventId, OrderSerial, SupplyActor, SupplyEvent, SupplyHistoryEntry, SupplyOrder, SupplyStatus,
};

use crate::orders::list::serial_of;
use crate::orders::staff::{StatusChange, move_order};
use crate::{Caller, CancelError, MAX_ELEMENTS, Orders};

/// How a shop names an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderRef {
    /// `orderSerialNumber`.
    Serial(OrderSerial),
    /// `orderId`.
    Id(String),
    /// `orderExternalId`.
    External(String),
}

/// A wish to cancel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelSupplyOrder {
    /// Which order.
    pub order: OrderRef,
    /// Why.
    pub reason: String,
}

/// What became of a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelOutcome {
    /// The order as it is now; `None` when it was not found.
    pub order: Option<SupplyOrder>,
    /// Why it was not cancelled; `None` when it is, now or already before.
    pub problem: Option<CancelProblem>,
}

/// Why an order was not cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelProblem {
    /// Fault 201: No such order of this account.
    NotFound,
    /// Fault 204: Too late; `dropshippingOrderStatus` is `notCanceled` in the answer.
    TooLate {
        /// Its present status.
        status: SupplyStatus,
    },
}

struct Cancel {
    caller: Caller,
    request: CancelSupplyOrder,
    event: EventId,
    now: Timestamp,
}

impl Cancel {
    async fn find(&self, tx: &mut Tx) -> Result<Option<OrderSerial>, CancelError> {
        let (wholesaler, account) = (self.caller.wholesaler.id, self.caller.account.id);
        Ok(match &self.request.order {
            OrderRef::Serial(serial) => Some(*serial),
            OrderRef::Id(id) => serial_of(id),
            OrderRef::External(id) => {
                tx.supply_order_of_external_id(wholesaler, account, id).await?.map(|(serial, _)| serial)
            }
        })
    }
}

impl Operation for Cancel {
    type Output = CancelOutcome;
    type Error = CancelError;

    async fn run(&self, tx: &mut Tx) -> Result<CancelOutcome, CancelError> {
        let wholesaler = self.caller.wholesaler.id;
        let not_found = CancelOutcome { order: None, problem: Some(CancelProblem::NotFound) };
        let Some(serial) = self.find(tx).await? else { return Ok(not_found) };
        let Some(mut order) = tx.lock_supply_order(wholesaler, serial).await? else { return Ok(not_found) };
        let other_id = matches!(&self.request.order, OrderRef::Id(id) if id.trim() != order.order_id());
        if order.account != self.caller.account.id || other_id {
            return Ok(not_found);
        }
        let status = order.status;
        if status == SupplyStatus::Cancelled {
            return Ok(CancelOutcome { order: Some(order), problem: None });
        }
        let actor = SupplyActor::Shop(self.caller.account.login.clone());
        if status.is_cancellable() {
            let change =
                StatusChange { to: SupplyStatus::Cancelled, actor, reason: self.request.reason.clone(), mail: true };
            move_order(tx, &mut order, change, self.event, self.now).await?;
            return Ok(CancelOutcome { order: Some(order), problem: None });
        }
        if !order.cancel_refused {
            tx.refuse_cancelling(wholesaler, serial, self.now).await?;
            order.cancel_refused = true;
            let event = SupplyEvent::CancelRefused { reason: self.request.reason.clone() };
            let entry = SupplyHistoryEntry { at: self.now, actor, event };
            tx.add_supply_history(wholesaler, serial, &entry).await?;
        }
        Ok(CancelOutcome { order: Some(order), problem: Some(CancelProblem::TooLate { status }) })
    }
}

impl Orders<'_> {
    /// Cancels orders until the packers have them, each for itself; what was put aside is free again. Cancelling twice is
    /// harmless.
    pub async fn cancel(
        self,
        caller: &Caller,
        requests: Vec<CancelSupplyOrder>,
    ) -> Result<Vec<CancelOutcome>, CancelError> {
        if requests.len() > MAX_ELEMENTS {
            return Err(CancelError::TooManyElements { max: MAX_ELEMENTS });
        }
        let mut outcomes = Vec::with_capacity(requests.len());
        for mut request in requests {
            request.reason = text::truncate_chars(&text::collapse(&request.reason), 500).to_owned();
            let now = self.0.now();
            let event = EventId::new(now, self.0.random());
            outcomes.push(self.0.db().write(Cancel { caller: caller.clone(), request, event, now }).await?);
        }
        Ok(outcomes)
    }
}
