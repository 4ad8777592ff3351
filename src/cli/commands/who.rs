//! `desk who`.

use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::people::{load, named, presence, presence_word};
use crate::cli::view::sanitize;
use crate::cli::view::sheet::facts;
use crate::cli::view::style::Tone;
use crate::desk::{Desk, DeskError, Rules};
use crate::policy::people::pick::Candidate;
use crate::policy::people::{Above, Person, Why};
use crate::policy::rules::Vendor;
use crate::policy::who::{self, Next, Reach};
use crate::ticket::value::Value as _;
use crate::ticket::{Category, Header, Name, Ticket, Timestamp};
use clap::Args;
use serde_json::{Value, json};

/// Version of the JSON.
const SHAPE: u32 = 1;

/// Say whom to escalate to, or who is above somebody, and why
///
/// With a ticket or a category: the next team, the person there who is on duty
/// with the least load, and a backup; vendors with contract and contact.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk who k7f3q2
  desk who network/vpn
  desk who --lead
  desk who --supervisor marco --json")]
pub struct Who {
    /// A ticket or a category; with --lead or --supervisor, a person (you,
    /// without this)
    #[arg(value_name = "ID|CATEGORY|WHO", required_unless_present_any = ["lead", "supervisor"])]
    about: Option<String>,

    /// The team lead: the first to ask for attention
    #[arg(long, conflicts_with = "supervisor")]
    lead: bool,

    /// The line manager
    #[arg(long)]
    supervisor: bool,
}

impl Who {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let rules = session.rules_for_reading(&desk)?;
        if self.lead || self.supervisor {
            return self.above(session, &desk, &rules);
        }
        let typed = self.about.unwrap_or_default();
        let snapshot = desk.snapshot()?;
        let (header, ticket) = match category(&rules, &typed) {
            Some(header) => (header, None),
            None => {
                let found = desk.find(&snapshot, std::slice::from_ref(&typed))?;
                let found = found.into_iter().next();
                let missing = || {
                    Err(DeskError::NotFound {
                        typed: typed.clone(),
                    })
                };
                let ticket = found.unwrap_or_else(missing)?;
                (ticket.header().clone(), Some(ticket))
            }
        };
        let loads = desk.loads(&snapshot, &rules)?;
        let now = desk.world().now();
        let next = who::next(&rules.policy, &rules.roster, &loads, now, &header);
        if session.everywhere.json {
            return session.print_json(&as_json(&rules, ticket.as_ref(), &typed, &next, now));
        }
        if session.everywhere.quiet {
            return session.print(&first(&next));
        }
        let title = match &ticket {
            Some(ticket) => format!("{}  {}", ticket.id(), ticket.title()),
            None => typed,
        };
        let style = session.look.style;
        let title = sanitize::line(&title).into_owned();
        let mut text = format!("{}\n", style.paint(&title, Tone::Strong));
        text.push_str(&facts(&told(&rules, &next, now), session.look));
        session.page(&text)
    }

    /// Question 2: the lead, or the line manager.
    fn above(&self, session: &Session, desk: &Desk, rules: &Rules) -> Result<(), CliError> {
        let me = desk.me(rules)?;
        let typed = self.about.as_deref().unwrap_or("me");
        let who = if typed == "me" { me.as_str() } else { typed };
        let roster = &rules.roster;
        let person = roster.get(who).or_else(|| roster.by_email(who));
        let person = person.ok_or_else(|| not_on_roster(rules, who))?;
        let (found, what, key) = if self.lead {
            (roster.lead_of(person), "team lead", "lead")
        } else {
            (roster.manager_of(person), "line manager", "reports-to")
        };
        let Some(above) = found else {
            return Err(DeskError::NobodyAbove {
                who: person.handle.clone(),
                what,
                key,
            }
            .into());
        };
        let now = desk.world().now();
        let why = why_above(&above, key);
        if session.everywhere.json {
            return session.print_json(&json!({
                "version": SHAPE,
                "who": person.handle.as_str(),
                key: person_json(above.person, now),
                "why": [why],
            }));
        }
        if session.everywhere.quiet {
            return session.print(&format!("{}\n", above.person.handle));
        }
        let mail = above.person.emails.first().cloned().unwrap_or_default();
        session.print(&facts(
            &[
                (
                    what,
                    format!(
                        "{} · {}",
                        named(above.person),
                        presence(above.person.presence(now), now)
                    ),
                ),
                ("mail", mail),
                ("why", why),
            ],
            session.look,
        ))
    }
}

fn not_on_roster(rules: &Rules, who: &str) -> DeskError {
    let known = rules
        .roster
        .people()
        .map(|person| person.handle.to_string());
    crate::policy::Unroutable::NotOnRoster {
        word: who.to_owned(),
        known: known.collect(),
    }
    .into()
}

fn why_above(above: &Above<'_>, key: &str) -> String {
    match above.why {
        Why::Named => format!("people.yaml says so ({key})"),
        Why::LeadsTeam(team) => format!("leads the team {team}"),
        Why::AboveLead => "is the line manager of the team lead".to_owned(),
    }
}

/// A ticket of a category that the policy lists, one level before the one
/// where such tickets start, or where every ticket does.
fn category(rules: &Rules, typed: &str) -> Option<Header> {
    let policy = &rules.policy;
    let category = Category::parse(typed).ok()?;
    if !policy.categories.keys().any(|own| own.is_under(typed)) {
        return None;
    }
    let starts = policy.category(&category).and_then(|(_, rule)| rule.level);
    let before = policy.levels.keys().rfind(|level| Some(**level) < starts);
    let level = before.copied().max(policy.first_level);
    Some(Header {
        category: Some(category),
        team: level.and_then(|level| policy.team_of(level).cloned()),
        level,
        ..Header::default()
    })
}

/// Handle or vendors, for scripts.
fn first(next: &Next<'_>) -> String {
    match &next.to {
        Reach::People { ranking, .. } => ranking
            .first()
            .map_or_else(String::new, |first| format!("{}\n", first.person.handle)),
        Reach::Vendors { vendors, .. } => {
            let names = vendors.iter().map(|(name, _)| format!("{name}\n"));
            names.collect()
        }
        Reach::Top(_) => String::new(),
    }
}

fn told<'a>(rules: &Rules, next: &Next<'_>, now: Timestamp) -> Vec<(&'a str, String)> {
    let mut facts = Vec::new();
    match &next.to {
        Reach::Top(level) => {
            let level = who::named(&rules.policy, *level);
            facts.push((
                "escalate to",
                format!("nobody by itself: {level} is the last one"),
            ));
        }
        Reach::Vendors { level, vendors } => {
            facts.push(("escalate to", who::named(&rules.policy, *level)));
            for (name, vendor) in vendors {
                facts.push(("vendor", vendor_text(name, vendor, now)));
            }
            if vendors.is_empty() {
                facts.push(("vendor", "none is listed in desk.yaml".to_owned()));
            }
        }
        Reach::People {
            level,
            team,
            ranking,
            lead,
        } => {
            let level = level.map(|level| who::named(&rules.policy, level));
            let team = team.map(|team| format!("team {team}"));
            let place: Vec<String> = level.into_iter().chain(team).collect();
            facts.push(("escalate to", place.join(" · ")));
            match ranking.first() {
                Some(first) => facts.push(("ask", candidate_text(first, now))),
                None => facts.push(("ask", "nobody now".to_owned())),
            }
            let backup = match (ranking.first(), ranking.second()) {
                (Some(_), Some(second)) => Some(candidate_text(second, now)),
                (None, _) => ranking
                    .candidates
                    .first()
                    .map(|next| candidate_text(next, now)),
                _ => None,
            };
            facts.extend(backup.map(|backup| ("backup", backup)));
            if let Some(lead) = lead {
                let here = presence(lead.presence(now), now);
                facts.push(("lead", format!("{} · {here}", named(lead))));
            }
        }
    }
    for (place, why) in next.why.iter().enumerate() {
        facts.push((if place == 0 { "why" } else { "" }, why.clone()));
    }
    facts
}

fn candidate_text(candidate: &Candidate<'_>, now: Timestamp) -> String {
    let load = load(candidate.load, candidate.capacity);
    let here = presence(candidate.presence, now);
    let covers = match candidate.covers {
        Some(whom) => format!(" · for {whom}"),
        None => String::new(),
    };
    format!(
        "{} · {load} in work · {here}{covers}",
        named(candidate.person)
    )
}

fn vendor_text(name: &Name, vendor: &Vendor, now: Timestamp) -> String {
    let expired = vendor.until.filter(|until| *until < now.utc().date_naive());
    let contract = match (&vendor.contract, vendor.until) {
        (Some(contract), _) if expired.is_some() => {
            format!(
                "contract {contract} ended {}",
                vendor.until.map(|day| day.to_string()).unwrap_or_default()
            )
        }
        (Some(contract), Some(until)) => format!("contract {contract} until {until}"),
        (Some(contract), None) => format!("contract {contract}"),
        (None, Some(until)) => format!("until {until}"),
        (None, None) => String::new(),
    };
    let own = |line: &Option<crate::ticket::Line>| line.as_ref().map(ToString::to_string);
    let parts = [
        Some(format!("{} ({name})", vendor.name)),
        Some(contract).filter(|contract| !contract.is_empty()),
        own(&vendor.phone),
        own(&vendor.email),
        own(&vendor.url),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn person_json(person: &Person, now: Timestamp) -> Value {
    json!({
        "who": person.handle.as_str(),
        "name": person.name,
        "email": person.emails.first(),
        "now": presence_word(person.presence(now)),
    })
}

fn candidate_json(candidate: &Candidate<'_>, now: Timestamp) -> Value {
    let mut value = person_json(candidate.person, now);
    value["working"] = json!(candidate.load.working);
    value["capacity"] = json!(candidate.capacity);
    value["free"] = json!(candidate.is_free());
    value["stands-in-for"] = json!(candidate.covers.map(|who| who.as_str()));
    value
}

fn as_json(
    rules: &Rules,
    ticket: Option<&Ticket>,
    typed: &str,
    next: &Next<'_>,
    now: Timestamp,
) -> Value {
    let mut value = json!({
        "version": SHAPE,
        "ticket": ticket.map(|ticket| ticket.id().as_str()),
        "category": if ticket.is_none() { Some(typed) } else { None },
        "level": null, "team": null, "person": null, "backup": null, "lead": null,
        "candidates": [], "vendors": [],
        "why": next.why,
    });
    match &next.to {
        Reach::Top(_) => {}
        Reach::Vendors { level, vendors } => {
            value["level"] = json!(level.number());
            let all = vendors.iter().map(|(name, vendor)| {
                json!({
                    "vendor": name.as_str(),
                    "name": vendor.name.as_str(),
                    "contract": vendor.contract.as_ref().map(|line| line.as_str()),
                    "until": vendor.until.map(|day| day.to_string()),
                    "phone": vendor.phone.as_ref().map(|line| line.as_str()),
                    "email": vendor.email.as_ref().map(|line| line.as_str()),
                    "url": vendor.url.as_ref().map(|line| line.as_str()),
                })
            });
            value["vendors"] = all.collect();
        }
        Reach::People {
            level,
            team,
            ranking,
            lead,
        } => {
            value["level"] = json!(level.map(|level| level.number()));
            value["team"] = json!(team.map(|team| team.as_str()));
            value["person"] = json!(ranking.first().map(|one| candidate_json(one, now)));
            value["backup"] = json!(ranking.second().map(|one| candidate_json(one, now)));
            value["lead"] = json!(lead.map(|lead| person_json(lead, now)));
            let all = ranking
                .candidates
                .iter()
                .map(|one| candidate_json(one, now));
            value["candidates"] = all.collect();
        }
    }
    if rules.policy.levels.is_empty()
        && let Some(object) = value.as_object_mut()
    {
        object.remove("level");
    }
    value
}
