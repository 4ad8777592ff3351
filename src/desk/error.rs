//! Everything that can go wrong at a desk, with what to do next.

use crate::policy::gate::Denied;
use crate::policy::readiness::Missing;
use crate::policy::routing::Unroutable;
use crate::store::StoreError;
use crate::store::cache::CacheError;
use crate::store::yaml::YamlError;
use crate::ticket::header::BadField;
use crate::ticket::value::BadValue;
use crate::ticket::{Handle, Refusal, TicketId, Timestamp};

/// What kind of failure it is: what a script decides by. The command line
/// turns each into an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It did not work.
    Failed,
    /// The words of the command are wrong.
    Usage,
    /// No such ticket, or several.
    NotFound,
    /// Policy or life cycle say no.
    Refused,
    /// Something else changed it, or a condition does not hold.
    Conflict,
    /// A file of the desk is damaged.
    Invalid,
    /// No desk here, no git, no disk.
    Environment,
}

/// An error of the application. Nothing has changed unless it says so.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The life cycle refuses.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The policy does not let whoever asks do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Something that the policy asks for is not there.
    #[error("{what}: it lacks {}", items(missing))]
    Incomplete {
        /// What can't be done yet.
        what: String,
        /// What it lacks, and how to give it.
        missing: Vec<Missing>,
        /// Another way.
        instead: Option<String>,
    },
    /// The desk does not know that place or person.
    #[error(transparent)]
    Unroutable(#[from] Unroutable),
    /// A value is not of its type.
    #[error(transparent)]
    Value(#[from] BadValue),
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] BadField),
    /// Git, files or locks.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The cache can't answer, and nothing else can.
    #[error(transparent)]
    Cache(CacheError),
    /// A file of the desk can't be read.
    #[error("{path}: {error}")]
    File {
        /// The file, below the desk's folder.
        path: String,
        /// What is wrong with it, and on which line.
        error: YamlError,
    },
    /// The request makes no sense.
    #[error("{0}")]
    Words(String),
    /// A line of a file of actions is not JSON.
    #[error("this is not JSON: {why}, at character {column}")]
    NotJson {
        /// What the parser says.
        why: String,
        /// Where, counted from 1.
        column: usize,
    },
    /// A list can't be set like a single field.
    #[error("{field} is a list")]
    ListField {
        /// The field.
        field: String,
    },
    /// A ticket needs a title.
    #[error("a ticket needs a title")]
    NoTitle,
    /// No ticket is meant by that.
    #[error("no ticket is meant by {typed:?}")]
    NotFound {
        /// What was typed.
        typed: String,
    },
    /// Several tickets are.
    #[error("{typed:?} could mean {count} tickets")]
    Ambiguous {
        /// What was typed.
        typed: String,
        /// How many.
        count: usize,
        /// The tickets, with their titles, at most ten.
        candidates: Vec<(TicketId, String)>,
    },
    /// A newer version of desk wrote it.
    #[error("{path} was written by a newer desk (schema {schema}): it can be read, not changed")]
    Newer {
        /// The file.
        path: String,
        /// Its schema.
        schema: u32,
    },
    /// The file's header says other than its timeline.
    #[error("{id} was edited by hand and committed; the edit has not been adopted")]
    NotAdopted {
        /// The ticket.
        id: TicketId,
    },
    /// The file is being edited by hand.
    #[error("{message}")]
    EditedByHand {
        /// What the store found.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// A hand edit touches what only commands write.
    #[error("{path}: {what}")]
    NotAdoptable {
        /// The file.
        path: String,
        /// What was touched.
        what: String,
    },
    /// What was written would not be read again.
    #[error("{id} would become larger than {} MB", crate::store::yaml::MAX_BYTES / 1_000_000)]
    TooLarge {
        /// The ticket.
        id: TicketId,
    },
    /// A condition of `apply` does not hold.
    #[error("{id}: {field} is {found}, not {wanted}")]
    Condition {
        /// The ticket.
        id: TicketId,
        /// The field.
        field: String,
        /// Its value.
        found: String,
        /// The value asked for.
        wanted: String,
    },
    /// A time can't be read.
    #[error("{0}")]
    When(String),
    /// There is nothing of mine to take back.
    #[error("there is no action of {who} to take back")]
    NothingToUndo {
        /// Who asked.
        who: String,
    },
    /// Others went on from it.
    #[error("{id}: {who} went on from it at {at}, so it can't be undone")]
    BuiltUpon {
        /// The ticket.
        id: TicketId,
        /// Who did.
        who: String,
        /// When.
        at: Timestamp,
    },
    /// The handle to act as is wrong.
    #[error("can't act as {0:?}: it is no handle")]
    Actor(String),
    /// A file of another system is not as its mapping says.
    #[error("{path}: {what}")]
    Log {
        /// The file.
        path: String,
        /// What is wrong, and where.
        what: String,
        /// What to do.
        hint: String,
    },
    /// No contact is meant by that, and no ticket has such a requester.
    #[error("nobody is known by {typed:?}, and no live ticket is theirs")]
    NoContact {
        /// What was typed.
        typed: String,
    },
    /// The roster does not say who is above somebody.
    #[error("{who} has no {what}")]
    NobodyAbove {
        /// Of whom.
        who: Handle,
        /// The team lead, or the line manager.
        what: &'static str,
        /// The key in people.yaml that would say.
        key: &'static str,
    },
    /// Other offices pushed each time before this one could.
    #[error("the remote kept moving: {rounds} attempts to push failed")]
    RemoteKeepsMoving {
        /// How often it was tried.
        rounds: u32,
    },
    /// Somebody works on as much as they can.
    #[error("{who} works on {working} tickets, and {most} is the limit")]
    Full {
        /// Who.
        who: Handle,
        /// What they work on.
        working: u32,
        /// Their limit.
        most: u32,
    },
    /// No ticket waits for somebody.
    #[error("nothing waits for {who}")]
    NothingWaits {
        /// Who asked.
        who: Handle,
    },
    /// Nobody can be given a ticket now.
    #[error("{why}")]
    NobodyFree {
        /// Why not.
        why: String,
        /// When the first of them is back, where that is known.
        back: Option<Timestamp>,
    },
    /// Reading or writing something outside the desk failed.
    #[error("{what}: {error}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        error: std::io::Error,
    },
}

fn items(missing: &[Missing]) -> String {
    let items: Vec<_> = missing.iter().map(|one| one.item.as_str()).collect();
    items.join(", ")
}

impl DeskError {
    /// What is lacking, where that is why.
    #[must_use]
    pub fn missing(&self) -> &[Missing] {
        match self {
            Self::Incomplete { missing, .. } => missing,
            _ => &[],
        }
    }

    /// The file that it is about; the policy where it names none.
    #[must_use]
    pub(super) fn path(&self) -> &str {
        match self {
            Self::File { path, .. } | Self::Newer { path, .. } => path,
            _ => super::rules::POLICY,
        }
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn failure(&self) -> Failure {
        use crate::store::Kind;
        match self {
            Self::Refused(_)
            | Self::Denied(_)
            | Self::Incomplete { .. }
            | Self::Full { .. }
            | Self::NobodyFree { .. } => Failure::Refused,
            Self::Store(error) => match error.kind() {
                Kind::NotFound => Failure::NotFound,
                Kind::Conflict | Kind::Busy => Failure::Conflict,
                Kind::Invalid => Failure::Invalid,
                Kind::Question => Failure::Usage,
                Kind::NotADesk | Kind::Environment => Failure::Environment,
            },
            Self::File { .. } | Self::Newer { .. } => Failure::Invalid,
            Self::Unroutable(_)
            | Self::Value(_)
            | Self::Field(_)
            | Self::Words(_)
            | Self::NotJson { .. }
            | Self::ListField { .. }
            | Self::NoTitle
            | Self::TooLarge { .. }
            | Self::Actor(_)
            | Self::Log { .. }
            | Self::When(_) => Failure::Usage,
            Self::NotFound { .. }
            | Self::Ambiguous { .. }
            | Self::NothingToUndo { .. }
            | Self::NothingWaits { .. }
            | Self::NoContact { .. }
            | Self::NobodyAbove { .. } => Failure::NotFound,
            Self::EditedByHand { .. }
            | Self::NotAdopted { .. }
            | Self::NotAdoptable { .. }
            | Self::Condition { .. }
            | Self::BuiltUpon { .. }
            | Self::RemoteKeepsMoving { .. } => Failure::Conflict,
            Self::Io { .. } => Failure::Failed,
            Self::Cache(_) => Failure::Environment,
        }
    }

    /// What to do next, where that can be said.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Refused(refusal) => refusal.hint(),
            Self::Denied(denied) => Some(denied.hint()),
            Self::Incomplete {
                missing, instead, ..
            } => {
                let give: Vec<_> = missing.iter().map(|one| one.give.as_str()).collect();
                let instead = instead.iter().map(|other| format!("\n{other}"));
                Some(format!("give {}", give.join(", ")) + &instead.collect::<String>())
            }
            Self::Unroutable(unroutable) => Some(unroutable.hint()),
            Self::Store(error) => error.hint(),
            Self::File { error, .. } => Some(error.hint.clone()).filter(|hint| !hint.is_empty()),
            Self::ListField { field } => Some(format!(
                "add with {field}+=VALUE, remove with {field}-=VALUE"
            )),
            Self::TooLarge { .. } => {
                Some("keep long logs in a file, and name the file in a note".into())
            }
            Self::NotJson { .. } => {
                Some("write one JSON object a line; desk apply --help names the keys".into())
            }
            Self::NoTitle => Some("desk open 'VPN drops after sleep'".into()),
            Self::NotFound { .. } => Some("desk list is:any shows all tickets".into()),
            Self::Ambiguous {
                candidates, count, ..
            } => {
                let lines = candidates
                    .iter()
                    .map(|(id, title)| format!("{id}  {title}"));
                let more = count.saturating_sub(candidates.len());
                let more = (more > 0).then(|| format!("and {more} more"));
                let lines = lines.chain(more);
                Some(format!(
                    "give more of the id:\n  {}",
                    lines.collect::<Vec<_>>().join("\n  ")
                ))
            }
            Self::NoContact { .. } => Some(
                "open a ticket all the same: desk open TITLE --requester WHO; contacts.yaml is \
                 for those who call often"
                    .into(),
            ),
            Self::RemoteKeepsMoving { .. } => Some("try again".into()),
            Self::NobodyAbove { who, key, .. } => {
                Some(format!("add `{key}: HANDLE` to {who} in people.yaml"))
            }
            Self::Full { .. } => Some(
                "finish or hold one first: desk list is:mine shows them; desk take ID takes a \
                 certain one all the same"
                    .into(),
            ),
            Self::NothingWaits { .. } => {
                Some("desk list is:unassigned shows what waits for others".into())
            }
            Self::NobodyFree { back: None, .. } => {
                Some("give it to somebody all the same: desk assign ID --to WHO".into())
            }
            Self::NobodyFree {
                back: Some(back), ..
            } => Some(format!(
                "the first is back at {back}; or give it to somebody: desk assign ID --to WHO"
            )),
            Self::Newer { .. } => Some("install a newer desk".into()),
            Self::EditedByHand { hint, .. } => hint.clone(),
            Self::Log { hint, .. } => Some(hint.clone()),
            Self::NotAdopted { id } => Some(format!("to keep the edit: desk adopt {id}")),
            Self::NotAdoptable { path, .. } => Some(format!(
                "put the committed file back (git checkout -- {path}), then use desk's commands"
            )),
            Self::BuiltUpon { id, .. } => Some(format!("to see what happened: desk history {id}")),
            Self::Field(BadField::Unknown(_)) => Some(format!(
                "fields: {}; your own begin with x-",
                crate::ticket::header::FIELDS.join(" ")
            )),
            _ => None,
        }
    }
}

impl From<CacheError> for DeskError {
    fn from(error: CacheError) -> Self {
        match error {
            CacheError::Store(error) => Self::Store(error),
            other => Self::Cache(other),
        }
    }
}
