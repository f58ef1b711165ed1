//! Paying, the bank's further step, and waiting for an answer.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use crossdock_app::checkout::payment::provider::PaymentInput;
use crossdock_app::checkout::payment::{PaymentStep, StartPayment, TEST_CARDS};
use crossdock_app::checkout::session::CheckoutSession;
use crossdock_app::checkout::{CheckoutError, PaymentError};
use crossdock_app::platform::error::DbError;
use crossdock_domain::payment::Provider;
use secrecy::SecretString;

use super::PageState;
use super::form::{FormValues, SubmittedForm};
use super::respond::{self, PageSubject, base};
use super::session::Session;
use super::shipping::enter;
use crate::render::contexts::{ChallengePage, Decline, FormErrors, PayNotice, PayPage, PendingPage, Summary, TestCard};

/// Seconds between two looks of the waiting page.
const REFRESH: u32 = 3;

/// What stands in the fields; card numbers and codes never come back.
#[derive(Default)]
struct FormState {
    method: Option<Provider>,
    card_name: String,
    purchase_order: String,
    notice: Option<PayNotice>,
    errors: FormErrors,
}

fn offered(state: &PageState, checkout_session: &CheckoutSession) -> Vec<Provider> {
    let test_mode = state.app().config().test_mode;
    let providers = checkout_session.store.settings.providers.iter().copied();
    providers.filter(|provider| test_mode || *provider != Provider::Test).collect()
}

fn test_cards() -> Vec<TestCard> {
    TEST_CARDS.iter().filter_map(|(number, outcome, _)| TestCard::new(number, outcome)).collect()
}

async fn render(
    state: &PageState,
    session: &Session,
    checkout_session: &CheckoutSession,
    filled: FormState,
) -> Response {
    let quote = state.app().checkout().quotes().quote(checkout_session).await;
    if quote.as_ref().is_ok_and(|row| row.quote.totals.grand.minor == 0) {
        // The order is placed from the review.
        return respond::redirect(&format!("{}/review", base(checkout_session.cart.id)));
    }
    let page = quote.and_then(|row| {
        let methods = offered(state, checkout_session);
        Ok(PayPage {
            layout: respond::layout(state, session, &PageSubject::of(checkout_session)),
            summary: Summary::of_quote(&checkout_session.cart.cart, &row.quote)?,
            quote: row.id.to_string(),
            amount: row.quote.totals.grand,
            method: filled.method.or_else(|| methods.first().copied()),
            test_cards: if methods.contains(&Provider::Test) { test_cards() } else { Vec::new() },
            methods,
            card_name: filled.card_name,
            purchase_order: filled.purchase_order,
            bank_instructions: checkout_session.store.settings.bank_transfer_instructions.clone(),
            notice: filled.notice,
            errors: filled.errors,
        })
    });
    match page {
        Ok(page) => {
            let status = if page.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            respond::page(state, session, &checkout_session.store, status, &page)
        }
        Err(error) => respond::refused(state, session, checkout_session.cart.id, error).await,
    }
}

/// The page that fits where the payment stands.
pub(super) fn follow(checkout_session: &CheckoutSession, step: PaymentStep) -> Response {
    let base = base(checkout_session.cart.id);
    match step {
        PaymentStep::Placed { redirect, .. } => respond::redirect(&redirect),
        PaymentStep::Challenge => respond::redirect(&format!("{base}/challenge")),
        PaymentStep::Pending => respond::redirect(&format!("{base}/pending")),
        PaymentStep::Declined { .. } | PaymentStep::NotStarted => respond::redirect(&format!("{base}/pay")),
    }
}

pub(super) async fn show(State(state): State<PageState>, Path(cart): Path<String>, session: Session) -> Response {
    let checkout_session = match enter(&state, &session, &cart).await {
        Ok(checkout_session) => checkout_session,
        Err(response) => return response,
    };
    let notice = match state.app().checkout().payments().progress(&checkout_session).await {
        Ok(PaymentStep::Declined { reason }) if reason != "abandoned" => {
            Some(PayNotice::Declined(Decline::from_reason(&reason)))
        }
        // A buyer who leaves the further step may choose another card.
        Ok(PaymentStep::Declined { .. } | PaymentStep::NotStarted | PaymentStep::Challenge) => None,
        Ok(step @ (PaymentStep::Placed { .. } | PaymentStep::Pending)) => return follow(&checkout_session, step),
        Err(error) => return respond::refused(&state, &session, checkout_session.cart.id, error).await,
    };
    render(&state, &session, &checkout_session, FormState { notice, ..FormState::default() }).await
}

fn input_of(provider: Provider, values: &mut FormValues) -> PaymentInput {
    match provider {
        Provider::Test => PaymentInput::Card {
            number: SecretString::from(values.take("card_number")),
            expiry: values.get("card_expiry").to_owned(),
            cvc: SecretString::from(values.take("card_cvc")),
            name: values.get("card_name").to_owned(),
        },
        Provider::BankTransfer => PaymentInput::PurchaseOrder { number: values.get("purchase_order").to_owned() },
    }
}

/// Work that goes on when the buyer's connection ends: a payment that was begun must come to its end, or the next look at it
/// would have to wait for the job that asks the provider again.
pub(super) async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, PaymentError>> + Send + 'static,
) -> Result<T, PaymentError> {
    tokio::spawn(work).await.unwrap_or_else(|error| Err(DbError::Other(error.into()).into()))
}

pub(super) async fn pay(State(state): State<PageState>, posted: SubmittedForm) -> Response {
    let SubmittedForm { session, cart, mut values } = posted;
    let checkout_session = match state.app().checkout().sessions().get(cart, &session.browser()).await {
        Ok(checkout_session) => checkout_session,
        Err(error) => return respond::refused(&state, &session, cart, error).await,
    };
    let mut filled = FormState {
        method: Provider::from_code(values.get("method")),
        card_name: values.get("card_name").to_owned(),
        purchase_order: values.get("purchase_order").to_owned(),
        ..FormState::default()
    };
    let Some(provider) = filled.method.filter(|provider| offered(&state, &checkout_session).contains(provider)) else {
        filled.method = None;
        filled.errors.add("method", "error-method-required");
        return render(&state, &session, &checkout_session, filled).await;
    };
    let Ok(quote) = values.get("quote").parse() else {
        return respond::refused(&state, &session, cart, CheckoutError::QuoteChanged).await;
    };
    let input = input_of(provider, &mut values);
    let command = StartPayment { checkout_session: checkout_session.clone(), quote, provider, input };
    let app = state.app().clone();
    match to_its_end(async move { app.checkout().payments().start(command).await }).await {
        Ok(step) => follow(&checkout_session, step),
        Err(PaymentError::Refused(mistakes)) => {
            for (field, error) in mistakes {
                filled.errors.add_payment(field, error);
            }

            render(&state, &session, &checkout_session, filled).await
        }
        Err(error) => respond::refused(&state, &session, cart, error).await,
    }
}

pub(super) async fn challenge(State(state): State<PageState>, Path(cart): Path<String>, session: Session) -> Response {
    let checkout_session = match enter(&state, &session, &cart).await {
        Ok(checkout_session) => checkout_session,
        Err(response) => return response,
    };
    let found = match state.app().checkout().payments().progress(&checkout_session).await {
        Ok(PaymentStep::Challenge) => state.app().checkout().payments().last_attempt(&checkout_session).await,
        Ok(step) => return follow(&checkout_session, step),
        Err(error) => Err(error),
    };
    match found {
        Ok(Some(attempt)) => {
            let page = ChallengePage {
                layout: respond::layout(&state, &session, &PageSubject::of(&checkout_session)),
                amount: attempt.amount,
                last_four: attempt.details.last_four,
            };
            respond::page(&state, &session, &checkout_session.store, StatusCode::OK, &page)
        }
        Ok(None) => follow(&checkout_session, PaymentStep::NotStarted),
        Err(error) => respond::refused(&state, &session, checkout_session.cart.id, error).await,
    }
}

pub(super) async fn answer_challenge(State(state): State<PageState>, posted: SubmittedForm) -> Response {
    let SubmittedForm { session, cart, values } = posted;
    let checkout_session = match state.app().checkout().sessions().get(cart, &session.browser()).await {
        Ok(checkout_session) => checkout_session,
        Err(error) => return respond::refused(&state, &session, cart, error).await,
    };
    let (app, asked, passed) = (state.app().clone(), checkout_session.clone(), values.get("result") == "pass");
    match to_its_end(async move { app.checkout().payments().answer_challenge(&asked, passed).await }).await {
        Ok(step) => follow(&checkout_session, step),
        Err(error) => respond::refused(&state, &session, cart, error).await,
    }
}

pub(super) async fn pending(State(state): State<PageState>, Path(cart): Path<String>, session: Session) -> Response {
    let checkout_session = match enter(&state, &session, &cart).await {
        Ok(checkout_session) => checkout_session,
        Err(response) => return response,
    };
    let found = match state.app().checkout().payments().progress(&checkout_session).await {
        Ok(PaymentStep::Pending) => state.app().checkout().payments().last_attempt(&checkout_session).await,
        Ok(step) => return follow(&checkout_session, step),
        Err(error) => Err(error),
    };
    match found {
        Ok(Some(attempt)) => {
            let page = PendingPage {
                layout: respond::layout(&state, &session, &PageSubject::of(&checkout_session)),
                amount: attempt.amount,
                refresh_seconds: REFRESH,
                check_url: format!("{}/pending", base(checkout_session.cart.id)),
            };
            respond::page(&state, &session, &checkout_session.store, StatusCode::OK, &page)
        }
        Ok(None) => follow(&checkout_session, PaymentStep::NotStarted),
        Err(error) => respond::refused(&state, &session, checkout_session.cart.id, error).await,
    }
}
