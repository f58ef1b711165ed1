//! How many answers to wrong credentials are held back at once. Holding one costs memory and a connection, so that
//! guessing slowly must not become a way to fill us up.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossdock_app::platform::rate_limit::client_key;

/// Counts held answers by client. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Tarpit {
    counts: Arc<Mutex<Counts>>,
    per_client: u32,
    all: u32,
}

#[derive(Debug, Default)]
struct Counts {
    by_client: HashMap<IpAddr, u32>,
    all: u32,
}

impl Tarpit {
    pub(crate) fn new(per_client: u32, all: u32) -> Self {
        Self { counts: Arc::default(), per_client, all }
    }

    /// A place for one more answer; `None` when the client, or everyone together, has too many.
    pub(crate) fn hold(&self, client: IpAddr) -> Option<TarpitSlot> {
        let client = client_key(client);
        let mut counts = self.lock();
        if counts.all >= self.all {
            return None;
        }
        let count = counts.by_client.get(&client).copied().unwrap_or(0);
        if count >= self.per_client {
            return None;
        }
        counts.by_client.insert(client, count + 1);
        counts.all += 1;
        Some(TarpitSlot { answers: self.clone(), client })
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        // Nothing in here can panic halfway.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A held answer; dropping it frees its place.
#[derive(Debug)]
pub(crate) struct TarpitSlot {
    answers: Tarpit,
    client: IpAddr,
}

impl Drop for TarpitSlot {
    fn drop(&mut self) {
        let mut counts = self.answers.lock();
        counts.all = counts.all.saturating_sub(1);
        if let Some(count) = counts.by_client.get_mut(&self.client) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.by_client.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_limited_by_client_and_altogether_and_come_back() {
        let tarpit = Tarpit::new(2, 3);
        let address = |text: &str| text.parse::<IpAddr>().expect(text);
        let first = tarpit.hold(address("192.0.2.1"));
        let _second = tarpit.hold(address("192.0.2.1")).expect("second");
        assert!(tarpit.hold(address("192.0.2.1")).is_none(), "client is full");
        let _other = tarpit.hold(address("2001:db8::1")).expect("other");
        assert!(tarpit.hold(address("2001:db8::2")).is_none(), "all are full");
        drop(first);
        let _again = tarpit.hold(address("2001:db8::2")).expect("same /64, second place");
        assert_eq!(tarpit.lock().by_client.len(), 2);
    }
}
