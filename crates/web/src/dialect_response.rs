//! Replies of the wholesaler's two APIs as HTTP answers.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use crossdock_wire::admin::Quota;

use crate::middleware::RequestOutcome;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// What a dialect says.
pub(crate) struct DialectResponse {
    /// What goes out on the wire.
    pub(crate) status: u16,
    /// What it would be in an honest dialect, for log and metrics.
    pub(crate) honest_status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
    /// Seconds.
    pub(crate) retry_after: Option<u32>,
    pub(crate) quota: Option<Quota>,
    /// What was called, for metrics.
    pub(crate) route: &'static str,
    /// Stable name of how it ended.
    pub(crate) code: &'static str,
}

impl From<DialectResponse> for Response {
    fn from(answer: DialectResponse) -> Self {
        let status = |number| StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = Self::new(Body::from(answer.body));
        *response.status_mut() = status(answer.status);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = answer.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(Quota { limit, remaining, reset }) = answer.quota {
            headers.insert(LIMIT, HeaderValue::from(limit));
            headers.insert(REMAINING, HeaderValue::from(remaining));
            headers.insert(RESET, HeaderValue::from(reset));
        }
        let outcome =
            RequestOutcome { route: Some(answer.route), status: status(answer.honest_status), code: answer.code };
        response.extensions_mut().insert(outcome);
        response
    }
}

/// The rest of the body is not wanted, so the connection cannot be used again.
pub(crate) fn closing(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
