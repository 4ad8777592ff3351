//! Deltas of git's packs: an object told by what to copy from an earlier one
//! and what to put in between.

use std::collections::HashMap;

/// Shorter lines are cheaper to repeat than to point at.
const WORTH_COPYING: usize = 8;

/// A delta that is being written.
pub(in crate::store) struct Delta(Vec<u8>);

impl Delta {
    /// Of objects of these lengths.
    pub(in crate::store) fn new(base: usize, target: usize) -> Self {
        let mut delta = Self(Vec::new());
        delta.size(base);
        delta.size(target);
        delta
    }

    pub(in crate::store) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn size(&mut self, mut size: usize) {
        while size >= 128 {
            self.0.push(128 | (size & 127) as u8);
            size >>= 7;
        }
        self.0.push(size as u8);
    }

    /// Copies from the base.
    pub(in crate::store) fn copy(&mut self, mut from: usize, mut length: usize) {
        while length > 0 {
            let part = length.min(0xffff);
            let mut op = 128;
            let mut operands = Vec::with_capacity(6);
            let bytes = (0..4).map(|n| from >> (8 * n));
            let bytes = bytes.chain((0..2).map(|n| part >> (8 * n)));
            for (bit, byte) in bytes.enumerate() {
                if byte & 0xff != 0 {
                    op |= 1 << bit;
                    operands.push((byte & 0xff) as u8);
                }
            }
            self.0.push(op);
            self.0.extend_from_slice(&operands);
            from += part;
            length -= part;
        }
    }

    /// Puts in what the base does not have.
    pub(in crate::store) fn insert(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(127) {
            self.0.push(part.len() as u8);
            self.0.extend_from_slice(part);
        }
    }
}

/// A delta between two texts that share lines, such as a timeline that grew.
pub(in crate::store) fn of_lines(base: &[u8], target: &[u8]) -> Vec<u8> {
    let mut lines = HashMap::new();
    let mut offset = 0;
    for line in base.split_inclusive(|byte| *byte == b'\n') {
        lines.entry(line).or_insert(offset);
        offset += line.len();
    }
    let mut delta = Delta::new(base.len(), target.len());
    // How far the target is told, and read; and where the base may go on.
    let (mut told, mut read, mut next) = (0, 0, 0);
    while let Some(line) = target
        .get(read..)
        .and_then(|rest| rest.split_inclusive(|byte| *byte == b'\n').next())
    {
        let goes_on = base.get(next..).is_some_and(|rest| rest.starts_with(line));
        let found = match lines.get(line) {
            _ if goes_on => Some(next),
            Some(at) if line.len() >= WORTH_COPYING => Some(*at),
            _ => None,
        };
        let Some(from) = found else {
            read += line.len();
            continue;
        };
        let (old, new) = (base.iter().skip(from), target.iter().skip(read));
        let length = old.zip(new).take_while(|(old, new)| old == new).count();
        delta.insert(target.get(told..read).unwrap_or_default());
        delta.copy(from, length);
        read += length;
        told = read;
        // After the rest of a line that differs from here on.
        next = from + length;
        let rest = base.get(next.saturating_sub(1)..).unwrap_or_default();
        next += rest.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    }
    delta.insert(target.get(told..).unwrap_or_default());
    delta.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn size(delta: &mut &[u8]) -> usize {
        let mut size = 0;
        for shift in (0..).step_by(7) {
            let byte = delta[0];
            *delta = &delta[1..];
            size |= usize::from(byte & 127) << shift;
            if byte & 128 == 0 {
                break;
            }
        }
        size
    }

    /// As git reads it.
    fn apply(base: &[u8], mut delta: &[u8]) -> Vec<u8> {
        let delta = &mut delta;
        assert_eq!(size(delta), base.len());
        let length = size(delta);
        let mut out = Vec::new();
        while let Some((op, rest)) = delta.split_first() {
            *delta = rest;
            if op & 128 == 0 {
                let (bytes, rest) = delta.split_at(usize::from(*op));
                out.extend_from_slice(bytes);
                *delta = rest;
                continue;
            }
            let mut operand = |bits: std::ops::Range<u8>| {
                let mut value = 0;
                for (shift, bit) in bits.enumerate() {
                    if op & (1 << bit) != 0 {
                        value |= usize::from(delta[0]) << (8 * shift);
                        *delta = &delta[1..];
                    }
                }
                value
            };
            let (from, length) = (operand(0..4), operand(4..7));
            out.extend_from_slice(&base[from..from + length]);
        }
        assert_eq!(out.len(), length);
        out
    }

    fn text() -> impl Strategy<Value = String> {
        let line = prop_oneof!["[ab]{0,3}", "line [0-3] of a text", "x{200,300}"];
        prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
    }

    proptest! {
        #[test]
        fn a_delta_makes_the_target_of_the_base(base in text(), target in text()) {
            let delta = of_lines(base.as_bytes(), target.as_bytes());
            prop_assert_eq!(apply(base.as_bytes(), &delta), target.as_bytes());
        }
    }

    #[test]
    fn large_copies() {
        let base = vec![7; 300_000];
        let mut delta = Delta::new(base.len(), base.len() + 1);
        delta.copy(0, 0x1_0000);
        delta.insert(b"x");
        delta.copy(0x1_0000, base.len() - 0x1_0000);
        let made = apply(&base, &delta.into_bytes());
        assert_eq!(made.len(), base.len() + 1);
        assert_eq!(made[0x1_0000], b'x');
    }

    #[test]
    fn what_grows_is_told_briefly() {
        let mut text = String::from("status: new\ntimeline:\n");
        for n in 0..50 {
            text.push_str(&format!(
                "- {{e: {n}, did: reply, text: something was said}}\n"
            ));
        }
        let grown = text.replace("new", "queued") + "- {e: 50, did: escalate}\n";
        let delta = of_lines(text.as_bytes(), grown.as_bytes());
        assert!(delta.len() < 70, "{}", delta.len());
        assert_eq!(apply(text.as_bytes(), &delta), grown.as_bytes());
    }
}
