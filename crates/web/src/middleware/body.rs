//! Reading a whole request body: at most so many bytes, in at most so much time.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::middleware::RequestOutcome;
use crate::pages::FORM_LIMIT;
use crate::plain_page::plain_page;
use crate::state::WebState;

/// How much of a body that is too large is still read, so that the client gets to see the answer: one that is still
/// writing when we close would see a broken connection instead.
const SWALLOW: usize = 8 * 1024 * 1024;
/// And for how long, once the limit is reached.
const SWALLOW_TIME: Duration = Duration::from_secs(2);

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyProblem {
    /// More bytes than allowed, declared or sent.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// The connection broke, or the chunks are malformed.
    Broken,
}

/// The whole body.
pub(crate) async fn read_body(
    headers: &HeaderMap,
    mut body: Body,
    limit: usize,
    time: Duration,
) -> Result<Bytes, BodyProblem> {
    if body.size_hint().lower() > u64::try_from(limit).unwrap_or(u64::MAX) {
        // Whoever asks first (`Expect: 100-continue`) has not sent anything yet and never will.
        // Nor is a size that nobody could mean waited for: the connection is closed.
        let meant = body.size_hint().lower() <= u64::try_from(limit + SWALLOW).unwrap_or(u64::MAX);
        if meant && !headers.contains_key(header::EXPECT) {
            // Up to the limit it costs what a body that is allowed costs.
            swallow(&mut body, limit + SWALLOW, time).await;
        }
        return Err(BodyProblem::TooLarge);
    }
    let read = async {
        match Limited::new(&mut body, limit).collect().await {
            Ok(whole) => Ok(whole.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(BodyProblem::TooLarge),
            Err(_) => Err(BodyProblem::Broken),
        }
    };
    let result = timeout(time, read).await.unwrap_or(Err(BodyProblem::TooSlow));
    if result == Err(BodyProblem::TooLarge) {
        swallow(&mut body, SWALLOW, SWALLOW_TIME).await;
    }
    result
}

/// Reads the form of a page before its handler runs, so that a slow browser is told so and cannot hold a handler.
pub(crate) async fn buffer_form(State(state): State<WebState>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let (status, code, title, text) =
        match read_body(&parts.headers, body, FORM_LIMIT, state.settings().body_timeout).await {
            Ok(body) => return next.run(Request::from_parts(parts, Body::from(body))).await,
            Err(BodyProblem::TooLarge) => {
                let text = "The form holds more than can be taken. Please shorten what you typed.";
                (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "Too much text", text)
            }
            Err(BodyProblem::TooSlow) => {
                let text = "The form did not arrive in time. Please go back and send it again.";
                (StatusCode::REQUEST_TIMEOUT, "body_timeout", "Too slow", text)
            }
            Err(BodyProblem::Broken) => {
                let text = "The form arrived in pieces. Please go back and send it again.";
                (StatusCode::BAD_REQUEST, "body_broken", "Not understood", text)
            }
        };
    let mut response = plain_page(status, title, text);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response.extensions_mut().insert(RequestOutcome { route: None, status, code });
    response
}

async fn swallow(body: &mut Body, bytes: usize, time: Duration) {
    let read = async {
        let mut left = bytes;
        while let Some(Ok(frame)) = body.frame().await {
            let size = frame.data_ref().map_or(0, Bytes::len);
            left = left.saturating_sub(size);
            if left == 0 {
                return;
            }
        }
    };
    // Time over or not: the answer is the same.
    let _: Result<(), _> = timeout(time, read).await;
}
