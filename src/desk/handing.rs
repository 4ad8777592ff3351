//! Words → a hand-over: where it goes, and whether it bothers anybody there.

use super::error::DeskError;
use super::plan::Meaning;
use super::remark::Remark;
use super::request::EscalateRequest;
use crate::policy::gate;
use crate::policy::readiness::{self, Given, Missing};
use crate::policy::routing::Map;
use crate::policy::rules::{Incomplete, Right};
use crate::ticket::value::Value as _;
use crate::ticket::{Action, Details, Header, Line, Name, Target, Ticket, Verb, lifecycle, moves};

/// Where somebody escalates a ticket to.
pub(super) fn target(
    asked: &EscalateRequest,
    header: &Header,
    map: &Map<'_>,
) -> Result<Target, DeskError> {
    let reference = asked.reference.as_deref().map(Line::parse).transpose()?;
    Ok(match &asked.attention {
        Some(word) => Target::Attention(map.attention(word, header)?),
        None => map.escalation(asked.to.as_deref(), reference.as_ref(), header)?,
    })
}

/// What goes with a hand-over.
pub(super) fn details(asked: &EscalateRequest) -> Details {
    let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    Details {
        tried: asked.tried.clone(),
        searched: asked.searched.clone(),
        evidence: asked.evidence.clone(),
        ask: said(&asked.ask),
        ..Details::default()
    }
}

/// The escalation that somebody asks for, if it is complete enough.
pub(super) fn escalation(
    asked: &EscalateRequest,
    ticket: &Ticket,
    meaning: &mut Meaning<'_>,
) -> Result<Action, DeskError> {
    let map = meaning.map;
    let to = target(asked, ticket.header(), &map)?;
    let mut details = details(asked);
    let given = Given {
        text: &asked.text,
        details: &details,
    };
    let policy = &map.policy.hand_over;
    let missing = readiness::missing(policy, ticket, map.me, &to, given);
    if !missing.is_empty() {
        lifecycle::check(ticket.id(), Verb::Escalate, ticket.status())?;
        let why = asked.overriding.as_ref();
        match why.filter(|why| !why.trim().is_empty()) {
            Some(why) => {
                gate::check_right(&map, Right::OverrideReadiness, Some(ticket.id()))?;
                details.overridden = Some(why.clone());
            }
            None if policy.incomplete == Incomplete::Refuse => {
                return Err(DeskError::Incomplete {
                    what: format!("{} is not ready for {}", ticket.id(), named(&to, ticket)),
                    missing,
                    instead: Some("to hand it over all the same: --override REASON".into()),
                });
            }
            None if policy.incomplete == Incomplete::Warn => {
                meaning.remarks.push(Remark::Warning(format!(
                    "the hand-over lacks {}",
                    names(&missing)
                )));
            }
            None => {}
        }
    }
    meaning.remarks.extend(loops(ticket, &to));
    meaning.remarks.extend(vendor(&map, &to));
    Ok(Action::Escalate {
        to,
        text: asked.text.clone(),
        details: Box::new(details),
    })
}

/// "tried (--tried STEP), impact (desk set … impact=…)".
pub(super) fn names(missing: &[Missing]) -> String {
    let names = missing
        .iter()
        .map(|one| format!("{} ({})", one.item, one.give));
    names.collect::<Vec<_>>().join(", ")
}

/// "L2 desktop", for messages.
pub(super) fn named(to: &Target, ticket: &Ticket) -> String {
    let header = ticket.header();
    let place = |level: Option<crate::ticket::Level>, team: Option<&Name>| {
        let level = level.or(header.level).map(|level| level.to_string());
        let team = team.or(header.team.as_ref()).map(ToString::to_string);
        let parts: Vec<_> = level.into_iter().chain(team).collect();
        parts.join(" ")
    };
    match to {
        Target::Attention(who) => who.to_string(),
        Target::Person { who, .. } => who.to_string(),
        Target::Vendor {
            vendor: Some(vendor),
            ..
        } => vendor.to_string(),
        Target::Vendor { level, .. } => format!("the vendors of {level}"),
        Target::Queue { team, level } => place(*level, team.as_ref()),
    }
}

/// A ticket that goes to and fro between two teams is told of from the third
/// time on: A → B → A → B.
pub(super) fn loops(ticket: &Ticket, to: &Target) -> Option<Remark> {
    let (Target::Queue { team, .. } | Target::Person { team, .. }) = to else {
        return None;
    };
    let (from, to) = (ticket.header().team.as_ref()?, team.as_ref()?);
    if from == to {
        return None;
    }
    let time = moves::crossings(ticket, from, to) + 1;
    (time >= 3).then(|| {
        Remark::Warning(format!(
            "{} time between {from} and {to}: talk to each other, or call people in (desk swarm \
             {} call WHO)",
            ordinal(time),
            ticket.id()
        ))
    })
}

fn ordinal(number: usize) -> String {
    let words = ["third", "fourth", "fifth", "sixth"];
    let word = number.checked_sub(3).and_then(|place| words.get(place));
    word.map_or_else(|| format!("{number}th"), |word| (*word).to_owned())
}

/// How to reach a vendor, and whether the contract still runs.
pub(super) fn vendor(map: &Map<'_>, to: &Target) -> Vec<Remark> {
    let Target::Vendor {
        vendor: Some(name), ..
    } = to
    else {
        return Vec::new();
    };
    let Some(vendor) = map.policy.vendors.get(name) else {
        return Vec::new();
    };
    let mut remarks = Vec::new();
    if let Some(until) = vendor.until
        && ended(until, map)
    {
        let text = format!("the contract with {name} ended on {until}");
        remarks.push(Remark::Warning(text));
    }
    let reach = [
        vendor
            .contract
            .as_ref()
            .map(|text| format!("contract {text}")),
        vendor.phone.as_ref().map(ToString::to_string),
        vendor.email.as_ref().map(ToString::to_string),
        vendor.url.as_ref().map(ToString::to_string),
    ];
    let reach: Vec<_> = reach.into_iter().flatten().collect();
    if !reach.is_empty() {
        let text = format!("{}: {}", vendor.name, reach.join(" · "));
        remarks.push(Remark::Advice(text));
    }
    remarks
}

/// Whether the desk's day comes after the last one.
fn ended(until: chrono::NaiveDate, map: &Map<'_>) -> bool {
    let zone = &map.policy.calendars.zone;
    map.now.utc().with_timezone(zone).date_naive() > until
}
