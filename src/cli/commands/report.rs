//! `desk report`.

mod explained;

use super::list;
use crate::cli::environment::variable;
use crate::cli::exit::CliError;
use crate::cli::save;
use crate::cli::session::Session;
use crate::cli::span::{Member, Span};
use crate::cli::view::report::{Document, Format, nothing};
use crate::desk::{Desk, Rules};
use crate::policy::people::roles;
use crate::policy::zone::Zone;
use crate::report::group::By;
use crate::report::views::{self, Sample, Scope, View};
use crate::report::{Lens, Life, Period, explain, metrics};
use crate::store::cache::Arena;
use crate::ticket::text::nearest;
use crate::ticket::value::{OwnField, Value as _};
use crate::ticket::{Handle, Name, Timestamp};
use clap::Args;
use clap::builder::Resettable;
use explained::{Explainable, Explained};
use std::path::PathBuf;

/// Report on the desk: what came and went, how long it took, how well
///
/// Incidents and requests count; cancelled tickets and duplicates do not, nor do
/// problems, unless asked for (kind:problem). Times are of the desk's calendar where not said otherwise; days, weeks
/// and months are those of its zone. Every figure names its n.
#[derive(Debug, Args)]
#[command(
    // Elsewhere --by says who acts; here, nobody does. DESK_BY still says who
    // asks.
    mut_arg("by", |by| by.env(Resettable::Reset).help_heading(Resettable::Reset).value_name("WHAT")
        .help(format!("Split by what tickets are, an own field (x-room) too, or by time: {}", words_of_by()))),
    after_help = after_help(),
)]
pub struct Report {
    /// A view (listed below; summary if absent), then which tickets, as `desk
    /// list` takes them: level:2 category.under:network
    #[arg(value_name = "VIEW|TERM")]
    words: Vec<String>,

    /// The time up to now: 30d, 12h
    #[arg(long, value_name = "SPAN", default_value = "7d", conflicts_with_all = ["since", "until", "month"])]
    last: String,

    /// From then on
    #[arg(long, value_name = "TIME", conflicts_with = "month")]
    since: Option<String>,

    /// Up to then
    #[arg(long, value_name = "TIME", requires = "since")]
    until: Option<String>,

    /// A month, a quarter or a year: 2026-11, 2026-Q4, 2026
    #[arg(long, value_name = "MONTH")]
    month: Option<String>,

    /// Compare with the period before
    #[arg(long)]
    compare: bool,

    /// Only tickets of a business unit: for `review`
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,

    /// See the summary as somebody with that role does: team-lead, manager,
    /// director …; none for the whole desk
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,

    /// What `sample` draws by: the same seed draws the same tickets
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,

    /// Say how a figure is made, and which tickets are behind it: a metric
    /// (listed below) or an own field
    #[arg(long, value_name = "METRIC", value_parser = Explainable, hide_possible_values = true)]
    explain: Option<Explained>,

    /// How to print it
    #[arg(long, short, value_enum)]
    format: Option<Format>,

    /// Write one page for browsers, phones and paper to a file, in the place of
    /// one that is there; - is standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "json"])]
    html: Option<PathBuf>,
}

/// The word for the eyes of nobody in particular.
const NO_ROLE: &str = "none";

/// How many tickets `sample` draws if nobody says.
const SAMPLE: usize = 10;

fn after_help() -> String {
    let mut text = "Views:\n".to_owned();
    for view in views::ALL {
        text.push_str(&format!("  {:<12} {}\n", view.word, view.about));
    }
    text.push_str("\nMetrics for --explain:\n");
    for metric in metrics::all() {
        text.push_str(&format!("  {:<26} {}\n", metric.name, metric.title));
    }
    text.push_str(
        "\
\nExamples:
  desk report
  desk report --month 2026-10 --compare
  desk report --last 90d --by week
  desk report --by team category.under:network
  desk report --explain first-level-resolution --last 30d
  desk report --role director --month 2026-Q4
  desk report sample 20 --seed 7 --month 2026-10
  desk report fields x-room --by priority --last 90d
  desk report tickets --last 90d --format csv > tickets.csv
  desk report --all-desks
  desk report --month 2026-10 --compare --html october.html
  desk report --since 2026-11-01 --until 2026-11-15 --json",
    );
    text
}

/// What was asked for.
struct Question {
    view: &'static View,
    terms: Vec<String>,
    sample: Sample,
    /// The own fields that were chosen.
    own: Vec<String>,
}

impl Report {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        // The variable comes in by the same way where nobody types the flag.
        let me = variable("DESK_BY");
        let by = std::mem::replace(&mut session.everywhere.by, me.clone());
        let by = by.filter(|by| Some(by) != me.as_ref());
        let by = match &by {
            Some(word) => Some(By::named(word).ok_or_else(|| no_split(word))?),
            None => None,
        };
        let question = self.question()?;
        let span = session.span()?;
        let first = &span.first.desk;
        let now = first.world().now();
        let rules = session.rules_for_reading(first)?;
        let zone = rules.policy.calendars.usual.zone();
        let period = self.period(first, zone, now)?;
        let arena = Arena::default();
        let lives = lives(session, &span, &question.terms, now, &arena)?;
        let with_problems = asks_for_problems(&question.terms);
        let (counted, left_out) = metrics::population(lives.iter().flatten(), with_problems);
        let lens = Lens {
            period,
            now,
            policy: &rules.policy,
        };
        let before = self.compare.then(|| period.before(zone));
        let me = first.me(&rules).ok();
        let roles = self.roles(me.as_ref(), &rules)?;
        let scope = Scope {
            lives: counted,
            left_out,
            lens,
            before: before.map(|before| lens.over(before)),
            by,
            own: question.own,
            roster: &rules.roster,
            me,
            roles,
            sample: question.sample,
        };
        let (word, title, tables) = match &self.explain {
            Some(Explained::Metric(metric)) => {
                ("explain", metric.title, explain::tables(metric, &scope))
            }
            Some(Explained::Own(name)) => ("explain", name.as_str(), explain::own(name, &scope)),
            None => {
                let view = question.view;
                (view.word, view.title, (view.tables)(&scope))
            }
        };
        let document = Document {
            view: word,
            title: title.to_owned(),
            period,
            before,
            now,
            desks: span.names().into_iter().map(str::to_owned).collect(),
            notes: nothing::why(&scope, &question.terms).into_iter().collect(),
            terms: question.terms,
            left_out,
            zone,
            currency: rules
                .policy
                .currency
                .as_ref()
                .map(|currency| currency.text()),
            tables,
        };
        let format = match self.format {
            Some(format) => format,
            None if session.everywhere.json => Format::Json,
            None if self.html.is_some() => Format::Html,
            None => Format::Table,
        };
        let text = document.render(format, session.look)?;
        // The program is about to end: giving back all of them piece by piece
        // would take as long as reading them did.
        std::mem::forget(lives);
        match &self.html {
            Some(file) if file.as_os_str() != "-" => {
                save::whole(file, text.as_bytes())?;
                session.say(&format!("the report is in {}", file.display()));
                Ok(())
            }
            _ if format == Format::Table => session.page(&text),
            _ => session.print(&text),
        }
    }

    fn question(&self) -> Result<Question, CliError> {
        let mut words = self.words.iter().peekable();
        let mut view = &views::ALL[0];
        let mut size = SAMPLE;
        if let Some(word) = words.peek() {
            if let Some(named) = views::named(word) {
                view = named;
                words.next();
            } else if !word.contains(':') {
                return Err(no_view(word));
            }
        }
        if view.word == "sample"
            && let Some(number) = words.peek().and_then(|word| word.parse().ok())
        {
            size = number;
            words.next();
        }
        let mut own = Vec::new();
        while view.word == views::fields::VIEW.word
            && let Some(name) = words.next_if(|word| OwnField::parse(word).is_ok())
        {
            own.push(name.clone());
        }
        let mut terms: Vec<String> = words.cloned().collect();
        terms.extend(self.unit.iter().map(|unit| format!("unit:{unit}")));
        Ok(Question {
            view,
            terms,
            sample: Sample {
                size,
                seed: self.seed,
            },
            own,
        })
    }

    /// The roles that the reader looks with: their own, unless they say.
    fn roles(&self, me: Option<&Handle>, rules: &Rules) -> Result<Vec<String>, CliError> {
        match self.role.as_deref() {
            None => {
                let person = me.and_then(|me| rules.roster.get(me.as_str()));
                let roles = person.into_iter().flat_map(|person| &person.roles);
                Ok(roles.map(Name::text).collect())
            }
            Some(NO_ROLE) => Ok(Vec::new()),
            Some(word) => match roles::role(word) {
                Some(role) => Ok(vec![role.word.to_owned()]),
                None => Err(no_role(word)),
            },
        }
    }

    fn period(&self, desk: &Desk, zone: Zone, now: Timestamp) -> Result<Period, CliError> {
        if let Some(month) = &self.month {
            return Period::named(month, zone).ok_or_else(|| {
                CliError::usage(
                    format!("{month:?} is no month, quarter or year"),
                    "desk report --month 2026-11, --month 2026-Q4 or --month 2026",
                )
            });
        }
        // The present belongs to the period: what was done this second counts.
        let (from, to) = match &self.since {
            None => (desk.past(&self.last)?, now.plus(1)),
            Some(since) => {
                let until = self
                    .until
                    .as_deref()
                    .map(|until| desk.past(until))
                    .transpose()?;
                (desk.past(since)?, until.unwrap_or(now.plus(1)))
            }
        };
        Period::new(from, to).map_err(|error| {
            CliError::usage(
                error.to_string(),
                "desk report --since 2026-11-01 --until 2026-11-15",
            )
        })
    }
}

/// Whether a term picks problems, which are in no figure else: `kind:problem`.
fn asks_for_problems(terms: &[String]) -> bool {
    let kinds = terms.iter().filter_map(|term| term.strip_prefix("kind:"));
    kinds
        .flat_map(|kinds| kinds.split(','))
        .any(|kind| kind == "problem")
}

/// The lives of all desks that are meant.
fn lives<'a>(
    session: &mut Session,
    span: &Span,
    terms: &[String],
    now: Timestamp,
    arena: &'a Arena,
) -> Result<Vec<Vec<Life<'a>>>, CliError> {
    let mut lives = Vec::new();
    for Member { desk, .. } in span.members() {
        let snapshot = desk.snapshot()?;
        let filter = match terms {
            [] => None,
            terms => Some(list::filter(session, desk, &snapshot, terms, now)?),
        };
        let (more, remarks) = desk.lives(&snapshot, filter.as_ref(), arena)?;
        session.remark(desk, &remarks);
        lives.extend(more);
    }
    Ok(lives)
}

fn words_of_by() -> String {
    let words: Vec<&str> = By::ALL.iter().map(|(word, _)| *word).collect();
    words.join(", ")
}

fn no_split(word: &str) -> CliError {
    CliError::usage(
        format!("a report can't be split by {word:?}"),
        format!(
            "it can by {}, or an own field such as x-room",
            words_of_by()
        ),
    )
}

fn no_role(word: &str) -> CliError {
    let words = || roles::ROLES.iter().map(|role| role.word);
    let known = words().chain([NO_ROLE]).collect::<Vec<_>>().join(", ");
    let hint = match nearest(word, words()) {
        Some(near) => format!("did you mean {near}? the roles are {known}"),
        None => format!("the roles are {known}; desk role explains each"),
    };
    CliError::usage(format!("there is no role {word:?}"), hint)
}

fn no_view(word: &str) -> CliError {
    let words = || views::ALL.iter().map(|view| view.word);
    let known = words().collect::<Vec<_>>().join(", ");
    let hint = match nearest(word, words()) {
        Some(near) => format!("did you mean {near}? the views are {known}"),
        None => format!(
            "the views are {known}; which tickets is said after the view, or as field:value"
        ),
    };
    CliError::usage(format!("there is no view {word:?}"), hint)
}
