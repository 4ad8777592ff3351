//! What a person can see of a repository, to compare before and after.

use super::ran::git;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Branches, index and work tree.
#[derive(Debug, PartialEq, Eq)]
pub struct State {
    /// `HEAD`, all references.
    pub refs: String,
    /// What git says of index and work tree.
    pub status: String,
    /// The index: modes, blobs, stages, flags.
    pub index: String,
    /// Every file outside of `.git`: kind, permissions, content.
    pub files: BTreeMap<PathBuf, String>,
}

impl State {
    pub(super) fn of(home: &Path, root: &Path) -> Self {
        let git = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            git(home, root, &words).ok()
        };
        let top = PathBuf::from(git(&["rev-parse", "--show-toplevel"]).trim());
        let mut status = git(&[
            "--no-optional-locks",
            "status",
            "--porcelain=v2",
            "--branch",
            "--untracked-files=all",
        ]);
        // The branch's commit is among the references.
        status = status
            .lines()
            .filter(|line| !line.starts_with("# branch.oid"))
            .map(|line| format!("{line}\n"))
            .collect();
        status.push_str(&git(&["--no-optional-locks", "diff"]));
        status.push_str(&git(&["--no-optional-locks", "diff", "--cached"]));
        Self {
            refs: git(&["for-each-ref"]) + &git(&["rev-parse", "HEAD"]),
            status,
            index: git(&["ls-files", "-s", "-v", "--full-name", ":/"]),
            files: files(&top),
        }
    }

    /// The same without what is below this folder of the repository.
    pub fn without(mut self, folder: &str) -> Self {
        let other = |line: &&str| !line.contains(folder);
        self.files
            .retain(|path, _| !path.to_string_lossy().contains(folder));
        self.index = self.index.lines().filter(other).collect();
        self.refs.clear();
        self
    }
}

fn files(top: &Path) -> BTreeMap<PathBuf, String> {
    use std::os::unix::fs::PermissionsExt;
    let (mut found, mut folders) = (BTreeMap::new(), vec![top.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let meta = fs::symlink_metadata(&path).unwrap();
            if path.file_name().unwrap() == ".git" {
                continue;
            }
            let told = if meta.is_dir() {
                folders.push(path.clone());
                continue;
            } else if meta.is_symlink() {
                format!("link to {}", fs::read_link(&path).unwrap().display())
            } else {
                let mode = meta.permissions().mode() & 0o777;
                // Large files are told apart by their size.
                let content = if meta.len() > 1 << 20 {
                    meta.len().to_string()
                } else {
                    String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned()
                };
                format!("{mode:o} {content}")
            };
            found.insert(path.strip_prefix(top).unwrap().to_owned(), told);
        }
    }
    found
}

pub(super) fn assert_clean(home: &Path, root: &Path) {
    let run = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        git(home, root, &words)
    };
    let fsck = run(&["fsck", "--strict", "--no-dangling"]);
    assert!(
        fsck.code == Some(0) && !fsck.stdout.contains("error") && !fsck.stderr.contains("error"),
        "git fsck: {fsck}"
    );
    let status = run(&["status", "--porcelain", "--untracked-files=all"]).ok();
    assert_eq!(status, "", "git status in {}", root.display());
    let common = run(&["rev-parse", "--path-format=absolute", "--git-common-dir"]).ok();
    let mut folders = vec![PathBuf::from(common.trim())];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_string_lossy().into_owned();
            let left_over = name.ends_with(".lock")
                || name.ends_with("/desk/journal")
                || (name.contains("/desk/tmp/") && path.is_file());
            assert!(!left_over, "{name} is left");
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
}
