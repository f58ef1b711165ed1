//! How often an account or an application may call, and how often an address may fail to log in. Kept in memory of one process; what is
//! counted is lost by a restart, and every node counts for itself.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use crossdock_domain::clock::{Span, Timestamp};
use moka::sync::Cache;

const MINUTE: i64 = 60_000_000;

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
pub(crate) struct Reached {
    /// Seconds after which one call is free again.
    pub(crate) after: u32,
    pub(crate) quota: Quota,
}

/// So many per minute for each key. What was not used for a while may be used at once, a minute's worth at most.
///
/// One number per key: the moment at which everything would be free again.
pub(crate) struct PerMinute<K: Hash + Eq + Send + Sync + 'static> {
    limit: u32,
    free_at: Cache<K, Timestamp>,
}

impl<K: Hash + Eq + Send + Sync + 'static> std::fmt::Debug for PerMinute<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PerMinute").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl<K: Hash + Eq + Send + Sync + 'static> PerMinute<K> {
    /// Zero: no limit.
    pub(crate) fn new(limit: u32) -> Self {
        // A key that rested for a minute has everything again, so forgetting it changes nothing.
        let free_at = Cache::builder().max_capacity(100_000).time_to_idle(Duration::from_mins(2)).build();
        Self { limit, free_at }
    }

    /// Counts one use. `None`: there is no limit.
    pub(crate) fn take(&self, key: K, now: Timestamp) -> Option<Result<Quota, Reached>> {
        let cost = self.cost()?;
        let mut outcome = None;
        // In one step: many calls at once must not all be the last that is free.
        self.free_at.entry(key).and_upsert_with(|known| {
            let free_at = known.map_or(now, moka::Entry::into_value).max(now);
            let next = free_at + Span(cost);
            let fits = (next - now).0 <= MINUTE;
            outcome = Some(if fits { Ok(self.quota(next, now)) } else { Err(self.reached(free_at, now)) });
            if fits { next } else { free_at }
        });
        outcome
    }

    /// Looks without counting.
    pub(crate) fn look(&self, key: &K, now: Timestamp) -> Option<Reached> {
        let cost = self.cost()?;
        let free_at = self.free_at.get(key).filter(|free_at| *free_at > now)?;
        ((free_at - now).0 + cost > MINUTE).then(|| self.reached(free_at, now))
    }

    fn cost(&self) -> Option<i64> {
        (self.limit > 0).then(|| MINUTE / i64::from(self.limit))
    }

    fn quota(&self, free_at: Timestamp, now: Timestamp) -> Quota {
        let used = (free_at - now).0.max(0);
        let cost = (MINUTE / i64::from(self.limit.max(1))).max(1);
        let remaining = u32::try_from((MINUTE - used) / cost).unwrap_or(0).min(self.limit);
        Quota { limit: self.limit, remaining, reset: seconds(used) }
    }

    fn reached(&self, free_at: Timestamp, now: Timestamp) -> Reached {
        let over = (free_at - now).0 + MINUTE / i64::from(self.limit.max(1)) - MINUTE;
        Reached { after: seconds(over).max(1), quota: Quota { remaining: 0, ..self.quota(free_at, now) } }
    }
}

fn seconds(micros: i64) -> u32 {
    u32::try_from(micros.max(0).saturating_add(999_999) / 1_000_000).unwrap_or(u32::MAX)
}

/// The part of an address that stands for one client: IPv6 users own a whole /64.
pub(crate) fn client_key(address: IpAddr) -> IpAddr {
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
        let limit = PerMinute::new(60);
        for left in (0..60).rev() {
            let quota = limit.take("a", NOON).expect("limited").expect("free");
            assert_eq!((quota.limit, quota.remaining), (60, left));
        }
        let reached = limit.take("a", NOON).expect("limited").expect_err("used up");
        assert_eq!((reached.after, reached.quota.remaining, reached.quota.reset), (1, 0, 60));
        assert!(limit.take("b", NOON).expect("limited").is_ok(), "another account has its own");
        let later = NOON + Span::seconds(2);
        assert!(limit.take("a", later).expect("limited").is_ok());
        assert!(limit.take("a", later).expect("limited").is_ok());
        assert!(limit.take("a", later).expect("limited").is_err(), "two seconds, two calls");
    }

    #[test]
    fn refused_calls_cost_nothing_and_looking_costs_nothing() {
        let limit = PerMinute::new(2);
        assert_eq!(limit.look(&"a", NOON), None);
        for _ in 0..2 {
            assert!(limit.take("a", NOON).expect("limited").is_ok());
        }
        for _ in 0..10 {
            assert_eq!(limit.take("a", NOON).expect("limited").expect_err("used up").after, 30);
            assert_eq!(limit.look(&"a", NOON).expect("reached").after, 30);
        }
        assert!(limit.take("a", NOON + Span::seconds(30)).expect("limited").is_ok());
    }

    #[test]
    fn zero_is_no_limit() {
        assert_eq!(PerMinute::new(0).take("a", NOON), None);
    }
}
