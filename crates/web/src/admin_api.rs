//! The Admin API's HTTP half: key, method, body; then `crossdock_wire` answers. One route serves all versions, another one the
//! gates of the older generation.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use crossdock_domain::clock::Span;
use crossdock_wire::admin::gates::{self, BODY_LIMIT, GateRequest};
use crossdock_wire::admin::{self as wire, AdminApiRequest, Reply, TokenRequest};

use crate::basic;
use crate::customer_api::{host, place, wholesaler_of};
use crate::dialect_response::{DialectResponse, closing};
use crate::middleware::body::{BodyProblem, read_body};
use crate::middleware::caller::Caller;
use crate::middleware::guesses::Attempt;
use crate::settings::NOWHERE;
use crate::state::WebState;

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// A widespread client crashes on an error without it (customer protocol §8.3).
const X_ERROR: HeaderName = HeaderName::from_static("x-error");

/// Where the API begins; a version follows.
const PREFIX: &str = "/api/admin/";

/// What stands behind the version, when the version is one.
fn resource(path: &str) -> Option<&str> {
    let (version, rest) = path.strip_prefix(PREFIX)?.split_once('/')?;
    let number = version.strip_prefix('v')?;
    // Clients are at v3 to v8.1, and go on counting: every version means the same.
    let good = number.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    good.then_some(rest)
}

/// Whether a path is the Admin API's, so that even its failures look like its own.
pub(crate) fn is_admin_path(path: &str) -> bool {
    let behind = path.strip_prefix("/w/").and_then(|rest| rest.find('/').map(|at| &rest[at..])).unwrap_or(path);
    path.starts_with(PREFIX) || matches!(behind, "/api" | "/api/") || behind.starts_with("/api/authorize/")
}

/// The key: its own header, else a bearer token.
fn key(headers: &HeaderMap) -> Option<&str> {
    if let Some(key) = headers.get(X_API_KEY) {
        return key.to_str().ok();
    }
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// One request.
pub(crate) async fn call(state: WebState, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Some(path) = resource(parts.uri.path()) else {
        return failure(StatusCode::NOT_FOUND, "unknown_version", "No such version; use /api/admin/v8/");
    };
    let client = client(&parts);
    let Ok(_place) = place(&state, client, body.size_hint().upper(), wire::BODY_LIMIT).await else {
        let text = "Too many large requests at once";
        return closing(failure(StatusCode::SERVICE_UNAVAILABLE, "overloaded", text));
    };
    let body = match body_of(&state, &parts.headers, body, wire::BODY_LIMIT).await {
        Ok(body) => body,
        Err(response) => return *response,
    };
    let Ok(attempt) = state.guesses().admit(client, state.app().now()) else { return too_many() };
    let call = AdminApiRequest {
        method: parts.method.as_str(),
        path,
        query: parts.uri.query().unwrap_or_default(),
        body: body.as_deref(),
        key: key(&parts.headers),
        client,
    };
    let reply = wire::answer(state.app(), state.admin_api(), call).await;
    let mut response = held(&state, client, attempt, reply).await;
    if response.status() == StatusCode::METHOD_NOT_ALLOWED
        && let Ok(allowed) = HeaderValue::from_str(&wire::methods(path.trim_matches('/')).join(", "))
    {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// One call of a gate of the older generation: which one stands in the query.
pub(crate) async fn gate(state: WebState, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if let Some(fault) = gates::soap_refusal(parts.uri.query().unwrap_or_default()) {
        // SOAP 1.1 sends faults with 500; whoever asks for a description gets 404, because there is none.
        let status =
            if parts.method == Method::POST { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::NOT_FOUND };
        return closing((status, [(header::CONTENT_TYPE, "text/xml; charset=utf-8")], fault).into_response());
    }
    if ![Method::POST, Method::GET, Method::HEAD].contains(&parts.method) {
        let text = "Gates are called by POST, or by GET with a body";
        let mut response = failure(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", text);
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST, GET, HEAD"));
        return response;
    }
    let body = match body_of(&state, &parts.headers, body, BODY_LIMIT).await {
        Ok(body) => body,
        Err(response) => return *response,
    };
    let client = client(&parts);
    let Ok(attempt) = state.guesses().admit(client, state.app().now()) else { return too_many() };
    let call = GateRequest {
        query: parts.uri.query().unwrap_or_default(),
        body: body.as_deref(),
        key: key(&parts.headers),
        wholesaler: wholesaler_of(parts.uri.path()),
        host: host(&parts),
        client,
    };
    held(&state, client, attempt, gates::answer(state.app(), state.admin_api(), call).await).await
}

/// A token in place of a key, for an hour. The body says nothing that we need.
pub(crate) async fn token(state: WebState, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let client = client(&parts);
    let Ok(attempt) = state.guesses().admit(client, state.app().now()) else { return too_many() };
    let login = basic::credentials(&parts.headers);
    let call = TokenRequest {
        method: parts.method.as_str(),
        login: login.as_ref().map(|(login, password)| (login.as_str(), password)),
        wholesaler: wholesaler_of(parts.uri.path()),
        host: host(&parts),
        client,
    };
    let mut response = held(&state, client, attempt, wire::token(state.app(), state.admin_api(), call).await).await;
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

/// The body; `None` when it is too large.
async fn body_of(
    state: &WebState,
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Option<Bytes>, Box<Response>> {
    let refuse = |status, code, text| Err(Box::new(closing(failure(status, code, text))));
    match read_body(headers, body, limit, state.settings().body_timeout).await {
        Ok(body) => Ok(Some(body)),
        Err(BodyProblem::TooLarge) => Ok(None),
        Err(BodyProblem::TooSlow) => refuse(StatusCode::REQUEST_TIMEOUT, "body_timeout", "The body came too slowly"),
        Err(BodyProblem::Broken) => refuse(StatusCode::BAD_REQUEST, "body_broken", "The body broke off"),
    }
}

/// Answers to wrong keys are held back, longer each time.
async fn held(state: &WebState, client: IpAddr, attempt: Attempt, reply: Reply) -> Response {
    state.guesses().ended(attempt, reply.code, state.app().now());
    if reply.delay <= Span(0) {
        return answer(reply);
    }
    // Dropped with the request when the client goes away, so a place is never lost.
    let Some(_held) = state.tarpit().hold(client) else {
        return too_many();
    };
    tokio::time::sleep(Duration::from_micros(reply.delay.0.unsigned_abs())).await;
    answer(reply)
}

/// The answer to a client whose keys are not looked at.
fn too_many() -> Response {
    let text = "Too many wrong keys, please wait";
    let mut response = failure(StatusCode::TOO_MANY_REQUESTS, "too_many_failures", text);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

fn client(parts: &Parts) -> IpAddr {
    parts.extensions.get::<Caller>().map_or(NOWHERE, |caller| caller.address)
}

/// An answer to a call that never reached its operation.
pub(crate) fn failure(status: StatusCode, code: &'static str, text: &str) -> Response {
    answer(Reply::interrupted(status.as_u16(), code, text))
}

fn answer(reply: Reply) -> Response {
    let error = reply.error;
    let mut response: Response = DialectResponse {
        status: reply.status,
        honest_status: reply.honest_status,
        content_type: "application/json; charset=utf-8",
        body: reply.body,
        retry_after: reply.retry_after,
        quota: reply.quota,
        route: if reply.label.is_empty() { "admin" } else { reply.label },
        code: reply.code,
    }
    .into();
    if let Some(text) = error.and_then(|text| HeaderValue::from_str(&text).ok()) {
        response.headers_mut().insert(X_ERROR, text);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_leads_to_the_same_resource() {
        for version in ["v3", "v5", "v8", "v8.1"] {
            assert_eq!(resource(&format!("/api/admin/{version}/orders/orders")), Some("orders/orders"));
        }
        for path in
            ["/api/admin/orders/orders", "/api/admin/v/orders", "/api/admin/v8", "/api/admin/v8./x", "/api/v8/x"]
        {
            assert_eq!(resource(path), None, "{path}");
        }
    }

    #[test]
    fn every_generation_has_its_paths() {
        for path in ["/api/admin/v8/x", "/api", "/api/", "/w/5/api/", "/api/authorize/1/authorize/accessToken"] {
            assert!(is_admin_path(path), "{path}");
        }
        for path in ["/", "/apix", "/w/5/customer-api/", "/w/5", "/w/api"] {
            assert!(!is_admin_path(path), "{path}");
        }
    }

    #[test]
    fn keys_come_in_a_header_of_their_own_or_as_bearer() {
        let with =
            |name: HeaderName, value: &'static str| HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
        assert_eq!(key(&with(X_API_KEY, "abc")), Some("abc"));
        assert_eq!(key(&with(header::AUTHORIZATION, "Bearer abc")), Some("abc"));
        assert_eq!(key(&with(header::AUTHORIZATION, "bearer abc")), Some("abc"));
        assert_eq!(key(&with(header::AUTHORIZATION, "Basic abc")), None);
        assert_eq!(key(&HeaderMap::new()), None);
    }
}
