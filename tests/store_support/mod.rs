//! A desk in a temporary folder, and `git` to look at it from outside.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    unreachable_pub,
    reason = "tests"
)]
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test binary uses a part"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Once;
use std::time::Duration;

use tempfile::TempDir;
use tierdesk::store::{
    CommitId, Done, Draft, Expect, FileChange, Identity, Options, Plan, Store, StoreError,
};

/// Keeps the settings of whoever runs the tests out of libgit2.
pub fn isolate() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        use git2::ConfigLevel::{Global, ProgramData, System, XDG};
        for level in [Global, ProgramData, System, XDG] {
            #[expect(unsafe_code, reason = "before any other call of libgit2")]
            unsafe {
                git2::opts::set_search_path(level, "").unwrap();
            }
        }
    });
}

pub struct Bench {
    pub tmp: TempDir,
    pub root: PathBuf,
    /// From so many bytes on, an index is written over the one before it.
    pub patched_from: u64,
}

pub fn git_at(dir: &Path, args: &[&str]) -> Output {
    Command::new("git")
        .current_dir(dir)
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env("HOME", dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("TZ", "UTC")
        .env("LC_ALL", "C")
        .args(args)
        .output()
        .expect("git runs")
}

pub fn quick() -> Options {
    Options {
        lock_patience: Duration::from_millis(300),
        ..Options::default()
    }
}

impl Bench {
    /// A desk with `desk.yaml` committed.
    pub fn new() -> Self {
        let bench = Self::empty();
        bench.write_all(&[("desk.yaml", "format: 1\n")]);
        bench
    }

    /// A repository without a commit.
    pub fn empty() -> Self {
        isolate();
        let tmp = TempDir::new().unwrap();
        let root = tmp.path().canonicalize().unwrap().join("desk");
        Store::create(&root, quick()).unwrap();
        let bench = Self::at(tmp, root);
        bench.who();
        bench
    }

    /// A desk that is there, and a folder to be removed with it.
    pub fn at(tmp: TempDir, root: PathBuf) -> Self {
        Self {
            tmp,
            root,
            patched_from: quick().patched_from,
        }
    }

    fn who(&self) {
        self.git(&["config", "user.name", "Lena"]);
        self.git(&["config", "user.email", "lena@example.com"]);
    }

    pub fn store(&self) -> Store {
        self.store_with(Options {
            patched_from: self.patched_from,
            ..quick()
        })
    }

    /// From now on its index is written over the one before it, however small,
    /// wherever that is safe.
    pub fn patch_always(&mut self) {
        self.git(&["config", "index.skipHash", "true"]);
        self.patched_from = 0;
    }

    pub fn store_with(&self, options: Options) -> Store {
        Store::create(&self.root, options).unwrap()
    }

    pub fn git(&self, args: &[&str]) -> String {
        let output = git_at(&self.root, args);
        assert!(
            output.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn write(&self, path: &str, content: &str) -> CommitId {
        self.write_all(&[(path, content)])
    }

    pub fn write_all(&self, files: &[(&str, &str)]) -> CommitId {
        let done = commit(&self.store(), files).unwrap();
        assert!(done.warnings.is_empty(), "{:?}", done.warnings);
        *done.commits.last().unwrap()
    }

    pub fn edit(&self, path: &str, content: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    pub fn status(&self) -> String {
        self.git(&["status", "--porcelain=v2", "--untracked-files=all"])
    }

    pub fn fsck(&self) {
        let output = git_at(&self.root, &["fsck", "--strict", "--no-dangling"]);
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        assert!(output.status.success() && !text.contains("error"), "{text}");
    }

    /// The repository is whole, and git sees no edit.
    pub fn assert_clean(&self) {
        self.fsck();
        assert_eq!(self.status(), "");
        self.assert_no_leftovers();
    }

    pub fn assert_no_leftovers(&self) {
        let git = PathBuf::from(self.git(&["rev-parse", "--absolute-git-dir"]).trim());
        let common = self.git(&["rev-parse", "--path-format=absolute", "--git-common-dir"]);
        for lock in files_below(&git).chain(files_below(Path::new(common.trim()))) {
            let name = lock.to_string_lossy();
            assert!(!name.ends_with(".lock"), "{name} is left");
            assert!(!name.contains("/desk/tmp/"), "{name} is left");
            assert!(!name.ends_with("/desk/journal"), "{name} is left");
            assert!(!name.contains("/pack/tmp_"), "{name} is left");
            if name.ends_with(".pack") {
                let index = lock.with_extension("idx");
                assert!(index.exists(), "{name} has no index");
            }
        }
    }

    /// All that a user can see of their own work.
    pub fn seen(&self) -> String {
        let mut seen = self.status();
        for args in [
            &["diff"][..],
            &["diff", "--cached"],
            &["ls-files", "-s", "-v"],
            &["log", "--all", "--format=%H %s"],
            &["for-each-ref"],
        ] {
            seen.push_str(&self.git(args));
        }
        seen
    }

    /// Whether the disk is one on which an index is written over the one before
    /// it.
    pub fn has_leases(&self) -> bool {
        let told = Command::new("stat")
            .args(["-f", "-c", "%T"])
            .arg(&self.root)
            .output()
            .unwrap();
        let told = String::from_utf8(told.stdout).unwrap();
        let known = ["ext2/ext3", "xfs", "btrfs", "tmpfs"].contains(&told.trim());
        if !known {
            skip("the index is not written in place on this disk");
        }
        known
    }

    pub fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }
}

pub fn files_below(dir: &Path) -> impl Iterator<Item = PathBuf> {
    let mut found = Vec::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                dirs.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.into_iter()
}

pub fn lena() -> Identity {
    Identity {
        name: "Lena".into(),
        email: "lena@example.com".into(),
    }
}

pub fn draft(subject: &str, files: &[(&str, &str)]) -> Draft {
    Draft {
        files: files
            .iter()
            .map(|(path, content)| FileChange {
                path: (*path).to_owned(),
                content: content.as_bytes().to_vec(),
                worktree: Expect::Head,
            })
            .collect(),
        message: subject.to_owned(),
        author: lena(),
        authored_at: 1_795_000_000,
        authored_offset_min: 60,
        committed_at: 1_795_000_100,
        committed_offset_min: 0,
    }
}

pub fn plan_of(drafts: Vec<Draft>) -> Result<Plan<()>, StoreError> {
    Ok(Plan { drafts, value: () })
}

/// One commit of these files.
pub fn commit(store: &Store, files: &[(&str, &str)]) -> Result<Done<()>, StoreError> {
    store.transact(|_| plan_of(vec![draft("write", files)]))
}

/// Says why a test did not run.
#[expect(clippy::print_stdout, reason = "a test that is skipped must say so")]
pub fn skip(why: &str) {
    println!("skipped: {why}");
}
