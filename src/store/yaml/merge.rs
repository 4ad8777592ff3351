//! Three versions of a file of ours → one, entry by entry. Comments and layout
//! stay; where both sides changed one entry, a person decides.

use super::entries::{self, Block, Body, Entry, Kind, Parts};
use super::seed::{Faults, Shape};
use super::source::Source;
use std::collections::{BTreeMap, BTreeSet};

/// Lists in which the order of items has a meaning, by their key.
const ORDERED: &[&str] = &["routes"];

/// What came of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The merged file, with markers where a person must decide.
    pub text: String,
    /// How many times one must.
    pub conflicts: usize,
}

/// Merges by key. None where a version is written in a way that does not lend
/// itself to it, or where nothing that can be read would come of it.
#[must_use]
pub fn merge_entries(base: &str, ours: &str, theirs: &str) -> Option<Merged> {
    let [base, ours, theirs] = [base, ours, theirs].map(|text| entries::read(&ended(text)));
    let (base, ours, theirs) = (base?, ours?, theirs?);
    if [&base, &ours, &theirs]
        .iter()
        .any(|block| block.kind != Kind::Keys)
    {
        return None;
    }
    let mut out = Out::default();
    let sides = Sides {
        base: &base.entries,
        ours: &ours.entries,
        theirs: &theirs.entries,
    };
    out.entries(&sides, Kind::Keys, false).then_some(())?;
    let tails = [&base, &ours, &theirs].map(|block: &Block| block.tail.as_str());
    match pick(tails[0], tails[1], tails[2]) {
        Some(tail) => out.text.push_str(tail),
        None => out.conflict(tails[1], tails[2]),
    }
    let readable = || {
        let faults = Faults::default();
        let source = Source::new(out.text.as_bytes()).ok()?;
        source.parse(Shape { faults: &faults }, &faults).ok()
    };
    if out.conflicts == 0 && !out.text.is_empty() {
        readable()?;
    }
    Some(Merged {
        text: out.text,
        conflicts: out.conflicts,
    })
}

/// With a line feed at its end, so that what follows stands on its own line.
fn ended(text: &str) -> String {
    let missing = !text.is_empty() && !text.ends_with('\n');
    format!("{text}{}", if missing { "\n" } else { "" })
}

/// What both agree on, or the side that changed; none if both did.
fn pick<T: PartialEq>(base: T, ours: T, theirs: T) -> Option<T> {
    if ours == theirs || theirs == base {
        Some(ours)
    } else if ours == base {
        Some(theirs)
    } else {
        None
    }
}

/// Three versions of the entries of one block.
struct Sides<'a> {
    base: &'a [Entry],
    ours: &'a [Entry],
    theirs: &'a [Entry],
}

#[derive(Default)]
struct Out {
    text: String,
    conflicts: usize,
}

/// One entry in up to three versions.
type Versions<'a> = [Option<&'a Entry>; 3];

impl Out {
    /// Writes the merged block. Whether it could be: if not, nothing was
    /// written.
    fn entries(&mut self, sides: &Sides<'_>, kind: Kind, ordered: bool) -> bool {
        let base = names(sides.base, &[], kind);
        let ours = names(sides.ours, &base, kind);
        let theirs = names(sides.theirs, &base, kind);
        let Some(order) = order(&keys(&base), &keys(&ours), &keys(&theirs), ordered) else {
            return false;
        };
        let [base, ours, theirs] =
            [base, ours, theirs].map(|side| side.into_iter().collect::<BTreeMap<_, _>>());
        let of = |name: &String| -> Versions<'_> {
            [&base, &ours, &theirs].map(|side| side.get(name).copied())
        };
        let mut at = 0;
        while at < order.len() {
            // New rules of both sides in one place: which comes first?
            let new = order[at..].iter().take_while(|name| is_new(&of(name)));
            let run: Vec<Versions<'_>> = new.map(of).collect();
            let side = |side: usize| -> String {
                let texts = run.iter().filter_map(|versions| versions[side]);
                texts.map(Entry::text).collect()
            };
            if ordered
                && run.len() > 1
                && side(1) != side(2)
                && !side(1).is_empty()
                && !side(2).is_empty()
            {
                self.conflict(&side(1), &side(2));
                at += run.len();
                continue;
            }
            self.entry(of(&order[at]));
            at += 1;
        }
        true
    }

    fn entry(&mut self, versions: Versions<'_>) {
        let text = |entry: Option<&Entry>| entry.map(Entry::text).unwrap_or_default();
        let [base, ours, theirs] = versions;
        if let Some(picked) = pick(base, ours, theirs) {
            self.text.push_str(&text(picked));
            return;
        }
        let (Some(mine), Some(other)) = (ours, theirs) else {
            return self.conflict(&text(ours), &text(theirs));
        };
        let lead = pick(
            base.map_or("", |base| &base.lead),
            mine.lead.as_str(),
            other.lead.as_str(),
        );
        let body = pick(
            base.map(|entry| &entry.body),
            Some(&mine.body),
            Some(&other.body),
        );
        match (lead, body.flatten()) {
            (Some(lead), Some(body)) => {
                self.text.push_str(lead);
                self.text.push_str(&body.text());
            }
            (Some(lead), None) => {
                let merged = merge_parts(
                    base.map(|entry| &entry.body),
                    &mine.body,
                    &other.body,
                    &mine.name,
                );
                match merged {
                    Some(inner) => {
                        self.text.push_str(lead);
                        self.text.push_str(&inner.text);
                        self.conflicts += inner.conflicts;
                    }
                    None => {
                        self.text.push_str(lead);
                        self.conflict(&mine.body.text(), &other.body.text());
                    }
                }
            }
            (None, _) => self.conflict(&mine.text(), &other.text()),
        }
    }

    /// Both versions, for a person to decide.
    fn conflict(&mut self, ours: &str, theirs: &str) {
        self.conflicts += 1;
        self.text.push_str(&format!(
            "<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n"
        ));
    }
}

/// Merges the entries of two bodies that both have some.
fn merge_parts(base: Option<&Body>, ours: &Body, theirs: &Body, key: &str) -> Option<Out> {
    let (Body::Parts(ours), Body::Parts(theirs)) = (ours, theirs) else {
        return None;
    };
    let none = Parts {
        entries: Vec::new(),
        ..ours.clone()
    };
    let base = match base {
        Some(Body::Parts(base)) => base,
        None => &none,
        Some(Body::Whole(_)) => return None,
    };
    if ours.kind != theirs.kind || ours.kind != base.kind || ours.dash != theirs.dash {
        return None;
    }
    let head = pick(&base.head, &ours.head, &theirs.head)?;
    let mut out = Out::default();
    let sides = Sides {
        base: &base.entries,
        ours: &ours.entries,
        theirs: &theirs.entries,
    };
    if !out.entries(&sides, ours.kind, ORDERED.contains(&key)) {
        return None;
    }
    // The dash of an item stands before its first key, whichever that is now.
    let starts_with_key = out
        .text
        .trim_start_matches(' ')
        .starts_with(char::is_alphanumeric);
    if ours.dash.is_some() && !starts_with_key {
        return None;
    }
    let around = Parts {
        head: head.clone(),
        ..none.clone()
    };
    out.text = around.around(&out.text);
    Some(out)
}

fn is_new(versions: &Versions<'_>) -> bool {
    versions[0].is_none()
}

fn keys(named: &[(String, &Entry)]) -> Vec<String> {
    named.iter().map(|(name, _)| name.clone()).collect()
}

/// The entries with a name for each that is the same in all versions. Items of
/// lists without a name of their own are found again by what they say, and
/// those that changed by where they stand.
fn names<'a>(
    entries: &'a [Entry],
    base: &[(String, &Entry)],
    kind: Kind,
) -> Vec<(String, &'a Entry)> {
    if kind == Kind::Keys {
        return entries
            .iter()
            .map(|entry| (entry.name.clone(), entry))
            .collect();
    }
    let mut named: Vec<Option<String>> = vec![None; entries.len()];
    let mut taken = BTreeSet::new();
    let mut give = |place: &mut Option<String>, name: &str| {
        let free = place.is_none() && taken.insert(name.to_owned());
        if free {
            *place = Some(name.to_owned());
        }
        free
    };
    for (place, entry) in named.iter_mut().zip(entries) {
        let same = base.iter().filter(|(_, old)| match entry.name.is_empty() {
            true => old.body == entry.body,
            false => old.name == entry.name,
        });
        for (name, _) in same {
            if give(place, name) {
                break;
            }
        }
    }
    // As many changed items as there were between two that did not change.
    let mut from = (0, 0);
    let anchors: Vec<(usize, usize)> = named
        .iter()
        .enumerate()
        .filter_map(|(at, name)| {
            let old = base
                .iter()
                .position(|(old, _)| Some(old) == name.as_ref())?;
            Some((at, old))
        })
        .chain([(entries.len(), base.len())])
        .collect();
    for (at, old) in anchors {
        if old >= from.1 && at - from.0 == old - from.1 {
            for (place, (name, was)) in (from.0..at).zip(&base[from.1..old]) {
                if entries[place].name.is_empty() || was.name.is_empty() {
                    give(&mut named[place], name);
                }
            }
        }
        from = (at + 1, old + 1);
    }
    let mut made = Vec::new();
    for (place, entry) in named.into_iter().zip(entries) {
        // Two that say the same are one, but within a file they are two.
        let new = format!(
            "+{}{}",
            entry.name,
            if entry.name.is_empty() {
                entry.body.text()
            } else {
                String::new()
            }
        );
        let mut name = place.unwrap_or(new);
        while made.iter().any(|(other, _)| *other == name) {
            name.push('+');
        }
        made.push((name, entry));
    }
    made
}

/// The order of the merged entries: that of the side that moved some, with the
/// other's new ones behind what they stand behind there. None where both moved
/// some and it matters.
fn order(
    base: &[String],
    ours: &[String],
    theirs: &[String],
    matters: bool,
) -> Option<Vec<String>> {
    let moved = |side: &[String]| {
        let stays: Vec<&String> = side.iter().filter(|name| base.contains(name)).collect();
        let was: Vec<&String> = base.iter().filter(|name| side.contains(name)).collect();
        stays != was
    };
    let (first, second) = match (moved(ours), moved(theirs)) {
        (true, true) if matters && ours != theirs => return None,
        (false, true) => (theirs, ours),
        _ => (ours, theirs),
    };
    let mut order = first.to_vec();
    for (at, name) in second.iter().enumerate() {
        if order.contains(name) {
            continue;
        }
        let before = second[..at].iter().rev();
        let behind = before.filter_map(|before| order.iter().position(|one| one == before));
        let mut place = behind.map(|at| at + 1).next().unwrap_or(0);
        // Behind the first side's new ones, if they stand there too.
        while order
            .get(place)
            .is_some_and(|one| !base.contains(one) && !second.contains(one))
        {
            place += 1;
        }
        order.insert(place, name.clone());
    }
    Some(order)
}

#[cfg(test)]
mod tests;
