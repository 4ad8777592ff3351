//! Long output goes through a pager where a person reads it on a terminal.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use super::Flow;
use crate::cli::interrupt;

/// The pager where the user chose none: quits if the text fits on one screen,
/// shows colour, leaves the text on the screen.
const DEFAULT: &str = "less -FRX";

/// The facts that decide about the pager. Each text is the value of the
/// environment variable, if it is set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// `DESK_PAGER`: goes before `PAGER`. Empty or `cat` means none.
    pub desk_pager: Option<&'a str>,
    /// `PAGER`. Empty or `cat` means none.
    pub pager: Option<&'a str>,
    /// `TERM`: `dumb` or missing means no pager.
    pub term: Option<&'a str>,
    /// Whether standard output is a terminal.
    pub is_terminal: bool,
    /// Whether the user said `--no-pager`.
    pub refused: bool,
}

/// The shell command of the pager to use, or `None` to print.
#[must_use]
pub fn choose(around: &Surroundings<'_>) -> Option<String> {
    let dumb = around
        .term
        .is_none_or(|term| term.is_empty() || term == "dumb");
    if around.refused || !around.is_terminal || dumb {
        return None;
    }
    let command = around.desk_pager.or(around.pager).unwrap_or(DEFAULT).trim();
    (!command.is_empty() && command != "cat").then(|| command.to_owned())
}

/// Standard output, or a pager before it. Write, then [`finish`](Self::finish).
///
/// Output for a pager is gathered first: a pager that turns out to be missing
/// loses nothing, and Ctrl-C meets a program that has no work left to do.
#[derive(Debug)]
pub struct Output {
    pager: Option<String>,
    gathered: Vec<u8>,
}

impl Output {
    /// Output through the pager that [`choose`] named, if any.
    #[must_use]
    pub fn new(pager: Option<String>) -> Self {
        Self {
            pager,
            gathered: Vec::new(),
        }
    }

    /// Shows what is left to show and waits until the reader has left.
    ///
    /// A reader who quits early is [`Flow::ReaderGone`]. A pager that can't be
    /// run is told about by the shell, and the text is printed instead.
    ///
    /// # Errors
    /// Any error of writing to standard output, and of starting the shell.
    pub fn finish(mut self) -> io::Result<Flow> {
        if let Some(command) = self.pager.take().filter(|_| !self.gathered.is_empty())
            && let Some(flow) = run(&command, &self.gathered)?
        {
            return Ok(flow);
        }
        Flow::of(self.pour())
    }

    fn pour(&mut self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let result = out.write_all(&self.gathered).and_then(|()| out.flush());
        self.gathered.clear();
        result
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        if self.pager.is_none() && self.gathered.len() >= 64 * 1024 {
            self.pour()?;
        }
        Ok(bytes.len())
    }

    /// Into a pager, nothing can be shown before the end.
    fn flush(&mut self) -> io::Result<()> {
        if self.pager.is_none() {
            self.pour()
        } else {
            Ok(())
        }
    }
}

/// Runs the pager over the text. `None` if there is no such program.
fn run(command: &str, text: &[u8]) -> io::Result<Option<Flow>> {
    let _hold = interrupt::hold()?;
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command).stdin(Stdio::piped());
    // As git does: a plain `PAGER=less` must show colour too.
    for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            shell.env(name, value);
        }
    }
    let mut child = shell.spawn()?;
    let flow = match child.stdin.take() {
        Some(mut stdin) => Flow::of(stdin.write_all(text)),
        None => Ok(Flow::Done),
    };
    // Standard input is closed by now, so the pager sees the end of the text.
    let status = child.wait()?;
    match status.code() {
        Some(126 | 127) => Ok(None),
        _ => flow.map(Some),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const TERMINAL: Surroundings<'_> = Surroundings {
        desk_pager: None,
        pager: None,
        term: Some("xterm"),
        is_terminal: true,
        refused: false,
    };

    #[test]
    fn the_pager_is_chosen_from_the_nearest_setting() {
        assert_eq!(choose(&TERMINAL).as_deref(), Some("less -FRX"));
        let pager = Surroundings {
            pager: Some("more"),
            ..TERMINAL
        };
        assert_eq!(choose(&pager).as_deref(), Some("more"));
        let both = Surroundings {
            desk_pager: Some("most -s"),
            ..pager
        };
        assert_eq!(choose(&both).as_deref(), Some("most -s"));
    }

    #[test]
    fn there_is_no_pager_where_nobody_could_use_it() {
        for around in [
            Surroundings {
                is_terminal: false,
                ..TERMINAL
            },
            Surroundings {
                refused: true,
                ..TERMINAL
            },
            Surroundings {
                term: Some("dumb"),
                ..TERMINAL
            },
            Surroundings {
                term: None,
                ..TERMINAL
            },
            Surroundings {
                pager: Some(""),
                ..TERMINAL
            },
            Surroundings {
                desk_pager: Some("cat"),
                pager: Some("less"),
                ..TERMINAL
            },
        ] {
            assert_eq!(choose(&around), None, "{around:?}");
        }
    }

    #[test]
    fn a_pager_gets_the_whole_text() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("seen");
        let text = "line\n".repeat(100_000);
        let flow = run(&format!("cat > '{}'", file.display()), text.as_bytes()).unwrap();
        assert_eq!(flow, Some(Flow::Done));
        assert_eq!(std::fs::read_to_string(file).unwrap(), text);
    }

    #[test]
    fn quitting_early_is_quiet() {
        let text = "line\n".repeat(100_000);
        assert_eq!(
            run("head -c 1 >/dev/null", text.as_bytes()).unwrap(),
            Some(Flow::ReaderGone)
        );
        assert_eq!(
            run("exit 2", text.as_bytes()).unwrap(),
            Some(Flow::ReaderGone)
        );
    }

    #[test]
    fn a_missing_pager_is_told_apart() {
        let missing = "/nonexistent/pager 2>/dev/null";
        assert_eq!(run(missing, b"text").unwrap(), None);
    }
}
