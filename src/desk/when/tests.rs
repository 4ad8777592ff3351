#![expect(clippy::unwrap_used, reason = "tests")]

use chrono::{FixedOffset, Timelike};
use proptest::prelude::*;

use super::Lean::{Future, Past};
use super::*;

/// Central Europe in 2026: summer time from 29 March to 25 October.
#[derive(Debug, Clone, Copy)]
struct Berlin;

impl Berlin {
    const WINTER: i32 = 3600;
    const SUMMER: i32 = 7200;

    fn summer_begins() -> NaiveDateTime {
        local("2026-03-29T01:00:00")
    }

    fn summer_ends() -> NaiveDateTime {
        local("2026-10-25T01:00:00")
    }
}

impl TimeZone for Berlin {
    type Offset = FixedOffset;

    fn from_offset(_: &FixedOffset) -> Self {
        Self
    }

    fn offset_from_local_date(&self, date: &NaiveDate) -> LocalResult<FixedOffset> {
        self.offset_from_local_datetime(&date.and_time(NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, at: &NaiveDateTime) -> LocalResult<FixedOffset> {
        let offsets: Vec<_> = [Self::SUMMER, Self::WINTER]
            .into_iter()
            .map(|seconds| FixedOffset::east_opt(seconds).unwrap())
            .filter(|offset| self.offset_from_utc_datetime(&(*at - *offset)) == *offset)
            .collect();
        match offsets[..] {
            [] => LocalResult::None,
            [one] => LocalResult::Single(one),
            [one, other, ..] => LocalResult::Ambiguous(one, other),
        }
    }

    fn offset_from_utc_date(&self, date: &NaiveDate) -> FixedOffset {
        self.offset_from_utc_datetime(&date.and_time(NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, at: &NaiveDateTime) -> FixedOffset {
        let summer = (Self::summer_begins()..Self::summer_ends()).contains(at);
        FixedOffset::east_opt(if summer { Self::SUMMER } else { Self::WINTER }).unwrap()
    }
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Monday, 10:14:03 in Berlin.
fn now() -> DateTime<Utc> {
    utc("2026-11-23T09:14:03.5Z")
}

#[track_caller]
fn means(text: &str, lean: Lean, expected: &str) {
    assert_eq!(
        parse(text, now(), &Berlin, lean),
        Ok(utc(expected)),
        "{text}"
    );
}

#[track_caller]
fn fails(text: &str) -> WhenError {
    let past = parse(text, now(), &Berlin, Past);
    assert_eq!(past, parse(text, now(), &Berlin, Future), "{text}");
    past.unwrap_err()
}

#[test]
fn what_says_its_direction_does_not_lean() {
    for lean in [Past, Future] {
        means("now", lean, "2026-11-23T09:14:03Z");
        means(" NOW ", lean, "2026-11-23T09:14:03Z");
        means("20m ago", lean, "2026-11-23T08:54:03Z");
        means("2 hours 5 minutes ago", lean, "2026-11-23T07:09:03Z");
        means("in 2h", lean, "2026-11-23T11:14:03Z");
        means("today", lean, "2026-11-22T23:00:00Z");
        means("today 23:59", lean, "2026-11-23T22:59:00Z");
        means("yesterday 14:30", lean, "2026-11-22T13:30:00Z");
        means("yesterday", lean, "2026-11-21T23:00:00Z");
        means("tomorrow", lean, "2026-11-23T23:00:00Z");
        means("tomorrow 9:00", lean, "2026-11-24T08:00:00Z");
        means("tomorrow at 9am", lean, "2026-11-24T08:00:00Z");
        means("9am tomorrow", lean, "2026-11-24T08:00:00Z");
        means("next fri 17:00", lean, "2026-11-27T16:00:00Z");
        means("next Monday", lean, "2026-11-29T23:00:00Z");
        means("last mon", lean, "2026-11-15T23:00:00Z");
        means("last sun noon", lean, "2026-11-22T11:00:00Z");
        means("2026-11-23", lean, "2026-11-22T23:00:00Z");
        means("2026-7-3", lean, "2026-07-02T22:00:00Z");
        means("2026-11-23 14:30", lean, "2026-11-23T13:30:00Z");
        means("2026-11-23T14:30", lean, "2026-11-23T13:30:00Z");
        means("2026-11-23t14:30:05.999", lean, "2026-11-23T13:30:05Z");
        means("2026-11-23T14:30:00Z", lean, "2026-11-23T14:30:00Z");
        means("2026-11-23 14:30z", lean, "2026-11-23T14:30:00Z");
        means("2026-11-23T14:30-0330", lean, "2026-11-23T18:00:00Z");
        means("2026-11-23 14:30 +01", lean, "2026-11-23T13:30:00Z");
        means("@1795425243", lean, "2026-11-23T09:14:03Z");
        means("@0", lean, "1970-01-01T00:00:00Z");
    }
}

#[test]
fn what_does_not_leans() {
    means("20m", Past, "2026-11-23T08:54:03Z");
    means("20m", Future, "2026-11-23T09:34:03Z");
    means("1d", Past, "2026-11-22T09:14:03Z");
    means("3w", Future, "2026-12-14T09:14:03Z");
    means("2h30m", Past, "2026-11-23T06:44:03Z");

    means("9am", Past, "2026-11-23T08:00:00Z");
    means("9am", Future, "2026-11-24T08:00:00Z");
    means("14:30", Past, "2026-11-22T13:30:00Z");
    means("14:30", Future, "2026-11-23T13:30:00Z");
    means("12am", Past, "2026-11-22T23:00:00Z");
    means("12pm", Future, "2026-11-23T11:00:00Z");
    means("10:14:03", Past, "2026-11-23T09:14:03Z");
    means("10:14:03", Future, "2026-11-24T09:14:03Z");

    means("mon", Past, "2026-11-22T23:00:00Z");
    means("mon", Future, "2026-11-29T23:00:00Z");
    means("mon 9:00", Past, "2026-11-23T08:00:00Z");
    means("mon 9:00", Future, "2026-11-30T08:00:00Z");
    means("mon 11:00", Past, "2026-11-16T10:00:00Z");
    means("mon 11:00", Future, "2026-11-23T10:00:00Z");
    means("friday", Past, "2026-11-19T23:00:00Z");
    means("fri", Future, "2026-11-26T23:00:00Z");
}

#[test]
fn what_does_not_exist_is_refused() {
    for text in [
        "2026-02-30",
        "2026-13-01",
        "2026-00-10",
        "2026-02-29 10:00",
        "2026-04-31T10:00Z",
    ] {
        assert!(matches!(fails(text), WhenError::NoSuchDay { .. }), "{text}");
    }
    for text in [
        "25:00",
        "24:00",
        "14:60",
        "13pm",
        "0am",
        "2026-11-23 25:00",
        "2026-11-23T14:30:60Z",
    ] {
        assert!(
            matches!(fails(text), WhenError::NoSuchTime { .. }),
            "{text}"
        );
    }
    for text in [
        "@99999999999999999999",
        "@-1",
        "9999999w",
        "0202-11-23",
        "99999999999999999999s",
    ] {
        assert!(
            matches!(fails(text), WhenError::OutOfRange { .. }),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_time_is_answered_with_examples() {
    for text in [
        "",
        "soon",
        "20",
        "20x",
        "m",
        "30m2h",
        "2h2h",
        "2h30",
        "-20m",
        "in",
        "ago",
        "in 2h ago",
        "next",
        "next week",
        "today tomorrow",
        "14:30 15:30",
        "at",
        "today at",
        "14.30",
        "9",
        "1:2",
        "@",
        "@x",
        "2026-11",
        "26-11-23",
        "2026-11-23T",
        "2026-11-23T14:30+1",
        "2026-11-23T14:30+25:00",
        "2026-11-23 14:30 Z Z",
        "1.h",
        ".5h",
        "٢m",
        "mon\u{0}",
    ] {
        let error = fails(text);
        assert!(
            matches!(error, WhenError::NotATime { .. }),
            "{text}: {error:?}"
        );
        assert!(error.to_string().contains("2026-11-23 14:30"));
    }
    let long = fails(&"é".repeat(500)).to_string();
    assert!(long.len() < 400, "{long}");
    assert!(!fails("\x1b[2J").to_string().contains('\x1b'));
}

#[test]
fn a_time_that_the_clocks_skip_is_refused() {
    let error = fails("2026-03-29 02:30");
    assert_eq!(
        error.to_string(),
        "2026-03-29 02:30 does not exist here: the clocks go forward over it; \
         write another time, or add an offset, like 2026-03-29T02:30+01:00"
    );
    means("2026-03-29 01:59", Past, "2026-03-29T00:59:00Z");
    means("2026-03-29 03:00", Past, "2026-03-29T01:00:00Z");
    means("2026-03-29T02:30+01:00", Past, "2026-03-29T01:30:00Z");
    // At noon of that day, the next 02:30 is tomorrow's.
    let noon = utc("2026-03-29T10:00:00Z");
    assert_eq!(
        parse("2:30", noon, &Berlin, Future),
        Ok(utc("2026-03-30T00:30:00Z"))
    );
    assert!(matches!(
        parse("2:30", noon, &Berlin, Past),
        Err(WhenError::Skipped { .. })
    ));
}

#[test]
fn a_time_that_comes_twice_is_the_earlier() {
    means("2026-10-25 02:30", Past, "2026-10-25T00:30:00Z");
    means("2026-10-25 03:00", Past, "2026-10-25T02:00:00Z");
}

#[test]
fn a_day_is_24_hours_when_counted_from_now() {
    let after = utc("2026-03-29T10:00:00Z");
    assert_eq!(
        parse("1d", after, &Berlin, Past),
        Ok(utc("2026-03-28T10:00:00Z"))
    );
    assert_eq!(
        parse("yesterday 12:00", after, &Berlin, Past),
        Ok(utc("2026-03-28T11:00:00Z"))
    );
}

#[test]
fn spans() {
    let cases = [
        ("45s", 45),
        ("20m", 1200),
        ("2h30m", 9000),
        ("2h 30m", 9000),
        ("1.5h", 5400),
        ("0.25d", 21_600),
        ("7d", 604_800),
        ("1 week 2 days", 777_600),
        ("0m", 0),
    ];
    for (text, seconds) in cases {
        assert_eq!(parse_span(text), Ok(Duration::seconds(seconds)), "{text}");
    }
    for text in [
        "", "7", "d", "7d ago", "in 7d", "-7d", "30m2h", "1..5h", "today",
    ] {
        assert!(
            matches!(parse_span(text), Err(WhenError::NotASpan { .. })),
            "{text}"
        );
    }
    for text in ["9223372036854775807w", "9999999999999999s"] {
        assert!(
            matches!(parse_span(text), Err(WhenError::OutOfRange { .. })),
            "{text}"
        );
    }
}

/// Moments of 2026, in whole seconds.
fn moments() -> impl Strategy<Value = DateTime<Utc>> {
    (1_767_225_600_i64..1_798_761_600)
        .prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap())
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(text in any::<String>(), now in moments()) {
        let _ = parse(&text, now, &Berlin, Past);
        let _ = parse_span(&text);
    }

    #[test]
    fn nothing_like_a_time_makes_it_panic(
        text in "[0-9@:.tzTZ+\\- ]{0,30}|[0-9]{0,20}[smhdw]{0,3}( ago)?|(next |last )?[a-z]{3} [0-9:apm]{0,6}",
        now in moments(),
    ) {
        for lean in [Past, Future] {
            let _ = parse(&text, now, &Berlin, lean);
        }
    }

    #[test]
    fn rfc_3339_is_read_back(at in moments(), minutes in -720_i32..=840) {
        let zone = FixedOffset::east_opt(minutes * 60).unwrap();
        let text = at.with_timezone(&zone).to_rfc3339();
        prop_assert_eq!(parse(&text, now(), &Berlin, Past), Ok(at));
        prop_assert_eq!(parse(&format!("@{}", at.timestamp()), now(), &Berlin, Past), Ok(at));
    }

    #[test]
    fn local_time_is_read_back_or_is_the_earlier_twin(at in moments()) {
        let local = at.with_timezone(&Berlin).naive_local();
        let text = local.format("%Y-%m-%d %H:%M:%S").to_string();
        let read = parse(&text, now(), &Berlin, Past).unwrap();
        prop_assert_eq!(read.with_timezone(&Berlin).naive_local(), local);
        prop_assert!(read <= at);
    }

    #[test]
    fn what_leans_is_the_nearest_on_its_side(
        now in moments(),
        hour in 4_u32..24,
        minute in 0_u32..60,
        day in prop::sample::select(vec!["", "mon ", "tue ", "wed ", "thu ", "fri ", "sat ", "sun "]),
    ) {
        let text = format!("{day}{hour}:{minute:02}");
        let past = parse(&text, now, &Berlin, Past).unwrap();
        let future = parse(&text, now, &Berlin, Future).unwrap();
        prop_assert!(past <= now && now < future);
        for at in [past, future] {
            let local = at.with_timezone(&Berlin);
            prop_assert_eq!((local.hour(), local.minute()), (hour, minute));
        }
        let days = if day.is_empty() { 1 } else { 7 };
        let apart = future.with_timezone(&Berlin).date_naive()
            - past.with_timezone(&Berlin).date_naive();
        prop_assert_eq!(apart.num_days(), days);
    }

    #[test]
    fn ago_and_in_mirror_each_other(now in moments(), minutes in 0_i64..100_000) {
        let ago = parse(&format!("{minutes}m ago"), now, &Berlin, Future).unwrap();
        let ahead = parse(&format!("in {minutes}m"), now, &Berlin, Past).unwrap();
        prop_assert_eq!(now - ago, ahead - now);
        prop_assert_eq!(parse_span(&format!("{minutes}m")), Ok(ahead - now));
    }
}
