//! The checkout API's HTTP half: method, `Accept`, `Content-Type`, size, in this order; then `crossdock_wire` answers.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use crossdock_domain::clock::Span;
use crossdock_wire::checkout::{self as wire, CheckoutApiRequest, CheckoutOperation, Reply, Version};
use std::borrow::Cow;
use std::net::IpAddr;
use std::time::Duration;

use crate::middleware::RequestOutcome;
use crate::middleware::body::{BodyProblem, read_body};
use crate::middleware::caller::Caller;
use crate::state::WebState;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Seconds after which a client that was answered 429 may try again: longer than any answer is held back.
const TRY_AGAIN: u32 = 5;

/// One request to a known operation.
pub(crate) async fn call(
    state: WebState,
    version: Version,
    operation: CheckoutOperation,
    request: Request,
) -> Response {
    let route = operation.path(version);
    let (parts, body) = request.into_parts();
    if parts.method != Method::POST {
        let mut response = answer(route, wire::wrong_method(operation));
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    if !wire::accepts_json(header_text(&parts.headers, &header::ACCEPT).as_deref()) {
        return page(route, StatusCode::NOT_ACCEPTABLE, "not_acceptable", wire::not_acceptable());
    }
    if !wire::is_json_content_type(header_text(&parts.headers, &header::CONTENT_TYPE).as_deref()) {
        let text = wire::unsupported_media_type();
        return page(route, StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", text);
    }
    let body = match read_body(&parts.headers, body, wire::BODY_LIMIT, state.settings().body_timeout).await {
        Ok(body) => body,
        Err(BodyProblem::TooLarge) => return answer(route, wire::too_large()),
        Err(BodyProblem::TooSlow) => {
            let text = "the request body did not arrive in time";
            return closing(error(route, StatusCode::REQUEST_TIMEOUT, "body_timeout", text));
        }
        Err(BodyProblem::Broken) => {
            return closing(error(route, StatusCode::BAD_REQUEST, "body_broken", "the request body ended early"));
        }
    };
    let caller = parts.extensions.get::<Caller>();
    let client = caller.map_or(crate::settings::NOWHERE, |caller| caller.address);
    let key = parts.headers.get(IDEMPOTENCY_KEY).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let call = CheckoutApiRequest { version, operation, body: &body, client, idempotency_key: key.as_deref() };
    let Ok(attempt) = state.guesses().admit(client, state.app().now()) else {
        return too_many(route);
    };
    let reply = wire::answer(state.app(), call).await;
    state.guesses().ended(attempt, reply.code, state.app().now());
    answer_held(&state, route, client, reply).await
}

/// A reply, held back as long as it says.
pub(crate) async fn answer_held(state: &WebState, route: &'static str, client: IpAddr, reply: Reply) -> Response {
    if reply.delay > Span(0) {
        // Dropped with the request when the client goes away, so a place is never lost.
        let Some(_held) = state.tarpit().hold(client) else {
            return too_many(route);
        };
        tokio::time::sleep(Duration::from_micros(reply.delay.0.unsigned_abs())).await;
    }
    answer(route, reply)
}

/// A path under `/v1/` or `/v2/` that is no operation.
pub(crate) fn unknown() -> Response {
    error("/api", StatusCode::NOT_FOUND, "unknown_operation", "no such operation")
}

/// Whether a path belongs to the API, whose errors are JSON.
pub(crate) fn is_api_path(path: &str) -> bool {
    path.starts_with("/v1/") || path.starts_with("/v2/") || path == "/v1" || path == "/v2"
}

/// An error of the HTTP layer in the API's form.
pub(crate) fn error(route: &'static str, status: StatusCode, code: &'static str, text: &str) -> Response {
    let body = serde_json::json!({ "error": text }).to_string();
    json(route, status, status, code, body)
}

/// The answer to a client whose keys are not looked at.
pub(crate) fn too_many(route: &'static str) -> Response {
    let text = "Too many failed requests; try again later";
    let mut response = error(route, StatusCode::TOO_MANY_REQUESTS, "too_many_held", text);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(TRY_AGAIN));
    response
}

/// A reply as it goes out.
pub(crate) fn answer(route: &'static str, reply: Reply) -> Response {
    let status = status(reply.status);
    let mut response = json(route, status, self::status(reply.honest_status), reply.code, reply.body);
    if let Some(seconds) = reply.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn json(route: &'static str, status: StatusCode, honest: StatusCode, code: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response.extensions_mut().insert(RequestOutcome { route: Some(route), status: honest, code });
    response
}

fn page(route: &'static str, status: StatusCode, code: &'static str, text: &'static str) -> Response {
    let mut response = (status, Html(text)).into_response();
    response.extensions_mut().insert(RequestOutcome { route: Some(route), status, code });
    response
}

/// The rest of the body is not wanted, so the connection cannot be used again.
pub(crate) fn closing(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// All lines of a header as one list; `None` when there is none. Never refuses odd bytes (checkout protocol §1).
fn header_text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Cow<'a, str>> {
    let mut lines = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let first = lines.next()?;
    Some(lines.fold(first, |all, line| Cow::Owned(format!("{all}, {line}"))))
}
