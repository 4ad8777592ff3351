//! Own fields (`x-…`) in figures: what a desk adds, or an import keeps of its
//! source. Nobody declares what they hold: see [`Sort`].

use super::{Scope, View};
use crate::report::figure::{Part, Spread};
use crate::report::group::{Group, split};
use crate::report::life::Life;
use crate::report::own::{self, Sort};
use crate::report::percentile::nearest_rank;
use crate::report::sheet::capital;
use crate::report::table::{Cell, Column, Table, many};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The view.
pub const VIEW: View = View {
    word: "fields",
    title: "Own fields",
    about: "own fields (x-…): who has them, their words, numbers and times: fields x-room",
    splits: true,
    tables,
};

/// How many words of a field are named.
const NAMED: usize = 10;

/// A field, and what the tickets of each group have there.
struct Field<'l> {
    name: &'l str,
    sort: Sort,
    /// For each group: its name, how many tickets it has, and the values.
    groups: Vec<(String, usize, Vec<Value<'l>>)>,
}

/// What a ticket has in a field.
#[derive(Clone, Copy)]
struct Value<'l> {
    life: &'l Life<'l>,
    text: &'l str,
}

pub(in crate::report) fn tables(scope: &Scope<'_>) -> Vec<Table> {
    let fields = fields(scope);
    let of = |sort| fields.iter().filter(move |field| field.sort == sort);
    let mut tables = vec![overview(scope, &fields)];
    let more = [
        words(scope, of(Sort::Words)),
        numbers(scope, of(Sort::Numbers)),
        times(scope, of(Sort::Times)),
    ];
    tables.extend(more.into_iter().filter(|table| !table.rows.is_empty()));
    tables
}

/// The fields that were asked for, or all that a ticket of the period has.
fn fields<'l>(scope: &'l Scope<'_>) -> Vec<Field<'l>> {
    let groups = match scope.by {
        Some(by) => split(by, &scope.lives, scope.lens),
        None => vec![Group {
            key: None,
            lives: scope.lives.clone(),
            lens: scope.lens,
        }],
    };
    let mut found: BTreeMap<&str, Vec<Vec<Value<'l>>>> = BTreeMap::new();
    for name in &scope.own {
        found.insert(name, vec![Vec::new(); groups.len()]);
    }
    let mut sizes = vec![0; groups.len()];
    for (place, group) in groups.iter().enumerate() {
        for life in group.lives.iter().filter(|life| group.lens.touches(life)) {
            sizes[place] += 1;
            for (name, text) in life.own.all() {
                if scope.own.is_empty() || scope.own.iter().any(|own| own == name) {
                    let all = found.entry(name);
                    let all = all.or_insert_with(|| vec![Vec::new(); groups.len()]);
                    all[place].push(Value { life, text });
                }
            }
        }
    }
    let field = |(name, values): (&'l str, Vec<Vec<Value<'l>>>)| {
        let texts: Vec<&str> = values.iter().flatten().map(|value| value.text).collect();
        let named = groups.iter().zip(&sizes).zip(values);
        Field {
            name,
            sort: Sort::of(&texts),
            groups: named
                .map(|((group, size), values)| {
                    let key = group.key.clone().unwrap_or_else(|| "none".to_owned());
                    (key, *size, values)
                })
                .collect(),
        }
    };
    found.into_iter().map(field).collect()
}

/// A table whose rows are about a field, and about a group of tickets where the
/// reader chose some.
fn table(scope: &Scope<'_>, name: &'static str, title: &str, more: &[Column]) -> Table {
    let mut columns = vec![Column::new("field", "Field")];
    columns.extend(
        scope
            .by
            .map(|by| Column::new(by.word(), &capital(by.word()))),
    );
    columns.extend_from_slice(more);
    Table::new(name, title, columns)
}

/// The first cells of a row.
fn start(scope: &Scope<'_>, field: &Field<'_>, group: &str) -> Vec<Cell> {
    let mut row = vec![Cell::Text(field.name.to_owned())];
    row.extend(scope.by.map(|_| Cell::Text(group.to_owned())));
    row
}

/// Who has which field.
fn overview(scope: &Scope<'_>, fields: &[Field<'_>]) -> Table {
    let columns = [
        Column::new("holds", "Holds").keep(60),
        Column::new("n", "With it"),
        Column::new("missing", "Missing"),
        Column::new("values", "Values").keep(80),
    ];
    let title = format!("Own fields: {}", many(fields.len()));
    let mut table = table(scope, "fields", &title, &columns);
    for field in fields {
        for (group, size, values) in &field.groups {
            let different: BTreeSet<&str> = values.iter().map(|value| value.text).collect();
            let mut row = start(scope, field, group);
            row.extend([
                Cell::Text(field.sort.word().to_owned()),
                Cell::count(values.len()),
                Cell::count(size - values.len()),
                Cell::count(different.len()),
            ]);
            table.push(row);
        }
    }
    match fields {
        [] => table.note("No ticket of the period has a field of its own (x-…)."),
        _ => table.note(
            "Of the tickets that were live or resolved in the period, as they are now. A field \
             holds numbers or times where all of its values are some.",
        ),
    }
}

/// The words of fields, the most frequent first.
fn words<'f>(scope: &Scope<'_>, fields: impl Iterator<Item = &'f Field<'f>>) -> Table {
    let columns = [
        Column::new("value", "Value"),
        Column::new("n", "Tickets"),
        Column::new("share", "Share"),
    ];
    let mut table = table(scope, "words", "Words", &columns);
    for field in fields {
        let all = field.groups.iter().flat_map(|(.., values)| values);
        let ranked = ranked(all);
        let named: Vec<&str> = ranked.iter().take(NAMED).map(|(text, _)| *text).collect();
        let others = ranked.len() - named.len();
        for (group, _, values) in &field.groups {
            let count = |is_so: &dyn Fn(&str) -> bool| Part::of(values, |value| is_so(value.text));
            let mut push = |told: String, part: Part| {
                let mut row = start(scope, field, group);
                row.extend([Cell::Text(told), Cell::count(part.count), Cell::Share(part)]);
                table.push(row);
            };
            for name in &named {
                push((*name).to_owned(), count(&|text| text == *name));
            }
            if others > 0 {
                push(
                    format!("{} others", many(others)),
                    count(&|text| !named.contains(&text)),
                );
            }
        }
    }
    table.note("Shares are of the tickets that have the field.")
}

/// Different words and how often each is there: the most frequent first, of
/// equals by their letters.
fn ranked<'f>(values: impl Iterator<Item = &'f Value<'f>>) -> Vec<(&'f str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value.text).or_default() += 1;
    }
    let mut ranked: Vec<_> = counts.into_iter().collect();
    ranked.sort_by_key(|(_, count)| Reverse(*count));
    ranked
}

/// Fields that hold numbers.
fn numbers<'f>(scope: &Scope<'_>, fields: impl Iterator<Item = &'f Field<'f>>) -> Table {
    let columns = [
        Column::new("n", "n"),
        Column::new("above-zero", "Above zero").keep(100),
        Column::new("share", "Share").keep(70),
        Column::new("sum", "Sum").keep(80),
        Column::new("mean", "Mean").keep(90),
        Column::new("p50", "Median").keep(95),
        Column::new("max", "Largest"),
    ];
    let mut table = table(scope, "numbers", "Numbers", &columns);
    for field in fields {
        for (group, _, values) in &field.groups {
            let found = values.iter().filter_map(|value| own::number(value.text));
            let mut numbers: Vec<f64> = found.collect();
            numbers.sort_by(f64::total_cmp);
            let sum: f64 = numbers.iter().sum();
            let mean = (!numbers.is_empty()).then(|| sum / numbers.len() as f64);
            let middle = nearest_rank(&numbers, 50);
            let above = Part::of(&numbers, |number| **number > 0.0);
            let number = |number: Option<f64>| number.map_or(Cell::Nothing, told);
            let mut row = start(scope, field, group);
            row.extend([
                Cell::count(numbers.len()),
                Cell::count(above.count),
                Cell::Share(above),
                told(sum),
                mean.map_or(Cell::Nothing, Cell::Number),
                number(middle),
                number(numbers.last().copied()),
            ]);
            table.push(row);
        }
    }
    table
}

/// A whole number as one.
fn told(number: f64) -> Cell {
    match number.fract() == 0.0 {
        true => Cell::Count(number as i64),
        false => Cell::Number(number),
    }
}

/// Fields that hold times: how long after opening they are.
fn times<'f>(scope: &Scope<'_>, fields: impl Iterator<Item = &'f Field<'f>>) -> Table {
    let columns = [
        Column::new("n", "n"),
        Column::new("p50", "Median"),
        Column::new("p90", "p90").keep(80),
        Column::new("mean", "Mean").keep(90),
        Column::new("max", "Longest").keep(100),
    ];
    let mut table = table(scope, "times", "Times, from opening", &columns);
    for field in fields {
        for (group, _, values) in &field.groups {
            let took = |value: &Value<'_>| {
                let at = own::time(value.text)?;
                Some(at.since(value.life.opened).max(0))
            };
            let took: Vec<i64> = values.iter().filter_map(took).collect();
            let (n, longest) = (took.len(), took.iter().max().copied());
            let spread = Spread::of(took);
            let cell = |of: fn(Spread) -> i64| {
                spread.map_or(Cell::Nothing, |spread| Cell::Seconds(of(spread)))
            };
            let mut row = start(scope, field, group);
            row.extend([
                Cell::count(n),
                cell(|spread| spread.p50),
                cell(|spread| spread.p90),
                cell(|spread| spread.mean),
                longest.map_or(Cell::Nothing, Cell::Seconds),
            ]);
            table.push(row);
        }
    }
    table.note("Calendar time from opening to the time that the field holds.")
}

#[cfg(test)]
mod tests;
