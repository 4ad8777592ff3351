//! `desk escalate`, and what the receiver does: `accept`, `decline`,
//! `handback`.

use crate::cli::changes::{Tickets, WordedTickets};
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::preview as view;
use crate::desk::record::Record;
use crate::desk::{EscalateRequest, Preview, Remark, Request};
use crate::policy::rules::Incomplete;
use clap::Args;
use serde_json::{Value, json};

/// Move tickets to where the skill is: the next level, a team, a person
///
/// The owner stays: the ticket is still yours towards the requester. To a vendor
/// the ticket waits there and keeps its assignee. A hand-over that lacks what
/// the desk asks for is refused or warned of, as the policy says.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk escalate k7f3q2 -m 'needs gateway admin rights' --tried 'reinstalled the client'
  desk escalate k7f3q2 --to desktop -m 'dock is dead' --ask 'swap the dock'
  desk escalate k7f3q2 --to vendor --ref SR-88213 -m 'mainboard under warranty'
  desk escalate k7f3q2 --attention lead -m 'CEO is waiting'
  desk escalate k7f3q2 --preview")]
pub struct Escalate {
    #[command(flatten)]
    on: WordedTickets,

    /// A level (2, L2 or its name), a team, a person, a vendor of the policy, or
    /// `vendor`; the next level without this
    #[arg(long, short = 't', value_name = "LEVEL|TEAM|WHO")]
    to: Option<String>,

    /// Ask somebody to look; the ticket stays where it is. `lead`, `manager` and
    /// `director` are those of the team that has it
    #[arg(long, value_name = "WHO", conflicts_with = "to")]
    attention: Option<String>,

    /// The vendor's number for it
    #[arg(long = "ref", value_name = "NUMBER")]
    reference: Option<String>,

    /// A step that was tried, for whoever receives it; may be repeated
    #[arg(long, value_name = "STEP")]
    tried: Vec<String>,

    /// Where an answer was looked for; may be repeated
    #[arg(long, value_name = "WHERE")]
    searched: Vec<String>,

    /// Where to see it: a log, a picture, an output; may be repeated
    #[arg(long, value_name = "WHERE")]
    evidence: Vec<String>,

    /// What is asked of the receiver
    #[arg(long, value_name = "WHAT")]
    ask: Option<String>,

    /// Hand it over though it lacks something that the desk asks for, and say
    /// why on the record
    #[arg(long = "override", value_name = "REASON")]
    overriding: Option<String>,

    /// Show what the receiver would see, what is missing, who is there and how
    /// such hand-overs fared; do nothing
    #[arg(long)]
    preview: bool,
}

impl Escalate {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let mut asked = EscalateRequest {
            to: self.to,
            attention: self.attention,
            reference: self.reference,
            text: String::new(),
            tried: self.tried,
            searched: self.searched,
            evidence: self.evidence,
            ask: self.ask,
            overriding: self.overriding,
        };
        if self.preview {
            asked.text = self.on.given()?.unwrap_or_default();
            return preview(session, &self.on.ids()?, &asked);
        }
        self.on.ask(session, "escalate", |text| {
            asked.text = text;
            Request::Escalate(Box::new(asked))
        })
    }
}

/// Shows what the receiver would see, and does nothing.
fn preview(session: &mut Session, ids: &[String], asked: &EscalateRequest) -> Result<(), CliError> {
    let desk = session.desk()?;
    let snapshot = desk.snapshot()?;
    let mut pages = Vec::new();
    for id in ids {
        match desk.preview(&snapshot, id, asked) {
            Ok(preview) if session.everywhere.json => session.print_json(&as_json(&preview))?,
            Ok(preview) => pages.push(view::render(&preview, desk.world().now(), session.look)),
            Err(error) => session.fail(&error.into()),
        }
    }
    session.page(&pages.join("\n"))
}

/// One preview: `{"version", "id", "to", "ready", "refused", "missing": [{"item",
/// "give"}], …}`; times in UTC.
fn as_json(preview: &Preview) -> Value {
    let details = &preview.details;
    let mut carried = serde_json::Map::new();
    carried.insert("why".into(), json!(preview.text));
    for (name, items) in details.items() {
        carried.insert(name.into(), json!(items));
    }
    carried.insert("ask".into(), json!(details.ask));
    let missing = preview.missing.iter();
    let missing = missing.map(|one| json!({"item": one.item, "give": one.give}));
    let there = preview.there.iter().map(|one| {
        json!({
            "who": one.who.as_str(),
            "name": one.name,
            "on-duty": one.on_duty,
            "until": one.until.map(|until| until.to_string()),
            "working": one.working,
        })
    });
    let fared = preview.fared.as_ref().map(|past| {
        json!({
            "from": past.from.as_str(),
            "to": past.to.as_str(),
            "category": past.category,
            "accepted": past.fared.accepted,
            "declined": past.fared.declined,
            "open": past.fared.open,
        })
    });
    let ready = preview.missing.is_empty();
    json!({
        "version": 1,
        "id": preview.ticket.id().as_str(),
        "to": preview.to,
        "ready": ready,
        "refused": !ready && preview.incomplete == Incomplete::Refuse,
        "missing": missing.collect::<Vec<_>>(),
        "carries": carried,
        "there": there.collect::<Vec<_>>(),
        "fared": fared,
        "remarks": preview.remarks.iter().map(Remark::text).collect::<Vec<_>>(),
        "ticket": Record::of(&preview.ticket).brief(),
    })
}

/// Accept what was handed over: it becomes yours, and in progress
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk accept k7f3q2")]
pub struct Accept {
    #[command(flatten)]
    on: Tickets,
}

impl Accept {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        self.on.perform(session, &Request::Accept {})
    }
}

/// Decline a hand-over: it goes back where it came from
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk decline k7f3q2 -m 'no error message, and which client version?'")]
pub struct Decline {
    #[command(flatten)]
    on: WordedTickets,
}

impl Decline {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        self.on
            .ask(session, "decline", |text| Request::Decline { text })
    }
}

/// Give back what was handed over, once your part is done
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk handback k7f3q2 -m 'rights granted; please confirm with the caller'")]
pub struct HandBack {
    #[command(flatten)]
    on: WordedTickets,
}

impl HandBack {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        self.on
            .ask(session, "handback", |text| Request::HandBack { text })
    }
}
