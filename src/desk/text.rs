//! Comparing words as people mean them: without case, and forgiving a slip of
//! the finger.

pub use crate::ticket::text::{distance, fold, has};

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
