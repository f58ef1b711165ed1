//! What a provider said of an attempt, and the only place where an order is made.
//!
//! The provider's answer, its later message, a job that asked again and the buyer's return all end here. Whoever comes
//! second finds the order of the first.

use crossdock_db::attempts::AttemptRow;
use crossdock_db::orders::NewOrder;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{AttemptId, JobId, OrderId, StoreId};
use crossdock_domain::order::{Actor, HistoryEntry, HistoryEvent, OrderDocument, OrderStatus};
use crossdock_domain::payment::{AttemptState, PaymentRecord, ProviderOutcome};
use crossdock_platform::Job;

use crate::payment::PaymentStep;
use crate::{CheckoutError, PaymentError, Payments};

/// When to ask a provider that did not answer in time.
const ASK_AGAIN: Span = Span::seconds(2);
/// How long a buyer may take for the bank's further step. Somebody who is not back by then has left, or paid and closed the
/// window.
pub(super) const CHALLENGE_TIME: Span = Span::minutes(30);

/// `paymentProcessor` of an order that there was nothing to pay for.
const NO_PROCESSOR: &str = "NONE";

/// An outcome to record.
#[derive(Debug, Clone)]
pub struct RecordPaymentOutcome {
    /// Tenant.
    pub store: StoreId,
    /// Which attempt.
    pub attempt: AttemptId,
    /// What the provider said.
    pub outcome: ProviderOutcome,
}

/// What stands after an outcome was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
enum RecordResult {
    Order(OrderId),
    State(AttemptState, String),
}

struct Record {
    command: RecordPaymentOutcome,
    processor: &'static str,
    is_test: bool,
    /// Made before the transaction, which may run more than once.
    job: JobId,
    now: Timestamp,
}

impl Operation for Record {
    type Output = RecordResult;
    type Error = PaymentError;

    async fn run(&self, tx: &mut Tx) -> Result<RecordResult, PaymentError> {
        let store = self.command.store;
        let unlocked = tx.attempt(store, self.command.attempt).await?.ok_or(CheckoutError::CartNotFound)?;
        // Cart before attempt, everywhere: two tabs that pay one cart meet at the cart.
        let cart = tx.lock_cart(store, unlocked.cart_id).await?.ok_or(CheckoutError::CartNotFound)?;
        let mut attempt = tx.lock_attempt(store, self.command.attempt).await?.ok_or(CheckoutError::CartNotFound)?;
        if let Some(number) = attempt.order_number {
            return Ok(RecordResult::Order(OrderId { store, number }));
        }
        let existing = tx.order_id_of_cart(store, attempt.cart_id).await?;
        let from = attempt.state;
        let (to, reason) = self.apply(&mut attempt);
        if from.allowed_transitions().contains(&to) {
            attempt.state = to;
            self.plan_check(tx, &attempt).await?;
            if to.carries_order() && existing.is_none() {
                return self.place(tx, attempt, from, cart.cart).await;
            }
            tx.update_attempt(&attempt, from, self.now).await?;
            if to.carries_order() {
                // Another tab paid first. One cart, one order: this money goes back.
                self.release(tx, &attempt).await?;
            }
        } else if from == AttemptState::Declined && to.carries_order() {
            // Money was reserved for an attempt that is over (left, or refused before): give it back.
            tracing::warn!(attempt = %attempt.id, "late payment is given back");
            tx.update_attempt(&attempt, from, self.now).await?;
            self.release(tx, &attempt).await?;
        }
        // Whoever paid: a cart with an order has nothing more to ask of the buyer.
        Ok(existing.map_or(RecordResult::State(attempt.state, reason), RecordResult::Order))
    }
}

impl Record {
    /// Writes the outcome into the attempt; the state it leads to and the reason of a decline.
    fn apply(&self, attempt: &mut AttemptRow) -> (AttemptState, String) {
        match &self.command.outcome {
            ProviderOutcome::Authorised { review, transaction_id } => {
                attempt.details.review = *review;
                attempt.details.transaction_id = Some(transaction_id.clone());
                (AttemptState::Authorised, String::new())
            }
            ProviderOutcome::Awaiting { transaction_id } => {
                attempt.details.transaction_id = Some(transaction_id.clone());
                (AttemptState::Awaiting, String::new())
            }
            ProviderOutcome::Challenge { transaction_id } => {
                attempt.details.transaction_id = Some(transaction_id.clone());
                (AttemptState::Challenge, String::new())
            }
            ProviderOutcome::Declined { reason } => {
                attempt.details.decline_reason = Some(reason.clone());
                (AttemptState::Declined, reason.clone())
            }
            ProviderOutcome::NothingToPay => (AttemptState::Captured, String::new()),
            ProviderOutcome::Pending => (AttemptState::Unknown, String::new()),
        }
    }

    /// Nobody else may ever tell how an open attempt ends, so a job asks. Only the newest plan counts.
    async fn plan_check(&self, tx: &mut Tx, attempt: &AttemptRow) -> Result<(), DbError> {
        let check = Job::CheckPayment { store: attempt.store, attempt: attempt.id };
        check.withdraw(tx).await?;
        match attempt.state {
            AttemptState::Unknown => check.enqueue(tx, self.job, self.now, ASK_AGAIN).await,
            AttemptState::Challenge => check.enqueue(tx, self.job, self.now, CHALLENGE_TIME).await,
            _ => Ok(()),
        }
    }

    async fn release(&self, tx: &mut Tx, attempt: &AttemptRow) -> Result<(), DbError> {
        let job = Job::ReleasePayment { store: attempt.store, attempt: attempt.id };
        job.enqueue(tx, self.job, self.now, Span(0)).await
    }

    /// Makes the order: number, order, history, attempt and follow-up job in this one transaction.
    async fn place(
        &self,
        tx: &mut Tx,
        mut attempt: AttemptRow,
        from: AttemptState,
        cart: crossdock_domain::cart::Cart,
    ) -> Result<RecordResult, PaymentError> {
        let store = attempt.store;
        let lost = |table, id: String| DbError::Inconsistent { table, column: "id", id };
        let quote = tx.quote(store, attempt.quote_id).await?;
        let quote = quote.ok_or_else(|| lost("quotes", attempt.quote_id.to_string()))?.quote;
        let checkout = tx.checkout(store, attempt.checkout_id).await?;
        let checkout = checkout.ok_or_else(|| lost("checkouts", attempt.checkout_id.to_string()))?;
        let id = OrderId { store, number: tx.take_order_number(store).await? };
        let status = match attempt.state {
            AttemptState::Awaiting => OrderStatus::OnHold,
            _ if attempt.details.review => OrderStatus::FraudReview,
            _ => OrderStatus::InProcess,
        };
        let paid_nothing = attempt.state == AttemptState::Captured;
        let quoted_duty_taxes = quote.quoted_duty_taxes();
        let order = NewOrder {
            id,
            cart_id: attempt.cart_id,
            attempt_id: attempt.id,
            quote_id: attempt.quote_id,
            status,
            test: self.is_test,
            placed_at: self.now,
            document: OrderDocument {
                version: OrderDocument::VERSION,
                cart,
                bill_to: checkout.document.bill_to.unwrap_or_else(|| quote.ship_to.clone()),
                ship_to: quote.ship_to,
                customer_note: checkout.document.note,
                shipping: quote.shipping,
                domestic_charge: quote.domestic_charge,
                duty_mode: quote.duty_mode,
                totals: quote.totals,
                quoted_duty_taxes,
                foreign: quote.foreign,
            },
            payment: PaymentRecord {
                processor: if paid_nothing { NO_PROCESSOR } else { self.processor }.to_owned(),
                transaction_id: attempt.details.transaction_id.clone().unwrap_or_default(),
                card_type: attempt.details.card_type.clone(),
                last_four: attempt.details.last_four.clone(),
                captured_at: paid_nothing.then_some(self.now),
            },
        };
        let first = HistoryEntry { at: self.now, actor: Actor::System, event: HistoryEvent::Placed { status } };
        match tx.insert_order(&order, &first).await {
            // Somebody placed it between our look and our insert: run again and find theirs.
            Err(DbError::Conflict) => return Err(DbError::Retry.into()),
            other => other?,
        }
        attempt.order_number = Some(id.number);
        if !tx.update_attempt(&attempt, from, self.now).await? {
            return Err(DbError::Retry.into());
        }
        if status == OrderStatus::InProcess && attempt.state == AttemptState::Authorised {
            let capture = Job::CapturePayment { store, attempt: attempt.id };
            capture.enqueue(tx, self.job, self.now, Span(0)).await?;
        }
        Ok(RecordResult::Order(id))
    }
}

impl Payments<'_> {
    /// Records what a provider said; the order is readable when this answers. Saying the same again changes nothing.
    pub async fn record_outcome(
        self,
        store: StoreId,
        attempt: AttemptId,
        outcome: ProviderOutcome,
    ) -> Result<PaymentStep, PaymentError> {
        let provider = self.provider_of(store, attempt).await?;
        let port = self.0.providers().get(provider)?;
        let now = self.0.now();
        let recorded = self
            .0
            .db()
            .write(Record {
                command: RecordPaymentOutcome { store, attempt, outcome },
                processor: port.processor(),
                is_test: port.is_test(),
                job: self.0.platform().new_job_id(now),
                now,
            })
            .await?;
        self.0.platform().jobs_were_written();
        match recorded {
            RecordResult::Order(order) => self.placed(order).await,
            RecordResult::State(AttemptState::Challenge, _) => Ok(PaymentStep::Challenge),
            RecordResult::State(AttemptState::Declined, reason) => Ok(PaymentStep::Declined { reason }),
            RecordResult::State(..) => Ok(PaymentStep::Pending),
        }
    }
}
