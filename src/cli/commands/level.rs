//! `desk level`.

use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::sanitize;
use crate::cli::view::sheet::facts;
use crate::cli::view::style::Tone;
use crate::desk::DeskError;
use crate::policy::evidence::{self, Source};
use crate::policy::who::named;
use crate::ticket::{Header, Line, Ticket};
use clap::Args;
use serde_json::{Value, json};

/// Version of the JSON.
const SHAPE: u32 = 1;

/// Say which support level something is, and what speaks for it
///
/// What is known about it, the levels that similar tickets needed, the rules of
/// desk.yaml, impact and urgency. Advice: nothing is refused by it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk level k7f3q2
  desk level 'VPN drops after sleep'
  desk level 'Outlook asks for the password' --category mail --json")]
pub struct Level {
    /// A ticket, or the words of one
    #[arg(value_name = "ID|TEXT")]
    about: String,

    /// The category, where words are given
    #[arg(long)]
    category: Option<String>,
}

impl Level {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let rules = session.rules_for_reading(&desk)?;
        let snapshot = desk.snapshot()?;
        let found = desk.find(&snapshot, std::slice::from_ref(&self.about))?;
        let (header, ticket): (Header, Option<Ticket>) = match found.into_iter().next() {
            Some(Ok(ticket)) if self.category.is_none() => (ticket.header().clone(), Some(ticket)),
            Some(Err(error)) if !is_words(&self.about) => return Err(error.into()),
            _ => (self.words()?, None),
        };
        let own = ticket.as_ref().map(Ticket::id);
        let (similar, known) = desk.similar(&snapshot, &header, own)?;
        let verdict = evidence::judge(&rules.policy, &header, &similar, &known);
        if session.everywhere.json {
            let evidence: Vec<Value> = verdict
                .evidence
                .iter()
                .map(|one| {
                    json!({
                        "source": one.source.word(),
                        "level": one.level.number(),
                        "says": one.says,
                    })
                })
                .collect();
            return session.print_json(&json!({
                "version": SHAPE,
                "ticket": own.map(|id| id.as_str()),
                "level": verdict.level.map(|level| level.number()),
                "evidence": evidence,
                "similar": similar.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(),
                "known": known.iter().map(|one| one.what.as_str()).collect::<Vec<_>>(),
            }));
        }
        let Some(level) = verdict.level else {
            return Err(CliError::usage(
                "this desk has no levels",
                "desk.yaml lists none: whoever has time takes it",
            ));
        };
        if session.everywhere.quiet {
            return session.print(&format!("{}\n", level.number()));
        }
        let style = session.look.style;
        let title = match &ticket {
            Some(ticket) => format!("{}  {}", ticket.id(), ticket.title()),
            None => self.about,
        };
        let title = sanitize::line(&title).into_owned();
        let mut text = format!("{}\n", style.paint(&title, Tone::Strong));
        let mut told = vec![("it is", named(&rules.policy, level))];
        for one in &verdict.evidence {
            let agrees = if one.level == level {
                ""
            } else {
                " (speaks against)"
            };
            told.push((label(one.source), format!("{}{agrees}", one.says)));
        }
        text.push_str(&facts(&told, session.look));
        session.page(&text)
    }

    fn words(&self) -> Result<Header, CliError> {
        use crate::ticket::value::Value as _;
        let category = self.category.as_deref();
        let category = category.map(crate::ticket::Category::parse).transpose();
        Ok(Header {
            title: Line::nearest(&self.about),
            category: category.map_err(DeskError::from)?,
            ..Header::default()
        })
    }
}

/// Whether something typed is words rather than a ticket: ids have no spaces,
/// and digits.
fn is_words(typed: &str) -> bool {
    typed.contains(char::is_whitespace) || !typed.contains(|c: char| c.is_ascii_digit())
}

fn label(source: Source) -> &'static str {
    match source {
        Source::Known => "known",
        Source::Similar => "similar",
        Source::Rule => "rule",
        Source::Impact => "impact",
        Source::Usual => "usually",
    }
}
