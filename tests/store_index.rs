//! The index that a change writes is the one that git itself would have
//! written, whatever was in it before.
#![expect(clippy::unwrap_used, reason = "tests")]

mod store_support;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store_support::{Bench, commit, draft, plan_of, quick};
use tierdesk::store::{Draft, Durability, Options, Store, StoreError};

/// Without syncs, which other tests are about.
fn fast(bench: &Bench) -> Store {
    bench.store_with(Options {
        durability: Some(Durability::Fast),
        ..quick()
    })
}

/// Names whose order differs between paths, folders and lengths.
const PATHS: &[&str] = &[
    "desk.yaml",
    "a",
    "kb/a.md",
    "kb/b/c.md",
    "kb.yaml",
    "kb0",
    "tickets/2026/11/23/k7f3q2.yaml",
    "tickets/2026/11/23/k7f3q3.yaml",
    "tickets/2026/11/23.yaml",
    "tickets/2026/11/24/aaaaaa.yaml",
    "tickets/2026/12/01/zzzzzz.yaml",
    "tickets/2027/1/1/a-much-longer-name-than-all-of-the-others-have-it.yaml",
    "zz/zz",
    "\u{fc}/\u{e4}.yaml",
];

#[derive(Debug, Clone)]
enum Act {
    /// A change of ours: so many drafts of so many files.
    Desk(Vec<Vec<(usize, u8)>>),
    /// The user stages a file of their own, in a folder that we use as well.
    Stage(u8),
    IntentToAdd(u8),
    SkipWorktree(u8),
    Commit,
    /// Makes the extension with the trees.
    WriteTree,
    /// Drops it.
    Rewrite,
    Version(u8),
    Conflict(u8),
    /// Whether git is to write zeros for the checksum; and does so at once.
    SkipHash(bool, bool),
    UntrackedCache,
    /// An extension that nobody knows.
    Unknown,
}

fn act() -> impl Strategy<Value = Act> {
    let files = prop::collection::vec((0..PATHS.len(), any::<u8>()), 1..4);
    prop_oneof![
        8 => prop::collection::vec(files, 1..4).prop_map(Act::Desk),
        1 => (0..4u8).prop_map(Act::Stage),
        1 => (0..4u8).prop_map(Act::IntentToAdd),
        1 => (0..4u8).prop_map(Act::SkipWorktree),
        2 => Just(Act::Commit),
        2 => Just(Act::WriteTree),
        1 => Just(Act::Rewrite),
        2 => (2..5u8).prop_map(Act::Version),
        1 => (0..4u8).prop_map(Act::Conflict),
        1 => any::<(bool, bool)>().prop_map(|(on, now)| Act::SkipHash(on, now)),
        1 => Just(Act::UntrackedCache),
        1 => Just(Act::Unknown),
    ]
}

struct World {
    bench: Bench,
    round: u32,
    /// How often the index was written over the one before it.
    patched: Cell<u32>,
}

impl World {
    fn new() -> Self {
        let bench = Bench::new();
        bench.write_all(&[("kb/user0", "0\n"), ("tickets/2026/user1", "1\n")]);
        Self {
            bench,
            round: 0,
            patched: Cell::new(0),
        }
    }

    /// One in which the index is written over the one before it, however small.
    fn patching() -> Self {
        let mut world = Self::new();
        world.bench.patch_always();
        world
    }

    /// Without letting git write the index on this occasion.
    fn status(&self) -> String {
        let args = ["--no-optional-locks", "status", "--porcelain=v2", "-uall"];
        self.bench.git(&args)
    }

    fn index(&self) -> PathBuf {
        self.bench.root.join(".git/index")
    }

    /// Runs git on another index file.
    fn git_on(&self, index: &Path, args: &[&str], input: &str) -> Output {
        let mut child = Command::new("git")
            .current_dir(&self.bench.root)
            .env("HOME", &self.bench.root)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_INDEX_FILE", index)
            // Git checks what it reads against what it knows, and says so.
            .env("GIT_TEST_CHECK_CACHE_TREE", "1")
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    }

    fn must(&self, index: &Path, args: &[&str], input: &str) -> String {
        let output = self.git_on(index, args, input);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "git {args:?}: {said}");
        assert!(!said.contains("cache-tree"), "git {args:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn scratch(&self, name: &str) -> PathBuf {
        let path = self.bench.tmp.path().join(name);
        let _ = fs::remove_file(&path);
        path
    }

    fn user_file(n: u8) -> String {
        let folder = ["", "kb/", "tickets/2026/", "tickets/2026/11/23/"][usize::from(n % 4)];
        format!("{folder}user{n}")
    }

    fn act(&mut self, act: &Act) {
        self.round += 1;
        let bench = &self.bench;
        match act {
            Act::Desk(drafts) => self.change(drafts),
            Act::Stage(n) => {
                bench.edit(&Self::user_file(*n), &format!("{}\n", self.round));
                bench.git(&["add", "--sparse", &Self::user_file(*n)]);
            }
            Act::IntentToAdd(n) => {
                let path = format!("{}-later", Self::user_file(*n));
                bench.edit(&path, "later\n");
                bench.git(&["add", "--sparse", "-N", &path]);
            }
            Act::SkipWorktree(n) => {
                let path = Self::user_file(*n);
                if !bench.git(&["ls-files", &path]).is_empty() {
                    bench.git(&["update-index", "--skip-worktree", &path]);
                }
            }
            // With a conflict, git commits nothing; either is fine.
            Act::Commit => {
                self.git_on(&self.index(), &["commit", "-qm", "user"], "");
            }
            Act::WriteTree => {
                self.git_on(&self.index(), &["write-tree"], "");
            }
            Act::Rewrite => {
                let listed = bench.git(&["ls-files", "-s"]);
                let path = self.scratch("rewritten");
                self.must(&path, &["update-index", "--index-info"], &listed);
                fs::rename(path, self.index()).unwrap();
                // It fails where anything is unmerged or edited.
                self.git_on(&self.index(), &["update-index", "-q", "--refresh"], "");
            }
            Act::Version(version) => {
                bench.git(&["update-index", "--index-version", &version.to_string()]);
            }
            Act::Conflict(n) => {
                let id = bench.git(&["rev-parse", "HEAD:desk.yaml"]);
                let lines: String = (1..4)
                    .map(|stage| format!("100644 {} {stage}\tkb/conflict{n}\n", id.trim()))
                    .collect();
                self.must(&self.index(), &["update-index", "--index-info"], &lines);
            }
            Act::SkipHash(on, now) => {
                bench.git(&["config", "index.skipHash", &on.to_string()]);
                if *now {
                    bench.git(&["update-index", "--force-write-index"]);
                }
            }
            Act::UntrackedCache => {
                bench.git(&["update-index", "--force-untracked-cache"]);
                bench.status();
            }
            Act::Unknown => self.add_extension(),
        }
    }

    /// Puts an optional extension into the index that git keeps its hands off.
    fn add_extension(&self) {
        let mut bytes = fs::read(self.index()).unwrap();
        let trailer = bytes.split_off(bytes.len() - 20);
        bytes.extend_from_slice(b"XTRA\0\0\0\x04desk");
        let sum = match trailer == [0; 20] {
            true => trailer,
            false => sha1(&bytes),
        };
        bytes.extend_from_slice(&sum);
        fs::write(self.index(), bytes).unwrap();
    }

    fn change(&self, drafts: &[Vec<(usize, u8)>]) {
        let bench = &self.bench;
        let status = self.status();
        let before = fs::read(self.index()).unwrap();
        let spare = inode(&bench.root.join(".git/desk/index-spare"));
        let known = tree_of(&before)
            .is_some_and(|tree| tree.is_known_at(&bench.git(&["rev-parse", "HEAD^{tree}"])));
        let mut written = BTreeMap::new();
        let drafts: Vec<Draft> = drafts
            .iter()
            .map(|files| {
                let mut files = files.clone();
                files.sort_unstable();
                files.dedup_by_key(|(path, _)| *path);
                let files: Vec<_> = files
                    .iter()
                    .map(|(path, text)| (PATHS[*path], format!("{text}\n")))
                    .collect();
                written.extend(files.iter().cloned());
                let files: Vec<_> = files.iter().map(|(p, text)| (*p, text.as_str())).collect();
                draft("change", &files)
            })
            .collect();
        let store = bench.store_with(Options {
            durability: Some(Durability::Fast),
            patched_from: bench.patched_from,
            ..quick()
        });
        let done = store.transact(|_| plan_of(drafts.clone())).unwrap();
        assert!(done.warnings.is_empty(), "{:?}", done.warnings);
        let patched = spare.is_some() && spare == inode(&self.index());
        self.patched.update(|count| count + u32::from(patched));

        let after = fs::read(self.index()).unwrap();
        assert_eq!(self.status(), status);
        bench.fsck();
        assert_eq!(after[4..8], before[4..8], "the version");
        let skips = |bytes: &[u8]| bytes.ends_with(&[0; 20]);
        if skips(&after) != skips(&before) {
            let wanted = bench.git(&["config", "--default", "false", "--get", "index.skipHash"]);
            assert_eq!(skips(&after).to_string(), wanted.trim());
        }
        if !after.ends_with(&[0; 20]) {
            assert_eq!(after[after.len() - 20..], sha1(&after[..after.len() - 20]));
        }
        let unknown = |bytes: &[u8]| bytes.windows(12).any(|w| w == b"XTRA\0\0\0\x04desk");
        assert_eq!(unknown(&after), unknown(&before));

        // Git makes the same change in a copy of the old index.
        let theirs = self.scratch("theirs");
        fs::write(&theirs, &before).unwrap();
        let mut add = vec!["update-index", "--add", "--"];
        add.extend(written.keys());
        self.must(&theirs, &add, "");
        let ours = self.scratch("ours");
        fs::write(&ours, &after).unwrap();
        for look in [
            &["ls-files", "-s", "-v"][..],
            &["ls-files", "-t"],
            &["ls-files", "-u"],
            &["diff-files"],
            &["diff-index", "--cached", "HEAD"],
        ] {
            assert_eq!(
                self.must(&ours, look, ""),
                self.must(&theirs, look, ""),
                "{look:?}"
            );
        }
        for path in written.keys() {
            let look = ["ls-files", "--debug", path];
            assert_eq!(self.must(&ours, &look, ""), self.must(&theirs, &look, ""));
        }
        self.check_trees(&ours, &after, known);
    }

    /// The trees in the extension are those of the entries.
    fn check_trees(&self, ours: &Path, bytes: &[u8], was_known: bool) {
        let listed = self.must(ours, &["ls-files", "-s", "-z"], "");
        let plain = self.scratch("plain");
        let entries = self.must(ours, &["ls-files", "-s"], "");
        self.must(&plain, &["update-index", "--index-info"], &entries);
        let fresh = self.git_on(&plain, &["write-tree", "--missing-ok"], "");
        let also = self.git_on(ours, &["write-tree"], "");
        let later = self
            .must(ours, &["ls-files", "-s", "-t"], "")
            .contains("-later");
        if !later {
            assert_eq!(fresh.stdout, also.stdout);
        }
        self.must(ours, &["update-index", "--force-write-index"], "");
        let Some(tree) = tree_of(bytes) else {
            assert!(!was_known);
            return;
        };
        if was_known {
            let head = self.bench.git(&["rev-parse", "HEAD^{tree}"]);
            assert!(tree.is_known_at(&head), "{tree:?}");
        }
        let paths: Vec<&str> = listed
            .split_terminator('\0')
            .map(|line| line.split_once('\t').unwrap().1)
            .collect();
        let mut nodes = vec![(String::new(), &tree)];
        while let Some((folder, node)) = nodes.pop() {
            for child in &node.children {
                nodes.push((format!("{folder}{}/", child.name), child));
            }
            let Some((count, id)) = &node.known else {
                continue;
            };
            let below = paths.iter().filter(|path| path.starts_with(&folder));
            assert_eq!(*count, below.count(), "{folder}");
            let below: String = entries
                .lines()
                .map(|line| line.split_once('\t').unwrap())
                .filter_map(|(meta, path)| {
                    let path = path.trim_matches('"').strip_prefix(&*folder)?;
                    Some(format!("{meta}\t{path}\n"))
                })
                .collect();
            if entries.contains('"') && (folder.is_empty() || folder.contains('\u{fc}')) {
                continue;
            }
            let part = self.scratch("part");
            self.must(&part, &["update-index", "--index-info"], &below);
            assert_eq!(self.must(&part, &["write-tree"], "").trim(), id, "{folder}");
        }
    }
}

#[derive(Debug)]
struct Node {
    name: String,
    known: Option<(usize, String)>,
    children: Vec<Node>,
}

impl Node {
    fn is_known_at(&self, id: &str) -> bool {
        self.known
            .as_ref()
            .is_some_and(|(_, known)| known == id.trim())
    }
}

/// The extension with the trees, read by other code than the one under test.
fn tree_of(index: &[u8]) -> Option<Node> {
    fn node(bytes: &mut &[u8]) -> Node {
        let until = |bytes: &mut &[u8], end: u8| {
            let at = bytes.iter().position(|byte| *byte == end).unwrap();
            let text = String::from_utf8(bytes[..at].to_vec()).unwrap();
            *bytes = &bytes[at + 1..];
            text
        };
        let name = until(bytes, 0);
        let count: i64 = until(bytes, b' ').parse().unwrap();
        let below: usize = until(bytes, b'\n').parse().unwrap();
        let known = (count >= 0).then(|| {
            let id = bytes[..20].iter().map(|byte| format!("{byte:02x}"));
            let id = id.collect();
            *bytes = &bytes[20..];
            (usize::try_from(count).unwrap(), id)
        });
        let children = (0..below).map(|_| node(bytes)).collect();
        Node {
            name,
            known,
            children,
        }
    }
    // A name in an entry could look like this; the tests' names do not.
    let at = index.windows(4).position(|four| four == b"TREE")?;
    let size = u32::from_be_bytes(index[at + 4..at + 8].try_into().unwrap());
    let mut body = &index[at + 8..at + 8 + usize::try_from(size).unwrap()];
    let top = node(&mut body);
    assert!(body.is_empty());
    Some(top)
}

fn sha1(bytes: &[u8]) -> Vec<u8> {
    use sha1::{Digest, Sha1};
    Sha1::digest(bytes).to_vec()
}

/// The number of a file that is there.
fn inode(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|meta| meta.ino())
}

fn act_at_random(world: fn() -> World) -> u32 {
    store_support::isolate();
    let config = Config {
        cases: 24,
        failure_persistence: None,
        max_shrink_iters: 40,
        ..Config::default()
    };
    let acts = prop::collection::vec(act(), 1..9);
    let patched = Cell::new(0);
    let mut runner = TestRunner::new(config);
    let ran = runner.run(&acts, |acts| {
        let mut world = world();
        for act in &acts {
            world.act(act);
        }
        patched.update(|count| count + world.patched.get());
        Ok(())
    });
    assert!(ran.is_ok(), "{}", ran.unwrap_err());
    patched.get()
}

#[test]
fn random_changes_write_what_git_would_write() {
    assert_eq!(act_at_random(World::new), 0);
}

#[test]
fn random_changes_over_the_index_before_write_what_git_would_write() {
    let patched = act_at_random(World::patching);
    let world = World::new();
    assert!(patched > 0 || !world.bench.has_leases());
}

#[test]
fn each_version_alone() {
    for version in 2..=4 {
        let mut world = World::new();
        world.act(&Act::IntentToAdd(1));
        world.act(&Act::Version(version));
        world.act(&Act::Desk(vec![vec![(6, 1), (9, 1)], vec![(0, 1)]]));
        world.act(&Act::Commit);
        world.act(&Act::Conflict(1));
        for path in 0..PATHS.len() {
            world.act(&Act::Desk(vec![vec![(path, 2)]]));
            world.act(&Act::Desk(vec![vec![
                (path, 3),
                ((path + 5) % PATHS.len(), 3),
            ]]));
        }
    }
}

#[test]
fn many_at_once_are_known_trees() {
    for version in ["2", "4"] {
        let world = World::new();
        world
            .bench
            .git(&["commit", "-q", "--allow-empty", "-m", "user"]);
        world
            .bench
            .git(&["update-index", "--index-version", version]);
        let drafts: Vec<Draft> = (0..31)
            .map(|n| {
                let path = format!("tickets/20{}/0{}/{n}.yaml", 20 + n % 7, n % 5);
                draft(
                    "open",
                    &[(&path, "title: a\n"), ("desk.yaml", "format: 2\n")],
                )
            })
            .collect();
        let store = fast(&world.bench);
        store.transact(|_| plan_of(drafts.clone())).unwrap();
        world.bench.assert_clean();
        let bytes = fs::read(world.index()).unwrap();
        let ours = world.scratch("ours");
        fs::write(&ours, &bytes).unwrap();
        world.check_trees(&ours, &bytes, true);
    }
}

#[test]
fn a_large_index_is_written_without_its_checksum_where_git_can() {
    let world = World::new();
    let (bench, store) = (&world.bench, fast(&world.bench));
    let setting = || bench.git(&["config", "--default", "unset", "--get", "index.skipHash"]);
    store.spare_index_hash().unwrap();
    assert_eq!(setting().trim(), "unset", "it is small");
    let id = bench.git(&["rev-parse", "HEAD:desk.yaml"]);
    let lines: String = (0..30_000)
        .map(|n| format!("100644 {}\tmany/{n:06}.yaml\n", id.trim()))
        .collect();
    world.must(&world.index(), &["update-index", "--index-info"], &lines);
    store.spare_index_hash().unwrap();
    let version = bench.git(&["version"]);
    let mut version = version
        .split(['.', ' '])
        .filter_map(|word| word.parse().ok());
    let knows = (version.next(), version.next()) >= (Some(2), Some(40));
    assert_eq!(setting().trim(), knows.to_string());
    commit(&store, &[("a", "1\n")]).unwrap();
    let ends_in_zeros = fs::read(world.index()).unwrap().ends_with(&[0; 20]);
    assert_eq!(ends_in_zeros, knows);
    bench.git(&["fsck"]);
    bench.git(&["config", "index.skipHash", "false"]);
    store.spare_index_hash().unwrap();
    assert_eq!(setting().trim(), "false", "what the user says stays");
}

#[test]
fn names_longer_than_the_flags_can_say() {
    for version in ["2", "4"] {
        let world = World::new();
        let id = world.bench.git(&["rev-parse", "HEAD:desk.yaml"]);
        let folder = "f".repeat(200);
        let long = [folder.as_str(); 21].join("/");
        let line = format!("100644 {} 0\t{long}\n", id.trim());
        world.must(&world.index(), &["update-index", "--index-info"], &line);
        world
            .bench
            .git(&["update-index", "--index-version", version]);
        let before = world.bench.git(&["ls-files", "-s"]);
        world.bench.write_all(&[("desk.yaml", "format: 2\n")]);
        world.bench.write_all(&[("zz", "z\n"), ("a", "a\n")]);
        let after = world.bench.git(&["ls-files", "-s"]);
        assert_eq!(after.lines().count(), before.lines().count() + 2);
        assert!(after.contains(&long));
        world.bench.fsck();
    }
}

#[test]
fn a_damaged_index_is_an_error_and_stays_as_it_is() {
    let bench = Bench::new();
    bench.write_all(&[("kb/a.md", "a\n"), ("tickets/2026/a.yaml", "a\n")]);
    bench.git(&[
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "makes the trees known",
    ]);
    let index = bench.root.join(".git/index");
    let whole = fs::read(&index).unwrap();
    let head = bench.head();
    let mut damaged: Vec<Vec<u8>> = (0..whole.len())
        .step_by(7)
        .map(|end| whole[..end].to_vec())
        .collect();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        damaged.push(bytes);
    }
    damaged.push([&whole[..], b"garbage"].concat());
    let store = fast(&bench);
    for bytes in damaged {
        fs::write(&index, &bytes).unwrap();
        let error = commit(&store, &[("tickets/2026/b.yaml", "b\n")]).unwrap_err();
        let refused = matches!(
            error,
            StoreError::Git { .. } | StoreError::Unsupported { .. } | StoreError::HandEdit { .. }
        );
        assert!(refused, "{error}");
        assert_eq!(fs::read(&index).unwrap(), bytes);
        assert_eq!(bench.head(), head);
    }
    fs::write(&index, &whole).unwrap();
    bench.assert_clean();
}

#[test]
fn damage_with_a_right_checksum_does_no_harm() {
    let bench = Bench::new();
    bench.write_all(&[("kb/a.md", "a\n"), ("tickets/2026/a.yaml", "a\n")]);
    bench.git(&[
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "makes the trees known",
    ]);
    for version in ["2", "4"] {
        bench.git(&["update-index", "--index-version", version]);
        let index = bench.root.join(".git/index");
        let whole = fs::read(&index).unwrap();
        let branch = bench.root.join(".git/refs/heads/main");
        let head = fs::read(&branch).unwrap();
        let store = fast(&bench);
        for at in (0..whole.len() - 20).step_by(2) {
            let mut bytes = whole[..whole.len() - 20].to_vec();
            bytes[at] ^= 1 << (at % 7);
            let sum = sha1(&bytes);
            bytes.extend_from_slice(&sum);
            fs::write(&index, &bytes).unwrap();
            // What is committed is committed whole, or nothing is.
            let done = commit(&store, &[("tickets/2026/b.yaml", "b\n")]);
            assert_eq!(
                done.is_ok(),
                fs::read(&branch).unwrap() != head,
                "bit of {at}"
            );
            fs::write(&branch, &head).unwrap();
            let _ = fs::remove_file(bench.root.join("tickets/2026/b.yaml"));
        }
        fs::write(&index, &whole).unwrap();
        bench.assert_clean();
    }
}
