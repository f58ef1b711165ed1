//! Landed costs beside the plain operation: the public variant for product pages, and kept quotes.

use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crossdock_app::platform::rate_limit::client_key;
use crossdock_wire::checkout::{self as wire, KEPT_PATH, PUBLIC_PATH};
use secrecy::SecretString;
use serde::Deserialize;

use crate::checkout_api;
use crate::middleware::body::{BodyProblem, read_body};
use crate::middleware::caller::Caller;
use crate::state::WebState;

/// Seconds for which a browser may remember that it may ask.
const PREFLIGHT_SECONDS: HeaderValue = HeaderValue::from_static("86400");
/// Any page may ask: the key is public, and no cookie is looked at.
const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");

/// `POST /v1/landedCost/public` and the question that browsers ask before it.
pub(crate) async fn public(State(state): State<WebState>, request: Request) -> Response {
    let mut response = match *request.method() {
        Method::OPTIONS => preflight(),
        Method::POST => answer_public(&state, request).await,
        _ => {
            let text = "landedCost/public must be called with POST";
            let mut response = checkout_api::error(PUBLIC_PATH, StatusCode::METHOD_NOT_ALLOWED, "wrong_method", text);
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST, OPTIONS"));
            response
        }
    };
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
    response
}

fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type, accept"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
    response
}

async fn answer_public(state: &WebState, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let client = client_key(client(parts.extensions.get::<Caller>()));
    if let Err(limited) = state.public_quotes().check(client, state.app().now()) {
        let text = "Too many requests; try again later";
        let mut response = checkout_api::error(PUBLIC_PATH, StatusCode::TOO_MANY_REQUESTS, "too_many_requests", text);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(limited.retry_after));
        return response;
    }
    match read_body(&parts.headers, body, wire::BODY_LIMIT, state.settings().body_timeout).await {
        Ok(body) => checkout_api::answer(PUBLIC_PATH, wire::public_landed_cost(state.app(), &body).await),
        Err(BodyProblem::TooLarge) => checkout_api::answer(PUBLIC_PATH, wire::too_large()),
        Err(BodyProblem::TooSlow) => {
            let text = "the request body did not arrive in time";
            checkout_api::closing(checkout_api::error(PUBLIC_PATH, StatusCode::REQUEST_TIMEOUT, "body_timeout", text))
        }
        Err(BodyProblem::Broken) => {
            let text = "the request body ended early";
            checkout_api::closing(checkout_api::error(PUBLIC_PATH, StatusCode::BAD_REQUEST, "body_broken", text))
        }
    }
}

/// Which store's quote.
#[derive(Debug, Deserialize)]
pub(crate) struct QuoteQuery {
    store: Option<String>,
}

/// `GET /v1/landedCost/quotes/{id}?store=999` with the secret as bearer token: not in the address, which logs keep.
pub(crate) async fn kept(
    State(state): State<WebState>,
    Path(id): Path<String>,
    Query(whose): Query<QuoteQuery>,
    request: Request,
) -> Response {
    let client = client(request.extensions().get::<Caller>());
    let secret = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, secret)| SecretString::from(secret.trim()));
    let Ok(attempt) = state.guesses().admit(client, state.app().now()) else {
        return checkout_api::too_many(KEPT_PATH);
    };
    let reply = wire::kept_landed_cost(state.app(), &id, whose.store.as_deref(), secret, client).await;
    state.guesses().ended(attempt, reply.code, state.app().now());
    checkout_api::answer_held(&state, KEPT_PATH, client, reply).await
}

fn client(caller: Option<&Caller>) -> std::net::IpAddr {
    caller.map_or(crate::settings::NOWHERE, |caller| caller.address)
}
