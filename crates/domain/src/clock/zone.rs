//! Time zones: wall clock of a wholesaler, for its keys, dates and cut-off hours.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::{Span, Timestamp};
use crate::text::serde_as_text;

/// A time zone by its IANA name, `Europe/Warsaw`. The table of zones is inside the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// Text that names no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone {0:?}; write a name like Europe/Warsaw")]
pub struct UnknownZone(pub String);

impl Zone {
    /// Universal time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// `Europe/Warsaw`, the vendor's home and the default of every wholesaler.
    pub fn warsaw() -> Self {
        Self::from_str("Europe/Warsaw").unwrap_or(Self::UTC)
    }

    /// The zone of the machine: what `TZ` says, else its setting.
    pub fn system() -> Self {
        Self(TimeZone::system())
    }

    /// Name of the zone.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    fn at(&self, moment: Timestamp) -> jiff::Zoned {
        let instant = jiff::Timestamp::from_microsecond(moment.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        instant.to_zoned(self.0.clone())
    }

    /// The day as `YYYYMMDD`, the prefix of a `systemKey` (customer protocol §3).
    pub fn compact_day(&self, moment: Timestamp) -> String {
        self.at(moment).strftime("%Y%m%d").to_string()
    }

    /// Wall clock as `YYYY-MM-DD HH:MM:SS` (customer protocol §2.5).
    pub fn wall_clock(&self, moment: Timestamp) -> String {
        self.at(moment).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The day as `YYYY-MM-DD`.
    pub fn day(&self, moment: Timestamp) -> String {
        self.at(moment).strftime("%Y-%m-%d").to_string()
    }

    /// Hour of the wall clock, 0 to 23.
    pub fn hour(&self, moment: Timestamp) -> u8 {
        u8::try_from(self.at(moment).hour()).unwrap_or(0)
    }

    /// Day of the week, 1 (Monday) to 7.
    pub fn weekday(&self, moment: Timestamp) -> u8 {
        u8::try_from(self.at(moment).weekday().to_monday_one_offset()).unwrap_or(1)
    }

    /// Reads `YYYY-MM-DD HH:MM:SS` or `YYYY-MM-DD` (its first moment) as wall clock of this zone. Of a time that comes twice, when
    /// the clocks go back, the first; of one that is left out, when they go forward, the moment of the change.
    ///
    /// This is how the beginning of a range is read; its end is read by [`read_end`](Self::read_end).
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        let (local, _) = local(text)?;
        self.first_moment(local)
    }

    /// Reads the same as the end of a range: the last moment that it can mean. A day means all of it, a second all of it, and a
    /// time that comes twice its second coming.
    pub fn read_end(&self, text: &str) -> Option<Timestamp> {
        let (local, is_day) = local(text)?;
        if is_day {
            let next = local.date().tomorrow().ok()?.to_datetime(jiff::civil::Time::midnight());
            return Some(self.first_moment(next)? - Span(1));
        }
        let ambiguous = self.0.to_ambiguous_zoned(local);
        if let AmbiguousOffset::Gap { .. } = ambiguous.offset() {
            return Some(self.change_before(local)? - Span(1));
        }
        let last = ambiguous.later().ok()?.timestamp();
        Some(Timestamp(last.as_microsecond()) + Span::seconds(1) - Span(1))
    }

    fn first_moment(&self, local: DateTime) -> Option<Timestamp> {
        let ambiguous = self.0.to_ambiguous_zoned(local);
        if let AmbiguousOffset::Gap { .. } = ambiguous.offset() {
            return self.change_before(local);
        }
        Some(Timestamp(ambiguous.earlier().ok()?.timestamp().as_microsecond()))
    }

    /// The moment at which the clocks left `local` out.
    fn change_before(&self, local: DateTime) -> Option<Timestamp> {
        // Read with the offset that came after, a time in the gap lies before the change.
        let before = self.0.to_ambiguous_zoned(local).earlier().ok()?.timestamp();
        let change = self.0.following(before).next()?;
        Some(Timestamp(change.timestamp().as_microsecond()))
    }
}

/// The wall clock that a text tells, and whether it is a day only.
fn local(text: &str) -> Option<(DateTime, bool)> {
    let text = text.trim();
    match Date::strptime("%Y-%m-%d", text) {
        Ok(date) => Some((date.to_datetime(jiff::civil::Time::midnight()), true)),
        Err(_) => Some((DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?, false)),
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::warsaw()
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;
    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        TimeZone::get(name.trim()).map(Self).map_err(|_| UnknownZone(name.to_owned()))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

serde_as_text!(Zone);

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21 23:30:00 UTC, half past midnight in Warsaw.
    const LATE: Timestamp = Timestamp(1_795_303_800_000_000);

    #[test]
    fn the_day_turns_at_local_midnight() {
        assert_eq!(Zone::UTC.compact_day(LATE), "20261121");
        assert_eq!(Zone::warsaw().compact_day(LATE), "20261122");
        assert_eq!(Zone::warsaw().wall_clock(LATE), "2026-11-22 00:30:00");
        assert_eq!((Zone::warsaw().hour(LATE), Zone::warsaw().weekday(LATE)), (0, 7));
    }

    #[test]
    fn wall_clock_is_read_back() {
        let zone = Zone::warsaw();
        assert_eq!(zone.read("2026-11-22 00:30:00"), Some(LATE));
        assert_eq!(zone.read("2026-11-22"), Some(LATE - Span::minutes(30)));
        for bad in ["", "2026-13-01", "22.11.2026", "2026-11-22T00:30:00", "2026-11-22 25:00:00"] {
            assert_eq!(zone.read(bad), None, "{bad}");
        }
    }

    /// The clocks of Warsaw go from 03:00 back to 02:00 on 2026-10-25, at 01:00 UTC.
    #[test]
    fn a_range_over_the_hour_that_comes_twice_holds_both_of_them() {
        let zone = Zone::warsaw();
        let utc = |text: &str| Zone::UTC.read(text).expect(text);
        let second = Span(Span::seconds(1).0 - 1);
        for (text, begins, ends) in [
            ("2026-10-25 01:59:59", "2026-10-24 23:59:59", "2026-10-24 23:59:59"),
            ("2026-10-25 02:00:00", "2026-10-25 00:00:00", "2026-10-25 01:00:00"),
            ("2026-10-25 02:40:00", "2026-10-25 00:40:00", "2026-10-25 01:40:00"),
            ("2026-10-25 02:59:59", "2026-10-25 00:59:59", "2026-10-25 01:59:59"),
            ("2026-10-25 03:00:00", "2026-10-25 02:00:00", "2026-10-25 02:00:00"),
        ] {
            assert_eq!(zone.read(text), Some(utc(begins)), "{text}");
            assert_eq!(zone.read_end(text), Some(utc(ends) + second), "{text}");
        }
        assert_eq!(zone.read_end("2026-10-25"), Some(utc("2026-10-25 23:00:00") - Span(1)), "a day of 25 hours");
    }

    /// They go from 02:00 on to 03:00 on 2026-03-29, at 01:00 UTC.
    #[test]
    fn a_time_that_is_left_out_is_the_moment_of_the_change() {
        let zone = Zone::warsaw();
        let change = Zone::UTC.read("2026-03-29 01:00:00").expect("a time");
        for text in ["2026-03-29 02:00:00", "2026-03-29 02:30:00", "2026-03-29 02:59:59"] {
            assert_eq!(zone.read(text), Some(change), "{text}");
            assert_eq!(zone.read_end(text), Some(change - Span(1)), "{text}");
        }
        assert_eq!(zone.read("2026-03-29 03:00:00"), Some(change));
        assert_eq!(zone.read_end("2026-03-29"), Zone::UTC.read("2026-03-29 22:00:00").map(|end| end - Span(1)));
    }

    /// Windows of an hour each, as jobs ask for them: whatever happens is in exactly one, but for the hour that comes twice.
    #[test]
    fn hourly_windows_leave_no_moment_out() {
        let zone = Zone::warsaw();
        for day in ["2026-03-29", "2026-10-25", "2026-06-01"] {
            let (first, last) = (zone.read(day).expect(day), zone.read_end(day).expect(day));
            let windows: Vec<_> = (0..24)
                .map(|hour| {
                    let read = |text: &str| format!("{day} {hour:02}:{text}");
                    (zone.read(&read("00:00")).expect(day), zone.read_end(&read("59:59")).expect(day))
                })
                .collect();
            let mut moment = first;
            while moment <= last {
                assert!(windows.iter().any(|(from, to)| *from <= moment && moment <= *to), "{day} {moment}");
                moment = moment + Span::minutes(7) + Span(999_999);
            }
        }
    }

    #[test]
    fn zones_go_by_their_names() {
        assert_eq!("Europe/Warsaw".parse::<Zone>().map(|zone| zone.to_string()), Ok("Europe/Warsaw".to_owned()));
        assert!("Mars/Olympus".parse::<Zone>().is_err());
        let json = serde_json::to_string(&Zone::warsaw()).expect("json");
        assert_eq!(serde_json::from_str::<Zone>(&json).expect("zone"), Zone::warsaw());
    }
}
