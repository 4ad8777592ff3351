//! `desk open`.

use crate::cli::args::{Circumstances, Traits, read_all, refuse_terminal};
use crate::cli::changes::{at, done_as_json, failed_as_json, perform};
use crate::cli::exit::CliError;
use crate::cli::prompt::{Question, not_blank};
use crate::cli::session::Session;
use crate::desk::{Desk, DeskError, Line, OpenRequest, Request, Step, Which};
use clap::Args;
use serde_json::Value;
use std::fs::File;
use std::io::{self, BufRead, BufReader};

/// Longest line of `--from`.
const LONGEST_LINE: usize = 1 << 20;

/// Open a ticket, and print its id
///
/// A requester can be anybody: a name, an address, 'ext 4411'. Without
/// --priority it follows from impact and urgency; level and team follow from
/// the desk's policy.
#[derive(Debug, Args)]
#[command(
    visible_alias = "new",
    after_help = "\
Examples:
  desk open 'VPN drops after sleep' -r alice@example.com --category network/vpn
  desk open 'Printer jams, 3rd floor' -r 'ext 4411' --via phone --to me
  desk open 'Locked out' -r bob --fixed 'unlocked the account' --code fixed
  desk open 'Disk /var 92 % on web1' --key disk:web1:/var -r monitoring --via alert
  desk open --from incidents.ndjson

Each line of --from is a JSON object: title, description, kind, requester,
category, impact, urgency, priority, level, to, site, asset, via, at, key,
fixed, code, tags, cc, ref, x-…"
)]
pub struct Open {
    /// What it is about, in one line; asked for on a terminal
    #[arg(value_name = "TITLE")]
    title: Vec<String>,

    #[command(flatten)]
    traits: Traits,

    /// The affected person, where that is somebody else
    #[arg(long, value_name = "WHO")]
    contact: Option<String>,

    /// Description; `-` reads it from standard input
    #[arg(
        long,
        short = 'd',
        visible_alias = "message",
        short_alias = 'm',
        value_name = "TEXT",
        allow_hyphen_values = true
    )]
    description: Option<String>,

    /// The level it starts at
    #[arg(long, short, value_name = "LEVEL")]
    level: Option<String>,

    /// Give it straight to a person or a team
    #[arg(long, short = 't', value_name = "WHO|TEAM")]
    to: Option<String>,

    /// Who answers for it towards the requester; you, without this
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,

    /// Tags
    #[arg(long = "tag", value_name = "TAG", value_delimiter = ',')]
    tags: Vec<String>,

    /// Who else is told
    #[arg(long, value_name = "WHO")]
    cc: Vec<String>,

    /// Its number in another system
    #[arg(long = "ref", value_name = "NUMBER")]
    refs: Vec<String>,

    /// It is fixed already: open and resolve it in one action
    #[arg(long, value_name = "HOW")]
    fixed: Option<String>,

    /// The closure code that goes with --fixed
    #[arg(long, requires = "fixed")]
    code: Option<String>,

    /// The lowest level that could have fixed it
    #[arg(long, value_name = "LEVEL", requires = "fixed")]
    could_be: Option<String>,

    /// An article that helped, with --fixed; may be repeated
    #[arg(long = "article", value_name = "SLUG", requires = "fixed")]
    articles: Vec<String>,

    /// Name of a condition that repeats: while a ticket with this key is live,
    /// no second one is opened; the repeat is counted and its id printed
    #[arg(long)]
    key: Option<String>,

    /// Open one ticket for each line of a file of JSON objects; `-` reads
    /// standard input. With a wrong line, none is opened
    #[arg(long, value_name = "FILE", conflicts_with = "title")]
    from: Option<String>,

    /// With --from: open the right lines though others are wrong
    #[arg(long, requires = "from")]
    partial: bool,

    #[command(flatten)]
    circumstances: Circumstances,
}

impl Open {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        if let Some(from) = self.from.clone() {
            return self.open_from(session, &desk, &from);
        }
        let circumstances = self.circumstances.clone();
        let at = at(&desk, &circumstances)?;
        let request = Request::Open(Box::new(self.request(session)?));
        let step = Step {
            at,
            ..Step::of(Which::New, request)
        };
        perform(session, &desk, &[step], circumstances.dry_run)?;
        Ok(())
    }

    fn request(self, session: &Session) -> Result<OpenRequest, CliError> {
        let mut title = self.title.join(" ");
        let mut traits = self.traits;
        if title.is_empty() {
            let mut prompter = session.prompter();
            let question = Question {
                text: "Title",
                flag: "the title: desk open TITLE",
            };
            title = prompter.text(question, None, &not_blank)?;
            if traits.requester.is_none() {
                let question = Question {
                    text: "Requester (may be empty)",
                    flag: "--requester",
                };
                let who = prompter.text(question, None, &crate::cli::prompt::anything)?;
                traits.requester = Some(who.trim().to_owned()).filter(|who| !who.is_empty());
            }
        }
        let description = match self.description.as_deref() {
            Some("-") => Some(read_all("the description")?),
            description => description.map(str::to_owned),
        };
        let mut open = OpenRequest {
            tags: self.tags,
            cc: self.cc,
            refs: self.refs,
            description,
            level: self.level,
            to: self.to,
            fixed: self.fixed,
            code: self.code,
            could_be: self.could_be,
            articles: self.articles,
            fields: Vec::new(),
        };
        open.put("title", Some(title));
        for (field, value) in [
            ("contact", self.contact),
            ("owner", self.owner),
            ("key", self.key),
        ] {
            open.put(field, value);
        }
        for (name, value) in traits.given()? {
            open.put(&name, Some(value));
        }
        Ok(open)
    }

    /// A commit a ticket, one move of the branch.
    fn open_from(&self, session: &mut Session, desk: &Desk, from: &str) -> Result<(), CliError> {
        let reader: Box<dyn BufRead> = if from == "-" {
            refuse_terminal("tickets")?;
            Box::new(BufReader::new(io::stdin()))
        } else {
            let file = File::open(from).map_err(|error| CliError::Io {
                what: from.to_owned(),
                error,
            })?;
            Box::new(BufReader::new(file))
        };
        let (mut steps, mut wrong) = (Vec::new(), Vec::new());
        for (index, line) in reader.lines().enumerate() {
            let line = line.map_err(|error| CliError::Io {
                what: from.to_owned(),
                error,
            })?;
            if line.trim().is_empty() {
                continue;
            }
            match self.step(desk, &line) {
                Ok(step) => steps.push((index + 1, step)),
                Err(error) => wrong.push((index + 1, error)),
            }
        }
        let (numbers, steps): (Vec<_>, Vec<_>) = steps.into_iter().unzip();
        let partial = self.partial;
        let right = wrong.is_empty();
        let performed = desk.perform_where(&steps, self.circumstances.dry_run, |results| {
            partial || (right && results.iter().all(Result::is_ok))
        })?;
        for warning in &performed.warnings {
            session.warn(warning);
        }
        let mut opened = Vec::new();
        for (number, outcome) in numbers.into_iter().zip(performed.outcomes) {
            match outcome {
                Ok(outcome) => opened.push(outcome),
                Err(error) => wrong.push((number, error)),
            }
        }
        wrong.sort_by_key(|(number, _)| *number);
        let none = !wrong.is_empty() && !partial;
        if !none {
            for outcome in &opened {
                if session.everywhere.json {
                    session.print_json(&done_as_json(outcome, self.circumstances.dry_run))?;
                } else {
                    session.print(&format!("{}\n", outcome.deeds.ticket.id()))?;
                }
            }
        }
        let count = if none { 0 } else { opened.len() };
        let failed = wrong.len();
        for (number, error) in wrong {
            let error = at_line(from, number, error);
            if session.everywhere.json {
                session.print_json(&failed_as_json(None, &error))?;
            }
            session.fail(&error);
        }
        session.say(&format!(
            "  opened {count} tickets; {failed} lines were wrong"
        ));
        Ok(())
    }

    fn step(&self, desk: &Desk, line: &str) -> Result<Step, DeskError> {
        if line.len() > LONGEST_LINE {
            return Err(DeskError::Words("the line is longer than 1 MiB".into()));
        }
        let mut value = Line::json(line)?;
        if let Value::Object(object) = &mut value {
            object.insert("action".into(), "open".into());
        }
        let line = Line::from_json(value).map_err(DeskError::Words)?;
        let mut step = desk.step(line)?;
        if step.at.is_none() {
            step.at = self
                .circumstances
                .at
                .as_deref()
                .map(|at| desk.past(at))
                .transpose()?;
        }
        Ok(step)
    }
}

/// The error of a line, with the line's number.
fn at_line(from: &str, number: usize, error: DeskError) -> CliError {
    let file = if from == "-" { "standard input" } else { from };
    let hint = error.hint();
    let text = format!("{file}, line {number}: {error}");
    CliError::Usage {
        message: text,
        hint,
    }
}
