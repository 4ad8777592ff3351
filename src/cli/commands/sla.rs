//! `desk sla`.

use crate::cli::args::Ids;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::style::Tone;
use crate::cli::view::{clocks, sanitize};
use crate::desk::Clocks;
use crate::policy::clock::{Run, Why};
use crate::ticket::{Ticket, Timestamp};
use clap::Args;
use serde_json::{Value, json};

/// Version of the JSON that it prints.
const SHAPE: u32 = 1;

/// Explain the service-level clocks of tickets: what counted, what did not
///
/// Each clock is told stretch by stretch, in the time zone of its calendar. A
/// clock that has stopped keeps its result, whatever the policy says later.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk sla k7f3q2
  desk sla @ --clock resolve
  desk sla k7f --json")]
pub struct Sla {
    #[command(flatten)]
    ids: Ids,

    /// Only this clock: respond, update, resolve, accept or vendor
    #[arg(long, value_name = "CLOCK")]
    clock: Option<crate::ticket::Clock>,
}

impl Sla {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        // Told for its warning: a policy that is not understood gives no target.
        session.rules_for_reading(&desk)?;
        let now = desk.world().now();
        let snapshot = desk.snapshot()?;
        let reckoner = Clocks::of(&snapshot)?;
        let (mut pages, mut told) = (Vec::new(), Vec::new());
        for found in desk.find(&snapshot, &self.ids.read()?)? {
            let ticket = match found {
                Ok(ticket) => ticket,
                Err(error) => {
                    session.fail(&error.into());
                    continue;
                }
            };
            let mut runs = reckoner.runs(&ticket);
            runs.retain(|run| self.clock.is_none_or(|clock| run.clock == clock));
            if session.everywhere.json {
                told.push(as_json(&ticket, &runs, now));
                continue;
            }
            pages.push(page(session, &ticket, &runs, now));
        }
        if session.everywhere.json {
            return session.print_json(&json!({"version": SHAPE, "tickets": told}));
        }
        session.page(&pages.join("\n"))
    }
}

fn page(session: &Session, ticket: &Ticket, runs: &[Run<'_>], now: Timestamp) -> String {
    let style = session.look.style;
    let id = style.paint(ticket.id().as_str(), Tone::Accent);
    let title = sanitize::line(ticket.title());
    let mut page = format!("{id}  {title}\n");
    if runs.is_empty() {
        page.push_str("  no clock: the policy gives this ticket no target\n");
    }
    for run in runs {
        page.push('\n');
        page.push_str(&clocks::explain(run, now, session.look));
    }
    page
}

fn as_json(ticket: &Ticket, runs: &[Run<'_>], now: Timestamp) -> Value {
    json!({
        "id": ticket.id().as_str(),
        "clocks": runs.iter().map(|run| run_as_json(run, now)).collect::<Vec<_>>(),
    })
}

/// One run of a clock, for machines. Times are UTC, lengths are seconds.
pub(super) fn run_as_json(run: &Run<'_>, now: Timestamp) -> Value {
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    let stop = run.stop.as_ref();
    let result = stop.and_then(|stop| {
        let result = stop.result?;
        Some(json!({
            "at": stop.at.to_string(),
            "met": result.met,
            "spent": result.spent,
            "target": result.target,
            "policy": stop.judged_by.as_ref().map(|policy| policy.as_str()),
        }))
    });
    let intervals = run.explain(now).into_iter().map(|one| {
        let (why, what) = match &one.why {
            Why::Counted => ("counted", None),
            Why::Closed(holiday) => ("closed", holiday.map(|date| date.to_string())),
            Why::Paused(cause) => ("paused", Some(cause.to_string())),
            Why::Resolved => ("resolved", None),
        };
        json!({
            "from": one.from.to_string(),
            "to": one.to.to_string(),
            "why": why,
            "what": what,
            "seconds": one.counted().0,
        })
    });
    json!({
        "clock": run.clock.word(),
        "cycle": run.cycle,
        "state": run.standing(now).word(),
        "started": run.started.to_string(),
        "target": run.target().map(|target| target.0),
        "spent": run.spent(now).0,
        "left": run.left(now).map(|left| left.0),
        "due": time(run.due()),
        "warn": time(run.warn()),
        "rule": run.rule().map(ToString::to_string),
        "calendar": run.calendar().name(),
        "zone": run.calendar().zone().name(),
        "result": result,
        "intervals": intervals.collect::<Vec<_>>(),
    })
}
