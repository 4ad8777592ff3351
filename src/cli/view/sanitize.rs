//! Ticket text comes from strangers: nothing in it may reach the terminal as
//! control, or a spreadsheet as a formula.
//!
//! Control characters are made visible with the Unicode control pictures
//! (`ESC` is `␛`), what has no picture becomes `�`, and characters that show
//! nothing are left out. JSON carries the exact text; these are for eyes.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// Stands for a control character that has no picture of its own.
const REPLACEMENT: char = '\u{FFFD}';

/// Marks that may be stacked on one character; more would paint over the
/// lines above and below.
const MAX_MARKS: usize = 8;

/// Distance of tab stops in a block, in columns.
const TAB: usize = 4;

/// What to do with tabs and line breaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    /// Tabs are spaces; line breaks inside the text are `⏎`.
    Shown,
    /// Tabs run to the next stop; line breaks stay, as `\n`.
    Laid,
    /// Both stay as they are: the format that follows quotes them.
    Kept,
}

/// Cleans text for a place of one line, such as a table cell or a heading.
///
/// Tabs become spaces, line breaks inside become `⏎`, those around are left
/// out. The result holds no control character.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    clean(text.trim_matches(is_break), Breaks::Shown)
}

/// Cleans a text of several lines: line breaks stay (every kind as `\n`), tabs
/// become spaces up to the next multiple of four columns.
#[must_use]
pub fn block(text: &str) -> Cow<'_, str> {
    clean(text, Breaks::Laid)
}

/// Cleans a field of a delimited format that quotes or escapes tabs and line
/// breaks itself, so both stay.
#[must_use]
pub fn field(text: &str) -> Cow<'_, str> {
    clean(text, Breaks::Kept)
}

/// Cleans a CSV cell and makes sure that no spreadsheet takes it for a formula.
///
/// A cell that starts (spaces aside) with `=`, `+`, `-`, `@`, their full-width
/// forms, tab or line break gets a `'` before it. A plain number such as `-5`
/// or `+49170` is safe and stays a number.
#[must_use]
pub fn csv_cell(text: &str) -> Cow<'_, str> {
    let cell = field(text);
    if starts_formula(&cell) && !is_number(&cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        cell
    }
}

fn clean(text: &str, breaks: Breaks) -> Cow<'_, str> {
    // Most text is printable ASCII, which needs no second look.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut column = 0;
    let mut marks = 0;
    let mut previous = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\t' if breaks == Breaks::Kept => out.push('\t'),
            '\r' if breaks == Breaks::Kept => out.push('\r'),
            '\t' if breaks == Breaks::Shown => out.push(' '),
            '\t' => {
                let spaces = TAB - column % TAB;
                out.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            '\r' if chars.peek() == Some(&'\n') => {}
            c if is_break(c) => {
                out.push(if breaks == Breaks::Shown { '⏎' } else { '\n' });
                column = 0;
            }
            '\0'..='\u{1F}' => out.push(picture(c)),
            '\u{7F}' => out.push('\u{2421}'),
            c if is_dangerous(c) => out.push(REPLACEMENT),
            c if is_joiner(c) => {
                let joins = previous.is_some_and(is_joinable)
                    && chars.peek().copied().is_some_and(is_joinable);
                if joins {
                    out.push(c);
                }
                continue;
            }
            c if is_invisible(c) => continue,
            c => {
                let width = c.width().unwrap_or(0);
                marks = if width == 0 { marks + 1 } else { 0 };
                if marks > MAX_MARKS {
                    continue;
                }
                column += width;
                out.push(c);
            }
        }
        previous = Some(c);
    }
    if out == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(out)
    }
}

/// Line breaks of every kind: LF, VT, FF, CR, NEL and the two of Unicode.
fn is_break(c: char) -> bool {
    matches!(
        c,
        '\n' | '\u{B}' | '\u{C}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// The control picture of a C0 control.
fn picture(control: char) -> char {
    char::from_u32(0x2400 + u32::from(control)).unwrap_or(REPLACEMENT)
}

/// C1 controls (some terminals obey them like ESC) and the characters that
/// reorder what stands beside them.
pub(crate) fn is_dangerous(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{206A}'..='\u{206F}')
}

/// Characters that show nothing and can hide text or forge a look-alike.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{180E}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2060}'..='\u{2065}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Joiners are part of emoji and of Indic and Persian spelling.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Where a joiner does something; between ASCII it could only hide.
fn is_joinable(c: char) -> bool {
    !c.is_ascii() && !is_break(c) && !is_dangerous(c) && !is_joiner(c) && !is_invisible(c)
}

fn starts_formula(cell: &str) -> bool {
    let first = cell.trim_start_matches(' ').chars().next();
    matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    )
}

/// A number and nothing else: sign, digits, fraction, exponent.
fn is_number(cell: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn controls_are_made_visible() {
        assert_eq!(line("a\x1b[31mred\x07"), "a␛[31mred␇");
        assert_eq!(line("\u{9b}31m c1 \x7f"), "�31m c1 ␡");
        assert_eq!(line("bell\0"), "bell␀");
        assert_eq!(block("\x1b]0;owned\x07\n"), "␛]0;owned␇\n");
    }

    #[test]
    fn a_line_shows_its_breaks_and_a_block_keeps_them() {
        assert_eq!(
            line("\none\r\ntwo\u{2028}three\tfour\n\n"),
            "one⏎two⏎three four"
        );
        assert_eq!(
            block("one\r\ntwo\rthree\u{85}four"),
            "one\ntwo\nthree\nfour"
        );
        assert_eq!(block("a\tb\n\tc\n日\td"), "a   b\n    c\n日  d");
    }

    #[test]
    fn text_cannot_run_backwards_or_hide() {
        assert_eq!(line("invoice\u{202E}fdp.exe"), "invoice�fdp.exe");
        assert_eq!(line("\u{2066}x\u{2069}"), "�x�");
        assert_eq!(
            line("pay\u{200B}pal\u{FEFF} pay\u{200D}pal"),
            "paypal paypal"
        );
        assert_eq!(line("flag\u{E0041}\u{E0042}"), "flag");
    }

    #[test]
    fn honest_text_of_every_script_stays() {
        for text in [
            "naïve café",
            "日本語のタイトル",
            "👩\u{200D}👩\u{200D}👧 family",
            "می\u{200C}خواهم",
            "क्\u{200D}ष",
            "e\u{301}",
            "🇩🇪 ❤\u{FE0F}",
        ] {
            assert_eq!(line(text), text);
            assert!(matches!(line(text), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn marks_do_not_pile_up() {
        let piled = format!("a{}", "\u{301}".repeat(200));
        assert_eq!(line(&piled).chars().count(), 1 + MAX_MARKS);
    }

    #[test]
    fn a_spreadsheet_sees_no_formula() {
        for formula in [
            "=1+1",
            "=HYPERLINK(\"http://x\")",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "  =1",
            "＝1",
            "-",
            "-5-",
            "- 5",
        ] {
            assert_eq!(csv_cell(formula), format!("'{formula}"));
        }
        for plain in [
            "-5",
            "+49170",
            "-0.5",
            "-1e-7",
            "3",
            "a=b",
            "P1",
            "x@example.com",
            "",
        ] {
            assert_eq!(csv_cell(plain), plain);
        }
    }

    /// Text with a good share of the characters that matter.
    fn hostile() -> impl Strategy<Value = String> {
        let special = prop::sample::select(vec![
            '\x1b', '\u{9b}', '\u{202E}', '\u{2066}', '\u{200D}', '\u{200B}', '\u{FEFF}', '\n',
            '\r', '\t', '\u{2028}', '\0', '\x7f', '=', '+', '-', '@', '\'', ' ', '5', '👩',
            '\u{301}',
        ]);
        prop::collection::vec(prop_oneof![special, any::<char>()], 0..40)
            .prop_map(|chars| chars.into_iter().collect())
    }

    fn is_control(c: char) -> bool {
        c.is_control() || is_dangerous(c) || matches!(c, '\u{2028}' | '\u{2029}')
    }

    proptest! {
        #[test]
        fn a_line_holds_no_control(text in hostile()) {
            prop_assert!(!line(&text).chars().any(is_control));
        }

        #[test]
        fn a_block_holds_no_control_but_line_feeds(text in hostile()) {
            prop_assert!(!block(&text).chars().any(|c| c != '\n' && is_control(c)));
        }

        #[test]
        fn a_field_holds_no_control_but_breaks_and_tabs(text in hostile()) {
            let bad = |c| !matches!(c, '\n' | '\r' | '\t') && is_control(c);
            prop_assert!(!field(&text).chars().any(bad));
        }

        #[test]
        fn cleaning_twice_is_cleaning_once(text in hostile()) {
            let once = line(&text).into_owned();
            prop_assert_eq!(line(&once), once.as_str());
            let once = block(&text).into_owned();
            prop_assert_eq!(block(&once), once.as_str());
            let once = field(&text).into_owned();
            prop_assert_eq!(field(&once), once.as_str());
        }

        #[test]
        fn printable_ascii_is_untouched(text in "[ -~]*") {
            prop_assert_eq!(line(&text), text.as_str());
            prop_assert_eq!(block(&text), text.as_str());
        }

        #[test]
        fn no_cell_is_a_formula(text in hostile()) {
            let cell = csv_cell(&text);
            prop_assert!(!starts_formula(&cell) || cell.parse::<f64>().is_ok());
        }
    }
}
