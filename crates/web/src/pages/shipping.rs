//! The ways to ship.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use crossdock_app::checkout::CheckoutError;
use crossdock_app::checkout::Step;
use crossdock_app::checkout::session::{OpenCheckout, Passage};
use crossdock_domain::address::Prefill;
use crossdock_domain::shipping::needs_shipping;

use super::PageState;
use super::form::{Posted, cart_in_path};
use super::respond::{self, Place};
use super::session::Session;
use crate::render::contexts::{AddressBlock, FormErrors, Message, ShippingPage, Summary};

/// The passage for a page that is only looked at. A browser that comes without one (a shared or bookmarked link) opens its
/// own and is sent to the step that it lacks.
pub(super) async fn enter(state: &PageState, session: &Session, cart: &str) -> Result<Passage, Response> {
    let Some(cart) = cart_in_path(cart) else {
        return Err(respond::message(state, None, Message::CartNotFound));
    };
    let browser = session.browser();
    let command = OpenCheckout { cart, browser, country: None, prefill: Prefill::default() };
    match state.app().checkout().sessions().open(command).await {
        Ok(passage) => Ok(passage),
        Err(error) => Err(respond::refused(state, session, cart, error).await),
    }
}

async fn render(state: &PageState, session: &Session, passage: &Passage, errors: FormErrors) -> Response {
    let cart = passage.cart.id;
    let Some(address) = &passage.document().ship_to else {
        return respond::refused(state, session, cart, CheckoutError::StepMissing(Step::Address)).await;
    };
    let options = match state.app().checkout().sessions().shipping_options(passage) {
        Ok(options) => options,
        // The page itself tells that there is no way, and leads back to the address.
        Err(CheckoutError::NoShipping(_)) => Vec::new(),
        Err(error) => return respond::refused(state, session, cart, error).await,
    };
    let summary = Summary::of_cart(&passage.cart.cart, passage.store.currency).map_err(CheckoutError::from);
    let summary = summary.and_then(|mut summary| {
        summary.domestic = state.app().checkout().sessions().domestic_charge(passage)?;
        Ok(summary)
    });
    let summary = match summary {
        Ok(summary) => summary,
        Err(error) => return respond::refused(state, session, cart, error).await,
    };
    let chosen = passage.document().shipping.clone();
    let selected = chosen.filter(|id| options.iter().any(|option| option.id == *id));
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ShippingPage {
        layout: respond::layout(state, session, &Place::of(passage)),
        summary,
        ship_to: AddressBlock::of(address, address.country.name()),
        // The cheapest is a fair suggestion.
        selected: selected.or_else(|| options.first().map(|option| option.id.clone())).unwrap_or_default(),
        options,
        errors,
    };
    respond::page(state, session, &passage.store, status, &page)
}

pub(super) async fn show(State(state): State<PageState>, Path(cart): Path<String>, session: Session) -> Response {
    let passage = match enter(&state, &session, &cart).await {
        Ok(passage) => passage,
        Err(response) => return response,
    };
    if passage.document().ship_to.is_some() && !needs_shipping(&passage.cart.cart) {
        return respond::redirect(&format!("{}/review", respond::base(passage.cart.id)));
    }
    render(&state, &session, &passage, FormErrors::default()).await
}

pub(super) async fn choose(State(state): State<PageState>, posted: Posted) -> Response {
    let Posted { session, cart, values } = posted;
    let passage = match state.app().checkout().sessions().get(cart, &session.browser()).await {
        Ok(passage) => passage,
        Err(error) => return respond::refused(&state, &session, cart, error).await,
    };
    match state.app().checkout().sessions().choose_shipping(passage.clone(), values.get("shipping")).await {
        Ok(_) => respond::redirect(&format!("{}/review", respond::base(cart))),
        Err(CheckoutError::ShippingNotOffered) => {
            let mut errors = FormErrors::default();
            errors.add("shipping", "error-shipping-required");
            render(&state, &session, &passage, errors).await
        }
        Err(error) => respond::refused(&state, &session, cart, error).await,
    }
}
