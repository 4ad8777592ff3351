//! A file of ours as the entries that people wrote: keys and items of lists,
//! each with the comments before it, and every byte kept. Only block style is
//! taken apart; what stands in one line is one piece.

/// An entry of a mapping or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// What tells it from its neighbours: a key as written, or the name of an
    /// item; empty for an item without one.
    pub name: String,
    /// Comments and blank lines before it.
    pub lead: String,
    /// The entry.
    pub body: Body,
}

/// What an entry consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    /// Lines that are one piece.
    Whole(String),
    /// Entries of its own.
    Parts(Parts),
}

/// An entry that has entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parts {
    /// The line of its key; empty for an item of a list.
    pub head: String,
    /// Where the dash of an item stands.
    pub dash: Option<usize>,
    /// What sort of entries.
    pub kind: Kind,
    /// In order.
    pub entries: Vec<Entry>,
}

/// What sort of entries a block has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Keys.
    Keys,
    /// Items of a list.
    Items,
}

/// A block of entries, and what follows the last one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub kind: Kind,
    pub entries: Vec<Entry>,
    pub tail: String,
}

impl Entry {
    /// The text that it was read from.
    pub(super) fn text(&self) -> String {
        format!("{}{}", self.lead, self.body.text())
    }
}

impl Body {
    /// The text that it was read from.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Whole(text) => text.clone(),
            Self::Parts(parts) => {
                let entries: String = parts.entries.iter().map(Entry::text).collect();
                parts.around(&entries)
            }
        }
    }
}

impl Parts {
    /// Its own line, or its dash, and the text of its entries.
    pub(super) fn around(&self, entries: &str) -> String {
        let mut text = format!("{}{entries}", self.head);
        if let Some(dash) = self.dash
            && text.get(dash..=dash) == Some(" ")
        {
            text.replace_range(dash..=dash, "-");
        }
        text
    }
}

/// The entries of a file; none where it is written in another way.
pub(super) fn read(text: &str) -> Option<Block> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    if lines.iter().all(|line| !is_content(line)) {
        return Some(Block {
            kind: Kind::Keys,
            entries: Vec::new(),
            tail: text.to_owned(),
        });
    }
    block(&lines, 0)
}

fn is_content(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

/// Leading spaces; none where a tab is among them.
fn indent(line: &str) -> Option<usize> {
    let spaces = line.len() - line.trim_start_matches(' ').len();
    (!line[spaces..].starts_with('\t')).then_some(spaces)
}

fn is_item(content: &str) -> bool {
    content.starts_with("- ") || content.trim_end() == "-"
}

/// The entries that begin at that indentation.
fn block(lines: &[&str], depth: usize) -> Option<Block> {
    let (mut entries, mut lead, mut kind) = (Vec::new(), String::new(), None);
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if !is_content(line) {
            lead.push_str(line);
            at += 1;
            continue;
        }
        if indent(line)? != depth {
            return None;
        }
        let content = &line[depth..];
        let own = if is_item(content) {
            Kind::Items
        } else {
            Kind::Keys
        };
        if *kind.get_or_insert(own) != own {
            return None;
        }
        let end = at + extent(&lines[at..], depth, own)?;
        let lines = &lines[at..end];
        let (name, body) = match own {
            Kind::Items => item(lines, depth),
            Kind::Keys => key(lines, depth)?,
        };
        if own == Kind::Keys && entries.iter().any(|entry: &Entry| entry.name == name) {
            return None;
        }
        let lead = std::mem::take(&mut lead);
        entries.push(Entry { name, lead, body });
        at = end;
    }
    Some(Block {
        kind: kind?,
        entries,
        tail: lead,
    })
}

/// How many lines the entry has that begins here, without the comments behind
/// it.
fn extent(lines: &[&str], depth: usize, kind: Kind) -> Option<usize> {
    let mut end = 1;
    for (index, line) in lines.iter().enumerate().skip(1) {
        if !is_content(line) {
            continue;
        }
        let at = indent(line)?;
        // A list may stand as deep as its key.
        let beside = kind == Kind::Keys && at == depth && is_item(&line[at..]);
        if at <= depth && !beside {
            break;
        }
        end = index + 1;
    }
    Some(end)
}

/// `key: value`, or `key:` and entries below.
fn key(lines: &[&str], depth: usize) -> Option<(String, Body)> {
    let content = lines[0][depth..].trim_end();
    let (name, value) = split_key(content)?;
    let whole = || Body::Whole(lines.concat());
    let value = value.trim();
    if !(value.is_empty() || value.starts_with('#')) {
        return Some((name.to_owned(), whole()));
    }
    let below = &lines[1..];
    let first = below.iter().find(|line| is_content(line));
    let inner = first.and_then(|line| block(below, indent(line)?));
    let body = match inner.filter(|inner| inner.tail.is_empty()) {
        Some(inner) => Body::Parts(Parts {
            head: lines[0].to_owned(),
            dash: None,
            kind: inner.kind,
            entries: inner.entries,
        }),
        None => whole(),
    };
    Some((name.to_owned(), body))
}

/// `- key: value` and the keys below it, or an item of one piece.
fn item(lines: &[&str], depth: usize) -> (String, Body) {
    let text = lines.concat();
    let mut spaced = text.clone();
    spaced.replace_range(depth..=depth, " ");
    let inner: Vec<&str> = spaced.split_inclusive('\n').collect();
    let first = indent(inner[0]).filter(|_| is_content(inner[0]));
    let inner = first.and_then(|first| block(&inner, first));
    match inner.filter(|inner| inner.kind == Kind::Keys && inner.tail.is_empty()) {
        Some(inner) => {
            let named = inner.entries.iter().find(|entry| entry.name == "name");
            let name = named.map_or_else(String::new, |entry| entry.body.text().trim().to_owned());
            let parts = Parts {
                head: String::new(),
                dash: Some(depth),
                kind: Kind::Keys,
                entries: inner.entries,
            };
            (name, Body::Parts(parts))
        }
        None => (flow_name(&text), Body::Whole(text)),
    }
}

/// The name of an item in one line: `- {name: vpn, …}`.
fn flow_name(text: &str) -> String {
    let at = ["{name:", " name:"].iter().find_map(|key| text.find(key));
    let rest = at.map_or("", |at| &text[at + 1..]);
    let end = rest.find([',', '}', '\n']).unwrap_or(rest.len());
    rest[..end].trim().to_owned()
}

/// A key as written, and what stands behind its colon.
fn split_key(content: &str) -> Option<(&str, &str)> {
    let start = match content.chars().next()? {
        quote @ ('"' | '\'') => content[1..].find(quote)? + 2,
        '{' | '[' | '&' | '*' | '!' | '|' | '>' | '?' | '%' | '@' | '`' | '-' => return None,
        _ => 0,
    };
    let colon = content[start..]
        .match_indices(':')
        .map(|(at, _)| start + at)
        .find(|at| {
            content[at + 1..]
                .chars()
                .next()
                .is_none_or(char::is_whitespace)
        })?;
    Some((content[..colon].trim_end(), &content[colon + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FILE: &str = "\
# The policy.
format: 1

teams: # by name
  frontline: {level: 1}
  # Beside the line.
  desktop:
    level: 2

routes:
- name: vpn
  when: {category: network/vpn}
  team: desktop

  # and this
- {name: mail, team: frontline}
-   team: desktop
\"odd key\": |
  text: of
   several
# The end.
";

    fn outline(block: &[Entry], depth: usize, out: &mut String) {
        for entry in block {
            let lines = entry.lead.lines().count();
            out.push_str(&format!(
                "{}{:?} +{lines}\n",
                "  ".repeat(depth),
                entry.name
            ));
            if let Body::Parts(parts) = &entry.body {
                outline(&parts.entries, depth + 1, out);
            }
        }
    }

    #[test]
    fn entries_are_found_with_their_comments() {
        let block = read(FILE).unwrap();
        let mut out = String::new();
        outline(&block.entries, 0, &mut out);
        insta::assert_snapshot!(out, @r#"
        "format" +1
        "teams" +1
          "frontline" +0
          "desktop" +1
            "level" +0
        "routes" +1
          "name: vpn" +0
            "name" +0
            "when" +0
            "team" +0
          "name: mail" +2
          "" +0
            "team" +0
        "\"odd key\"" +0
        "#);
        assert_eq!(block.tail, "# The end.\n");
    }

    #[test]
    fn what_is_written_otherwise_is_left_alone() {
        for text in [
            "{a: 1}\n",
            "a: [1,\n2]\n",
            "\ta: 1\n",
            "a: 1\na: 2\n",
            "- a\nb: 1\n",
            "---\na: 1\n",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_byte_is_lost(text in "([ ]{0,4}(- |#|[a-c]|\"x\"|'|\\{|)(: ?|:|)[a-c#]{0,2}\r?\n){0,12}") {
            if let Some(block) = read(&text) {
                let all: String = block.entries.iter().map(Entry::text).collect();
                prop_assert_eq!(all + &block.tail, text);
            }
        }
    }
}
