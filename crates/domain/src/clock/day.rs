//! A calendar day without a zone: what dated rules are dated by.

use std::fmt;
use std::str::FromStr;

use crate::text::serde_as_text;
use jiff::civil::Date;

use super::Timestamp;

/// A day of the calendar, `2026-07-01`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// A day by year, month and day of the month; `None` when there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self)
    }

    /// The day on which `moment` falls in UTC.
    pub fn of(moment: Timestamp) -> Self {
        Self(moment.zoned().date())
    }

    /// The protocol's `yyyymmdd`; `None` when the text is no such day.
    pub fn from_yyyymmdd(text: &str) -> Option<Self> {
        Timestamp::from_yyyymmdd(text).map(Self::of)
    }

    /// The day after; the last day of time stays.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.tomorrow().unwrap_or(self.0))
    }

    /// Days from `earlier` to this one; negative when it is later.
    pub fn days_since(self, earlier: Self) -> i32 {
        (self.0 - earlier.0).get_days()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a valid date; write it as 2026-07-01")]
pub struct InvalidDay(pub String);

impl FromStr for Day {
    type Err = InvalidDay;

    fn from_str(text: &str) -> Result<Self, InvalidDay> {
        let right = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
        let day = right.then(|| text.parse::<Date>().ok()).flatten();
        day.map(Self).ok_or_else(|| InvalidDay(text.to_owned()))
    }
}

serde_as_text!(Day);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_written_and_compared() {
        let day: Day = "2026-06-30".parse().expect("day");
        assert_eq!(day.next().to_string(), "2026-07-01");
        assert_eq!(Day::from_yyyymmdd("20260630"), Some(day));
        assert_eq!(day.next().days_since(day), 1);
        assert!(Day::new(2026, 2, 29).is_none());
        for wrong in ["2026-6-30", "20260630", "2026-02-30", "2026-07-01T00:00", ""] {
            assert_eq!(wrong.parse::<Day>(), Err(InvalidDay(wrong.to_owned())));
        }
        let json = serde_json::to_string(&day).expect("json");
        assert_eq!(serde_json::from_str::<Day>(&json).expect("day"), day);
    }
}
