//! Answers: pages with their headers, redirects, friendly messages, static files.

use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crossdock_app::checkout::session::CheckoutSession;
use crossdock_app::checkout::{CheckoutError, PaymentError, Step};
use crossdock_app::hub::SandboxError;
use crossdock_app::platform::error::DbError;
use crossdock_domain::cart::Cart;
use crossdock_domain::ids::CartId;
use crossdock_domain::store::Store;

use super::PageState;
use super::session::Session;
use crate::render::contexts::{Layout, Message, MessagePage, Page};
use crate::security::PagePolicy;

/// When a database that is away is worth another try.
const RETRY_SECONDS: u32 = 5;

/// Path of a checkout.
pub(super) fn base(cart: CartId) -> String {
    format!("/checkout/{cart}")
}

/// Whose page it is: what layout and security headers depend on.
pub(super) struct PageSubject<'a> {
    pub(super) store: &'a Store,
    pub(super) cart: &'a Cart,
    pub(super) cart_id: CartId,
    /// The cart was made with the store's secret.
    pub(super) trusted: bool,
}

impl<'a> PageSubject<'a> {
    pub(super) fn of(checkout_session: &'a CheckoutSession) -> Self {
        Self {
            store: &checkout_session.store,
            cart: &checkout_session.cart.cart,
            cart_id: checkout_session.cart.id,
            trusted: checkout_session.cart.trusted,
        }
    }
}

/// What every page of a checkout has.
pub(super) fn layout(state: &PageState, session: &Session, place: &PageSubject<'_>) -> Layout {
    let footer = place.cart.footer_html.clone();
    Layout {
        lang: "en".to_owned(),
        store_name: Some(place.store.name.clone()),
        support_email: place.store.settings.support_email.clone(),
        continue_shopping_url: state.app().checkout().sessions().continue_shopping(place.store, place.cart),
        csrf: session.form_token(place.cart_id),
        nonce: nonce(state),
        test_mode: state.app().config().test_mode,
        footer_html: footer.filter(|_| place.trusted && place.store.settings.allow_footer_html),
        base: base(place.cart_id),
    }
}

fn nonce(state: &PageState) -> String {
    state.app().platform().random_bytes()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A page of a checkout.
pub(super) fn page<P: Page>(
    state: &PageState,
    session: &Session,
    store: &Store,
    status: StatusCode,
    page: &P,
) -> Response {
    let mut response = bare_page(state, Some(store), status, page);
    if let Some(cookie) = session.set_cookie(state, Some(store)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// What a page that belongs to no store has.
pub(super) fn own_layout(state: &PageState, csrf: String) -> Layout {
    Layout {
        lang: "en".to_owned(),
        store_name: Some("Crossdock".to_owned()),
        csrf,
        nonce: nonce(state),
        test_mode: state.app().config().test_mode,
        ..Layout::default()
    }
}

/// A page that belongs to no store.
pub(super) fn own_page<P: Page>(state: &PageState, session: &Session, status: StatusCode, page: &P) -> Response {
    let mut response = bare_page(state, None, status, page);
    if let Some(cookie) = session.set_cookie(state, None) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The page about a mistake of ours; its number goes to the log as well.
pub(super) fn failed(state: &PageState, error: &SandboxError) -> Response {
    if let SandboxError::Db(cause) = error
        && is_away(cause)
    {
        return message(state, None, Message::Unavailable);
    }
    let request_id = nonce(state)[..12].to_owned();
    tracing::error!(%error, code = error.code(), request_id, "page failed");
    message(state, None, Message::Internal { request_id })
}

/// Whether the database may take the same soon: it is away, full, or read-only after a failover. It is logged once where that
/// begins, and not by every buyer.
fn is_away(error: &DbError) -> bool {
    matches!(error, DbError::Unavailable(_) | DbError::Locked { .. } | DbError::Retry)
}

fn bare_page<P: Page>(state: &PageState, store: Option<&Store>, status: StatusCode, page: &P) -> Response {
    let layout = page.layout();
    match state.renderer().render(page) {
        Ok(html) => {
            let mut response = (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
            let policy = PagePolicy {
                nonce: &layout.nonce,
                merchant_footer: P::MERCHANT_FOOTER && layout.footer_html.is_some(),
                redirect_hosts: store.map_or(&[], |store| &store.settings.redirect_hosts),
                frame_origins: store.map_or(&[], |store| &store.settings.frame_origins),
            };
            policy.apply(response.headers_mut());
            response
        }
        Err(error) => {
            tracing::error!(%error, template = P::TEMPLATE, "page cannot be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, "This page cannot be shown. Please try again later.").into_response()
        }
    }
}

/// A friendly page for what does not go on.
pub(super) fn message(state: &PageState, place: Option<&PageSubject<'_>>, message: Message) -> Response {
    let status = match &message {
        Message::CartNotFound | Message::NotFound => StatusCode::NOT_FOUND,
        Message::CartExpired => StatusCode::GONE,
        Message::Welcome | Message::CartEmpty | Message::AlreadyPaid { .. } | Message::NotServiced { .. } => {
            StatusCode::OK
        }
        Message::CookiesNeeded { .. } => StatusCode::BAD_REQUEST,
        Message::FormExpired { .. } => StatusCode::FORBIDDEN,
        Message::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Message::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Message::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let mut layout = Layout {
        lang: "en".to_owned(),
        nonce: nonce(state),
        test_mode: state.app().config().test_mode,
        ..Layout::default()
    };
    if let Some(place) = place {
        layout.store_name = Some(place.store.name.clone());
        layout.support_email.clone_from(&place.store.settings.support_email);
        layout.continue_shopping_url = state.app().checkout().sessions().continue_shopping(place.store, place.cart);
    }
    let mut response = bare_page(state, place.map(|place| place.store), status, &MessagePage { layout, message });
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
    }
    response
}

/// See other: the answer to every good form post.
pub(super) fn redirect(target: &str) -> Response {
    let location = HeaderValue::from_str(target).unwrap_or_else(|_| HeaderValue::from_static("/"));
    let no_store = (HeaderName::from_static("cache-control"), HeaderValue::from_static("no-store"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location), no_store]).into_response()
}

/// The page of a step.
pub(super) const fn path_of(step: Step) -> &'static str {
    match step {
        Step::Items => "items",
        Step::Address => "address",
        Step::Shipping => "shipping",
        Step::Review => "review",
        Step::Pay => "pay",
    }
}

/// What a buyer sees when a use case refused. Forms handle their own mistakes before they come here.
pub(super) async fn refused(
    state: &PageState,
    session: &Session,
    cart: CartId,
    error: impl Into<PaymentError>,
) -> Response {
    let found = state.app().checkout().sessions().cart_and_store(cart).await.ok();
    let place =
        found.as_ref().map(|(row, store)| PageSubject { store, cart: &row.cart, cart_id: cart, trusted: row.trusted });
    let go = |step: Step| redirect(&format!("{}/{}", base(cart), path_of(step)));
    let error = match error.into() {
        PaymentError::Checkout(error) => error,
        PaymentError::Refused(_) | PaymentError::NotOffered | PaymentError::TestModeOnly => return go(Step::Pay),
        PaymentError::Db(error) => error.into(),
    };
    match error {
        CheckoutError::CartPaid(order) => {
            // The buyer's own browser goes where the purchase ended, and so does anybody as long as the transfer is awaited:
            // people pay on another device than they buy on. Others only hear that there is an order.
            let sessions = state.app().checkout().sessions();
            if let Ok(known) = sessions.confirmation(cart, order, Some(session.browser())).await
                && (known.is_buyer || known.order.awaits_transfer())
            {
                return redirect(&sessions.success_redirect(&known.store, &known.order));
            }
            message(state, place.as_ref(), Message::AlreadyPaid { order_id: order.to_string() })
        }
        CheckoutError::CartNotFound | CheckoutError::OrderNotFound => {
            message(state, place.as_ref(), Message::CartNotFound)
        }
        CheckoutError::CartExpired => message(state, place.as_ref(), Message::CartExpired),
        CheckoutError::CartEmpty => message(state, place.as_ref(), Message::CartEmpty),
        CheckoutError::UnsealError => go(Step::Items),
        CheckoutError::StepMissing(step) => go(step),
        CheckoutError::NoShipping(_) | CheckoutError::ShippingNotOffered => go(Step::Shipping),
        CheckoutError::AddressRefused(_) => go(Step::Address),
        CheckoutError::GoodsProhibited(_) => redirect(&format!("{}/review", base(cart))),
        CheckoutError::QuoteChanged => redirect(&format!("{}/review?changed=1", base(cart))),
        CheckoutError::Db(error) if is_away(&error) => message(state, place.as_ref(), Message::Unavailable),
        CheckoutError::StoreNotFound
        | CheckoutError::RulesBroken(_)
        | CheckoutError::Amount(_)
        | CheckoutError::Db(_) => {
            // The id goes to the buyer and to the log, so that support can bring them together.
            let request_id = nonce(state)[..12].to_owned();
            tracing::error!(%error, code = error.code(), request_id, "page failed");
            message(state, place.as_ref(), Message::Internal { request_id })
        }
    }
}

/// The picture that browsers ask for without being told of it.
pub(super) async fn site_icon(State(state): State<PageState>) -> Response {
    let path = state.renderer().static_url("icon.svg").unwrap_or_default();
    let Some(file) = path.strip_prefix("/static/").and_then(|path| path.split_once('/')) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some(file) = state.renderer().static_file(file.0, file.1) else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(file.content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
    ];
    (headers, file.body).into_response()
}

/// Style, script and pictures of our own pages; their address changes with their content.
pub(super) async fn static_file(
    State(state): State<PageState>,
    Path((hash, name)): Path<(String, String)>,
) -> Response {
    match state.renderer().static_file(&hash, &name) {
        Some(file) => {
            let age = if file.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(file.content_type)),
                (header::CACHE_CONTROL, HeaderValue::from_static(age)),
                (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            ];
            (headers, file.body).into_response()
        }
        None => message(&state, None, Message::NotFound),
    }
}
