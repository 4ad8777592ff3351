//! Words → meaning: a [`Request`] becomes [`Action`]s, by the desk's policy and
//! roster. Pure.

use super::error::DeskError;
use super::handing;
use super::opening::opening;
use super::remark::Remark;
use super::request::{Request, texts};
use crate::policy::contacts::Contacts;
use crate::policy::readiness::lacking;
use crate::policy::routing::Map;
use crate::policy::rules::Solves;
use crate::policy::who;
use crate::ticket::header::LISTS;
use crate::ticket::value::Value as _;
use crate::ticket::{
    Action, Alteration, BadValue, Change, Header, Level, Line, LinkKind, Lists, Name, Patch,
    Ticket, TicketId, Timestamp, Verb,
};
use serde_json::{Map as JsonMap, Value};

/// What giving words a meaning needs.
pub(super) struct Meaning<'a> {
    /// Policy, roster and who asks.
    pub map: Map<'a>,
    /// Those who ask.
    pub contacts: &'a Contacts,
    /// The present; times in words are read against it.
    pub future: &'a dyn Fn(&str) -> Result<Timestamp, DeskError>,
    /// Finds another ticket by what was typed for its id.
    pub find: &'a mut dyn FnMut(&str) -> Result<TicketId, DeskError>,
    /// What people should know of what they asked for.
    pub remarks: &'a mut Vec<Remark>,
}

/// The actions that `request` means for a ticket, in order.
pub(super) fn actions(
    request: &Request,
    ticket: &Ticket,
    meaning: &mut Meaning<'_>,
) -> Result<Vec<Action>, DeskError> {
    let header = ticket.header();
    let map = meaning.map;
    let text_of = |text: &str| text.to_owned();
    let action = match request {
        Request::Open(open) => return opening(open, meaning),
        Request::Assign { to, text } => {
            let to = map.place(to, header)?;
            meaning.remarks.extend(handing::loops(ticket, &to));
            Action::Assign {
                to,
                text: text.clone(),
            }
        }
        Request::Take {} => Action::Take,
        Request::Accept {} => Action::Accept,
        Request::Escalate(asked) => handing::escalation(asked, ticket, meaning)?,
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
            articles,
        } => {
            let solved = Solved {
                text,
                code: code.as_deref(),
                could_be: could_be.as_deref(),
                articles,
            };
            resolve(&solved, Some(ticket.id()), header, meaning)?
        }
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
        Request::Call { who, text } => Action::Call {
            who: who
                .iter()
                .map(|word| map.callee(word))
                .collect::<Result<_, _>>()?,
            text: text.clone(),
        },
        Request::Join {} => Action::Join {
            answers: called(header, &map),
        },
        Request::Pass { text } => Action::Pass {
            meant: called(header, &map),
            text: text_of(text),
        },
        Request::Leave { text } => Action::Leave { text: text.clone() },
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

/// The calls on a ticket that whoever asks is meant by.
fn called(header: &Header, map: &Map<'_>) -> Vec<Name> {
    let mut answers = map.answers_to();
    answers.retain(|name| header.called.contains(name));
    answers
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
    let cause = Name::parse(cause)?;
    meaning.map.policy.lifecycle.check_cause(&cause)?;
    Ok(Action::Hold {
        cause,
        until: until.map(|until| (meaning.future)(until)).transpose()?,
        reference: reference.map(line).transpose()?,
        text,
    })
}

/// How a ticket was solved, in words.
pub(super) struct Solved<'a> {
    pub text: &'a str,
    pub code: Option<&'a str>,
    pub could_be: Option<&'a str>,
    pub articles: &'a [String],
}

/// Resolving a ticket in the state `header`; `id` is absent where it is being
/// opened.
pub(super) fn resolve(
    solved: &Solved<'_>,
    id: Option<&TicketId>,
    header: &Header,
    meaning: &mut Meaning<'_>,
) -> Result<Action, DeskError> {
    let map = meaning.map;
    let code = solved.code.map(Name::parse).transpose()?;
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
    let articles = solved.articles.iter().map(|slug| Name::parse(slug));
    let articles = articles.collect::<Result<Vec<_>, _>>()?;
    let could_be = solved.could_be.map(|word| level(word, &map)).transpose()?;
    let mut after = header.clone();
    after.code.clone_from(&code);
    after.could_be = could_be;
    after.articles.extend(articles.iter().cloned());
    check_solved(&after, id, &map)?;
    let beyond = beyond(&after, id, meaning);
    Ok(Action::Resolve {
        text: solved.text.to_owned(),
        code,
        could_be: could_be.or(beyond),
        articles,
    })
}

/// Refuses to resolve what lacks fields that its category asks for.
fn check_solved(after: &Header, id: Option<&TicketId>, map: &Map<'_>) -> Result<(), DeskError> {
    let category = after.category.as_ref();
    let Some((category, rule)) = category.and_then(|own| map.policy.category(own)) else {
        return Ok(());
    };
    let mut missing = lacking(&rule.at_resolve, after, true);
    if missing.is_empty() {
        return Ok(());
    }
    for one in &mut missing {
        one.give = match (one.item.as_str(), id) {
            ("code", _) => "--code CODE".to_owned(),
            ("articles", _) => "--article SLUG".to_owned(),
            ("could-be", _) => "--could-be LEVEL".to_owned(),
            (field, Some(id)) => format!("desk set {id} {field}=…"),
            (_, None) => continue,
        };
    }
    let ticket = id.map_or_else(|| "the ticket".to_owned(), TicketId::text);
    Err(DeskError::Incomplete {
        what: format!("{ticket} is about {category} and can't be resolved yet"),
        missing,
        instead: None,
    })
}

/// A level that solves known issues only is told when it solves something that
/// nobody wrote down, and the record says which level that is for (DOMAIN.md
/// section 4).
fn beyond(after: &Header, id: Option<&TicketId>, meaning: &mut Meaning<'_>) -> Option<Level> {
    let policy = meaning.map.policy;
    let level = after.level?;
    let known = after
        .links
        .iter()
        .any(|link| link.kind == LinkKind::CausedBy);
    if policy.levels.get(&level)?.solves == Solves::Anything || known || !after.articles.is_empty()
    {
        return None;
    }
    // One that is just being opened is my last by then.
    let id = id.map_or_else(|| "@".to_owned(), TicketId::text);
    let remarks = [
        Remark::Warning(format!(
            "{} solves known issues only",
            who::named(policy, level)
        )),
        Remark::Advice(format!("name its article: desk set {id} articles+=SLUG")),
        Remark::Advice(format!(
            "or its problem: desk link {id} --to PROBLEM --as problem"
        )),
    ];
    meaning.remarks.extend(remarks);
    let mut above = policy
        .levels
        .iter()
        .filter(|(above, rule)| **above > level && rule.solves == Solves::Anything && !rule.vendor);
    above.next().map(|(above, _)| *above)
}

pub(super) fn level(word: &str, map: &Map<'_>) -> Result<Level, BadValue> {
    map.level(word).ok_or_else(|| {
        let known: Vec<_> = map.policy.levels.keys().map(|level| level.text()).collect();
        BadValue::new(
            word,
            &format!("a level of this desk: one of {}", known.join(" ")),
        )
    })
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
    if let Some(category) = patch.category.value()
        && patch.category.value() != header.category.as_ref()
    {
        map.policy.check_category(category)?;
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
