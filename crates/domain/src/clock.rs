//! Time: the injected clock, the timestamp used everywhere, and its textual forms.
//!
//! The only place that names the calendar library.

mod day;
mod zone;

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use day::Day;
pub use zone::{UnknownZone, Zone};

/// Microseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Length of time in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(pub i64);

impl Span {
    /// So many seconds.
    pub const fn seconds(n: i64) -> Self {
        Self(n * 1_000_000)
    }
    /// So many minutes.
    pub const fn minutes(n: i64) -> Self {
        Self::seconds(n * 60)
    }
    /// So many hours.
    pub const fn hours(n: i64) -> Self {
        Self::minutes(n * 60)
    }
    /// So many days of 24 hours.
    pub const fn days(n: i64) -> Self {
        Self::hours(n * 24)
    }
}

impl std::ops::Add<Span> for Timestamp {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl std::ops::Sub<Span> for Timestamp {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl std::ops::Sub for Timestamp {
    type Output = Span;
    fn sub(self, other: Self) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

impl Timestamp {
    /// Milliseconds since the epoch, the protocol's `orderStatusDate`.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Midnight UTC of a protocol day `yyyymmdd`; `None` when the text is no such date (checkout protocol §3).
    pub fn from_yyyymmdd(text: &str) -> Option<Self> {
        if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let year: i16 = text[..4].parse().ok()?;
        let month: i8 = text[4..6].parse().ok()?;
        let day: i8 = text[6..].parse().ok()?;
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        let zoned = date.to_zoned(TimeZone::UTC).ok()?;
        Some(Self(zoned.timestamp().as_microsecond()))
    }

    /// A moment as RFC 3339 writes it, `2026-01-31T12:00:00Z`; `None` for anything else.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        text.trim().parse::<jiff::Timestamp>().ok().map(|moment| Self(moment.as_microsecond()))
    }

    fn zoned(self) -> jiff::Zoned {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(TimeZone::UTC)
    }

    /// `yyyy-MM-dd HH:mm:ss.S` in UTC with at least one fractional digit (checkout protocol §3).
    pub fn to_protocol_string(self) -> String {
        let z = self.zoned();
        let mut fraction = format!("{:03}", z.millisecond());
        while fraction.len() > 1 && fraction.ends_with('0') {
            fraction.pop();
        }
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{fraction}",
            z.year(),
            z.month(),
            z.day(),
            z.hour(),
            z.minute(),
            z.second()
        )
    }

    /// `Tue Mar 15 22:36:42 UTC 2016`, the form of `captureDateString` (checkout protocol §3), in UTC.
    pub fn to_java_date_string(self) -> String {
        self.zoned().strftime("%a %b %d %H:%M:%S UTC %Y").to_string()
    }

    /// `Tue, 15 Mar 2016 22:36:42 GMT`, the form of dates in HTTP's headers (RFC 9110 §5.6.7).
    pub fn to_http_date(self) -> String {
        self.zoned().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// RFC 3339 with microseconds, for logs, CLI and admin answers.
    pub fn to_rfc3339(self) -> String {
        self.zoned().timestamp().to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// The only source of "now".
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that may read the system clock")]
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_microsecond())
    }
}

/// A clock that stands still until told otherwise; for tests and the deterministic demo.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// Stands at `start`.
    pub const fn new(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.0))
    }

    /// Moves the hand by `span`, also backwards.
    pub fn advance(&self, span: Span) {
        self.0.fetch_add(span.0, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocol_dates_agree_with_the_documented_instants() {
        // Checkout protocol §3: these epochs are these instants in UTC.
        let placed = Timestamp(1_420_097_594_000_000);
        assert_eq!(placed.to_protocol_string(), "2015-01-01 07:33:14.0");
        let captured = Timestamp(1_458_081_402_000_000);
        assert_eq!(captured.to_java_date_string(), "Tue Mar 15 22:36:42 UTC 2016");
        assert_eq!(captured.to_http_date(), "Tue, 15 Mar 2016 22:36:42 GMT");
        assert_eq!(captured.millis(), 1_458_081_402_000);
    }

    #[test]
    fn fraction_is_shortened_but_never_empty() {
        assert_eq!(Timestamp(1_120_000).to_protocol_string(), "1970-01-01 00:00:01.12");
        assert_eq!(Timestamp(1_007_000).to_protocol_string(), "1970-01-01 00:00:01.007");
    }

    #[test]
    fn days_are_read_strictly() {
        assert_eq!(
            Timestamp::from_yyyymmdd("20150101").map(Timestamp::to_protocol_string).as_deref(),
            Some("2015-01-01 00:00:00.0")
        );
        for bad in ["2015-01-01", "20150230", "2015010", "", "abcdefgh", "20151301"] {
            assert_eq!(Timestamp::from_yyyymmdd(bad), None, "{bad}");
        }
    }
}
