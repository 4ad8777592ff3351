//! Values as compact bytes, for what a cache keeps. Whoever writes them reads
//! them: they are no format.

use super::time::Timestamp;
use super::value::Value;

/// Appends values.
#[derive(Debug, Default)]
pub struct Writer(pub Vec<u8>);

impl Writer {
    /// A number: small ones in one byte.
    pub fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A number that may be below zero: those near to zero in one byte.
    pub fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    /// A length or a place.
    pub fn size(&mut self, size: usize) {
        self.number(size as u64);
    }

    /// A yes or no.
    pub fn flag(&mut self, flag: bool) {
        self.0.push(flag.into());
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.size(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    /// A time.
    pub fn time(&mut self, time: Timestamp) {
        self.0.extend_from_slice(&time.unix().to_le_bytes());
    }

    /// A value, or none: no value has an empty text.
    pub fn maybe<T: Value>(&mut self, value: Option<&T>) {
        self.text(&value.map(Value::text).unwrap_or_default());
    }
}

/// Takes values from the front; `None` where the bytes make no sense.
#[derive(Debug)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// So many bytes.
    pub fn bytes(&mut self, size: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(front)
    }

    /// One byte.
    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number.
    pub fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// A number that may be below zero.
    pub fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// A length or a place.
    pub fn size(&mut self) -> Option<usize> {
        self.number()?.try_into().ok()
    }

    /// A yes or no.
    pub fn flag(&mut self) -> Option<bool> {
        Some(self.byte()? != 0)
    }

    /// A text.
    pub fn text(&mut self) -> Option<&'a str> {
        let size = self.size()?;
        std::str::from_utf8(self.bytes(size)?).ok()
    }

    /// A time.
    pub fn time(&mut self) -> Option<Timestamp> {
        let bytes = self.bytes(8)?.try_into().ok()?;
        Some(Timestamp::from_unix(i64::from_le_bytes(bytes)))
    }

    /// A value.
    pub fn value<T: Value>(&mut self) -> Option<T> {
        T::parse(self.text()?).ok()
    }

    /// A value, or none.
    pub fn maybe<T: Value>(&mut self) -> Option<Option<T>> {
        match self.text()? {
            "" => Some(None),
            text => T::parse(text).ok().map(Some),
        }
    }
}
