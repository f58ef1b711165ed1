//! One connection from its first byte to its last.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Version, header};
use axum::response::Response;
use axum::routing::future::RouteFuture;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower::Service as _;

use crate::middleware::caller::Peer;
use crate::middleware::request_context::AmbiguousHost;
use crate::server::stream::{Activity, Limits, TimeoutKind, WatchedStream};
use crate::settings::WebSettings;

/// Largest head of a request, in bytes. Old clients put whole addresses into the query.
const MAX_HEAD: u16 = u16::MAX;
/// Requests that one HTTP/2 connection may have open.
const MAX_STREAMS: u32 = 128;
/// How often an HTTP/2 peer is asked whether it is still there, and how long it may think.
const PING: Duration = Duration::from_secs(30);

/// Where the server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerState {
    /// Serving.
    Open,
    /// Running requests are finished, connections close after them.
    Closing,
    /// Over.
    Closed,
}

/// What all connections have in common.
pub(crate) struct Connections {
    router: Router,
    limits: Limits,
    http1: auto::Builder<TokioExecutor>,
    http2: auto::Builder<TokioExecutor>,
    stage: watch::Receiver<ServerState>,
}

impl Connections {
    pub(crate) fn new(router: Router, settings: &WebSettings, stage: watch::Receiver<ServerState>) -> Self {
        // hyper's own limit for request heads is left out: it arms a timer per request, ours is one per connection.
        let mut http1 = auto::Builder::new(TokioExecutor::new()).http1_only();
        http1.http1().max_buf_size(MAX_HEAD.into()).header_read_timeout(None);
        let mut http2 = auto::Builder::new(TokioExecutor::new()).http2_only();
        http2
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(MAX_STREAMS)
            .max_header_list_size(MAX_HEAD.into())
            .keep_alive_interval(PING)
            .keep_alive_timeout(PING);
        Self { router, limits: Limits::of(settings), http1, http2, stage }
    }

    /// Serves one connection to its end.
    pub(crate) async fn serve(&self, stream: TcpStream, address: SocketAddr, tls: Option<TlsAcceptor>) {
        let mut stage = self.stage.clone();
        let serve = async {
            let Some(tls) = tls else {
                return self.talk(&self.http1, true, stream, Peer { address, tls: false }).await;
            };
            match timeout(self.limits.head, tls.accept(stream)).await {
                Ok(Ok(stream)) => {
                    let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                    let builder = if http2 { &self.http2 } else { &self.http1 };
                    self.talk(builder, !http2, stream, Peer { address, tls: true }).await;
                }
                Ok(Err(error)) => tracing::debug!(%error, client = %address.ip(), "TLS handshake failed"),
                Err(_) => tracing::debug!(client = %address.ip(), "TLS handshake took too long"),
            }
        };
        // Whichever is first; the other is dropped, and the connection with it.
        tokio::select! {
            () = serve => {}
            _ = stage.wait_for(|stage| *stage == ServerState::Closed) => {}
        }
    }

    async fn talk<S>(&self, builder: &auto::Builder<TokioExecutor>, http1: bool, stream: S, peer: Peer)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let activity = Arc::new(Activity::new(http1));
        let io = TokioIo::new(WatchedStream::new(stream, Arc::clone(&activity)));
        let service = ConnectionService { router: self.router.clone(), peer, activity: Arc::clone(&activity) };
        let mut connection = pin!(builder.serve_connection(io, service));
        let mut stage = self.stage.clone();
        let mut tick = pin!(sleep(self.limits.tick));
        let mut told = false;
        let mut idle = false;
        loop {
            tokio::select! {
                end = connection.as_mut() => {
                    if let Err(error) = end {
                        tracing::debug!(%error, client = %peer.address.ip(), "connection broke");
                    }
                    return;
                }
                _ = stage.wait_for(|stage| *stage != ServerState::Open), if !told => {
                    told = true;
                    connection.as_mut().graceful_shutdown();
                }
                () = tick.as_mut() => {
                    match activity.late(&self.limits) {
                        None => {}
                        Some(TimeoutKind::Idle) if !idle => {
                            // HTTP/2 says good-bye first; at the next tick it is over.
                            idle = true;
                            connection.as_mut().graceful_shutdown();
                        }
                        Some(late) => {
                            tracing::debug!(?late, client = %peer.address.ip(), "closing a slow connection");
                            return;
                        }
                    }
                    tick.set(sleep(self.limits.tick));
                }
            }
        }
    }
}

/// The router as one connection sees it: adds the peer, counts what runs.
struct ConnectionService {
    router: Router,
    peer: Peer,
    activity: Arc<Activity>,
}

impl hyper::service::Service<Request<Incoming>> for ConnectionService {
    type Response = Response;
    type Error = Infallible;
    type Future = RunningRequest;

    fn call(&self, request: Request<Incoming>) -> RunningRequest {
        let mut request = request.map(Body::new);
        // RFC 9112 §3.2: which server is meant is said once.
        if request.version() == Version::HTTP_11 && request.headers().get_all(header::HOST).iter().count() != 1 {
            request.extensions_mut().insert(AmbiguousHost);
        }
        request.extensions_mut().insert(self.peer);
        self.activity.request_begins();
        RunningRequest { answer: self.router.clone().call(request), activity: Arc::clone(&self.activity) }
    }
}

/// A request until its answer is there; also counts out when it is dropped.
struct RunningRequest {
    answer: RouteFuture<Infallible>,
    activity: Arc<Activity>,
}

impl Future for RunningRequest {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.answer).poll(context)
    }
}

impl Drop for RunningRequest {
    fn drop(&mut self) {
        self.activity.request_ends();
    }
}
