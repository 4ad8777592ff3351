//! The program ends at every step of a change: nothing is lost, and the next
//! command mends.
#![expect(clippy::unwrap_used, reason = "tests")]

mod store_support;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use store_support::{Bench, commit, draft, git_at, plan_of, quick};
use tierdesk::store::{CrashPoint, Draft, Expect, Options, Store, StoreError, Warning};

const CHANGED: &str = "tickets/2026/11/23/changed.yaml";
const NEW: &str = "tickets/2026/11/24/new.yaml";

/// What a child does: the same drafts that the parent expects.
fn drafts(kind: &str) -> Vec<Draft> {
    match kind {
        "change" => vec![draft("change", &[(CHANGED, "title: b\n")])],
        "new" => vec![draft("new", &[(NEW, "title: n\n")])],
        "several" => vec![
            draft("one", &[(CHANGED, "title: b\n")]),
            draft("two", &[(NEW, "title: n\n"), ("desk.yaml", "format: 2\n")]),
            draft("three", &[(CHANGED, "title: c\n")]),
        ],
        "many" => (0..40)
            .map(|n| {
                let text = format!("title: {n}\n");
                let own = format!("tickets/2026/12/{:02}/{n}.yaml", n % 7);
                draft("open", &[(&own, &text), (CHANGED, &text)])
            })
            .collect(),
        "adopt" => {
            let mut adopt = draft("adopt", &[(CHANGED, "title: adopted\n")]);
            adopt.files[0].worktree = Expect::Bytes(b"title: by hand\n".to_vec());
            vec![adopt]
        }
        "mend" => Vec::new(),
        other => panic!("{other}"),
    }
}

/// Runs in a process of its own, started by [`crash`].
#[test]
fn child() {
    let Ok(root) = env::var("STORE_CHILD_ROOT") else {
        return;
    };
    store_support::isolate();
    let options = Options {
        crash_at: Some(env::var("STORE_CHILD_AT").unwrap().parse().unwrap()),
        patched_from: env::var("STORE_CHILD_PATCHED_FROM")
            .map_or(u64::MAX, |from| from.parse().unwrap()),
        ..quick()
    };
    let store = Store::discover(Path::new(&root), options).unwrap();
    let kind = env::var("STORE_CHILD_KIND").unwrap();
    store.transact(|_| plan_of(drafts(&kind))).unwrap();
}

/// Ends the program at a step; returns whether it got there.
fn crash(root: &Path, kind: &str, at: CrashPoint) -> bool {
    crash_patching(root, kind, at, u64::MAX)
}

fn crash_patching(root: &Path, kind: &str, at: CrashPoint, patched_from: u64) -> bool {
    let output = Command::new(env::current_exe().unwrap())
        .env("STORE_CHILD_PATCHED_FROM", patched_from.to_string())
        .args(["--exact", "child", "--nocapture"])
        .env("STORE_CHILD_ROOT", root)
        .env("STORE_CHILD_KIND", kind)
        .env("STORE_CHILD_AT", at.name())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{at}: {said}");
    !output.status.success()
}

fn bench(kind: &str) -> Bench {
    let bench = Bench::new();
    bench.write_all(&[(CHANGED, "title: a\n"), ("user.txt", "u\n")]);
    // Work of the user that must survive all of it.
    bench.edit("user.txt", "edited\n");
    bench.edit("staged.txt", "staged\n");
    bench.git(&["add", "staged.txt"]);
    if kind == "adopt" {
        bench.edit(CHANGED, "title: by hand\n");
    }
    bench
}

fn files_at(bench: &Bench, commit: &str) -> BTreeMap<String, String> {
    bench
        .git(&["ls-tree", "-r", "--name-only", commit])
        .lines()
        .map(|path| {
            (
                path.to_owned(),
                bench.git(&["show", &format!("{commit}:{path}")]),
            )
        })
        .collect()
}

fn check_after(bench: &Bench, kind: &str, at: CrashPoint, before: &str) {
    bench.fsck();
    let moved = bench.head() != before;
    assert_eq!(moved, at.is_after_acknowledgement(), "{kind} at {at}");
    let count: usize = bench
        .git(&["rev-list", "--count", &format!("{before}..HEAD")])
        .trim()
        .parse()
        .unwrap();
    assert_eq!(
        count,
        if moved { drafts(kind).len() } else { 0 },
        "{kind} at {at}"
    );

    // Any next change mends.
    let done = commit(&bench.store(), &[("tickets/next.yaml", "next\n")]).unwrap();
    assert!(
        done.warnings.is_empty(),
        "{kind} at {at}: {:?}",
        done.warnings
    );
    if let Some(mended) = &done.mended {
        assert!(mended.warnings.is_empty(), "{kind} at {at}: {mended:?}");
        assert_eq!(mended.finished.is_some(), moved, "{kind} at {at}");
    }
    bench.assert_no_leftovers();
    bench.fsck();
    for (path, content) in files_at(bench, "HEAD") {
        let expected = match path.as_str() {
            "user.txt" => "edited\n",
            CHANGED if kind == "adopt" && !moved => "title: by hand\n",
            _ => content.as_str(),
        };
        assert_eq!(bench.read(&path), expected, "{kind} at {at}: {path}");
    }
    let status = bench.status();
    let edited = if kind == "adopt" && !moved { 3 } else { 2 };
    assert_eq!(status.lines().count(), edited, "{kind} at {at}: {status}");
    assert!(bench.git(&["diff", "--cached", "--name-only"]) == "staged.txt\n");
    assert!(bench.store().diagnose().unwrap().interrupted.is_none());
}

/// The steps that a change passes.
fn steps(kind: &str) -> impl Iterator<Item = CrashPoint> {
    let many = kind == "many";
    let all = CrashPoint::ALL.iter().copied();
    all.filter(move |step| many || !step.is_of_many())
}

fn crash_everywhere(kind: &str) {
    for at in steps(kind) {
        let bench = bench(kind);
        let before = bench.head();
        assert!(crash(&bench.root, kind, at), "{kind} passes {at}");
        check_after(&bench, kind, at, &before);
    }
}

/// One whose next change writes its index over the one before it.
fn patching(kind: &str) -> Bench {
    let mut bench = bench(kind);
    bench.patch_always();
    for round in 0..2 {
        bench.write("seed", &format!("{round}\n"));
    }
    bench
}

#[test]
fn an_index_over_the_one_before_it() {
    let git = |bench: &Bench, name: &str| {
        let found = fs::metadata(bench.root.join(".git").join(name));
        found.ok().map(|meta| meta.ino())
    };
    for kind in ["change", "several"] {
        for at in steps(kind) {
            let bench = patching(kind);
            let before = bench.head();
            if !bench.has_leases() {
                return;
            }
            let spare = git(&bench, "desk/index-spare");
            assert!(
                crash_patching(&bench.root, kind, at, 0),
                "{kind} passes {at}"
            );
            let name = match at {
                _ if at < CrashPoint::LockPrepared => "desk/index-spare",
                _ if at < CrashPoint::IndexLocked => "desk/tmp/index-lock",
                _ if at < CrashPoint::IndexPlaced => "index.lock",
                _ => "index",
            };
            assert!(spare.is_some() && spare == git(&bench, name), "{at}");
            assert_ne!(spare, git(&bench, "index").filter(|_| name != "index"));
            check_after(&bench, kind, at, &before);
            // And it goes on, over the remains.
            for round in 0..4 {
                let spare = git(&bench, "desk/index-spare");
                bench.write(CHANGED, &format!("title: {round}\n"));
                assert!(round < 2 || spare == git(&bench, "index"), "{at}");
                assert_eq!(bench.git(&["diff", "--name-only"]), "user.txt\n", "{at}");
            }
            bench.git(&["reset", "-q", "--", "staged.txt"]);
            assert_eq!(
                bench.git(&["write-tree"]),
                bench.git(&["rev-parse", "HEAD^{tree}"]),
                "{kind} at {at}"
            );
        }
    }
}

#[test]
fn a_changed_file() {
    crash_everywhere("change");
}

#[test]
fn a_new_file() {
    crash_everywhere("new");
}

#[test]
fn several_drafts() {
    crash_everywhere("several");
}

#[test]
fn many_drafts() {
    crash_everywhere("many");
}

#[test]
fn an_adopted_edit() {
    crash_everywhere("adopt");
}

#[test]
fn the_first_commit_and_a_detached_head() {
    for at in steps("new") {
        let bench = Bench::empty();
        bench.edit("desk.yaml", "by hand\n");
        fs::remove_file(bench.root.join("desk.yaml")).unwrap();
        bench.git(&["symbolic-ref", "HEAD", "refs/heads/deep/er"]);
        // The child finds the desk by its marker, which is the user's here.
        bench.edit("desk.yaml", "format: 1\n");
        assert!(crash(&bench.root, "new", at), "passes {at}");
        assert_eq!(
            git_at(&bench.root, &["rev-parse", "-q", "--verify", "HEAD"])
                .status
                .success(),
            at.is_after_acknowledgement()
        );
        bench.store().mend().unwrap();
        bench.assert_no_leftovers();
        assert_eq!(bench.status(), "? desk.yaml\n");

        let bench = self::bench("change");
        bench.git(&["checkout", "-q", "--detach"]);
        let before = bench.head();
        assert!(crash(&bench.root, "change", at), "passes {at}");
        check_after(&bench, "change", at, &before);
    }
}

#[test]
fn mending_may_be_interrupted_too() {
    for first in [
        CrashPoint::RefMoved,
        CrashPoint::FirstFilePlaced,
        CrashPoint::IndexFinal,
    ] {
        for second in CrashPoint::ALL.iter().copied() {
            let bench = bench("several");
            let before = bench.head();
            assert!(crash(&bench.root, "several", first));
            // Steps that mending does not pass end it well.
            crash(&bench.root, "mend", second);
            check_after(&bench, "several", first, &before);
        }
    }
}

#[test]
fn locks_of_others_stay() {
    for at in [
        CrashPoint::Journalled,
        CrashPoint::RefMoved,
        CrashPoint::IndexPlaced,
    ] {
        let bench = bench("change");
        assert!(crash(&bench.root, "change", at));
        let lock = bench.root.join(".git/index.lock");
        // The user removed ours by hand and another git took it.
        let _ = fs::remove_file(&lock);
        fs::write(&lock, "someone else's").unwrap();
        let error = commit(&bench.store(), &[("x.txt", "x\n")]).unwrap_err();
        assert!(
            matches!(&error, StoreError::Busy { file, .. } if *file == lock),
            "{error}"
        );
        assert_eq!(fs::read(&lock).unwrap(), b"someone else's");
        let diagnosis = bench.store().diagnose().unwrap();
        assert_eq!(diagnosis.foreign_locks, std::slice::from_ref(&lock));
        fs::remove_file(&lock).unwrap();
        commit(&bench.store(), &[("x.txt", "x\n")]).unwrap();
        bench.fsck();
        bench.assert_no_leftovers();
    }
}

#[test]
fn what_the_user_does_after_a_crash_is_not_undone() {
    // A revert that is not committed yet looks just like a stale file.
    let bench = bench("change");
    bench.write(CHANGED, "title: b\n");
    bench.git(&["checkout", "-q", "--", "user.txt"]);
    bench.git(&["rm", "-qf", "staged.txt"]);
    bench.git(&["revert", "-n", "HEAD"]);
    bench.write("tickets/next.yaml", "next\n");
    assert_eq!(bench.read(CHANGED), "title: a\n");
    assert_eq!(
        bench.git(&["diff", "--cached", "--name-only"]),
        format!("{CHANGED}\n")
    );

    // Edited between the crash and the next command.
    let bench = self::bench("change");
    assert!(crash(&bench.root, "change", CrashPoint::RefMoved));
    bench.edit(CHANGED, "title: mine\n");
    commit(&bench.store(), &[("tickets/next.yaml", "next\n")]).unwrap();
    assert_eq!(bench.read(CHANGED), "title: mine\n");
    assert!(bench.git(&["diff", "--name-only"]).contains(CHANGED));
    assert_eq!(
        bench.git(&["diff", "--cached", "--name-only"]),
        "staged.txt\n"
    );

    // Committed again between the two.
    let bench = self::bench("change");
    assert!(crash(&bench.root, "change", CrashPoint::RefMoved));
    fs::remove_file(bench.root.join(".git/index.lock")).unwrap();
    fs::remove_file(bench.root.join(".git/HEAD.lock")).unwrap();
    bench.git(&["commit", "-qm", "back", "--", CHANGED]);
    commit(&bench.store(), &[("tickets/next.yaml", "next\n")]).unwrap();
    assert_eq!(bench.read(CHANGED), "title: a\n");

    // The branch went back.
    let bench = self::bench("new");
    assert!(crash(&bench.root, "new", CrashPoint::FilesPlaced));
    for lock in ["index.lock", "HEAD.lock"] {
        let _ = fs::remove_file(bench.root.join(".git").join(lock));
    }
    bench.git(&["reset", "-q", "--soft", "HEAD~1"]);
    commit(&bench.store(), &[("tickets/next.yaml", "next\n")]).unwrap();
    assert!(bench.status().contains(&format!("? {NEW}")));
    bench.assert_no_leftovers();
}

#[test]
fn an_edit_that_a_crash_caught_in_the_exchange_comes_back() {
    for (placed, back) in [("title: b\n", true), ("title: newer\n", false)] {
        let bench = bench("change");
        assert!(crash(&bench.root, "change", CrashPoint::RefSynced));
        // As right after the exchange that displaced what the user just saved.
        bench.edit(CHANGED, placed);
        bench.edit(".git/desk/tmp/file-0", "title: mine\n");
        let done = commit(&bench.store(), &[("tickets/next.yaml", "next\n")]).unwrap();
        let mended = done.mended.unwrap();
        match &mended.warnings[..] {
            [Warning::Edited { path }] if back => {
                assert_eq!(path, CHANGED);
                assert_eq!(bench.read(CHANGED), "title: mine\n");
            }
            [Warning::Kept { file, .. }] if !back => {
                assert_eq!(fs::read(file).unwrap(), b"title: mine\n");
                assert_eq!(bench.read(CHANGED), placed);
            }
            other => panic!("{other:?}"),
        }
        assert!(bench.git(&["diff", "--name-only"]).contains(CHANGED));
        assert_eq!(
            bench.git(&["diff", "--cached", "--name-only"]),
            "staged.txt\n"
        );
        bench.assert_no_leftovers();
    }
}

#[test]
fn a_journal_that_is_not_whole_is_thrown_away() {
    let bench = Bench::new();
    bench.edit(".git/desk/journal", "desk journal 1\nprefix \nba");
    bench.edit(".git/desk/tmp/file-0", "half");
    assert_eq!(bench.store().diagnose().unwrap().interrupted, Some(None));
    bench.write(CHANGED, "title: a\n");
    bench.assert_clean();
}

#[test]
fn deleting_our_folder_loses_nothing() {
    let bench = Bench::new();
    bench.write(CHANGED, "title: a\n");
    fs::remove_dir_all(bench.root.join(".git/desk")).unwrap();
    bench.write(CHANGED, "title: b\n");
    bench.assert_clean();
}
