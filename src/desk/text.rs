//! Comparing words as people mean them: without case, and forgiving a slip of
//! the finger.

pub use crate::ticket::text::{fold, has};

/// The one of `known` that was probably meant by `typed`: the nearest by
/// [`distance`], if no more than a third of it is wrong. The first of several.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = fold(typed);
    let tolerated = (typed.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|word| (distance(&typed, &fold(word)), word))
        .filter(|(far, word)| *far <= tolerated && *far < word.chars().count())
        .min_by_key(|(far, _)| *far)
        .map(|(_, word)| word)
}

/// How many characters must be inserted, removed, replaced or swapped with
/// their neighbour to turn one word into the other (optimal string alignment).
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i);
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before_last[j - 2] + 1);
            }
            row.push(least);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_forgiven_in_any_script() {
        assert!(has("Größe ÄNDERN", &fold("größe ändern")));
        assert!(has("ΟΔΟΣ", &fold("οδος")) && has("οδος", &fold("ΟΔΟΣ")));
        assert!(has("Москва", &fold("МОСК")));
        assert!(!has("vpn", &fold("vpns")));
    }

    #[test]
    fn distances() {
        for (a, b, far) in [
            ("", "", 0),
            ("", "abc", 3),
            ("status", "status", 0),
            ("stauts", "status", 1),
            ("levl", "level", 1),
            ("assigne", "assignee", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b), far, "{a} {b}");
            assert_eq!(distance(b, a), far, "{b} {a}");
        }
    }

    #[test]
    fn a_slip_is_forgiven_and_nonsense_is_not() {
        let known = ["status", "team", "level", "is"];
        assert_eq!(nearest("stauts", known), Some("status"));
        assert_eq!(nearest("Levle", known), Some("level"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
    }
}
