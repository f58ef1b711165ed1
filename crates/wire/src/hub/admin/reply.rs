//! Answers of the Admin API: statuses, envelopes, and the words of every error (customer protocol §8.3).

use std::fmt::Display;

use crossdock_app::hub::{
    AdminAccessError, GoodsError, OrderError, OrderListError, OrderingError, StaffAccessError, TenantError,
};
use crossdock_app::platform::error::{DbError, db_code};
use crossdock_app::platform::rate_limit::{Quota, RateLimited};
use crossdock_domain::clock::Span;
use rust_decimal::Decimal;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::schema::typed::{Described, Exact, Present, object};

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// What it would be in an honest dialect, for log and metrics: the older gates answer 200.
    pub honest_status: u16,
    /// Value of `X-Error`; on every error, because a widespread client crashes without it. Plain ASCII.
    pub error: Option<String>,
    /// JSON.
    pub body: String,
    /// What was called, for metrics.
    pub label: &'static str,
    /// Stable name of how it ended.
    pub code: &'static str,
    /// How long the answer is to be held back.
    pub delay: Span,
    /// Seconds for a `Retry-After` header.
    pub retry_after: Option<u32>,
    /// For the `X-RateLimit-...` headers, when the key is known.
    pub quota: Option<Quota>,
}

impl Reply {
    /// Done.
    pub(super) fn done(body: &impl Serialize) -> Self {
        Self {
            status: 200,
            honest_status: 200,
            error: None,
            body: serde_json::to_string(body).expect("answers have texts as keys"),
            label: "",
            code: "ok",
            delay: Span(0),
            retry_after: None,
            quota: None,
        }
    }

    /// Done with errors: 207, and `errors` beside what there is.
    pub(super) fn with_errors(body: &impl Described, code: i64, text: &str) -> Self {
        Self { status: 207, honest_status: 207, ..Self::done(&WithErrors { body, errors: fault(code, text) }) }
    }

    /// Done; with errors of this text when something failed.
    pub(super) fn partly(body: &impl Described, failed: bool, text: &str) -> Self {
        if failed { Self::with_errors(body, 1, text) } else { Self::done(body) }
    }

    /// Not done at all.
    pub(super) fn refused(status: u16, code: &'static str, text: &str) -> Self {
        let text = header_text(text);
        let body = Refused::new(status.into(), &text);
        Self { status, honest_status: status, error: Some(text), code, ..Self::done(&body) }
    }

    /// Too many calls with this key.
    pub(super) fn too_fast(limited: RateLimited) -> Self {
        let text = format!("Too many requests with this key; try again in {} s", limited.retry_after);
        let (retry_after, quota) = (Some(limited.retry_after), Some(limited.quota));
        Self { retry_after, quota, ..Self::refused(429, "too_many_requests", &text) }
    }

    /// A refusal under another fault code.
    pub(super) fn with_fault(self, code: i64) -> Self {
        let body = Refused::new(code, self.error.as_deref().unwrap_or_default());
        Self { body: Self::done(&body).body, ..self }
    }

    /// A call that never reached its operation.
    pub fn interrupted(status: u16, code: &'static str, text: &str) -> Self {
        Self::refused(status, code, text)
    }

    pub(super) fn of_error(error: impl Into<Refusal>) -> Self {
        error.into().into_reply()
    }

    pub(super) fn labelled(self, label: &'static str) -> Self {
        Self { label, ..self }
    }
}

/// Most characters of an error: it stands in a header too, and proxies take heads of 4 kB, some of them less.
const ERROR_LIMIT: usize = 300;

/// An error as a header can hold it: short, plain ASCII. Texts echo what was sent, which may be long.
fn header_text(text: &str) -> String {
    let plain = |c: char| if c.is_ascii() && !c.is_ascii_control() { c } else { '?' };
    let mut out: String = text.chars().take(ERROR_LIMIT).map(plain).collect();
    if text.chars().nth(ERROR_LIMIT).is_some() {
        out.truncate(ERROR_LIMIT - 3);
        out.push_str("...");
    }
    out
}

object! {
    /// How a call or an element of it ended.
    pub(super) struct Fault {
        /// 0: done
        code: i64 = "faultCode",
        /// Empty when it is done
        text: String = "faultString",
        /// The same text, when nothing was done at all
        message: Present<String> = "message",
    }

    /// The answer to a call that was not done at all.
    struct Refused {
        errors: Fault = "errors",
    }
}

impl Refused {
    fn new(code: i64, text: &str) -> Self {
        Self { errors: Fault { message: Present(Some(text.to_owned())), ..fault(code, text) } }
    }
}

/// An answer that ends in `errors`.
pub(super) struct WithErrors<'a, T> {
    pub(super) body: &'a T,
    pub(super) errors: Fault,
}

impl<T: Described> Serialize for WithErrors<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.body.write_fields(&mut map)?;
        map.serialize_entry(ERRORS, &self.errors)?;
        map.end()
    }
}

/// The field that answers end in.
pub(super) const ERRORS: &str = "errors";

/// Why a call as a whole was not done.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    code: &'static str,
    text: String,
    delay: Span,
}

impl Refusal {
    /// A parameter is missing or of no use.
    pub(super) fn format(text: impl Into<String>) -> Self {
        Self { status: 422, code: "bad_format", text: text.into(), delay: Span(0) }
    }

    /// Nothing of this name.
    pub(super) fn not_found(text: &str) -> Self {
        Self { status: 404, code: "not_found", text: text.to_owned(), delay: Span(0) }
    }

    pub(super) fn into_reply(self) -> Reply {
        // Only the limit of a sandbox comes this way, which counts by the minute.
        let retry_after = (self.status == 429).then_some(60);
        Reply { delay: self.delay, retry_after, ..Reply::refused(self.status, self.code, &self.text) }
    }

    /// Nothing of what was named.
    fn missing(error: &impl Display) -> Self {
        Self { status: 404, code: "not_found", text: error.to_string(), delay: Span(0) }
    }

    /// A rule forbids it; the words are the use case's.
    fn refused(error: &impl Display) -> Self {
        Self { status: 422, code: "refused", text: error.to_string(), delay: Span(0) }
    }

    fn amount() -> Self {
        Self { status: 422, code: "amount", text: "An amount is out of range".to_owned(), delay: Span(0) }
    }
}

impl From<DbError> for Refusal {
    fn from(error: DbError) -> Self {
        let code = db_code(&error);
        let new = |status, text: &str| Self { status, code, text: text.to_owned(), delay: Span(0) };
        match error {
            DbError::Unavailable(_) | DbError::Locked { .. } | DbError::Retry => {
                new(503, "Temporarily unavailable, please try again")
            }
            DbError::InvalidText => new(422, "Texts must not hold null characters"),
            DbError::Conflict | DbError::Inconsistent { .. } | DbError::Other(_) => {
                tracing::error!(code, %error, "call of the Admin API failed");
                new(500, "Internal error")
            }
        }
    }
}

impl From<AdminAccessError> for Refusal {
    fn from(error: AdminAccessError) -> Self {
        match error {
            AdminAccessError::LoginFailed { delay } => {
                let text = "Unknown, expired or revoked API key".to_owned();
                Self { status: 401, code: "wrong_key", text, delay }
            }
            AdminAccessError::Db(error) => error.into(),
        }
    }
}

impl From<StaffAccessError> for Refusal {
    fn from(error: StaffAccessError) -> Self {
        match error {
            StaffAccessError::NotFound(_) => Self::missing(&error),
            StaffAccessError::SwitchedOff => Self::refused(&error),
            StaffAccessError::Db(error) => error.into(),
        }
    }
}

impl From<TenantError> for Refusal {
    fn from(error: TenantError) -> Self {
        match error {
            TenantError::NotFound(_) => Self::missing(&error),
            TenantError::Exists(_) | TenantError::Refused(_) => Self::refused(&error),
            TenantError::Db(error) => error.into(),
        }
    }
}

impl From<GoodsError> for Refusal {
    fn from(error: GoodsError) -> Self {
        match error {
            GoodsError::NotFound(_) => Self::missing(&error),
            GoodsError::Invalid { .. }
            | GoodsError::TooManyElements { .. }
            | GoodsError::ProductLimit { .. }
            | GoodsError::Refused(_) => Self::refused(&error),
            GoodsError::Db(error) => error.into(),
        }
    }
}

impl From<OrderingError> for Refusal {
    fn from(error: OrderingError) -> Self {
        match error {
            OrderingError::WholesalerNotFound | OrderingError::RecipientNotFound => Self::missing(&error),
            OrderingError::Invalid { .. }
            | OrderingError::TooManyElements { .. }
            | OrderingError::LinesRefused(_)
            | OrderingError::EmptyBasket
            | OrderingError::ExternalIdReused
            | OrderingError::UnknownCourier
            | OrderingError::NoCourier
            | OrderingError::PickupPoint
            | OrderingError::RecipientIncomplete(_)
            | OrderingError::RecipientTooLong(_)
            | OrderingError::PaymentNotAvailable
            | OrderingError::DailyOrders { .. } => Self::refused(&error),
            OrderingError::Amount(_) => Self::amount(),
            OrderingError::Db(error) => error.into(),
        }
    }
}

impl From<OrderListError> for Refusal {
    fn from(error: OrderListError) -> Self {
        match error {
            OrderListError::TooManyElements { .. } => Self::refused(&error),
            OrderListError::Db(error) => error.into(),
        }
    }
}

impl From<OrderError> for Refusal {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::OrderNotFound | OrderError::NotFound(_) | OrderError::RecipientNotFound => {
                Self::missing(&error)
            }
            OrderError::Invalid { .. }
            | OrderError::TooManyElements { .. }
            | OrderError::LinesRefused(_)
            | OrderError::InvalidTransition(_)
            | OrderError::GoodsMissing
            | OrderError::UnknownCourier
            | OrderError::NoCourier
            | OrderError::PickupPoint
            | OrderError::RecipientIncomplete(_)
            | OrderError::RecipientTooLong(_)
            | OrderError::PaymentNotAvailable
            | OrderError::Refused(_) => Self::refused(&error),
            OrderError::Amount(_) => Self::amount(),
            OrderError::Db(error) => error.into(),
        }
    }
}

/// What an operation yields.
pub(super) type Answered = Result<Reply, Refusal>;

/// An empty text means that all is well.
pub(super) fn fault(code: i64, text: &str) -> Fault {
    Fault { code, text: text.to_owned(), message: Present(None) }
}

/// An exact number.
pub(super) fn number(value: Decimal) -> Exact {
    Exact(value.normalize())
}

/// The same with two digits, as prices are written.
pub(super) fn price(value: Decimal) -> Exact {
    Exact(value)
}

/// `y` or `n`.
pub(super) const fn yes_no(yes: bool) -> &'static str {
    if yes { "y" } else { "n" }
}
