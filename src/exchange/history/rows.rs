//! The rows of a case in their order, each with its time and its identity.

use super::{Conflict, Plan, Repeats, Sort};
use crate::exchange::gather::Case;
use crate::exchange::mapping::Order;
use crate::exchange::row::View;
use crate::ticket::{EventId, Timestamp};

/// A row with its time, and the identity of the event that it becomes.
pub(super) struct Dated<'r> {
    pub(super) view: View<'r>,
    pub(super) at: Timestamp,
    pub(super) e: EventId,
}

impl<'a> Plan<'a> {
    /// The rows in the order in which they are taken to have happened.
    ///
    /// Times that can't be read were refused before; where there is none, that
    /// of the row in front counts.
    pub(super) fn date<'r>(&self, case: &'r Case, conflicts: &mut Vec<Conflict>) -> Vec<Dated<'r>>
    where
        'a: 'r,
    {
        let mapping = self.mapping;
        let mut dated: Vec<Dated<'r>> = Vec::with_capacity(case.rows.len());
        let mut repeats = Repeats::new();
        for row in &case.rows {
            let view = self.view(&case.key, row);
            let mut told = |sort, what: String| {
                conflicts.push(Conflict {
                    sort,
                    case: case.key.clone(),
                    row: row.number,
                    what,
                });
            };
            let time = view.get(&mapping.time);
            let before = dated.last().map(|before| before.at);
            let at = match time.and_then(|text| mapping.moments.read(text)) {
                Some(at) => at,
                None => {
                    told(Sort::NoTime, String::new());
                    before.unwrap_or_else(|| self.first_time(case))
                }
            };
            if let Some(before) = before.filter(|before| at < *before) {
                told(Sort::OutOfOrder, format!("{at} after {before}"));
            }
            let content = match mapping.row.as_slice() {
                [] => view.content(),
                columns => {
                    let values = columns
                        .iter()
                        .map(|name| view.get(name).unwrap_or_default());
                    values.collect::<Vec<_>>().join("\u{1e}")
                }
            };
            let content = format!("import\n{}\n{}\n{content}", mapping.source, case.key);
            let seen = repeats.entry(content.clone()).or_default();
            *seen += 1;
            let cause = match *seen {
                1 => content,
                again => {
                    told(Sort::Repeated, format!("seen {again} times"));
                    format!("{content}\n{again}")
                }
            };
            let e = EventId::of_cause(&cause);
            dated.push(Dated { view, at, e });
        }
        if mapping.order == Order::Time {
            let tie = |row: &Dated<'r>| -> Vec<Tie> {
                let ties = mapping.ties.iter();
                ties.map(|column| Tie::of(row.view.get(column))).collect()
            };
            // A stable sort: rows that are alike stay as in the file.
            dated.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| tie(a).cmp(&tie(b))));
        }
        dated
    }

    /// The first time that any row of the case has; 1970 if none has one.
    fn first_time(&self, case: &Case) -> Timestamp {
        let times = case.rows.iter().filter_map(|row| {
            let view = self.view(&case.key, row);
            self.mapping.moments.read(view.get(&self.mapping.time)?)
        });
        times.min().unwrap_or(Timestamp::from_unix(0))
    }
}

/// What breaks a tie: numbers by size, before texts.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    Nothing,
    Number(i64),
    Text(String),
}

impl Tie {
    fn of(value: Option<&str>) -> Self {
        let Some(value) = value.map(str::trim) else {
            return Self::Nothing;
        };
        let number = value.parse().map(Self::Number);
        number.unwrap_or_else(|_| Self::Text(value.to_owned()))
    }
}
