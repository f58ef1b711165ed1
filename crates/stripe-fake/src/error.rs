//! Errors in the words of the API that is played here.

use serde_json::{Map, Value, json};

/// What a call is refused with.
#[derive(Debug, Clone)]
pub struct ApiError {
    /// Status of HTTP.
    pub status: u16,
    kind: &'static str,
    code: Option<&'static str>,
    message: String,
    /// More members of the error object: `param`, `decline_code`, `payment_intent`.
    more: Map<String, Value>,
    /// Whether the call had begun to act. Only then is the answer kept for its idempotency key.
    pub began: bool,
}

impl ApiError {
    fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, code: None, message: message.into(), more: Map::new(), began: false }
    }

    /// A parameter is wrong: 400, not kept.
    pub fn parameter(param: &str, message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", message).with("param", param)
    }

    /// The call is wrong as a whole: 400, not kept.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    /// The object is in a state that does not allow the call: 400, kept.
    pub fn state(code: &'static str, message: impl Into<String>) -> Self {
        Self { began: true, ..Self::invalid(message).code(code) }
    }

    /// There is no such object: 404. `param` is `id` for one in the path.
    pub fn missing(kind: &str, id: &str, param: &str) -> Self {
        let error = Self::new(404, "invalid_request_error", format!("No such {kind}: '{id}'")).with("param", param);
        error.code("resource_missing")
    }

    /// There is no such route.
    pub fn no_route(method: &str, path: &str) -> Self {
        Self::new(404, "invalid_request_error", format!("Unrecognized request URL ({method}: {path})."))
    }

    /// The key is missing or wrong.
    pub fn unauthorised(message: impl Into<String>) -> Self {
        Self::new(401, "invalid_request_error", message)
    }

    /// A restricted key lacks a right.
    pub fn forbidden(right: &str) -> Self {
        let message = format!(
            "The provided key does not have the required permissions for this endpoint. Having the '{right}' \
             permission would allow this request to continue."
        );
        Self::new(403, "invalid_request_error", message)
    }

    /// The issuer or the risk check refused the card: 402, kept.
    pub fn card(code: &'static str, message: &str, more: Map<String, Value>) -> Self {
        Self { more, began: true, ..Self::new(402, "card_error", message).code(code) }
    }

    /// The idempotency key was used for something else.
    pub fn idempotency(message: impl Into<String>) -> Self {
        Self::new(400, "idempotency_error", message)
    }

    /// A call with this idempotency key has not ended yet.
    pub fn key_in_use(key: &str) -> Self {
        let message = format!("There is currently another in-progress request using this Idempotent Key ({key}).");
        Self::new(409, "idempotency_error", message).code("idempotency_key_in_use")
    }

    /// Too many calls, because a switch of the fake says so.
    pub fn rate_limit() -> Self {
        Self::new(429, "invalid_request_error", "Request rate limit exceeded.").code("rate_limit")
    }

    /// A failure inside, because a switch of the fake says so: kept, as the real one keeps it.
    pub fn internal() -> Self {
        Self { began: true, ..Self::new(500, "api_error", "An unknown error occurred.") }
    }

    /// The text for people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Refused after the call had begun to act.
    pub fn after_begin(self) -> Self {
        Self { began: true, ..self }
    }

    /// With the code that programs read.
    pub fn code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }

    /// With one more member.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// Whether the same call may be tried again at once; `None` leaves it to the client's own rule.
    pub fn should_retry(&self) -> Option<bool> {
        match self.status {
            409 => Some(true),
            500.. => None,
            _ => Some(false),
        }
    }

    /// `{"error": …}`.
    pub fn to_json(&self, request: &str) -> Value {
        let mut error = self.more.clone();
        error.insert("type".to_owned(), self.kind.into());
        error.insert("message".to_owned(), self.message.clone().into());
        if let Some(code) = self.code {
            error.insert("code".to_owned(), code.into());
            error.insert(
                "doc_url".to_owned(),
                format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-")).into(),
            );
        }
        error.insert("request_log_url".to_owned(), format!("https://dashboard.stripe.com/test/logs/{request}").into());
        json!({ "error": error })
    }
}
