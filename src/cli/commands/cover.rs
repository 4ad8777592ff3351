//! `desk cover`.

use crate::cli::environment::variable;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::age;
use crate::desk::{Absence, Desk};
use crate::ticket::Timestamp;
use crate::ticket::value::Value as _;
use chrono::{Local, NaiveDate};
use clap::Args;
use clap::builder::Resettable;
use serde_json::json;

/// Version of the JSON.
const SHAPE: u32 = 1;

/// Say that somebody is away, and who stands in
///
/// The absence goes into people.yaml, in a commit of its own; comments and
/// layout of the file stay. Nobody who is away is given a ticket by itself.
#[derive(Debug, Args)]
#[command(
    // Elsewhere --by says who acts; here, who stands in. DESK_BY still says who
    // acts.
    mut_arg("by", |by| by.env(Resettable::Reset).help_heading(Resettable::Reset).value_name("WHO|auto")
        .help("Who stands in; `auto` picks a colleague of the team who is there")),
    after_help = "\
Examples:
  desk cover lena --by auto --until 2026-12-31
  desk cover me --by grace --from 2026-12-24 --until 2027-01-02 --why 'holiday'
  desk cover marco --by auto --until '17:00' --dry-run"
)]
pub struct Cover {
    /// Who is away: a handle or address, or `me`
    #[arg(value_name = "WHO")]
    who: String,

    /// The last day, or the time of coming back
    #[arg(long, value_name = "TIME")]
    until: String,

    /// The first day or time; now, without this
    #[arg(long, value_name = "TIME")]
    from: Option<String>,

    /// Why, for colleagues
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,

    /// Say what would be done, and do nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
}

impl Cover {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let by = session.everywhere.by.take().ok_or_else(|| {
            CliError::usage("nobody is named to stand in", "add --by WHO, or --by auto")
        })?;
        session.everywhere.by = variable("DESK_BY");
        let desk = session.desk()?;
        let absence = Absence {
            who: self.who,
            by: Some(by).filter(|by| by != "auto"),
            from: match &self.from {
                Some(words) => day_or_time(&desk, words)?,
                None => desk.world().now().to_string(),
            },
            to: day_or_time(&desk, &self.until)?,
            why: self.why,
        };
        let covered = desk.cover(&absence, self.dry_run)?;
        for warning in &covered.warnings {
            session.warn(warning);
        }
        if session.everywhere.json {
            return session.print_json(&json!({
                "version": SHAPE,
                "who": covered.who.as_str(),
                "by": covered.by.as_str(),
                "why": covered.why,
                "from": absence.from,
                "to": absence.to,
                "live": covered.live,
                "changed": covered.commit.is_some(),
                "dry-run": self.dry_run,
                "commit": covered.commit.map(|commit| commit.to_string()),
            }));
        }
        session.print(&format!("{}\n", covered.by))?;
        let (who, by) = (&covered.who, &covered.by);
        let will = match () {
            () if covered.already => "stands in already",
            () if self.dry_run => "would stand in",
            () => "stands in",
        };
        let why = covered
            .why
            .map(|why| format!(": {why}"))
            .unwrap_or_default();
        let now = desk.world().now();
        let (from, to) = (said(&absence.from, now), said(&absence.to, now));
        session.say(&format!("  {by} {will} for {who}, {from} to {to}{why}"));
        if covered.live > 0 {
            let tickets = match covered.live {
                1 => "a live ticket stays".to_owned(),
                n => format!("{n} live tickets stay"),
            };
            session.say(&format!(
                "  {tickets} with {who}: desk list --format ids assignee:{who} | desk assign - --to {by}"
            ));
        }
        Ok(())
    }
}

/// A day or time as a person reads it.
fn said(day_or_time: &str, now: Timestamp) -> String {
    match Timestamp::parse(day_or_time) {
        Ok(time) => age::moment(time.utc(), now.utc(), &Local),
        Err(_) => day_or_time.to_owned(),
    }
}

/// A day stays one, so that the file reads well; anything else is a time.
fn day_or_time(desk: &Desk, words: &str) -> Result<String, CliError> {
    let day = words.parse::<NaiveDate>().ok();
    match day.filter(|day| day.to_string() == words) {
        Some(day) => Ok(day.to_string()),
        None => Ok(desk.future(words)?.to_string()),
    }
}
