//! Pieces that readers of files are made of: seeds for serde that know what
//! belongs where, and say so in our words.

use super::error::{Fault, nearest};
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

/// Carries a fault past the YAML library, which stops where it was raised and
/// knows the line.
#[derive(Default)]
pub(super) struct Faults {
    raised: RefCell<Option<Fault>>,
}

impl Faults {
    /// The fault that made the library stop, if it was one of ours.
    pub(super) fn take(&self) -> Option<Fault> {
        self.raised.take()
    }

    /// Stops the library here.
    pub(super) fn raise<E: de::Error>(&self, fault: Fault) -> E {
        let error = E::custom(&fault.what);
        self.raised.replace(Some(fault));
        error
    }
}

/// How a file is read.
pub(super) struct Reading<'a> {
    /// Where faults go.
    pub(super) faults: &'a Faults,
    /// Whether the file was written by a newer version: what it has that we
    /// don't know is passed over.
    pub(super) newer: bool,
}

/// A scalar, as its author wrote it: `no` and `1.10` are text. `None` is null.
pub(super) struct Scalar<'a, F> {
    pub(super) reading: &'a Reading<'a>,
    /// Whether null is an answer; if not, `~` is text.
    pub(super) nullable: bool,
    /// What belongs here, for errors: "text".
    pub(super) expected: &'a str,
    /// Takes the value.
    pub(super) take: F,
}

impl<'de, F> DeserializeSeed<'de> for Scalar<'_, F>
where
    F: FnOnce(Option<&str>) -> Result<(), Fault>,
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.reading.newer {
            deserializer.deserialize_any(self)
        } else if self.nullable {
            deserializer.deserialize_option(self)
        } else {
            deserializer.deserialize_str(self)
        }
    }
}

impl<F> Scalar<'_, F>
where
    F: FnOnce(Option<&str>) -> Result<(), Fault>,
{
    fn give<E: de::Error>(self, text: Option<&str>) -> Result<(), E> {
        let faults = self.reading.faults;
        (self.take)(text).map_err(|fault| faults.raise(fault))
    }
}

impl<'de, F> Visitor<'de> for Scalar<'_, F>
where
    F: FnOnce(Option<&str>) -> Result<(), Fault>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.give(Some(text))
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.give(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }

    // The rest is what files of a newer version may have here.

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.give(None)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.give(Some(&value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.give(Some(&value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.give(Some(&value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        self.give(Some(&value.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// The names that one kind of mapping may have as keys.
pub(super) struct Names {
    /// Those of fixed spelling.
    pub(super) fixed: &'static [&'static [&'static str]],
    /// Whether users' own fields belong here.
    pub(super) own: bool,
    /// What to say about a name that belongs elsewhere.
    pub(super) elsewhere: fn(&str) -> Option<&'static str>,
}

impl Names {
    fn all(&self) -> impl Iterator<Item = &'static str> {
        self.fixed.iter().flat_map(|names| names.iter().copied())
    }

    fn has(&self, key: &str) -> bool {
        (self.own && key.starts_with("x-")) || self.all().any(|name| name == key)
    }

    fn unknown(&self, key: &str) -> Fault {
        let hint = if let Some(hint) = (self.elsewhere)(key) {
            hint.to_owned()
        } else if let Some(near) = nearest(key, self.all()) {
            format!("did you mean `{near}`?")
        } else if self.own {
            "fields of your own begin with x-, such as x-room".to_owned()
        } else {
            format!("known here: {}", self.all().collect::<Vec<_>>().join(", "))
        };
        Fault::content(format!("there is no field `{}`", shorten(key)), hint)
    }
}

/// At most 60 characters, for messages.
pub(super) fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// The entries of a mapping: each key is known and stands there once.
pub(super) struct Entries<'a, A> {
    pub(super) map: A,
    reading: &'a Reading<'a>,
    names: &'a Names,
    seen: BTreeSet<String>,
}

impl<'a, 'de, A: MapAccess<'de>> Entries<'a, A> {
    pub(super) fn new(map: A, reading: &'a Reading<'a>, names: &'a Names) -> Self {
        Self {
            map,
            reading,
            names,
            seen: BTreeSet::new(),
        }
    }

    /// The next key. Its value is to be read then.
    pub(super) fn next(&mut self) -> Result<Option<String>, A::Error> {
        loop {
            let key = Key {
                faults: self.reading.faults,
                names: (!self.reading.newer).then_some(self.names),
                seen: &mut self.seen,
            };
            match self.map.next_key_seed(key)? {
                Some(key) if self.reading.newer && !self.names.has(&key) => {
                    self.map.next_value::<IgnoredAny>()?;
                }
                key => return Ok(key),
            }
        }
    }
}

/// A key of a mapping that has not been seen there before.
struct Key<'a> {
    faults: &'a Faults,
    /// What it must be one of, if anything.
    names: Option<&'a Names>,
    seen: &'a mut BTreeSet<String>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<String, E> {
        if let Some(names) = self.names
            && !names.has(key)
        {
            return Err(self.faults.raise(names.unknown(key)));
        }
        if !self.seen.insert(key.to_owned()) {
            let what = format!("`{}` stands here twice", shorten(key));
            let hint = "keep one of the two lines";
            return Err(self.faults.raise(Fault::content(what, hint)));
        }
        Ok(key.to_owned())
    }
}

/// Any file, for its shape only: no key stands twice in a mapping.
pub(super) struct Shape<'a> {
    pub(super) faults: &'a Faults,
}

impl<'de> DeserializeSeed<'de> for Shape<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Visitor methods for scalars that nobody wants to know.
macro_rules! pass_over_scalars {
    () => {
        fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
            Ok(())
        }
        fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
            Ok(())
        }
        fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
            Ok(())
        }
        fn visit_i128<E: de::Error>(self, _: i128) -> Result<(), E> {
            Ok(())
        }
        fn visit_u128<E: de::Error>(self, _: u128) -> Result<(), E> {
            Ok(())
        }
        fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
            Ok(())
        }
        fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
            Ok(())
        }
        fn visit_unit<E: de::Error>(self) -> Result<(), E> {
            Ok(())
        }
        fn visit_none<E: de::Error>(self) -> Result<(), E> {
            Ok(())
        }
    };
}

impl<'de> Visitor<'de> for Shape<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    pass_over_scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let faults = self.faults;
        while items.next_element_seed(Shape { faults })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let faults = self.faults;
        let mut seen = BTreeSet::new();
        loop {
            let key = Key {
                faults,
                names: None,
                seen: &mut seen,
            };
            if map.next_key_seed(key)?.is_none() {
                return Ok(());
            }
            map.next_value_seed(Shape { faults })?;
        }
    }
}

/// Stops the library at the key of that path, such as `teams.desktop.level` or
/// `routes[2].team` (places in lists count from 0). Keys may have dots
/// themselves.
pub(super) struct Find<'a> {
    pub(super) path: &'a str,
}

impl<'de> DeserializeSeed<'de> for Find<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Find<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    pass_over_scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let place = self.path.strip_prefix('[').and_then(|rest| {
            let (index, rest) = rest.split_once(']')?;
            Some((index.parse::<usize>().ok()?, rest))
        });
        if let Some((index, rest)) = place {
            for _ in 0..index {
                items.next_element::<IgnoredAny>()?;
            }
            match rest.strip_prefix('.') {
                Some(path) => items.next_element_seed(Find { path })?.map(drop),
                None if rest.is_empty() => items.next_element_seed(Stop)?,
                None => items.next_element_seed(Find { path: rest })?.map(drop),
            };
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(rest) = map.next_key_seed(Next { path: self.path })? {
            match rest {
                Some(path) => map.next_value_seed(Find { path })?,
                None => map.next_value::<IgnoredAny>().map(drop)?,
            }
        }
        Ok(())
    }
}

/// Stops the library at whatever comes next.
struct Stop;

impl<'de> DeserializeSeed<'de> for Stop {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Stop {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Every value is another than this, and the library says where.
        f.write_str("nothing")
    }
}

/// A key on the way to a path: what is left of the path behind it, if the path
/// leads through it at all.
struct Next<'a> {
    path: &'a str,
}

impl<'de, 'a> DeserializeSeed<'de> for Next<'a> {
    type Value = Option<&'a str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'_> for Next<'a> {
    type Value = Option<&'a str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
        match self.path.strip_prefix(key) {
            Some("") => Err(E::custom("found")),
            Some(rest) if rest.starts_with('[') => Ok(Some(rest)),
            Some(rest) => Ok(rest.strip_prefix('.')),
            None => Ok(None),
        }
    }
}
