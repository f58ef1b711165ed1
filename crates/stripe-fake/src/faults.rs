//! Calls that go wrong on purpose.

use crate::error::ApiError;
use crate::form::Params;

/// How a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The work is done; the connection ends without an answer.
    Lost,
    /// Nothing is done, the answer is 500, and the idempotency key keeps it.
    Internal,
    /// The work is done, the answer is 500 all the same, and the idempotency key keeps that.
    InternalAfter,
    /// Nothing is done or kept: 429.
    RateLimit,
    /// No answer until the calls are released. Until then the idempotency key is in use.
    Timeout,
}

/// The next calls of a kind go wrong.
#[derive(Debug, Clone)]
pub struct Fault {
    method: String,
    /// Path, where `*` stands for one part of any name.
    path: String,
    pub kind: FaultKind,
    left: i64,
}

const KINDS: &[(&str, FaultKind)] = &[
    ("lost", FaultKind::Lost),
    ("500", FaultKind::Internal),
    ("500_after", FaultKind::InternalAfter),
    ("429", FaultKind::RateLimit),
    ("timeout", FaultKind::Timeout),
];

impl Fault {
    /// Reads `call=POST /v1/payment_intents/*/capture`, `kind` and `count`.
    pub fn read(params: &Params) -> Result<Self, ApiError> {
        params.allow(&["call", "kind", "count"])?;
        let call = params.required("call")?;
        let (method, path) = call.split_once(' ').filter(|(_, path)| path.starts_with("/v1/")).ok_or_else(|| {
            ApiError::parameter("call", "call is a method and a path, such as `POST /v1/payment_intents/*/capture`")
        })?;
        let kind = params.required("kind")?;
        let found = KINDS.iter().find(|(name, _)| *name == kind).map(|(_, kind)| *kind);
        let kind = found.ok_or_else(|| ApiError::parameter("kind", "kind is lost, 500, 500_after, 429 or timeout"))?;
        let left = params.number("count")?.unwrap_or(1);
        if left < 1 {
            return Err(ApiError::parameter("count", "count is 1 or more"));
        }
        Ok(Self { method: method.to_owned(), path: path.to_owned(), kind, left })
    }

    fn is_for(&self, method: &str, path: &str) -> bool {
        let (mut wanted, mut asked) = (self.path.split('/'), path.split('/'));
        self.method == method
            && loop {
                match (wanted.next(), asked.next()) {
                    (None, None) => break true,
                    (Some(wanted), Some(asked)) if wanted == "*" || wanted == asked => {}
                    _ => break false,
                }
            }
    }

    /// What this call meets, if anything; counts it.
    pub fn take(faults: &mut Vec<Self>, method: &str, path: &str) -> Option<FaultKind> {
        let at = faults.iter().position(|fault| fault.is_for(method, path))?;
        let fault = &mut faults[at];
        fault.left -= 1;
        let kind = fault.kind;
        if fault.left == 0 {
            faults.remove(at);
        }
        Some(kind)
    }
}
