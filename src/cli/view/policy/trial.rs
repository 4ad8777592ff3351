//! What trying a policy found, for a person.

use crate::cli::view::records::Look;
use crate::cli::view::report::cell::{percent, tenths};
use crate::cli::view::sheet::{Sheet, WIDEST};
use crate::cli::view::style::Tone;
use crate::cli::view::table::{Cell, Column, Table};
use crate::cli::view::ticket::priority_tone;
use crate::cli::view::{sanitize, wrap};
use crate::policy::BusinessSeconds;
use crate::report::Period;
use crate::report::figure::Part;
use crate::report::trial::{Clocks, Flip, Late, Of, Outcome, Place, Sides};
use crate::store::CommitId;
use crate::ticket::value::Value as _;
use crate::ticket::{Clock, Judgement, Name, Priority, Timestamp};
use chrono::Local;
use std::collections::BTreeMap;

/// So many tickets are named, unless all are asked for.
const FIRST: usize = 20;

/// What was tried on what, and how much of it is told.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// What the policy that is tried is called.
    pub name: &'a str,
    /// Its commit, where it has one.
    pub commit: Option<CommitId>,
    /// What happened when counts.
    pub period: Period,
    /// Whether every ticket is named.
    pub all: bool,
}

/// The page.
#[must_use]
pub fn page(outcome: &Outcome, shown: &Shown<'_>, now: Timestamp, look: Look) -> String {
    let mut page = Page {
        sheet: Sheet::new(now, look),
        outcome,
        most: if shown.all { usize::MAX } else { FIRST },
    };
    page.heading(shown);
    page.clocks();
    page.flips();
    page.late();
    page.routing();
    page.readiness();
    page.sheet.text
}

struct Page<'a> {
    sheet: Sheet,
    outcome: &'a Outcome,
    /// So many lines of tickets.
    most: usize,
}

impl Page<'_> {
    fn heading(&mut self, shown: &Shown<'_>) {
        let name = sanitize::line(shown.name);
        let commit = shown.commit.map(|commit| format!(" ({})", commit.short()));
        let (from, to) = (shown.period.from(), shown.period.to().plus(-1));
        let day = |at: Timestamp| at.utc().with_timezone(&Local).format("%-d %b %Y");
        let tickets = counted(self.outcome.tickets, "ticket");
        let text = format!(
            "{name}{} on what happened from {} to {}: {tickets}",
            commit.unwrap_or_default(),
            day(from),
            day(to),
        );
        self.strong(&text);
        let (flips, late) = (self.outcome.flips.len(), self.outcome.late.len());
        let estimated = self.outcome.routing.moved.len() + self.outcome.readiness.newly.len();
        if flips + late + estimated == 0 {
            self.say("Nothing would have come out otherwise.");
        }
    }

    fn clocks(&mut self) {
        if self.outcome.clocks.is_empty() {
            return;
        }
        self.title("Clocks: exact, judged anew by both policies");
        let mut table = Table::new(vec![
            Column::new("Clock", Column::ALWAYS),
            Column::new("Priority", Column::ALWAYS),
            Column::new("n", 40).right(),
            Column::new("Now", Column::ALWAYS).right(),
            Column::new("n", 40).right(),
            Column::new("Tried", Column::ALWAYS).right(),
            Column::new("Change", Column::ALWAYS).right(),
            Column::new("Late now", 60).right(),
        ]);
        for (clock, clocks) in &self.outcome.clocks {
            rows(&mut table, *clock, clocks);
        }
        self.table(&table);
        let others = self.outcome.by_others;
        if others > 0 {
            let (were, are) = if others == 1 {
                ("was", "it")
            } else {
                ("were", "them")
            };
            self.say(&format!(
                "{} {were} kept by an earlier policy and would be otherwise by the present one; \
                 reports count {are} as kept.",
                counted(others, "result"),
            ));
        }
    }

    fn flips(&mut self) {
        let flips = &self.outcome.flips;
        if flips.is_empty() {
            return;
        }
        let mut ways: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for flip in flips {
            *ways.entry(way(flip)).or_default() += 1;
        }
        let ways = ways
            .iter()
            .map(|((now, tried), n)| format!("{n} {now} → {tried}"));
        let ways = ways.collect::<Vec<_>>().join(", ");
        let clocks = counted(flips.len(), "clock");
        let come = if flips.len() == 1 { "comes" } else { "come" };
        self.title(&format!("{clocks} {come} out otherwise: {ways}"));
        let mut table = self.of([
            ("Clock", Column::ALWAYS),
            ("Now", 60),
            ("Tried", Column::ALWAYS),
        ]);
        for flip in flips.iter().take(self.most) {
            let told = [
                Cell::from(flip.clock.word()),
                result(flip.result.now),
                result(flip.result.tried),
            ];
            table.push(row(&flip.of, told));
        }
        self.table(&table);
        self.more(flips.len());
    }

    fn late(&mut self) {
        let late = &self.outcome.late;
        if late.is_empty() {
            return;
        }
        let clocks = counted(late.len(), "more running clock");
        self.title(&format!("{clocks} would be late now"));
        let mut table = self.of([("Clock", Column::ALWAYS), ("Since", Column::ALWAYS)]);
        for Late { of, clock, since } in late.iter().take(self.most) {
            let since = Cell::new(self.sheet.moment(*since), Tone::Bad);
            table.push(row(of, [Cell::from(clock.word()), since]));
        }
        self.table(&table);
        self.more(late.len());
    }

    fn routing(&mut self) {
        let routing = &self.outcome.routing;
        if routing.moved.is_empty() {
            return;
        }
        self.title("Estimated: where tickets would have started");
        let left_out = match routing.placed {
            0 => String::new(),
            placed => format!("; {placed} more were placed by hand and are left out"),
        };
        self.say(&format!(
            "{} of {} opened would have started otherwise{left_out}.",
            routing.moved.len(),
            routing.opened - routing.placed,
        ));
        let mut ways: BTreeMap<(&Place, &Place), usize> = BTreeMap::new();
        for (_, places) in &routing.moved {
            *ways.entry((&places.now, &places.tried)).or_default() += 1;
        }
        let mut ways: Vec<_> = ways.into_iter().collect();
        ways.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        let mut table = Table::new(vec![
            Column::new("n", Column::ALWAYS).right(),
            Column::new("Now", Column::ALWAYS).growing(12),
            Column::new("Tried", Column::ALWAYS).growing(12),
        ]);
        for ((now, tried), n) in ways.iter().take(FIRST) {
            let cells = [n.to_string(), place(now), place(tried)];
            table.push(cells.into_iter().map(Cell::from).collect());
        }
        self.table(&table);
        if self.most > FIRST {
            let mut table = self.of([("Tried", Column::ALWAYS)]);
            for (of, places) in &routing.moved {
                table.push(row(of, [Cell::from(place(&places.tried))]));
            }
            self.sheet.text.push('\n');
            self.table(&table);
        }
    }

    fn readiness(&mut self) {
        let readiness = &self.outcome.readiness;
        let newly = &readiness.newly;
        if newly.is_empty() {
            return;
        }
        self.title("Estimated: escalations that would have been refused as incomplete");
        let mut lacking: BTreeMap<&str, usize> = BTreeMap::new();
        for item in newly.iter().flat_map(|refused| &refused.missing) {
            *lacking.entry(item).or_default() += 1;
        }
        let mut lacking: Vec<_> = lacking.into_iter().collect();
        lacking.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        let lacking = lacking.iter().map(|(item, n)| format!("{item} {n}"));
        self.say(&format!(
            "{} of {}, and {} by the present policy. Lacking: {}.",
            readiness.refused.tried,
            readiness.escalations,
            readiness.refused.now,
            lacking.collect::<Vec<_>>().join(", "),
        ));
        let mut table = self.of([("Handed over", 60), ("Lacks", Column::ALWAYS)]);
        for refused in newly.iter().take(self.most) {
            let told = [
                Cell::from(self.sheet.moment(refused.at)),
                Cell::from(refused.missing.join(" ")),
            ];
            table.push(row(&refused.of, told));
        }
        self.table(&table);
        self.more(newly.len());
    }

    /// A table of tickets, with these columns before the title.
    fn of<const N: usize>(&self, columns: [(&str, u8); N]) -> Table {
        let id = [
            Column::new("ID", Column::ALWAYS),
            Column::new("Pri", Column::ALWAYS),
        ];
        let columns = columns.map(|(title, keep)| Column::new(title, keep));
        let title = Column::new("Title", 70).growing(16);
        Table::new(id.into_iter().chain(columns).chain([title]).collect())
    }

    fn table(&mut self, table: &Table) {
        let look = self.sheet.look;
        let text = table.render(look.width, look.style);
        self.sheet.text.push_str(&text);
    }

    fn more(&mut self, all: usize) {
        let more = all.saturating_sub(self.most);
        if more > 0 {
            self.say(&format!("and {more} more: --tickets names all"));
        }
    }

    fn title(&mut self, text: &str) {
        self.sheet.text.push('\n');
        let text = wrap::wrap(text, self.width(), 0);
        let text = self.sheet.paint(text.trim_end(), Tone::Heading);
        self.sheet.line(&text);
    }

    fn strong(&mut self, text: &str) {
        let text = wrap::wrap(text, self.width(), 0);
        let text = self.sheet.paint(text.trim_end(), Tone::Strong);
        self.sheet.line(&text);
    }

    fn say(&mut self, text: &str) {
        let text = wrap::wrap(text, self.width(), 0);
        self.sheet.text.push_str(&text);
    }

    fn width(&self) -> usize {
        self.sheet.look.width.unwrap_or(WIDEST).clamp(40, WIDEST)
    }
}

/// "1 ticket", "2 tickets".
fn counted(n: usize, what: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {what}{s}")
}

/// The rows of a clock: all tickets, then by priority where there are several.
fn rows(table: &mut Table, clock: Clock, clocks: &Clocks) {
    let late = match (clocks.late.now, clocks.late.tried) {
        (0, 0) => String::new(),
        (now, tried) if now == tried => now.to_string(),
        (now, tried) => format!("{now} → {tried}"),
    };
    let mut all = attained(clock.word(), "all", &clocks.all);
    all.push(Cell::from(late));
    table.push(all);
    if clocks.by_priority.len() < 2 {
        return;
    }
    let (none, some): (Vec<_>, Vec<_>) = clocks
        .by_priority
        .iter()
        .partition(|(priority, _)| priority.is_none());
    for (priority, sides) in some.into_iter().chain(none) {
        let name = priority.map_or_else(|| "none".to_owned(), |one: Priority| one.to_string());
        table.push(attained("", &name, sides));
    }
}

fn attained(clock: &str, priority: &str, sides: &Sides<Part>) -> Vec<Cell> {
    let points = |part: Part| (part.n > 0).then(|| tenths(part.count as i64, part.n as i64));
    let change = match (points(sides.now), points(sides.tried)) {
        (Some(now), Some(tried)) if now == tried => Cell::new("=", Tone::Dim),
        (Some(now), Some(tried)) => {
            let (sign, tone) = match tried > now {
                true => ("+", Tone::Good),
                false => ("−", Tone::Bad),
            };
            let points = now.abs_diff(tried);
            Cell::new(format!("{sign}{}.{}", points / 10, points % 10), tone)
        }
        _ => Cell::default(),
    };
    vec![
        Cell::from(clock),
        Cell::from(priority),
        Cell::from(sides.now.n.to_string()),
        Cell::from(share(sides.now)),
        Cell::from(sides.tried.n.to_string()),
        Cell::from(share(sides.tried)),
        change,
    ]
}

/// The share; a dash of nothing.
fn share(part: Part) -> String {
    match part.n {
        0 => "–".to_owned(),
        n => percent(part.count as i64, n as i64),
    }
}

/// From what to what a result goes.
fn way(flip: &Flip) -> (&'static str, &'static str) {
    let word = |result: Option<Judgement>| result.map_or("no target", Judgement::word);
    (word(flip.result.now), word(flip.result.tried))
}

/// "breached 5h of 4h".
fn result(result: Option<Judgement>) -> Cell {
    let Some(result) = result else {
        return Cell::new("no target", Tone::Dim);
    };
    let spent = BusinessSeconds(result.spent.into());
    let target = BusinessSeconds(result.target.into());
    let tone = if result.met { Tone::Good } else { Tone::Bad };
    Cell::new(format!("{} {spent} of {target}", result.word()), tone)
}

/// "L2 network P3".
fn place(place: &Place) -> String {
    let parts = [
        place.level.map(|level| level.to_string()),
        place.team.as_ref().map(Name::text),
        place.priority.map(|priority| priority.to_string()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A ticket, and what is told of it.
fn row<const N: usize>(of: &Of, told: [Cell; N]) -> Vec<Cell> {
    let priority = of.priority.map(|priority| priority.to_string());
    let tone = priority_tone(of.priority);
    let id = [
        Cell::new(of.id.as_str(), Tone::Accent),
        Cell::new(priority.unwrap_or_default(), tone),
    ];
    let title = Cell::from(of.title.as_str());
    id.into_iter().chain(told).chain([title]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::view::style::Style;
    use crate::report::trial::Refused;
    use crate::ticket::{Level, TicketId};
    use unicode_width::UnicodeWidthStr;

    fn found() -> Outcome {
        let of = |number: usize| Of {
            id: TicketId::parse(&format!("261123-k7f3{number:02}")).unwrap(),
            title: "VPN drops after the laptop has slept, on the train alone".to_owned(),
            priority: Priority::parse("P2").ok(),
        };
        let part = |count| Part { count, n: 2_000 };
        let sides = Sides {
            now: part(1_999),
            tried: part(1_977),
        };
        let clocks = Clocks {
            all: sides,
            by_priority: [(None, sides), (Priority::parse("P2").ok(), sides)].into(),
            late: Sides { now: 1, tried: 3 },
        };
        let flip = |number| Flip {
            of: of(number),
            clock: Clock::Resolve,
            result: Sides {
                now: Some(Judgement::of(18_000, 28_800)),
                tried: Some(Judgement::of(18_000, 14_400)),
            },
        };
        let place = |level: &str, team: &str| Place {
            level: Level::parse(level).ok(),
            team: Name::parse(team).ok(),
            priority: Priority::parse("P3").ok(),
        };
        let mut outcome = Outcome {
            tickets: 2_000,
            by_others: 1,
            clocks: [(Clock::Resolve, clocks)].into(),
            flips: (0..22).map(flip).collect(),
            late: vec![Late {
                of: of(0),
                clock: Clock::Respond,
                since: Timestamp::parse("2026-11-23T09:00:00Z").unwrap(),
            }],
            ..Outcome::default()
        };
        outcome.routing.opened = 30;
        outcome.routing.placed = 4;
        let places = Sides {
            now: place("1", "frontline"),
            tried: place("2", "technical"),
        };
        outcome.routing.moved = vec![(of(1), places.clone()), (of(2), places)];
        outcome.readiness.escalations = 9;
        outcome.readiness.refused.tried = 1;
        outcome.readiness.newly = vec![Refused {
            of: of(3),
            at: Timestamp::parse("2026-11-23T09:00:00Z").unwrap(),
            missing: vec!["tried".into(), "searched".into()],
        }];
        outcome
    }

    fn shown(width: usize, all: bool) -> String {
        let (from, to) = ("2026-09-01T00:00:00Z", "2026-11-23T12:00:00Z");
        let time = |text| Timestamp::parse(text).unwrap();
        let shown = Shown {
            name: "stricter",
            commit: None,
            period: Period::new(time(from), time(to)).unwrap(),
            all,
        };
        let look = Look {
            width: Some(width),
            style: Style::PLAIN,
        };
        page(&found(), &shown, time(to), look)
    }

    #[test]
    fn it_fits_narrow_terminals_and_names_the_first_tickets_or_all() {
        for width in [60, 80, 200] {
            for all in [false, true] {
                let text = shown(width, all);
                for line in text.lines() {
                    assert!(line.width() <= width, "{width}: {line}");
                }
                let flips = text.lines().filter(|line| line.contains("5h of 4h"));
                assert_eq!(flips.count(), if all { 22 } else { 20 });
                assert_eq!(text.contains("and 2 more: --tickets names all"), !all);
            }
        }
    }
}
