//! What is fixed about an operation, and what documents tell of it.

use super::Version;
use crate::schema::Object;

/// An operation: what it is for, what it reads and answers, an example that is tested, every error text.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) tag: &'static str,
    pub(super) summary: &'static str,
    pub(super) about: &'static str,
    /// What an `Idempotency-Key` is good for; `None`: nothing.
    pub(super) idempotency_key: Option<&'static str>,
    pub(super) request: &'static Object,
    pub(super) response: &'static Object,
    /// A golden request, and its answer.
    pub(super) request_example: &'static str,
    pub(super) response_example: &'static str,
    pub(super) errors: &'static [Case],
}

/// An error text and when it is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    pub(super) when: &'static str,
    /// On v1 and on v2.
    text: [&'static str; 2],
}

pub(super) const fn case(text: &'static str, when: &'static str) -> Case {
    Case { when, text: [text, text] }
}

/// A text that differs between the versions.
pub(super) const fn versioned(v1: &'static str, v2: &'static str, when: &'static str) -> Case {
    Case { when, text: [v1, v2] }
}

impl Case {
    pub(super) const fn text(self, version: Version) -> &'static str {
        match version {
            Version::V1 => self.text[0],
            Version::V2 => self.text[1],
        }
    }
}

/// What every operation that reads its body can say.
const GENERAL: [Case; 4] = [
    versioned("could not parse input", "Invalid post body", "the body is no JSON object"),
    case("Parameter store is required", "no store"),
    case("Invalid security credentials", "unknown store, missing or wrong secret"),
    case("Parameters must not contain null characters", "a text with a character that cannot be stored"),
];

impl Endpoint {
    /// Mistakes of the caller.
    pub(super) fn errors(&self) -> impl Iterator<Item = Case> {
        let general: &[Case] = if self.errors.is_empty() { &[] } else { &GENERAL };
        general.iter().chain(self.errors).copied()
    }
}

/// A file of the golden pairs.
macro_rules! golden {
    ($case:literal, $file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/wire/checkout/", $case, "/", $file, ".json"))
    };
}

pub(super) use golden;
