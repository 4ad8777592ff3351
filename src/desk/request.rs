//! What somebody asks for, in the words they typed. The command line and
//! `desk apply` both make these; `plan` gives the words their meaning.

use super::error::DeskError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Something asked of a ticket.
///
/// In NDJSON: an object with `action` and the fields below; unknown ones are
/// refused. Times are anything `--at` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// Open a ticket. Read by [`OpenRequest::from_json`].
    #[serde(skip)]
    Open(Box<OpenRequest>),
    /// Give it to a person or a team.
    Assign {
        /// A handle, a team, or `me`.
        to: String,
        /// Why.
        text: Option<String>,
    },
    /// Take it up.
    Take {},
    /// Accept a hand-over.
    Accept {},
    /// Move it to where the skill is.
    Escalate(Box<EscalateRequest>),
    /// Decline a hand-over.
    Decline {
        /// Why.
        #[serde(default)]
        text: String,
    },
    /// Give it back.
    #[serde(rename = "handback")]
    HandBack {
        /// Why.
        #[serde(default)]
        text: String,
    },
    /// Let it wait.
    Hold {
        /// The cause: requester, vendor, parts …
        #[serde(rename = "for")]
        cause: String,
        /// Until when, at most.
        until: Option<String>,
        /// The number in another system.
        #[serde(rename = "ref")]
        reference: Option<String>,
        /// More words.
        text: Option<String>,
    },
    /// Stop waiting.
    Resume {
        /// Why.
        text: Option<String>,
    },
    /// An internal note.
    Note {
        /// The note.
        #[serde(default)]
        text: String,
    },
    /// A public reply, after which the ticket may wait.
    Reply {
        /// The reply.
        #[serde(default)]
        text: String,
        /// The cause to wait for from then on.
        hold: Option<String>,
        /// Until when, at most.
        until: Option<String>,
    },
    /// The requester's own words.
    Answer {
        /// The words.
        #[serde(default)]
        text: String,
    },
    /// Service is restored.
    Resolve {
        /// How.
        #[serde(default)]
        text: String,
        /// The closure code.
        code: Option<String>,
        /// The lowest level that could have done it.
        #[serde(rename = "could-be")]
        could_be: Option<String>,
        /// Articles that helped, by their short names.
        #[serde(default)]
        articles: Vec<String>,
    },
    /// Confirm.
    Close {
        /// More words.
        text: Option<String>,
    },
    /// It was not solved.
    Reopen {
        /// Why.
        #[serde(default)]
        text: String,
    },
    /// Withdraw it.
    Cancel {
        /// Why.
        #[serde(default)]
        text: String,
    },
    /// It tells again what another tells.
    Duplicate {
        /// The other.
        of: String,
        /// Why.
        text: Option<String>,
    },
    /// Change fields.
    Set {
        /// New values; null empties a field.
        set: Map<String, Value>,
        /// Members to add to lists.
        #[serde(default)]
        add: Map<String, Value>,
        /// Members to remove from lists.
        #[serde(default)]
        del: Map<String, Value>,
        /// Why.
        text: Option<String>,
    },
    /// Call people in, who help while it stays where it is.
    Call {
        /// Handles, addresses and skills.
        who: Vec<String>,
        /// What for.
        text: Option<String>,
    },
    /// Come in to help.
    Join {},
    /// Decline a call.
    Pass {
        /// Why.
        #[serde(default)]
        text: String,
    },
    /// Leave the swarm.
    Leave {
        /// What came of it.
        text: Option<String>,
    },
    /// Change tags.
    Tag {
        /// Tags to add.
        #[serde(default)]
        add: Vec<String>,
        /// Tags to remove.
        #[serde(default)]
        del: Vec<String>,
    },
    /// Link to another ticket.
    Link {
        /// The other.
        to: String,
        /// parent, problem (or caused-by), related, duplicate-of.
        #[serde(rename = "as")]
        kind: String,
        /// Remove the link instead.
        #[serde(default)]
        remove: bool,
    },
}

/// A hand-over, or a wish for attention.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscalateRequest {
    /// A level, team, person or vendor; the next level if absent.
    pub to: Option<String>,
    /// Ask this person to look instead; the ticket stays. `lead`, `manager` and
    /// `director` are those of the team that has it.
    pub attention: Option<String>,
    /// The vendor's number.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Why.
    #[serde(default)]
    pub text: String,
    /// Steps that were tried.
    #[serde(default)]
    pub tried: Vec<String>,
    /// Where an answer was looked for.
    #[serde(default)]
    pub searched: Vec<String>,
    /// Where to see it.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// What is asked of the receiver.
    pub ask: Option<String>,
    /// Why it goes on though it lacks something that the desk asks for.
    #[serde(rename = "override")]
    pub overriding: Option<String>,
}

/// A ticket to open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenRequest {
    /// Single header fields by name: title, kind, requester, category …
    pub fields: Vec<(String, String)>,
    /// Labels.
    pub tags: Vec<String>,
    /// Who else is told.
    pub cc: Vec<String>,
    /// Numbers in other systems.
    pub refs: Vec<String>,
    /// The description.
    pub description: Option<String>,
    /// Where it starts; the desk's first level if absent.
    pub level: Option<String>,
    /// Given straight to a person or a team.
    pub to: Option<String>,
    /// How it was resolved already, on the phone.
    pub fixed: Option<String>,
    /// The closure code that goes with `fixed`.
    pub code: Option<String>,
    /// The lowest level that could have done it, with `fixed`.
    pub could_be: Option<String>,
    /// Articles that helped, with `fixed`.
    pub articles: Vec<String>,
}

impl OpenRequest {
    /// Sets a single field, where a value is given.
    pub fn put(&mut self, field: &str, value: Option<String>) {
        self.fields
            .extend(value.map(|value| (field.to_owned(), value)));
    }

    /// Reads one object of `open --from` or of `apply`.
    ///
    /// # Errors
    /// A sentence that names the field whose value has the wrong type. Names
    /// of fields are checked later, where the ticket is made.
    pub fn from_json(object: Map<String, Value>) -> Result<Self, String> {
        let mut open = Self::default();
        for (name, value) in object {
            match name.as_str() {
                "tags" => open.tags = texts(&name, value)?,
                "cc" => open.cc = texts(&name, value)?,
                "ref" => open.refs = texts(&name, value)?,
                "description" | "text" => open.description = text(&name, value)?,
                "level" => open.level = text(&name, value)?,
                "to" => open.to = text(&name, value)?,
                "fixed" => open.fixed = text(&name, value)?,
                "code" => open.code = text(&name, value)?,
                "could-be" => open.could_be = text(&name, value)?,
                "articles" => open.articles = texts(&name, value)?,
                _ => {
                    let value = text(&name, value)?;
                    open.put(&name, value);
                }
            }
        }
        Ok(open)
    }
}

/// One line of `desk apply`: a request and the circumstances of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The ticket; none for `open`.
    pub id: Option<String>,
    /// When it happened.
    pub at: Option<String>,
    /// Who did it.
    pub by: Option<String>,
    /// Fields that must have these values, or nothing is done.
    pub condition: Vec<(String, Option<String>)>,
    /// What is asked for.
    pub request: Request,
}

impl Line {
    /// Reads the JSON of a line.
    ///
    /// # Errors
    /// [`DeskError::NotJson`].
    pub fn json(line: &str) -> Result<Value, DeskError> {
        serde_json::from_str(line).map_err(|error| {
            // The parser counts lines too, and has seen but one.
            let said = error.to_string();
            let why = said.split(" at line ").next().unwrap_or(&said).to_owned();
            DeskError::NotJson {
                why,
                column: error.column(),
            }
        })
    }

    /// Reads one object.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn from_json(value: Value) -> Result<Self, String> {
        let Value::Object(mut object) = value else {
            return Err("a line is a JSON object such as {\"action\": \"take\", \"id\": …}".into());
        };
        let mut take = |name: &str| {
            object
                .remove(name)
                .map(|value| text(name, value))
                .transpose()
        };
        let (id, at, by) = (
            take("id")?.flatten(),
            take("at")?.flatten(),
            take("by")?.flatten(),
        );
        let condition = match object.remove("if") {
            None => Vec::new(),
            Some(Value::Object(fields)) => fields
                .into_iter()
                .map(|(name, value)| Ok((name.clone(), text(&name, value)?)))
                .collect::<Result<_, String>>()?,
            Some(_) => return Err("if: an object of field and value is expected".into()),
        };
        let opens = object.get("action").and_then(Value::as_str) == Some("open");
        let request = if opens {
            object.remove("action");
            Request::Open(Box::new(OpenRequest::from_json(object)?))
        } else {
            if !object.contains_key("action") {
                return Err("there is no \"action\"".into());
            }
            serde_json::from_value(Value::Object(object)).map_err(|error| error.to_string())?
        };
        if opens && id.is_some() {
            return Err("a ticket that is opened has no \"id\" yet".into());
        }
        if id.is_none() && !opens {
            return Err("there is no \"id\"".into());
        }
        Ok(Self {
            id,
            at,
            by,
            condition,
            request,
        })
    }
}

/// A scalar as text; null is none.
pub(super) fn text(name: &str, value: Value) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            Err(format!("{name}: text or a number is expected"))
        }
    }
}

/// A scalar or a list of them, as texts.
pub(super) fn texts(name: &str, value: Value) -> Result<Vec<String>, String> {
    match value {
        Value::Array(items) => items
            .into_iter()
            .filter_map(|item| text(name, item).transpose())
            .collect(),
        single => Ok(text(name, single)?.into_iter().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_carries_its_circumstances() {
        let line = Line::from_json(json!({
            "action": "escalate", "id": "k7f3q2", "to": 2, "text": "needs admin rights",
            "at": "20m ago", "by": "lena", "if": {"status": "new"}
        }));
        assert!(
            line.unwrap_err().contains("invalid type"),
            "numbers are not words here"
        );
        let line = Line::from_json(json!({
            "action": "escalate", "id": "k7f3q2", "to": "2", "text": "needs admin rights",
            "by": "lena", "if": {"status": "new", "assignee": null}
        }))
        .unwrap();
        assert_eq!(line.condition.len(), 2);
        assert!(
            matches!(line.request, Request::Escalate(asked) if asked.to.as_deref() == Some("2"))
        );
    }

    #[test]
    fn wrong_lines_are_refused_with_the_reason() {
        for (line, said) in [
            (json!([]), "a JSON object"),
            (json!({"id": "x"}), "no \"action\""),
            (json!({"action": "take"}), "no \"id\""),
            (json!({"action": "take", "id": "x", "colour": 1}), "colour"),
            (json!({"action": "dance", "id": "x"}), "dance"),
            (json!({"action": "open", "title": true}), "title"),
        ] {
            let refused = Line::from_json(line).unwrap_err();
            assert!(refused.contains(said), "{refused}");
        }
    }
}
