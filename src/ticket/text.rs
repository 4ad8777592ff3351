//! Comparing texts as people mean them: without case.

/// `text` in Unicode lower case, for comparing and searching.
///
/// Character by character, so that a part of a word folds as the whole does
/// (`str::to_lowercase` makes the last Σ of a word `ς` and any other `σ`).
#[must_use]
pub fn fold(text: &str) -> String {
    // Much faster, and most texts are.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .collect()
}

/// Whether `needle`, folded already, occurs in `text`.
#[must_use]
pub fn has(text: &str, needle: &str) -> bool {
    fold(text).contains(needle)
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

/// The word that was probably meant, if one is near.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Names are short. What is not costs too much to compare, and is no slip.
    if word.len() > 40 {
        return None;
    }
    let far = word.chars().count().div_ceil(3).clamp(1, 3);
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (distance(&word, candidate), candidate))
        .filter(|(distance, _)| *distance <= far)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near_and_other_words_are_not() {
        let known = ["title", "status", "assignee", "x-"];
        for (typed, meant) in [
            ("titel", Some("title")),
            ("Status", Some("status")),
            ("asignee", Some("assignee")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, known), meant, "{typed}");
        }
    }
}
