//! Bytes → what a seed makes of them, or an error with its line. The only file
//! that names the YAML library.

use super::depth;
use super::error::{Fault, YamlError, YamlErrorKind};
use super::scalar::is_allowed_raw;
use super::seed::{Faults, Find, shorten};
use serde::de::{DeserializeSeed, Deserializer as _, IgnoredAny};
use serde_yaml::Deserializer;

/// The largest file that is read, in bytes. A ticket of this size is no ticket.
pub const MAX_BYTES: usize = 5_000_000;

/// Checked text of a file.
pub(super) struct Source<'a> {
    text: &'a str,
}

impl<'a> Source<'a> {
    /// Checks everything that can be told without parsing, and that there is
    /// nothing which makes a parser do more than its share of work.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, YamlError> {
        if bytes.len() > MAX_BYTES {
            let what = format!(
                "the file has {} bytes; at most {MAX_BYTES} are read",
                bytes.len()
            );
            let hint = "move long texts into attachments";
            return Err(Fault::content(what, hint)
                .of_kind(YamlErrorKind::TooLarge)
                .at(1));
        }
        let text = decode(bytes)?;
        let source = Self { text };
        source.check_characters()?;
        source.check_conflict()?;
        source.check_depth()?;
        source.check_indicators()?;
        Ok(source)
    }

    /// What the seed makes of the one document in the file.
    pub(super) fn parse<S>(&self, seed: S, faults: &Faults) -> Result<S::Value, YamlError>
    where
        S: DeserializeSeed<'a>,
    {
        seed.deserialize(Deserializer::from_str(self.text))
            .map_err(|error| self.explain(&error, faults.take()))
    }

    /// The line of the key at a path such as `teams.desktop.level`, or of the
    /// nearest part of the path that is in the file.
    pub(super) fn line_of(&self, path: &str) -> usize {
        let mut path = path;
        loop {
            let found = Find { path }.deserialize(Deserializer::from_str(self.text));
            if let Err(error) = found {
                return self.line_of_error(&error);
            }
            match path.rfind(['.', '[']) {
                Some(end) => path = &path[..end],
                None => return 1,
            }
        }
    }

    /// The library's error in our words. A fault of ours, if there is one, is
    /// what made the library stop.
    fn explain(&self, error: &serde_yaml::Error, fault: Option<Fault>) -> YamlError {
        let line = self.line_of_error(error);
        let is_content = |line: &str| !line.trim().is_empty() && !line.starts_with('#');
        if !self.text.lines().any(is_content) {
            let hint = "bring it back with git: git checkout -- FILE";
            return Fault::content("the file is empty", hint).at(1);
        }
        if let Some(fault) = fault {
            return fault.at(line);
        }
        let full = error.to_string();
        let message = [" at line ", ", while "]
            .iter()
            .fold(full.as_str(), |text, end| {
                text.split(end).next().unwrap_or(text)
            });
        if message.contains("more than one document") {
            let hint = "one file holds one document: remove `---` and what follows";
            return Fault::content("a second document begins here", hint)
                .of_kind(YamlErrorKind::Unsupported)
                .at(self.second_document());
        }
        if message.contains("recursion limit") {
            return too_deep().at(line);
        }
        if error_is_about_content(message) {
            return wrong_content(message).at(line);
        }
        Fault::content(
            format!("not YAML: {message}{}", context(&full)),
            "check quotes, brackets and indentation here and on the line above",
        )
        .of_kind(YamlErrorKind::Syntax)
        .at(line)
    }

    /// The library counts U+0085 and U+2028 as ends of lines; editors don't.
    fn line_of_error(&self, error: &serde_yaml::Error) -> usize {
        error
            .location()
            .map_or(1, |place| self.line_at(place.index()))
    }

    fn line_at(&self, index: usize) -> usize {
        let before = &self.text.as_bytes()[..index.min(self.text.len())];
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    fn check_characters(&self) -> Result<(), YamlError> {
        let bad = self
            .text
            .char_indices()
            .find(|(_, c)| !is_allowed_raw(*c) && !matches!(c, '\n' | '\r' | '\t'));
        let Some((index, c)) = bad else {
            return Ok(());
        };
        let code = u32::from(c);
        let what = format!("the character U+{code:04X} can't stand in YAML");
        let hint = format!("remove it, or write \"\\u{code:04x}\" within double quotes");
        Err(Fault::content(what, hint)
            .of_kind(YamlErrorKind::Encoding)
            .at(self.line_at(index)))
    }

    fn check_conflict(&self) -> Result<(), YamlError> {
        let marker = |line: &str| {
            ["<<<<<<<", "|||||||", "=======", ">>>>>>>"]
                .iter()
                .any(|mark| {
                    line.strip_prefix(mark)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\r']))
                })
        };
        let Some(index) = self.text.split('\n').position(marker) else {
            return Ok(());
        };
        let line = index + 1;
        let what = format!("unresolved merge conflict, line {line}");
        let hint = "desk merges tickets by itself: git checkout --merge -- FILE, \
                    or remove the markers and keep the events of both sides";
        Err(Fault::content(what, hint)
            .of_kind(YamlErrorKind::Conflict)
            .at(line))
    }

    /// Refuses anchors, aliases and tags, which cost a reader of hostile files
    /// any amount of memory and mean nothing here.
    ///
    /// The library expands them without a word. So every character that might
    /// start one is replaced by `@`, which is as good as any other within a
    /// scalar or comment and which no token may start with: where the library
    /// then stumbles over a replaced character, that one was no text.
    fn check_indicators(&self) -> Result<(), YamlError> {
        let bytes = self.text.as_bytes();
        let suspects: Vec<usize> = (0..bytes.len())
            .filter(|index| may_start_token(bytes, *index))
            .collect();
        if suspects.is_empty() {
            return Ok(());
        }
        let mut masked = bytes.to_vec();
        for index in &suspects {
            masked[*index] = b'@';
        }
        let Err(error) = Deserializer::from_slice(&masked).deserialize_ignored_any(IgnoredAny)
        else {
            return Ok(());
        };
        let index = error.location().map(|place| place.index());
        let Some(index) = index.filter(|index| suspects.binary_search(index).is_ok()) else {
            return Ok(());
        };
        let found = match bytes[index] {
            b'&' => "an anchor (&)",
            b'*' => "an alias (*)",
            _ => "a tag (!)",
        };
        let what = format!("{found} is not taken here");
        let hint = "if it is meant as text, put it in double quotes; if not, write the value out";
        Err(Fault::content(what, hint)
            .of_kind(YamlErrorKind::Unsupported)
            .at(self.line_at(index)))
    }

    /// The library takes time quadratic in the depth of brackets, so what no
    /// file of ours needs is refused before.
    fn check_depth(&self) -> Result<(), YamlError> {
        depth::too_deep(self.text).map_or(Ok(()), |index| Err(too_deep().at(self.line_at(index))))
    }

    /// The line of the marker that starts a second document.
    fn second_document(&self) -> usize {
        let mut content = false;
        for (index, line) in self.text.lines().enumerate() {
            let marker = line.starts_with("---") || line.starts_with("...");
            if marker && content {
                return index + 1;
            }
            content |= !marker && !line.trim().is_empty() && !line.starts_with(['#', '%']);
        }
        1
    }
}

fn decode(bytes: &[u8]) -> Result<&str, YamlError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(
            Fault::content("the file is UTF-16", "save it as UTF-8 in your editor")
                .of_kind(YamlErrorKind::Encoding)
                .at(1),
        );
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Fault::content("not UTF-8", "save the file as UTF-8 in your editor")
            .of_kind(YamlErrorKind::Encoding)
            .at(line)
    })
}

/// Whether an anchor, alias or tag could start here: what precedes it can't be
/// in the middle of a word.
fn may_start_token(bytes: &[u8], index: usize) -> bool {
    let next = bytes.get(index + 1).copied().unwrap_or(b' ');
    let starts = match bytes[index] {
        // Without a name they are errors of their own.
        b'&' | b'*' => !next.is_ascii_whitespace(),
        b'!' => true,
        _ => false,
    };
    let before = index.checked_sub(1).map(|before| bytes[before]);
    starts && before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && byte != b'*')
}

fn too_deep() -> Fault {
    Fault::content(
        "nested too deeply",
        "no file of a desk needs that: undo the edit",
    )
    .of_kind(YamlErrorKind::Unsupported)
}

/// What the library was at, from "…, while scanning a quoted scalar at line 8
/// column 7".
fn context(message: &str) -> String {
    let context = message
        .split_once(", while ")
        .and_then(|(_, context)| context.split_once(" at line "))
        .and_then(|(what, place)| Some((what, place.split_once(' ')?.0)));
    context.map_or_else(String::new, |(what, line)| {
        format!(" (while {what} that begins in line {line})")
    })
}

/// Whether the message is one of serde's own, about YAML that is well formed.
fn error_is_about_content(message: &str) -> bool {
    [
        "invalid type",
        "invalid value",
        "invalid length",
        "missing field",
        "unknown field",
        "unknown variant",
        "duplicate field",
    ]
    .iter()
    .any(|start| message.contains(start))
}

/// Puts serde's "PATH: invalid type: X, expected Y" and its like into words.
fn wrong_content(message: &str) -> Fault {
    if let Some((place, rest)) = message.split_once("unknown field `") {
        let mut words = rest.split('`').step_by(2);
        let found = words.next().unwrap_or_default();
        let known: Vec<&str> = rest.split('`').skip(2).step_by(2).collect();
        let hint = match super::error::nearest(found, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here: {}", known.join(", ")),
        };
        return Fault::content(format!("{place}there is no field `{found}`"), hint);
    }
    if let Some((place, rest)) = message.split_once("unknown variant `") {
        let (found, rest) = rest.split_once('`').unwrap_or((rest, ""));
        let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        let hint = match super::error::nearest(found, known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("write one of: {}", known.join(", ")),
        };
        return Fault::content(format!("{place}{} is not known here", shorten(found)), hint);
    }
    if let Some((place, rest)) = message.split_once("missing field `") {
        let field = rest.trim_end_matches('`');
        return Fault::content(
            format!("{place}`{field}` is missing"),
            format!("add a line `{field}: …`"),
        );
    }
    for kind in ["invalid type: ", "invalid value: "] {
        if let Some((place, rest)) = message.split_once(kind)
            && let Some((found, expected)) = rest.rsplit_once(", expected ")
        {
            let found = match found {
                "map" => "a mapping",
                "sequence" => "a list",
                "unit value" => "nothing",
                other => &shorten(other.trim_start_matches("string ")),
            };
            let expected = match expected {
                "u8" | "u32" => "a whole number",
                "a string" => "text",
                "a sequence" => "a list such as [a, b]",
                "a map" => "a mapping such as {a: b}",
                other if other.starts_with("struct ") => "fields and their values",
                other => other,
            };
            return Fault::content(
                format!("{place}found {found}, not {expected}"),
                format!("write {expected} here"),
            );
        }
    }
    Fault::content(message, "compare with a file that desk wrote")
}
