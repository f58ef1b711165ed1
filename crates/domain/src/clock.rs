//! Time: the injected clock, the timestamp used everywhere, and its textual forms.
//!
//! The only place that names the calendar library.

mod day;
mod zone;

use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::DateTime;
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

    fn datetime(self) -> DateTime {
        let moment = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        jiff::tz::Offset::UTC.to_datetime(moment)
    }

    /// `yyyy-MM-dd HH:mm:ss.S` in UTC with at least one fractional digit (checkout protocol §3).
    pub fn to_protocol_string(self) -> String {
        let at = self.datetime();
        let mut text = String::with_capacity(23);
        push_year(&mut text, at);
        for (before, number) in
            [('-', at.month()), ('-', at.day()), (' ', at.hour()), (':', at.minute()), (':', at.second())]
        {
            text.push(before);
            push_two_digits(&mut text, number);
        }
        text.push('.');
        let millis = at.millisecond();
        push_digit(&mut text, millis / 100);
        if millis % 100 != 0 {
            push_digit(&mut text, millis / 10);
        }
        if millis % 10 != 0 {
            push_digit(&mut text, millis);
        }
        text
    }

    /// `Tue Mar 15 22:36:42 UTC 2016`, the form of `captureDateString` (checkout protocol §3), in UTC.
    pub fn to_java_date_string(self) -> String {
        const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let name = |names: &[&'static str], index: i8| {
            usize::try_from(index).ok().and_then(|index| names.get(index).copied()).unwrap_or_default()
        };
        let at = self.datetime();
        let mut text = String::with_capacity(28);
        text.push_str(name(&DAYS, at.weekday().to_sunday_zero_offset()));
        text.push(' ');
        text.push_str(name(&MONTHS, at.month() - 1));
        for (before, number) in [(' ', at.day()), (' ', at.hour()), (':', at.minute()), (':', at.second())] {
            text.push(before);
            push_two_digits(&mut text, number);
        }
        text.push_str(" UTC ");
        push_year(&mut text, at);
        text
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

// These forms are written for every order that goes out; a formatter of patterns takes several times as long.

fn push_year(text: &mut String, at: DateTime) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{:04}", at.year());
}

fn push_two_digits(text: &mut String, number: i8) {
    push_digit(text, i16::from(number / 10));
    push_digit(text, i16::from(number));
}

/// The last digit of a number that is not negative.
fn push_digit(text: &mut String, number: i16) {
    text.push(u8::try_from(number % 10).map_or('0', |digit| char::from(b'0' + digit)));
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
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn moments_read_as_the_calendar_library_writes_them(micros in -62_000_000_000_000_000_i64..250_000_000_000_000_000) {
            let moment = Timestamp(micros);
            let zoned = moment.zoned();
            prop_assert_eq!(moment.to_java_date_string(), zoned.strftime("%a %b %d %H:%M:%S UTC %Y").to_string());
            let text = moment.to_protocol_string();
            let seconds = zoned.strftime("%Y-%m-%d %H:%M:%S").to_string();
            prop_assert_eq!(text.strip_prefix(&seconds).map(|rest| rest.starts_with('.')), Some(true), "{}", text);
        }
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
