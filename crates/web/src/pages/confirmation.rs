//! Our own page after the purchase, reached with `?orderId=…` like every merchant's.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use crossdock_domain::order::OrderStatus;

use super::PageState;
use super::form::{FormValues, cart_in_path};
use super::respond::{self, PageSubject};
use super::session::Session;
use crate::render::contexts::{AddressBlock, ConfirmationPage, Message, OrderState, Summary};

pub(super) async fn show(
    State(state): State<PageState>,
    Path(cart): Path<String>,
    RawQuery(query): RawQuery,
    session: Session,
) -> Response {
    let values = FormValues::parse(query.unwrap_or_default().as_bytes());
    let (Some(cart), Ok(order)) = (cart_in_path(&cart), values.get("orderId").parse()) else {
        return respond::message(&state, None, Message::NotFound);
    };
    let known = match state.app().checkout().sessions().confirmation(cart, order, Some(session.browser())).await {
        Ok(known) => known,
        Err(error) => return respond::refused(&state, &session, cart, error).await,
    };
    let document = &known.order.document;
    let place = PageSubject { store: &known.store, cart: &document.cart, cart_id: cart, trusted: false };
    let summary = match Summary::of_order(document) {
        Ok(summary) => summary,
        Err(error) => return respond::refused(&state, &session, cart, error).await,
    };
    let payment = known.order.payment.as_ref();
    let order_state = match known.order.status {
        OrderStatus::FraudReview => OrderState::InReview,
        _ if known.order.awaits_transfer() => OrderState::AwaitingTransfer {
            instructions: known.store.settings.bank_transfer_instructions.clone(),
            reference: payment.map(|payment| payment.transaction_id.clone()).unwrap_or_default(),
        },
        _ => OrderState::InProcess,
    };
    // A confirmation link may be passed on; who lives where may not.
    let block = || AddressBlock::of(&document.ship_to, document.ship_to.country.name());
    let ship_to = known.is_buyer.then(block);
    let shop_page = || state.app().checkout().sessions().shop_page(&known.store, &known.order);
    let shop_url = if known.is_buyer { shop_page() } else { None };
    // Whoever pays for the buyer needs account, reference and amount, and nothing else.
    let only_payment = !known.is_buyer && known.order.awaits_transfer();
    let page = ConfirmationPage {
        layout: respond::layout(&state, &session, &place),
        summary,
        order_id: known.order.id.to_string(),
        placed_at: known.order.placed_at,
        state: order_state,
        country: document.ship_to.country.name().to_owned(),
        ship_to,
        delivery: document.shipping.clone(),
        only_payment,
        shop_url,
    };
    respond::page(&state, &session, &known.store, StatusCode::OK, &page)
}
