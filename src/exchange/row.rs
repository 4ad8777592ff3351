//! Rows of a log, whatever file they come from.

use std::collections::HashMap;

/// Names of columns, in the order in which they were met.
#[derive(Debug, Clone, Default)]
pub struct Names {
    list: Vec<String>,
    places: HashMap<String, usize>,
}

impl Names {
    /// The place of a column, which gets one if it has none.
    pub fn intern(&mut self, name: &str) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = self.list.len();
        self.list.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        place
    }

    /// The place of a column.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// All names.
    #[must_use]
    pub fn list(&self) -> &[String] {
        &self.list
    }
}

/// One row: a value for each place of [`Names`]; an empty one is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Its place among the rows of the file, from 1.
    pub number: u64,
    /// The values. Places behind the last are missing.
    pub values: Vec<String>,
}

impl Row {
    /// The value at a place, if there is one.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&str> {
        let value = self.values.get(place).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }

    /// Puts a value at a place.
    pub fn put(&mut self, place: usize, value: String) {
        if self.values.len() <= place {
            self.values.resize(place + 1, String::new());
        }
        if let Some(there) = self.values.get_mut(place) {
            *there = value;
        }
    }
}

/// A row with the names of its columns, and with what a second file says of its
/// case. A column that the log lacks is looked for there.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The row.
    pub row: &'a Row,
    /// Its columns.
    pub names: &'a Names,
    /// The case's row in the second file, and that file's columns.
    pub more: Option<(&'a Row, &'a Names)>,
}

impl<'a> View<'a> {
    /// The value of a column, if it has one.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&'a str> {
        if let Some(place) = self.names.place(column) {
            return self.row.at(place);
        }
        let (row, names) = self.more?;
        names.place(column).and_then(|place| row.at(place))
    }

    /// Everything that the row itself says, the same whatever the order of its
    /// columns in the file.
    #[must_use]
    pub fn content(&self) -> String {
        let mut parts: Vec<(&str, &str)> = self
            .names
            .list()
            .iter()
            .enumerate()
            .filter_map(|(place, name)| Some((name.as_str(), self.row.at(place)?)))
            .collect();
        parts.sort_unstable();
        let mut text = String::new();
        for (name, value) in parts {
            text.push_str(name);
            text.push('\u{1f}');
            text.push_str(value);
            text.push('\u{1e}');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(names: &mut Names, values: &[(&str, &str)]) -> Row {
        let mut row = Row::default();
        for (name, value) in values {
            row.put(names.intern(name), (*value).to_owned());
        }
        row
    }

    #[test]
    fn the_order_of_columns_changes_nothing() {
        let (mut one, mut other) = (Names::default(), Names::default());
        let a = row(&mut one, &[("case", "1"), ("state", "New"), ("who", "")]);
        let b = row(&mut other, &[("state", "New"), ("case", "1")]);
        let content = |row, names| {
            View {
                row,
                names,
                more: None,
            }
            .content()
        };
        assert_eq!(content(&a, &one), content(&b, &other));
    }

    #[test]
    fn what_the_log_lacks_is_looked_for_in_the_second_file() {
        let (mut log, mut cases) = (Names::default(), Names::default());
        let row_of_log = row(&mut log, &[("case", "1"), ("team", "")]);
        let row_of_case = row(&mut cases, &[("team", "b"), ("priority", "2")]);
        let view = View {
            row: &row_of_log,
            names: &log,
            more: Some((&row_of_case, &cases)),
        };
        assert_eq!(view.get("priority"), Some("2"));
        assert_eq!(view.get("team"), None, "the log has that column");
        assert_eq!(view.get("colour"), None);
    }
}
