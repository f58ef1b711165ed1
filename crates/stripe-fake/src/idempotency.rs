//! Answers kept for their idempotency keys.

use crate::Answer;
use crate::error::ApiError;
use crate::state::State;

/// Longest key.
const LONGEST: usize = 255;

/// The first answer of a key. It lasts 24 hours.
#[derive(Debug, Clone)]
pub struct Stored {
    pub created: i64,
    pub path: String,
    pub fingerprint: String,
    pub answer: Answer,
}

impl State {
    /// The stored answer of a key, marked as a replay; an error when the key stands for another call.
    pub fn replay(&self, key: &str, path: &str, fingerprint: &str) -> Result<Option<Answer>, ApiError> {
        if key.len() > LONGEST {
            return Err(ApiError::invalid(format!("Idempotency keys can be at most {LONGEST} characters long.")));
        }
        if self.running.contains(key) {
            return Err(ApiError::key_in_use(key));
        }
        let Some(stored) = self.stored.get(key) else { return Ok(None) };
        if stored.path != path {
            return Err(ApiError::idempotency(format!(
                "Keys for idempotent requests can only be used for the same endpoint they were first used for ('{path}' \
                 vs '{}'). Try using a key other than '{key}' if you meant to execute a different request.",
                stored.path
            )));
        }
        if stored.fingerprint != fingerprint {
            return Err(ApiError::idempotency(format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. Try \
                 using a key other than '{key}' if you meant to execute a different request."
            )));
        }
        let mut answer = stored.answer.clone();
        answer.headers.push(("idempotent-replayed", "true".to_owned()));
        Ok(Some(answer))
    }
}
