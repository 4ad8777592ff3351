//! What a user does to the files of a desk is never overwritten and never
//! missed.
#![expect(clippy::unwrap_used, reason = "tests")]

mod store_support;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;

use store_support::{Bench, commit, draft, git_at, plan_of, quick};
use tierdesk::store::{
    CrashPoint, Edit, EntryKind, Expect, IndexState, Kind, Options, Place, StoreError, Warning,
    WorkFile,
};

const TICKET: &str = "tickets/2026/11/23/k7f3q2.yaml";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write(TICKET, "title: a\n");
    bench
}

/// A change of `path` is refused, and nothing at all is different after it.
#[track_caller]
fn refused(bench: &Bench, path: &str) -> StoreError {
    let (before, disk) = (bench.seen(), listing(&bench.root));
    let error = commit(
        &bench.store(),
        &[("tickets/other.yaml", "o\n"), (path, "title: z\n")],
    )
    .unwrap_err();
    assert_eq!(bench.seen(), before);
    assert_eq!(listing(&bench.root), disk);
    bench.assert_no_leftovers();
    bench.fsck();
    error
}

fn listing(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = store_support::files_below(root)
        .filter(|path| !path.starts_with(root.join(".git")))
        .map(|path| {
            let content = match path.is_symlink() {
                true => fs::read_link(&path)
                    .unwrap()
                    .into_os_string()
                    .into_encoded_bytes(),
                false => fs::read(&path).unwrap(),
            };
            (path.to_string_lossy().into_owned(), content)
        })
        .collect();
    files.sort();
    files
}

#[track_caller]
fn edit_of(error: StoreError) -> Edit {
    assert_eq!(error.kind(), Kind::Conflict);
    assert!(error.hint().is_some());
    match error {
        StoreError::HandEdit { path, edit } if path == TICKET => edit,
        other => panic!("{other}"),
    }
}

#[test]
fn a_hand_edit_is_refused() {
    let bench = bench();
    bench.edit(TICKET, "title: mine\n");
    assert_eq!(edit_of(refused(&bench, TICKET)), Edit::Changed);
}

#[test]
fn a_deleted_file_is_refused() {
    let bench = bench();
    fs::remove_file(bench.root.join(TICKET)).unwrap();
    assert_eq!(edit_of(refused(&bench, TICKET)), Edit::Deleted);
}

#[test]
fn a_staged_edit_is_refused() {
    let bench = bench();
    bench.edit(TICKET, "title: mine\n");
    bench.git(&["add", TICKET]);
    bench.edit(TICKET, "title: a\n");
    assert_eq!(edit_of(refused(&bench, TICKET)), Edit::Staged);

    bench.git(&["reset", "-q", "--hard"]);
    bench.git(&["rm", "-q", "--cached", TICKET]);
    assert_eq!(edit_of(refused(&bench, TICKET)), Edit::Staged);
}

#[test]
fn a_new_file_meets_what_is_there() {
    let bench = Bench::new();
    bench.edit(TICKET, "mine\n");
    assert_eq!(edit_of(refused(&bench, TICKET)), Edit::Untracked);
    bench.git(&["add", TICKET]);
    assert_eq!(edit_of(refused(&bench, TICKET)), Edit::Untracked);
    fs::remove_file(bench.root.join(TICKET)).unwrap();
    assert_eq!(edit_of(refused(&bench, TICKET)), Edit::Staged);

    // Staged as something that shuts the path out.
    bench.git(&["rm", "-q", "--cached", TICKET]);
    fs::remove_dir_all(bench.root.join("tickets")).unwrap();
    bench.edit("tickets", "a file\n");
    bench.git(&["add", "tickets"]);
    fs::remove_file(bench.root.join("tickets")).unwrap();
    let error = refused(&bench, TICKET);
    assert!(
        matches!(
            error,
            StoreError::HandEdit {
                edit: Edit::Staged,
                ..
            }
        ),
        "{error}"
    );
    bench.git(&["rm", "-q", "--cached", "tickets"]);
    bench.edit("tickets/other.yaml/below", "x\n");
    bench.git(&["add", "."]);
    fs::remove_dir_all(bench.root.join("tickets")).unwrap();
    let error = refused(&bench, TICKET);
    assert!(
        matches!(
            error,
            StoreError::HandEdit {
                edit: Edit::Staged,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_conflict_is_refused() {
    let bench = bench();
    bench.git(&["config", "merge.desk.driver", "false"]);
    bench.git(&["checkout", "-q", "-b", "theirs"]);
    bench.write(TICKET, "title: theirs\n");
    bench.git(&["checkout", "-q", "main"]);
    bench.write(TICKET, "title: ours\n");
    assert!(!git_at(&bench.root, &["merge", "theirs"]).status.success());
    bench.git(&["checkout", "-q", "--ours", "--", TICKET]);
    assert_eq!(edit_of(refused(&bench, TICKET)), Edit::Conflicted);
    assert_eq!(
        bench.store().state(TICKET).unwrap().index,
        IndexState::Conflict
    );
    // Another ticket can be changed in the middle of a merge.
    bench.write("tickets/other.yaml", "o\n");
    bench.git(&["add", TICKET]);
    bench.git(&["commit", "-qm", "merged"]);
    bench.assert_clean();
    assert_eq!(
        bench
            .git(&["log", "-1", "--format=%p"])
            .split_whitespace()
            .count(),
        2
    );
}

#[test]
fn symbolic_links_are_not_followed() {
    let outside = tempfile::TempDir::new().unwrap();
    fs::write(outside.path().join("k7f3q2.yaml"), "title: a\n").unwrap();

    let bench = bench();
    fs::remove_file(bench.root.join(TICKET)).unwrap();
    symlink(outside.path().join("k7f3q2.yaml"), bench.root.join(TICKET)).unwrap();
    let error = refused(&bench, TICKET);
    assert!(
        matches!(&error, StoreError::WrongKind { path, found: EntryKind::Symlink, place: Place::WorkTree, .. } if path == TICKET),
        "{error}"
    );

    let bench = self::bench();
    let day = bench.root.join("tickets/2026/11/23");
    fs::remove_dir_all(&day).unwrap();
    symlink(outside.path(), &day).unwrap();
    let error = refused(&bench, TICKET);
    assert!(
        matches!(&error, StoreError::WrongKind { path, found: EntryKind::Symlink, .. } if path == "tickets/2026/11/23"),
        "{error}"
    );
    let error = refused(&bench, "tickets/2026/11/23/new.yaml");
    assert!(matches!(error, StoreError::WrongKind { .. }), "{error}");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
}

#[test]
fn links_in_a_commit_are_no_files() {
    let bench = bench();
    symlink("desk.yaml", bench.root.join("link")).unwrap();
    symlink("tickets", bench.root.join("folder")).unwrap();
    bench.git(&["add", "."]);
    bench.git(&["commit", "-qm", "links"]);
    let store = bench.store();
    let snapshot = store.snapshot().unwrap();
    for (path, named) in [
        ("link", "link"),
        ("folder/2026", "folder"),
        ("tickets/2026", "tickets/2026"),
        ("desk.yaml/x", "desk.yaml"),
    ] {
        let error = snapshot.read(path).unwrap_err();
        assert!(
            matches!(&error, StoreError::WrongKind { path, .. } if path == named),
            "{path}: {error}"
        );
        assert_eq!(error.kind(), Kind::Invalid);
    }
    let mut seen = Vec::new();
    snapshot
        .walk_entries::<StoreError>("", |path, entry| {
            seen.push(format!("{path} {}", entry.kind));
            Ok(())
        })
        .unwrap();
    assert_eq!(
        seen,
        [
            "desk.yaml file",
            "folder symbolic link",
            "link symbolic link",
            &format!("{TICKET} file")
        ]
    );
}

#[test]
fn paths_stay_inside() {
    let bench = bench();
    for path in ["../x", "/etc/x", ".git/config", "a/../../x", "a//b", ""] {
        let error = refused(&bench, path);
        assert!(
            matches!(error, StoreError::BadPath { .. }),
            "{path}: {error}"
        );
    }
}

#[test]
fn a_hand_edit_is_adopted() {
    let bench = bench();
    bench.edit(TICKET, "title: mine\n");
    let adopt = |expected: &str| {
        let mut draft = draft("adopt", &[(TICKET, "title: adopted\n")]);
        draft.files[0].worktree = Expect::Bytes(expected.as_bytes().to_vec());
        bench.store().transact(|_| plan_of(vec![draft.clone()]))
    };
    assert_eq!(edit_of(adopt("title: other\n").unwrap_err()), Edit::Changed);
    adopt("title: mine\n").unwrap();
    assert_eq!(bench.read(TICKET), "title: adopted\n");
    bench.assert_clean();
}

/// Runs `act` right after a step of a change.
fn during(bench: &Bench, step: CrashPoint, act: impl Fn() + Send + Sync + 'static) -> Options {
    let _ = bench;
    let done = std::sync::Once::new();
    Options {
        on_step: Some(Arc::new(move |at| {
            if at == step {
                done.call_once(&act);
            }
        })),
        ..quick()
    }
}

#[test]
fn an_edit_in_the_same_instant_stays_and_is_seen() {
    // Saved in place, by renaming, and with the size that ours has.
    for (how, content) in [
        ("write", "title: mine, longer\n"),
        ("rename", "title: m\n"),
        ("write", "title: z\n"),
    ] {
        for step in [
            CrashPoint::Checked,
            CrashPoint::FilesStaged,
            CrashPoint::RefMoved,
        ] {
            let bench = bench();
            let file = bench.root.join(TICKET);
            let options = during(&bench, step, move || {
                if how == "rename" {
                    let other = file.with_extension("tmp");
                    fs::write(&other, content).unwrap();
                    fs::rename(&other, &file).unwrap();
                } else {
                    fs::write(&file, content).unwrap();
                }
            });
            let done = commit(&bench.store_with(options), &[(TICKET, "title: b\n")]).unwrap();
            assert!(
                matches!(&done.warnings[..], [Warning::Edited { path }] if path == TICKET),
                "{:?}",
                done.warnings
            );
            assert_eq!(bench.read(TICKET), content);
            assert_eq!(
                bench.git(&["show", &format!("HEAD:{TICKET}")]),
                "title: b\n"
            );
            assert_eq!(bench.git(&["diff", "--cached"]), "");
            bench.assert_no_leftovers();
            bench.git(&["commit", "-qam", "mine"]);
            assert_eq!(bench.git(&["show", &format!("HEAD:{TICKET}")]), content);
            bench.assert_clean();
        }
    }
}

#[test]
fn a_new_file_or_a_deletion_in_the_same_instant_stays() {
    let bench = bench();
    let new = "tickets/2026/11/23/new.yaml";
    let file = bench.root.join(new);
    let options = during(&bench, CrashPoint::RefMoved, move || {
        fs::write(&file, "mine\n").unwrap();
    });
    let done = commit(&bench.store_with(options), &[(new, "ours\n")]).unwrap();
    assert!(matches!(&done.warnings[..], [Warning::Edited { .. }]));
    assert_eq!(bench.read(new), "mine\n");
    assert_eq!(bench.git(&["diff", "--name-only"]), format!("{new}\n"));

    let file = bench.root.join(TICKET);
    let options = during(&bench, CrashPoint::RefMoved, move || {
        fs::remove_file(&file).unwrap();
    });
    let done = commit(&bench.store_with(options), &[(TICKET, "title: b\n")]).unwrap();
    assert!(matches!(&done.warnings[..], [Warning::Edited { .. }]));
    assert!(!bench.root.join(TICKET).exists());
    bench.assert_no_leftovers();
}

#[test]
fn an_edit_after_placing_is_seen_even_with_equal_size() {
    for step in [
        CrashPoint::FilesPlaced,
        CrashPoint::IndexFinal,
        CrashPoint::IndexPlaced,
    ] {
        let bench = bench();
        let file = bench.root.join(TICKET);
        let options = during(&bench, step, move || {
            fs::write(&file, "title: z\n").unwrap();
            // Into the next second, so that times alone could mislead git.
            std::thread::sleep(std::time::Duration::from_millis(1100));
        });
        commit(&bench.store_with(options), &[(TICKET, "title: b\n")]).unwrap();
        assert_eq!(bench.read(TICKET), "title: z\n");
        assert!(bench.status().contains(TICKET), "{step}");
    }
}

#[test]
fn an_editor_that_writes_to_the_old_file_late_loses_nothing() {
    use std::io::Write;
    use std::sync::Mutex;
    let bench = bench();
    let open = Mutex::new(
        fs::File::options()
            .append(true)
            .open(bench.root.join(TICKET))
            .unwrap(),
    );
    let options = during(&bench, CrashPoint::IndexPlaced, move || {
        open.lock().unwrap().write_all(b"more: mine\n").unwrap();
    });
    let done = commit(&bench.store_with(options), &[(TICKET, "title: b\n")]).unwrap();
    let [Warning::Kept { path, file }] = &done.warnings[..] else {
        panic!("{:?}", done.warnings);
    };
    assert_eq!(path, TICKET);
    assert_eq!(fs::read_to_string(file).unwrap(), "title: a\nmore: mine\n");
    assert_eq!(
        bench.store().diagnose().unwrap().kept,
        std::slice::from_ref(file)
    );
    bench.assert_clean();
}

#[test]
fn a_change_that_stands_is_finished_by_the_next_command() {
    let bench = bench();
    let (day, away) = (
        bench.root.join("tickets/2026/11/23"),
        bench.root.join("tickets/2026/11/away"),
    );
    let (from, to) = (day.clone(), away.clone());
    let options = during(&bench, CrashPoint::RefMoved, move || {
        fs::rename(&from, &to).unwrap();
        symlink(&to, &from).unwrap();
    });
    let done = commit(&bench.store_with(options), &[(TICKET, "title: b\n")]).unwrap();
    assert!(
        matches!(
            &done.warnings[..],
            [Warning::Unfinished(StoreError::WrongKind { .. })]
        ),
        "{:?}",
        done.warnings
    );
    assert_eq!(
        bench.git(&["show", &format!("HEAD:{TICKET}")]),
        "title: b\n"
    );
    assert!(!bench.root.join(".git/index.lock").exists());
    fs::remove_file(&day).unwrap();
    fs::rename(&away, &day).unwrap();
    let mended = bench.store().mend().unwrap().unwrap();
    assert_eq!(mended.paths, [TICKET]);
    assert_eq!(bench.read(TICKET), "title: b\n");
    bench.assert_clean();
}

#[test]
fn a_foreign_commit_in_between_is_built_upon() {
    let bench = bench();
    let root = bench.root.clone();
    let options = during(&bench, CrashPoint::ObjectsWritten, move || {
        fs::write(root.join("user.txt"), "u\n").unwrap();
        assert!(git_at(&root, &["add", "."]).status.success());
        assert!(git_at(&root, &["commit", "-qm", "user"]).status.success());
    });
    let mut seen = Vec::new();
    let done = bench
        .store_with(options)
        .transact(|snapshot| {
            seen.push(snapshot.commit());
            plan_of(vec![draft("b", &[(TICKET, "title: b\n")])])
        })
        .unwrap();
    assert_eq!(seen.len(), 2);
    assert_ne!(seen[0], seen[1]);
    assert_eq!(done.commits.len(), 1);
    assert_eq!(bench.git(&["log", "--format=%s", "-2"]), "b\nuser\n");
    bench.assert_clean();
}

#[test]
fn a_switched_branch_in_between_is_noticed() {
    let bench = bench();
    bench.git(&["branch", "other"]);
    let root = bench.root.clone();
    let options = during(&bench, CrashPoint::ObjectsWritten, move || {
        assert!(git_at(&root, &["checkout", "-q", "other"]).status.success());
    });
    commit(&bench.store_with(options), &[(TICKET, "title: b\n")]).unwrap();
    assert_eq!(bench.git(&["log", "-1", "--format=%s", "main"]), "write\n");
    assert_eq!(bench.git(&["rev-list", "--count", "main..other"]), "1\n");
    bench.assert_clean();
}

#[test]
fn a_busy_git_is_waited_for_and_then_named() {
    let bench = bench();
    for name in ["index.lock", "HEAD.lock", "refs/heads/main.lock"] {
        let lock = bench.root.join(".git").join(name);
        fs::write(&lock, "").unwrap();
        let before = bench.git(&["log", "--format=%H"]);
        let error = commit(&bench.store(), &[(TICKET, "title: z\n")]).unwrap_err();
        assert!(
            matches!(&error, StoreError::Busy { file, .. } if *file == lock),
            "{error}"
        );
        assert_eq!(error.kind(), Kind::Busy);
        assert_eq!(bench.git(&["log", "--format=%H"]), before);

        let patient = Options {
            lock_patience: std::time::Duration::from_secs(20),
            ..quick()
        };
        let gone = lock.clone();
        let waiter = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(100));
            fs::remove_file(gone).unwrap();
        });
        commit(
            &bench.store_with(patient),
            &[(TICKET, &format!("title: {name}\n"))],
        )
        .unwrap();
        waiter.join().unwrap();
        bench.assert_clean();
    }
}

#[test]
fn permissions_of_a_file_are_kept() {
    let bench = bench();
    let file = bench.root.join(TICKET);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    bench.write(TICKET, "title: b\n");
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o640
    );
    bench.assert_clean();
}

#[test]
fn the_state_of_a_path() {
    let bench = bench();
    let store = bench.store();
    let clean = store.state(TICKET).unwrap();
    assert!(clean.is_clean());
    assert_eq!(clean.worktree, WorkFile::File(b"title: a\n".to_vec()));
    bench.edit(TICKET, "title: mine\n");
    let edited = store.state(TICKET).unwrap();
    assert!(!edited.is_clean());
    assert_eq!(edited.head, clean.head);
    assert_eq!(edited.index, clean.index);
    let none = store.state("tickets/none.yaml").unwrap();
    assert!(none.is_clean() && none.head.is_none());
    bench.git(&["add", TICKET]);
    assert_eq!(store.diagnose().unwrap().staged, [TICKET]);
}
