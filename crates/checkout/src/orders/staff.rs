//! What people at the command line (and later in the panel) do with orders.

use crossdock_db::orders::{ListFrom, OrderFilter, OrderSummary};
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{JobId, OrderId, StoreId};
use crossdock_domain::order::status::Initiator;
use crossdock_domain::order::{Actor, HistoryEntry, HistoryEvent, OrderStatus};
use crossdock_domain::payment::AttemptState;
use crossdock_platform::Job;

use crate::{Orders, StaffOrderError};

/// What staff do with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffAction {
    /// Fraud review passed: process it and take the money.
    Approve,
    /// Fraud review failed: cancel it and give the money back.
    Deny,
    /// Put it on hold.
    Hold,
    /// Take it off hold, or out of a declined wish to cancel.
    Release,
    /// Cancel it and give the money back.
    Cancel,
    /// The bank transfer arrived.
    BookPayment,
}

struct Act {
    order: OrderId,
    action: StaffAction,
    actor: Actor,
    reason: String,
    job: JobId,
    now: Timestamp,
}

impl Operation for Act {
    type Output = OrderStatus;
    type Error = StaffOrderError;

    async fn run(&self, tx: &mut Tx) -> Result<OrderStatus, StaffOrderError> {
        let store = self.order.store;
        let head = tx.lock_order(self.order).await?.ok_or(StaffOrderError::NotFound)?;
        let attempt = tx.lock_attempt(store, head.attempt_id).await?;
        let mut attempt = attempt.ok_or_else(|| DbError::Inconsistent {
            table: "orders",
            column: "attempt_id",
            id: self.order.to_string(),
        })?;
        let to = match self.action {
            StaffAction::Approve | StaffAction::Release | StaffAction::BookPayment => OrderStatus::InProcess,
            StaffAction::Deny | StaffAction::Cancel => OrderStatus::Cancelled,
            StaffAction::Hold => OrderStatus::OnHold,
        };
        let wrong = |wanted: &str| Err(StaffOrderError::PaymentState(format!("order {} {wanted}", self.order)));
        match self.action {
            StaffAction::Approve | StaffAction::Deny if head.status != OrderStatus::FraudReview => {
                return wrong(&format!("is not in fraud review but {}", head.status));
            }
            // Letting it go would pass the screening by.
            StaffAction::Release if head.status == OrderStatus::FraudReview => {
                return wrong("is in fraud review; approve or deny it");
            }
            StaffAction::Release if attempt.state == AttemptState::Awaiting => {
                return wrong("is awaiting its payment; book the payment, or cancel it");
            }
            StaffAction::BookPayment if attempt.state != AttemptState::Awaiting => {
                return wrong("is not awaiting a bank transfer");
            }
            _ => {}
        }
        if self.action == StaffAction::BookPayment {
            attempt.state = AttemptState::Captured;
            tx.update_attempt(&attempt, AttemptState::Awaiting, self.now).await?;
            let mut payment = head.payment.clone();
            payment.captured_at = Some(self.now);
            tx.set_order_payment(self.order, &payment).await?;
            let event = HistoryEvent::Payment { what: "booked".to_owned(), amount: attempt.amount.to_string() };
            self.note(tx, event).await?;
        }
        if head.status.check_transition(to, Initiator::System)? {
            tx.move_order(self.order, head.status, to, self.now).await?;
            self.note(tx, HistoryEvent::StatusChanged { from: head.status, to, reason: self.reason.clone() }).await?;
        }
        match (to, attempt.state) {
            (OrderStatus::InProcess, AttemptState::Authorised) => {
                let job = Job::CapturePayment { store, attempt: attempt.id };
                job.enqueue(tx, self.job, self.now, Span(0)).await?;
            }
            (OrderStatus::Cancelled, AttemptState::Authorised | AttemptState::Awaiting | AttemptState::Captured) => {
                let job = Job::ReleasePayment { store, attempt: attempt.id };
                job.enqueue(tx, self.job, self.now, Span(0)).await?;
            }
            _ => {}
        }
        Ok(to)
    }
}

impl Act {
    async fn note(&self, tx: &mut Tx, event: HistoryEvent) -> Result<(), DbError> {
        tx.add_history(self.order, &HistoryEntry { at: self.now, actor: self.actor.clone(), event }).await
    }
}

struct History(OrderId);

impl Operation for History {
    type Output = Vec<HistoryEntry>;
    type Error = StaffOrderError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, StaffOrderError> {
        if !tx.order_exists(self.0).await? {
            return Err(StaffOrderError::NotFound);
        }
        Ok(tx.order_history(self.0).await?)
    }
}

struct Newest {
    store: StoreId,
    since: Timestamp,
    limit: i64,
}

impl Operation for Newest {
    type Output = Vec<OrderSummary>;
    type Error = StaffOrderError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, StaffOrderError> {
        Ok(tx
            .list_orders(&OrderFilter {
                store: self.store,
                from: ListFrom::Time(self.since),
                until: None,
                missing_merchant_id: false,
                limit: Some(self.limit),
            })
            .await?)
    }
}

impl Orders<'_> {
    /// Does something with an order in the name of a person; the status it has afterwards.
    pub async fn act(
        self,
        order: OrderId,
        action: StaffAction,
        person: &str,
        reason: &str,
    ) -> Result<OrderStatus, StaffOrderError> {
        let now = self.0.now();
        let act = Act {
            order,
            action,
            actor: Actor::Staff(person.to_owned()),
            reason: reason.to_owned(),
            job: self.0.platform().new_job_id(now),
            now,
        };
        let status = self.0.db().write(act).await?;
        self.0.platform().jobs_were_written();
        Ok(status)
    }

    /// Everything that happened to an order, oldest first.
    pub async fn history(self, order: OrderId) -> Result<Vec<HistoryEntry>, StaffOrderError> {
        self.0.db().read(History(order)).await
    }

    /// Orders of a store placed at `since` or later, in order of number.
    pub async fn since(
        self,
        store: StoreId,
        since: Timestamp,
        limit: i64,
    ) -> Result<Vec<OrderSummary>, StaffOrderError> {
        self.0.stores().find(store).await?.ok_or(StaffOrderError::StoreNotFound)?;
        self.0.db().read(Newest { store, since, limit }).await
    }
}
