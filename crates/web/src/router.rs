//! Every route, grouped by who calls it.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{any, get};
use crossdock_wire::checkout::{CheckoutOperation, KEPT_PATH, PUBLIC_PATH, Version};
use crossdock_wire::customer::ApiVariant;

use crate::middleware::body::buffer_form;
use crate::middleware::compressed;
use crate::middleware::request_context::RequestContextLayer;
use crate::state::WebState;
use crate::{admin_api, checkout_api, customer_api, feeds, health, landed_cost, metrics, openapi, pages};

/// The whole server as one service. Expects [`crate::middleware::caller::Peer`] in the extensions of a request;
/// [`crate::server`] puts it there.
pub fn router(state: WebState) -> Router {
    let forms = from_fn_with_state(state.clone(), buffer_form);
    let mut hosted = pages::router(state.pages().clone());
    if state.settings().sandbox_page {
        hosted = hosted.merge(pages::sandbox_router(state.pages().clone()));
    }
    Router::<WebState>::new()
        // Buyers: the hosted checkout; developers, when they are let in: the page of sandboxes. Their lists are in `pages.rs`.
        .merge(hosted.layer(forms).with_state(()))
        // Shop systems of merchants: the checkout API.
        .merge(checkout(&state))
        .route(KEPT_PATH, get(landed_cost::kept))
        // Product pages of shops, straight from the browser.
        .route(PUBLIC_PATH, any(landed_cost::public))
        // Shops that order at a wholesaler: the Customer API and its light alternative. The wholesaler stands in the path,
        // or the host name tells which one it is.
        .merge(compressed(gate(&state, "/customer-api", ApiVariant::Customer)))
        .merge(compressed(gate(&state, "/w/{wholesaler}/customer-api", ApiVariant::Customer)))
        .merge(gate(&state, "/ajax-api", ApiVariant::Ajax))
        .merge(gate(&state, "/w/{wholesaler}/ajax-api", ApiVariant::Ajax))
        // Applications of wholesalers: the Admin API.
        .merge(compressed(admin_api(&state)))
        .merge(admin_gates(&state, ""))
        .merge(admin_gates(&state, "/w/{wholesaler}"))
        // Shops of wholesalers: the feeds.
        .route("/feeds/full.xml", get(feeds::full))
        .route("/feeds/light.xml", get(feeds::light))
        // People who write a client.
        .merge(compressed(openapi::router()))
        // Machines that watch us.
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::page))
        .fallback(fallback)
        .layer(RequestContextLayer::new(state.clone()))
        .with_state(state)
}

/// Every operation of the checkout API under both versions. The protocol gives most operations one version; clients keep
/// whatever version they were last set to, so both have all. Each is at its exact path and with a slash behind it; never a
/// redirect (checkout protocol §13).
fn checkout(state: &WebState) -> Router<WebState> {
    let mut router = Router::new();
    for (operation, version) in
        CheckoutOperation::ALL.into_iter().flat_map(|one| Version::ALL.map(|version| (one, version)))
    {
        let state = state.clone();
        // The state travels in the closure: one reference count, nothing looked up per request.
        let handler = any(move |request: Request| checkout_api::call(state.clone(), version, operation, request));
        let path = operation.path(version);
        router = router.route(path, handler.clone()).route(&format!("{path}/"), handler);
    }
    router
}

/// All gates of an API: which one is called stands in the query.
fn gate(state: &WebState, path: &str, variant: ApiVariant) -> Router<WebState> {
    let state = state.clone();
    let handler = any(move |request: Request| customer_api::call(state.clone(), variant, request));
    Router::new().route(path, handler.clone()).route(&format!("{path}/"), handler)
}

/// Everything below the Admin API's path; the resource is told apart there.
fn admin_api(state: &WebState) -> Router<WebState> {
    let state = state.clone();
    let handler = any(move |request: Request| admin_api::call(state.clone(), request));
    Router::new().route("/api/admin/{*path}", handler)
}

/// The Admin API's older generation: its gates, and the tokens that it is called with.
fn admin_gates(state: &WebState, prefix: &str) -> Router<WebState> {
    let (gates, tokens) = (state.clone(), state.clone());
    let gate = any(move |request: Request| admin_api::gate(gates.clone(), request));
    let token = any(move |request: Request| admin_api::token(tokens.clone(), request));
    Router::new()
        .route(&format!("{prefix}/api"), gate.clone())
        .route(&format!("{prefix}/api/"), gate)
        .route(&format!("{prefix}/api/authorize/{{version}}/authorize/accessToken"), token)
}

async fn fallback(State(state): State<WebState>, request: Request) -> Response {
    if checkout_api::is_api_path(request.uri().path()) {
        checkout_api::unknown()
    } else {
        pages::not_found_page(state.pages())
    }
}
