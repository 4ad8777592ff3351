//! Questions are answered where nothing, or not enough, can be written.

#![expect(clippy::unwrap_used, reason = "tests")]

mod store_support;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use store_support::skip;

/// A small file system of its own, unmounted at the end.
struct Disk(tempfile::TempDir);

impl Disk {
    fn mount() -> Option<Self> {
        let folder = tempfile::TempDir::new().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=6m", "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        let mounted = mounted.is_ok_and(|status| status.success());
        mounted.then(|| Self(folder))
    }

    /// A copy of a desk on it.
    fn desk(&self, of: &Path) -> PathBuf {
        let desk = self.0.path().join("desk");
        let copied = Command::new("cp").arg("-a").args([of, &desk]).status();
        assert!(copied.unwrap().success());
        desk
    }

    fn make_read_only(&self) {
        let mounted = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(self.0.path())
            .status();
        assert!(mounted.unwrap().success());
    }

    /// Leaves so many bytes free.
    fn fill(&self, room: u64) {
        let mut file = fs::File::create(self.0.path().join("filler")).unwrap();
        while file.write_all(&[1; 1024]).is_ok() {}
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(room)).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

fn desk(folder: &Path, home: &Path, cache: &str, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_desk"))
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("TZ", "UTC")
        .env("DESK_NOW", "2026-12-01T12:00:00Z")
        .env("DESK_CACHE", cache)
        .args(words)
        .output()
        .unwrap()
}

const QUESTIONS: &[&[&str]] = &[
    &["list", "is:any", "--json"],
    &["list", "is:any", "printer", "-q"],
    &["search", "vpn", "-q"],
    &["report", "--since", "2026-01-01", "--json"],
    &["sql", "select id, status from ticket order by id"],
    &["sql", "select count(*) from revision"],
    &["events"],
];

/// A desk with some weeks of work, what it answers from its files, and an id.
fn sample(home: &Path) -> (PathBuf, Vec<Vec<u8>>, String) {
    let root = home.join("sample");
    let made = desk(home, home, "off", &["demo", "sample"]);
    assert!(made.status.success(), "{made:?}");
    let ids = desk(&root, home, "off", &["list", "is:any", "-q"]).stdout;
    let id = String::from_utf8(ids)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned();
    let answers = all(&root, home, "off", &id);
    assert!(answers.iter().all(|answer| !answer.is_empty()));
    (root, answers, id)
}

/// What is answered to each question, and the history of a ticket.
fn all(root: &Path, home: &Path, cache: &str, id: &str) -> Vec<Vec<u8>> {
    let history = ["history", id, "--json"];
    let questions = QUESTIONS.iter().copied().chain([&history[..]]);
    let ask = |words: &[&str]| {
        let output = desk(root, home, cache, words);
        assert!(output.status.success(), "{words:?}: {output:?}");
        output.stdout
    };
    questions.map(ask).collect()
}

#[test]
fn a_read_only_desk_answers() {
    let Some(disk) = Disk::mount() else {
        return skip("no file system can be mounted here");
    };
    let home = tempfile::tempdir().unwrap();
    let (root, answers, id) = sample(home.path());
    let copy = disk.desk(&root);
    disk.make_read_only();
    assert_eq!(all(&copy, home.path(), "always", &id), answers);
    let told = desk(&copy, home.path(), "always", &["list"]).stderr;
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("answered without the cache"), "{told}");
}

#[test]
fn a_read_only_desk_with_a_cache_answers() {
    let Some(disk) = Disk::mount() else {
        return skip("no file system can be mounted here");
    };
    let home = tempfile::tempdir().unwrap();
    let (root, answers, id) = sample(home.path());
    let copy = disk.desk(&root);
    all(&copy, home.path(), "always", &id);
    disk.make_read_only();
    assert_eq!(all(&copy, home.path(), "always", &id), answers);
}

#[test]
fn a_full_disk_answers_however_far_the_cache_got() {
    let Some(disk) = Disk::mount() else {
        return skip("no file system can be mounted here");
    };
    let home = tempfile::tempdir().unwrap();
    let (root, answers, id) = sample(home.path());
    let copy = disk.desk(&root);
    let mut short = 0;
    for room in [0, 12, 60, 180, 400].map(|kilobytes| kilobytes * 1024) {
        disk.fill(room);
        assert_eq!(all(&copy, home.path(), "always", &id), answers, "{room}");
        let told = desk(&copy, home.path(), "always", &["search", "vpn"]).stderr;
        let told = String::from_utf8(told).unwrap();
        short += usize::from(told.contains("answered without the cache"));
        fs::remove_file(disk.0.path().join("filler")).unwrap();
        // What is left of it does no harm once there is room.
        assert_eq!(all(&copy, home.path(), "always", &id), answers, "{room}");
        fs::remove_dir_all(copy.join(".git/desk")).unwrap();
    }
    assert!(short > 0, "the disk was never full");
}
