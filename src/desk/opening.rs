//! Words → a new ticket: what it has from its requester, and where it goes by
//! the routes and categories of the policy.

use super::error::DeskError;
use super::plan::{self, Meaning};
use super::remark::Remark;
use super::request::OpenRequest;
use crate::policy::contacts::{Inherited, inherited};
use crate::policy::readiness::lacking;
use crate::policy::rules::Route;
use crate::policy::{gate, who};
use crate::ticket::value::Value as _;
use crate::ticket::{
    Action, Category, Change, Handle, Header, Kind, Level, Lists, Name, Opening, Target,
};

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
    let (impact, urgency) = (&opening.set.impact, &opening.set.urgency);
    let (impact, urgency) = (impact.value().copied(), urgency.value().copied());
    let described = open
        .description
        .as_ref()
        .is_some_and(|text| !text.trim().is_empty());
    let given = opening.set.priority.value().copied();
    if let Some(priority) = given {
        gate::check_priority(&map, None, (priority, impact, urgency), described)?;
    } else {
        let made = map.policy.priority(impact, urgency);
        opening.set.priority = Change::To(made.unwrap_or(map.policy.first_priority));
    }
    let route = map.policy.route(&header(&opening));
    if let Some(route) = route {
        if let (None, Some(priority)) = (given, route.priority) {
            opening.set.priority = Change::To(priority);
        }
        if let (true, Some(category)) = (opening.set.category.is_keep(), &route.category) {
            opening.set.category = Change::To(category.clone());
        }
        opening.add.tags.extend(route.tags.iter().cloned());
        opening.rule = Some(rule_name(route));
    }
    place(open, route, &mut opening, meaning)?;
    let header = header(&opening);
    let category = opening.set.category.value();
    let rule = category.and_then(|category| map.policy.category(category));
    if let Some((category, rule)) = rule {
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

/// Level, team, assignee and owner: by what was asked for, else by the first
/// rule that fits, else by the category, else the front line.
fn place(
    open: &OpenRequest,
    route: Option<&Route>,
    opening: &mut Opening,
    meaning: &mut Meaning<'_>,
) -> Result<(), DeskError> {
    let map = meaning.map;
    let asked = open
        .level
        .as_deref()
        .map(|word| plan::level(word, &map))
        .transpose()?;
    let category = opening.set.category.value().cloned();
    let start = start(asked, route, category.as_ref(), &header(opening), meaning);
    let here = Header {
        level: start.level,
        team: start.team.clone(),
        ..header(opening)
    };
    opening.set.level = Change::from_option(here.level);
    opening.set.team = Change::from_option(here.team.clone());
    opening.to = match &open.to {
        Some(word) => match map.vendor(word, None) {
            Some(vendor) => Some(vendor),
            None => Some(given_to(map.place(word, &here)?, asked, &here, meaning)),
        },
        None => by_itself(route.filter(|_| asked.is_none()), &here, meaning),
    };
    if open.to.is_none() {
        meaning.remarks.extend(start.why.map(Remark::Advice));
    }
    if opening.set.owner.is_keep() {
        let person = map.roster.get(map.me.as_str());
        let on_roster = person.map(|person| person.handle.clone());
        let team = || Handle::parse(here.team.as_ref()?.as_str()).ok();
        opening.set.owner = Change::from_option(on_roster.or_else(team));
    }
    Ok(())
}

/// Where a ticket starts, and what says so.
struct Start {
    level: Option<Level>,
    team: Option<Name>,
    why: Option<String>,
}

fn start(
    asked: Option<Level>,
    route: Option<&Route>,
    category: Option<&Category>,
    header: &Header,
    meaning: &Meaning<'_>,
) -> Start {
    let policy = meaning.map.policy;
    let at = |level: Option<Level>| Start {
        level,
        team: level.and_then(|level| {
            let by = who::team_at(policy, level, header);
            by.map(|by| by.team().clone())
        }),
        why: None,
    };
    let told = |level: Option<Level>, team: Option<&Name>, why: String| {
        let place = [
            level.map(|level| level.to_string()),
            team.map(ToString::to_string),
        ];
        let place: Vec<_> = place.into_iter().flatten().collect();
        Start {
            level,
            team: team.cloned(),
            why: Some(format!("to {} by {why}", place.join(" "))),
        }
    };
    if asked.is_some() {
        return at(asked);
    }
    if let Some(route) = route
        && (route.level.is_some() || route.team.is_some())
    {
        return told(route.level, route.team.as_ref(), route.to_string());
    }
    let rule = category.and_then(|category| policy.category(category));
    if let Some((named, rule)) = rule
        && (rule.level.is_some() || rule.team.is_some())
    {
        return told(rule.level, rule.team.as_ref(), format!("category {named}"));
    }
    at(policy.first_level)
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
