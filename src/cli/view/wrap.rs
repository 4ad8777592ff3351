//! Word-wrapping of a block of text, for `show`.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The narrowest room text is wrapped into, whatever the width and the indent.
const MIN_ROOM: usize = 10;

/// Wraps clean text (see [`sanitize::block`](super::sanitize::block)) to
/// `width` columns, of which each line spends `indent` on leading spaces.
///
/// Lines of the text stay lines: they are never joined. A line's own leading
/// spaces, list marker (`- `, `* `, `1. `) or quote sign (`> `) is kept, and
/// what wraps from it hangs below its text. A word longer than a line is
/// broken, except an address (`https://…`), which would be of no use in parts.
/// No line ends in spaces; every line ends in a line feed.
#[must_use]
pub fn wrap(text: &str, width: usize, indent: usize) -> String {
    let room = width.saturating_sub(indent).max(MIN_ROOM);
    let margin = " ".repeat(indent);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for line in text.lines() {
        let line = line.trim_end();
        let (first, hanging, body) = lead(line, room);
        let mut lead = first;
        for part in fill(body, room - hanging.width()) {
            let full = format!("{margin}{lead}{part}");
            out.push_str(full.trim_end());
            out.push('\n');
            lead = &hanging;
        }
    }
    out
}

/// Splits a line into what leads it, what leads the lines that wrap from it,
/// and its text.
fn lead(line: &str, room: usize) -> (&str, String, &str) {
    let spaces = line.len() - line.trim_start_matches(' ').len();
    let rest = &line[spaces..];
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let marker = if rest.starts_with("- ") || rest.starts_with("* ") || rest.starts_with("> ") {
        2
    } else if (1..=3).contains(&digits) && rest[digits..].starts_with(". ") {
        digits + 2
    } else {
        0
    };
    let length = spaces + marker;
    // A lead that leaves little room would make a column of single words.
    if length + MIN_ROOM / 2 > room {
        return ("", String::new(), line.trim_start());
    }
    let (first, body) = line.split_at(length);
    let hanging = if rest.starts_with("> ") {
        first.to_owned()
    } else {
        " ".repeat(length)
    };
    (first, hanging, body)
}

/// Fills lines of at most `room` columns with the words of one line. At least
/// one line, which may be empty. Spaces inside a line stay as they are.
fn fill(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for (gap, word) in words(text) {
        if !line.is_empty() && line.width() + gap.width() + word.width() > room {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push_str(gap);
        }
        if word.width() <= room || word.contains("://") {
            line.push_str(word);
            continue;
        }
        for cluster in word.graphemes(true) {
            if line.width() + cluster.width() > room && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(cluster);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// The words of a line, each with the spaces before it.
fn words(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(|c| c != ' ')?;
        let (spaces, tail) = rest.split_at(start);
        let (word, after) = tail.split_at(tail.find(' ').unwrap_or(tail.len()));
        rest = after;
        Some((spaces, word))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_wrap_and_lines_stay() {
        assert_eq!(
            wrap("the quick brown fox jumps\n\nover", 14, 2),
            "  the quick\n  brown fox\n  jumps\n\n  over\n"
        );
        assert_eq!(wrap("", 20, 2), "");
        assert_eq!(wrap("a  b", 20, 0), "a  b\n");
    }

    #[test]
    fn what_wraps_hangs_below_its_text() {
        assert_eq!(wrap("- alpha beta gamma", 14, 0), "- alpha beta\n  gamma\n");
        assert_eq!(wrap("10. alpha beta", 12, 0), "10. alpha\n    beta\n");
        assert_eq!(wrap("> alpha beta gamma", 14, 0), "> alpha beta\n> gamma\n");
        assert_eq!(
            wrap("    code alpha beta", 15, 0),
            "    code alpha\n    beta\n"
        );
    }

    #[test]
    fn long_words_break_and_addresses_do_not() {
        assert_eq!(wrap("abcdefghijklmno", 10, 0), "abcdefghij\nklmno\n");
        assert_eq!(
            wrap("see https://example.com/kb/1 now", 12, 0),
            "see\nhttps://example.com/kb/1\nnow\n"
        );
        assert_eq!(wrap("日本語のタイトル", 10, 0), "日本語のタ\nイトル\n");
    }

    #[test]
    fn a_tiny_width_still_shows_text() {
        assert_eq!(wrap("alpha beta", 3, 8), "        alpha beta\n");
        assert_eq!(wrap("                 deep", 10, 0), "deep\n");
    }

    proptest! {
        #[test]
        fn lines_fit_and_no_word_is_lost(text in "[a-z日é>\\-0-9. \n]{0,200}", width in 10_usize..60) {
            let wrapped = wrap(&text, width, 0);
            for line in wrapped.lines() {
                prop_assert!(line.width() <= width, "{line:?} is wider than {width}");
                prop_assert!(!line.ends_with(' '));
            }
            let letters = |text: &str| -> String {
                text.chars().filter(|c| !matches!(c, ' ' | '\n' | '>')).collect()
            };
            prop_assert_eq!(letters(&wrapped), letters(&text));
        }
    }
}
