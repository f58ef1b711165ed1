//! Counters and latencies, and their Prometheus text. No label carries anything a client typed.

use std::sync::OnceLock;
use std::time::Duration;

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics::{SharedString, counter, describe_counter, describe_histogram, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::middleware::caller::{Caller, names_a_client};
use crate::state::WebState;

/// Name of the request counter.
pub const REQUESTS: &str = "crossdock_http_requests_total";
/// Name of the latency histogram, in seconds.
pub const LATENCY: &str = "crossdock_http_request_duration_seconds";
/// Name of the counter of connections turned away because there were too many.
pub const REFUSED_CONNECTIONS: &str = "crossdock_http_connections_refused_total";
/// Name of the counter of certificate files that could not be used.
pub const TLS_FAILURES: &str = "crossdock_tls_reload_failures_total";

const BUCKETS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The process's metrics. Other crates record through the `metrics` facade; everything ends here.
#[derive(Debug, Clone)]
pub struct Metrics(Option<PrometheusHandle>);

impl Metrics {
    /// Installs the recorder of this process at the first call; later calls give the same one. When the process already
    /// has a recorder of another kind, that one keeps counting and [`Self::render`] gives `None`.
    pub fn install() -> Self {
        static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
        Self(HANDLE.get_or_init(install).clone())
    }

    /// Prometheus text.
    pub fn render(&self) -> Option<String> {
        self.0.as_ref().map(PrometheusHandle::render)
    }

    /// Moves recorded samples into their buckets; without it they pile up until someone asks for the text.
    pub(crate) fn housekeeping(&self) {
        if let Some(handle) = &self.0 {
            handle.run_upkeep();
        }
    }
}

fn install() -> Option<PrometheusHandle> {
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS);
    let recorder = match builder {
        Ok(builder) => builder.build_recorder(),
        Err(error) => {
            tracing::error!(%error, "metrics are off");
            return None;
        }
    };
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("the process has another metrics recorder; /metrics stays empty");
        return None;
    }
    describe_counter!(REQUESTS, "Requests by route, honest status and outcome");
    describe_histogram!(LATENCY, metrics::Unit::Seconds, "Time from a request's head to its answer");
    describe_counter!(REFUSED_CONNECTIONS, "Connections turned away because there were too many");
    describe_counter!(TLS_FAILURES, "Certificate files that could not be used");
    Some(handle)
}

/// Counts a finished request.
pub(crate) fn request_finished(route: SharedString, status: StatusCode, code: &'static str, took: Duration) {
    histogram!(LATENCY, "route" => route.clone()).record(took);
    counter!(REQUESTS, "route" => route, "status" => status_text(status), "code" => code).increment(1);
}

fn status_text(status: StatusCode) -> SharedString {
    match status.as_u16() {
        200 => SharedString::const_str("200"),
        303 => SharedString::const_str("303"),
        400 => SharedString::const_str("400"),
        401 => SharedString::const_str("401"),
        404 => SharedString::const_str("404"),
        422 => SharedString::const_str("422"),
        other => SharedString::from_owned(other.to_string()),
    }
}

/// `GET /metrics`: for this machine only unless opened. What a local proxy passes on for others is not local.
pub(crate) async fn page(
    State(state): State<WebState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Response {
    let local = caller.address.is_loopback() && (caller.trusted_proxy || !names_a_client(&headers));
    if !local && !state.settings().metrics_open {
        let text = "metrics are answered to this machine only, unless they are opened in the configuration\n";
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    match state.metrics().render() {
        Some(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response(),
        None => (StatusCode::SERVICE_UNAVAILABLE, "the process has another metrics recorder\n").into_response(),
    }
}
