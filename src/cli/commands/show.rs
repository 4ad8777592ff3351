//! `desk show`.

use crate::cli::args::Ids;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::span::{Member, Span};
use crate::cli::view::ticket;
use crate::desk::record::{self, Record};
use crate::desk::{Clocks, DeskError};
use crate::ticket::Ticket;
use clap::Args;
use serde_json::{Value, json};

/// Show tickets: the state and the whole timeline
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk show k7f3q2
  desk show @ --as-of 'fri 12:00'
  desk show k7f 9xw --json")]
pub struct Show {
    #[command(flatten)]
    ids: Ids,

    /// As it was then, by when things happened
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

impl Show {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let span = session.span()?;
        let desk = &span.first.desk;
        let as_of = self
            .as_of
            .as_deref()
            .map(|words| desk.past(words))
            .transpose()?;
        let mut tickets: Vec<(Ticket, Clocks)> = Vec::new();
        for found in find(&span, &self.ids.read()?)? {
            match found {
                Ok((found, clocks)) => match as_of {
                    Some(time) if found.opened() > time => {
                        let message = format!("{} was not open yet", found.id());
                        session.fail(&CliError::usage(
                            message,
                            format!("it was opened {}", found.opened()),
                        ));
                    }
                    Some(time) => tickets.push((found.as_of(time), clocks)),
                    None => tickets.push((found, clocks)),
                },
                Err(error) => session.fail(&error.into()),
            }
        }
        if session.everywhere.json {
            let tickets: Vec<Value> = tickets
                .iter()
                .map(|(ticket, clocks)| Record::of(ticket).due(clocks.due(ticket)).full())
                .collect();
            let all = json!({"version": record::SHAPE, "tickets": tickets});
            return session.print_json(&all);
        }
        if session.everywhere.quiet {
            let ids: String = tickets
                .iter()
                .map(|(ticket, _)| format!("{}\n", ticket.id()))
                .collect();
            return session.print(&ids);
        }
        let now = as_of.unwrap_or(desk.world().now());
        let pages: Vec<String> = tickets
            .iter()
            .map(|(one, clocks)| ticket::render(one, &clocks.runs(one), now, session.look))
            .collect();
        session.page(&pages.join("\n"))
    }
}

/// A ticket with what its clocks go by, or why there is none.
type Found = Result<(Ticket, Clocks), DeskError>;

/// What a desk of that name says to what was typed.
type Place<'a> = (&'a str, Found);

/// The tickets meant by what was typed, wherever they are.
fn find(span: &Span, typed: &[String]) -> Result<Vec<Found>, CliError> {
    let mut everywhere: Vec<Vec<Place<'_>>> = Vec::new();
    everywhere.resize_with(typed.len(), Vec::new);
    for Member { name, desk } in span.members() {
        let snapshot = desk.snapshot()?;
        let clocks = Clocks::of(&snapshot)?;
        let found = desk.find(&snapshot, typed)?;
        for (place, found) in everywhere.iter_mut().zip(found) {
            place.push((name, found.map(|ticket| (ticket, clocks.clone()))));
        }
    }
    let found = typed.iter().zip(everywhere);
    Ok(found.map(|(typed, places)| of_all(typed, places)).collect())
}

/// What all desks say to the same words: the one ticket that they mean. Those
/// that don't know it have no say.
fn of_all(typed: &str, places: Vec<Place<'_>>) -> Found {
    let unknown = DeskError::NotFound {
        typed: typed.to_owned(),
    };
    let mut met: Vec<(&str, (Ticket, Clocks))> = Vec::new();
    for (name, found) in places {
        match found {
            Ok(ticket) => met.push((name, ticket)),
            Err(DeskError::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    if met.len() < 2 {
        return met.pop().map(|(_, ticket)| ticket).ok_or(unknown);
    }
    let candidates = met.iter();
    let candidates = candidates
        .map(|(name, (ticket, _))| (ticket.id().clone(), format!("{} ({name})", ticket.title())));
    Err(DeskError::Ambiguous {
        typed: typed.to_owned(),
        count: met.len(),
        candidates: candidates.take(10).collect(),
    })
}
