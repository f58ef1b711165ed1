//! Time zones: wall clock of a wholesaler, for its keys, dates and cut-off hours.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::Timestamp;
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

    /// Reads `YYYY-MM-DD HH:MM:SS` or `YYYY-MM-DD` (its first moment) as wall clock of this zone.
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        let text = text.trim();
        let local = match Date::strptime("%Y-%m-%d", text) {
            Ok(date) => date.to_datetime(jiff::civil::Time::midnight()),
            Err(_) => DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?,
        };
        let zoned = local.to_zoned(self.0.clone()).ok()?;
        Some(Timestamp(zoned.timestamp().as_microsecond()))
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
    use crate::clock::Span;

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

    #[test]
    fn zones_go_by_their_names() {
        assert_eq!("Europe/Warsaw".parse::<Zone>().map(|zone| zone.to_string()), Ok("Europe/Warsaw".to_owned()));
        assert!("Mars/Olympus".parse::<Zone>().is_err());
        let json = serde_json::to_string(&Zone::warsaw()).expect("json");
        assert_eq!(serde_json::from_str::<Zone>(&json).expect("zone"), Zone::warsaw());
    }
}
