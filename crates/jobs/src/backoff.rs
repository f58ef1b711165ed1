//! When a failed job is tried again.

use std::time::Duration;

use crossdock_domain::clock::Span;
use crossdock_domain::random::Random;

/// Seconds to wait after the first, second, … failed run. After the last one a job is dead.
const DEFAULT: [u32; 10] = [2, 5, 15, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400];

/// The waits between runs of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    seconds: Vec<u32>,
    jitter_percent: u8,
}

impl Default for Backoff {
    /// Ten waits from two seconds to a day, each up to a fifth longer.
    fn default() -> Self {
        Self::new(DEFAULT, 20)
    }
}

impl Backoff {
    /// Waits in seconds, and by how much of itself a wait may grow at random: many jobs that failed together must not
    /// come back together.
    pub fn new(seconds: impl Into<Vec<u32>>, jitter_percent: u8) -> Self {
        Self { seconds: seconds.into(), jitter_percent: jitter_percent.min(100) }
    }

    /// Most runs of a job: the first one and one after every wait.
    pub fn max_attempts(&self) -> i64 {
        i64::try_from(self.seconds.len()).unwrap_or(i64::MAX).saturating_add(1)
    }

    /// The wait after the failed run number `attempt` (from 1); `None` when there is no further run.
    pub fn after(&self, attempt: i64, random: &dyn Random) -> Option<Span> {
        let index = usize::try_from(attempt.max(1) - 1).ok()?;
        let wait = i64::from(*self.seconds.get(index)?) * 1_000_000;
        let most = wait / 100 * i64::from(self.jitter_percent);
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        let jitter = i64::from(u32::from_le_bytes(bytes)) * (most / 1_000) / i64::from(u32::MAX) * 1_000;
        Some(Span(wait + jitter))
    }
}

/// A length of time as the clock's own type.
pub(crate) fn span(duration: Duration) -> Span {
    Span(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Always(u8);

    impl Random for Always {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn waits_follow_the_list_and_then_end() {
        let backoff = Backoff::new([2, 60], 0);
        let random = Always(0xFF);
        assert_eq!(backoff.max_attempts(), 3);
        assert_eq!(backoff.after(1, &random), Some(Span::seconds(2)));
        assert_eq!(backoff.after(2, &random), Some(Span::seconds(60)));
        assert_eq!(backoff.after(3, &random), None);
    }

    #[test]
    fn jitter_only_lengthens_a_wait_and_stays_within_its_share() {
        let backoff = Backoff::new([100, 86_400], 20);
        assert_eq!(backoff.after(1, &Always(0)), Some(Span::seconds(100)));
        assert_eq!(backoff.after(1, &Always(0xFF)), Some(Span::seconds(120)));
        let half = backoff.after(2, &Always(0x80)).expect("a wait");
        assert!(half > Span::seconds(95_000) && half < Span::seconds(95_100), "{half:?}");
    }
}
