//! Text → a YAML scalar that every reader of YAML 1.1 or 1.2 takes for that
//! text, and for nothing else.

use std::fmt::Write as _;

/// Where a scalar stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The value of a key on a line of its own.
    Block,
    /// Within brackets.
    Flow,
}

/// Writes `text`, bare where that is safe, else in double quotes.
pub(super) fn write(out: &mut String, text: &str, place: Place) {
    if is_plain(text, place) {
        out.push_str(text);
    } else {
        quote(out, text);
    }
}

/// The indicator of a literal block that holds exactly `text`, at an
/// indentation two deeper than its key's. `None` where readers or editors
/// might differ about it; those texts are quoted.
pub(super) fn literal(text: &str) -> Option<&'static str> {
    let body = text.trim_end_matches('\n');
    let first = body.split('\n').next().unwrap_or_default();
    let is_exact = text.contains('\n')
        && !body.is_empty()
        && !body.ends_with([' ', '\t'])
        && !first.starts_with('\t')
        && body.split('\n').all(|line| {
            let blank = line.chars().all(char::is_whitespace);
            line.is_empty() || !blank
        })
        && text
            .chars()
            .all(|c| is_allowed_raw(c) || matches!(c, '\n' | '\t'));
    if !is_exact {
        return None;
    }
    // Where the text itself begins with white space, readers can't find out
    // the indentation.
    let indented = first.is_empty() || first.starts_with(' ');
    Some(match (indented, text.len() - body.len()) {
        (false, 0) => "|-",
        (false, 1) => "|",
        (false, _) => "|+",
        (true, 0) => "|2-",
        (true, 1) => "|2",
        (true, _) => "|2+",
    })
}

/// Whether a character may stand in a file as it is, other than the end of a
/// line or a tab: printable in YAML, and no end of line to any version of it.
pub(super) fn is_allowed_raw(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

fn is_plain(text: &str, place: Place) -> bool {
    let begins_well = |c: char| {
        c.is_alphanumeric() || "_/($".contains(c) || (!c.is_ascii() && !c.is_whitespace())
    };
    text.starts_with(begins_well)
        && !text.ends_with(|c: char| c.is_whitespace() || c == ':')
        && !is_another_type(text)
        && !has_indicator(text, place)
}

/// Whether something within the text ends a bare scalar, or can't be written
/// bare.
fn has_indicator(text: &str, place: Place) -> bool {
    let flow = place == Place::Flow;
    // Most texts have nothing but letters, digits, spaces and a few marks.
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b" -_./@".contains(&byte);
    if text.bytes().all(harmless) {
        return false;
    }
    let mut before = 'a';
    for c in text.chars() {
        let indicator = match c {
            ',' | '[' | ']' | '{' | '}' | '?' => flow,
            '#' => before.is_whitespace(),
            // A colon counts when white space follows.
            ' ' => before == ':',
            _ => !is_allowed_raw(c),
        };
        if indicator {
            return true;
        }
        before = c;
    }
    false
}

/// Whether some reader takes the bare text for a boolean, null, number, time,
/// or merge key. Only texts that pass for the start of a bare scalar are asked.
fn is_another_type(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    }
    is_number(text) || is_date(text)
}

/// Whole numbers in any base, with `_` or `,` between digits; decimals;
/// sexagesimals; powers of ten.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_digit() || b"_.,:".contains(&b))
    };
    if digits(text) {
        return true;
    }
    let lower = text.to_ascii_lowercase();
    let based = |prefix: &str, radix: u32| {
        lower
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.chars().all(|c| c == '_' || c.is_digit(radix)))
    };
    let power = lower.split_once('e').is_some_and(|(mantissa, power)| {
        digits(mantissa) && digits(power.strip_prefix(['+', '-']).unwrap_or(power))
    });
    power || based("0x", 16) || based("0o", 8) || based("0b", 2)
}

/// A date, or anything that begins with one.
fn is_date(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let year = digits(text);
    let Some(rest) = text[year..].strip_prefix('-') else {
        return false;
    };
    let month = digits(rest);
    let day = rest[month..].strip_prefix('-').map_or(0, digits);
    year == 4 && (1..=2).contains(&month) && day > 0
}

/// Writes `text` in double quotes, with the escapes that JSON has too.
fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_allowed_raw(c) => out.push(c),
            c => {
                // Every character that is not allowed has at most four digits.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(text: &str) -> String {
        let mut out = String::new();
        write(&mut out, text, Place::Flow);
        out
    }

    #[test]
    fn what_reads_as_text_stays_bare() {
        for text in [
            "VPN drops after laptop sleep",
            "in-progress",
            "network/vpn",
            "alice@example.com",
            "261123-k7f3q2",
            "9wm2c",
            "disk:web1:/var",
            "3 monitors",
            "R&D",
            "don't",
            "日本語",
            "🔥 fire",
            "مرحبا",
            "nobody",
            "2nd floor",
            "a#1",
            "noon",
        ] {
            assert_eq!(flow(text), text);
        }
    }

    #[test]
    fn what_does_not_is_quoted() {
        let words = "~ null Null NULL y Y n N yes Yes NO no on Off OFF true True FALSE = << - -- \
                     --- ... . .5 5. 1.5 1e3 1E+3 1e-3 +1 -1 12 017 0o17 0x1F 0b101 1_000 1,000 \
                     .inf -.INF .NaN 1:30 190:20:30 190:20:30.15 2026-01-02 2026-1-2 \
                     2026-01-02T03:04:05Z 10.0.0.1 12e03 0x1ff ? : , [ ] { } # & * ! | > ' \" % @ ` \
                     a: a? [a] {a a, -x";
        for text in words.split(' ').filter(|word| !word.is_empty()) {
            assert_eq!(flow(text), format!("{text:?}"));
        }
        for text in [
            "",
            " ",
            " a",
            "a ",
            "a\t",
            "a: b",
            "a #b",
            "a\nb",
            "a\rb",
            "\u{85}",
            "a\u{2028}b",
            "\u{feff}a",
            "\u{7f}",
            "a\u{9b}",
            "\u{1b}[31m",
            "2026-01-02 noon",
            "\u{a0}a",
            "a\u{3000}",
        ] {
            assert!(flow(text).starts_with('"'), "{text:?}");
        }
        assert_eq!(flow("a\u{85}\u{1b}\"\\"), r#""a\u0085\u001b\"\\""#);
    }

    #[test]
    fn blocks_are_for_texts_that_every_reader_sees_alike() {
        for (text, indicator) in [
            ("a\nb", Some("|-")),
            ("a\n", Some("|")),
            ("a\n\n\n", Some("|+")),
            (" a\nb\n", Some("|2")),
            ("\na", Some("|2-")),
            ("a\n\tb\n", Some("|")),
            ("- a\n# b\n---\n", Some("|")),
            ("a", None),
            ("\n", None),
            ("\n\n", None),
            ("a\r\nb\r\n", None),
            ("a\nb ", None),
            ("a \n", None),
            ("a\n \nb", None),
            ("\ta\nb", None),
            ("a\u{85}\n", None),
            ("a\n\u{1b}", None),
            ("a\n\u{feff}", None),
        ] {
            assert_eq!(literal(text), indicator, "{text:?}");
        }
    }
}
