//! Wrong keys, whatever they are shown to: so many of one client in a minute, then nothing of it is looked at. Whoever guesses cannot
//! tell a right key from a wrong one while the limit holds.

use std::net::IpAddr;

use crossdock_app::platform::rate_limit::{RateLimited, RateLimiter, client_key};
use crossdock_domain::clock::Timestamp;

/// Outcomes that look like guessing, by their stable names in all dialects.
const GUESSES: [&str; 5] = ["invalid_credentials", "wrong_key", "login_failed", "dropshipping_key", "wrong_token"];

/// Wrong keys of each client.
pub(crate) struct Guesses {
    failures: RateLimiter<IpAddr>,
}

/// A call that may look at its key. Dropped without an outcome it counts as it was counted: whoever hangs up has learned nothing.
pub(crate) struct Attempt {
    client: IpAddr,
    reserved: bool,
}

impl Guesses {
    pub(crate) fn new(per_minute: u32) -> Self {
        Self { failures: RateLimiter::new(per_minute) }
    }

    /// Whether the key of a call may be looked at. A client without failures may call as often and as much at once as it likes; one
    /// with failures uses up what it has left before it is answered, so that many guesses at once are no more than one by one.
    pub(crate) fn admit(&self, client: IpAddr, now: Timestamp) -> Result<Attempt, RateLimited> {
        let client = client_key(client);
        if self.failures.is_clean(&client, now) {
            return Ok(Attempt { client, reserved: false });
        }
        let reserved = self.failures.check(client, now)?.is_some();
        Ok(Attempt { client, reserved })
    }

    /// How a call ended: the stable name of its outcome.
    pub(crate) fn ended(&self, Attempt { client, reserved }: Attempt, code: &str, now: Timestamp) {
        match (GUESSES.contains(&code), reserved) {
            (true, false) => drop(self.failures.check(client, now)),
            (false, true) => self.failures.refund(client, now),
            (true, true) | (false, false) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp(1_800_000_000_000_000);

    fn address(text: &str) -> IpAddr {
        text.parse().expect(text)
    }

    #[test]
    fn after_so_many_wrong_keys_nothing_of_the_client_is_looked_at() {
        let guesses = Guesses::new(30);
        let guess = |client: &str| match guesses.admit(address(client), NOON) {
            Ok(attempt) => {
                guesses.ended(attempt, "wrong_key", NOON);
                true
            }
            Err(_) => false,
        };
        let looked_at = (0..200_u16).filter(|n| guess(&format!("2001:db8::{n:x}"))).count();
        assert_eq!(looked_at, 30, "one /64 is one client");
        assert!(guesses.admit(address("2001:db8:0:1::1"), NOON).is_ok(), "another network is not");
    }

    #[test]
    fn guesses_at_once_are_no_more_than_one_by_one() {
        let guesses = Guesses::new(30);
        let client = address("192.0.2.1");
        let first = guesses.admit(client, NOON).expect("clean");
        guesses.ended(first, "invalid_credentials", NOON);
        let at_once: Vec<_> = (0..100).map_while(|_| guesses.admit(client, NOON).ok()).collect();
        assert_eq!(at_once.len(), 29);
    }

    #[test]
    fn right_keys_use_nothing_up() {
        let guesses = Guesses::new(2);
        let client = address("192.0.2.1");
        for n in 0..100 {
            let attempt = guesses.admit(client, NOON).expect("not limited");
            // One typing error among them.
            guesses.ended(attempt, if n == 5 { "login_failed" } else { "ok" }, NOON);
        }
    }
}
