//! Looking back, compared with what `git log` says.
#![expect(clippy::unwrap_used, reason = "tests")]

mod store_support;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::process::Command;

use store_support::{Bench, commit, git_at, quick};
use tierdesk::store::{CommitId, CrashPoint, Durability, Options, Store, StoreError};

const A: &str = "tickets/2026/a.yaml";
const B: &str = "tickets/2026/b.yaml";

/// Commits with a time of its own each, so that the order is one.
fn plain_commit(bench: &Bench, time: i64, files: &[(&str, &str)]) {
    for (path, content) in files {
        bench.edit(path, content);
    }
    bench.git(&["add", "-A"]);
    let date = format!("--date=@{time} +0000");
    bench.git(&[
        "-c",
        "core.hooksPath=/none",
        "commit",
        "-q",
        "--allow-empty",
        &date,
        "-m",
        &format!("at {time}"),
    ]);
}

fn merge(bench: &Bench, strategy: &str, branch: &str) {
    bench.git(&[
        "merge", "-q", "--no-ff", "-s", strategy, "-m", "merge", branch,
    ]);
}

#[test]
fn the_history_of_a_file_is_that_of_git_log() {
    let bench = Bench::new();
    plain_commit(&bench, 1, &[(A, "1\n"), (B, "1\n")]);
    plain_commit(&bench, 2, &[(B, "2\n")]);
    bench.git(&["checkout", "-q", "-b", "side"]);
    plain_commit(&bench, 3, &[(A, "side\n")]);
    plain_commit(&bench, 4, &[(B, "side\n")]);
    bench.git(&["checkout", "-q", "main"]);
    plain_commit(&bench, 5, &[("other.txt", "x\n")]);
    merge(&bench, "ort", "side");
    bench.git(&["checkout", "-q", "-b", "dropped", "HEAD~1"]);
    plain_commit(&bench, 6, &[(A, "dropped\n")]);
    bench.git(&["checkout", "-q", "main"]);
    merge(&bench, "ours", "dropped");
    std::fs::remove_file(bench.root.join(B)).unwrap();
    plain_commit(&bench, 7, &[(A, "7\n")]);
    plain_commit(&bench, 8, &[(B, "back\n")]);

    let store = bench.store();
    for path in [A, B, "desk.yaml", "none.txt"] {
        let ours: Vec<String> = store
            .history(path)
            .unwrap()
            .iter()
            .map(|revision| revision.commit.to_string())
            .collect();
        let theirs = bench.git(&["log", "--format=%H", "--", path]);
        let mut theirs: Vec<_> = theirs.lines().map(str::to_owned).collect();
        // Commits of one second may come in either order.
        let mut sorted = ours.clone();
        sorted.sort();
        theirs.sort();
        assert_eq!(sorted, theirs, "{path}");
        let last = store.last_commit_touching(path).unwrap();
        assert_eq!(
            last.map(|last| last.commit.to_string()),
            ours.first().cloned()
        );
    }
    let b = store.history(B).unwrap();
    assert_eq!(b[0].before, None);
    assert_eq!(b[1].after, None);
    assert_eq!(store.read_blob(b[0].after.unwrap()).unwrap(), b"back\n");
    assert_eq!((b[0].authored_at, b[0].author.name.as_str()), (8, "Lena"));
    assert_eq!(b[0].message, "at 8\n");
}

#[test]
fn the_log_is_that_of_git_and_reads_no_further_than_it_is_followed() {
    let bench = Bench::new();
    let commit = |time: i64| {
        // Git sorts by when commits were made, not by when things were written.
        let mut git = Command::new("git");
        git.args([
            "-c",
            "core.hooksPath=/none",
            "commit",
            "-q",
            "--allow-empty",
        ])
        .args(["-m", "one"])
        .current_dir(&bench.root)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("GIT_COMMITTER_DATE", format!("@{time} +0000"));
        assert!(git.status().unwrap().success());
    };
    let start = 2_000_000_000;
    commit(start + 1);
    bench.git(&["checkout", "-q", "-b", "side"]);
    // Its clock is ahead of those that come later.
    [9, 3, 5].iter().for_each(|time| commit(start + time));
    bench.git(&["checkout", "-q", "main"]);
    [2, 4].iter().for_each(|time| commit(start + time));
    merge(&bench, "ours", "side");
    commit(start + 20);

    let followed = |most: usize| {
        // What one has read it knows by heart.
        let store = bench.store();
        let mut seen = Vec::new();
        let logged = store.log::<StoreError>(&store.snapshot().unwrap(), |logged| {
            seen.push(logged.commit.to_string());
            Ok(match seen.len() < most {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            })
        });
        logged.map(|()| seen)
    };
    let theirs = bench.git(&["log", "--format=%H"]);
    let theirs: Vec<&str> = theirs.lines().collect();
    assert_eq!(followed(usize::MAX).unwrap(), theirs);

    // Without its older objects.
    let root = bench.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let object = format!(".git/objects/{}/{}", &root[..2], root[2..].trim());
    std::fs::remove_file(bench.root.join(object)).unwrap();
    assert_eq!(followed(4).unwrap(), theirs[..4]);
    assert!(followed(usize::MAX).is_err());
}

#[test]
fn changes_since_a_commit() {
    let bench = Bench::new();
    let start: CommitId = bench.head().parse().unwrap();
    let first = bench.write_all(&[(A, "1\n"), (B, "1\n"), ("kb/x.md", "x\n")]);
    bench.write("kb/x.md", "y\n");
    let second = bench.write(A, "2\n");
    let store = bench.store();
    let since = |after| {
        let mut found = Vec::new();
        let snapshot = store.snapshot().unwrap();
        let visited = store.changes_since(&snapshot, after, "tickets/", |changed| {
            found.push(changed);
            Ok::<_, StoreError>(())
        });
        visited.map(|()| found)
    };
    let seen = |after| {
        since(after)
            .unwrap()
            .into_iter()
            .map(|found| {
                let changes = found.changes.into_iter();
                let text = |id| {
                    store
                        .read_blob(id)
                        .map(|b| String::from_utf8(b).unwrap())
                        .unwrap()
                };
                let changes: BTreeMap<_, _> = changes
                    .map(|c| (c.path, (c.before.map(text), c.after.map(text))))
                    .collect();
                (found.commit, changes)
            })
            .collect::<Vec<_>>()
    };
    let all = seen(Some(start));
    assert_eq!(seen(None), all);
    let [(one, made), (two, changed)] = &all[..] else {
        panic!("{all:?}");
    };
    assert_eq!((*one, *two), (first, second));
    assert_eq!(made.len(), 2);
    assert_eq!(made[A], (None, Some("1\n".into())));
    assert_eq!(changed[A], (Some("1\n".into()), Some("2\n".into())));
    assert_eq!(seen(Some(first)).len(), 1);
    // What was committed since is not told of a snapshot.
    let early = store.snapshot_at(first).unwrap();
    let mut told = Vec::new();
    let visited = store.changes_since(&early, Some(start), "", |changed| {
        told.push(changed.commit);
        Ok::<_, StoreError>(())
    });
    assert_eq!((visited.unwrap(), told), ((), vec![first]));
    assert!(seen(Some(second)).is_empty());
    let none: CommitId = "0123456789012345678901234567890123456789".parse().unwrap();
    let error = since(Some(none)).unwrap_err();
    assert!(matches!(error, StoreError::NoSuchCommit { .. }), "{error}");
}

#[test]
fn snapshots_of_the_past() {
    let bench = Bench::new();
    let first = bench.write(A, "1\n");
    bench.write(A, "2\n");
    let store = bench.store();
    let read = |snapshot: tierdesk::store::Snapshot<'_>| snapshot.read(A).unwrap();
    assert_eq!(read(store.snapshot_at(first).unwrap()).unwrap(), b"1\n");

    // A snapshot stays what it is.
    let snapshot = store.snapshot().unwrap();
    bench.write(A, "3\n");
    assert_eq!(snapshot.read(A).unwrap().unwrap(), b"2\n");
}

#[test]
fn a_walk_is_in_the_order_of_paths() {
    let bench = Bench::new();
    let paths = [
        "a/b.yaml",
        "a/b/c.yaml",
        "a/b0.yaml",
        "a-b.yaml",
        "a.yaml",
        "z.yaml",
    ];
    bench.write_all(&paths.map(|path| (path, path)));
    let store = bench.store();
    let mut seen = Vec::new();
    let snapshot = store.snapshot().unwrap();
    snapshot
        .walk::<StoreError>("", |path, blob| {
            if path != "desk.yaml" {
                assert_eq!(snapshot.read_blob(blob)?, path.as_bytes());
                seen.push(path.to_owned());
            }
            Ok(())
        })
        .unwrap();
    let mut sorted = paths.map(str::to_owned).to_vec();
    sorted.sort();
    assert_eq!(seen, sorted);
    let mut below = Vec::new();
    snapshot
        .walk::<StoreError>("a/b/", |path, _| {
            below.push(path.to_owned());
            Ok(())
        })
        .unwrap();
    assert_eq!(below, ["a/b/c.yaml"]);
    snapshot
        .walk::<StoreError>("none", |path, _| panic!("{path}"))
        .unwrap();
}

#[test]
fn a_difference_names_each_file_once() {
    let bench = Bench::new();
    let old = bench.write_all(&[("a", "1"), ("b/x", "1"), ("b/y", "1"), ("c", "1")]);
    bench.git(&["rm", "-q", "a", "c", "b/y"]);
    bench.edit("a/inside", "2");
    bench.edit("b/x", "2");
    bench.edit("d/e/f", "2");
    bench.git(&["add", "."]);
    bench.git(&["commit", "-qm", "all"]);
    let store = bench.store();
    let mut seen = Vec::new();
    store
        .snapshot()
        .unwrap()
        .diff::<StoreError>(
            &store.snapshot_at(old).unwrap(),
            "",
            |path, before, after| {
                seen.push((path.to_owned(), before.is_some(), after.is_some()));
                Ok(())
            },
        )
        .unwrap();
    seen.sort();
    let expected = [
        ("a", true, false),
        ("a/inside", false, true),
        ("b/x", true, true),
        ("b/y", true, false),
        ("c", true, false),
        ("d/e/f", false, true),
    ];
    assert_eq!(
        seen,
        expected.map(|(path, old, new)| (path.to_owned(), old, new))
    );
}

#[test]
fn two_desks_of_one_repository_mend_each_other() {
    use std::sync::Arc;
    let bench = Bench::empty();
    let open = |name: &str, options| Store::create(&bench.root.join(name), options).unwrap();
    commit(&open("one", quick()), &[("desk.yaml", "1\n")]).unwrap();
    commit(&open("two", quick()), &[("desk.yaml", "2\n")]).unwrap();
    // What a crash after the move of the branch leaves, without one.
    let (git, saved) = (bench.root.join(".git"), bench.tmp.path().join("saved"));
    let (from, to) = (git.clone(), saved.clone());
    let options = Options {
        durability: Some(Durability::Fast),
        on_step: Some(Arc::new(move |step| {
            if step == CrashPoint::RefSynced {
                let copied = std::process::Command::new("cp")
                    .arg("-a")
                    .args([&from, &to])
                    .status();
                assert!(copied.unwrap().success());
            }
        })),
        ..quick()
    };
    commit(&open("one", options), &[("new.yaml", "n\n")]).unwrap();
    std::fs::remove_file(bench.root.join("one/new.yaml")).unwrap();
    std::fs::remove_dir_all(&git).unwrap();
    std::fs::rename(&saved, &git).unwrap();
    // A copy has other inodes: these locks count as someone else's.
    let error = commit(&open("two", quick()), &[("x.yaml", "x\n")]).unwrap_err();
    assert!(matches!(error, StoreError::Busy { .. }), "{error}");
    for lock in ["index.lock", "HEAD.lock"] {
        let _ = std::fs::remove_file(git.join(lock));
    }
    let done = commit(&open("two", quick()), &[("x.yaml", "x\n")]).unwrap();
    assert_eq!(done.mended.unwrap().paths, ["new.yaml"]);
    assert_eq!(bench.read("one/new.yaml"), "n\n");
    bench.assert_clean();
}

#[test]
fn a_repository_of_someone_else_is_not_trusted() {
    let bench = Bench::new();
    let owned = std::process::Command::new("chown")
        .args(["-R", "12345"])
        .arg(&bench.root)
        .stderr(std::process::Stdio::null())
        .status();
    if !owned.is_ok_and(|status| status.success()) {
        return store_support::skip("files cannot be given away here");
    }
    let below = bench.root.join("tickets/2026");
    std::fs::create_dir_all(&below).unwrap();
    let error = Store::discover(&below, quick()).unwrap_err();
    assert!(
        matches!(&error, StoreError::ForeignOwner { path } if *path == bench.root),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("safe.directory"));
    assert!(!git_at(&bench.root, &["status"]).status.success());
}
