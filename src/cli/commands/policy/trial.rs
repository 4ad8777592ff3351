//! `desk policy try`: another policy on what happened.

use super::put;
use crate::cli::commands::list;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::policy::trial::{Shown, page};
use crate::desk::{Desk, Rules, Tried};
use crate::report::Period;
use crate::report::figure::Part;
use crate::report::trial::{Clocks, Of, Outcome, Place, Sides};
use crate::store::CommitId;
use crate::ticket::value::Value as _;
use crate::ticket::{Judgement, Level, Name, Priority};
use clap::Args;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Version of the JSON; raised when a field changes its meaning.
const SHAPE: u32 = 1;

/// Try another policy on what happened, and see what would be otherwise
///
/// Nothing is written. Incidents and requests are judged twice: by the policy
/// that holds, and by the desk.yaml and people.yaml of a branch, tag or commit,
/// or of files.
///
/// Exact: clocks. What starts, stops and pauses a clock stands in the timeline;
/// only rules, hours and roster are exchanged. Both policies judge anew, so that
/// only the policy makes a difference; a report counts results as they were kept
/// when the clock stopped. Counted are clocks that stopped in the time asked
/// for, and those that run now. Not foreseen: that people would have worked in
/// another order.
///
/// Estimated: where tickets would have started (what whoever opened them gave
/// is guessed from what would have followed by itself; tickets that were placed
/// by hand are left out), and which escalations would have been refused as
/// incomplete (who is asked for more gives more).
///
/// With --quiet, the ids of tickets of which a clock comes out otherwise.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk policy try stricter
  desk policy try origin/stricter --last 30d --tickets
  desk policy try --file new-desk.yaml --only team:desktop
  desk policy try HEAD~1 --since 2026-10-01 --until 2026-11-01 --json

A policy that does not hold together is not tried: exit code 6.")]
pub(super) struct Try {
    /// The branch, tag or commit whose desk.yaml and people.yaml are tried
    #[arg(value_name = "BRANCH", required_unless_present = "files")]
    branch: Option<String>,

    /// A file to try in the place of the committed desk.yaml or people.yaml; may
    /// be repeated
    #[arg(long = "file", value_name = "FILE", conflicts_with = "branch")]
    files: Vec<PathBuf>,

    /// Only tickets like that, as for desk list: team:desktop; may be repeated
    #[arg(long = "only", value_name = "TERM")]
    terms: Vec<String>,

    /// The time up to now: 90d, 12h
    #[arg(long, value_name = "SPAN", default_value = "90d", conflicts_with_all = ["since", "until"])]
    last: String,

    /// From then on
    #[arg(long, value_name = "TIME")]
    since: Option<String>,

    /// Up to then
    #[arg(long, value_name = "TIME", requires = "since")]
    until: Option<String>,

    /// Name every ticket that comes out otherwise, not only the first twenty
    #[arg(long)]
    tickets: bool,
}

impl Try {
    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let now = session.rules_for_reading(&desk)?;
        let Some((name, commit, tried)) = self.tried(session, &desk)? else {
            return Ok(());
        };
        let snapshot = desk.snapshot()?;
        let moment = desk.world().now();
        let filter = list::filter(session, &desk, &snapshot, &self.terms, moment)?;
        let period = self.period(&desk)?;
        let sides = Sides {
            now: &now,
            tried: &tried,
        };
        let Tried { outcome, remarks } = desk.try_rules(&snapshot, sides, &filter, period)?;
        session.remark(&desk, &remarks);
        if session.everywhere.json {
            let whole = json!({
                "version": SHAPE,
                "tried": {"name": name, "commit": commit.map(|commit| commit.to_string())},
                "from": period.from().to_string(),
                "to": period.to().to_string(),
                "trial": as_json(&outcome),
            });
            return session.print_json(&whole);
        }
        if session.everywhere.quiet {
            let mut told = BTreeSet::new();
            let ids = outcome.flips.iter().map(|flip| &flip.of.id);
            let ids = ids.filter(|id| told.insert(*id));
            return session.print(&ids.map(|id| format!("{id}\n")).collect::<String>());
        }
        let shown = Shown {
            name: &name,
            commit,
            period,
            all: self.tickets,
        };
        session.page(&page(&outcome, &shown, moment, session.look))
    }

    /// What is tried: its name, its commit, and what it means. None, and what
    /// is wrong is told, where it does not hold together.
    fn tried(
        &self,
        session: &mut Session,
        desk: &Desk,
    ) -> Result<Option<(String, Option<CommitId>, Rules)>, CliError> {
        let (name, commit, files) = match &self.branch {
            Some(branch) => {
                let (commit, files) = desk.rules_of(branch)?;
                (branch.clone(), Some(commit), files)
            }
            None => {
                let mut files = desk.committed_rules()?;
                put(&mut files, &self.files)?;
                let names = self.files.iter().map(|path| path.display().to_string());
                (names.collect::<Vec<_>>().join(", "), None, files)
            }
        };
        let (rules, faults) = Rules::understand(files);
        if faults.is_empty() {
            return Ok(Some((name, commit, rules)));
        }
        for fault in faults {
            session.fail(&CliError::Desk(fault));
        }
        Ok(None)
    }

    fn period(&self, desk: &Desk) -> Result<Period, CliError> {
        let end = desk.world().now().plus(1);
        let (from, to) = match &self.since {
            None => (desk.past(&self.last)?, end),
            Some(since) => {
                let until = self.until.as_deref().map(|until| desk.past(until));
                (desk.past(since)?, until.transpose()?.unwrap_or(end))
            }
        };
        Period::new(from, to).map_err(|error| {
            CliError::usage(error.to_string(), "--since 2026-10-01 --until 2026-11-01")
        })
    }
}

fn as_json(outcome: &Outcome) -> Value {
    let of = |of: &Of| {
        json!({
            "id": of.id.as_str(),
            "title": of.title,
            "priority": of.priority.map(|priority| priority.to_string()),
        })
    };
    let with = |one: Value, more: Value| match (one, more) {
        (Value::Object(mut one), Value::Object(more)) => {
            one.extend(more);
            Value::Object(one)
        }
        (one, _) => one,
    };
    let routing = &outcome.routing;
    let readiness = &outcome.readiness;
    json!({
        "tickets": outcome.tickets,
        "judged-by-earlier-policies": outcome.by_others,
        "clocks": outcome.clocks.iter().map(|(clock, clocks)| {
            (clock.word().to_owned(), clocks_as_json(clocks))
        }).collect::<serde_json::Map<_, _>>(),
        "flips": outcome.flips.iter().map(|flip| with(of(&flip.of), json!({
            "clock": flip.clock.word(),
            "now": flip.result.now.map(result),
            "tried": flip.result.tried.map(result),
        }))).collect::<Vec<_>>(),
        "late": outcome.late.iter().map(|late| with(of(&late.of), json!({
            "clock": late.clock.word(),
            "since": late.since.to_string(),
        }))).collect::<Vec<_>>(),
        "estimates": {
            "routing": {
                "opened": routing.opened,
                "placed-by-hand": routing.placed,
                "elsewhere": routing.moved.iter().map(|(ticket, places)| with(of(ticket), json!({
                    "now": place(&places.now),
                    "tried": place(&places.tried),
                }))).collect::<Vec<_>>(),
            },
            "readiness": {
                "escalations": readiness.escalations,
                "refused": {"now": readiness.refused.now, "tried": readiness.refused.tried},
                "newly": readiness.newly.iter().map(|one| with(of(&one.of), json!({
                    "at": one.at.to_string(),
                    "missing": one.missing,
                }))).collect::<Vec<_>>(),
            },
        },
    })
}

fn clocks_as_json(clocks: &Clocks) -> Value {
    let by_priority = clocks.by_priority.iter().map(|(priority, sides)| {
        let name = priority.map_or_else(|| "none".to_owned(), |one: Priority| one.to_string());
        (name, attained(sides))
    });
    json!({
        "all": attained(&clocks.all),
        "by-priority": by_priority.collect::<serde_json::Map<_, _>>(),
        "late": {"now": clocks.late.now, "tried": clocks.late.tried},
    })
}

fn attained(sides: &Sides<Part>) -> Value {
    let one = |one: Part| json!({"met": one.count, "n": one.n});
    json!({"now": one(sides.now), "tried": one(sides.tried)})
}

fn result(result: Judgement) -> Value {
    json!({"met": result.met, "spent": result.spent, "target": result.target})
}

fn place(place: &Place) -> Value {
    json!({
        "level": place.level.map(Level::number),
        "team": place.team.as_ref().map(Name::text),
        "priority": place.priority.map(|priority| priority.to_string()),
    })
}
