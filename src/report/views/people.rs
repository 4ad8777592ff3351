//! What people have on their hands. By name, and never as a rank.

use super::{Scope, View};
use crate::policy::people::{Person, Presence};
use crate::report::life::{Fate, HandOver, Life};
use crate::report::table::{Cell, Column, Table};
use crate::ticket::Status;
use crate::ticket::text::fold;
use std::collections::BTreeMap;

/// The view.
pub const VIEW: View = View {
    word: "people",
    title: "People",
    about: "what everybody has on their hands, and who is on duty; never a rank",
    tables: |scope| vec![people(scope)],
};

/// What the columns count.
const LOAD: &str = "By name: load, not rank. Live, oldest and duty are as of now; resolved, taken \
    over (hand-overs accepted) and declined happened in the period; acted on is of the tickets \
    that were live or resolved in it.";

/// What one person has and did.
#[derive(Debug, Clone, Default)]
struct Has {
    live: Vec<Status>,
    oldest: i64,
    resolved: usize,
    acted: usize,
    taken_over: usize,
    declined: usize,
}

impl Has {
    fn adds(&mut self, more: &Self) {
        self.live.extend(&more.live);
        self.oldest = self.oldest.max(more.oldest);
        self.resolved += more.resolved;
        self.acted += more.acted;
        self.taken_over += more.taken_over;
        self.declined += more.declined;
    }

    fn cells(&self) -> Vec<Cell> {
        let count = |status| Cell::count(self.live.iter().filter(|own| **own == status).count());
        vec![
            Cell::count(self.live.len()),
            count(Status::Assigned),
            count(Status::InProgress),
            count(Status::Pending),
            match self.live.is_empty() {
                true => Cell::Nothing,
                false => Cell::Seconds(self.oldest),
            },
            Cell::count(self.resolved),
            Cell::count(self.acted),
            Cell::count(self.taken_over),
            Cell::count(self.declined),
        ]
    }
}

/// Load and duty of everybody on the roster, and what nobody has.
pub(super) fn people(scope: &Scope<'_>) -> Table {
    let known = scope.roster.people().count();
    let title = format!("People of the roster: {known}");
    let (mut table, all, nobody) = rows(scope, "people", title, |_| true);
    let mut without = |name: String, has: &Has| {
        let mut row = vec![Cell::Text(name)];
        row.extend(has.cells());
        row.extend([Cell::Nothing, Cell::Nothing]);
        table.push(row);
    };
    if !all.is_empty() {
        let mut others = Has::default();
        all.values().for_each(|has| others.adds(has));
        without(format!("{} not on the roster", all.len()), &others);
    }
    without("unassigned".to_owned(), &nobody);
    table
        .note(LOAD)
        .note("Resolved says who wrote the last word, not who did the work: it compares nobody.")
}

/// The same of some people only.
pub(super) fn of(
    scope: &Scope<'_>,
    name: &'static str,
    title: &str,
    wanted: impl Fn(&Person) -> bool,
) -> Table {
    let (table, ..) = rows(scope, name, title.to_owned(), wanted);
    table.note(LOAD)
}

/// A row for each person of the roster that is wanted; what those have who are
/// not on it, and what nobody has.
fn rows(
    scope: &Scope<'_>,
    name: &'static str,
    title: String,
    wanted: impl Fn(&Person) -> bool,
) -> (Table, BTreeMap<String, Has>, Has) {
    let columns = vec![
        Column::new("person", "Person"),
        Column::new("live", "Live"),
        Column::new("assigned", "Assigned").keep(60),
        Column::new("in-progress", "In progress").keep(62),
        Column::new("pending", "Pending").keep(61),
        Column::new("oldest", "Oldest").keep(80),
        Column::new("resolved", "Resolved").keep(70),
        Column::new("acted-on", "Acted on").keep(40),
        Column::new("taken-over", "Taken over").keep(50),
        Column::new("declined", "Declined").keep(51),
        Column::new("capacity", "Capacity").keep(75),
        Column::new("duty", "Now").keep(90),
    ];
    let (mut all, nobody) = gather(scope);
    let mut table = Table::new(name, title, columns);
    for person in scope.roster.people() {
        let has = all.remove(&fold(person.handle.as_str()));
        if !wanted(person) {
            continue;
        }
        let mut row = vec![Cell::Text(person.handle.to_string())];
        row.extend(has.unwrap_or_default().cells());
        row.push(match person.capacity {
            Some(capacity) => Cell::Count(capacity.into()),
            None => Cell::Nothing,
        });
        row.push(Cell::Text(duty(person, scope)));
        table.push(row);
    }
    (table, all, nobody)
}

/// What each has, by their folded handle, and what nobody has.
fn gather(scope: &Scope<'_>) -> (BTreeMap<String, Has>, Has) {
    let mut all: BTreeMap<String, Has> = BTreeMap::new();
    let mut nobody = Has::default();
    let lens = scope.lens;
    for life in &scope.lives {
        if life.status.is_live() {
            let has = match life.assignee {
                Some(who) => entry(&mut all, who),
                None => &mut nobody,
            };
            has.live.push(life.status);
            has.oldest = has.oldest.max(lens.now.since(life.opened));
        }
        if let Some(resolved) = life.resolved().filter(|_| lens.resolved(life)) {
            entry(&mut all, resolved.by).resolved += 1;
        }
        if lens.touches(life) {
            life.people
                .iter()
                .for_each(|who| entry(&mut all, who).acted += 1);
        }
        for (who, declined) in answered(life, scope) {
            let has = entry(&mut all, who);
            match declined {
                true => has.declined += 1,
                false => has.taken_over += 1,
            }
        }
    }
    (all, nobody)
}

fn entry<'m>(all: &'m mut BTreeMap<String, Has>, who: &str) -> &'m mut Has {
    all.entry(fold(who)).or_default()
}

/// Who answered a hand-over in the period, and whether they declined it.
fn answered<'l>(life: &'l Life<'l>, scope: &Scope<'_>) -> impl Iterator<Item = (&'l str, bool)> {
    let period = scope.lens.period;
    let given = life.course.hand_overs.iter().filter(|one| !one.kept);
    given.filter_map(move |one: &HandOver| {
        let answer = one.answer.as_ref()?;
        let declined = match one.fate {
            Fate::Declined(_) => true,
            Fate::Accepted => false,
            // Who gave it back answers then; who took it up is not known.
            Fate::HandedBack(_) | Fate::Waiting => return None,
        };
        period.contains(answer.at).then_some((answer.by, declined))
    })
}

/// Where somebody is, in a word or two.
fn duty(person: &Person, scope: &Scope<'_>) -> String {
    let word = match person.presence(scope.lens.now) {
        Presence::Away(_) => "away",
        Presence::Off(_) => "off duty",
        Presence::There(_) if person.duty.is_none() => "no rota",
        Presence::There(_) => "on duty",
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story::{november, roster, rows, served};
    use serde_json::json;

    #[test]
    fn people_have_what_was_counted_by_hand_and_stand_by_name() {
        let known = served();
        let roster = roster(
            &known,
            json!({
                "omar": {"name": "Omar", "absences": [{"from": "2026-11-30", "to": "2026-12-04"}]},
                "marco": {"name": "Marco"},
                "lena": {"name": "Lena", "capacity": 5, "duty": "office"},
                "zoe": {"name": "Zoe", "duty": {"sun": "09:00-10:00"}},
            }),
        );
        let table = people(&Scope {
            roster: &roster,
            ..known.scope(november())
        });
        // lena resolved a c d f, and answered b; marco declined b once, took it
        // over once and resolved it; alice helped herself with z; nobody has e,
        // which is eight days old.
        assert_eq!(
            rows(&table),
            [
                "lena | 0 | 0 | 0 | 0 | - | 4 | 5 | 0 | 0 | 5 | on duty",
                "marco | 0 | 0 | 0 | 0 | - | 1 | 1 | 1 | 1 | - | no rota",
                "omar | 0 | 0 | 0 | 0 | - | 0 | 0 | 0 | 0 | - | away",
                "zoe | 0 | 0 | 0 | 0 | - | 0 | 0 | 0 | 0 | - | off duty",
                "1 not on the roster | 0 | 0 | 0 | 0 | - | 1 | 0 | 0 | 0 | - | -",
                "unassigned | 1 | 0 | 0 | 0 | 192:00 | 0 | 0 | 0 | 0 | - | -",
            ]
        );
        let named = |word: &str| {
            table
                .columns
                .iter()
                .any(|column| column.name.contains(word))
        };
        assert!(!named("first-contact"));
    }
}
