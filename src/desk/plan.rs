//! Words → meaning: a [`Request`] becomes [`Action`]s, by the desk's policy and
//! roster. Pure.

use super::error::DeskError;
use super::request::{OpenRequest, Request, texts};
use crate::policy::people::Topic;
use crate::policy::routing::Map;
use crate::ticket::header::LISTS;
use crate::ticket::value::Value as _;
use crate::ticket::{
    Action, Alteration, BadValue, Change, Handle, Header, Level, Line, LinkKind, Lists, Name,
    Opening, Patch, Target, TicketId, Timestamp, Verb,
};
use serde_json::{Map as JsonMap, Value};

/// What giving words a meaning needs.
pub(super) struct Meaning<'a> {
    /// Policy, roster and who asks.
    pub map: Map<'a>,
    /// The present; times in words are read against it.
    pub future: &'a dyn Fn(&str) -> Result<Timestamp, DeskError>,
    /// Finds another ticket by what was typed for its id.
    pub find: &'a mut dyn FnMut(&str) -> Result<TicketId, DeskError>,
}

/// The actions that `request` means for a ticket in the state `header`, in
/// order.
pub(super) fn actions(
    request: &Request,
    header: &Header,
    meaning: &mut Meaning<'_>,
) -> Result<Vec<Action>, DeskError> {
    let map = meaning.map;
    let text_of = |text: &str| text.to_owned();
    let action = match request {
        Request::Open(open) => return opening(open, &map),
        Request::Assign { to, text } => Action::Assign {
            to: map.place(to, header)?,
            text: text.clone(),
        },
        Request::Take {} => Action::Take,
        Request::Accept {} => Action::Accept,
        Request::Escalate {
            to,
            attention,
            reference,
            text,
            tried,
        } => {
            let reference = reference.as_deref().map(line).transpose()?;
            let to = match attention {
                Some(who) => Target::Attention(map.handle(who)?),
                None => map.escalation(to.as_deref(), reference.as_ref(), header)?,
            };
            Action::Escalate {
                to,
                text: text_of(text),
                tried: tried.clone(),
            }
        }
        Request::Decline { text } => Action::Decline {
            text: text_of(text),
        },
        Request::HandBack { text } => Action::HandBack {
            text: text_of(text),
        },
        Request::Hold {
            cause,
            until,
            reference,
            text,
        } => hold(
            cause,
            until.as_deref(),
            reference.as_deref(),
            text.clone(),
            meaning,
        )?,
        Request::Resume { text } => Action::Resume { text: text.clone() },
        Request::Note { text } => Action::Note {
            text: text_of(text),
        },
        Request::Reply {
            text,
            hold: cause,
            until,
        } => {
            let reply = Action::Reply {
                text: text_of(text),
            };
            return match cause {
                Some(cause) => Ok(vec![
                    reply,
                    hold(cause, until.as_deref(), None, None, meaning)?,
                ]),
                None => Ok(vec![reply]),
            };
        }
        Request::Answer { text } => Action::Answer {
            text: text_of(text),
        },
        Request::Resolve {
            text,
            code,
            could_be,
        } => resolve(text, code.as_deref(), could_be.as_deref(), &map)?,
        Request::Close { text } => Action::Close { text: text.clone() },
        Request::Reopen { text } => Action::Reopen {
            text: text_of(text),
        },
        Request::Cancel { text } => Action::Cancel {
            text: text_of(text),
        },
        Request::Duplicate { of, text } => Action::Duplicate {
            of: (meaning.find)(of)?,
            text: text.clone(),
        },
        Request::Set {
            set,
            add,
            del,
            text,
        } => {
            let mut change = alteration(Verb::Set);
            change.set = patch(set, header, &map)?;
            change.add = lists(add)?;
            change.del = lists(del)?;
            change.text.clone_from(text);
            Action::Change(Box::new(change))
        }
        Request::Tag { add, del } => {
            let mut change = alteration(Verb::Tag);
            for tag in add {
                change.add.put("tags", tag)?;
            }
            for tag in del {
                change.del.put("tags", tag)?;
            }
            Action::Change(Box::new(change))
        }
        Request::Link { to, kind, remove } => {
            let link = crate::ticket::Link {
                kind: link_kind(kind)?,
                to: (meaning.find)(to)?,
            };
            let mut change = alteration(Verb::Link);
            let side = if *remove {
                &mut change.del
            } else {
                &mut change.add
            };
            side.links.insert(link);
            Action::Change(Box::new(change))
        }
    };
    Ok(vec![action])
}

/// A change that changes nothing yet.
fn alteration(verb: Verb) -> Alteration {
    Alteration {
        verb,
        set: Patch::default(),
        add: Lists::default(),
        del: Lists::default(),
        text: None,
    }
}

fn line(text: &str) -> Result<Line, BadValue> {
    Line::parse(text)
}

/// "problem" is what people say for the cause behind an incident.
fn link_kind(word: &str) -> Result<LinkKind, BadValue> {
    match word {
        "problem" => Ok(LinkKind::CausedBy),
        word => LinkKind::parse(word),
    }
}

fn hold(
    cause: &str,
    until: Option<&str>,
    reference: Option<&str>,
    text: Option<String>,
    meaning: &Meaning<'_>,
) -> Result<Action, DeskError> {
    Ok(Action::Hold {
        cause: Name::parse(cause)?,
        until: until.map(|until| (meaning.future)(until)).transpose()?,
        reference: reference.map(line).transpose()?,
        text,
    })
}

fn resolve(
    text: &str,
    code: Option<&str>,
    could_be: Option<&str>,
    map: &Map<'_>,
) -> Result<Action, DeskError> {
    let code = code.map(Name::parse).transpose()?;
    if let Some(code) = &code
        && !map.policy.codes.is_empty()
        && !map.policy.codes.contains(code)
    {
        let known: Vec<_> = map.policy.codes.iter().map(|code| code.as_str()).collect();
        return Err(BadValue::new(
            code.as_str(),
            &format!("a closure code of this desk: one of {}", known.join(" ")),
        )
        .into());
    }
    Ok(Action::Resolve {
        text: text.to_owned(),
        code,
        could_be: could_be.map(|word| level(word, map)).transpose()?,
    })
}

fn level(word: &str, map: &Map<'_>) -> Result<Level, BadValue> {
    map.level(word).ok_or_else(|| {
        let known: Vec<_> = map.policy.levels.keys().map(|level| level.text()).collect();
        BadValue::new(
            word,
            &format!("a level of this desk: one of {}", known.join(" ")),
        )
    })
}

/// Opening, and resolving at once what was fixed on the phone.
fn opening(open: &OpenRequest, map: &Map<'_>) -> Result<Vec<Action>, DeskError> {
    let mut opening = Opening {
        text: open.description.clone(),
        ..Opening::default()
    };
    for (field, value) in &open.fields {
        match field.as_str() {
            "status" | "team" | "assignee" | "cause" | "until" | "repeats" | "level" => {
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
    let members = [("tags", &open.tags), ("cc", &open.cc), ("ref", &open.refs)];
    for (list, member) in members
        .iter()
        .flat_map(|(list, all)| all.iter().map(move |m| (list, m)))
    {
        opening.add.put(list, member)?;
    }
    if opening.set.kind.is_keep() {
        opening.set.kind = Change::To(crate::ticket::Kind::Incident);
    }
    if opening.set.priority.is_keep() {
        let impact = opening.set.impact.value().copied();
        let priority = map
            .policy
            .priority(impact, opening.set.urgency.value().copied());
        opening.set.priority = Change::To(priority.unwrap_or(map.policy.first_priority));
    }
    route(open, &mut opening, map)?;
    let mut actions = Vec::new();
    if let Some(how) = &open.fixed {
        if opening.to.is_none() {
            opening.to = Some(Target::Person {
                who: map.me.clone(),
                team: opening.set.team.value().cloned(),
                level: None,
            });
        }
        actions.push(resolve(
            how,
            open.code.as_deref(),
            open.could_be.as_deref(),
            map,
        )?);
    }
    actions.insert(0, Action::Open(Box::new(opening)));
    Ok(actions)
}

/// Level, team, assignee and owner of a new ticket.
fn route(open: &OpenRequest, opening: &mut Opening, map: &Map<'_>) -> Result<(), DeskError> {
    let asked = open
        .level
        .as_deref()
        .map(|word| level(word, map))
        .transpose()?;
    let start = asked.or(map.policy.first_level);
    let here = Header {
        level: start,
        team: start.and_then(|start| map.policy.team_of(start).cloned()),
        ..Header::default()
    };
    opening.set.level = Change::from_option(start);
    opening.set.team = Change::from_option(here.team.clone());
    let target = open
        .to
        .as_deref()
        .map(|word| map.place(word, &here))
        .transpose()?;
    opening.to = match target {
        Some(Target::Person { who, team, .. }) => {
            let topic = Topic {
                category: opening.set.category.value(),
                ..Topic::default()
            };
            let person = map.roster.get(who.as_str());
            let held = person.map(|person| person.levels_at(map.now, topic));
            let held = held.filter(|held| {
                asked.is_none() && start.is_some_and(|start| !held.contains(&start))
            });
            let level = held.and_then(|held| held.first().copied());
            Some(Target::Person { who, team, level })
        }
        None => {
            let vendor = start.filter(|start| map.policy.is_vendor(*start));
            vendor.map(|start| map.level_place(start, None))
        }
        target => target,
    };
    if opening.set.owner.is_keep() {
        let on_roster = map
            .roster
            .get(map.me.as_str())
            .map(|person| person.handle.clone());
        let team = || {
            opening
                .set
                .team
                .value()
                .and_then(|team| Handle::parse(team.as_str()).ok())
        };
        opening.set.owner = Change::from_option(on_roster.or_else(team));
    }
    Ok(())
}

/// New values by field name. A priority that followed from impact and urgency
/// goes on following from them.
fn patch(
    fields: &JsonMap<String, Value>,
    header: &Header,
    map: &Map<'_>,
) -> Result<Patch, DeskError> {
    let mut patch = Patch::default();
    for (field, value) in fields {
        if LISTS.contains(&field.as_str()) {
            return Err(DeskError::ListField {
                field: field.clone(),
            });
        }
        let value = super::request::text(field, value.clone()).map_err(DeskError::Words)?;
        let me = value.as_deref() == Some("me") && matches!(field.as_str(), "owner" | "assignee");
        patch.put(
            field,
            if me {
                Some(map.me.as_str())
            } else {
                value.as_deref()
            },
        )?;
    }
    let derived = |impact, urgency| {
        map.policy
            .priority(impact, urgency)
            .unwrap_or(map.policy.first_priority)
    };
    let follows = header.priority == Some(derived(header.impact, header.urgency));
    let graded = !patch.impact.is_keep() || !patch.urgency.is_keep();
    if patch.priority.is_keep() && follows && graded {
        let now = |change: &Change<_>, was| {
            if change.is_keep() {
                was
            } else {
                change.value().copied()
            }
        };
        let impact = now(&patch.impact, header.impact);
        let urgency = now(&patch.urgency, header.urgency);
        patch.priority = Change::To(derived(impact, urgency));
    }
    Ok(patch)
}

fn lists(fields: &JsonMap<String, Value>) -> Result<Lists, DeskError> {
    let mut lists = Lists::default();
    for (field, value) in fields {
        for member in texts(field, value.clone()).map_err(DeskError::Words)? {
            lists.put(field, &member)?;
        }
    }
    Ok(lists)
}
