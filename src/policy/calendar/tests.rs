use super::*;
use crate::policy::hours;
use crate::ticket::value::Value;
use proptest::prelude::*;

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn calendar(zone: &str, rows: &[(&str, &str)], holidays: &[(&str, &str)]) -> Calendar {
    let own = |(key, text): &(&str, &str)| ((*key).to_owned(), (*text).to_owned());
    let week = Week::parse(&rows.iter().map(own).collect()).unwrap();
    let dated = |(date, text): &(&str, &str)| (date.parse().unwrap(), hours::day(text).unwrap());
    let holidays = holidays.iter().map(dated).collect();
    Calendar::new("office", hours::zone(zone).unwrap(), week, holidays)
}

fn office(zone: &str) -> Calendar {
    calendar(zone, &[("mon-fri", "09:00-17:00")], &[])
}

#[test]
fn hours_are_those_of_the_wall_clock() {
    // The clocks of London go back on Sunday 25 October 2026.
    let london = office("Europe/London");
    for (start, hours, due) in [
        ("2026-10-23T15:30:00Z", 1, "2026-10-26T09:30:00Z"),
        ("2026-11-20T16:00:00Z", 1, "2026-11-20T17:00:00Z"),
        ("2026-11-21T12:00:00Z", 0, "2026-11-21T12:00:00Z"),
        ("2026-11-21T12:00:00Z", 1, "2026-11-23T10:00:00Z"),
        ("2026-12-31T16:30:00Z", 1, "2027-01-01T09:30:00Z"),
    ] {
        let seconds = BusinessSeconds(hours * 3600);
        let end = london.add(time(start), seconds).unwrap();
        assert_eq!(end, time(due), "{start}");
        assert_eq!(london.open_between(time(start), end), seconds);
    }
    assert_eq!(
        london.next_open(time("2026-10-24T00:00:00Z")),
        Some(time("2026-10-26T09:00:00Z"))
    );
    assert!(london.is_open(time("2026-10-26T09:00:00Z")));
    assert!(!london.is_open(time("2026-10-26T17:00:00Z")));
}

#[test]
fn a_holiday_is_a_date_of_the_calendars_zone() {
    // 2026-12-25 in Auckland is 11:00Z of the 24th to 11:00Z of the 25th.
    let auckland = calendar(
        "Pacific/Auckland",
        &[("daily", "00:00-24:00")],
        &[("2026-12-25", "closed"), ("2026-12-26", "09:00-12:00")],
    );
    let open = auckland.intervals(time("2026-12-24T00:00:00Z"), time("2026-12-27T00:00:00Z"));
    let open: Vec<_> = open
        .iter()
        .map(|open| (open.from.text(), open.to.text()))
        .collect();
    let expected = [
        ("2026-12-24T00:00:00Z", "2026-12-24T11:00:00Z"),
        ("2026-12-25T20:00:00Z", "2026-12-25T23:00:00Z"),
        ("2026-12-26T11:00:00Z", "2026-12-27T00:00:00Z"),
    ];
    assert_eq!(
        open,
        expected.map(|(from, to)| (from.to_owned(), to.to_owned()))
    );
}

#[test]
fn a_shift_begins_once_and_ends_once_however_the_clock_is_put() {
    let seconds = |zone: &str, hours: &str, day: &str| {
        let calendar = calendar(zone, &[("daily", hours)], &[]);
        let noon = time(&format!("{day}T12:00:00Z"));
        let open = calendar.open_between(noon.plus(-86_400), noon);
        open.0 / 60
    };
    for (zone, hours, day, minutes) in [
        // 01:00-02:00 does not exist on 29 March, and exists twice on 25 October.
        ("Europe/London", "01:15-01:45", "2026-03-29", 0),
        ("Europe/London", "01:30-03:00", "2026-03-29", 60),
        ("Europe/London", "00:30-01:30", "2026-03-29", 30),
        ("Europe/London", "01:15-01:45", "2026-10-25", 90),
        ("Europe/London", "01:30-03:00", "2026-10-25", 150),
        // The clock is put back to 01:00: that hour is not before it.
        ("Europe/London", "00:00-01:00", "2026-10-25", 60),
        ("Europe/London", "00:30-01:01", "2026-10-25", 91),
        ("Europe/London", "01:00-02:00", "2026-10-25", 120),
        ("Europe/London", "00:00-24:00", "2026-10-25", 1440),
        // Half an hour, at 02:00.
        ("Australia/Lord_Howe", "01:00-03:00", "2026-04-05", 150),
        ("Australia/Lord_Howe", "01:00-03:00", "2026-10-04", 90),
        // Samoa had no 30 December 2011.
        ("Pacific/Apia", "09:00-17:00", "2011-12-30", 480),
        ("Pacific/Apia", "09:00-17:00", "2011-12-31", 480),
        ("Asia/Kathmandu", "09:00-17:00", "2026-05-05", 480),
    ] {
        assert_eq!(seconds(zone, hours, day), minutes, "{zone} {hours} {day}");
    }
}

#[test]
fn years_nobody_works_in_are_closed_and_cost_nothing() {
    let london = office("Europe/London");
    let (first, last) = (
        Timestamp::from_unix(i64::MIN),
        Timestamp::from_unix(i64::MAX),
    );
    let all = london.open_between(first, last);
    assert_eq!(london.open_between(time("1970-01-01T00:00:00Z"), last), all);
    assert_eq!(london.add(first, all), Some(time("2099-12-31T17:00:00Z")));
    assert_eq!(london.add(first, all + BusinessSeconds(1)), None);
    assert_eq!(london.open_between(last, first), BusinessSeconds(0));
    assert_eq!(
        Calendar::always(Zone::UTC).add(last, BusinessSeconds(1)),
        None
    );
}

#[test]
fn a_calendar_that_never_closes_counts_every_second() {
    let always = Calendar::always(hours::zone("Europe/London").unwrap());
    let (from, to) = (time("2019-03-01T12:34:56Z"), time("2026-11-23T01:02:03Z"));
    assert_eq!(always.open_between(from, to).0, to.since(from));
    assert_eq!(always.intervals(from, to), [Interval { from, to }]);
}

#[test]
fn seconds_are_shown_in_two_units_and_never_in_days() {
    for (seconds, text) in [
        (0, "0s"),
        (61, "1m 1s"),
        (900, "15m"),
        (5400, "1h 30m"),
        (144_000, "40h"),
        (-90, "-1m 30s"),
    ] {
        assert_eq!(BusinessSeconds(seconds).to_string(), text);
    }
}

/// Zones, each with a day near which its clock changes (or skips a date).
const CHANGES: &[(&str, &str)] = &[
    ("Europe/London", "2026-03-29"),
    ("Europe/London", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Asia/Kathmandu", "2026-01-01"),
    ("Pacific/Apia", "2011-12-30"),
    ("America/Havana", "2026-11-01"),
    ("Asia/Beirut", "2026-03-29"),
    ("Africa/Casablanca", "2026-02-15"),
];

/// Whether each minute of a stretch is open, told from the wall clock alone:
/// it has shown the start of a stretch of hours, or later, and will yet show
/// less than its end.
fn naive(calendar: &Calendar, from: Timestamp, minutes: usize) -> Vec<bool> {
    let margin = 3 * 1440;
    let shown: Vec<i64> = (0..minutes + 2 * margin)
        .map(|index| {
            let minute = i64::try_from(index).unwrap() - margin as i64;
            let local = calendar.local(from.plus(minute * 60)).naive_local();
            local.and_utc().timestamp()
        })
        .collect();
    let mut most = shown.clone();
    for index in 1..most.len() {
        most[index] = most[index].max(most[index - 1]);
    }
    let mut least = shown.clone();
    for index in (1..least.len()).rev() {
        least[index - 1] = least[index - 1].min(least[index]);
    }
    let first = calendar.local(from).date_naive() - Days::new(3);
    let days = u64::try_from(minutes / 1440 + 8).unwrap();
    let open: Vec<(i64, i64)> = (0..days)
        .flat_map(|day| {
            let date = first + Days::new(day);
            let midnight = date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
            let moved = move |span: &Span| {
                (
                    midnight + i64::from(span.from),
                    midnight + i64::from(span.to),
                )
            };
            calendar.hours(date).iter().map(moved)
        })
        .collect();
    (margin..margin + minutes)
        .map(|at| {
            open.iter()
                .any(|(from, to)| most[at] >= *from && least[at] < *to)
        })
        .collect()
}

fn any_hours() -> impl Strategy<Value = Vec<Span>> {
    prop::collection::btree_set(0_u32..=96, 0..=6).prop_map(|marks| {
        let marks: Vec<u32> = marks.into_iter().map(|quarter| quarter * 900).collect();
        let pairs = marks.chunks_exact(2);
        pairs
            .map(|pair| Span {
                from: pair[0],
                to: pair[1],
            })
            .collect()
    })
}

/// A calendar of any hours, and a moment a few days before its clock changes.
pub(crate) fn any_calendar() -> impl Strategy<Value = (Calendar, Timestamp)> {
    let days = prop::collection::vec(any_hours(), 7);
    let holidays = prop::collection::btree_map(0_u64..10, any_hours(), 0..3);
    (0..CHANGES.len(), days, holidays, 0_i64..4 * 1440).prop_map(
        |(change, days, holidays, before)| {
            let (zone, date) = CHANGES[change];
            let date: NaiveDate = date.parse().unwrap();
            let first = date - Days::new(4);
            let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            let mut rows = BTreeMap::new();
            for (name, spans) in names.iter().zip(days) {
                let words: Vec<_> = spans.iter().map(ToString::to_string).collect();
                if !words.is_empty() {
                    rows.insert((*name).to_owned(), words.join(" "));
                }
            }
            let week = Week::parse(&rows).unwrap_or_else(|_| Week::always());
            let holidays = holidays
                .into_iter()
                .map(|(day, hours)| (first + Days::new(day), hours))
                .collect();
            let calendar = Calendar::new("any", hours::zone(zone).unwrap(), week, holidays);
            let noon = time(&format!("{date}T12:00:00Z"));
            (calendar, noon.plus(-before * 60))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn open_time_is_what_counting_minutes_finds(
        (calendar, start) in any_calendar(),
        minutes in 1_usize..6 * 1440,
        target in 1_i64..3000,
    ) {
        let open = naive(&calendar, start, minutes);
        let counted = open.iter().filter(|open| **open).count() as i64;
        let end = start.plus(minutes as i64 * 60);
        prop_assert_eq!(calendar.open_between(start, end).0, counted * 60);

        let intervals = calendar.intervals(start, end);
        let length: i64 = intervals.iter().map(|open| open.to.since(open.from)).sum();
        prop_assert_eq!(length, counted * 60);
        for pair in intervals.windows(2) {
            prop_assert!(pair[0].to < pair[1].from);
        }

        let mut left = target;
        let reached = open.iter().position(|open| {
            left -= i64::from(*open);
            left == 0
        });
        let due = calendar.add(start, BusinessSeconds(target * 60));
        match reached {
            Some(index) => prop_assert_eq!(due, Some(start.plus((index as i64 + 1) * 60))),
            None => prop_assert!(due.is_none_or(|due| due > end)),
        }
        if let Some(index) = open.iter().position(|open| *open) {
            prop_assert_eq!(calendar.next_open(start), Some(start.plus(index as i64 * 60)));
        }
    }
}
