//! Fields, tags and links: `set`, `tag`, `link`.

use crate::cli::args::{Circumstances, Ids, Words};
use crate::cli::changes::{Tickets, to_each};
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::desk::Request;
use clap::Args;
use serde_json::{Map, Value};

/// Change fields: `field=value` sets, `field=` empties, `list+=value` adds,
/// `list-=value` removes
///
/// Status, level, team and assignee follow from what is done (take, escalate,
/// resolve …) and are not set. A priority that followed from impact and
/// urgency goes on following from them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk set k7f3q2 priority=P1 -m 'board meeting at ten'
  desk set k7f3q2 impact=high site='Lisbon, floor 3' x-room=312
  desk set k7f3q2 cc+=bob@example.com ref+=INC0045
  desk set k7f3q2 asset=")]
pub struct Set {
    /// Tickets, and what to set: words with `=` are fields, the others are ids
    #[arg(required = true, value_name = "ID… FIELD=VALUE")]
    ids_and_fields: Vec<String>,

    #[command(flatten)]
    words: Words,

    #[command(flatten)]
    circumstances: Circumstances,
}

impl Set {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let (fields, ids): (Vec<_>, Vec<_>) = self
            .ids_and_fields
            .into_iter()
            .partition(|word| word.contains('='));
        if ids.is_empty() {
            return Err(CliError::usage(
                "no ticket was named",
                "desk set ID field=value",
            ));
        }
        if fields.is_empty() {
            return Err(CliError::usage(
                "nothing to set was named",
                "desk set ID field=value",
            ));
        }
        let (mut set, mut add, mut del) = (Map::new(), Map::new(), Map::new());
        for word in &fields {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            let (name, kind) = match name.as_bytes().last() {
                Some(b'+') => (&name[..name.len() - 1], Some(&mut add)),
                Some(b'-') => (&name[..name.len() - 1], Some(&mut del)),
                _ => (name, None),
            };
            match kind {
                Some(list) => append(list, name, value),
                None if value.is_empty() => {
                    set.insert(name.to_owned(), Value::Null);
                }
                None => {
                    set.insert(name.to_owned(), value.into());
                }
            }
        }
        let request = Request::Set {
            set,
            add,
            del,
            text: self.words.given()?,
        };
        to_each(session, &desk, &Ids { ids }, &request, &self.circumstances)?;
        Ok(())
    }
}

/// Appends to the list of that name.
fn append(lists: &mut Map<String, Value>, name: &str, value: &str) {
    let list = lists
        .entry(name.to_owned())
        .or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(members) = list {
        members.extend(value.split(',').map(Value::from));
    }
}

/// Add or remove tags
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk tag k7f3q2 9xw --add vip,printer
  desk tag k7f3q2 --remove printer")]
pub struct Tag {
    #[command(flatten)]
    on: Tickets,

    /// Tags to add
    #[arg(
        long,
        short,
        value_name = "TAG",
        value_delimiter = ',',
        required_unless_present = "remove"
    )]
    add: Vec<String>,

    /// Tags to remove
    #[arg(long, short, value_name = "TAG", value_delimiter = ',')]
    remove: Vec<String>,
}

impl Tag {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        self.on.perform(
            session,
            &Request::Tag {
                add: self.add,
                del: self.remove,
            },
        )
    }
}

/// Link tickets to another one
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk link k7f3q2 9xwq2m --to 4h0c7t --as problem
  desk link k7f3q2 --to 4h0c7t --as related --remove")]
pub struct Link {
    #[command(flatten)]
    on: Tickets,

    /// The other ticket
    #[arg(long, value_name = "ID")]
    to: String,

    /// What the other is to these: parent (they are part of it), problem (it
    /// is the cause behind them), related
    #[arg(long = "as", value_name = "KIND", default_value = "related",
          value_parser = ["parent", "problem", "caused-by", "related"])]
    kind: String,

    /// Remove the link
    #[arg(long)]
    remove: bool,
}

impl Link {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let request = Request::Link {
            to: self.to,
            kind: self.kind,
            remove: self.remove,
        };
        self.on.perform(session, &request)
    }
}
