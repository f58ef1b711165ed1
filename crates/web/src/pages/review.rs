//! Everything once more, with the total that will be charged.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use crossdock_app::checkout::CheckoutError;
use crossdock_app::checkout::session::{CheckoutSession, QuoteRow, prohibited};
use crossdock_domain::quote::DutyMode;

use super::PageState;
use super::form::{FormValues, SubmittedForm};
use super::pay::{follow, to_its_end};
use super::respond::{self, PageSubject};
use super::session::Session;
use super::shipping::enter;
use crate::render::contexts::{AddressBlock, ProhibitedLine, ReviewNotice, ReviewPage, Summary};

fn page(
    state: &PageState,
    session: &Session,
    checkout_session: &CheckoutSession,
    row: &QuoteRow,
    changed: bool,
) -> Result<ReviewPage, CheckoutError> {
    let quote = &row.quote;
    let document = checkout_session.document();
    Ok(ReviewPage {
        layout: respond::layout(state, session, &PageSubject::of(checkout_session)),
        summary: Summary::of_quote(&checkout_session.cart.cart, quote)?,
        quote: row.id.to_string(),
        ship_to: AddressBlock::of(&quote.ship_to, quote.ship_to.country.name()),
        bill_to: document.bill_to.as_ref().map(|address| AddressBlock::of(address, address.country.name())),
        note: document.note.clone(),
        delivery: quote.shipping.clone(),
        notice: changed.then_some(ReviewNotice::TotalChanged),
        duty_choice: state.app().checkout().quotes().may_choose_duties(checkout_session, quote),
        prohibited: prohibited(quote)
            .into_iter()
            .map(|goods| ProhibitedLine { name: goods.description, reason: goods.reason })
            .collect(),
    })
}

pub(super) async fn show(
    State(state): State<PageState>,
    Path(cart): Path<String>,
    RawQuery(query): RawQuery,
    session: Session,
) -> Response {
    let checkout_session = match enter(&state, &session, &cart).await {
        Ok(checkout_session) => checkout_session,
        Err(response) => return response,
    };
    let changed = !FormValues::parse(query.unwrap_or_default().as_bytes()).get("changed").is_empty();
    let page = match state.app().checkout().quotes().quote(&checkout_session).await {
        Ok(row) => page(&state, &session, &checkout_session, &row, changed),
        Err(error) => Err(error),
    };
    match page {
        Ok(page) => respond::page(&state, &session, &checkout_session.store, StatusCode::OK, &page),
        Err(error) => respond::refused(&state, &session, checkout_session.cart.id, error).await,
    }
}

/// The buyer agrees to the quote that was shown.
pub(super) async fn confirm(State(state): State<PageState>, posted: SubmittedForm) -> Response {
    let SubmittedForm { session, cart, values } = posted;
    let checkout_session = match state.app().checkout().sessions().get(cart, &session.browser()).await {
        Ok(checkout_session) => checkout_session,
        Err(error) => return respond::refused(&state, &session, cart, error).await,
    };
    match state.app().checkout().quotes().quote(&checkout_session).await {
        // The review names the goods that cannot be sent.
        Ok(row) if !prohibited(&row.quote).is_empty() => respond::redirect(&format!("{}/review", respond::base(cart))),
        Ok(row) if row.id.to_string() == values.get("quote") && row.quote.totals.grand.minor == 0 => {
            let (app, session_of_buyer) = (state.app().clone(), checkout_session.clone());
            let placed = async move { app.checkout().payments().place_free(session_of_buyer, row.id).await };
            match to_its_end(placed).await {
                Ok(step) => follow(&checkout_session, step),
                Err(error) => respond::refused(&state, &session, cart, error).await,
            }
        }
        Ok(row) if row.id.to_string() == values.get("quote") => {
            respond::redirect(&format!("{}/pay", respond::base(cart)))
        }
        Ok(_) => respond::refused(&state, &session, cart, CheckoutError::QuoteChanged).await,
        Err(error) => respond::refused(&state, &session, cart, error).await,
    }
}

/// The buyer chooses who collects duty and tax.
pub(super) async fn choose_duties(State(state): State<PageState>, posted: SubmittedForm) -> Response {
    let SubmittedForm { session, cart, values } = posted;
    let back = respond::redirect(&format!("{}/review", respond::base(cart)));
    // What is neither of the two changes nothing; the review shows what holds.
    let Some(mode) = DutyMode::from_code(values.get("duties")) else { return back };
    let chosen = match state.app().checkout().sessions().get(cart, &session.browser()).await {
        Ok(checkout_session) => state.app().checkout().quotes().choose_duties(checkout_session, mode).await,
        Err(error) => Err(error),
    };
    match chosen {
        Ok(_) => back,
        Err(error) => respond::refused(&state, &session, cart, error).await,
    }
}
