//! Starting a payment: one open attempt per checkout, stored before the provider hears of it.

use std::time::Duration;

use crossdock_db::attempts::AttemptRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{AttemptId, JobId, OrderId, QuoteId};
use crossdock_domain::payment::{AttemptState, Provider, ProviderOutcome};

use super::PaymentStep;
use super::provider::{PaymentInput, ProviderError};
use crate::checkout::Passage;
use crate::{App, AppError, Job};

/// How long the buyer's request waits for the provider; a job asks on afterwards.
const PATIENCE: Duration = Duration::from_secs(20);
/// When to look after an attempt whose request died with the process.
const CHECK_AFTER: Span = Span::seconds(60);

/// The buyer pays.
#[derive(Debug, Clone)]
pub struct StartPayment {
    /// The passage.
    pub passage: Passage,
    /// The quote that was on the page.
    pub quote: QuoteId,
    /// Through whom.
    pub provider: Provider,
    /// What was entered.
    pub input: PaymentInput,
}

enum Started {
    /// Ours to bring to the provider.
    New(AttemptRow),
    /// The cart has its order.
    Paid(OrderId),
    /// Another request of this buyer is on its way (double click, second tab).
    Open(AttemptState),
}

struct Start {
    attempt: AttemptRow,
    check_job: JobId,
    now: Timestamp,
}

impl Operation for Start {
    type Output = Started;
    type Error = AppError;

    async fn run(&self, tx: &mut Tx) -> Result<Started, AppError> {
        let new = &self.attempt;
        // Everybody who pays for this cart queues here.
        tx.lock_cart(new.store, new.cart_id).await?.ok_or(AppError::CartNotFound)?;
        if let Some(order) = tx.order_id_of_cart(new.store, new.cart_id).await? {
            return Ok(Started::Paid(order));
        }
        for mut other in tx.attempts_of_checkout(new.store, new.checkout_id).await? {
            match other.state {
                // Its outcome is still to come: charging again could charge twice.
                AttemptState::Started | AttemptState::Unknown => return Ok(Started::Open(other.state)),
                // The buyer left the further step and came back with another card. A late success is given back.
                AttemptState::Challenge => {
                    other.state = AttemptState::Declined;
                    other.details.decline_reason = Some("abandoned".to_owned());
                    tx.update_attempt(&other, AttemptState::Challenge, self.now).await?;
                }
                AttemptState::Authorised
                | AttemptState::Awaiting
                | AttemptState::Declined
                | AttemptState::Captured
                | AttemptState::Voided
                | AttemptState::Refunded => {}
            }
        }
        let checkout = tx.checkout(new.store, new.checkout_id).await?.ok_or(AppError::CheckoutNotOpened)?;
        if checkout.document.quote != Some(new.quote_id) {
            return Err(AppError::QuoteChanged);
        }
        tx.insert_attempt(new).await?;
        let job = Job::CheckPayment { store: new.store, attempt: new.id };
        job.enqueue(tx, self.check_job, self.now, CHECK_AFTER).await?;
        Ok(Started::New(new.clone()))
    }
}

struct FindQuote(crossdock_domain::ids::StoreId, QuoteId);

impl Operation for FindQuote {
    type Output = Option<crossdock_db::quotes::QuoteRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.quote(self.0, self.1).await
    }
}

impl App {
    /// Pays the quote that the buyer saw.
    ///
    /// [`AppError::QuoteChanged`] when it is not what would be charged now; [`AppError::PaymentRefused`] names the fields to
    /// mend. Declines and further steps are answers, not errors.
    pub async fn start_payment(&self, command: StartPayment) -> Result<PaymentStep, AppError> {
        let StartPayment { passage, quote, provider, input } = command;
        if !passage.store.settings.providers.contains(&provider) {
            return Err(AppError::PaymentNotOffered);
        }
        let port = self.providers().get(provider)?;
        let now = self.now();
        let shown = self.db().read(FindQuote(passage.store.id, quote)).await?;
        let shown = shown.filter(|row| row.checkout_id == passage.checkout.id).ok_or(AppError::QuoteChanged)?;
        if self.compute_quote(&passage)? != shown.quote {
            return Err(AppError::QuoteChanged);
        }
        let details = port.prepare(&input, now).map_err(AppError::PaymentRefused)?;
        let attempt = AttemptRow {
            id: AttemptId::new(now, self.random()),
            store: passage.store.id,
            checkout_id: passage.checkout.id,
            cart_id: passage.cart.id,
            quote_id: quote,
            provider,
            state: AttemptState::Started,
            amount: shown.quote.totals.grand,
            details,
            order_number: None,
            created_at: now,
            updated_at: now,
        };
        let started = self.db().write(Start { attempt, check_job: self.new_job_id(now), now }).await?;
        match started {
            Started::Paid(order) => self.placed(order).await,
            Started::Open(AttemptState::Challenge) => Ok(PaymentStep::Challenge),
            Started::Open(_) => Ok(PaymentStep::Pending),
            Started::New(attempt) => {
                let outcome = match tokio::time::timeout(PATIENCE, port.authorise(&attempt)).await {
                    Ok(Ok(outcome)) => outcome,
                    Ok(Err(ProviderError::Refused(text))) => {
                        tracing::warn!(attempt = %attempt.id, %text, "provider refused the payment");
                        ProviderOutcome::Declined { reason: "provider_refused".to_owned() }
                    }
                    Ok(Err(ProviderError::Unreachable(text))) => {
                        tracing::warn!(attempt = %attempt.id, %text, "provider unreachable");
                        ProviderOutcome::Pending
                    }
                    Err(_) => ProviderOutcome::Pending,
                };
                self.record_outcome(attempt.store, attempt.id, outcome).await
            }
        }
    }

    /// The buyer comes back from the further step of the passage's open attempt.
    pub async fn answer_challenge(&self, passage: &Passage, passed: bool) -> Result<PaymentStep, AppError> {
        let attempts = self.attempts(passage).await?;
        let Some(attempt) = attempts.into_iter().rev().find(|attempt| attempt.state == AttemptState::Challenge) else {
            return self.payment_progress(passage).await;
        };
        let port = self.providers().get(attempt.provider)?;
        let outcome = match port.answer_challenge(&attempt, passed).await {
            Ok(outcome) => outcome,
            Err(ProviderError::Refused(_)) => ProviderOutcome::Declined { reason: "provider_refused".to_owned() },
            Err(ProviderError::Unreachable(_)) => ProviderOutcome::Pending,
        };
        self.record_outcome(attempt.store, attempt.id, outcome).await
    }

    /// Where the newest attempt of a passage stands; for reloads and for the page that waits.
    pub async fn payment_progress(&self, passage: &Passage) -> Result<PaymentStep, AppError> {
        let attempts = self.attempts(passage).await?;
        let Some(last) = attempts.last() else { return Ok(PaymentStep::NotStarted) };
        Ok(match last.state {
            AttemptState::Started | AttemptState::Unknown => PaymentStep::Pending,
            AttemptState::Challenge => PaymentStep::Challenge,
            AttemptState::Declined => PaymentStep::Declined {
                reason: last.details.decline_reason.clone().unwrap_or_else(|| "card_declined".to_owned()),
            },
            AttemptState::Authorised
            | AttemptState::Awaiting
            | AttemptState::Captured
            | AttemptState::Voided
            | AttemptState::Refunded => match last.order_number {
                Some(number) => self.placed(OrderId { store: last.store, number }).await?,
                None => PaymentStep::NotStarted,
            },
        })
    }

    /// The newest attempt of a passage, for pages that show its amount and card.
    pub async fn last_attempt(&self, passage: &Passage) -> Result<Option<AttemptRow>, AppError> {
        Ok(self.attempts(passage).await?.pop())
    }

    async fn attempts(&self, passage: &Passage) -> Result<Vec<AttemptRow>, AppError> {
        struct Attempts(crossdock_domain::ids::StoreId, crossdock_domain::ids::CheckoutId);
        impl Operation for Attempts {
            type Output = Vec<AttemptRow>;
            type Error = AppError;
            async fn run(&self, tx: &mut Tx) -> Result<Vec<AttemptRow>, AppError> {
                Ok(tx.attempts_of_checkout(self.0, self.1).await?)
            }
        }
        self.db().read(Attempts(passage.store.id, passage.checkout.id)).await
    }

    /// The buyer's next page for an order that stands.
    pub(crate) async fn placed(&self, id: OrderId) -> Result<PaymentStep, AppError> {
        let order = self.order(id).await?;
        let store = self.store(id.store).await?;
        let redirect = self.success_redirect(&store, &order.document.cart, order.cart_id, id);
        Ok(PaymentStep::Placed { order: id, status: order.status, redirect })
    }
}
