//! The results of clocks in an event: `judged`.

use super::error::Fault;
use super::read::{one, parse};
use super::seed::{Entries, Names, Reading, Scalar};
use crate::ticket::{Clock, Judged, Judgement};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

pub(super) const JUDGED: Names = Names {
    fixed: &[&["policy", "tz"], Clock::WORDS],
    own: false,
    elsewhere: |_| None,
};

pub(super) const RESULT: Names = Names {
    fixed: &[&["met", "spent", "target"]],
    own: false,
    elsewhere: |_| None,
};

fn missing(key: &str, of: &str) -> Fault {
    let hint = "desk writes the results of clocks: see git log -p -- FILE and bring them back";
    Fault::content(format!("`{of}` has no `{key}`"), hint)
}

/// `{policy: …, tz: 2026a, respond: {met: true, spent: 1200, target: 3600}}`.
pub(super) struct Results<'a> {
    pub(super) reading: &'a Reading<'a>,
}

impl<'de> DeserializeSeed<'de> for Results<'_> {
    type Value = Judged;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Judged, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Results<'_> {
    type Value = Judged;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("results of clocks such as {policy: …, tz: 2026a, respond: {…}}")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Judged, A::Error> {
        let reading = self.reading;
        let (mut policy, mut tz) = (None, None);
        let mut clocks = BTreeMap::new();
        let mut entries = Entries::new(map, reading, &JUDGED);
        while let Some(key) = entries.next()? {
            let map = &mut entries.map;
            match key.as_str() {
                "policy" => map.next_value_seed(one(reading, "policy", &mut policy))?,
                "tz" => map.next_value_seed(one(reading, "tz", &mut tz))?,
                word => {
                    let clock = parse("judged", word);
                    let clock: Clock = clock.map_err(|fault| reading.faults.raise(fault))?;
                    clocks.insert(clock, map.next_value_seed(Outcome { reading })?);
                }
            }
        }
        let missing = |key| reading.faults.raise(missing(key, "judged"));
        Ok(Judged {
            policy: policy.ok_or_else(|| missing("policy"))?,
            tz: tz.ok_or_else(|| missing("tz"))?,
            clocks,
        })
    }
}

/// `{met: true, spent: 1200, target: 3600}`.
struct Outcome<'a> {
    reading: &'a Reading<'a>,
}

impl<'de> DeserializeSeed<'de> for Outcome<'_> {
    type Value = Judgement;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Judgement, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Outcome<'_> {
    type Value = Judgement;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a result such as {met: true, spent: 1200, target: 3600}")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Judgement, A::Error> {
        let reading = self.reading;
        let (mut met, mut spent, mut target) = (None, None, None);
        let mut entries = Entries::new(map, reading, &RESULT);
        while let Some(key) = entries.next()? {
            let map = &mut entries.map;
            match key.as_str() {
                "met" => map.next_value_seed(Scalar {
                    reading,
                    nullable: false,
                    expected: "true or false",
                    take: |text: Option<&str>| {
                        met = Some(match text {
                            Some("true") => true,
                            Some("false") => false,
                            other => {
                                let found = other.unwrap_or_default();
                                let what = format!("met: {found:?} is not true or false");
                                return Err(Fault::content(what, "write met: true or met: false"));
                            }
                        });
                        Ok(())
                    },
                })?,
                "spent" => map.next_value_seed(one(reading, "spent", &mut spent))?,
                _ => map.next_value_seed(one(reading, "target", &mut target))?,
            }
        }
        let missing = |key| reading.faults.raise(missing(key, "the result of a clock"));
        Ok(Judgement {
            met: met.ok_or_else(|| missing("met"))?,
            spent: spent.ok_or_else(|| missing("spent"))?,
            target: target.ok_or_else(|| missing("target"))?,
        })
    }
}
