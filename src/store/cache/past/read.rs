//! What commits changed, read from git's trees by several threads.

use super::{CacheError, Progress};
use crate::store::{Store, StoreError};
use crate::ticket::TicketId;
use git2::{Odb, Oid, Repository};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::atomic::{self, AtomicUsize};
use std::sync::mpsc::sync_channel;
use std::thread;

/// So many commits are read at once by a thread.
const CHUNK: usize = 256;

/// So many trees are kept for the commits to come: neighbours share most.
const TREES: usize = 2_000;

/// A commit, and the tickets whose file is another than in its first parent.
pub(super) struct Read {
    pub(super) commit: Oid,
    pub(super) parents: Vec<Oid>,
    /// When it was recorded, in seconds since 1970.
    pub(super) at: i64,
    pub(super) touched: Vec<Touched>,
}

pub(super) struct Touched {
    pub(super) ticket: TicketId,
    pub(super) before: Option<Oid>,
    pub(super) after: Option<Oid>,
    /// The first parent, by its place, that has the same file.
    pub(super) same_as: Option<usize>,
}

/// Reads commits and hands them on in their order.
pub(super) fn all(
    store: &Store,
    commits: &[Oid],
    progress: &dyn Fn(Progress),
    take: &mut dyn FnMut(Read) -> Result<(), CacheError>,
) -> Result<(), CacheError> {
    let prefix = format!("{}tickets", store.prefix);
    if commits.len() < CHUNK {
        let mut reader = Reader::new(&store.repo, &prefix)?;
        for commit in commits {
            take(reader.read(*commit)?)?;
        }
        return Ok(());
    }
    let next = AtomicUsize::new(0);
    let chunks: Vec<&[Oid]> = commits.chunks(CHUNK).collect();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let (give, get) = sync_channel(workers * 4);
    thread::scope(|scope| {
        for _ in 0..workers {
            let (give, chunks, next, prefix) = (give.clone(), &chunks, &next, &prefix);
            let folder = store.git_dir().to_owned();
            scope.spawn(move || {
                let work = || -> Result<(), CacheError> {
                    let repo = Repository::open(&folder);
                    let repo = repo.map_err(StoreError::git("open the repository"))?;
                    let mut reader = Reader::new(&repo, prefix)?;
                    loop {
                        let place = next.fetch_add(1, atomic::Ordering::Relaxed);
                        let Some(chunk) = chunks.get(place) else {
                            return Ok(());
                        };
                        let read: Result<Vec<Read>, CacheError> =
                            chunk.iter().map(|commit| reader.read(*commit)).collect();
                        // Nobody listens where another has failed already.
                        if give.send(Ok((place, read?))).is_err() {
                            return Ok(());
                        }
                    }
                };
                if let Err(error) = work() {
                    let _ = give.send(Err(error));
                }
            });
        }
        drop(give);
        // Out of turn, until those before them are there.
        let mut early = BTreeMap::new();
        let (mut turn, mut done) = (0, 0);
        for chunk in &get {
            let (place, read) = chunk?;
            early.insert(place, read);
            while let Some(read) = early.remove(&turn) {
                turn += 1;
                done += read.len();
                for read in read {
                    take(read)?;
                }
                progress(Progress {
                    done,
                    all: commits.len(),
                });
            }
        }
        drop(get);
        Ok(())
    })
}

/// The bytes of a tree.
type Tree = Rc<Vec<u8>>;

/// An entry of a tree.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry<'a> {
    mode: &'a [u8],
    name: &'a [u8],
    id: Oid,
}

impl Entry<'_> {
    fn is_folder(&self) -> bool {
        self.mode.ends_with(b"40000")
    }

    /// A file, or a link: what has content.
    fn is_blob(&self) -> bool {
        !self.is_folder() && self.mode != b"160000"
    }

    /// Git's order puts a slash behind the name of a folder.
    fn key(&self) -> impl Iterator<Item = u8> {
        let slash = self.is_folder().then_some(b'/');
        self.name.iter().copied().chain(slash)
    }
}

/// The entries of a tree's bytes, as far as they make sense.
struct Entries<'a>(&'a [u8]);

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let space = self.0.iter().position(|byte| *byte == b' ')?;
        let (mode, rest) = self.0.split_at_checked(space)?;
        let rest = rest.get(1..)?;
        let zero = rest.iter().position(|byte| *byte == 0)?;
        let (name, rest) = rest.split_at_checked(zero)?;
        let (id, rest) = rest.get(1..)?.split_at_checked(20)?;
        self.0 = rest;
        Some(Entry {
            mode,
            name,
            id: Oid::from_bytes(id).ok()?,
        })
    }
}

/// A file that differs: its path, what was there, what is there.
type Change = (String, Option<Oid>, Option<Oid>);

struct Reader<'r> {
    odb: Odb<'r>,
    repo: &'r Repository,
    /// The folder of the tickets, from the repository's root.
    folder: &'r str,
    trees: HashMap<Oid, Tree>,
}

impl<'r> Reader<'r> {
    fn new(repo: &'r Repository, folder: &'r str) -> Result<Self, CacheError> {
        Ok(Self {
            odb: repo.odb().map_err(StoreError::git("open the objects"))?,
            repo,
            folder,
            trees: HashMap::new(),
        })
    }

    fn read(&mut self, id: Oid) -> Result<Read, CacheError> {
        let found = self.repo.find_commit(id);
        let commit = found.map_err(StoreError::git("read a commit"))?;
        let parents: Vec<Oid> = commit.parent_ids().collect();
        let here = self.tickets(commit.tree_id())?;
        let mut against = Vec::new();
        for parent in &parents {
            let found = self.repo.find_commit(*parent);
            let parent = found.map_err(StoreError::git("read a commit"))?;
            let there = self.tickets(parent.tree_id())?;
            let mut changes = Vec::new();
            self.compare(there, here, "tickets", &mut changes)?;
            // Nothing differs from the first: nothing is to be told.
            let same = changes.is_empty();
            against.push(changes);
            if same && against.len() == 1 {
                break;
            }
        }
        if parents.is_empty() {
            let mut changes = Vec::new();
            self.compare(None, here, "tickets", &mut changes)?;
            against.push(changes);
        }
        let mut against = against.into_iter();
        let first = against.next().unwrap_or_default();
        let others: Vec<Vec<Change>> = against.collect();
        let touched = first.into_iter().filter_map(|(path, before, after)| {
            let differs = |changes: &Vec<Change>| changes.iter().any(|(other, ..)| *other == path);
            let same = others.iter().position(|changes| !differs(changes));
            Some(Touched {
                ticket: TicketId::from_path(&path)?,
                before,
                after,
                same_as: same.map(|place| place + 1),
            })
        });
        Ok(Read {
            commit: id,
            touched: touched.collect(),
            at: commit.time().seconds(),
            parents,
        })
    }

    /// The tree of the tickets.
    fn tickets(&mut self, root: Oid) -> Result<Option<Oid>, CacheError> {
        let mut tree = root;
        for part in self.folder.split('/') {
            let bytes = self.tree(tree)?;
            let found = Entries(&bytes).find(|entry| entry.name == part.as_bytes());
            match found.filter(Entry::is_folder) {
                Some(entry) => tree = entry.id,
                None => return Ok(None),
            }
        }
        Ok(Some(tree))
    }

    fn tree(&mut self, id: Oid) -> Result<Tree, CacheError> {
        if let Some(tree) = self.trees.get(&id) {
            return Ok(Rc::clone(tree));
        }
        let object = self.odb.read(id);
        let object = object.map_err(StoreError::git("read a tree"))?;
        let tree = Rc::new(object.data().to_vec());
        if self.trees.len() >= TREES {
            self.trees.clear();
        }
        self.trees.insert(id, Rc::clone(&tree));
        Ok(tree)
    }

    /// Files that differ between two trees; what both have is not read.
    fn compare(
        &mut self,
        old: Option<Oid>,
        new: Option<Oid>,
        folder: &str,
        changes: &mut Vec<Change>,
    ) -> Result<(), CacheError> {
        if old == new {
            return Ok(());
        }
        let old = old.map(|id| self.tree(id)).transpose()?;
        let new = new.map(|id| self.tree(id)).transpose()?;
        let mut left = Entries(old.as_ref().map_or(&[], |tree| tree.as_slice())).peekable();
        let mut right = Entries(new.as_ref().map_or(&[], |tree| tree.as_slice())).peekable();
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(l), Some(r)) => l.key().cmp(r.key()),
            };
            let l = if order.is_le() { left.next() } else { None };
            let r = if order.is_ge() { right.next() } else { None };
            if l == r {
                continue;
            }
            let Some(named) = r.or(l) else { continue };
            let path = format!("{folder}/{}", String::from_utf8_lossy(named.name));
            let tree = |entry: Option<Entry<'_>>| entry.filter(Entry::is_folder).map(|it| it.id);
            let blob = |entry: Option<Entry<'_>>| entry.filter(Entry::is_blob).map(|it| it.id);
            self.compare(tree(l), tree(r), &path, changes)?;
            if blob(l) != blob(r) {
                changes.push((path, blob(l), blob(r)));
            }
        }
    }
}
