//! Ids that tie an answer to its log lines.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header, in and out.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken over from a proxy.
const MAX_LENGTH: usize = 64;

/// Makes ids: a random part per process and a counter. They need not be secret, only different.
#[derive(Debug)]
pub(crate) struct RequestIds {
    process: u32,
    next: AtomicU32,
}

impl RequestIds {
    pub(crate) fn new() -> Self {
        let random = RandomState::new().hash_one(std::process::id());
        Self { process: (random >> 32) as u32, next: AtomicU32::new(1) }
    }

    /// The id that a trusted proxy gave, when it is sane; else a new one.
    pub(crate) fn id(&self, headers: &HeaderMap, trusted_proxy: bool) -> HeaderValue {
        if trusted_proxy
            && let Some(given) = headers.get(X_REQUEST_ID)
            && is_sane(given.as_bytes())
        {
            return given.clone();
        }
        self.fresh()
    }

    fn fresh(&self) -> HeaderValue {
        let mut text = [b'-'; 17];
        hex(self.process, &mut text[..8]);
        hex(self.next.fetch_add(1, Ordering::Relaxed), &mut text[9..]);
        HeaderValue::from_bytes(&text).unwrap_or(HeaderValue::from_static("0"))
    }
}

fn hex(number: u32, to: &mut [u8]) {
    for (index, digit) in to.iter_mut().enumerate() {
        *digit = b"0123456789abcdef"[(number >> (28 - 4 * index) & 15) as usize];
    }
}

fn is_sane(id: &[u8]) -> bool {
    (1..=MAX_LENGTH).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_ids_differ_and_are_sane() {
        let ids = RequestIds::new();
        let (first, second) = (ids.fresh(), ids.fresh());
        assert_ne!(first, second);
        assert!(is_sane(first.as_bytes()) && first.len() == 17);
        assert!(first.to_str().is_ok_and(|text| text.ends_with("-00000001")));
    }

    #[test]
    fn ids_are_taken_over_from_trusted_proxies_only_and_only_sane_ones() {
        let ids = RequestIds::new();
        let given = |value: &'static str, trusted| {
            let mut headers = HeaderMap::new();
            headers.insert(X_REQUEST_ID, HeaderValue::from_static(value));
            ids.id(&headers, trusted) == value
        };
        assert!(given("abc-123_4.5", true));
        assert!(!given("abc-123_4.5", false));
        assert!(!given("with blank", true));
        assert!(!given("", true));
        assert!(!given("\"><script>", true));
    }
}
