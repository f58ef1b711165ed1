//! Our own page after the purchase, reached with `?orderId=…` like every merchant's.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use crossdock_domain::order::OrderStatus;

use super::PageState;
use super::form::{Values, cart_in_path};
use super::respond::{self, Place};
use super::session::Session;
use super::shipping::delivery;
use crate::render::contexts::{AddressBlock, ConfirmationPage, Message, OrderState, Summary};

pub(super) async fn show(
    State(state): State<PageState>,
    Path(cart): Path<String>,
    RawQuery(query): RawQuery,
    session: Session,
) -> Response {
    let values = Values::parse(query.unwrap_or_default().as_bytes());
    let (Some(cart), Ok(order)) = (cart_in_path(&cart), values.get("orderId").parse()) else {
        return respond::message(&state, None, Message::NotFound);
    };
    let known = match state.app().confirmation(cart, order, Some(session.browser())).await {
        Ok(known) => known,
        Err(error) => return respond::refused(&state, &session, cart, error).await,
    };
    let document = &known.order.document;
    let place = Place { store: &known.store, cart: &document.cart, cart_id: cart, trusted: false };
    let mut summary = match Summary::of_cart(&document.cart, known.order.currency()) {
        Ok(summary) => summary,
        Err(error) => return respond::refused(&state, &session, cart, error.into()).await,
    };
    summary.shipping = document.shipping.as_ref().map(|option| option.price);
    summary.domestic = document.domestic_charge;
    summary.duty_mode = Some(document.duty_mode);
    summary.grand = Some(document.totals.grand);
    let payment = known.order.payment.as_ref();
    let order_state = match known.order.status {
        OrderStatus::IglobalFraudReview => OrderState::InReview,
        OrderStatus::IglobalOrderOnHold if payment.is_some_and(|payment| payment.captured_at.is_none()) => {
            OrderState::AwaitingTransfer {
                instructions: known.store.settings.bank_transfer_instructions.clone(),
                reference: payment.map(|payment| payment.transaction_id.clone()).unwrap_or_default(),
            }
        }
        _ => OrderState::InProcess,
    };
    // A confirmation link may be passed on; who lives where may not.
    let ship_to = if known.is_buyer {
        AddressBlock::of(&document.ship_to, document.ship_to.country.name())
    } else {
        AddressBlock::default()
    };
    let page = ConfirmationPage {
        layout: respond::layout(&state, &session, &place),
        summary,
        order_id: known.order.id.to_string(),
        placed_at: known.order.placed_at,
        state: order_state,
        ship_to,
        delivery: document.shipping.as_ref().map(delivery),
    };
    respond::page(&state, &session, &known.store, StatusCode::OK, &page)
}
