//! What happens around every handler.
//!
//! One layer (`request_context`) does all of it, because each axum layer costs a boxed service and a boxed future per request.

pub(crate) mod body;
pub mod caller;
pub(crate) mod guesses;
pub(crate) mod request_context;
pub(crate) mod request_id;
pub(crate) mod tarpit;

use axum::Router;
use axum::http::StatusCode;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};

/// Answers below this size are sent as they are: they fit into one packet, and keys and tokens are among them.
const COMPRESS_ABOVE: u64 = 1024;

/// The same routes with gzip for clients that take it.
///
/// Pages are not among what is compressed. They hold the token of their form beside text that the link to them can choose (a
/// buyer's name, say), and whoever makes a browser ask for many and sees how long the answers are reads the token out of
/// their lengths (BREACH). Answers of APIs are safe: no cookie opens an API, so nobody can make a browser call with somebody else's
/// key.
pub(crate) fn compressed<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    let worth_it = SizeAbove::new(COMPRESS_ABOVE).and(NotForContentType::const_new("text/html"));
    router.layer(CompressionLayer::new().gzip(true).compress_when(worth_it))
}

/// What a handler tells log and metrics about its answer, as a response extension. Without it the wire status is told.
#[derive(Debug, Clone, Copy)]
pub struct RequestOutcome {
    /// Name of the route; `None` stands for the matched path.
    pub route: Option<&'static str>,
    /// The status in an honest dialect.
    pub status: StatusCode,
    /// Stable name of the outcome, such as the code of an error.
    pub code: &'static str,
}
