//! How often a caller may do something: the one rate limiter, for calls of accounts and keys, failed logins and public pages. Kept in
//! memory of one process; what is counted is lost by a restart, and every node counts for itself.
//!
//! It is the generic cell rate algorithm on a bounded cache. The crate `governor` has the same algorithm but not what we answer with:
//! it cannot look without counting, does not know when everything is free again (`X-RateLimit-Reset`), and keeps each key it ever saw
//! until it is told to sweep.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use crossdock_domain::clock::{Span, Timestamp};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

/// The time that limits are per.
const PERIOD: Span = Span::minutes(1);
/// Keys that are remembered at once.
const MAX_KEYS: u64 = 100_000;

/// What a caller is told of its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Calls per minute.
    pub limit: u32,
    /// Calls that may be made at once from now.
    pub remaining: u32,
    /// Seconds until everything may be used again.
    pub reset: u32,
}

/// A limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimited {
    /// Seconds after which one call is free again.
    pub retry_after: u32,
    /// What is left: nothing.
    pub quota: Quota,
}

/// So many per minute for each key. What was not used for a while may be used at once, a minute's worth at most.
pub struct RateLimiter<K> {
    per_minute: u32,
    /// The moment at which everything would be free again. Keys without one have everything.
    free_at: Cache<K, Timestamp>,
}

impl<K> std::fmt::Debug for RateLimiter<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RateLimiter").field("per_minute", &self.per_minute).finish_non_exhaustive()
    }
}

impl<K: Hash + Eq + Send + Sync + 'static> RateLimiter<K> {
    /// With nothing counted yet. Zero: no limit.
    pub fn new(per_minute: u32) -> Self {
        // A key that rested for a minute has everything again, so forgetting it changes nothing. The oldest goes first: by default
        // a full cache would not take new keys, which then were never counted.
        let free_at = Cache::builder()
            .max_capacity(MAX_KEYS)
            .eviction_policy(EvictionPolicy::lru())
            .time_to_idle(Duration::from_mins(2))
            .build();
        Self { per_minute, free_at }
    }

    /// Counts one use; a refused one is not counted. The quota is `None` where there is no limit.
    pub fn check(&self, key: K, now: Timestamp) -> Result<Option<Quota>, RateLimited> {
        let Some(interval) = self.interval() else { return Ok(None) };
        let mut outcome = Ok(None);
        // In one step: many calls at once must not all be the last that is free.
        self.free_at.entry(key).and_upsert_with(|known| {
            let free_at = Self::free_at(known.map(moka::Entry::into_value), now);
            let next = free_at + interval;
            let fits = next - now <= PERIOD;
            outcome = if fits { Ok(Some(self.quota(next, now))) } else { Err(self.limited(free_at, now)) };
            if fits { next } else { free_at }
        });
        outcome
    }

    /// What [`RateLimiter::check`] would refuse, without counting.
    pub fn peek(&self, key: &K, now: Timestamp) -> Result<(), RateLimited> {
        let Some(interval) = self.interval() else { return Ok(()) };
        let free_at = Self::free_at(self.free_at.get(key), now);
        if free_at + interval - now > PERIOD { Err(self.limited(free_at, now)) } else { Ok(()) }
    }

    /// Whether nothing of a key is in use.
    pub fn is_clean(&self, key: &K, now: Timestamp) -> bool {
        Self::free_at(self.free_at.get(key), now) <= now
    }

    /// Gives one use back that was counted and did not happen.
    pub fn refund(&self, key: K, now: Timestamp) {
        let Some(interval) = self.interval() else { return };
        self.free_at.entry(key).and_upsert_with(|known| {
            let free_at = Self::free_at(known.map(moka::Entry::into_value), now);
            Timestamp((free_at - interval).0.max(now.0))
        });
    }

    /// When everything is free, as far as it can be true: it is never further away than a period, unless the clock was put back
    /// since. Then nothing is known, and nobody waits for the hour that was lived twice.
    fn free_at(known: Option<Timestamp>, now: Timestamp) -> Timestamp {
        known.filter(|free_at| *free_at > now && *free_at - now <= PERIOD).unwrap_or(now)
    }

    /// The time in which one use becomes free.
    fn interval(&self) -> Option<Span> {
        (self.per_minute > 0).then(|| Span((PERIOD.0 / i64::from(self.per_minute)).max(1)))
    }

    fn quota(&self, free_at: Timestamp, now: Timestamp) -> Quota {
        let used = (free_at - now).max(Span(0));
        let free = self.interval().map_or(0, |interval| (PERIOD.0 - used.0) / interval.0);
        let remaining = u32::try_from(free).unwrap_or(0).min(self.per_minute);
        Quota { limit: self.per_minute, remaining, reset: whole_seconds(used) }
    }

    fn limited(&self, free_at: Timestamp, now: Timestamp) -> RateLimited {
        let over = free_at + self.interval().unwrap_or(PERIOD) - PERIOD - now;
        RateLimited {
            retry_after: whole_seconds(over).max(1),
            quota: Quota { remaining: 0, ..self.quota(free_at, now) },
        }
    }
}

fn whole_seconds(span: Span) -> u32 {
    u32::try_from(span.0.max(0).saturating_add(999_999) / 1_000_000).unwrap_or(u32::MAX)
}

/// The part of an address that stands for one client: IPv6 users own a whole /64.
pub fn client_key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp(1_800_000_000_000_000);

    #[test]
    fn a_minutes_worth_may_be_used_at_once_and_comes_back_evenly() {
        let limiter = RateLimiter::new(60);
        for left in (0..60).rev() {
            let quota = limiter.check("a", NOON).expect("free").expect("limited");
            assert_eq!((quota.limit, quota.remaining), (60, left));
        }
        let refused = limiter.check("a", NOON).expect_err("used up");
        assert_eq!((refused.retry_after, refused.quota.remaining, refused.quota.reset), (1, 0, 60));
        assert!(limiter.check("b", NOON).is_ok(), "another account has its own");
        let later = NOON + Span::seconds(2);
        assert!(limiter.check("a", later).is_ok());
        assert!(limiter.check("a", later).is_ok());
        assert!(limiter.check("a", later).is_err(), "two seconds, two calls");
    }

    #[test]
    fn refused_calls_cost_nothing_and_looking_costs_nothing() {
        let limiter = RateLimiter::new(2);
        assert_eq!(limiter.peek(&"a", NOON), Ok(()));
        for _ in 0..2 {
            assert!(limiter.check("a", NOON).is_ok());
        }
        for _ in 0..10 {
            assert_eq!(limiter.check("a", NOON).expect_err("used up").retry_after, 30);
            assert_eq!(limiter.peek(&"a", NOON).expect_err("used up").retry_after, 30);
        }
        assert!(limiter.check("a", NOON + Span::seconds(30)).is_ok());
    }

    #[test]
    fn a_clock_that_is_put_back_locks_nobody_out() {
        let limiter = RateLimiter::new(2);
        for _ in 0..3 {
            let _ = limiter.check("a", NOON);
        }
        for back in [Span::seconds(1), Span::minutes(2), Span::hours(1), Span::days(400)] {
            let now = NOON - back;
            let told = limiter.peek(&"a", now).map_or_else(|limited| limited.retry_after, |()| 0);
            assert!(told <= 60, "{back:?}: {told} s");
        }
        let before = NOON - Span::hours(1);
        assert!(limiter.check("a", before).is_ok());
        assert!(limiter.check("a", before).is_ok());
        assert_eq!(limiter.check("a", before).expect_err("used up").retry_after, 30, "and it counts from there");
    }

    #[test]
    fn what_is_given_back_can_be_used_again() {
        let limiter = RateLimiter::new(1);
        assert!(limiter.is_clean(&"a", NOON));
        assert!(limiter.check("a", NOON).is_ok());
        assert!(!limiter.is_clean(&"a", NOON) && limiter.check("a", NOON).is_err());
        limiter.refund("a", NOON);
        assert!(limiter.is_clean(&"a", NOON) && limiter.check("a", NOON).is_ok());
    }

    #[test]
    fn zero_is_no_limit() {
        assert_eq!(RateLimiter::new(0).check("a", NOON), Ok(None));
    }

    #[test]
    fn a_client_is_an_ipv4_address_or_an_ipv6_network() {
        let key = |text: &str| client_key(text.parse().expect("an address"));
        assert_eq!(key("2001:db8::1"), key("2001:db8::2"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"), "an IPv4-mapped address is the IPv4 address");
    }
}
