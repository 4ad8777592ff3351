//! The extension of the index in which git keeps the trees it already knows,
//! so that neither `git commit` nor `git status` compute them again.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::io::Write;
use std::ops::Range;

use git2::Oid;

use super::layout::Layout;

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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Node {
    name: Vec<u8>,
    /// How many entries of the index are below and the tree that they make;
    /// `None` where git has to look.
    known: Option<(usize, Oid)>,
    children: Vec<Child>,
}

/// A folder below another. There are thousands, of which a change touches five:
/// the others are not taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Child {
    /// Where the file has it, with all that is below it.
    range: Range<usize>,
    /// What it is, where it was taken apart or made.
    read: Option<Node>,
}

impl Child {
    fn new(node: Node) -> Self {
        Self {
            range: 0..0,
            read: Some(node),
        }
    }

    fn name<'c>(&'c self, file: &'c [u8]) -> &'c [u8] {
        match &self.read {
            Some(node) => &node.name,
            None => Head::read(file, self.range.start).map_or(&[], |(head, _)| head.name),
        }
    }

    fn read(&mut self, file: &[u8]) -> &mut Node {
        self.read.get_or_insert_with(|| {
            // It was read before, when it was passed over.
            let read = Node::read(file, self.range.start);
            read.map_or_else(Node::default, |(node, _)| node)
        })
    }
}

/// What the extension says of one folder.
struct Head<'f> {
    name: &'f [u8],
    known: Option<(usize, &'f [u8])>,
    below: usize,
}

impl<'f> Head<'f> {
    /// The folder at an offset, and where those below it begin.
    fn read(file: &'f [u8], at: usize) -> Option<(Self, usize)> {
        let mut rest = file.get(at..)?;
        let name = take_until(&mut rest, 0)?;
        let count: i64 = number(take_until(&mut rest, b' ')?)?;
        let below = number(take_until(&mut rest, b'\n')?)?;
        let known = match usize::try_from(count) {
            Err(_) => None,
            Ok(count) => {
                let (id, behind) = rest.split_at_checked(20)?;
                rest = behind;
                Some((count, id))
            }
        };
        let head = Self { name, known, below };
        Some((head, file.len() - rest.len()))
    }

    /// Where a folder below others ends, with all that is below it.
    fn pass(file: &[u8], at: usize, depth: usize) -> Option<usize> {
        let (head, mut at) = Head::read(file, at)?;
        if depth > MAX_DEPTH || head.name.is_empty() {
            return None;
        }
        for _ in 0..head.below {
            at = Self::pass(file, at, depth + 1)?;
        }
        Some(at)
    }
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

    /// `None` where a range of a file is not exactly one top folder.
    pub(super) fn parse(file: &[u8], range: Range<usize>) -> Option<Self> {
        let (top, end) = Self::read(file.get(..range.end)?, range.start)?;
        (end == range.end && top.name.is_empty()).then_some(top)
    }

    /// The folder at an offset, and where it ends.
    fn read(file: &[u8], at: usize) -> Option<(Self, usize)> {
        let (head, mut at) = Head::read(file, at)?;
        let known = match head.known {
            None => None,
            Some((count, id)) => Some((count, Oid::from_bytes(id).ok()?)),
        };
        let mut children = Vec::new();
        for _ in 0..head.below {
            let end = Head::pass(file, at, 1)?;
            children.push(Child {
                range: at..end,
                read: None,
            });
            at = end;
        }
        let node = Self {
            name: head.name.to_vec(),
            known,
            children,
        };
        Some((node, at))
    }

    /// Adds it, with all that is below it.
    pub(super) fn write(&self, out: &mut Layout) {
        let below = self.children.len();
        out.append(|fresh| {
            fresh.extend_from_slice(&self.name);
            fresh.push(0);
            // Writing to memory cannot fail.
            let _ = match &self.known {
                None => writeln!(fresh, "-1 {below}"),
                Some((count, _)) => writeln!(fresh, "{count} {below}"),
            };
            if let Some((_, id)) = &self.known {
                fresh.extend_from_slice(id.as_bytes());
            }
        });
        for child in &self.children {
            match &child.read {
                None => out.copy(child.range.clone()),
                Some(node) => node.write(out),
            }
        }
    }

    /// The folders whose trees are known, from this one down: path and tree.
    pub(super) fn known_folders(&self, file: &[u8]) -> Vec<(Vec<u8>, Oid)> {
        let mut found = Vec::new();
        let mut open = vec![(Vec::new(), self.clone())];
        while let Some((folder, mut node)) = open.pop() {
            for child in &mut node.children {
                let child = child.read(file);
                let path = match folder.as_slice() {
                    [] => child.name.clone(),
                    above => [above, &child.name].join(&b'/'),
                };
                open.push((path, std::mem::take(child)));
            }
            found.extend(node.known.map(|(_, id)| (folder, id)));
        }
        found
    }

    /// Follows a change. `changed` is in the order of paths.
    ///
    /// A folder whose tree was the one before the change has the one after it
    /// now. Of any other git has to look again: the user has staged something.
    pub(super) fn follow(&mut self, file: &[u8], changed: &[Changed<'_>], moves: &TreeMoves) {
        self.follow_below(file, &mut Vec::new(), changed, moves);
    }

    fn follow_below(
        &mut self,
        file: &[u8],
        folder: &mut Vec<u8>,
        changed: &[Changed<'_>],
        moves: &TreeMoves,
    ) {
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
            let named = |child: &&mut Child| child.name(file) == name;
            match self.children.iter_mut().find(named) {
                Some(child) => {
                    let child = child.read(file);
                    child.follow_below(file, folder, group, moves);
                    if child.known.is_none() {
                        known = None;
                    }
                }
                // Git takes it that a known folder has all folders below it.
                None if known.is_some() => match Self::fresh(file, name, folder, group, moves) {
                    Some(child) => self.insert(file, child),
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
        file: &[u8],
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
            let child = Self::fresh(file, name, folder, group, moves);
            folder.truncate(length);
            node.insert(file, child?);
        }
        Some(node)
    }

    fn insert(&mut self, file: &[u8], child: Self) {
        let after = |present: &Child| order(present.name(file), &child.name) == Ordering::Greater;
        let at = self.children.iter().position(after);
        self.children
            .insert(at.unwrap_or(self.children.len()), Child::new(child));
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
            children: children.into_iter().map(Child::new).collect(),
        }
    }

    fn written(node: &Node, file: &[u8]) -> Vec<u8> {
        let mut layout = Layout::default();
        node.write(&mut layout);
        layout
            .chunks(file, 0..layout.len)
            .flatten()
            .copied()
            .collect()
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
        let bytes = written(&top, &[]);
        // It need not be at the beginning of a file.
        let file = [b"before", &bytes[..], b"behind"].concat();
        let parse = |length: usize| Node::parse(&file, 6..6 + length);
        let mut read = parse(bytes.len()).unwrap();
        assert_eq!(written(&read, &file), bytes);
        for child in &mut read.children {
            for below in &mut child.read(&file).children {
                below.read(&file);
            }
        }
        assert_eq!(written(&read, &[]), bytes);
        for end in 0..bytes.len() {
            assert_eq!(parse(end), None, "cut at {end}");
        }
        assert_eq!(parse(bytes.len() + 1), None);
        let deep = [b"\x00-1 1\n".to_vec(), b"a\x00-1 1\n".repeat(1_000_000)].concat();
        assert_eq!(Node::parse(&deep, 0..deep.len()), None);
    }

    #[test]
    fn what_a_change_does_not_touch_stays_where_it_is() {
        let months = |changed: &str| {
            let month = |name: &str, id| node(name, Some((1, id)), vec![]);
            vec![month("10", "3"), month("11", changed), month("12", "5")]
        };
        let top = |ids: [&str; 3]| {
            let kb = node("kb", Some((1, "8")), vec![]);
            let tickets = node("tickets", Some((3, ids[1])), months(ids[2]));
            node("", Some((4, ids[0])), vec![kb, tickets])
        };
        let file = written(&top(["1", "2", "4"]), &[]);
        let mut read = Node::parse(&file, 0..file.len()).unwrap();
        let moved = [
            ("", Some("1"), "a"),
            ("tickets", Some("2"), "b"),
            ("tickets/11", Some("4"), "c"),
        ];
        read.follow(&file, &[changed("tickets/11/x", false)], &moves(&moved));
        assert_eq!(written(&read, &file), written(&top(["a", "b", "c"]), &[]));
        let mut layout = Layout::default();
        read.write(&mut layout);
        let rewritten: usize = layout.differing().iter().map(ExactSizeIterator::len).sum();
        let heads = ["\x004 2\n", "tickets\x003 3\n", "11\x001 0\n"];
        let heads: usize = heads.iter().map(|head| head.len() + 20).sum();
        assert_eq!(rewritten, heads);
    }

    #[test]
    fn known_folders_move_and_new_ones_appear() {
        let mut top = node(
            "",
            Some((5, "1")),
            vec![node("tickets", Some((4, "2")), vec![])],
        );
        top.follow(
            &[],
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
            &[],
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
        top.follow(&[], &[changed("tickets/a", false)], &TreeMoves::new());
        let tickets = node("tickets", None, vec![]);
        assert_eq!(top, node("", None, vec![tickets]));
    }
}
