//! Comparing texts as people mean them: without case.

/// `text` in Unicode lower case, for comparing and searching.
///
/// Character by character, so that a part of a word folds as the whole does
/// (`str::to_lowercase` makes the last Σ of a word `ς` and any other `σ`).
#[must_use]
pub fn fold(text: &str) -> String {
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
