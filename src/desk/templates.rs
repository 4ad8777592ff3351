//! The files of a new desk.

use super::error::DeskError;
use crate::store::yaml;
use crate::ticket::Handle;
use std::fmt::Write;

/// What git must know of a desk's files: their bytes are their meaning, and
/// tickets merge by their events.
pub const GIT_ATTRIBUTES: &str = "\
tickets/**/*.yaml -text -filter -ident merge=desk
desk.yaml -text -filter -ident merge=desk
people.yaml -text -filter -ident merge=desk
contacts.yaml -text -filter -ident merge=desk
attachments/** -text -merge
";

/// A policy that most desks can start with: four levels that work and the
/// vendors behind them.
#[must_use]
pub fn policy(name: &str) -> String {
    let name = yaml::text_scalar(name);
    format!(
        "\
# The policy of this desk. Change it as you like and commit it;
# `desk doctor` says whether it holds together.
format: 1
name: {name}

# Support levels. A ticket starts at the default level; `desk escalate` takes
# it to the next one, in the queue of the team named here.
levels:
  0: {{name: self-service}}
  1: {{name: front line, team: frontline}}
  2: {{name: technical, team: technical}}
  3: {{name: expert, team: expert}}
  4: {{name: vendor, vendor: true}}

# Teams beside the numbered line work at a level too.
teams:
  frontline: {{level: 1}}
  technical: {{level: 2}}
  desktop: {{level: 2}}
  expert: {{level: 3}}

# From the highest to the lowest, and which one impact and urgency make.
priorities: [P1, P2, P3, P4]
matrix: # impact: {{urgency: priority}}
  high: {{high: P1, medium: P2, low: P3}}
  medium: {{high: P2, medium: P3, low: P4}}
  low: {{high: P3, medium: P4, low: P4}}

defaults: {{level: 1, priority: P3}}

# How tickets are resolved. Leave it empty to take any word.
codes: [fixed, workaround, explained, replaced, vendor-fixed, no-fault-found]

# Days after closing within which a ticket can be reopened.
reopen-days: 14
"
    )
}

/// Somebody to put on the first roster.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Handle.
    pub handle: Handle,
    /// Full name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Levels held.
    pub levels: Vec<u8>,
    /// Teams.
    pub teams: Vec<String>,
    /// Roles.
    pub roles: Vec<String>,
}

/// A roster of these people.
#[must_use]
pub fn roster(people: &[NewPerson]) -> String {
    let mut text = String::from(
        "\
# Who works at this desk: handle, name, addresses, support levels, teams, roles.
# Git knows people by their address, so that is how desk knows who you are.
format: 1
people:
",
    );
    if people.is_empty() {
        return text.trim_end().to_owned() + " {}\n";
    }
    for person in people {
        let levels = person
            .levels
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ");
        let words = |words: &[String]| {
            words
                .iter()
                .map(|word| yaml::text_scalar(word))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let _ = write!(
            text,
            "  {}:\n    name: {}\n    emails: [{}]\n    levels: [{levels}]\n",
            yaml::text_scalar(person.handle.as_str()),
            yaml::text_scalar(&person.name),
            yaml::text_scalar(&person.email),
        );
        for (key, list) in [("teams", &person.teams), ("roles", &person.roles)] {
            if !list.is_empty() {
                let _ = writeln!(text, "    {key}: [{}]", words(list));
            }
        }
    }
    text
}

/// A handle made of an address: what stands before the `@`.
///
/// # Errors
/// Nothing usable stands there.
pub fn handle_of(email: &str) -> Result<Handle, DeskError> {
    use crate::ticket::value::Value as _;
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    let clean: String = local
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    let clean = clean.trim_start_matches(['.', '-', '_']);
    Handle::parse(clean).map_err(|_| DeskError::Actor(email.to_owned()))
}
