//! Doing what a command asks for, and telling what came of it: ids on standard
//! output, messages on standard error, or JSON.

use super::args::{Circumstances, Ids, Words};
use super::exit::CliError;
use super::session::Session;
use super::view::style::Tone;
use super::view::{clocks, sanitize, wrap};
use crate::desk::{Deed, Deeds, Desk, DeskError, Outcome, Performed, Remark, Request, Step, Which};
use crate::ticket::lifecycle::participle;
use crate::ticket::{Event, Header, Status, Ticket, Timestamp, Verb};
use clap::Args;
use serde_json::{Value, json};

/// Version of the JSON that changes print.
const SHAPE: u32 = 1;

/// Tickets that the same is done to.
#[derive(Debug, Args)]
pub struct Tickets {
    #[command(flatten)]
    ids: Ids,

    #[command(flatten)]
    circumstances: Circumstances,
}

impl Tickets {
    /// Does it to each ticket, and tells of each.
    ///
    /// # Errors
    /// What concerns the whole command; refusals of single tickets are told
    /// and show in the exit code.
    pub fn perform(&self, session: &mut Session, request: &Request) -> Result<(), CliError> {
        let desk = session.desk()?;
        to_each(session, &desk, &self.ids, request, &self.circumstances)?;
        Ok(())
    }
}

/// Tickets that the same is done to, and the words that go with it.
#[derive(Debug, Args)]
pub struct WordedTickets {
    #[command(flatten)]
    ids: Ids,

    #[command(flatten)]
    words: Words,

    #[command(flatten)]
    circumstances: Circumstances,
}

impl WordedTickets {
    /// The ids that were typed.
    ///
    /// # Errors
    /// Standard input can't be read.
    pub fn ids(&self) -> Result<Vec<String>, CliError> {
        self.ids.read()
    }

    /// The words, if any were given.
    ///
    /// # Errors
    /// Standard input can't be read.
    pub fn given(&self) -> Result<Option<String>, CliError> {
        self.words.given()
    }

    /// As [`Tickets::perform`].
    ///
    /// # Errors
    /// As [`Tickets::perform`].
    pub fn perform(&self, session: &mut Session, request: &Request) -> Result<(), CliError> {
        self.perform_deed(session, &Deed::Request(Box::new(request.clone())))
    }

    /// As [`Tickets::perform`], for what is no request.
    ///
    /// # Errors
    /// As [`Tickets::perform`].
    pub fn perform_deed(&self, session: &mut Session, deed: &Deed) -> Result<(), CliError> {
        let desk = session.desk()?;
        each(session, &desk, &self.ids, deed, &self.circumstances)?;
        Ok(())
    }

    /// As [`Tickets::perform`] with words, which are asked for where they were
    /// not given, and kept until every ticket has them.
    ///
    /// # Errors
    /// As [`Tickets::perform`]; or there are no words.
    pub fn ask(
        &self,
        session: &mut Session,
        what: &str,
        request: impl FnOnce(String) -> Request,
    ) -> Result<(), CliError> {
        let desk = session.desk()?;
        if self.ids.from_stdin() && self.words.from_stdin() {
            return Err(CliError::usage(
                "ids and words can't both come from standard input",
                "give the words with -m TEXT",
            ));
        }
        let written = self.words.needed(session, &desk, what)?;
        let request = request(written.text.clone());
        let well = to_each(session, &desk, &self.ids, &request, &self.circumstances)?;
        if well && !self.circumstances.dry_run {
            written.safe()?;
        }
        Ok(())
    }
}

/// Does the same to each ticket. Whether all went well.
///
/// # Errors
/// What concerns the whole command.
pub fn to_each(
    session: &mut Session,
    desk: &Desk,
    ids: &Ids,
    request: &Request,
    circumstances: &Circumstances,
) -> Result<bool, CliError> {
    let deed = Deed::Request(Box::new(request.clone()));
    each(session, desk, ids, &deed, circumstances)
}

fn each(
    session: &mut Session,
    desk: &Desk,
    ids: &Ids,
    deed: &Deed,
    circumstances: &Circumstances,
) -> Result<bool, CliError> {
    let at = at(desk, circumstances)?;
    let step = |id| Step {
        which: Which::Typed(id),
        deed: deed.clone(),
        at,
        by: None,
        condition: Vec::new(),
    };
    let steps: Vec<Step> = ids.read()?.into_iter().map(step).collect();
    perform(session, desk, &steps, circumstances.dry_run)
}

/// The time of `--at`, which is not to come.
///
/// # Errors
/// It is no time.
pub fn at(desk: &Desk, circumstances: &Circumstances) -> Result<Option<Timestamp>, CliError> {
    Ok(circumstances
        .at
        .as_deref()
        .map(|words| desk.past(words))
        .transpose()?)
}

/// Does the steps and tells of each. Whether all went well.
///
/// # Errors
/// What concerns the whole command.
pub fn perform(
    session: &mut Session,
    desk: &Desk,
    steps: &[Step],
    dry_run: bool,
) -> Result<bool, CliError> {
    let Performed { outcomes, warnings } = desk.perform(steps, dry_run)?;
    for warning in &warnings {
        session.warn(warning);
    }
    let mut well = true;
    for (step, outcome) in steps.iter().zip(outcomes) {
        well &= tell(session, step, outcome, dry_run)?;
    }
    Ok(well)
}

/// Tells what came of one step.
///
/// # Errors
/// Standard output is broken.
pub fn tell(
    session: &mut Session,
    step: &Step,
    outcome: Result<Outcome, DeskError>,
    dry_run: bool,
) -> Result<bool, CliError> {
    match outcome {
        Ok(outcome) if session.everywhere.json => {
            session.print_json(&done_as_json(&outcome, dry_run))?;
            Ok(true)
        }
        Ok(outcome) => {
            session.print(&format!("{}\n", outcome.deeds.ticket.id()))?;
            let sentence = sentence(session, step, &outcome.deeds, dry_run);
            let width = session.look.width.unwrap_or(usize::MAX);
            session.say(wrap::wrap(&sentence, width, 2).trim_end());
            remark(session, &outcome.deeds);
            Ok(true)
        }
        Err(error) => {
            let typed = match &step.which {
                Which::Typed(typed) => Some(typed.clone()),
                Which::New | Which::Next => None,
            };
            let error = CliError::Desk(error);
            if session.everywhere.json {
                session.print_json(&failed_as_json(typed.as_deref(), &error))?;
            }
            session.fail(&error);
            Ok(false)
        }
    }
}

/// What people should know of it, on standard error.
fn remark(session: &Session, deeds: &Deeds) {
    for remark in &deeds.remarks {
        match remark {
            Remark::Warning(text) => session.warn(text),
            Remark::Advice(text) => session.say(&format!("  {}", sanitize::line(text))),
        }
    }
}

/// One result line, as `--json` and `desk apply` print it.
#[must_use]
pub fn done_as_json(outcome: &Outcome, dry_run: bool) -> Value {
    let deeds = &outcome.deeds;
    let header = deeds.ticket.header();
    let remarks = |warns: bool| -> Vec<&str> {
        let all = deeds.remarks.iter();
        all.filter(|remark| matches!(remark, Remark::Warning(_)) == warns)
            .map(Remark::text)
            .collect()
    };
    json!({
        "version": SHAPE,
        "id": deeds.ticket.id().as_str(),
        "ok": true,
        "changed": !deeds.events.is_empty() && !dry_run,
        "dry-run": dry_run,
        "status": deeds.ticket.status().word(),
        "assignee": header.assignee.as_ref().map(ToString::to_string),
        "team": header.team.as_ref().map(ToString::to_string),
        "level": header.level.map(|level| level.number()),
        "repeats": deeds.repeats,
        "warnings": remarks(true),
        "advice": remarks(false),
        "due": deeds.next.map(|(_, due)| due.to_string()),
        "events": deeds.events.iter().map(|event| event.e.as_str()).collect::<Vec<_>>(),
        "commits": outcome.commits.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

/// One result line of what did not work.
#[must_use]
pub fn failed_as_json(typed: Option<&str>, error: &CliError) -> Value {
    let missing = match error {
        CliError::Desk(error) => error.missing(),
        _ => &[],
    };
    let missing = missing
        .iter()
        .map(|one| json!({"item": one.item, "give": one.give}));
    json!({
        "version": SHAPE,
        "id": typed,
        "ok": false,
        "changed": false,
        "exit": error.code(),
        "error": error.to_string(),
        "hint": error.hint(),
        "missing": missing.collect::<Vec<_>>(),
    })
}

/// What came of it, in a line for a person.
fn sentence(session: &Session, step: &Step, deeds: &Deeds, dry_run: bool) -> String {
    let ticket = &deeds.ticket;
    let style = session.look.style;
    let title = sanitize::line(ticket.title()).into_owned();
    let would = if dry_run { "would be " } else { "" };
    if let Some(seen) = deeds.repeats {
        let times = if seen == 1 {
            "once".to_owned()
        } else {
            format!("{seen} times")
        };
        return format!("is live with this key; seen again {times} · {title}");
    }
    if deeds.events.is_empty() {
        let so = state(ticket.header(), ticket.status());
        return format!("{} · {so} · {title}", style.paint("so already", Tone::Dim));
    }
    let mut done: Vec<String> = deeds.events.iter().map(was_done).collect();
    done.dedup();
    let done = match done.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => done.concat(),
    };
    let detail = match &step.deed {
        Deed::Request(request) if matches!(**request, Request::Open(_)) => {
            let next = deeds.next.map(|next| clocks::by(next, ticket.updated()));
            let parts = [Some(opened(ticket)), next].into_iter().flatten();
            parts.collect::<Vec<_>>().join(" · ")
        }
        _ if deeds
            .events
            .iter()
            .all(|event| matches!(event.did, Verb::Note | Verb::Reply)) =>
        {
            String::new()
        }
        // "resolved · resolved" would say it twice.
        _ if done == ticket.status().word() => place(ticket.header()),
        _ => state(ticket.header(), ticket.status()),
    };
    let detail = if detail.is_empty() {
        String::new()
    } else {
        format!(" · {detail}")
    };
    format!("{would}{done}{detail} · {title}")
}

/// "escalated"; of an escalation that moves nothing, whom it asks to look.
fn was_done(event: &Event) -> String {
    let asked = &event.add.attention;
    let asks = match event.did {
        Verb::Escalate => event.set.entries().is_empty(),
        verb => verb == Verb::Notify,
    };
    if !asks || asked.is_empty() {
        return participle(event.did).to_owned();
    }
    let asked: Vec<_> = asked.iter().map(ToString::to_string).collect();
    format!("brought to the attention of {}", asked.join(" and "))
}

fn opened(ticket: &Ticket) -> String {
    let header = ticket.header();
    let priority = header.priority.map(|priority| priority.to_string());
    let rest = state(header, ticket.status());
    [priority, Some(rest)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

/// "in-progress · L2 desktop · marco".
fn state(header: &Header, status: Status) -> String {
    let status = match (&header.cause, status) {
        (Some(cause), Status::Pending) => format!("pending: {cause}"),
        (_, status) => status.to_string(),
    };
    let parts = [status, place(header)];
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

/// "L2 desktop · marco".
fn place(header: &Header) -> String {
    let level = header.level.map(|level| level.to_string());
    let queue = [level, header.team.as_ref().map(ToString::to_string)];
    let queue = queue.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let assignee = header.assignee.as_ref().map(ToString::to_string);
    let parts = [Some(queue).filter(|queue| !queue.is_empty()), assignee];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
