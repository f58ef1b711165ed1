//! How often a client may ask what costs us computing and needs no secret.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crossdock_domain::clock::{Span, Timestamp};

use crate::settings::client_key;

/// Clients that are remembered at once; when there are more, all are forgotten, which harms nobody but us.
const MOST_CLIENTS: usize = 100_000;
/// What a limit is per.
const MINUTE: Span = Span::minutes(1);

/// Counts calls by client and minute.
#[derive(Debug)]
pub(crate) struct RateLimit {
    per_minute: u32,
    counts: Mutex<HashMap<IpAddr, (Timestamp, u32)>>,
}

impl RateLimit {
    pub(crate) fn new(per_minute: u32) -> Self {
        Self { per_minute, counts: Mutex::default() }
    }

    /// Counts a call; the seconds to wait when it is one too many.
    pub(crate) fn admit(&self, client: IpAddr, now: Timestamp) -> Result<(), u32> {
        // Nothing in here can panic halfway.
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST_CLIENTS {
            counts.retain(|_, (since, _)| now - *since < MINUTE);
            if counts.len() >= MOST_CLIENTS {
                counts.clear();
            }
        }
        let (since, count) = counts.entry(client_key(client)).or_insert((now, 0));
        let age = now - *since;
        if !(Span(0)..MINUTE).contains(&age) {
            (*since, *count) = (now, 0);
        }
        if *count >= self.per_minute {
            let left = (MINUTE.0 - age.0).max(0) / 1_000_000 + 1;
            return Err(u32::try_from(left).unwrap_or(60));
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_so_many_calls_a_minute_and_others_their_own() {
        let limit = RateLimit::new(2);
        let client = |text: &str| text.parse::<IpAddr>().expect(text);
        let at = |second: i64| Timestamp(second * 1_000_000);
        assert_eq!(limit.admit(client("192.0.2.1"), at(0)), Ok(()));
        assert_eq!(limit.admit(client("192.0.2.1"), at(10)), Ok(()));
        assert_eq!(limit.admit(client("192.0.2.1"), at(20)), Err(41));
        assert_eq!(limit.admit(client("192.0.2.2"), at(20)), Ok(()));
        assert_eq!(limit.admit(client("192.0.2.1"), at(60)), Ok(()));
        for second in [60, 61] {
            assert_eq!(limit.admit(client("2001:db8::1"), at(second)), Ok(()));
        }
        assert!(limit.admit(client("2001:db8::2"), at(62)).is_err(), "an IPv6 user owns a whole /64");
    }
}
