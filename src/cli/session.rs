//! One run of a command: the open desk, what it looks like, and the streams.

use super::environment::Environment;
use super::exit::{self, CliError};
use super::prompt::{NoTerminal, Prompter, Terminal};
use super::view::records::{self, Look};
use super::view::sanitize;
use super::view::style::{Colour, Style, Tone};
use super::view::{Flow, pager};
use crate::desk::{Desk, Remarks, Rules};
use crate::store::cache::Progress;
use crate::store::{Progress as Made, Store};
use clap::Args;
use serde_json::Value;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Flags that every command takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Everywhere {
    /// The desk's folder, or one inside it; list, search, show and report take
    /// several, after their name
    #[arg(
        long = "desk",
        short = 'C',
        global = true,
        value_name = "DIR",
        env = "DESK_DIR",
        hide_env_values = true
    )]
    pub desks: Vec<PathBuf>,

    /// All desks that git's setting desk.path names, and the one around here:
    /// for list, search, show and report
    #[arg(long, global = true)]
    pub all_desks: bool,

    /// Act as somebody else: a handle of the roster, or an automation's name
    #[arg(
        long,
        global = true,
        value_name = "WHO",
        env = "DESK_BY",
        hide_env_values = true
    )]
    pub by: Option<String>,

    /// Machine-readable output: JSON of a stable, versioned shape
    #[arg(long, global = true)]
    pub json: bool,

    /// Ids only, no messages
    #[arg(long, short, global = true)]
    pub quiet: bool,

    /// Colour: auto (on a terminal), always, never
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Colour::Auto, hide_possible_values = true, hide_default_value = true)]
    pub color: Colour,

    /// No pager for long output
    #[arg(long, global = true)]
    pub no_pager: bool,
}

/// From so many tickets on, reading them takes long enough to be told about.
const MANY: usize = 5_000;

/// So many commits at once take long enough as well.
const MANY_COMMITS: usize = 500;

/// How far reading has come.
fn show_reading(progress: Progress) {
    if progress.all >= MANY {
        show_percent("reading tickets", progress.done as u64, progress.all as u64);
    }
}

/// How far a change of many commits has come.
fn show_committing(progress: Made) {
    let Made { done, total } = progress;
    let percent = |done: usize| done * 100 / total.max(1);
    if total >= MANY_COMMITS && (done == total || percent(done) != percent(done.saturating_sub(1)))
    {
        show_percent("writing commits", done as u64, total as u64);
    }
}

/// One line that is written over, and gone when all is done.
fn show_percent(what: &str, done: u64, all: u64) {
    let mut err = io::stderr().lock();
    // If nobody sees it, the work goes on all the same.
    let _ = match done == all {
        true => write!(err, "\r\x1b[K"),
        false => write!(err, "\r{what}: {} %", done * 100 / all),
    };
    let _ = err.flush();
}

/// The current folder.
pub(super) fn here() -> Result<PathBuf, CliError> {
    std::env::current_dir().map_err(|error| CliError::Io {
        what: "the current folder".into(),
        error,
    })
}

fn one_at_a_time() -> CliError {
    CliError::usage(
        "this command works on one desk at a time",
        "list, search, show and report take several; name one with --desk DIR",
    )
}

/// One run of a command.
pub struct Session {
    /// Flags.
    pub everywhere: Everywhere,
    /// The process's surroundings.
    pub environment: Environment,
    /// How standard output looks.
    pub look: Look,
    errors: Style,
    /// The exit code so far: the first failure's.
    code: u8,
}

impl Session {
    /// A run with these flags.
    #[must_use]
    pub fn new(everywhere: Everywhere, environment: Environment) -> Self {
        let look = environment.look(everywhere.color);
        let errors = environment.style(everywhere.color, environment.stderr_is_terminal);
        Self {
            everywhere,
            environment,
            look,
            errors,
            code: exit::DONE,
        }
    }

    /// The desk that is meant: `--desk`, or the one around here.
    ///
    /// # Errors
    /// There is none, or git can't open it.
    pub fn desk(&self) -> Result<Desk, CliError> {
        let desk = self.desk_as_is()?;
        self.see_to(&desk);
        Ok(desk)
    }

    /// A clone in which desk never ran has no merge driver: git keeps settings
    /// out of clones. A desk that can't be written is still read.
    pub(super) fn see_to(&self, desk: &Desk) {
        if let Err(error) = desk.store().install_merge_settings() {
            self.warn(&format!("the merge settings were not written: {error}"));
        }
    }

    /// As [`Session::desk`], and nothing is seen to on the way.
    ///
    /// # Errors
    /// As [`Session::desk`].
    pub fn desk_as_is(&self) -> Result<Desk, CliError> {
        match &self.everywhere.desks[..] {
            _ if self.everywhere.all_desks => Err(one_at_a_time()),
            [] => self.desk_in(&here()?),
            [one] => self.desk_in(one),
            _ => Err(one_at_a_time()),
        }
    }

    /// The desk around that folder.
    ///
    /// # Errors
    /// There is none, or git can't open it.
    pub(super) fn desk_in(&self, start: &Path) -> Result<Desk, CliError> {
        self.open(start, self.shows_progress())
    }

    /// As [`Session::desk`], for a command that tells itself how far it is.
    ///
    /// # Errors
    /// As [`Session::desk`].
    pub fn desk_without_progress(&self) -> Result<Desk, CliError> {
        let desk = match &self.everywhere.desks[..] {
            _ if self.everywhere.all_desks => Err(one_at_a_time()),
            [] => self.open(&here()?, false),
            [one] => self.open(one, false),
            _ => Err(one_at_a_time()),
        }?;
        self.see_to(&desk);
        Ok(desk)
    }

    /// Whether somebody wants to see how far a long command is.
    fn shows_progress(&self) -> bool {
        self.environment.stderr_is_terminal && !self.everywhere.quiet
    }

    /// Tells how far a long command is, where somebody wants to see that; the
    /// line is gone when all is done.
    pub fn progress(&self, what: &str, done: u64, all: u64) {
        let percent = |done: u64| done * 100 / all.max(1);
        if self.shows_progress()
            && (done == all || percent(done) != percent(done.saturating_sub(1)))
        {
            show_percent(what, done, all);
        }
    }

    fn open(&self, start: &Path, shows: bool) -> Result<Desk, CliError> {
        let world = self.environment.world(self.everywhere.by.clone())?;
        let mut options = self.environment.store_options()?;
        if shows {
            options.on_progress = Some(Arc::new(show_committing));
        }
        let desk =
            Desk::new(Store::discover(start, options)?, world).with_hooks(self.environment.hooks());
        if shows {
            return Ok(desk.on_progress(show_reading));
        }
        Ok(desk)
    }

    /// Policy and roster for a question. Where they are broken, what makes sense
    /// of them is used, and one warning says so.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn rules_for_reading(&self, desk: &Desk) -> Result<Rules, CliError> {
        let (rules, faults) = desk.rules_for_reading()?;
        if let [first, others @ ..] = &faults[..] {
            let more = match others.len() {
                0 => String::new(),
                n => format!(" (and {n} more)"),
            };
            self.warn(&format!(
                "{first}{more}; what is understood is used, and changes are refused: desk policy check"
            ));
        }
        Ok(rules)
    }

    /// Somebody to ask, or nobody.
    #[must_use]
    pub fn prompter(&self) -> Box<dyn Prompter> {
        if self.environment.can_ask {
            Box::new(Terminal::new())
        } else {
            Box::new(NoTerminal)
        }
    }

    /// Writes data to standard output.
    ///
    /// # Errors
    /// Standard output is broken; a reader who has gone ends the command
    /// quietly.
    pub fn print(&self, text: &str) -> Result<(), CliError> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()?;
        Ok(())
    }

    /// Writes a line of JSON, in which nothing is left that a terminal obeys.
    ///
    /// # Errors
    /// As [`Session::print`].
    pub fn print_json(&self, value: &Value) -> Result<(), CliError> {
        let mut line = Vec::new();
        records::json_value(&mut line, value)?;
        line.push(b'\n');
        self.print(&String::from_utf8_lossy(&line))
    }

    /// Writes what a person reads at length, through a pager where that helps.
    ///
    /// # Errors
    /// As [`Session::print`].
    pub fn page(&self, text: &str) -> Result<(), CliError> {
        let mut output = pager::Output::new(self.environment.pager(self.everywhere.no_pager));
        output.write_all(text.as_bytes())?;
        match output.finish()? {
            Flow::Done => Ok(()),
            Flow::ReaderGone => Err(CliError::ReaderGone),
        }
    }

    /// A message about what was done, on standard error; silent with `-q` and
    /// `--json`.
    pub fn say(&self, message: &str) {
        if !self.everywhere.quiet && !self.everywhere.json {
            self.tell(message);
        }
    }

    /// A warning, on standard error.
    pub fn warn(&self, message: &str) {
        let label = self.errors.paint("warning:", Tone::Warn);
        self.tell(&format!("{label} {}", sanitize::block(message)));
    }

    /// An error and what to do about it, on standard error. The command goes
    /// on and its exit code tells of the first.
    pub fn fail(&mut self, error: &CliError) {
        if matches!(error, CliError::ReaderGone) {
            return;
        }
        if self.code == exit::DONE {
            self.code = error.code();
        }
        let label = self.errors.paint("error:", Tone::Bad);
        let message = error.to_string();
        let mut text = format!("{label} {}", sanitize::block(&message));
        if let Some(hint) = error.hint() {
            let label = self.errors.paint("hint:", Tone::Accent);
            text.push_str(&format!("\n{label} {}", sanitize::block(&hint)));
        }
        self.tell(&text);
    }

    /// Names damaged tickets, which hide nothing but themselves, and tickets
    /// with hand edits that do not count yet; and says why it took so long.
    pub fn remark(&mut self, desk: &Desk, remarks: &Remarks) {
        if let Some(trouble) = desk.cache_trouble() {
            self.say(&format!("answered without the cache: {trouble}"));
        }
        if let [first, others @ ..] = &remarks.edited[..] {
            let who = match others.len() {
                0 => format!("{first} was"),
                n => format!("{first} and {n} more were"),
            };
            self.warn(&format!(
                "{who} edited by hand and committed; desk adopt makes that count"
            ));
        }
        for damaged in &remarks.damaged {
            let label = self.errors.paint("error:", Tone::Bad);
            self.tell(&format!(
                "{label} {}",
                sanitize::block(&damaged.error.to_string())
            ));
        }
        if !remarks.damaged.is_empty() {
            if self.code == exit::DONE {
                self.code = exit::INVALID;
            }
            let label = self.errors.paint("hint:", Tone::Accent);
            self.tell(&format!(
                "{label} the other tickets are not affected; desk doctor says more"
            ));
        }
    }

    /// The exit code so far.
    #[must_use]
    pub fn code(&self) -> u8 {
        self.code
    }

    /// Raises the exit code of a run that has not failed otherwise.
    pub fn set_code(&mut self, code: u8) {
        if self.code == exit::DONE {
            self.code = code;
        }
    }

    /// A line on standard error. If nobody listens there, nothing can be done
    /// about it, and the exit code still tells.
    fn tell(&self, text: &str) {
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "{text}");
    }
}
