//! `desk history`.

use crate::cli::args::Ids;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::records::Look;
use crate::cli::view::style::Tone;
use crate::cli::view::{age, sanitize, wrap};
use crate::desk::{Desk, Entry, FieldChange};
use crate::ticket::lifecycle::past;
use crate::ticket::{TicketId, Timestamp};
use clap::Args;
use serde_json::{Value, json};

/// Show the history of tickets as git has it: when, who, what, from → to,
/// commit
#[derive(Debug, Args)]
#[command(
    visible_alias = "log",
    after_help = "\
Examples:
  desk history k7f3q2
  desk history @ --json
  git log --format='%an %ad %s%n%(trailers)' -- tickets   (the same in git)"
)]
pub struct History {
    #[command(flatten)]
    ids: Ids,
}

impl History {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let known = self.known(session, &desk)?;
        let now = desk.world().now();
        let mut text = String::new();
        let mut all = Vec::new();
        for (id, entries) in known {
            if session.everywhere.json {
                let entries: Vec<Value> = entries.iter().map(as_json).collect();
                all.push(json!({"id": id.as_str(), "commits": entries}));
            } else if session.everywhere.quiet {
                text.extend(entries.iter().map(|entry| format!("{}\n", entry.commit)));
            } else {
                let title = session
                    .look
                    .style
                    .paint(id.as_str(), Tone::Accent)
                    .into_owned();
                text.push_str(&format!("{title}\n"));
                for entry in &entries {
                    text.push_str(&told(entry, now, session.look));
                }
            }
        }
        if session.everywhere.json {
            return session.print_json(&json!({"version": 1, "histories": all}));
        }
        session.page(&text)
    }

    /// Damaged tickets have a history too, so whole ids need no readable file.
    fn known(
        &self,
        session: &mut Session,
        desk: &Desk,
    ) -> Result<Vec<(TicketId, Vec<Entry>)>, CliError> {
        use crate::ticket::value::Value as _;
        let snapshot = desk.snapshot()?;
        let mut known = Vec::new();
        for typed in self.ids.read()? {
            if let Ok(id) = TicketId::parse(&typed) {
                let entries = desk.history(&id)?;
                if !entries.is_empty() {
                    known.push((id, entries));
                    continue;
                }
            }
            for found in desk.find(&snapshot, &[typed])? {
                match found {
                    Ok(ticket) => known.push((ticket.id().clone(), desk.history(ticket.id())?)),
                    Err(error) => session.fail(&error.into()),
                }
            }
        }
        Ok(known)
    }
}

/// One commit, for a person.
fn told(entry: &Entry, now: Timestamp, look: Look) -> String {
    let paint = |text: &str, tone| look.style.paint(text, tone).into_owned();
    let at = paint(
        &age::moment(entry.at.utc(), now.utc(), &chrono::Local),
        Tone::Dim,
    );
    let who = paint(&sanitize::line(&entry.author.name), Tone::Strong);
    let commit = paint(&entry.commit.short(), Tone::Dim);
    let mut done: Vec<&str> = entry.events.iter().map(|event| past(event.did)).collect();
    done.dedup();
    let what = match (&entry.damage, done.is_empty()) {
        (Some(damage), _) => format!("left a file that can't be read: {}", sanitize::line(damage)),
        (None, false) => done.join(" and "),
        (None, true) => format!(
            "changed the file by hand: {}",
            sanitize::line(&entry.subject)
        ),
    };
    let mut text = format!("{at}  {who} {what}  {commit}\n");
    let width = look.width.unwrap_or(100).clamp(30, 100);
    let mut line = |line: &str| {
        text.push_str(wrap::wrap(&sanitize::block(line), width, 4).trim_end());
        text.push('\n');
    };
    let opened =
        entry.changes.iter().all(|change| change.from.is_none()) && !entry.events.is_empty();
    if !opened {
        let changes: Vec<String> = entry.changes.iter().map(change).collect();
        if !changes.is_empty() {
            line(&changes.join(", "));
        }
    }
    for words in entry
        .events
        .iter()
        .filter_map(|event| event.text.as_deref())
    {
        line(words.lines().next().unwrap_or_default());
    }
    if !entry.removed.is_empty() {
        line(&format!(
            "{} events were removed; desk adopt brings them back",
            entry.removed.len()
        ));
    }
    if entry.recorder != entry.author || entry.recorded.since(entry.at).abs() > 60 {
        let recorded = age::moment(entry.recorded.utc(), now.utc(), &chrono::Local);
        line(&format!("recorded {recorded} by {}", entry.recorder.name));
    }
    text
}

/// "level 1 → 2".
fn change(change: &FieldChange) -> String {
    let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".into());
    match &change.from {
        None => format!("{} {}", change.field, word(&change.to)),
        Some(from) => format!("{} {from} → {}", change.field, word(&change.to)),
    }
}

fn as_json(entry: &Entry) -> Value {
    let person =
        |identity: &crate::store::Identity| json!({"name": identity.name, "email": identity.email});
    json!({
        "commit": entry.commit.to_string(),
        "author": person(&entry.author),
        "at": entry.at.to_string(),
        "recorder": person(&entry.recorder),
        "recorded": entry.recorded.to_string(),
        "subject": entry.subject,
        "did": entry.events.iter().map(|event| event.did.word()).collect::<Vec<_>>(),
        "events": entry.events.iter().map(|event| event.e.as_str()).collect::<Vec<_>>(),
        "removed": entry.removed.iter().map(|e| e.as_str()).collect::<Vec<_>>(),
        "changes": entry.changes.iter().map(|change| {
            json!({"field": change.field, "from": change.from, "to": change.to})
        }).collect::<Vec<_>>(),
        "damage": entry.damage,
    })
}
