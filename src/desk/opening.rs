//! Words → a new ticket: what it has from its requester, and where it goes by
//! the routes and categories of the policy.

use super::error::DeskError;
use super::plan::{self, Meaning};
use super::remark::Remark;
use super::request::OpenRequest;
use crate::policy::contacts::{Inherited, inherited};
use crate::policy::readiness::lacking;
use crate::policy::rules::Route;
use crate::policy::start::{PlaceBy, Start};
use crate::policy::{gate, who};
use crate::ticket::value::Value as _;
use crate::ticket::{Action, Change, Handle, Header, Kind, Level, Lists, Opening, Target};

/// Opening, and resolving at once what was fixed on the phone.
pub(super) fn opening(
    open: &OpenRequest,
    meaning: &mut Meaning<'_>,
) -> Result<Vec<Action>, DeskError> {
    let map = meaning.map;
    let mut opening = Opening {
        text: open.description.clone(),
        ..Opening::default()
    };
    fields(open, &mut opening, meaning)?;
    inherit(&mut opening, meaning);
    if opening.set.kind.is_keep() {
        opening.set.kind = Change::To(Kind::Incident);
    }
    let described = open
        .description
        .as_ref()
        .is_some_and(|text| !text.trim().is_empty());
    let given = header(&opening);
    if let Some(priority) = given.priority {
        let asked = (priority, given.impact, given.urgency);
        gate::check_priority(&map, None, asked, described)?;
    }
    let start = map.policy.start(&given);
    opening.set.priority = Change::To(start.priority);
    opening.set.category = Change::from_option(start.category.clone());
    if let Some(route) = start.route {
        opening.add.tags.extend(route.tags.iter().cloned());
        opening.rule = Some(rule_name(route));
    }
    place(open, &start, &mut opening, meaning)?;
    let header = header(&opening);
    if let Some((category, rule)) = start.rule {
        let missing = lacking(&rule.at_open, &header, described);
        if !missing.is_empty() {
            return Err(DeskError::Incomplete {
                what: format!("a ticket about {category} can't be opened yet"),
                missing,
                instead: None,
            });
        }
        let steps = rule.checklist.iter();
        let steps = steps.map(|step| Remark::Advice(format!("check: {step}")));
        meaning.remarks.extend(steps);
    }
    let mut actions = Vec::new();
    if let Some(how) = &open.fixed {
        if opening.to.is_none() {
            opening.to = Some(Target::Person {
                who: map.me.clone(),
                team: opening.set.team.value().cloned(),
                level: None,
            });
        }
        let solved = plan::Solved {
            text: how,
            code: open.code.as_deref(),
            could_be: open.could_be.as_deref(),
            articles: &open.articles,
        };
        actions.push(plan::resolve(&solved, None, &header, meaning)?);
    }
    actions.insert(0, Action::Open(Box::new(opening)));
    Ok(actions)
}

/// The state that the opening would leave.
fn header(opening: &Opening) -> Header {
    let mut header = Header::default();
    header.apply(&opening.set, &opening.add, &Lists::default());
    header
}

/// What was typed.
fn fields(
    open: &OpenRequest,
    opening: &mut Opening,
    meaning: &Meaning<'_>,
) -> Result<(), DeskError> {
    let map = &meaning.map;
    for (field, value) in &open.fields {
        match field.as_str() {
            "status" | "team" | "assignee" | "cause" | "until" | "repeats" | "level" | "vendor" => {
                return Err(DeskError::Words(format!(
                    "{field} is not given when a ticket is opened: it follows from to, level and \
                     fixed"
                )));
            }
            "owner" => opening.set.owner = Change::To(map.handle(value)?),
            _ => opening.set.put(field, Some(value))?,
        }
    }
    if opening.set.title.value().is_none() {
        return Err(DeskError::NoTitle);
    }
    if let Some(category) = opening.set.category.value() {
        map.policy.check_category(category)?;
    }
    let members = [("tags", &open.tags), ("cc", &open.cc), ("ref", &open.refs)];
    for (list, all) in members {
        for member in all {
            opening.add.put(list, member)?;
        }
    }
    Ok(())
}

/// What the desk knows of the requester.
fn inherit(opening: &mut Opening, meaning: &Meaning<'_>) {
    if opening.set.requester.value().is_none() {
        return;
    }
    let Inherited { set, tags } = inherited(meaning.contacts, &opening.set);
    // Only what was not given is in it.
    if !set.customer.is_keep() {
        opening.set.customer = set.customer;
    }
    if !set.unit.is_keep() {
        opening.set.unit = set.unit;
    }
    if !set.site.is_keep() {
        opening.set.site = set.site;
    }
    if !set.language.is_keep() {
        opening.set.language = set.language;
    }
    opening.add.tags.extend(tags);
}

/// What the record calls a rule: its name, or its place in the file.
fn rule_name(route: &Route) -> String {
    route
        .name
        .as_ref()
        .map_or_else(|| route.at(), ToString::to_string)
}

/// Level, team, assignee and owner: by what was asked for, else where the
/// policy has it start.
fn place(
    open: &OpenRequest,
    start: &Start<'_>,
    opening: &mut Opening,
    meaning: &mut Meaning<'_>,
) -> Result<(), DeskError> {
    let map = meaning.map;
    let asked = open.level.as_deref();
    let asked = asked.map(|word| plan::level(word, &map)).transpose()?;
    let mut here = header(opening);
    (here.level, here.team) = match asked {
        Some(level) => {
            let by = who::team_at(map.policy, level, &here);
            (Some(level), by.map(|by| by.team().clone()))
        }
        None => (start.level, start.team.cloned()),
    };
    opening.set.level = Change::from_option(here.level);
    opening.set.team = Change::from_option(here.team.clone());
    opening.to = match &open.to {
        Some(word) => match map.vendor(word, None) {
            Some(vendor) => Some(vendor),
            None => Some(given_to(map.place(word, &here)?, asked, &here, meaning)),
        },
        None => by_itself(start.route.filter(|_| asked.is_none()), &here, meaning),
    };
    if asked.is_none() && open.to.is_none() {
        meaning.remarks.extend(why(start).map(Remark::Advice));
    }
    if opening.set.owner.is_keep() {
        let person = map.roster.get(map.me.as_str());
        let on_roster = person.map(|person| person.handle.clone());
        let team = || Handle::parse(here.team.as_ref()?.as_str()).ok();
        opening.set.owner = Change::from_option(on_roster.or_else(team));
    }
    Ok(())
}

/// "to L2 network by category network", where it does not start as usual.
fn why(start: &Start<'_>) -> Option<String> {
    let by = match start.place_by {
        PlaceBy::Route => start.route?.to_string(),
        PlaceBy::Category => format!("category {}", start.rule?.0),
        PlaceBy::Usual => return None,
    };
    let level = start.level.map(|level| level.to_string());
    let team = start.team.map(ToString::to_string);
    let place: Vec<_> = level.into_iter().chain(team).collect();
    Some(format!("to {} by {by}", place.join(" ")))
}

/// Somebody who does not hold the level that it starts at gets it at one that
/// they hold.
fn given_to(target: Target, asked: Option<Level>, here: &Header, meaning: &Meaning<'_>) -> Target {
    match target {
        Target::Person { who, team, .. } => {
            let person = meaning.map.roster.get(who.as_str());
            let start = here.level;
            let held = person.filter(|person| {
                asked.is_none() && start.is_some_and(|start| !person.levels.contains(&start))
            });
            let level = held.and_then(|person| person.levels.first().copied());
            Target::Person { who, team, level }
        }
        target => target,
    }
}

/// Where a ticket goes that nobody gave to anybody.
fn by_itself(route: Option<&Route>, here: &Header, meaning: &mut Meaning<'_>) -> Option<Target> {
    let map = meaning.map;
    if let Some(route) = route
        && let Some(who) = &route.assignee
    {
        if map.roster.get(who.as_str()).is_some() {
            return Some(Target::Person {
                who: who.clone(),
                team: here.team.clone(),
                level: here.level,
            });
        }
        meaning.remarks.push(Remark::Warning(format!(
            "{route} gives it to {who}, who is not on the roster"
        )));
    }
    let vendor = here.level.filter(|level| map.policy.is_vendor(*level));
    vendor.map(|level| map.level_place(level, None))
}
