//! The sample desk: two weeks in the life of a small support organisation, the
//! same every time. README and tests run on it.

mod stories;

use super::app::Desk;
use super::error::DeskError;
use super::request::{EscalateRequest, OpenRequest, Request};
use super::templates::NewPerson;
use super::workbench::{Step, Which};
use crate::ticket::value::Value as _;
use crate::ticket::{BadValue, Handle, TicketId, Timestamp};
use std::collections::BTreeMap;

/// The present of the sample desk: a Monday morning.
pub const NOW: &str = "2026-11-23T09:30:00Z";
/// Where its randomness starts.
pub const SEED: u64 = 20_261_123;

/// Who works there.
///
/// # Errors
/// None in practice: the handles are fixed.
pub fn people() -> Result<Vec<NewPerson>, DeskError> {
    let person = |handle: &str, name: &str, levels: &[u8], teams: &[&str], roles: &[&str]| {
        Ok::<_, DeskError>(NewPerson {
            handle: Handle::parse(handle)?,
            name: name.into(),
            email: format!("{handle}@support.example"),
            levels: levels.to_vec(),
            teams: teams.iter().map(ToString::to_string).collect(),
            roles: roles.iter().map(ToString::to_string).collect(),
        })
    };
    Ok(vec![
        person(
            "lena",
            "Lena Fischer",
            &[1],
            &["frontline"],
            &["technician"],
        )?,
        person(
            "omar",
            "Omar Haddad",
            &[1, 2],
            &["frontline", "desktop"],
            &["technician"],
        )?,
        person("marco", "Marco Rossi", &[2], &["desktop"], &["technician"])?,
        person(
            "ines",
            "Inês Carvalho",
            &[2],
            &["technical"],
            &["technician"],
        )?,
        person("yuki", "Yuki Tanaka", &[3], &["expert"], &["technician"])?,
        person(
            "grace",
            "Grace Okafor",
            &[1, 2],
            &["frontline"],
            &["team-lead"],
        )?,
    ])
}

/// A ticket's story: who opened it and when (day and time in November 2026, as
/// `09T08:12`), its fields, what happened then.
pub(super) struct Story {
    at: &'static str,
    by: &'static str,
    title: &'static str,
    fields: &'static [(&'static str, &'static str)],
    words: &'static str,
    then: &'static [Scene],
}

/// When, who, and what: a verb and its words.
pub(super) type Scene = (&'static str, &'static str, Does);

/// What people do in the stories.
#[derive(Clone, Copy)]
pub(super) enum Does {
    Take,
    Accept,
    Assign(&'static str),
    Escalate(Option<&'static str>, &'static str, &'static [&'static str]),
    Vendor(&'static str, &'static str),
    Attention(&'static str, &'static str),
    Decline(&'static str),
    HandBack(&'static str),
    Hold(&'static str, &'static str),
    Resume,
    Note(&'static str),
    Reply(&'static str),
    Ask(&'static str),
    Answer(&'static str),
    Resolve(&'static str, &'static str),
    CouldBe(&'static str, &'static str, &'static str),
    Close,
    Reopen(&'static str),
    Cancel(&'static str),
    Tag(&'static str),
    /// Of the story with that title.
    DuplicateOf(&'static str),
    /// The problem that the story with that title is about.
    CausedBy(&'static str),
}

impl Does {
    fn request(self, ids: &BTreeMap<&str, TicketId>) -> Request {
        let own = |text: &str| text.to_owned();
        let some = |text: &str| Some(text.to_owned());
        let escalate = |asked: EscalateRequest| Request::Escalate(Box::new(asked));
        match self {
            Self::Take => Request::Take {},
            Self::Accept => Request::Accept {},
            Self::Assign(to) => Request::Assign {
                to: own(to),
                text: None,
            },
            Self::Escalate(to, text, tried) => escalate(EscalateRequest {
                to: to.map(own),
                text: own(text),
                tried: tried.iter().map(|step| own(step)).collect(),
                ..EscalateRequest::default()
            }),
            Self::Vendor(reference, text) => escalate(EscalateRequest {
                to: some("vendor"),
                reference: some(reference),
                text: own(text),
                ..EscalateRequest::default()
            }),
            Self::Attention(who, text) => escalate(EscalateRequest {
                attention: some(who),
                text: own(text),
                ..EscalateRequest::default()
            }),
            Self::Decline(text) => Request::Decline { text: own(text) },
            Self::HandBack(text) => Request::HandBack { text: own(text) },
            Self::Hold(cause, text) => Request::Hold {
                cause: own(cause),
                until: None,
                reference: None,
                text: some(text),
            },
            Self::Resume => Request::Resume { text: None },
            Self::Note(text) => Request::Note { text: own(text) },
            Self::Reply(text) => Request::Reply {
                text: own(text),
                hold: None,
                until: None,
            },
            Self::Ask(text) => Request::Reply {
                text: own(text),
                hold: some("requester"),
                until: None,
            },
            Self::Answer(text) => Request::Answer { text: own(text) },
            Self::Resolve(text, code) => Request::Resolve {
                text: own(text),
                code: some(code),
                could_be: None,
                articles: Vec::new(),
            },
            Self::CouldBe(text, code, level) => Request::Resolve {
                text: own(text),
                code: some(code),
                could_be: some(level),
                articles: Vec::new(),
            },
            Self::Close => Request::Close { text: None },
            Self::Reopen(text) => Request::Reopen { text: own(text) },
            Self::Cancel(text) => Request::Cancel { text: own(text) },
            Self::DuplicateOf(story) => Request::Duplicate {
                of: ids.get(story).map(TicketId::text).unwrap_or_default(),
                text: None,
            },
            Self::CausedBy(story) => Request::Link {
                to: ids.get(story).map(TicketId::text).unwrap_or_default(),
                kind: "problem".into(),
                remove: false,
            },
            Self::Tag(tag) => Request::Tag {
                add: vec![own(tag)],
                del: Vec::new(),
            },
        }
    }
}

impl Desk {
    /// Lives through the sample desk's two weeks, in the order of time: each
    /// action is recorded when it happens.
    ///
    /// # Errors
    /// As [`Desk::perform`]; every step is legal, so a refusal is one too.
    pub fn live_sample(&mut self) -> Result<(), DeskError> {
        let mut scenes: Vec<(Timestamp, &Story, Option<Scene>)> = Vec::new();
        for story in stories::all() {
            scenes.push((moment(story.at)?, story, None));
            for scene in story.then {
                scenes.push((moment(scene.0)?, story, Some(*scene)));
            }
        }
        // Stable: what happens to one ticket in one minute stays in its order.
        scenes.sort_by_key(|(at, ..)| *at);
        let mut ids: BTreeMap<&str, TicketId> = BTreeMap::new();
        for (at, story, scene) in scenes {
            let (by, which, request) = match scene {
                None => (
                    story.by,
                    Which::New,
                    Request::Open(Box::new(story.opening())),
                ),
                Some((_, by, does)) => {
                    let id = ids.get(story.title).map(TicketId::text).unwrap_or_default();
                    (by, Which::Typed(id), does.request(&ids))
                }
            };
            let step = Step {
                by: Some(Handle::parse(by)?),
                ..Step::of(which, request)
            };
            self.set_now(at);
            for outcome in self.perform(&[step], false)?.outcomes {
                ids.entry(story.title)
                    .or_insert(outcome?.deeds.ticket.id().clone());
            }
        }
        self.set_now(Timestamp::parse(NOW)?);
        Ok(())
    }
}

/// A day and time of November 2026.
fn moment(text: &str) -> Result<Timestamp, BadValue> {
    Timestamp::parse(&format!("2026-11-{text}:00Z"))
}

impl Story {
    fn opening(&self) -> OpenRequest {
        let mut open = OpenRequest::default();
        open.put("title", Some(self.title.to_owned()));
        for (field, value) in self.fields {
            match *field {
                "to" => open.to = Some((*value).to_owned()),
                "level" => open.level = Some((*value).to_owned()),
                "fixed" => open.fixed = Some((*value).to_owned()),
                "code" => open.code = Some((*value).to_owned()),
                field => open.put(field, Some((*value).to_owned())),
            }
        }
        if !self.words.is_empty() {
            open.description = Some(self.words.to_owned());
        }
        open
    }
}
