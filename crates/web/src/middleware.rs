//! What happens around every handler.
//!
//! One layer (`request_context`) does all of it, because each axum layer costs a boxed service and a boxed future per request.

pub(crate) mod body;
pub mod caller;
pub(crate) mod request_context;
pub(crate) mod request_id;
pub(crate) mod tarpit;

use axum::http::StatusCode;

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
