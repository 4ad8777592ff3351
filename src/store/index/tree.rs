//! The extension of the index in which git keeps the trees it already knows,
//! so that neither `git commit` nor `git status` compute them again.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::io::Write;

use git2::Oid;

/// The deepest folder that is followed.
const MAX_DEPTH: usize = 512;

/// The tree without entries.
const EMPTY: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// The tree that git has without being told.
pub(in crate::store) fn empty_tree() -> Oid {
    Oid::from_str(EMPTY).unwrap_or(Oid::ZERO_SHA1)
}

/// A folder's tree before and after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct TreeMove {
    /// `None` where the folder is new.
    pub(in crate::store) old: Option<Oid>,
    pub(in crate::store) new: Oid,
}

/// The moves of every folder that a change touches, by path from the top of the
/// work tree; the top itself is empty.
pub(in crate::store) type TreeMoves = HashMap<String, TreeMove>;

/// A path whose entry is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Changed<'p> {
    pub(super) path: &'p [u8],
    pub(super) inserted: bool,
}

/// A folder in the extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    name: Vec<u8>,
    /// How many entries of the index are below and the tree that they make;
    /// `None` where git has to look.
    known: Option<(usize, Oid)>,
    children: Vec<Self>,
}

impl Node {
    /// The top of an index without entries.
    pub(super) fn empty() -> Self {
        Self {
            name: Vec::new(),
            known: Some((0, empty_tree())),
            children: Vec::new(),
        }
    }

    /// `None` where the bytes are not exactly one top folder.
    pub(super) fn parse(mut bytes: &[u8]) -> Option<Self> {
        let top = Self::take(&mut bytes, 0)?;
        (bytes.is_empty() && top.name.is_empty()).then_some(top)
    }

    fn take(bytes: &mut &[u8], depth: usize) -> Option<Self> {
        let name = take_until(bytes, 0)?;
        if depth > MAX_DEPTH || (depth > 0 && name.is_empty()) {
            return None;
        }
        let count: i64 = number(take_until(bytes, b' ')?)?;
        let below: usize = number(take_until(bytes, b'\n')?)?;
        let known = match usize::try_from(count) {
            Err(_) => None,
            Ok(count) => {
                let (id, rest) = bytes.split_at_checked(20)?;
                *bytes = rest;
                Some((count, Oid::from_bytes(id).ok()?))
            }
        };
        let mut children = Vec::new();
        for _ in 0..below {
            children.push(Self::take(bytes, depth + 1)?);
        }
        Some(Self {
            name: name.to_vec(),
            known,
            children,
        })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.name);
        out.push(0);
        let below = self.children.len();
        // Writing to memory cannot fail.
        let _ = match &self.known {
            None => writeln!(out, "-1 {below}"),
            Some((count, _)) => writeln!(out, "{count} {below}"),
        };
        if let Some((_, id)) = &self.known {
            out.extend_from_slice(id.as_bytes());
        }
        for child in &self.children {
            child.write(out);
        }
    }

    /// Follows a change. `changed` is in the order of paths.
    ///
    /// A folder whose tree was the one before the change has the one after it
    /// now. Of any other git has to look again: the user has staged something.
    pub(super) fn follow(&mut self, changed: &[Changed<'_>], moves: &TreeMoves) {
        self.follow_below(&mut Vec::new(), changed, moves);
    }

    fn follow_below(&mut self, folder: &mut Vec<u8>, changed: &[Changed<'_>], moves: &TreeMoves) {
        let moved = find_move(folder, moves);
        let mut known = match (self.known, moved) {
            (Some((count, id)), Some(moved)) if moved.old == Some(id) => {
                let inserted = changed.iter().filter(|path| path.inserted).count();
                Some((count + inserted, moved.new))
            }
            _ => None,
        };
        for (name, group) in by_folder(folder.len(), changed) {
            let length = folder.len();
            push(folder, name);
            match self.children.iter_mut().find(|child| child.name == name) {
                Some(child) => {
                    child.follow_below(folder, group, moves);
                    if child.known.is_none() {
                        known = None;
                    }
                }
                // Git takes it that a known folder has all folders below it.
                None if known.is_some() => match Self::fresh(name, folder, group, moves) {
                    Some(child) => self.insert(child),
                    None => known = None,
                },
                None => {}
            }
            folder.truncate(length);
        }
        self.known = known;
    }

    /// A folder that the change made.
    fn fresh(
        name: &[u8],
        folder: &mut Vec<u8>,
        changed: &[Changed<'_>],
        moves: &TreeMoves,
    ) -> Option<Self> {
        let moved = find_move(folder, moves)?;
        if moved.old.is_some() || changed.iter().any(|path| !path.inserted) {
            return None;
        }
        let mut node = Self {
            name: name.to_vec(),
            known: Some((changed.len(), moved.new)),
            children: Vec::new(),
        };
        for (name, group) in by_folder(folder.len(), changed) {
            let length = folder.len();
            push(folder, name);
            let child = Self::fresh(name, folder, group, moves);
            folder.truncate(length);
            node.insert(child?);
        }
        Some(node)
    }

    fn insert(&mut self, child: Self) {
        let after = |present: &Self| order(&present.name, &child.name) == Ordering::Greater;
        let at = self.children.iter().position(after);
        self.children
            .insert(at.unwrap_or(self.children.len()), child);
    }
}

/// Git's order of folders in the extension: shorter names first.
fn order(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn find_move(folder: &[u8], moves: &TreeMoves) -> Option<TreeMove> {
    let path = folder.strip_suffix(b"/").unwrap_or(folder);
    moves.get(std::str::from_utf8(path).ok()?).copied()
}

fn push(folder: &mut Vec<u8>, name: &[u8]) {
    folder.extend_from_slice(name);
    folder.push(b'/');
}

/// The folders right below the first `skip` bytes of the paths, each with its
/// paths. Paths of one folder stand together.
fn by_folder<'c, 'p>(
    skip: usize,
    changed: &'c [Changed<'p>],
) -> impl Iterator<Item = (&'p [u8], &'c [Changed<'p>])> {
    let name = move |changed: &Changed<'p>| {
        let rest = changed.path.get(skip..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'/')?;
        rest.get(..end)
    };
    changed
        .chunk_by(move |a, b| name(a) == name(b))
        .filter_map(move |group| Some((name(group.first()?)?, group)))
}

fn take_until<'b>(bytes: &mut &'b [u8], end: u8) -> Option<&'b [u8]> {
    let at = bytes.iter().position(|byte| *byte == end)?;
    let (taken, rest) = bytes.split_at_checked(at)?;
    *bytes = rest.get(1..)?;
    Some(taken)
}

fn number<N: std::str::FromStr>(bytes: &[u8]) -> Option<N> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn id(digit: &str) -> Oid {
        Oid::from_str(&digit.repeat(40)).unwrap()
    }

    fn moves(list: &[(&str, Option<&str>, &str)]) -> TreeMoves {
        list.iter()
            .map(|(path, old, new)| {
                let old = old.map(id);
                ((*path).to_owned(), TreeMove { old, new: id(new) })
            })
            .collect()
    }

    fn node(name: &str, known: Option<(usize, &str)>, children: Vec<Node>) -> Node {
        Node {
            name: name.into(),
            known: known.map(|(count, digit)| (count, id(digit))),
            children,
        }
    }

    fn changed(path: &str, inserted: bool) -> Changed<'_> {
        let path = path.as_bytes();
        Changed { path, inserted }
    }

    #[test]
    fn what_is_written_reads_back_and_halves_do_not() {
        let top = node(
            "",
            None,
            vec![
                node("a", Some((3, "1")), vec![node("b", Some((1, "2")), vec![])]),
                node("c", None, vec![]),
            ],
        );
        let mut bytes = Vec::new();
        top.write(&mut bytes);
        assert_eq!(Node::parse(&bytes), Some(top));
        for end in 0..bytes.len() {
            assert_eq!(Node::parse(&bytes[..end]), None, "cut at {end}");
        }
        assert_eq!(Node::parse(&[&bytes[..], b"x"].concat()), None);
        let deep = b"a\x00-1 1\n".repeat(1_000_000);
        assert_eq!(Node::parse(&deep), None);
    }

    #[test]
    fn known_folders_move_and_new_ones_appear() {
        let mut top = node(
            "",
            Some((5, "1")),
            vec![node("tickets", Some((4, "2")), vec![])],
        );
        top.follow(
            &[
                changed("desk.yaml", false),
                changed("kb/x/a.md", true),
                changed("tickets/b", true),
            ],
            &moves(&[
                ("", Some("1"), "a"),
                ("tickets", Some("2"), "b"),
                ("kb", None, "c"),
                ("kb/x", None, "d"),
            ]),
        );
        let kb = node(
            "kb",
            Some((1, "c")),
            vec![node("x", Some((1, "d")), vec![])],
        );
        let tickets = node("tickets", Some((5, "b")), vec![]);
        assert_eq!(top, node("", Some((7, "a")), vec![kb, tickets]));
    }

    #[test]
    fn a_folder_with_something_staged_is_left_to_git() {
        let mut top = node(
            "",
            Some((5, "9")),
            vec![
                node("kb", Some((1, "8")), vec![]),
                node("tickets", Some((4, "2")), vec![]),
            ],
        );
        top.follow(
            &[changed("tickets/a", false), changed("new/b", true)],
            &moves(&[
                ("", Some("1"), "a"),
                ("tickets", Some("2"), "b"),
                ("new", None, "c"),
            ]),
        );
        let kb = node("kb", Some((1, "8")), vec![]);
        let tickets = node("tickets", Some((4, "b")), vec![]);
        assert_eq!(top, node("", None, vec![kb, tickets]));
    }

    #[test]
    fn without_moves_the_way_is_unknown() {
        let tickets = node("tickets", Some((4, "2")), vec![]);
        let mut top = node("", Some((5, "1")), vec![tickets]);
        top.follow(&[changed("tickets/a", false)], &TreeMoves::new());
        let tickets = node("tickets", None, vec![]);
        assert_eq!(top, node("", None, vec![tickets]));
    }
}
