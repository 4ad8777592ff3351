//! Service-level clocks as a person wants to read them.

use super::records::Look;
use super::style::Tone;
use super::{age, sanitize, wrap};
use crate::policy::BusinessSeconds;
use crate::policy::clock::{Run, Standing, Stretch, Why};
use crate::policy::rules::calendars::ALWAYS;
use crate::ticket::{Clock, Timestamp};
use chrono::{Datelike, Local};
use unicode_width::UnicodeWidthStr;

/// "respond by 09:30", with the day where it is another: what to do next.
#[must_use]
pub fn by((clock, due): (Clock, Timestamp), now: Timestamp) -> String {
    format!("{} by {}", what(clock), moment(due, now))
}

/// What a clock asks for.
fn what(clock: Clock) -> &'static str {
    match clock {
        Clock::Respond => "respond",
        Clock::Update => "answer again",
        Clock::Resolve => "resolve",
        Clock::Accept => "accept",
        Clock::Vendor => "vendor done",
    }
}

/// A moment in the reader's zone: the time alone where it is today.
#[must_use]
pub fn moment(at: Timestamp, now: Timestamp) -> String {
    let local = |at: Timestamp| at.utc().with_timezone(&Local);
    if local(at).date_naive() == local(now).date_naive() {
        return local(at).format("%H:%M").to_string();
    }
    age::moment(at.utc(), now.utc(), &Local)
}

/// The tone of how a clock stands.
#[must_use]
pub fn tone(run: &Run<'_>, now: Timestamp) -> Tone {
    match run.standing(now) {
        Standing::Late | Standing::Breached => Tone::Bad,
        Standing::Met => Tone::Good,
        Standing::Paused => Tone::Dim,
        Standing::Running if run.warn().is_some_and(|warn| warn <= now) => Tone::Warn,
        Standing::Running => Tone::Plain,
    }
}

/// "due 09:30, 25m left"; "late since 09:30, by 2h"; "paused, 3h left": a
/// clock that has not stopped.
#[must_use]
pub fn outlook(run: &Run<'_>, now: Timestamp) -> String {
    let left = run.left(now).unwrap_or_default();
    match (run.standing(now), run.due()) {
        (Standing::Late, Some(due)) => {
            let since = moment(due, now);
            if left.0 < 0 {
                format!("late since {since}, by {}", BusinessSeconds(-left.0))
            } else {
                format!("late since {since}")
            }
        }
        (Standing::Paused, _) => format!("paused, {left} left"),
        (_, Some(due)) => format!("due {}, {left} left", moment(due, now)),
        (_, None) => format!("{left} left"),
    }
}

/// Cells of a bar.
const CELLS: i64 = 10;

/// The time left of a target as a bar: `█████░░░░░`; none left is an empty one.
#[must_use]
pub fn bar(run: &Run<'_>, now: Timestamp) -> String {
    let target = run.target().map_or(1, |target| target.0.max(1));
    let left = run.left(now).unwrap_or_default().0.clamp(0, target);
    // As long as something is left, something shows.
    let full = (left * CELLS / target + i64::from(left * CELLS % target != 0)).min(CELLS);
    let full = usize::try_from(full).unwrap_or(0);
    let empty = usize::try_from(CELLS).unwrap_or(0) - full;
    "█".repeat(full) + &"░".repeat(empty)
}

/// One run, stretch by stretch.
#[must_use]
pub fn explain(run: &Run<'_>, now: Timestamp, look: Look) -> String {
    let paint = |text: &str, tone: Tone| look.style.paint(text, tone).into_owned();
    let width = look.width.unwrap_or(usize::MAX);
    let mut text = String::new();
    let mut line = |words: String| {
        text.push_str(words.trim_end());
        text.push('\n');
    };
    let again = match run.cycle {
        1 => String::new(),
        cycle => format!(" ({cycle})"),
    };
    let name = format!("{}{again}", run.clock);
    let standing = run.standing(now);
    let word = standing.word();
    let used = match run.stop.as_ref().and_then(|stop| stop.result) {
        Some(result) => {
            let used = BusinessSeconds(result.spent.into());
            let of = BusinessSeconds(result.target.into());
            let first = matches!(standing, Standing::Met | Standing::Breached);
            let met = result.word();
            let first = if first { "" } else { &format!("first {met}: ") };
            format!("{first}{used} of {of}")
        }
        None => format!("{} of {}", run.spent(now), run.target().unwrap_or_default()),
    };
    let outlook = match standing {
        Standing::Met | Standing::Breached => String::new(),
        _ => outlook(run, now),
    };
    let whole = format!("{name}  {word} · {used} · {outlook}");
    let between = match () {
        () if outlook.is_empty() => "",
        () if whole.width() > width => "\n  ",
        () => " · ",
    };
    let (name, word) = (paint(&name, Tone::Strong), paint(word, tone(run, now)));
    line(format!("{name}  {word} · {used}{between}{outlook}"));
    let calendar = run.calendar();
    let zone = match calendar.name() {
        ALWAYS => format!("{ALWAYS}, told in {}", calendar.zone().name()),
        name => format!("calendar {name}, {}", calendar.zone().name()),
    };
    let target = match (run.rule(), &run.stop) {
        (_, Some(stop)) if stop.judged_by.is_some() => {
            let by = stop.judged_by.as_ref().map_or("", |policy| policy.as_str());
            format!("judged by policy {}", by.get(..7).unwrap_or(by))
        }
        (Some(rule), _) => format!("target by {rule}: {}", rule.when),
        (None, _) => "no target any more".to_owned(),
    };
    let by = format!("{target} · {zone}");
    for by in wrap::wrap(&sanitize::line(&by), width, 2).lines() {
        line(paint(by, Tone::Dim));
    }
    let stretches = run.explain(now);
    let told: Vec<(String, String, String)> = stretches.iter().map(|one| row(one, now)).collect();
    let widest = told.iter().map(|(_, span, _)| span.chars().count()).max();
    let widest = widest.unwrap_or(0);
    for (stretch, (word, span, more)) in stretches.iter().zip(told) {
        let padding = widest - span.chars().count();
        let row = format!("  {word:<9}{span}{:padding$}  {more}", "");
        let dim = !matches!(stretch.why, Why::Counted);
        line(paint(
            row.trim_end(),
            if dim { Tone::Dim } else { Tone::Plain },
        ));
    }
    text
}

/// What a stretch was, from when to when, and why.
fn row(stretch: &Stretch<'_>, now: Timestamp) -> (String, String, String) {
    let (word, more) = match &stretch.why {
        Why::Counted => ("counted", stretch.counted().to_string()),
        Why::Closed(None) => ("closed", String::new()),
        Why::Closed(Some(date)) => ("closed", format!("holiday {}", date.format("%-d %b"))),
        Why::Paused(cause) => ("paused", format!("pending: {cause}")),
        Why::Resolved => ("resolved", String::new()),
    };
    (word.to_owned(), span(stretch, now), more)
}

/// "Fri 6 Feb 16:30–17:00" in the calendar's zone: what counts is told in the
/// time by which it counts.
fn span(stretch: &Stretch<'_>, now: Timestamp) -> String {
    let from = stretch.calendar.local(stretch.from);
    let to = stretch.calendar.local(stretch.to);
    let this_year = from.year() == stretch.calendar.local(now).year();
    let day = if this_year {
        "%a %-d %b"
    } else {
        "%a %-d %b %Y"
    };
    let clock = |seconds: i64| {
        if seconds % 60 == 0 {
            "%H:%M"
        } else {
            "%H:%M:%S"
        }
    };
    let start = from
        .format(&format!("{day} {}", clock(stretch.from.unix())))
        .to_string();
    // An hour that the wall shows twice says which one it is.
    let twice = from.format("%Z").to_string() != to.format("%Z").to_string();
    let zone = if twice {
        to.format(" %Z").to_string()
    } else {
        String::new()
    };
    let own = clock(stretch.to.unix());
    let end = if from.date_naive() == to.date_naive() {
        to.format(own).to_string()
    } else {
        to.format(&format!("{day} {own}")).to_string()
    };
    let dash = if from.date_naive() == to.date_naive() {
        "–"
    } else {
        " – "
    };
    format!("{start}{dash}{end}{zone}")
}
