//! The one place that renders a table.
//!
//! This module decides which columns a width has room for and how wide each
//! is; comfy-table lays them out. Colour is added last, by [`Style`]: one
//! place decides about colour, and comfy-table would decide a second time.

use std::mem;

use comfy_table::{CellAlignment, Table as Layout, presets};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::sanitize;
use super::style::{Style, Tone};

/// Spaces between two columns.
const GAP: usize = 2;

/// A flexible column that can't keep its `min` is still shown this wide.
const FLOOR: usize = 4;

/// comfy-table counts columns in 16 bits; no cell comes near.
const MAX_CELL: usize = 60_000;

/// To which side of its column a cell is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// Text.
    #[default]
    Left,
    /// Figures.
    Right,
}

/// How a column behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The heading.
    pub title: String,
    /// The side its cells are set to.
    pub align: Align,
    /// Importance: where room is short, the column with the lowest goes first
    /// (of equals the last one). [`Column::ALWAYS`] never goes.
    pub keep: u8,
    /// Whether its text may be shortened with `…`.
    pub grow: bool,
    /// How far a growing column shrinks before other columns are dropped, in
    /// terminal columns.
    pub min: usize,
}

impl Column {
    /// The importance of a column that is shown at every width.
    pub const ALWAYS: u8 = u8::MAX;

    /// A column of text as wide as its longest cell, dropped by `keep`.
    #[must_use]
    pub fn new(title: &str, keep: u8) -> Self {
        Self {
            title: title.to_owned(),
            align: Align::Left,
            keep,
            grow: false,
            min: 0,
        }
    }

    /// Sets its cells to the right.
    #[must_use]
    pub fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }

    /// Lets its text be shortened, to `min` columns before others are dropped.
    #[must_use]
    pub fn growing(mut self, min: usize) -> Self {
        self.grow = true;
        self.min = min;
        self
    }
}

/// One cell: text as it came, cleaned when rendered, and its tone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// What that means to the reader.
    pub tone: Tone,
}

impl Cell {
    /// A cell with a tone.
    #[must_use]
    pub fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self {
            text: text.into(),
            tone,
        }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text, Tone::Plain)
    }
}

/// A table: columns and rows of as many cells. A row that is shorter is
/// filled up with empty cells; what is beyond the last column is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// From left to right.
    pub columns: Vec<Column>,
    /// From top to bottom.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(columns: Vec<Column>) -> Self {
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// Renders the table, a line feed after every line; nothing at all if it
    /// has no rows.
    ///
    /// `width` is the terminal's; `None` (a pipe, a file) cuts nothing. Below
    /// the width that the columns which always stay need, lines get longer
    /// than the terminal rather than unreadable.
    #[must_use]
    pub fn render(&self, width: Option<usize>, style: Style) -> String {
        if self.rows.is_empty() || self.columns.is_empty() {
            return String::new();
        }
        let lines = self.clean();
        let shown = self.fit(&natural(&lines, self.columns.len()), width);

        let lines: Vec<Vec<(String, Tone)>> = lines
            .into_iter()
            .map(|mut line| {
                shown
                    .iter()
                    .map(|(index, width)| {
                        let (text, tone) = line.get_mut(*index).map(mem::take).unwrap_or_default();
                        let fits = width_of(&text) <= *width;
                        (if fits { text } else { shorten(&text, *width) }, tone)
                    })
                    .collect()
            })
            .collect();
        let laid_out = self.lay_out(&shown, &lines);

        let mut out = String::new();
        // Only colour has to know where each cell stands.
        let widths = match style.colour {
            true => natural(&lines, shown.len()),
            false => Vec::new(),
        };
        for (line, cells) in laid_out.lines().zip(&lines) {
            let painted = paint(&line, cells, &widths, style);
            out.push_str(painted.trim_end());
            out.push('\n');
        }
        out
    }

    /// The heading and the rows, cleaned, every line with a cell per column.
    fn clean(&self) -> Vec<Vec<(String, Tone)>> {
        let heading = self
            .columns
            .iter()
            .map(|column| (tidy(&column.title), Tone::Heading))
            .collect();
        let rows = self.rows.iter().map(|row| {
            let cells = row.iter().map(|cell| (tidy(&cell.text), cell.tone));
            cells
                .chain(std::iter::repeat_with(Default::default))
                .take(self.columns.len())
                .collect()
        });
        std::iter::once(heading).chain(rows).collect()
    }

    /// Chooses the columns to show and their widths: first the growing columns
    /// shrink to their minimum, then the least important column goes, and so
    /// on; what remains shrinks further at last.
    fn fit(&self, natural: &[usize], width: Option<usize>) -> Vec<(usize, usize)> {
        let mut shown: Vec<usize> = (0..self.columns.len()).collect();
        let Some(limit) = width else {
            return shown.into_iter().map(|i| (i, natural[i])).collect();
        };
        loop {
            let min = |i: usize| self.columns[i].min.max(FLOOR);
            let mut widths: Vec<(usize, usize)> = shown.iter().map(|&i| (i, natural[i])).collect();
            if self.shrink(&mut widths, limit, min) {
                return widths;
            }
            let least = (0..shown.len())
                .rev()
                .min_by_key(|&at| self.columns[shown[at]].keep)
                .filter(|&at| self.columns[shown[at]].keep != Column::ALWAYS);
            match least {
                Some(at) => {
                    shown.remove(at);
                }
                None => {
                    self.shrink(&mut widths, limit, |_| FLOOR);
                    return widths;
                }
            }
        }
    }

    /// Takes width from the widest growing column until all fit into `limit`.
    /// Says whether they do.
    fn shrink(
        &self,
        widths: &mut [(usize, usize)],
        limit: usize,
        min: impl Fn(usize) -> usize,
    ) -> bool {
        for (index, width) in widths.iter_mut() {
            if self.columns[*index].grow {
                *width = (*width).min(limit.max(min(*index)));
            }
        }
        let gaps = GAP * widths.len().saturating_sub(1);
        let mut total = widths.iter().map(|(_, width)| width).sum::<usize>() + gaps;
        while total > limit {
            let widest = widths
                .iter_mut()
                .filter(|(index, width)| self.columns[*index].grow && *width > min(*index))
                .max_by_key(|(_, width)| *width);
            let Some((_, width)) = widest else {
                return false;
            };
            *width -= 1;
            total -= 1;
        }
        true
    }

    fn lay_out(&self, shown: &[(usize, usize)], lines: &[Vec<(String, Tone)>]) -> Layout {
        let mut layout = Layout::new();
        layout.load_style(presets::NOTHING).force_no_tty();
        for line in lines {
            layout.add_row(line.iter().map(|(text, _)| text.as_str()));
        }
        for (place, column) in layout.column_iter_mut().enumerate() {
            let last = place + 1 == shown.len();
            column.set_padding((0, if last { 0 } else { GAP as u16 }));
            let align = shown
                .get(place)
                .map(|(index, _)| self.columns[*index].align);
            column.set_cell_alignment(match align {
                Some(Align::Right) => CellAlignment::Right,
                _ => CellAlignment::Left,
            });
        }
        layout
    }
}

/// The columns that text takes.
fn width_of(text: &str) -> usize {
    if is_plain(text) {
        text.len()
    } else {
        text.width()
    }
}

/// Cuts text to `width` columns, the last of them `…` if anything is left out.
/// Nothing that is drawn as one character is cut in half.
#[must_use]
pub fn shorten(text: &str, width: usize) -> String {
    if width_of(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(1);
    let mut used = 0;
    let mut end = 0;
    for (start, cluster) in text.grapheme_indices(true) {
        used += cluster.width();
        if used > room {
            break;
        }
        end = start + cluster.len();
    }
    let mut cut = text[..end].trim_end().to_owned();
    if width > 0 {
        cut.push('…');
    }
    cut
}

fn tidy(text: &str) -> String {
    if is_plain(text) && text.len() <= MAX_CELL {
        return text.trim().to_owned();
    }
    shorten(sanitize::line(text).trim(), MAX_CELL)
}

/// Whether it is printable ASCII, as most text is: each byte takes a column, and
/// there is nothing to clean.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The width of the widest cell of each column; comfy-table's least is 1.
fn natural(lines: &[Vec<(String, Tone)>], columns: usize) -> Vec<usize> {
    (0..columns)
        .map(|index| {
            let cells = lines.iter().filter_map(|line| line.get(index));
            cells
                .map(|(text, _)| width_of(text))
                .max()
                .unwrap_or(0)
                .max(1)
        })
        .collect()
}

/// Adds tones to a line that is laid out: the width of every column is known,
/// and so is where each cell stands.
fn paint(line: &str, cells: &[(String, Tone)], widths: &[usize], style: Style) -> String {
    if !style.colour {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len() + cells.len() * 9);
    let mut rest = line;
    for ((text, tone), width) in cells.iter().zip(widths) {
        let length = text.len() + width.saturating_sub(width_of(text));
        let Some((field, after)) = rest.split_at_checked(length) else {
            break;
        };
        match field.find(text.as_str()) {
            Some(at) if !text.is_empty() => {
                out.push_str(&field[..at]);
                out.push_str(&style.paint(text, *tone));
                out.push_str(&field[at + text.len()..]);
            }
            _ => out.push_str(field),
        }
        let gap = GAP.min(after.len());
        out.push_str(&after[..gap]);
        rest = &after[gap..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;

    fn queue() -> Table {
        let mut table = Table::new(vec![
            Column::new("Id", Column::ALWAYS),
            Column::new("P", Column::ALWAYS),
            Column::new("Status", Column::ALWAYS),
            Column::new("Title", Column::ALWAYS).growing(24),
            Column::new("Team", 40),
            Column::new("Assignee", 60),
            Column::new("Due", 80).right(),
            Column::new("Age", 20).right(),
        ]);
        let rows = [
            (
                "261123-k7f3q2",
                "P2",
                "in-progress",
                "VPN drops after laptop sleep and comes back only after a restart",
                "desktop",
                "marco",
                ("40m", Tone::Warn),
                "3h",
            ),
            (
                "261122-9wm2c4",
                "P1",
                "queued",
                "メールが送信できません：全社で障害が発生しています 📧",
                "network",
                "",
                ("-2h", Tone::Bad),
                "1d",
            ),
            (
                "261120-p03xkd",
                "P4",
                "pending",
                "Cafe\u{301} till asks for\na new PIN \x1b[2J",
                "frontline",
                "lena",
                ("5d", Tone::Plain),
                "3d",
            ),
        ];
        for (id, priority, status, title, team, assignee, (due, tone), age) in rows {
            table.push(vec![
                Cell::new(id, Tone::Accent),
                priority.into(),
                status.into(),
                title.into(),
                team.into(),
                assignee.into(),
                Cell::new(due, tone),
                Cell::new(age, Tone::Dim),
            ]);
        }
        table
    }

    #[test]
    fn nothing_is_cut_at_200() {
        assert_snapshot!(queue().render(Some(200), Style::PLAIN), @r#"
    Id             P   Status       Title                                                             Team       Assignee  Due  Age
    261123-k7f3q2  P2  in-progress  VPN drops after laptop sleep and comes back only after a restart  desktop    marco     40m   3h
    261122-9wm2c4  P1  queued       メールが送信できません：全社で障害が発生しています 📧             network              -2h   1d
    261120-p03xkd  P4  pending      Café till asks for⏎a new PIN ␛[2J                                 frontline  lena       5d   3d
    "#);
    }

    #[test]
    fn the_title_is_shortened_at_100() {
        assert_snapshot!(queue().render(Some(100), Style::PLAIN), @r#"
    Id             P   Status       Title                                  Team       Assignee  Due  Age
    261123-k7f3q2  P2  in-progress  VPN drops after laptop sleep and com…  desktop    marco     40m   3h
    261122-9wm2c4  P1  queued       メールが送信できません：全社で障害が…  network              -2h   1d
    261120-p03xkd  P4  pending      Café till asks for⏎a new PIN ␛[2J      frontline  lena       5d   3d
    "#);
    }

    #[test]
    fn the_title_is_shortened_at_80() {
        assert_snapshot!(queue().render(Some(80), Style::PLAIN), @r#"
    Id             P   Status       Title                              Assignee  Due
    261123-k7f3q2  P2  in-progress  VPN drops after laptop sleep and…  marco     40m
    261122-9wm2c4  P1  queued       メールが送信できません：全社で障…            -2h
    261120-p03xkd  P4  pending      Café till asks for⏎a new PIN ␛[2J  lena       5d
    "#);
    }

    #[test]
    fn the_least_important_columns_go_at_60() {
        assert_snapshot!(queue().render(Some(60), Style::PLAIN), @r#"
    Id             P   Status       Title
    261123-k7f3q2  P2  in-progress  VPN drops after laptop slee…
    261122-9wm2c4  P1  queued       メールが送信できません：全…
    261120-p03xkd  P4  pending      Café till asks for⏎a new PI…
    "#);
    }

    #[test]
    fn the_essential_columns_stay_at_40() {
        assert_snapshot!(queue().render(Some(40), Style::PLAIN), @r#"
    Id             P   Status       Title
    261123-k7f3q2  P2  in-progress  VPN dro…
    261122-9wm2c4  P1  queued       メール…
    261120-p03xkd  P4  pending      Café ti…
    "#);
    }

    #[test]
    fn a_pipe_cuts_nothing() {
        let table = queue();
        assert_eq!(
            table.render(None, Style::PLAIN),
            table.render(Some(500), Style::PLAIN)
        );
    }

    #[test]
    fn tones_cover_the_text_and_not_the_space_around_it() {
        let mut table = Table::new(vec![Column::new("Id", 1), Column::new("Due", 1).right()]);
        table.push(vec![
            Cell::new("a", Tone::Accent),
            Cell::new("2h", Tone::Bad),
        ]);
        let painted = table.render(Some(80), Style { colour: true });
        assert_eq!(
            painted,
            "\x1b[2;4mId\x1b[0m  \x1b[2;4mDue\x1b[0m\n\x1b[36ma\x1b[0m    \x1b[31m2h\x1b[0m\n"
        );
    }

    #[test]
    fn ragged_rows_are_made_even_and_no_rows_are_nothing() {
        let mut table = Table::new(vec![Column::new("A", 1), Column::new("B", 1)]);
        assert_eq!(table.render(Some(80), Style::PLAIN), "");
        table.push(vec!["1".into()]);
        table.push(vec!["2".into(), "3".into(), "4".into()]);
        assert_eq!(table.render(None, Style::PLAIN), "A  B\n1\n2  3\n");
    }

    #[test]
    fn shortening_keeps_characters_whole() {
        assert_eq!(shorten("abcdef", 6), "abcdef");
        assert_eq!(shorten("abcdef", 4), "abc…");
        assert_eq!(shorten("日本語", 4), "日…");
        assert_eq!(shorten("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!(shorten("🇩🇪🇫🇷", 3), "🇩🇪…");
        assert_eq!(shorten("one two", 5), "one…");
        assert_eq!(shorten("abc", 0), "");
    }

    fn without_colour(text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("\x1b[") {
            out.push_str(before);
            rest = after.split_once('m').map_or("", |(_, tail)| tail);
        }
        out + rest
    }

    proptest! {
        #[test]
        fn shortened_text_fits(text in "\\PC{0,40}", width in 0_usize..50) {
            prop_assert!(shorten(&text, width).width() <= width);
        }

        #[test]
        fn every_row_is_one_line_and_fits(
            texts in prop::collection::vec(any::<String>(), 1..6),
            width in 12_usize..120,
        ) {
            let mut table = Table::new(vec![
                Column::new("N", Column::ALWAYS).right(),
                Column::new("Text", Column::ALWAYS).growing(20),
                Column::new("More", 3).growing(8),
            ]);
            for (n, text) in texts.iter().enumerate() {
                let cell = Cell::new(text.as_str(), Tone::Bad);
                table.push(vec![n.to_string().into(), cell.clone(), cell]);
            }
            let plain = table.render(Some(width), Style::PLAIN);
            prop_assert_eq!(plain.lines().count(), texts.len() + 1);
            for line in plain.lines() {
                prop_assert!(line.width() <= width, "{} in {}", line.width(), width);
                prop_assert_eq!(line, line.trim_end());
            }
            let painted = table.render(Some(width), Style { colour: true });
            prop_assert_eq!(without_colour(&painted), plain);
        }
    }
}
