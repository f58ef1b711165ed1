//! The guarded client behind [`HttpClient`]: looks a name up, connects only to addresses that are allowed, and to exactly
//! those that were looked at, so that a name that changes its mind in between leads nowhere. HTTP/1.1, one connection per
//! call, no redirects, no cookies, no proxies of the environment.

mod guard;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use crossdock_app::BoxFuture;
use crossdock_app::platform::http_client::{HttpClient, HttpError, HttpRequest, HttpResponse, OversizePolicy};
use crossdock_domain::webhook::check_url;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{HOST, HeaderName, HeaderValue, USER_AGENT};
use hyper::{Request, Response, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

pub use guard::Guard;

const AGENT: &str = concat!("Crossdock/", env!("CARGO_PKG_VERSION"));

/// Longest head of an answer, in bytes and in lines: more than servers send, cookies and policies included.
const HEAD_BYTES: usize = 256 * 1024;
const HEAD_LINES: usize = 1_000;

/// Turns a host name into addresses.
pub trait Resolve: Send + Sync {
    /// Looks the name up.
    fn resolve<'a>(&'a self, name: &'a str, port: u16) -> BoxFuture<'a, std::io::Result<Vec<IpAddr>>>;
}

/// The operating system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, name: &'a str, port: u16) -> BoxFuture<'a, std::io::Result<Vec<IpAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, port)).await?.map(|address| address.ip()).collect()) })
    }
}

/// Calls addresses that others have chosen.
pub struct GuardedClient {
    guard: Guard,
    resolver: Arc<dyn Resolve>,
    /// Certificates are read at the first https call.
    tls: OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl std::fmt::Debug for GuardedClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GuardedClient").field("guard", &self.guard).finish_non_exhaustive()
    }
}

fn unreachable(error: impl std::fmt::Display) -> HttpError {
    HttpError::Unreachable(error.to_string())
}

impl GuardedClient {
    /// A client that keeps to these addresses and trusts the certificates that this machine trusts.
    pub fn new(guard: Guard) -> Self {
        Self::with_resolver(guard, Arc::new(SystemResolver))
    }

    /// The same with another way of looking names up.
    pub fn with_resolver(guard: Guard, resolver: Arc<dyn Resolve>) -> Self {
        Self { guard, resolver, tls: OnceLock::new() }
    }

    /// The same with certificates of one's own.
    #[must_use]
    pub fn with_tls(self, config: ClientConfig) -> Self {
        Self { tls: OnceLock::from(Ok(Arc::new(config))), ..self }
    }

    fn tls(&self) -> Result<TlsConnector, HttpError> {
        match self.tls.get_or_init(native_tls) {
            Ok(config) => Ok(TlsConnector::from(Arc::clone(config))),
            Err(text) => Err(HttpError::Unreachable(text.clone())),
        }
    }

    /// Addresses that may be connected to.
    async fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, HttpError> {
        let port = url.port_or_known_default().unwrap_or(443);
        let found = match url.host() {
            Some(Host::Ipv4(address)) => vec![IpAddr::V4(address)],
            Some(Host::Ipv6(address)) => vec![IpAddr::V6(address)],
            Some(Host::Domain(name)) => {
                self.resolver.resolve(name, port).await.map_err(|error| unreachable(format!("{name}: {error}")))?
            }
            None => Vec::new(),
        };
        if found.is_empty() {
            return Err(unreachable("the name has no address"));
        }
        let allowed: Vec<SocketAddr> = found
            .iter()
            .filter(|address| self.guard.admits(**address))
            .map(|address| SocketAddr::new(address.to_canonical(), port))
            .collect();
        if allowed.is_empty() { Err(Guard::refusal(found[0])) } else { Ok(allowed) }
    }

    /// The answer's head.
    async fn send(&self, call: &HttpRequest) -> Result<Answering, HttpError> {
        self.check(&call.url)?;
        let addresses = self.addresses(&call.url).await?;
        // All of them were looked at; the system tries one after the other.
        let stream = TcpStream::connect(&addresses[..]).await.map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        if call.url.scheme() == "http" {
            return exchange(stream, call).await;
        }
        let host = call.url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned()).map_err(unreachable)?;
        let stream = self.tls()?.connect(name, stream).await.map_err(unreachable)?;
        exchange(stream, call).await
    }

    async fn send_and_read(&self, call: &HttpRequest) -> Result<HttpResponse, HttpError> {
        let until = Instant::now() + call.timeout;
        let late = |_: Elapsed| HttpError::TimedOut(call.timeout);
        let mut answering = timeout_at(until, self.send(call)).await.map_err(late)??;
        let mut answer = answering.head();
        let read = timeout_at(until, answering.read(&mut answer, call)).await.map_err(late).flatten();
        match (read, call.oversize) {
            (Ok(()), _) => {}
            // The status is what counts; a body that breaks off, or trickles, takes nothing from it.
            (Err(_), OversizePolicy::Cut) => answer.cut = true,
            (Err(error), OversizePolicy::Refuse) => return Err(error),
        }
        Ok(answer)
    }
}

fn native_tls() -> Result<Arc<ClientConfig>, String> {
    let mut roots = rustls::RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        return Err("this machine has no certificates to trust; install the package ca-certificates".to_owned());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

fn request(call: &HttpRequest) -> Result<Request<Full<Bytes>>, HttpError> {
    let wrong = |error: &dyn std::fmt::Display| HttpError::Forbidden(error.to_string());
    let target = &call.url[url::Position::BeforePath..url::Position::AfterQuery];
    let host = &call.url[url::Position::BeforeHost..url::Position::AfterPort];
    let mut request = Request::builder()
        .method(call.method.code())
        .uri(target)
        .header(HOST, host)
        .header(USER_AGENT, AGENT)
        .body(Full::new(Bytes::copy_from_slice(&call.body)))
        .map_err(|error| wrong(&error))?;
    for (name, value) in &call.headers {
        let name = HeaderName::try_from(name.as_str()).map_err(|error| wrong(&error))?;
        let value = HeaderValue::try_from(value.as_str()).map_err(|error| wrong(&error))?;
        request.headers_mut().append(name, value);
    }
    Ok(request)
}

/// An answer whose head has come.
struct Answering {
    response: Response<Incoming>,
    /// Drives the connection, and ends with this.
    _connection: JoinSet<hyper::Result<()>>,
}

async fn exchange<S>(stream: S, call: &HttpRequest) -> Result<Answering, HttpError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let request = request(call)?;
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEAD_BYTES).max_headers(HEAD_LINES);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(unreachable)?;
    let mut tasks = JoinSet::new();
    tasks.spawn(connection);
    let response = sender.send_request(request).await.map_err(unreachable)?;
    Ok(Answering { response, _connection: tasks })
}

impl Answering {
    fn head(&self) -> HttpResponse {
        let headers = self.response.headers().iter();
        let headers =
            headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
        let status = self.response.status().as_u16();
        HttpResponse { status, headers: headers.collect(), body: Vec::new(), cut: false }
    }

    /// Reads the body, as far as it is wanted.
    async fn read(&mut self, answer: &mut HttpResponse, call: &HttpRequest) -> Result<(), HttpError> {
        while let Some(frame) = self.response.body_mut().frame().await {
            let Ok(data) = frame.map_err(unreachable)?.into_data() else { continue };
            let room = call.limit - answer.body.len();
            if data.len() > room {
                if call.oversize == OversizePolicy::Refuse {
                    return Err(HttpError::TooLong(call.limit));
                }
                answer.body.extend_from_slice(&data[..room]);
                answer.cut = true;
                break;
            }
            answer.body.extend_from_slice(&data);
        }
        Ok(())
    }
}

impl HttpClient for GuardedClient {
    fn check(&self, url: &Url) -> Result<(), HttpError> {
        check_url(url.as_str()).map_err(|problem| HttpError::Forbidden(problem.to_string()))?;
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        match literal {
            Some(address) if !self.guard.admits(address) => Err(Guard::refusal(address)),
            _ => Ok(()),
        }
    }

    fn call(&self, call: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpError>> {
        Box::pin(async move { self.send_and_read(&call).await })
    }
}
