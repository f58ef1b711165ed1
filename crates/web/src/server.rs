//! Listeners, the accept loop and shutting down. One connection's life is in `connection`, certificates in [`tls`].
//!
//! The loop is our own on top of hyper: it gives timeouts of all kinds for one timer per connection instead of one per
//! request, a limit on connections, and HTTP/2 exactly where TLS has agreed on it.

mod connection;
mod stream;
pub mod tls;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use metrics::counter;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::metrics::REFUSED_CONNECTIONS;
use crate::middleware::tarpit::TarpitSlot;
use crate::server::connection::{Connections, ServerState};
use crate::server::tls::TlsKeys;
use crate::state::WebState;

/// How often samples are moved into histograms.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

/// What is said to connections over the limit, before any request was read.
const TOO_MANY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// A listener, with the keys when it speaks TLS.
#[derive(Debug)]
pub struct Binding {
    /// An open listener.
    pub listener: TcpListener,
    /// `None` for plain HTTP.
    pub tls: Option<TlsKeys>,
}

/// How a server came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShutdownResult {
    /// Every request was answered.
    Clean,
    /// The deadline cut some connections off.
    CutOff {
        /// How many.
        connections: usize,
    },
}

/// Serves until `shutdown` resolves, then finishes what runs: readiness says no, after
/// [`shutdown_notice`](crate::WebSettings::shutdown_notice) no more connections are accepted, and after
/// [`shutdown_deadline`](crate::WebSettings::shutdown_deadline) at the latest it is over.
pub async fn serve(
    bindings: Vec<Binding>,
    router: Router,
    state: &WebState,
    shutdown: impl Future<Output = ()>,
) -> ShutdownResult {
    let settings = state.settings();
    let room = Arc::new(Semaphore::new(settings.max_connections));
    let (announce, listen) = watch::channel(ServerState::Open);
    let connections = Arc::new(Connections::new(router, settings, listen));

    // Dropping the set ends what is in it.
    let mut helpers = JoinSet::new();
    helpers.spawn(metrics_upkeep(state.clone()));
    for keys in bindings.iter().filter_map(|binding| binding.tls.clone()) {
        helpers.spawn(tls::watch_files(keys, settings.tls_check_interval));
    }
    let mut acceptors = JoinSet::new();
    for binding in bindings {
        acceptors.spawn(accept_loop(binding, state.clone(), Arc::clone(&connections), Arc::clone(&room)));
    }

    shutdown.await;
    state.start_draining();
    if !settings.shutdown_notice.is_zero() {
        tracing::info!(seconds = settings.shutdown_notice.as_secs_f64(), "shutting down; readiness says no");
        sleep(settings.shutdown_notice).await;
    }
    acceptors.shutdown().await;
    let running = settings.max_connections - room.available_permits();
    tracing::info!(connections = running, "no new connections; finishing running requests");
    announce.send_replace(ServerState::Closing);
    let all = u32::try_from(settings.max_connections).unwrap_or(u32::MAX);
    let ending = if timeout(settings.shutdown_deadline, room.acquire_many(all)).await.is_ok() {
        ShutdownResult::Clean
    } else {
        let connections = settings.max_connections - room.available_permits();
        tracing::warn!(connections, "the deadline cuts connections off");
        ShutdownResult::CutOff { connections }
    };
    announce.send_replace(ServerState::Closed);
    ending
}

async fn metrics_upkeep(state: WebState) {
    loop {
        sleep(METRICS_UPKEEP).await;
        state.metrics().housekeeping();
    }
}

async fn accept_loop(binding: Binding, state: WebState, connections: Arc<Connections>, room: Arc<Semaphore>) {
    let tls = binding.tls.as_ref().map(TlsKeys::acceptor);
    loop {
        let (stream, address) = match binding.listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) if is_the_clients(&error) => continue,
            Err(error) => {
                // Out of file descriptors or memory: waiting lets connections end.
                tracing::error!(%error, "cannot accept connections");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            refuse(&stream, tls.is_some());
            continue;
        };
        let Ok(place) = state.connection_of(address.ip()) else {
            refuse(&stream, tls.is_some());
            continue;
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY");
        }
        let connections = Arc::clone(&connections);
        let tls = tls.clone();
        tokio::spawn(async move {
            let _permit: OwnedSemaphorePermit = permit;
            let _place: Option<TarpitSlot> = place;
            connections.serve(stream, address, tls).await;
        });
    }
}

/// Errors of one connection that ended before it was accepted.
fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

fn refuse(stream: &TcpStream, tls: bool) {
    counter!(REFUSED_CONNECTIONS).increment(1);
    if !tls {
        // Best effort: a fresh socket takes these few bytes at once, or nobody waits for it.
        let _: io::Result<usize> = stream.try_write(TOO_MANY);
    }
}
