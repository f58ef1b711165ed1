//! The Customer API's HTTP half: method, body, who was called under which name; then `crossdock_wire` answers.
//!
//! The gate stands in the query, so one route serves all of them. Requests are POST, or GET with a body, whatever their
//! `Content-Type` says (customer protocol §2.2).

use std::net::IpAddr;
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use crossdock_domain::clock::Span;
use crossdock_wire::customer::{self as wire, ApiVariant, CustomerApiRequest, ParsedRequest, Reply, TransportError};
use tokio::sync::SemaphorePermit;
use tokio::time::timeout;

use crate::dialect_response::{DialectResponse, closing};
use crate::middleware::body::{BodyProblem, read_body};
use crate::middleware::caller::Caller;
use crate::middleware::tarpit::TarpitSlot;
use crate::settings::NOWHERE;
use crate::state::WebState;

/// Bodies above this size, and those that do not tell theirs, wait for one of a few places.
const LARGE: u64 = 1_048_576;
/// Bodies up to this size are read in a millisecond or so.
const AT_ONCE: usize = 65_536;
/// Seconds after which a client that was refused for our sake may try again.
const TRY_AGAIN: u32 = 2;
/// The same for one that guesses keys: longer than any answer is held back.
const TRY_GUESSING_AGAIN: u32 = 5;

/// One request to any gate.
pub(crate) async fn call(state: WebState, variant: ApiVariant, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default();
    let interrupted = |why| answer(wire::interrupted(variant, query, why));
    if ![Method::POST, Method::GET, Method::HEAD].contains(&parts.method) {
        let mut response = interrupted(TransportError::WrongMethod);
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST, GET, HEAD"));
        return response;
    }
    let time = state.settings().body_timeout;
    let size = body.size_hint().upper();
    let caller = parts.extensions.get::<Caller>();
    let client = caller.map_or(NOWHERE, |caller| caller.address);
    let Ok(_place) = place(&state, client, size, wire::BODY_LIMIT).await else {
        return closing(interrupted(TransportError::Overloaded));
    };
    let body = match read_body(&parts.headers, body, wire::BODY_LIMIT, time).await {
        Ok(body) => Some(body),
        Err(BodyProblem::TooLarge) => None,
        Err(BodyProblem::TooSlow) => return closing(interrupted(TransportError::BodyTimeout)),
        Err(BodyProblem::Broken) => return closing(interrupted(TransportError::BodyBroken)),
    };
    let host = host(&parts);
    let url = own_url(&state.settings().public_url, caller.is_some_and(|caller| caller.https), host, parts.uri.path());
    let call = CustomerApiRequest {
        variant,
        wholesaler: wholesaler_of(parts.uri.path()),
        host,
        url: &url,
        query,
        body: body.as_deref(),
        client,
    };
    let Some(parsed) = parsed(&state, variant, query, body.clone()).await else {
        return interrupted(TransportError::Failed);
    };
    let Ok(attempt) = state.guesses().admit(client, state.app().now()) else {
        let reply = wire::interrupted(variant, query, TransportError::TooManyFailures);
        return answer(Reply { retry_after: Some(TRY_GUESSING_AGAIN), ..reply });
    };
    let reply = wire::answer_parsed(state.app(), state.gates(), call, parsed).await;
    state.guesses().ended(attempt, reply.code, state.app().now());
    if reply.delay > Span(0) {
        // Dropped with the request when the client goes away, so a place is never lost.
        let Some(_held) = state.tarpit().hold(client) else {
            let reply = wire::interrupted(variant, query, TransportError::TooManyFailures);
            return answer(Reply { retry_after: Some(TRY_GUESSING_AGAIN), ..reply });
        };
        tokio::time::sleep(Duration::from_micros(reply.delay.0.unsigned_abs())).await;
        return answer(reply);
    }
    answer(reply)
}

/// The body taken apart; what is long goes to a thread of its own, where nobody's click waits for it. `None` when that
/// failed.
async fn parsed(state: &WebState, variant: ApiVariant, query: &str, body: Option<Bytes>) -> Option<ParsedRequest> {
    match body {
        Some(body) if body.len() > AT_ONCE => {
            let (state, query) = (state.clone(), query.to_owned());
            tokio::task::spawn_blocking(move || wire::parse(state.gates(), variant, &query, Some(&body))).await.ok()
        }
        body => Some(wire::parse(state.gates(), variant, query, body.as_deref())),
    }
}

/// The API of a path, whose errors are its own.
pub(crate) fn variant_of(path: &str) -> Option<ApiVariant> {
    let path = match path.strip_prefix("/w/") {
        Some(rest) => rest.split_once('/').map_or("", |(_, rest)| rest),
        None => path.strip_prefix('/').unwrap_or(path),
    };
    let segment = path.strip_suffix('/').unwrap_or(path);
    [ApiVariant::Customer, ApiVariant::Ajax].into_iter().find(|variant| variant.segment() == segment)
}

/// An answer to a call that never reached its handler, or did not come back from it.
pub(crate) fn failure(variant: ApiVariant, query: Option<&str>, status: StatusCode) -> Response {
    let overloaded = status == StatusCode::SERVICE_UNAVAILABLE;
    let why = match status {
        StatusCode::SERVICE_UNAVAILABLE => TransportError::Overloaded,
        StatusCode::BAD_REQUEST => TransportError::BadAddress,
        _ => TransportError::Failed,
    };
    let reply = wire::interrupted(variant, query.unwrap_or_default(), why);
    answer(Reply { retry_after: overloaded.then_some(TRY_AGAIN), ..reply })
}

/// `/w/5/customer-api/` names wholesaler 5.
pub(crate) fn wholesaler_of(path: &str) -> Option<&str> {
    path.strip_prefix("/w/")?.split_once('/').map(|(id, _)| id)
}

/// The name that was called: HTTP/2 has it in the URI, HTTP/1 in a header.
pub(crate) fn host(parts: &Parts) -> Option<&str> {
    let authority = parts.uri.authority().map(axum::http::uri::Authority::as_str);
    authority.or_else(|| parts.headers.get(header::HOST)?.to_str().ok()).filter(|host| is_host(host))
}

fn is_host(text: &str) -> bool {
    (1..=260).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']'))
}

/// Where the caller reached us: a WSDL must send it to the same host (customer protocol §2.3). When that is the public address, its
/// scheme counts, because a proxy that we were not told of may speak HTTPS for us.
fn own_url(public: &str, https: bool, host: Option<&str>, path: &str) -> String {
    let slash = if path.ends_with('/') { "" } else { "/" };
    let authority = public.split_once("://").map_or(public, |(_, authority)| authority);
    match host {
        Some(host) if !host.eq_ignore_ascii_case(authority) => {
            let scheme = if https { "https" } else { "http" };
            format!("{scheme}://{host}{path}{slash}")
        }
        Some(_) | None => format!("{public}{path}{slash}"),
    }
}

/// A place for a large body, which is unpacked in memory before anybody has shown a key: few are let in at a time. Small
/// ones need none.
///
/// A client has one at a time; what declares more than the limit needs none, because it is not read.
pub(crate) async fn place(
    state: &WebState,
    client: IpAddr,
    size: Option<u64>,
    limit: usize,
) -> Result<Option<(SemaphorePermit<'_>, TarpitSlot)>, BodyProblem> {
    if size.is_some_and(|size| size <= LARGE || size > u64::try_from(limit).unwrap_or(u64::MAX)) {
        return Ok(None);
    }
    let own = state.large_bodies_of().hold(client).ok_or(BodyProblem::TooSlow)?;
    let place = timeout(state.settings().body_timeout, state.large_bodies().acquire()).await;
    // The semaphore is never closed.
    place.map(|place| place.ok().map(|place| (place, own))).map_err(|_| BodyProblem::TooSlow)
}

fn answer(reply: Reply) -> Response {
    DialectResponse {
        status: reply.status,
        honest_status: reply.honest_status,
        content_type: reply.content_type,
        body: reply.body,
        retry_after: reply.retry_after,
        quota: reply.quota,
        route: reply.label,
        code: reply.code,
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_tell_api_and_wholesaler() {
        for (path, variant, wholesaler) in [
            ("/customer-api/", Some(ApiVariant::Customer), None),
            ("/customer-api", Some(ApiVariant::Customer), None),
            ("/w/5/customer-api/", Some(ApiVariant::Customer), Some("5")),
            ("/w/5/ajax-api", Some(ApiVariant::Ajax), Some("5")),
            ("/w/5/other", None, Some("5")),
            ("/w/customer-api/", None, Some("customer-api")),
            ("/customer-apis", None, None),
            ("/", None, None),
        ] {
            assert_eq!((variant_of(path), wholesaler_of(path)), (variant, wholesaler), "{path}");
        }
    }

    #[test]
    fn the_own_address_is_the_one_that_was_called() {
        let public = "https://shop.example";
        let path = "/customer-api/";
        for (https, host, wanted) in [
            (false, Some("w.example:8080"), "http://w.example:8080/customer-api/"),
            (true, Some("w.example"), "https://w.example/customer-api/"),
            (false, Some("SHOP.example"), "https://shop.example/customer-api/"),
            (false, None, "https://shop.example/customer-api/"),
        ] {
            assert_eq!(own_url(public, https, host, path), wanted);
        }
        assert_eq!(own_url(public, true, None, "/w/5/customer-api"), "https://shop.example/w/5/customer-api/");
        assert!(!is_host("a.example/\"><x>"));
    }
}
