//! When goods that are ordered now are ready to leave the warehouse, by its opening hours.

use super::wholesaler::{HandlingTime, OpeningHours};
use crate::clock::{Span, Timestamp, Zone};

/// The first moment from `from` on at which the warehouse works: `from` itself when it works then, or when nobody said
/// when it works.
pub fn next_open(hours: &[OpeningHours], zone: &Zone, from: Timestamp) -> Timestamp {
    let moment = |day: &str, time: &str| zone.read(&format!("{day} {time}:00"));
    // Noon, because a day later it is still that day where clocks are put forward or back.
    let Some(noon) = moment(&zone.day(from), "12:00") else { return from };
    for day in 0..=7 {
        let at = noon + Span::days(day);
        let (date, next) = (zone.day(at), zone.day(at + Span::days(1)));
        let weekday = zone.weekday(at);
        let open = hours.iter().filter(|one| one.weekday == weekday).filter_map(|one| {
            let closing = if one.closing == "24:00" { moment(&next, "00:00") } else { moment(&date, &one.closing) }?;
            let opening = moment(&date, &one.opening)?;
            (from < closing).then_some(opening.max(from))
        });
        if let Some(first) = open.min() {
            return first;
        }
    }
    from
}

/// When goods that are ordered at `from` are ready: preparing them begins when the warehouse works and takes `prepare`; they
/// leave, or are handed over, when it works.
pub fn ready_at(hours: &[OpeningHours], zone: &Zone, from: Timestamp, prepare: HandlingTime) -> Timestamp {
    let begun = next_open(hours, zone, from);
    next_open(hours, zone, begun + Span::days(prepare.days) + Span::hours(prepare.hours))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week() -> Vec<OpeningHours> {
        let day = |weekday, opening: &str, closing: &str| OpeningHours {
            weekday,
            opening: opening.to_owned(),
            closing: closing.to_owned(),
        };
        let mut week: Vec<_> = (1..=5).map(|weekday| day(weekday, "08:00", "16:00")).collect();
        week.push(day(6, "20:00", "24:00"));
        week.push(day(6, "09:00", "12:00"));
        week
    }

    #[test]
    fn work_begins_and_ends_in_opening_hours() {
        let zone = Zone::warsaw();
        let prepare = HandlingTime { days: 1, hours: 4 };
        // 2026-11-21 is a Saturday.
        for (from, begun, ready) in [
            ("2026-11-17 10:00:00", "2026-11-17 10:00:00", "2026-11-18 14:00:00"),
            ("2026-11-17 14:00:00", "2026-11-17 14:00:00", "2026-11-19 08:00:00"),
            ("2026-11-17 07:00:00", "2026-11-17 08:00:00", "2026-11-18 12:00:00"),
            ("2026-11-17 16:00:00", "2026-11-18 08:00:00", "2026-11-19 12:00:00"),
            ("2026-11-20 15:00:00", "2026-11-20 15:00:00", "2026-11-21 20:00:00"),
            ("2026-11-21 23:00:00", "2026-11-21 23:00:00", "2026-11-23 08:00:00"),
            ("2026-11-22 00:00:00", "2026-11-23 08:00:00", "2026-11-24 12:00:00"),
        ] {
            let at = zone.read(from).expect(from);
            assert_eq!(zone.wall_clock(next_open(&week(), &zone, at)), begun, "{from}");
            assert_eq!(zone.wall_clock(ready_at(&week(), &zone, at, prepare)), ready, "{from}");
        }
    }

    #[test]
    fn a_week_with_one_day_comes_round_and_clocks_that_change_lose_no_day() {
        let zone = Zone::warsaw();
        let sunday = [OpeningHours { weekday: 7, opening: "10:00".to_owned(), closing: "11:00".to_owned() }];
        let open = |from: &str| zone.wall_clock(next_open(&sunday, &zone, zone.read(from).expect(from)));
        assert_eq!(open("2026-11-22 11:00:00"), "2026-11-29 10:00:00");
        // Clocks go forward on 2026-03-29 and back on 2026-10-25, both Sundays.
        assert_eq!(open("2026-03-28 23:30:00"), "2026-03-29 10:00:00");
        assert_eq!(open("2026-10-24 23:30:00"), "2026-10-25 10:00:00");
    }

    #[test]
    fn whoever_does_not_tell_its_hours_always_works() {
        let at = Timestamp(1_795_303_800_000_000);
        let prepare = HandlingTime { days: 2, hours: 1 };
        assert_eq!(ready_at(&[], &Zone::warsaw(), at, prepare), at + Span::hours(49));
    }
}
