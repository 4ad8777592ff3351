//! Rows → cases, however the rows of several cases are mixed in the file.
//!
//! The file is read twice: first to count the rows of each case, then to hand a
//! case on as soon as its last row is there. So memory holds the cases that
//! are under way at one place of the file: one, where rows are sorted by case.

use super::row::{Names, Row};
use std::collections::HashMap;

/// The rows of one case, in the file's order.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its number in the log.
    pub key: String,
    /// Its rows; at least one.
    pub rows: Vec<Row>,
}

/// Puts cases together.
#[derive(Debug, Default)]
pub struct Gatherer {
    counts: HashMap<String, u32>,
    open: HashMap<String, Vec<Row>>,
    rows: u64,
}

impl Gatherer {
    /// First reading: counts a row of that case.
    pub fn count(&mut self, case: &str) {
        self.rows += 1;
        match self.counts.get_mut(case) {
            Some(count) => *count += 1,
            None => {
                self.counts.insert(case.to_owned(), 1);
            }
        }
    }

    /// Rows counted.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Cases counted.
    #[must_use]
    pub fn cases(&self) -> usize {
        self.counts.len()
    }

    /// Second reading: takes a row, and gives the case that it completes. None
    /// where rows are missing still, or the row was not counted.
    pub fn take(&mut self, case: &str, row: Row) -> Option<Case> {
        let count = *self.counts.get(case)? as usize;
        if count == 1 {
            return Some(Case {
                key: case.to_owned(),
                rows: vec![row],
            });
        }
        if !self.open.contains_key(case) {
            self.open.insert(case.to_owned(), Vec::with_capacity(count));
        }
        let rows = self.open.get_mut(case)?;
        rows.push(row);
        if rows.len() < count {
            return None;
        }
        let (key, rows) = self.open.remove_entry(case)?;
        Some(Case { key, rows })
    }

    /// Whether every case that was begun was completed: the file was the same
    /// both times.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.open.is_empty()
    }
}

/// A second file that says more of each case: its rows by case.
#[derive(Debug, Default)]
pub struct Attributes {
    /// Its columns.
    pub names: Names,
    /// Its rows.
    pub rows: HashMap<String, Row>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_row_comes_out_once_in_its_case(cases in prop::collection::vec(0u8..6, 0..60)) {
            let mut gatherer = Gatherer::default();
            for case in &cases {
                gatherer.count(&case.to_string());
            }
            let mut came = Vec::new();
            for (index, case) in cases.iter().enumerate() {
                let row = Row { number: index as u64 + 1, values: Vec::new() };
                if let Some(done) = gatherer.take(&case.to_string(), row) {
                    came.push(done);
                }
            }
            prop_assert!(gatherer.is_done());
            prop_assert_eq!(came.len(), gatherer.cases());
            let mut numbers = Vec::new();
            for case in came {
                let own: Vec<u64> = case.rows.iter().map(|row| row.number).collect();
                prop_assert!(own.is_sorted());
                for number in &own {
                    prop_assert_eq!(cases[*number as usize - 1].to_string(), case.key.as_str());
                }
                numbers.extend(own);
            }
            numbers.sort_unstable();
            let all: Vec<u64> = (1..=cases.len() as u64).collect();
            prop_assert_eq!(numbers, all);
        }
    }
}
