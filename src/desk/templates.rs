//! The files of a new desk.

use super::error::DeskError;
use super::schema::{self, Form};
use crate::policy::Policy;
use crate::store::yaml;
use crate::ticket::value::Value as _;
use crate::ticket::{Handle, Level, Name};
use std::collections::BTreeSet;
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

/// A ready policy to start with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Template {
    /// Four levels that work and the vendors behind them, and no more rules.
    #[default]
    Plain,
    /// Nobody to hand over to.
    OnePerson,
    /// Two lines and the vendors.
    SmallTeam,
    /// An organisation.
    Tiered,
}

impl Template {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Plain, Self::OnePerson, Self::SmallTeam, Self::Tiered];

    /// The word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::OnePerson => "one-person",
            Self::SmallTeam => "small-team",
            Self::Tiered => "tiered",
        }
    }

    /// What it is for.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Plain => "levels 0 to 4 with a team each, and no more rules",
            Self::OnePerson => "one person does everything",
            Self::SmallTeam => "two lines and the vendors behind them",
            Self::Tiered => "levels 0 to 4, routes, hand-overs, service levels, access by role",
        }
    }

    /// The policy of a desk of that name.
    #[must_use]
    pub fn policy(self, name: &str) -> String {
        let text = match self {
            Self::Plain => include_str!("templates/plain.yaml"),
            Self::OnePerson => include_str!("templates/one-person.yaml"),
            Self::SmallTeam => include_str!("templates/small-team.yaml"),
            Self::Tiered => include_str!("templates/tiered.yaml"),
        };
        let name = yaml::text_scalar(name);
        let text = text.replacen("\nname: NAME\n", &format!("\nname: {name}\n"), 1);
        schema::named_in(Form::Desk) + &text
    }
}

/// A policy that most desks can start with: four levels that work and the
/// vendors behind them.
#[must_use]
pub fn policy(name: &str) -> String {
    Template::default().policy(name)
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

impl NewPerson {
    /// Puts them wherever the policy wants somebody: a desk begins with one
    /// person, who does everything that nobody else does yet. Levels that they
    /// name are all they hold; teams that they name come first.
    #[must_use]
    pub fn who_does_it_all(mut self, policy: &Policy) -> Self {
        if self.levels.is_empty() {
            let worked = policy
                .levels
                .keys()
                .copied()
                .filter(|level| policy.team_of(*level).is_some());
            self.levels = worked.map(Level::number).collect();
        }
        let mut teams: Vec<_> = policy.teams.iter().collect();
        teams.sort_by_key(|(_, rule)| rule.level);
        for (team, _) in teams {
            if !self.teams.iter().any(|own| team == own.as_str()) {
                self.teams.push(team.text());
            }
        }
        let roles: BTreeSet<&Name> = policy.access.roles.values().flatten().collect();
        self.roles = roles.into_iter().map(Name::text).collect();
        self
    }
}

/// A roster of these people.
#[must_use]
pub fn roster(people: &[NewPerson]) -> String {
    let mut text = schema::named_in(Form::People);
    text.push_str(
        "\
# Who works at this desk. Git knows people by their address, so that is how desk
# knows who you are.
format: 1
people:
",
    );
    if people.is_empty() {
        return text.trim_end().to_owned() + " {}\n";
    }
    for person in people {
        let levels: Vec<String> = person.levels.iter().map(ToString::to_string).collect();
        let words = |words: &[String]| {
            let words: Vec<String> = words.iter().map(|word| yaml::text_scalar(word)).collect();
            words.join(", ")
        };
        let _ = write!(
            text,
            "  {}:\n    name: {}\n    emails: [{}]\n",
            yaml::text_scalar(person.handle.as_str()),
            yaml::text_scalar(&person.name),
            yaml::text_scalar(&person.email),
        );
        for (key, list) in [
            ("levels", levels.join(", ")),
            ("teams", words(&person.teams)),
            ("roles", words(&person.roles)),
        ] {
            if !list.is_empty() {
                let _ = writeln!(text, "    {key}: [{list}]");
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
