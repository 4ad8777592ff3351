//! The timeline of a ticket's file → its events.

use super::error::Fault;
use super::judged::Results;
use super::read::{Items, RESTORE, one, parse, put_field, put_members};
use super::seed::{Entries, Names, Reading, Scalar};
use crate::ticket::header::{FIELDS, LISTS};
use crate::ticket::{Details, Event, EventId, Handle, Lists, Patch, Timestamp, Verb, details};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

pub(super) const EVENT: Names = Names {
    fixed: &[
        &[
            "e", "n", "at", "recorded", "by", "did", "of", "set", "was", "add", "del", "text",
        ],
        details::ITEMS,
        details::TEXTS,
        &["clock", "judged"],
    ],
    own: false,
    elsewhere: |key| {
        (FIELDS.contains(&key) || key.starts_with("x-"))
            .then_some("new values of fields stand under `set`")
    },
};

pub(super) const PATCH: Names = Names {
    fixed: &[FIELDS],
    own: true,
    elsewhere: |key| {
        LISTS
            .contains(&key)
            .then_some("it is a list: members stand under `add` and `del`")
    },
};

pub(super) const MEMBERS: Names = Names {
    fixed: &[LISTS],
    own: false,
    elsewhere: |key| {
        (FIELDS.contains(&key) || key.starts_with("x-"))
            .then_some("it is a single field: its value stands under `set`")
    },
};

/// The list of events.
pub(super) struct Timeline<'a> {
    pub(super) reading: &'a Reading<'a>,
}

impl<'de> DeserializeSeed<'de> for Timeline<'_> {
    type Value = Vec<Event>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Event>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Timeline<'_> {
    type Value = Vec<Event>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<Event>, A::Error> {
        let mut events = Vec::new();
        let reading = self.reading;
        while let Some(event) = items.next_element_seed(OneEvent { reading })? {
            events.push(event);
        }
        if !reading.newer && events.iter().all(|event| event.did != Verb::Open) {
            let fault = Fault::content("the timeline has no `open` event", RESTORE);
            return Err(reading.faults.raise(fault));
        }
        Ok(events)
    }
}

/// One event.
struct OneEvent<'a> {
    reading: &'a Reading<'a>,
}

impl<'de> DeserializeSeed<'de> for OneEvent<'_> {
    type Value = Event;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Event, D::Error> {
        deserializer.deserialize_map(self)
    }
}

/// An event of which not everything has been read yet.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) e: Option<EventId>,
    pub(super) n: Option<u32>,
    pub(super) at: Option<Timestamp>,
    pub(super) recorded: Option<Timestamp>,
    pub(super) by: Option<Handle>,
    pub(super) did: Option<Verb>,
    pub(super) of: Option<EventId>,
    pub(super) set: Patch,
    pub(super) was: Patch,
    pub(super) add: Lists,
    pub(super) del: Lists,
    pub(super) text: Option<String>,
    pub(super) details: Details,
}

impl Draft {
    /// The event, or the name of the key that is missing.
    pub(super) fn finish(self) -> Result<Event, &'static str> {
        Ok(Event {
            e: self.e.ok_or("e")?,
            n: self.n.ok_or("n")?,
            at: self.at.ok_or("at")?,
            recorded: self.recorded,
            by: self.by.ok_or("by")?,
            did: self.did.ok_or("did")?,
            of: self.of,
            set: self.set,
            was: self.was,
            add: self.add,
            del: self.del,
            text: self.text,
            details: self.details,
        })
    }
}

impl<'de> Visitor<'de> for OneEvent<'_> {
    type Value = Event;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event such as {e: 4tq8z, n: 1, at: …, by: …, did: …}")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Event, A::Error> {
        let reading = self.reading;
        let mut draft = Draft::default();
        let mut entries = Entries::new(map, reading, &EVENT);
        while let Some(key) = entries.next()? {
            let map = &mut entries.map;
            match key.as_str() {
                "e" => map.next_value_seed(one(reading, "e", &mut draft.e))?,
                "n" => map.next_value_seed(one(reading, "n", &mut draft.n))?,
                "at" => map.next_value_seed(one(reading, "at", &mut draft.at))?,
                "recorded" => map.next_value_seed(one(reading, "recorded", &mut draft.recorded))?,
                "by" => map.next_value_seed(one(reading, "by", &mut draft.by))?,
                "did" => map.next_value_seed(Scalar {
                    reading,
                    nullable: false,
                    expected: "a verb",
                    take: |text: Option<&str>| {
                        let verb = parse("did", text.unwrap_or_default());
                        draft.did = Some(match verb {
                            Err(_) if reading.newer => Verb::Other,
                            verb => verb?,
                        });
                        Ok(())
                    },
                })?,
                "of" => map.next_value_seed(one(reading, "of", &mut draft.of))?,
                "set" => draft.set = map.next_value_seed(Fields { reading })?,
                "was" => draft.was = map.next_value_seed(Fields { reading })?,
                "add" => draft.add = map.next_value_seed(Members { reading })?,
                "del" => draft.del = map.next_value_seed(Members { reading })?,
                "clock" => map.next_value_seed(Scalar {
                    reading,
                    nullable: false,
                    expected: "a clock",
                    take: |text: Option<&str>| {
                        draft.details.clock = match parse("clock", text.unwrap_or_default()) {
                            Err(_) if reading.newer => None,
                            clock => Some(clock?),
                        };
                        Ok(())
                    },
                })?,
                "judged" => {
                    draft.details.judged = Some(map.next_value_seed(Results { reading })?);
                }
                list if details::ITEMS.contains(&list) => map.next_value_seed(Items {
                    reading,
                    put: |text: &str| {
                        let list = draft.details.list_mut(list);
                        list.into_iter().for_each(|list| list.push(text.to_owned()));
                        Ok(())
                    },
                })?,
                single => map.next_value_seed(Scalar {
                    reading,
                    nullable: true,
                    expected: "text",
                    take: |text: Option<&str>| {
                        let text = text.map(str::to_owned);
                        match draft.details.text_mut(single) {
                            Some(place) => *place = text,
                            None => draft.text = text,
                        }
                        Ok(())
                    },
                })?,
            }
        }
        draft.finish().map_err(|key| {
            let what = format!("the event that begins here has no `{key}`");
            let hint = "an event has at least e, n, at, by and did; desk writes them for you";
            reading.faults.raise(Fault::content(what, hint))
        })
    }
}

/// A `set` or `was`.
struct Fields<'a> {
    reading: &'a Reading<'a>,
}

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = Patch;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Patch, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = Patch;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fields and values such as {level: 2}")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Patch, A::Error> {
        let mut patch = Patch::default();
        let mut entries = Entries::new(map, self.reading, &PATCH);
        while let Some(field) = entries.next()? {
            put_field(&mut entries.map, self.reading, &field, &mut patch)?;
        }
        Ok(patch)
    }
}

/// An `add` or `del`.
struct Members<'a> {
    reading: &'a Reading<'a>,
}

impl<'de> DeserializeSeed<'de> for Members<'_> {
    type Value = Lists;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Lists, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Lists;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("lists and members such as {tags: [vip]}")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Lists, A::Error> {
        let mut lists = Lists::default();
        let mut entries = Entries::new(map, self.reading, &MEMBERS);
        while let Some(list) = entries.next()? {
            put_members(&mut entries.map, self.reading, &list, &mut lists)?;
        }
        Ok(lists)
    }
}
