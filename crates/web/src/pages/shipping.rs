//! The ways to ship.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use crossdock_app::checkout::CheckoutError;
use crossdock_app::checkout::Step;
use crossdock_app::checkout::session::{CheckoutSession, OpenCheckout};
use crossdock_domain::address::Prefill;
use crossdock_domain::shipping::needs_shipping;

use super::PageState;
use super::form::{SubmittedForm, cart_in_path};
use super::respond::{self, PageSubject};
use super::session::Session;
use crate::render::contexts::{AddressBlock, FormErrors, Message, ShippingPage, Summary};

/// The passage for a page that is only looked at. A browser that comes without one (a shared or bookmarked link) opens its
/// own and is sent to the step that it lacks.
pub(super) async fn enter(state: &PageState, session: &Session, cart: &str) -> Result<CheckoutSession, Response> {
    let Some(cart) = cart_in_path(cart) else {
        return Err(respond::message(state, None, Message::CartNotFound));
    };
    let browser = session.browser();
    let command = OpenCheckout { cart, browser, country: None, prefill: Prefill::default() };
    match state.app().checkout().sessions().open(command).await {
        Ok(checkout_session) => Ok(checkout_session),
        Err(error) => Err(respond::refused(state, session, cart, error).await),
    }
}

async fn render(
    state: &PageState,
    session: &Session,
    checkout_session: &CheckoutSession,
    errors: FormErrors,
) -> Response {
    let cart = checkout_session.cart.id;
    let Some(address) = &checkout_session.document().ship_to else {
        return respond::refused(state, session, cart, CheckoutError::StepMissing(Step::Address)).await;
    };
    let options = match state.app().checkout().sessions().shipping_options(checkout_session) {
        Ok(options) => options,
        // The page itself tells that there is no way, and leads back to the address.
        Err(CheckoutError::NoShipping(_)) => Vec::new(),
        Err(error) => return respond::refused(state, session, cart, error).await,
    };
    let summary =
        Summary::of_cart(&checkout_session.cart.cart, checkout_session.store.currency).map_err(CheckoutError::from);
    let summary = summary.and_then(|mut summary| {
        summary.domestic = state.app().checkout().sessions().domestic_charge(checkout_session)?;
        Ok(summary)
    });
    let summary = match summary {
        Ok(summary) => summary,
        Err(error) => return respond::refused(state, session, cart, error).await,
    };
    let chosen = checkout_session.document().shipping.clone();
    let selected = chosen.filter(|id| options.iter().any(|option| option.id == *id));
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ShippingPage {
        layout: respond::layout(state, session, &PageSubject::of(checkout_session)),
        summary,
        ship_to: AddressBlock::of(address, address.country.name()),
        // The cheapest is a fair suggestion.
        selected: selected.or_else(|| options.first().map(|option| option.id.clone())).unwrap_or_default(),
        options,
        errors,
    };
    respond::page(state, session, &checkout_session.store, status, &page)
}

pub(super) async fn show(State(state): State<PageState>, Path(cart): Path<String>, session: Session) -> Response {
    let checkout_session = match enter(&state, &session, &cart).await {
        Ok(checkout_session) => checkout_session,
        Err(response) => return response,
    };
    if checkout_session.document().ship_to.is_some() && !needs_shipping(&checkout_session.cart.cart) {
        return respond::redirect(&format!("{}/review", respond::base(checkout_session.cart.id)));
    }
    render(&state, &session, &checkout_session, FormErrors::default()).await
}

pub(super) async fn choose(State(state): State<PageState>, posted: SubmittedForm) -> Response {
    let SubmittedForm { session, cart, values } = posted;
    let checkout_session = match state.app().checkout().sessions().get(cart, &session.browser()).await {
        Ok(checkout_session) => checkout_session,
        Err(error) => return respond::refused(&state, &session, cart, error).await,
    };
    match state.app().checkout().sessions().choose_shipping(checkout_session.clone(), values.get("shipping")).await {
        Ok(_) => respond::redirect(&format!("{}/review", respond::base(cart))),
        Err(CheckoutError::ShippingNotOffered) => {
            let mut errors = FormErrors::default();
            errors.add("shipping", "error-shipping-required");
            render(&state, &session, &checkout_session, errors).await
        }
        Err(error) => respond::refused(&state, &session, cart, error).await,
    }
}
