//! The current state of a ticket, and changes to it.
//!
//! One declaration at the end of this file names every field; reading,
//! writing, applying and comparing all follow from it. A new field is one line
//! there.

use super::id::TicketId;
use super::time::Timestamp;
use super::value::{
    BadValue, Category, Handle, Key, Level, Line, Name, OwnField, Priority, Rating, Shape, Value,
};
use super::words::{Grade, Kind, Link, Status};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What an event does to one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// Leaves it.
    #[default]
    Keep,
    /// Empties it.
    Clear,
    /// Gives it a value.
    To(T),
}

impl<T> Change<T> {
    /// Whether the field is left as it is.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// `To` a value, or `Clear` for none.
    pub fn from_option(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::To)
    }

    /// The value it gives, if it gives one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::To(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }
}

/// A field's value as text, with the shape that YAML gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The canonical text.
    pub text: String,
    /// Whether it is text, a number or a time.
    pub shape: Shape,
}

impl Scalar {
    fn of<T: Value>(value: &T) -> Self {
        Self {
            text: value.text(),
            shape: T::SHAPE,
        }
    }
}

/// A [`Scalar`] that is looked at where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<'a> {
    /// The canonical text.
    pub text: Cow<'a, str>,
    /// Whether it is text, a number or a time.
    pub shape: Shape,
}

impl<'a> Text<'a> {
    fn of<T: Value>(value: &'a T) -> Self {
        Self {
            text: value.as_text(),
            shape: T::SHAPE,
        }
    }

    fn own(text: &'a str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            shape: Shape::Text,
        }
    }
}

impl From<Text<'_>> for Scalar {
    fn from(text: Text<'_>) -> Self {
        Self {
            text: text.text.into_owned(),
            shape: text.shape,
        }
    }
}

/// What a field holds, for those who describe files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldType {
    /// Its name in files.
    pub name: &'static str,
    /// How its values are written.
    pub shape: Shape,
    /// The words that it can be; none where there are more than can be listed.
    pub words: &'static [&'static str],
    /// What it is.
    pub doc: &'static str,
}

/// A field that cannot be put into a ticket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadField {
    /// No field has this name.
    #[error("there is no field {0:?}")]
    Unknown(String),
    /// The value does not parse.
    #[error("{field}: {source}")]
    Value {
        /// The field.
        field: String,
        /// What was found and expected.
        source: BadValue,
    },
}

fn parse_field<T: Value>(field: &str, text: &str) -> Result<T, BadField> {
    T::parse(text).map_err(|source| BadField::Value {
        field: field.to_owned(),
        source,
    })
}

macro_rules! header {
    (
        fields { $( $(#[doc = $doc:literal])* $field:ident = $name:literal : $ty:ty, )+ }
        lists { $( $(#[doc = $ldoc:literal])* $list:ident = $lname:literal : $lty:ty, )+ }
    ) => {
        /// The current state: the fold of the timeline, nothing else. Fields
        /// are in the order in which files have them; an absent one is empty.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct Header {
            $( $(#[doc = $doc])* pub $field: Option<$ty>, )+
            $( $(#[doc = $ldoc])* pub $list: BTreeSet<$lty>, )+
            /// Users' own fields, `x-…`.
            pub own: BTreeMap<OwnField, String>,
        }

        /// New values of single fields: an event's `set` or `was`.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct Patch {
            $( $(#[doc = $doc])* pub $field: Change<$ty>, )+
            /// Users' own fields; `None` empties one.
            pub own: BTreeMap<OwnField, Option<String>>,
        }

        /// Members of list fields: an event's `add` or `del`.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct Lists {
            $( $(#[doc = $ldoc])* pub $list: BTreeSet<$lty>, )+
        }

        /// Names of the single fields, in file order.
        pub const FIELDS: &[&str] = &[ $( $name, )+ ];
        /// Names of the list fields, in file order.
        pub const LISTS: &[&str] = &[ $( $lname, )+ ];
        /// What the single fields hold, in file order.
        pub const FIELD_TYPES: &[FieldType] = &[ $( FieldType {
            name: $name,
            shape: <$ty as Value>::SHAPE,
            words: <$ty as Value>::WORDS,
            doc: concat!($($doc),*),
        }, )+ ];
        /// What the members of list fields are, in file order.
        pub const LIST_TYPES: &[FieldType] = &[ $( FieldType {
            name: $lname,
            shape: <$lty as Value>::SHAPE,
            words: <$lty as Value>::WORDS,
            doc: concat!($($ldoc),*),
        }, )+ ];

        impl Header {
            /// Applies an event's effect: `set`, then `add`, then `del`.
            pub fn apply(&mut self, set: &Patch, add: &Lists, del: &Lists) {
                $( match &set.$field {
                    Change::Keep => {}
                    Change::Clear => self.$field = None,
                    Change::To(value) => self.$field = Some(value.clone()),
                } )+
                for (name, value) in &set.own {
                    match value {
                        Some(value) => self.own.insert(name.clone(), value.clone()),
                        None => self.own.remove(name),
                    };
                }
                $(
                    self.$list.extend(add.$list.iter().cloned());
                    self.$list.retain(|member| !del.$list.contains(member));
                )+
            }

            /// The single fields that have a value, then users' own, in file
            /// order.
            #[must_use]
            pub fn entries(&self) -> Vec<(String, Scalar)> {
                let mut entries = Vec::new();
                self.visit(|name, text| entries.push((name.to_owned(), text.into())));
                entries
            }

            /// Visits what [`Header::entries`] collects.
            pub fn visit<'a>(&'a self, mut visit: impl FnMut(&'a str, Text<'a>)) {
                $( if let Some(value) = &self.$field {
                    visit($name, Text::of(value));
                } )+
                for (name, value) in &self.own {
                    visit(name.as_str(), Text::own(value));
                }
            }

            /// The list fields that have members.
            #[must_use]
            pub fn lists(&self) -> Vec<(&'static str, Vec<Scalar>)> {
                let mut lists = Vec::new();
                $( if !self.$list.is_empty() {
                    lists.push(($lname, self.$list.iter().map(Scalar::of).collect()));
                } )+
                lists
            }

            /// What turns `self` into `new`: single fields, members to add,
            /// members to remove.
            #[must_use]
            pub fn diff(&self, new: &Self) -> (Patch, Lists, Lists) {
                let (mut set, mut add, mut del) = <(Patch, Lists, Lists)>::default();
                $( if self.$field != new.$field {
                    set.$field = Change::from_option(new.$field.clone());
                } )+
                for (name, value) in &new.own {
                    if self.own.get(name) != Some(value) {
                        set.own.insert(name.clone(), Some(value.clone()));
                    }
                }
                for name in self.own.keys().filter(|name| !new.own.contains_key(*name)) {
                    set.own.insert(name.clone(), None);
                }
                $(
                    add.$list = new.$list.difference(&self.$list).cloned().collect();
                    del.$list = self.$list.difference(&new.$list).cloned().collect();
                )+
                (set, add, del)
            }
        }

        impl Patch {
            /// Whether it changes nothing.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                $( self.$field.is_keep() && )+ self.own.is_empty()
            }

            /// Puts a field by its name in files; `None` clears it.
            ///
            /// # Errors
            /// [`BadField`]: no such field, or not a value of it.
            pub fn put(&mut self, name: &str, text: Option<&str>) -> Result<(), BadField> {
                match name {
                    $( $name => {
                        self.$field = match text {
                            Some(text) => Change::To(parse_field(name, text)?),
                            None => Change::Clear,
                        };
                    } )+
                    own if own.starts_with("x-") => {
                        self.own.insert(parse_field(own, own)?, text.map(str::to_owned));
                    }
                    unknown => return Err(BadField::Unknown(unknown.to_owned())),
                }
                Ok(())
            }

            /// The fields that it changes, in file order; `None` clears.
            #[must_use]
            pub fn entries(&self) -> Vec<(String, Option<Scalar>)> {
                let mut entries = Vec::new();
                self.visit(|name, text| entries.push((name.to_owned(), text.map(Scalar::from))));
                entries
            }

            /// Visits what [`Patch::entries`] collects.
            pub fn visit<'a>(&'a self, mut visit: impl FnMut(&'a str, Option<Text<'a>>)) {
                $( match &self.$field {
                    Change::Keep => {}
                    Change::Clear => visit($name, None),
                    Change::To(value) => visit($name, Some(Text::of(value))),
                } )+
                for (name, value) in &self.own {
                    visit(name.as_str(), value.as_deref().map(Text::own));
                }
            }

            /// Keeps only what changes `before`, and returns it with the values
            /// that it replaces (fields that were empty are left out of those).
            #[must_use]
            pub fn against(mut self, before: &Header) -> (Self, Self) {
                let mut was = Self::default();
                $(
                    if self.$field.value() == before.$field.as_ref() {
                        self.$field = Change::Keep;
                    }
                    if !self.$field.is_keep() && let Some(old) = &before.$field {
                        was.$field = Change::To(old.clone());
                    }
                )+
                self.own.retain(|name, value| before.own.get(name) != value.as_ref());
                for name in self.own.keys() {
                    if let Some(old) = before.own.get(name) {
                        was.own.insert(name.clone(), Some(old.clone()));
                    }
                }
                (self, was)
            }
        }

        impl Lists {
            /// Whether it names no member of any list.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                $( self.$list.is_empty() && )+ true
            }

            /// Puts a member into the list of that name.
            ///
            /// # Errors
            /// [`BadField`]: no such list, or not a member of it.
            pub fn put(&mut self, name: &str, text: &str) -> Result<(), BadField> {
                match name {
                    $( $lname => { self.$list.insert(parse_field(name, text)?); } )+
                    unknown => return Err(BadField::Unknown(unknown.to_owned())),
                }
                Ok(())
            }

            /// The lists that have members, in file order.
            #[must_use]
            pub fn entries(&self) -> Vec<(&'static str, Vec<Scalar>)> {
                let mut lists = Vec::new();
                $( if !self.$list.is_empty() {
                    lists.push(($lname, self.$list.iter().map(Scalar::of).collect()));
                } )+
                lists
            }

            /// Drops members that `before` has (`present`) or lacks.
            #[must_use]
            pub fn without(mut self, before: &Header, present: bool) -> Self {
                $( self.$list.retain(|member| before.$list.contains(member) != present); )+
                self
            }
        }
    };
}

header! {
    fields {
        /// Incident, request or problem.
        kind = "kind": Kind,
        /// What it is about, in one line.
        title = "title": Line,
        /// Where it stands.
        status = "status": Status,
        /// What a pending ticket waits for.
        cause = "cause": Name,
        /// When a pending ticket is due to resume.
        until = "until": Timestamp,
        /// How important it is.
        priority = "priority": Priority,
        /// How much is hit.
        impact = "impact": Grade,
        /// How fast it matters.
        urgency = "urgency": Grade,
        /// The support level that has it.
        level = "level": Level,
        /// The team that has it.
        team = "team": Name,
        /// The vendor that has it, by its short name.
        vendor = "vendor": Name,
        /// What it concerns.
        category = "category": Category,
        /// Who asked.
        requester = "requester": Line,
        /// The affected person, where not the requester.
        contact = "contact": Line,
        /// The customer organisation.
        customer = "customer": Line,
        /// The business unit.
        unit = "unit": Line,
        /// The service that is hit.
        service = "service": Line,
        /// Where it is.
        site = "site": Line,
        /// The equipment.
        asset = "asset": Line,
        /// The requester's language.
        language = "language": Name,
        /// How it came in: phone, mail, walk-in, monitoring …
        via = "via": Name,
        /// Who answers for it towards the requester.
        owner = "owner": Handle,
        /// Who works on it.
        assignee = "assignee": Handle,
        /// How it was resolved, as a closure code.
        code = "code": Name,
        /// The lowest level that could have resolved it.
        could_be = "could-be": Level,
        /// How satisfied the requester was, from 1 (not at all) to 5.
        rating = "rating": Rating,
        /// The repeating condition that opened it.
        key = "key": Key,
        /// How often the condition was seen again while the ticket was live.
        repeats = "repeats": u32,
    }
    lists {
        /// Who else is told.
        cc = "cc": Line,
        /// Free labels.
        tags = "tags": Name,
        /// Numbers in other systems.
        refs = "ref": Line,
        /// Other tickets.
        links = "links": Link,
        /// Leads, managers and directors asked to look (hierarchical escalation).
        attention = "attention": Handle,
        /// Who has joined the swarm on it.
        swarm = "swarm": Handle,
        /// People and skills that were called and have not answered yet.
        called = "called": Name,
        /// Articles of the knowledge base that helped.
        articles = "articles": Name,
        /// Ids that this ticket had before a merge renamed it.
        alias = "alias": TicketId,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_keeps_only_what_changes_and_says_what_was() {
        let mut before = Header::default();
        let mut open = Patch::default();
        open.put("status", Some("new")).unwrap();
        open.put("level", Some("1")).unwrap();
        open.put("x-room", Some("12")).unwrap();
        before.apply(&open, &Lists::default(), &Lists::default());

        let mut next = Patch::default();
        next.put("status", Some("new")).unwrap();
        next.put("level", Some("2")).unwrap();
        next.put("team", None).unwrap();
        next.put("x-room", None).unwrap();
        let (set, was) = next.against(&before);
        let names = |patch: &Patch| {
            patch
                .entries()
                .into_iter()
                .map(|(n, _)| n)
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&set), ["level", "x-room"]);
        assert_eq!(names(&was), ["level", "x-room"]);
    }

    #[test]
    fn diff_and_apply_are_inverse() {
        let mut a = Header::default();
        let mut b = Header {
            level: Level::parse("2").ok(),
            ..Header::default()
        };
        b.tags.insert(Name::parse("vip").unwrap());
        b.own.insert(OwnField::parse("x-a").unwrap(), "1".into());
        let (set, add, del) = a.diff(&b);
        a.apply(&set, &add, &del);
        assert_eq!(a, b);
        let empty = Header::default();
        let (set, add, del) = b.diff(&empty);
        b.apply(&set, &add, &del);
        assert_eq!(b, empty);
    }

    #[test]
    fn an_unknown_field_is_named() {
        let refused = Patch::default().put("colour", Some("red")).unwrap_err();
        assert_eq!(refused.to_string(), "there is no field \"colour\"");
        let refused = Patch::default().put("level", Some("high")).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "level: \"high\" is not a level from 0 to 9, such as 2 or L2"
        );
    }
}
