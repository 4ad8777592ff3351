//! `desk role`.

use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::sanitize;
use crate::cli::view::sheet::facts;
use crate::cli::view::style::Tone;
use crate::cli::view::table::{Cell, Column, Table};
use crate::desk::Rules;
use crate::policy::people::roles::{self, ROLES, Role as Known};
use crate::policy::rules::Right;
use crate::ticket::Name;
use crate::ticket::text::nearest;
use clap::Args;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Version of the JSON.
const SHAPE: u32 = 1;

/// Say what a role is for: duties, what it may do here, whom it escalates to,
/// whom it answers to
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk role
  desk role team-lead
  desk role 'service delivery manager' --json")]
pub struct Role {
    /// The role; all of them without this
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

impl Role {
    /// Runs the command.
    ///
    /// # Errors
    /// There is no such role.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let rules = session.rules_for_reading(&desk)?;
        let Some(name) = &self.name else {
            return all(session, &rules);
        };
        let known = roles::role(name);
        let own = own_roles(&rules);
        let word = match known {
            Some(role) => role.word.to_owned(),
            None if own.iter().any(|own| own.as_str() == name) => name.clone(),
            None => return Err(unknown(name, &own)),
        };
        let (may, may_not) = rights(&rules, &word);
        let holders = holders(&rules, &word);
        if session.everywhere.json {
            return session.print_json(&json!({
                "version": SHAPE,
                "role": as_json(&word, known, &holders),
                "may": may,
                "may-not": may_not,
            }));
        }
        let list = |words: &[&str]| {
            words
                .iter()
                .map(|one| format!("- {one}"))
                .collect::<Vec<_>>()
        };
        let style = session.look.style;
        let title = known.map_or(word.as_str(), |role| role.name);
        let mut text = format!("{}\n", style.paint(&sanitize::line(title), Tone::Strong));
        let everybody = "what the policy keeps to nobody".to_owned();
        let may = if may.is_empty() {
            everybody
        } else {
            format!("{everybody}, and {}", may.join(", "))
        };
        let answers = known.and_then(|role| role.answers_to).and_then(roles::role);
        text.push_str(&facts(
            &[
                (
                    "duties",
                    list(known.map_or(&[], |role| role.duties)).join("\n"),
                ),
                ("may", may),
                ("may not", may_not.join(", ")),
                (
                    "escalates to",
                    known.map_or("", |role| role.escalates_to).to_owned(),
                ),
                (
                    "answers to",
                    answers.map_or_else(String::new, |role| format!("the {}", role.name)),
                ),
                (
                    "starts with",
                    known.map_or(&[][..], |role| role.starts_with).join(" · "),
                ),
                (
                    "held by",
                    if holders.is_empty() {
                        "nobody here".to_owned()
                    } else {
                        holders.join(", ")
                    },
                ),
            ],
            session.look,
        ));
        session.page(&text)
    }
}

fn all(session: &Session, rules: &Rules) -> Result<(), CliError> {
    let own = own_roles(rules);
    let others = own.iter().filter(|own| roles::role(own.as_str()).is_none());
    let words: Vec<(String, Option<&Known>)> = ROLES
        .iter()
        .map(|role| (role.word.to_owned(), Some(role)))
        .chain(others.map(|own| (own.to_string(), None)))
        .collect();
    if session.everywhere.json {
        let list: Vec<Value> = words
            .iter()
            .map(|(word, known)| as_json(word, *known, &holders(rules, word)))
            .collect();
        return session.print_json(&json!({"version": SHAPE, "roles": list}));
    }
    if session.everywhere.quiet {
        let words: Vec<_> = words.iter().map(|(word, _)| format!("{word}\n")).collect();
        return session.print(&words.concat());
    }
    let mut table = Table::new(vec![
        Column::new("Role", Column::ALWAYS),
        Column::new("What it is", 60).growing(16),
        Column::new("Answers to", 40),
        Column::new("Held by", Column::ALWAYS).growing(10),
    ]);
    for (word, known) in &words {
        table.push(vec![
            Cell::new(word.as_str(), Tone::Accent),
            Cell::from(known.map_or("", |role| role.name)),
            Cell::from(known.and_then(|role| role.answers_to).unwrap_or_default()),
            Cell::from(holders(rules, word).join(" ")),
        ]);
    }
    session.page(&table.render(session.look.width, session.look.style))
}

/// Roles that people hold or the policy names.
fn own_roles(rules: &Rules) -> BTreeSet<Name> {
    let held = rules.roster.people().flat_map(|person| &person.roles);
    let named = rules.policy.access.roles.values().flatten();
    held.chain(named).cloned().collect()
}

fn unknown(name: &str, own: &BTreeSet<Name>) -> CliError {
    let known: Vec<&str> = ROLES
        .iter()
        .flat_map(|role| role.also.iter().copied().chain([role.word]))
        .chain(own.iter().map(Name::as_str))
        .collect();
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => "desk role lists all".to_owned(),
    };
    CliError::usage(format!("there is no role {name:?}"), hint)
}

/// Handles of those who hold it.
fn holders(rules: &Rules, word: &str) -> Vec<String> {
    let people = rules.roster.people();
    let holders = people.filter(|person| person.plays(word));
    holders.map(|person| person.handle.to_string()).collect()
}

/// What the policy keeps to this role among others, and what to others alone.
fn rights(rules: &Rules, word: &str) -> (Vec<String>, Vec<String>) {
    let (mut may, mut may_not) = (Vec::new(), Vec::new());
    for right in Right::ALL {
        let Some(kept) = rules.policy.access.kept_to(*right) else {
            continue;
        };
        if kept.iter().any(|own| roles::same(own.as_str(), word)) {
            may.push(right.to_string());
        } else {
            let roles: Vec<&str> = kept.iter().map(Name::as_str).collect();
            may_not.push(format!("{right} (kept to {})", roles.join(", ")));
        }
    }
    (may, may_not)
}

fn as_json(word: &str, known: Option<&Known>, holders: &[String]) -> Value {
    json!({
        "role": word,
        "name": known.map(|role| role.name),
        "duties": known.map_or(&[][..], |role| role.duties),
        "escalates-to": known.map(|role| role.escalates_to),
        "answers-to": known.and_then(|role| role.answers_to),
        "held-by": holders,
    })
}
