//! What a consequence does, as actions that people could take too.

use super::{Consequence, Step, What};
use crate::policy::BusinessSeconds;
use crate::policy::Person;
use crate::policy::clock::Rules;
use crate::policy::routing::Map;
use crate::policy::rules::{Act, Escalation, Recipient};
use crate::ticket::details::Details;
use crate::ticket::{Action, Handle, Header, Signal, Target, Verb};
use std::collections::BTreeSet;

/// What to try, and what to write down where that changes nothing or the life
/// cycle does not allow it, so that it is not tried again.
#[derive(Debug, Clone)]
pub struct Doing {
    /// To try first.
    pub action: Action,
    /// Instead.
    pub otherwise: Option<Action>,
}

/// What a consequence does to a ticket in that state.
#[must_use]
pub fn doing(rules: Rules<'_>, map: &Map<'_>, header: &Header, of: &Consequence<'_>) -> Doing {
    let words = words(of);
    let signal = |verb, attention, text: String| {
        Action::Signal(Box::new(Signal {
            verb,
            attention,
            text: Some(text),
            details: Details {
                rule: Some(of.rule.clone()),
                clock: of.clock,
                ..Details::default()
            },
            of: None,
        }))
    };
    let only = |action| Doing {
        action,
        otherwise: None,
    };
    match &of.what {
        What::Warn => only(signal(Verb::Warn, BTreeSet::new(), words)),
        What::Breach => only(signal(Verb::Breach, BTreeSet::new(), words)),
        What::Resume => only(Action::Resume { text: Some(words) }),
        What::Close => only(Action::Close { text: Some(words) }),
        What::Act(Step {
            rule,
            to: recipient,
            ..
        }) => {
            let tell = |why: &str| {
                let text = format!("{words}: {why}");
                signal(Verb::Notify, BTreeSet::new(), text)
            };
            let people = recipient.map(|recipient| people(rules, header, recipient));
            let people = people.unwrap_or_default();
            match target(rule, *recipient, &people, map, header) {
                Ok(None) if people.is_empty() => {
                    let whom = recipient.map_or_else(String::new, ToString::to_string);
                    only(tell(&format!("there is no {whom} to tell")))
                }
                Ok(None) => {
                    let told: Vec<&str> = people.iter().map(Handle::as_str).collect();
                    let text = format!("{words}: {} was told", told.join(", "));
                    only(signal(Verb::Notify, people.clone(), text))
                }
                Ok(Some(to)) => {
                    let action = if rule.act == Act::Raise {
                        Action::Escalate {
                            to,
                            text: words.clone(),
                            details: Box::default(),
                        }
                    } else {
                        Action::Assign {
                            to,
                            text: Some(words.clone()),
                        }
                    };
                    Doing {
                        action,
                        otherwise: Some(tell("it stays where it is")),
                    }
                }
                Err(why) => only(tell(&why)),
            }
        }
    }
}

/// Why, in words that are the same wherever the sweep runs.
fn words(of: &Consequence<'_>) -> String {
    let clock = of.clock.map_or_else(String::new, |clock| clock.to_string());
    match &of.what {
        What::Warn => format!("the {clock} clock runs low"),
        What::Breach => format!("the {clock} clock has run out"),
        What::Resume => "the time that it waited for has come".to_owned(),
        What::Close => "nobody has asked for more since it was resolved".to_owned(),
        What::Act(Step { rule, after, .. }) => {
            let more = match after {
                BusinessSeconds(0) => String::new(),
                after => format!(" and {after} more"),
            };
            format!("the {clock} clock has reached {}{more}", rule.at)
        }
    }
}

/// Where a rule takes the ticket; `None` where it stays and somebody is told.
fn target(
    rule: &Escalation,
    recipient: Option<&Recipient>,
    people: &BTreeSet<Handle>,
    map: &Map<'_>,
    header: &Header,
) -> Result<Option<Target>, String> {
    match rule.act {
        Act::Notify | Act::Page => Ok(None),
        Act::Raise => {
            let up = map.escalation(None, None, header);
            match up.map_err(|error| error.to_string())? {
                Target::Vendor { .. } => Err("only a vendor is above".to_owned()),
                up => Ok(Some(up)),
            }
        }
        Act::Reassign => {
            let word = match recipient {
                Some(Recipient::Team(team)) => team.as_str(),
                recipient => people.first().map(Handle::as_str).ok_or_else(|| {
                    let whom = recipient.map_or_else(String::new, ToString::to_string);
                    format!("there is no {whom} to give it to")
                })?,
            };
            let place = map.place(word, header);
            place.map(Some).map_err(|error| error.to_string())
        }
    }
}

/// The people that a recipient is for a ticket.
fn people(rules: Rules<'_>, header: &Header, recipient: &Recipient) -> BTreeSet<Handle> {
    let roster = rules.roster;
    let assignee = header.assignee.as_ref();
    let assignee = assignee.and_then(|who| roster.get(who.as_str()));
    let team_lead = header
        .team
        .as_ref()
        .and_then(|team| roster.lead_of_team(team));
    let lead = || {
        assignee
            .and_then(|who| roster.lead_of(who))
            .map(|above| above.person)
    };
    let lead = || team_lead.or_else(lead);
    let manager = || {
        let of = assignee.or(team_lead)?;
        Some(roster.manager_of(of)?.person)
    };
    let director = || roster.up_to_role(assignee.or(team_lead)?, "director");
    let one = |person: Option<&Person>| person.map(|person| person.handle.clone());
    match recipient {
        Recipient::Lead => one(lead()).into_iter().collect(),
        Recipient::Manager => one(manager()).into_iter().collect(),
        Recipient::Director => one(director()).into_iter().collect(),
        Recipient::Assignee => header.assignee.iter().cloned().collect(),
        Recipient::Owner => header.owner.iter().cloned().collect(),
        Recipient::Person(who) => BTreeSet::from([who.clone()]),
        Recipient::Team(team) => {
            let members = roster.people().filter(|person| person.teams.contains(team));
            members.map(|person| person.handle.clone()).collect()
        }
    }
}
