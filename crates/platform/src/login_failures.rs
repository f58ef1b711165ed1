//! What failed logins cost: answers of an address that keeps failing are held back, longer each time.

use std::net::IpAddr;
use std::time::Duration;

use crossdock_domain::clock::Span;
use moka::sync::Cache;

use crate::rate_limit::client_key;

/// Failures of one address at one login that cost nothing yet: typing errors are human.
const FREE_FAILURES: u32 = 10;
/// Failures of one address at all logins together that cost nothing yet: one address may serve many shops.
const FREE_FAILURES_ANYWHERE: u32 = 50;
/// Failures are forgotten after this time without another one.
const FORGET: Duration = Duration::from_mins(15);
/// Longest delay of an answer.
const MAX_DELAY: Span = Span::seconds(4);

/// What somebody tried to log in to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LoginTarget {
    /// Which API or page: `store`, `customer-api`.
    pub kind: &'static str,
    /// Which tenant of it, when the caller named one.
    pub tenant: Option<i64>,
}

/// Failed logins of each address of the network, counted in this process.
pub struct LoginFailures {
    /// `None` counts the failures at all targets together.
    counts: Cache<(Option<LoginTarget>, IpAddr), u32>,
}

impl Default for LoginFailures {
    fn default() -> Self {
        Self { counts: Cache::builder().max_capacity(100_000).time_to_idle(FORGET).build() }
    }
}

impl LoginFailures {
    /// Counts a failure; how long its answer is to be held back.
    pub fn count(&self, target: LoginTarget, client: IpAddr) -> Span {
        let client = client_key(client);
        let count = |target| {
            let counter = self.counts.entry((target, client));
            // In one step: many calls at once must not all be the first.
            counter.and_upsert_with(|known| known.map_or(0, moka::Entry::into_value).saturating_add(1)).into_value()
        };
        let failures = count(Some(target));
        let anywhere = count(None);
        let over = failures.saturating_sub(FREE_FAILURES).max(anywhere.saturating_sub(FREE_FAILURES_ANYWHERE)).min(10);
        if over == 0 { Span(0) } else { Span(125_000 << over).min(MAX_DELAY) }
    }

    /// Forgets the failures of an address at one target, after a login there.
    pub fn forget(&self, target: LoginTarget, client: IpAddr) {
        self.counts.invalidate(&(Some(target), client_key(client)));
    }
}
