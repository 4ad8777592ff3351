//! What something costs.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// An amount in hundredths of the desk's currency, so that sums are exact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(u64);

/// The most that a ticket may cost, in hundredths.
const MOST: u64 = 100_000_000_000;

impl Money {
    /// So many whole units.
    #[must_use]
    pub fn of_units(units: u32) -> Self {
        Self(u64::from(units) * 100)
    }

    /// Hundredths.
    #[must_use]
    pub fn hundredths(self) -> u64 {
        self.0
    }
}

/// "22", "15.50".
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 100 {
            0 => write!(f, "{}", self.0 / 100),
            rest => write!(f, "{}.{rest:02}", self.0 / 100),
        }
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 % 100 {
            0 => serializer.serialize_u64(self.0 / 100),
            _ => serializer.serialize_f64(self.0 as f64 / 100.0),
        }
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Amount)
    }
}

struct Amount;

impl Visitor<'_> for Amount {
    type Value = Money;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount such as 22 or 15.50")
    }

    fn visit_u64<E: de::Error>(self, units: u64) -> Result<Money, E> {
        let hundredths = units.checked_mul(100).filter(|all| *all <= MOST);
        hundredths
            .map(Money)
            .ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(units), &self))
    }

    fn visit_f64<E: de::Error>(self, units: f64) -> Result<Money, E> {
        let hundredths = (units * 100.0).round();
        let most = MOST as f64;
        let exact = (hundredths - units * 100.0).abs() < 1e-6;
        if !(0.0..=most).contains(&hundredths) || !exact {
            return Err(E::invalid_value(de::Unexpected::Float(units), &self));
        }
        Ok(Money(hundredths as u64))
    }
}

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "number", "minimum": 0})
    }
}
