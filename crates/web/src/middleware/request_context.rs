//! The one layer around every route: who is calling, request id, load shedding, panics, headers of every answer, access
//! log and metrics.
//!
//! Log and metrics never see bodies, cookies, query strings or header values; a path is the most that is told.

use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use futures_util::FutureExt;
use metrics::SharedString;
use tower::{Layer, Service};
use tracing::Instrument;

use crate::middleware::RequestOutcome;
use crate::middleware::caller::{Caller, Origin};
use crate::middleware::request_id::X_REQUEST_ID;
use crate::settings::AccessLog;
use crate::state::WebState;
use crate::{admin_api, checkout_api, customer_api, metrics as meters, plain_page};

const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// Routes that must answer when nothing else does.
const NEVER_SHED: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Marks a request that names no host, or several.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AmbiguousHost;

/// Puts [`RequestContextService`] around services.
#[derive(Debug, Clone)]
pub(crate) struct RequestContextLayer {
    state: WebState,
}

impl RequestContextLayer {
    pub(crate) fn new(state: WebState) -> Self {
        Self { state }
    }
}

impl<S> Layer<S> for RequestContextLayer {
    type Service = RequestContextService<S>;

    fn layer(&self, inner: S) -> RequestContextService<S> {
        RequestContextService { inner, state: self.state.clone() }
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct RequestContextService<S> {
    inner: S,
    state: WebState,
}

impl<S> Service<Request> for RequestContextService<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let state = self.state.clone();
        let visit = ActiveRequest::begin(&state, &mut request);
        let malformed = request.extensions().get::<AmbiguousHost>().is_some() || !is_text(visit.path());
        let span = tracing::info_span!("request", id = visit.id());
        // The client's own limit first: what it has too much of takes no place from others.
        let place = state.request_of(visit.origin.address);
        let admitted = if place.is_ok() { state.admit() } else { None };
        let may_run = !malformed && (admitted.is_some() || visit.never_shed());
        let answer = if may_run { Ok(self.inner.call(request)) } else { Err(()) };
        let run = async move {
            let response = match answer {
                Ok(answer) => match AssertUnwindSafe(answer).catch_unwind().await {
                    Ok(Ok(response)) => response,
                    Ok(Err(never)) => match never {},
                    Err(panic) => visit.panicked(&*panic),
                },
                Err(()) if malformed => visit.malformed(),
                Err(()) => visit.shed(),
            };
            drop((admitted, place));
            Ok(visit.finish(&state, response))
        };
        Box::pin(run.instrument(span))
    }
}

/// What is remembered of a request while it runs. When it is dropped unfinished, the client has gone.
struct ActiveRequest {
    started: Instant,
    method: Method,
    /// Kept for the log line.
    path: Path,
    matched: Option<MatchedPath>,
    origin: Origin,
    id: HeaderValue,
    finished: bool,
}

/// Whether a path is text once its escapes are resolved; handlers could not read it otherwise.
fn is_text(path: &str) -> bool {
    if !path.contains('%') {
        return true;
    }
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        if let (b'%', Some(high), Some(low)) = (byte, behind.first().and_then(digit), behind.get(1).and_then(digit)) {
            bytes.push(high << 4 | low);
            rest = &behind[2..];
        } else {
            bytes.push(*byte);
            rest = behind;
        }
    }
    std::str::from_utf8(&bytes).is_ok()
}

/// A path without its query: the URI shares its bytes, so that keeping it costs no copy.
struct Path(axum::http::Uri);

impl ActiveRequest {
    fn begin(state: &WebState, request: &mut Request) -> Self {
        let origin = Origin::of(state.settings(), request.extensions(), request.headers());
        let id = state.request_ids().id(request.headers(), origin.trusted_proxy);
        let visit = Self {
            started: Instant::now(),
            method: request.method().clone(),
            path: Path(request.uri().clone()),
            matched: request.extensions().get::<MatchedPath>().cloned(),
            origin,
            id: id.clone(),
            finished: false,
        };
        let Origin { address, https, trusted_proxy } = origin;
        request.extensions_mut().insert(Caller { address, https, trusted_proxy, request_id: id });
        visit
    }

    fn id(&self) -> &str {
        self.id.to_str().unwrap_or_default()
    }

    fn path(&self) -> &str {
        self.path.0.path()
    }

    fn never_shed(&self) -> bool {
        self.matched.as_ref().is_some_and(|path| NEVER_SHED.contains(&path.as_str()))
    }

    fn route(&self, outcome: Option<RequestOutcome>) -> SharedString {
        match (outcome.and_then(|outcome| outcome.route), &self.matched) {
            (Some(route), _) => SharedString::const_str(route),
            (None, Some(path)) => SharedString::from_shared(Arc::from(path.as_str())),
            (None, None) => SharedString::const_str("unmatched"),
        }
    }

    fn failure(&self, status: StatusCode, code: &'static str, title: &'static str, text: &'static str) -> Response {
        let mut response = if checkout_api::is_api_path(self.path()) {
            checkout_api::error("/api", status, code, text)
        } else if admin_api::is_admin_path(self.path()) {
            admin_api::failure(status, code, text)
        } else if let Some(variant) = customer_api::variant_of(self.path()) {
            customer_api::failure(variant, self.path.0.query(), status)
        } else {
            plain_page::plain_page(status, title, text)
        };
        response.extensions_mut().insert(RequestOutcome { route: None, status, code });
        response
    }

    fn panicked(&self, panic: &(dyn Any + Send)) -> Response {
        let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
        tracing::error!(panic = text.unwrap_or("?"), path = self.path(), "a handler panicked");
        let text = "Something went wrong on our side. The request may not have been carried out.";
        self.failure(StatusCode::INTERNAL_SERVER_ERROR, "panic", "Something went wrong", text)
    }

    fn malformed(&self) -> Response {
        let text = "The address is no UTF-8, or the request names no host or more than one.";
        self.failure(StatusCode::BAD_REQUEST, "bad_request", "Not understood", text)
    }

    fn shed(&self) -> Response {
        let text = "There are too many requests at the moment. Please try again in a few seconds.";
        let mut response = self.failure(StatusCode::SERVICE_UNAVAILABLE, "overloaded", "Too busy", text);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        response
    }

    fn finish(mut self, state: &WebState, mut response: Response<Body>) -> Response {
        self.finished = true;
        let outcome = response.extensions_mut().remove::<RequestOutcome>();
        let headers = response.headers_mut();
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
        if state.settings().public_https() {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
        }
        headers.insert(X_REQUEST_ID, self.id.clone());
        let sent = response.status();
        let (status, code) = match outcome {
            Some(outcome) => (outcome.status, outcome.code),
            None if sent.is_client_error() || sent.is_server_error() => (sent, "failed"),
            None => (sent, "ok"),
        };
        let took = self.started.elapsed();
        meters::request_finished(self.route(outcome), status, code, took);
        self.log(state.settings().access_log, status, sent, code, took);
        response
    }

    /// Never more than the path of what the client sent.
    fn log(&self, log: AccessLog, status: StatusCode, sent: StatusCode, code: &'static str, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        macro_rules! tell {
            ($level:ident) => {
                tracing::$level!(
                    method = self.method.as_str(),
                    path = self.path(),
                    status = status.as_u16(),
                    sent = sent.as_u16(),
                    code,
                    client = %self.origin.address,
                    micros,
                    "request"
                )
            };
        }
        let failed = status.is_client_error() || status.is_server_error();
        match log {
            _ if status.is_server_error() => tell!(warn),
            AccessLog::All => tell!(info),
            AccessLog::Failures if failed => tell!(info),
            AccessLog::Failures | AccessLog::Off => tell!(debug),
        }
    }
}

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        if !self.finished {
            let status = StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST);
            meters::request_finished(self.route(None), status, "client_gone", self.started.elapsed());
            tracing::debug!(method = self.method.as_str(), path = self.path(), "the client went away");
        }
    }
}
