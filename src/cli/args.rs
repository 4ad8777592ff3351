//! Arguments that several commands share: ids, words, circumstances.

use super::complete;
use super::editor::{self, Edited};
use super::environment::variable;
use super::exit::CliError;
use super::session::Session;
use crate::desk::Desk;
use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use std::io::{self, BufRead, IsTerminal, Read};

/// Largest text that is read from standard input for one message.
const MOST_WORDS: u64 = 1 << 20;

/// The tickets that are meant.
#[derive(Debug, Clone, Args)]
pub struct Ids {
    /// Tickets: ids or a unique part of them, `@` for my last, `key:K`, another
    /// system's number, or `-` for ids on standard input
    #[arg(required = true, value_name = "ID", add = ArgValueCompleter::new(complete::tickets))]
    pub ids: Vec<String>,
}

impl Ids {
    /// Whether standard input is to be read.
    #[must_use]
    pub fn from_stdin(&self) -> bool {
        self.ids.iter().any(|id| id == "-")
    }

    /// The words, with `-` replaced by the lines of standard input.
    ///
    /// # Errors
    /// Standard input is a terminal, or can't be read.
    pub fn read(&self) -> Result<Vec<String>, CliError> {
        let mut ids = Vec::new();
        for id in &self.ids {
            if id != "-" {
                ids.push(id.clone());
                continue;
            }
            refuse_terminal("ids")?;
            for line in io::stdin().lock().lines() {
                let line = line.map_err(|error| CliError::Io {
                    what: "standard input".into(),
                    error,
                })?;
                // A table's or CSV's first column is taken as well.
                if let Some(id) = line.split([' ', '\t', ',']).find(|word| !word.is_empty()) {
                    ids.push(id.to_owned());
                }
            }
        }
        Ok(ids)
    }
}

/// What a ticket is like: fields of one value each.
#[derive(Debug, Clone, Args)]
pub struct Traits {
    /// Who asks
    #[arg(long, short, value_name = "WHO")]
    pub requester: Option<String>,

    /// incident (restore service), request (something is wanted) or problem
    /// (the cause behind incidents)
    #[arg(long, short, value_parser = ["incident", "request", "problem"])]
    pub kind: Option<String>,

    /// What it concerns: network/vpn
    #[arg(long, short, value_name = "CATEGORY")]
    pub category: Option<String>,

    /// How much is hit
    #[arg(long, value_parser = ["high", "medium", "low"])]
    pub impact: Option<String>,

    /// How fast it matters
    #[arg(long, value_parser = ["high", "medium", "low"])]
    pub urgency: Option<String>,

    /// The priority, where impact and urgency don't give it: P1 …
    #[arg(long, short, value_name = "P")]
    pub priority: Option<String>,

    /// The customer organisation
    #[arg(long)]
    pub customer: Option<String>,

    /// The business unit
    #[arg(long)]
    pub unit: Option<String>,

    /// The service that is hit
    #[arg(long)]
    pub service: Option<String>,

    /// Where
    #[arg(long)]
    pub site: Option<String>,

    /// The equipment
    #[arg(long)]
    pub asset: Option<String>,

    /// How it came in: phone, mail, walk-in, chat, alert …
    #[arg(long)]
    pub via: Option<String>,

    /// The requester's language
    #[arg(long)]
    pub language: Option<String>,

    /// Another field, such as x-room=312; may be repeated
    #[arg(long = "field", value_name = "FIELD=VALUE")]
    pub fields: Vec<String>,
}

impl Traits {
    /// Those that were given, by the fields' names.
    ///
    /// # Errors
    /// A `--field` has no `=`.
    pub fn given(self) -> Result<Vec<(String, String)>, CliError> {
        let named = [
            ("requester", self.requester),
            ("kind", self.kind),
            ("category", self.category),
            ("impact", self.impact),
            ("urgency", self.urgency),
            ("priority", self.priority),
            ("customer", self.customer),
            ("unit", self.unit),
            ("service", self.service),
            ("site", self.site),
            ("asset", self.asset),
            ("via", self.via),
            ("language", self.language),
        ];
        let named = named.into_iter();
        let mut given: Vec<(String, String)> = named
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect();
        for pair in self.fields {
            let (name, value) = pair.split_once('=').ok_or_else(|| {
                CliError::usage(format!("{pair:?} is no FIELD=VALUE"), "--field x-room=312")
            })?;
            given.push((name.to_owned(), value.to_owned()));
        }
        Ok(given)
    }
}

/// Words that go with an action.
#[derive(Debug, Clone, Args)]
pub struct Words {
    /// The words; `-` reads them from standard input; without this, your
    /// editor opens (on a terminal)
    #[arg(short = 'm', long = "message", visible_aliases = ["reason", "how"], value_name = "TEXT", allow_hyphen_values = true)]
    pub message: Option<String>,
}

impl Words {
    /// Whether standard input is to be read.
    #[must_use]
    pub fn from_stdin(&self) -> bool {
        self.message.as_deref() == Some("-")
    }

    /// The words, or none if none were given.
    ///
    /// # Errors
    /// Standard input can't be read, or is a terminal.
    pub fn given(&self) -> Result<Option<String>, CliError> {
        match self.message.as_deref() {
            Some("-") => read_all("the words").map(Some),
            given => Ok(given.map(str::to_owned)),
        }
    }

    /// The words, asked for in the editor where none were given: never while a
    /// lock is held.
    ///
    /// # Errors
    /// There is no terminal for an editor, or nothing was written.
    pub fn needed(&self, session: &Session, desk: &Desk, what: &str) -> Result<Written, CliError> {
        if let Some(text) = self.given()? {
            return Ok(Written { text, draft: None });
        }
        if !session.environment.can_ask {
            return Err(CliError::usage(
                format!("{what} needs words, and there is no terminal to ask on"),
                "give them with -m TEXT, or -m - to read them from standard input",
            ));
        }
        let help = format!(
            "{what}: write why or how; save and close when done. Nothing written: nothing done."
        );
        match in_editor(desk, &editor::with_help("", &help), ".md")? {
            Edited::Changed(draft) => Ok(Written {
                text: draft.text().trim_end().to_owned(),
                draft: Some(draft),
            }),
            Edited::Unchanged | Edited::Emptied => Err(CliError::Usage {
                message: "nothing was written, so nothing was done".into(),
                hint: None,
            }),
        }
    }
}

/// Words, and the file that keeps them until they are safe.
#[must_use = "the draft is removed once the words are committed"]
pub struct Written {
    /// The words.
    pub text: String,
    draft: Option<editor::Draft>,
}

impl Written {
    /// The words are safe in a commit.
    ///
    /// # Errors
    /// The draft can't be removed.
    pub fn safe(self) -> Result<(), CliError> {
        Ok(self.draft.map_or(Ok(()), editor::Draft::done)?)
    }
}

/// Lets somebody edit a text, with the editor that git would use.
///
/// # Errors
/// There is no editor, or it failed; what was written is kept and named.
pub fn in_editor(desk: &Desk, initial: &str, suffix: &str) -> Result<Edited, CliError> {
    let (git_editor, visual, editor, term) = (
        variable("GIT_EDITOR"),
        variable("VISUAL"),
        variable("EDITOR"),
        variable("TERM"),
    );
    let core_editor = desk
        .store()
        .git_setting("core.editor")
        .map_err(CliError::from)?;
    let around = editor::Surroundings {
        git_editor: git_editor.as_deref(),
        core_editor: core_editor.as_deref(),
        visual: visual.as_deref(),
        editor: editor.as_deref(),
        term: term.as_deref(),
    };
    Ok(editor::edit(
        initial,
        suffix,
        &around,
        &desk.store().drafts_dir(),
    )?)
}

/// The circumstances of a change.
#[derive(Debug, Clone, Args)]
pub struct Circumstances {
    /// When it happened, where that was earlier: 20m, '20m ago', 09:15,
    /// 'yesterday 14:30'
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,

    /// Say what would be done, and do nothing
    #[arg(long, short = 'n')]
    pub dry_run: bool,
}

/// All of standard input as text.
///
/// # Errors
/// It is a terminal, is too large, or is not UTF-8.
pub fn read_all(what: &str) -> Result<String, CliError> {
    refuse_terminal(what)?;
    let mut text = String::new();
    io::stdin()
        .lock()
        .take(MOST_WORDS + 1)
        .read_to_string(&mut text)
        .map_err(|error| CliError::Io {
            what: format!("reading {what} from standard input"),
            error,
        })?;
    if text.len() as u64 > MOST_WORDS {
        return Err(CliError::usage(
            format!("{what} on standard input are larger than 1 MiB"),
            "put large texts into a file and link it",
        ));
    }
    Ok(text.trim_end().to_owned())
}

/// Nothing waits for a terminal in silence.
///
/// # Errors
/// Standard input is a terminal.
pub fn refuse_terminal(what: &str) -> Result<(), CliError> {
    if io::stdin().is_terminal() {
        return Err(CliError::usage(
            format!("{what} were to come from standard input, which is a terminal"),
            "pipe them in: desk list --format ids is:new | desk take -",
        ));
    }
    Ok(())
}
