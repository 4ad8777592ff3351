//! What the command line reads of its surroundings: variables, terminals,
//! width. Read once, here, and handed on as plain data.

use super::exit::CliError;
use super::view::style::{self, Colour, Style};
use super::view::{pager, records::Look};
use crate::desk::{Hooks, WITHIN, World};
use crate::store::{CrashPoint, Options};
use crate::ticket::Timestamp;
use crate::ticket::value::Value as _;
use std::env;
use std::io::{self, IsTerminal};

/// The process's surroundings.
#[derive(Debug)]
pub struct Environment {
    /// Somebody can be asked: standard input and standard error are terminals.
    pub can_ask: bool,
    /// Standard input is a terminal.
    pub stdin_is_terminal: bool,
    /// Standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Standard error is a terminal.
    pub stderr_is_terminal: bool,
}

impl Environment {
    /// As the process has them.
    #[must_use]
    pub fn of_process() -> Self {
        let stdin_is_terminal = io::stdin().is_terminal();
        let stderr_is_terminal = io::stderr().is_terminal();
        Self {
            can_ask: stdin_is_terminal
                && stderr_is_terminal
                && variable("TERM").as_deref() != Some("dumb"),
            stdin_is_terminal,
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal,
        }
    }

    /// How standard output looks.
    #[must_use]
    pub fn look(&self, colour: Colour) -> Look {
        Look {
            width: self.stdout_is_terminal.then(|| width().unwrap_or(80)),
            style: self.style(colour, self.stdout_is_terminal),
        }
    }

    /// Colour of a stream.
    #[must_use]
    pub fn style(&self, colour: Colour, is_terminal: bool) -> Style {
        let (no_color, force, term) = (
            variable("NO_COLOR"),
            variable("CLICOLOR_FORCE"),
            variable("TERM"),
        );
        colour.decide(&style::Surroundings {
            no_color: no_color.as_deref(),
            clicolor_force: force.as_deref(),
            term: term.as_deref(),
            is_terminal,
        })
    }

    /// The pager for long output, if one is wanted.
    #[must_use]
    pub fn pager(&self, refused: bool) -> Option<String> {
        let (desk_pager, pager, term) =
            (variable("DESK_PAGER"), variable("PAGER"), variable("TERM"));
        pager::choose(&pager::Surroundings {
            desk_pager: desk_pager.as_deref(),
            pager: pager.as_deref(),
            term: term.as_deref(),
            is_terminal: self.stdout_is_terminal,
            refused,
        })
    }

    /// Time, randomness and actor. `DESK_NOW` and `DESK_SEED` make them stand
    /// still and repeat; they are for tests and demonstrations.
    ///
    /// # Errors
    /// One of the variables makes no sense.
    pub fn world(&self, act_as: Option<String>) -> Result<World, CliError> {
        let fixed_now = variable("DESK_NOW")
            .map(|text| {
                Timestamp::parse(&text)
                    .map_err(|bad| CliError::usage(format!("DESK_NOW: {bad}"), "unset DESK_NOW"))
            })
            .transpose()?;
        let seed = variable("DESK_SEED")
            .map(|text| {
                text.parse().map_err(|_| {
                    CliError::usage(
                        format!("DESK_SEED: {text:?} is not a whole number"),
                        "unset DESK_SEED",
                    )
                })
            })
            .transpose()?;
        let now = fixed_now.unwrap_or_else(|| chrono::Utc::now().into());
        let local = now.utc().with_timezone(&chrono::Local);
        Ok(World {
            fixed_now,
            seed,
            act_as,
            utc_offset: local.offset().local_minus_utc() / 60,
        })
    }

    /// Programs that hear of changes instead of those that git's settings
    /// name: `DESK_HOOK_CHANGE`, `DESK_HOOK_NOTIFY`; empty calls none.
    #[must_use]
    pub fn hooks(&self) -> Hooks {
        Hooks {
            off: variable(WITHIN).is_some(),
            change: variable("DESK_HOOK_CHANGE"),
            notify: variable("DESK_HOOK_NOTIFY"),
        }
    }

    /// How the store works. `DESK_CRASH_AT` makes the process abort at a step
    /// of the commit path; it is for tests. `DESK_CACHE` says whether the cache
    /// is used: `always`, `off`, or, as without it, by how large the desk is.
    ///
    /// # Errors
    /// There is no such step, or it is another word.
    pub fn store_options(&self) -> Result<Options, CliError> {
        let crash_at = variable("DESK_CRASH_AT")
            .map(|text| {
                text.parse::<CrashPoint>()
                    .map_err(|error| CliError::usage(error.to_string(), "unset DESK_CRASH_AT"))
            })
            .transpose()?;
        let usual = Options::default();
        let cache_from = match variable("DESK_CACHE").as_deref() {
            None | Some("auto") => usual.cache_from,
            Some("always") => 0,
            Some("off") => usize::MAX,
            Some(other) => {
                return Err(CliError::usage(
                    format!("DESK_CACHE: {other:?} is not auto, always or off"),
                    "unset DESK_CACHE",
                ));
            }
        };
        Ok(Options {
            crash_at,
            cache_from,
            ..usual
        })
    }
}

/// An environment variable that is set and holds text.
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// The terminal's width; `COLUMNS` overrules it, as for git.
fn width() -> Option<usize> {
    let columns = variable("COLUMNS")
        .and_then(|text| text.parse().ok())
        .filter(|columns| *columns > 0);
    columns.or_else(|| {
        let term = dialoguer::console::Term::stdout();
        term.size_checked().map(|(_, columns)| usize::from(columns))
    })
}
