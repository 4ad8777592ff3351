//! Colour: roles instead of colours, and one decision whether to use any.
//!
//! A tone is never the only carrier of meaning: what is red also says so.

use std::borrow::Cow;

/// What a piece of text means to the reader; the terminal's own 16 colours
/// give it a look that fits the reader's theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Ordinary text.
    #[default]
    Plain,
    /// Less important than what stands around it.
    Dim,
    /// More important than what stands around it.
    Strong,
    /// A column title or a section heading.
    Heading,
    /// As it should be: met, resolved.
    Good,
    /// Needs a look soon.
    Warn,
    /// Wrong or late.
    Bad,
    /// A name to find again: an id, a link.
    Accent,
}

impl Tone {
    /// Parameters of the terminal's "select graphic rendition", empty for none.
    const fn sgr(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Dim => "2",
            Self::Strong => "1",
            Self::Heading => "2;4",
            Self::Good => "32",
            Self::Warn => "33",
            Self::Bad => "31",
            Self::Accent => "36",
        }
    }
}

/// How output looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Whether tones show.
    pub colour: bool,
}

impl Style {
    /// No colour at all: for files, pipes and dumb terminals.
    pub const PLAIN: Self = Self { colour: false };

    /// Gives a tone to text. The text must be clean (see
    /// [`sanitize`](super::sanitize)); nothing is escaped here.
    #[must_use]
    pub fn paint<'a>(&self, text: &'a str, tone: Tone) -> Cow<'a, str> {
        let sgr = tone.sgr();
        if !self.colour || sgr.is_empty() || text.is_empty() {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(format!("\x1b[{sgr}m{text}\x1b[0m"))
        }
    }
}

/// The user's choice, as given to `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Colour {
    /// When the output is a terminal that can show it.
    #[default]
    Auto,
    /// Always, even into a pipe.
    Always,
    /// Never.
    Never,
}

/// The facts that decide colour where the user left it open. Each text is the
/// value of the environment variable, if it is set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// `NO_COLOR`: set and not empty means none (no-color.org).
    pub no_color: Option<&'a str>,
    /// `CLICOLOR_FORCE`: set and not `0` means colour, terminal or not.
    pub clicolor_force: Option<&'a str>,
    /// `TERM`: `dumb` or missing means none.
    pub term: Option<&'a str>,
    /// Whether the stream that is written to is a terminal.
    pub is_terminal: bool,
}

impl Colour {
    /// Decides. The flag beats the environment, `NO_COLOR` beats
    /// `CLICOLOR_FORCE`, and both beat what the stream is.
    #[must_use]
    pub fn decide(self, around: &Surroundings<'_>) -> Style {
        let set = |value: Option<&str>| value.is_some_and(|text| !text.is_empty());
        let colour = match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if set(around.no_color) => false,
            Self::Auto if set(around.clicolor_force) && around.clicolor_force != Some("0") => true,
            Self::Auto => around.is_terminal && set(around.term) && around.term != Some("dumb"),
        };
        Style { colour }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMINAL: Surroundings<'_> = Surroundings {
        no_color: None,
        clicolor_force: None,
        term: Some("xterm-256color"),
        is_terminal: true,
    };
    const PIPE: Surroundings<'_> = Surroundings {
        is_terminal: false,
        ..TERMINAL
    };

    #[test]
    fn a_terminal_has_colour_and_a_pipe_has_none() {
        assert!(Colour::Auto.decide(&TERMINAL).colour);
        assert!(!Colour::Auto.decide(&PIPE).colour);
        assert!(
            !Colour::Auto
                .decide(&Surroundings {
                    term: Some("dumb"),
                    ..TERMINAL
                })
                .colour
        );
        assert!(
            !Colour::Auto
                .decide(&Surroundings {
                    term: None,
                    ..TERMINAL
                })
                .colour
        );
    }

    #[test]
    fn the_environment_decides_where_the_flag_does_not() {
        let none = Surroundings {
            no_color: Some("1"),
            ..TERMINAL
        };
        assert!(!Colour::Auto.decide(&none).colour);
        assert!(Colour::Always.decide(&none).colour);
        assert!(
            Colour::Auto
                .decide(&Surroundings {
                    no_color: Some(""),
                    ..TERMINAL
                })
                .colour
        );

        let forced = Surroundings {
            clicolor_force: Some("1"),
            ..PIPE
        };
        assert!(Colour::Auto.decide(&forced).colour);
        assert!(!Colour::Never.decide(&forced).colour);
        assert!(
            !Colour::Auto
                .decide(&Surroundings {
                    no_color: Some("1"),
                    ..forced
                })
                .colour
        );
        assert!(
            !Colour::Auto
                .decide(&Surroundings {
                    clicolor_force: Some("0"),
                    ..PIPE
                })
                .colour
        );
    }

    #[test]
    fn paint_uses_the_sixteen_colours_and_closes_them() {
        let on = Style { colour: true };
        assert_eq!(on.paint("late", Tone::Bad), "\x1b[31mlate\x1b[0m");
        assert_eq!(on.paint("late", Tone::Plain), "late");
        assert_eq!(on.paint("", Tone::Bad), "");
        assert_eq!(Style::PLAIN.paint("late", Tone::Bad), "late");
    }
}
