//! The port to the outside web: one guarded way to call addresses that others have chosen.
//!
//! The implementation (in `jobs`) connects only to addresses that the configuration allows, follows no redirect, and
//! bounds time and size. Whoever needs something from the web uses this port and nothing else.

use std::time::Duration;

use crossdock_domain::webhook::Method;
use url::Url;

use crate::BoxFuture;

/// What a longer answer than wanted means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OversizePolicy {
    /// The beginning is enough, and so is the head alone when the body breaks off or does not end in time.
    Cut,
    /// Half of it is worth nothing.
    Refuse,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// How.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// Headers besides `Host`, `Content-Length` and `User-Agent`.
    pub headers: Vec<(String, String)>,
    /// Body; empty for none.
    pub body: Vec<u8>,
    /// From the look-up of the name to the end of the answer (with [`OversizePolicy::Cut`], of its head).
    pub timeout: Duration,
    /// Most bytes of the answer's body that are kept.
    pub limit: usize,
    /// What a longer one means.
    pub oversize: OversizePolicy,
}

impl HttpRequest {
    /// Fetches something: 30 seconds, `limit` bytes, and a longer answer is an error.
    pub fn get(url: Url, limit: usize) -> Self {
        Self {
            method: Method::Get,
            url,
            headers: Vec::new(),
            body: Vec::new(),
            timeout: Duration::from_secs(30),
            limit,
            oversize: OversizePolicy::Refuse,
        }
    }

    /// Sends something: 10 seconds, and the first kilobytes of the answer.
    pub fn post(url: Url, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            method: Method::Post,
            url,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.into(),
            timeout: Duration::from_secs(10),
            limit: 4 * 1024,
            oversize: OversizePolicy::Cut,
        }
    }
}

/// What came back, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// Headers with their names in small letters; values that are no text are left out.
    pub headers: Vec<(String, String)>,
    /// The body, or its beginning.
    pub body: Vec<u8>,
    /// There was more, or would have been.
    pub cut: bool,
}

impl HttpResponse {
    /// Value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The address is not one that we call; nothing was sent.
    #[error("not called: {0}")]
    Forbidden(String),
    /// The name is unknown, nobody listens, TLS failed, the connection broke.
    #[error("not reached: {0}")]
    Unreachable(String),
    /// It took too long.
    #[error("no answer within {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// The answer is longer than wanted.
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
}

/// What the guarded client can do.
pub trait HttpClient: Send + Sync {
    /// Whether the address is refused already by how it is written; host names are looked up only when they are called.
    fn check(&self, url: &Url) -> Result<(), HttpError>;

    /// Calls.
    fn call(&self, call: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpError>>;
}

/// Calls nobody; of an app that was built without a client.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoHttpClient;

impl HttpClient for NoHttpClient {
    fn check(&self, _: &Url) -> Result<(), HttpError> {
        Ok(())
    }

    fn call(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpError>> {
        Box::pin(async { Err(HttpError::Forbidden("this process makes no outgoing calls".to_owned())) })
    }
}
