//! Is the process alive, and should it get traffic?

use axum::extract::State;
use axum::http::StatusCode;
use tokio::time::timeout;

use crate::state::WebState;

/// `GET /healthz`: the process lives. Never asks the database: restarting us would not mend it.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: we can serve. 503 while the database does not answer or takes no writes (a full disk, a server that is read-only
/// after a failover), and from the moment a shutdown begins.
pub(crate) async fn ready(State(state): State<WebState>) -> (StatusCode, &'static str) {
    if state.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "shutting down\n");
    }
    match timeout(state.settings().ready_timeout, state.app().db().ping()).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n"),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: the database refuses");
            (StatusCode::SERVICE_UNAVAILABLE, "database unavailable\n")
        }
        Err(_) => {
            tracing::warn!("not ready: the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "database does not answer\n")
        }
    }
}
