//! Jobs after the order: take the money, give it back, ask again.
//!
//! Each asks the provider outside the transaction, with the attempt's id as idempotency key, and then records the result.
//! A crash in between repeats the question, which does the thing once.

use crossdock_db::attempts::AttemptRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{AttemptId, OrderId, StoreId};
use crossdock_domain::order::{Actor, HistoryEntry, HistoryEvent, OrderStatus};
use crossdock_domain::payment::{AttemptState, Provider, ProviderOutcome};
use crossdock_platform::job::JobRun;

use crate::payment::PaymentStep;
use crate::payment::outcome::CHALLENGE_TIME;
use crate::payment::provider::{PaymentProvider, ProviderError};
use crate::{PaymentError, Payments};

struct Find {
    store: StoreId,
    attempt: AttemptId,
}

impl Operation for Find {
    type Output = Option<(AttemptRow, Option<OrderStatus>)>;
    type Error = PaymentError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, PaymentError> {
        let Some(attempt) = tx.attempt(self.store, self.attempt).await? else { return Ok(None) };
        let status = match attempt.order_number {
            Some(number) => tx.order(OrderId { store: self.store, number }).await?.map(|order| order.status),
            None => None,
        };
        Ok(Some((attempt, status)))
    }
}

/// Records that money moved: attempt, order and history.
struct RecordTransfer {
    store: StoreId,
    attempt: AttemptId,
    from: AttemptState,
    to: AttemptState,
    what: &'static str,
    now: Timestamp,
}

impl Operation for RecordTransfer {
    /// The state that the attempt has now.
    type Output = AttemptState;
    type Error = PaymentError;
    async fn run(&self, tx: &mut Tx) -> Result<AttemptState, PaymentError> {
        let Some(unlocked) = tx.attempt(self.store, self.attempt).await? else { return Ok(self.to) };
        let order = unlocked.order_number.map(|number| OrderId { store: self.store, number });
        // Order before attempt, as where staff act on an order.
        let head = match order {
            Some(id) => tx.lock_order(id).await?,
            None => None,
        };
        let Some(mut attempt) = tx.lock_attempt(self.store, self.attempt).await? else { return Ok(self.to) };
        if attempt.state != self.from {
            return Ok(attempt.state);
        }
        attempt.state = self.to;
        if !tx.update_attempt(&attempt, self.from, self.now).await? {
            return Err(DbError::Retry.into());
        }
        let (Some(id), Some(head)) = (order, head) else { return Ok(self.to) };
        if self.to == AttemptState::Captured {
            let mut payment = head.payment;
            payment.captured_at = Some(self.now);
            tx.set_order_payment(id, &payment).await?;
        }
        let event = HistoryEvent::Payment { what: self.what.to_owned(), amount: attempt.amount.to_string() };
        tx.add_history(id, &HistoryEntry { at: self.now, actor: Actor::System, event }).await?;
        Ok(self.to)
    }
}

fn not_yet(error: &ProviderError) -> JobRun {
    JobRun::NotYet(error.to_string())
}

impl Payments<'_> {
    async fn find_attempt(
        self,
        store: StoreId,
        attempt: AttemptId,
    ) -> Result<Option<(AttemptRow, Option<OrderStatus>)>, PaymentError> {
        self.0.db().read(Find { store, attempt }).await
    }

    pub(super) async fn provider_of(self, store: StoreId, attempt: AttemptId) -> Result<Provider, PaymentError> {
        let found = self.find_attempt(store, attempt).await?;
        found.map(|(attempt, _)| attempt.provider).ok_or_else(|| {
            PaymentError::Db(DbError::Inconsistent { table: "payment_attempts", column: "id", id: attempt.to_string() })
        })
    }

    /// Takes the authorised money of an order that may be processed.
    pub async fn capture(self, store: StoreId, attempt: AttemptId) -> Result<JobRun, PaymentError> {
        let Some((attempt, status)) = self.find_attempt(store, attempt).await? else { return Ok(JobRun::Done) };
        let stopped = matches!(status, None | Some(OrderStatus::Cancelled | OrderStatus::FraudReview));
        if attempt.state != AttemptState::Authorised || stopped {
            // Captured before, given back, or cancelled meanwhile. Approval writes a new job.
            return Ok(JobRun::Done);
        }
        if let Err(error) = self.0.providers().get(attempt.provider)?.capture(&attempt).await {
            return Ok(not_yet(&error));
        }
        self.moved(&attempt, AttemptState::Captured, "captured").await
    }

    /// Records what the provider did. When the attempt has moved on meanwhile (the order was cancelled while its money was
    /// being taken), the job looks again: what is due now depends on where the attempt stands now.
    async fn moved(self, attempt: &AttemptRow, to: AttemptState, what: &'static str) -> Result<JobRun, PaymentError> {
        let (store, id, from) = (attempt.store, attempt.id, attempt.state);
        let stands =
            self.0.db().write(RecordTransfer { store, attempt: id, from, to, what, now: self.0.now() }).await?;
        Ok(if stands == to { JobRun::Done } else { JobRun::NotYet(format!("the payment is {} now", stands.code())) })
    }

    /// Gives a reservation or taken money back.
    pub async fn release(self, store: StoreId, attempt: AttemptId) -> Result<JobRun, PaymentError> {
        let Some((attempt, _)) = self.find_attempt(store, attempt).await? else { return Ok(JobRun::Done) };
        if attempt.amount.minor == 0 && attempt.state == AttemptState::Captured {
            return self.moved(&attempt, AttemptState::Refunded, "nothing to give back").await;
        }
        let port = self.0.providers().get(attempt.provider)?;
        match attempt.state {
            AttemptState::Authorised | AttemptState::Awaiting => match port.void(&attempt).await {
                Ok(()) => self.moved(&attempt, AttemptState::Voided, "voided").await,
                Err(ProviderError::Refused(why)) => self.refund_unheard_capture(port, attempt, &why).await,
                Err(error) => Ok(not_yet(&error)),
            },
            AttemptState::Captured => match port.refund(&attempt).await {
                Ok(()) => self.moved(&attempt, AttemptState::Refunded, "refunded").await,
                Err(error) => Ok(not_yet(&error)),
            },
            // A late success of an attempt that we had given up: the provider holds money that our state does not show.
            AttemptState::Declined => {
                Ok(port.void(&attempt).await.map_or_else(|error| not_yet(&error), |()| JobRun::Done))
            }
            AttemptState::Started
            | AttemptState::Challenge
            | AttemptState::Unknown
            | AttemptState::Voided
            | AttemptState::Refunded => Ok(JobRun::Done),
        }
    }

    /// A reservation cannot be given back once its money was taken. The provider may have taken it without our hearing of
    /// it, and then the order was cancelled. If so, it gives the money back, and both stand in the history.
    async fn refund_unheard_capture(
        self,
        port: &dyn PaymentProvider,
        mut attempt: AttemptRow,
        why: &str,
    ) -> Result<JobRun, PaymentError> {
        if let Err(error) = port.refund(&attempt).await {
            return Ok(JobRun::NotYet(format!("not given back ({why}) and not refunded: {error}")));
        }
        if let JobRun::NotYet(reason) = self.moved(&attempt, AttemptState::Captured, "captured").await? {
            return Ok(JobRun::NotYet(reason));
        }
        attempt.state = AttemptState::Captured;
        self.moved(&attempt, AttemptState::Refunded, "refunded").await
    }

    /// Asks the provider what became of a payment that it did not answer in time.
    pub async fn check(self, store: StoreId, attempt: AttemptId) -> Result<JobRun, PaymentError> {
        let Some((attempt, _)) = self.find_attempt(store, attempt).await? else { return Ok(JobRun::Done) };
        if !attempt.state.is_open() {
            return Ok(JobRun::Done);
        }
        if attempt.amount.minor == 0 {
            // The process ended before the order was made. No provider knows of it.
            self.record_outcome(store, attempt.id, ProviderOutcome::NothingToPay).await?;
            return Ok(JobRun::Done);
        }
        let outcome = match self.0.providers().get(attempt.provider)?.status(&attempt).await {
            Ok(ProviderOutcome::Pending) => return Ok(JobRun::NotYet("the provider has no result yet".to_owned())),
            Ok(ProviderOutcome::Challenge { .. }) if attempt.state == AttemptState::Challenge => {
                if self.0.now() - attempt.updated_at < CHALLENGE_TIME {
                    return Ok(JobRun::NotYet("the buyer is at the further step".to_owned()));
                }
                ProviderOutcome::Declined { reason: "abandoned".to_owned() }
            }
            Ok(outcome) => outcome,
            Err(ProviderError::Refused(text)) => {
                tracing::warn!(attempt = %attempt.id, %text, "provider refused the payment");
                ProviderOutcome::Declined { reason: "provider_refused".to_owned() }
            }
            Err(error) => return Ok(not_yet(&error)),
        };
        let step = self.record_outcome(store, attempt.id, outcome).await?;
        tracing::info!(attempt = %attempt.id, placed = matches!(step, PaymentStep::Placed { .. }), "payment checked");
        // This very job is the one that looks after the further step too.
        Ok(match step {
            PaymentStep::Challenge => JobRun::NotYet("the buyer is at the further step".to_owned()),
            _ => JobRun::Done,
        })
    }
}
