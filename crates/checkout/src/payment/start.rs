//! Starting a payment: one open attempt per checkout, stored before the provider hears of it.

use std::time::Duration;

use crossdock_db::attempts::AttemptRow;
use crossdock_db::checkouts::CheckoutRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{AttemptId, CartId, CheckoutId, JobId, OrderId, QuoteId, StoreId};
use crossdock_domain::payment::{AttemptDetails, AttemptState, Provider, ProviderOutcome};
use crossdock_platform::Job;

use crate::payment::PaymentStep;
use crate::payment::provider::{PaymentInput, ProviderError};
use crate::session::CheckoutSession;
use crate::{CheckoutError, PaymentError, Payments};

/// How long the buyer's request waits for the provider; a job asks on afterwards.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(20);
/// When to look after an attempt whose request died with the process.
const CHECK_AFTER: Span = Span::seconds(60);

/// The buyer pays.
#[derive(Debug, Clone)]
pub struct StartPayment {
    /// The passage.
    pub checkout_session: CheckoutSession,
    /// The quote that was on the page.
    pub quote: QuoteId,
    /// Through whom.
    pub provider: Provider,
    /// What was entered.
    pub input: PaymentInput,
}

enum StartResult {
    /// Ours to bring to the provider.
    New(Box<AttemptRow>),
    /// The cart has its order.
    Paid(OrderId),
    /// Another request of this buyer is on its way (double click, second tab).
    Open,
}

struct Start {
    attempt: AttemptRow,
    check_job: JobId,
    now: Timestamp,
}

impl Operation for Start {
    type Output = StartResult;
    type Error = PaymentError;

    async fn run(&self, tx: &mut Tx) -> Result<StartResult, PaymentError> {
        let new = &self.attempt;
        // Everybody who pays for this cart queues here.
        let cart = tx.lock_cart(new.store, new.cart_id).await?.ok_or(CheckoutError::CartNotFound)?;
        if let Some(order) = tx.order_id_of_cart(new.store, new.cart_id).await? {
            return Ok(StartResult::Paid(order));
        }
        let others = tx.attempts_of_checkout(new.store, new.checkout_id).await?;
        // Its outcome is still to come: charging again could charge twice.
        if others.iter().any(|other| matches!(other.state, AttemptState::Started | AttemptState::Unknown)) {
            return Ok(StartResult::Open);
        }
        if cart.expires_at <= self.now {
            return Err(CheckoutError::CartExpired.into());
        }
        let checkout = tx.checkout(new.store, new.checkout_id).await?.ok_or(CheckoutError::UnsealError)?;
        if checkout.document.quote != Some(new.quote_id) {
            return Err(CheckoutError::QuoteChanged.into());
        }
        for mut left in others.into_iter().filter(|other| other.state == AttemptState::Challenge) {
            // The buyer left the further step and came back with another card. A late success is given back.
            left.state = AttemptState::Declined;
            left.details.decline_reason = Some("abandoned".to_owned());
            tx.update_attempt(&left, AttemptState::Challenge, self.now).await?;
            Job::CheckPayment { store: left.store, attempt: left.id }.withdraw(tx).await?;
        }
        tx.insert_attempt(new).await?;
        let job = Job::CheckPayment { store: new.store, attempt: new.id };
        job.enqueue(tx, self.check_job, self.now, CHECK_AFTER).await?;
        Ok(StartResult::New(Box::new(new.clone())))
    }
}

/// The attempt that counts of a checkout, and the order of its cart.
pub(crate) struct FindPaymentProgress {
    store: StoreId,
    checkout: CheckoutId,
    cart: CartId,
}

impl FindPaymentProgress {
    pub(crate) fn of(checkout: &CheckoutRow) -> Self {
        Self { store: checkout.store, checkout: checkout.id, cart: checkout.cart_id }
    }
}

impl Operation for FindPaymentProgress {
    type Output = (Option<AttemptRow>, Option<OrderId>);
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let attempts = tx.attempts_of_checkout(self.store, self.checkout).await?;
        // At most one is open. Otherwise the newest counts; ids of one millisecond are in no order.
        let counts =
            attempts.into_iter().max_by_key(|attempt| (attempt.state.is_open(), attempt.created_at, attempt.id));
        Ok((counts, tx.order_id_of_cart(self.store, self.cart).await?))
    }
}

/// The provider's answer within a buyer's patience. No answer is no outcome: a job asks on.
async fn with_timeout(
    attempt: &AttemptRow,
    call: impl Future<Output = Result<ProviderOutcome, ProviderError>>,
) -> ProviderOutcome {
    match tokio::time::timeout(PROVIDER_TIMEOUT, call).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(ProviderError::Refused(text))) => {
            tracing::warn!(attempt = %attempt.id, %text, "provider refused the payment");
            ProviderOutcome::Declined { reason: "provider_refused".to_owned() }
        }
        Ok(Err(ProviderError::Unreachable(text))) => {
            tracing::warn!(attempt = %attempt.id, %text, "provider unreachable");
            ProviderOutcome::Pending
        }
        Err(_) => {
            tracing::warn!(attempt = %attempt.id, "provider did not answer in time");
            ProviderOutcome::Pending
        }
    }
}

struct FindQuote(StoreId, QuoteId);

impl Operation for FindQuote {
    type Output = Option<crossdock_db::quotes::QuoteRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.quote(self.0, self.1).await
    }
}

impl Payments<'_> {
    /// Pays the quote that the buyer saw.
    ///
    /// [`CheckoutError::QuoteChanged`] when it is not what would be charged now; [`PaymentError::Refused`] names the fields to
    /// mend. Declines and further steps are answers, not errors.
    pub async fn start(self, command: StartPayment) -> Result<PaymentStep, PaymentError> {
        let StartPayment { checkout_session, quote, provider, input } = command;
        if !checkout_session.store.settings.providers.contains(&provider) {
            return Err(PaymentError::NotOffered);
        }
        let port = self.0.providers().get(provider)?;
        let now = self.0.now();
        let shown = self.0.db().read(FindQuote(checkout_session.store.id, quote)).await?;
        let shown =
            shown.filter(|row| row.checkout_id == checkout_session.checkout.id).ok_or(CheckoutError::QuoteChanged)?;
        self.0.quotes().check(&checkout_session, &shown).await?;
        let nothing_to_pay = shown.quote.totals.grand.minor == 0;
        let details = if nothing_to_pay {
            AttemptDetails::default()
        } else {
            port.prepare(&input, now).map_err(PaymentError::Refused)?
        };
        let attempt = AttemptRow {
            id: AttemptId::new(now, self.0.random()),
            store: checkout_session.store.id,
            checkout_id: checkout_session.checkout.id,
            cart_id: checkout_session.cart.id,
            quote_id: quote,
            provider,
            state: AttemptState::Started,
            amount: shown.quote.totals.grand,
            details,
            order_number: None,
            created_at: now,
            updated_at: now,
        };
        let started = self.0.db().write(Start { attempt, check_job: self.0.platform().new_job_id(now), now }).await?;
        match started {
            StartResult::Paid(order) => self.placed(order).await,
            StartResult::Open => Ok(PaymentStep::Pending),
            StartResult::New(attempt) => {
                let outcome = if nothing_to_pay {
                    ProviderOutcome::NothingToPay
                } else {
                    with_timeout(&attempt, port.authorise(&attempt)).await
                };
                self.record_outcome(attempt.store, attempt.id, outcome).await
            }
        }
    }

    /// Places the order of a quote that costs nothing; no provider is asked.
    ///
    /// [`PaymentError::NotOffered`] when there is something to pay. Otherwise as [`Payments::start`].
    pub async fn place_free(
        self,
        checkout_session: CheckoutSession,
        quote: QuoteId,
    ) -> Result<PaymentStep, PaymentError> {
        let shown = self.0.db().read(FindQuote(checkout_session.store.id, quote)).await?;
        if shown.is_none_or(|row| row.quote.totals.grand.minor != 0) {
            return Err(PaymentError::NotOffered);
        }
        let mut providers = checkout_session.store.settings.providers.iter().copied();
        // Where only the test provider is offered, the order is a test too.
        let provider = providers.find(|provider| self.0.providers().get(*provider).is_ok());
        let provider = provider.ok_or(PaymentError::NotOffered)?;
        let input = PaymentInput::PurchaseOrder { number: String::new() };
        self.start(StartPayment { checkout_session, quote, provider, input }).await
    }

    /// The buyer comes back from the further step of the passage's open attempt.
    pub async fn answer_challenge(
        self,
        checkout_session: &CheckoutSession,
        passed: bool,
    ) -> Result<PaymentStep, PaymentError> {
        let attempt =
            self.last_attempt(checkout_session).await?.filter(|attempt| attempt.state == AttemptState::Challenge);
        let Some(attempt) = attempt else { return self.progress(checkout_session).await };
        let port = self.0.providers().get(attempt.provider)?;
        let outcome = with_timeout(&attempt, port.answer_challenge(&attempt, passed)).await;
        self.record_outcome(attempt.store, attempt.id, outcome).await
    }

    /// Where the payment of a passage stands; for reloads and for the page that waits.
    pub async fn progress(self, checkout_session: &CheckoutSession) -> Result<PaymentStep, PaymentError> {
        let (attempt, order) = self.0.db().read(FindPaymentProgress::of(&checkout_session.checkout)).await?;
        if let Some(order) = order {
            return self.placed(order).await;
        }
        let Some(attempt) = attempt else { return Ok(PaymentStep::NotStarted) };
        Ok(match attempt.state {
            AttemptState::Started | AttemptState::Unknown => PaymentStep::Pending,
            AttemptState::Challenge => PaymentStep::Challenge,
            AttemptState::Declined => PaymentStep::Declined {
                reason: attempt.details.decline_reason.unwrap_or_else(|| "card_declined".to_owned()),
            },
            AttemptState::Authorised
            | AttemptState::Awaiting
            | AttemptState::Captured
            | AttemptState::Voided
            | AttemptState::Refunded => PaymentStep::NotStarted,
        })
    }

    /// The attempt that [`Payments::progress`](crate::Payments::progress) talks about, for pages that show its amount and card.
    pub async fn last_attempt(self, checkout_session: &CheckoutSession) -> Result<Option<AttemptRow>, PaymentError> {
        Ok(self.0.db().read(FindPaymentProgress::of(&checkout_session.checkout)).await?.0)
    }

    /// The buyer's next page for an order that stands.
    pub(crate) async fn placed(self, id: OrderId) -> Result<PaymentStep, PaymentError> {
        let order = self.0.orders().read(id).await?.ok_or(CheckoutError::OrderNotFound)?;
        let store = self.0.stores().find(id.store).await?.ok_or(CheckoutError::StoreNotFound)?;
        let redirect = self.0.sessions().success_redirect(&store, &order);
        Ok(PaymentStep::Placed { order: id, status: order.status, redirect })
    }
}
