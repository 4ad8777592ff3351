//! One change, in every kind of repository that people have.
#![expect(clippy::unwrap_used, reason = "tests")]

mod store_support;

use std::fs;
use std::path::Path;

use store_support::{Bench, commit, draft, git_at, lena, plan_of, quick};
use tempfile::TempDir;
use tierdesk::store::{Kind, Plan, Store, StoreError};

const TICKET: &str = "tickets/2026/11/23/k7f3q2.yaml";

#[test]
fn the_first_commit_of_a_new_repository() {
    let bench = Bench::empty();
    assert!(bench.store().snapshot().unwrap().commit().is_none());
    let commit = bench.write("desk.yaml", "format: 1\n");
    assert_eq!(bench.head(), commit.to_string());
    assert_eq!(bench.read("desk.yaml"), "format: 1\n");
    assert_eq!(bench.git(&["branch", "--show-current"]), "main\n");
    bench.assert_clean();
}

#[test]
fn a_file_is_made_and_changed() {
    let bench = Bench::new();
    bench.write(TICKET, "title: a\n");
    bench.assert_clean();
    bench.write(TICKET, "title: b\n");
    bench.assert_clean();
    assert_eq!(
        bench.git(&["show", &format!("HEAD:{TICKET}")]),
        "title: b\n"
    );
    assert_eq!(bench.read(TICKET), "title: b\n");
    let log = bench.git(&["log", "-1", "--format=%an <%ae> %aI|%cn %cI|%B"]);
    assert_eq!(
        log,
        "Lena <lena@example.com> 2026-11-18T12:06:40+01:00|Lena 2026-11-18T11:08:20Z|write\n\n"
    );
    let reflog = bench.git(&["reflog", "--format=%gs"]);
    assert_eq!(reflog, "desk: write\ndesk: write\ndesk: write\n");
    assert_eq!(bench.git(&["reflog", "main", "--format=%gs"]), reflog);
}

#[test]
fn several_drafts_are_a_chain_of_commits() {
    let bench = Bench::new();
    let done = bench
        .store()
        .transact(|_| {
            plan_of(vec![
                draft("one", &[("tickets/a.yaml", "1\n")]),
                draft("two", &[("tickets/b.yaml", "2\n")]),
                draft("three", &[("tickets/a.yaml", "3\n")]),
            ])
        })
        .unwrap();
    assert_eq!(done.commits.len(), 3);
    assert_eq!(
        bench.git(&["log", "--format=%s", "-4"]),
        "three\ntwo\none\nwrite\n"
    );
    assert_eq!(bench.git(&["show", "HEAD~2:tickets/a.yaml"]), "1\n");
    assert_eq!(bench.read("tickets/a.yaml"), "3\n");
    bench.assert_clean();
}

#[test]
fn no_draft_is_no_commit() {
    let bench = Bench::new();
    let before = bench.seen();
    let done = bench
        .store()
        .transact(|_| {
            Ok::<_, StoreError>(Plan {
                drafts: Vec::new(),
                value: 7,
            })
        })
        .unwrap();
    assert_eq!((done.value, done.commits.len()), (7, 0));
    assert_eq!(bench.seen(), before);
}

#[test]
fn a_refused_plan_changes_nothing() {
    #[derive(Debug, thiserror::Error)]
    enum Refusal {
        #[error("no")]
        No,
        #[error(transparent)]
        Store(#[from] StoreError),
    }
    let bench = Bench::new();
    let before = bench.seen();
    let result = bench.store().transact::<(), _>(|_| Err(Refusal::No));
    assert!(matches!(result, Err(Refusal::No)));
    assert_eq!(bench.seen(), before);
    bench.assert_clean();
}

#[test]
fn the_users_other_work_stays_as_it_is() {
    let bench = Bench::new();
    bench.write_all(&[("a.txt", "a\n"), ("b.txt", "b\n"), ("c.txt", "c\n")]);
    bench.edit("a.txt", "A\n");
    bench.git(&["add", "a.txt"]);
    bench.edit("a.txt", "AA\n");
    bench.edit("b.txt", "B\n");
    bench.edit("new.txt", "staged\n");
    bench.git(&["add", "new.txt"]);
    bench.edit("later.txt", "later\n");
    bench.git(&["add", "-N", "later.txt"]);
    bench.edit("untracked.txt", "u\n");
    fs::remove_file(bench.root.join("c.txt")).unwrap();
    let seen =
        |bench: &Bench| bench.status() + &bench.git(&["diff"]) + &bench.git(&["diff", "--cached"]);
    let before = seen(&bench);
    bench.write(TICKET, "title: a\n");
    bench.write(TICKET, "title: b\n");
    assert_eq!(seen(&bench), before);
    assert_eq!(
        bench.git(&["log", "-2", "--format=", "--name-only"]),
        format!("{TICKET}\n{TICKET}\n")
    );
    bench.fsck();
}

#[test]
fn a_detached_head_moves() {
    let bench = Bench::new();
    bench.git(&["checkout", "-q", "--detach"]);
    let commit = bench.write(TICKET, "title: a\n");
    assert_eq!(bench.head(), commit.to_string());
    assert_ne!(bench.git(&["rev-parse", "main"]).trim(), bench.head());
    bench.assert_clean();
}

#[test]
fn a_branch_with_slashes_is_made() {
    let bench = Bench::empty();
    bench.git(&["symbolic-ref", "HEAD", "refs/heads/feature/x/y"]);
    bench.write("desk.yaml", "format: 1\n");
    assert_eq!(bench.git(&["branch", "--show-current"]), "feature/x/y\n");
    bench.assert_clean();
}

#[test]
fn a_branch_may_take_the_place_of_empty_folders() {
    let bench = Bench::new();
    bench.git(&["branch", "feature/x"]);
    bench.git(&["branch", "-D", "feature/x"]);
    fs::create_dir_all(bench.root.join(".git/refs/heads/feature/x")).unwrap();
    fs::create_dir_all(bench.root.join(".git/logs/refs/heads/feature/x")).unwrap();
    bench.git(&["symbolic-ref", "HEAD", "refs/heads/feature"]);
    bench.git(&["rm", "-q", "-r", "--cached", "."]);
    bench.edit("desk.yaml", "format: 1\n");
    fs::remove_file(bench.root.join("desk.yaml")).unwrap();
    bench.write("desk.yaml", "format: 1\n");
    bench.assert_clean();
}

#[test]
fn a_branch_beside_one_of_its_folders_name_is_refused() {
    let bench = Bench::new();
    for (existing, unborn) in [("feature", "feature/x"), ("a/b", "a")] {
        bench.git(&["branch", existing]);
        bench.git(&["pack-refs", "--all"]);
        bench.git(&["symbolic-ref", "HEAD", &format!("refs/heads/{unborn}")]);
        bench.git(&["rm", "-q", "-r", "-f", "."]);
        let error = commit(&bench.store(), &[("desk.yaml", "format: 1\n")]).unwrap_err();
        assert!(matches!(error, StoreError::RefInTheWay { .. }), "{error}");
        bench.git(&["symbolic-ref", "HEAD", "refs/heads/main"]);
        bench.git(&["reset", "-q", "--hard"]);
        bench.assert_clean();
    }
}

#[test]
fn packed_references_and_objects() {
    let bench = Bench::new();
    bench.write(TICKET, "title: a\n");
    bench.git(&["gc", "-q", "--prune=now"]);
    bench.write(TICKET, "title: b\n");
    bench.git(&["pack-refs", "--all"]);
    // Known to a pack already.
    bench.write(TICKET, "title: a\n");
    bench.assert_clean();
}

#[test]
fn a_linked_work_tree_has_its_own_head_and_index() {
    let bench = Bench::new();
    let linked = bench.tmp.path().join("linked");
    bench.git(&[
        "worktree",
        "add",
        "-q",
        "-b",
        "other",
        linked.to_str().unwrap(),
    ]);
    let store = Store::discover(&linked, quick()).unwrap();
    commit(&store, &[(TICKET, "title: a\n")]).unwrap();
    let root = linked.canonicalize().unwrap();
    let other = Bench::at(TempDir::new().unwrap(), root);
    other.assert_clean();
    bench.assert_clean();
    assert!(!bench.root.join(TICKET).exists());
    assert_eq!(bench.git(&["log", "--format=%s", "main"]), "write\n");
    assert_eq!(other.git(&["log", "--format=%s"]), "write\nwrite\n");
    assert!(bench.root.join(".git/worktrees/linked/desk").exists());
}

#[test]
fn a_desk_in_a_folder_of_a_repository() {
    let bench = Bench::empty();
    bench.edit("src/main.c", "int main;\n");
    bench.git(&["add", "."]);
    bench.git(&["commit", "-qm", "code"]);
    let desk = bench.root.join("ops/my desk");
    let store = Store::create(&desk, quick()).unwrap();
    assert_eq!(store.root(), desk.canonicalize().unwrap());
    commit(
        &store,
        &[("desk.yaml", "format: 1\n"), (TICKET, "title: a\n")],
    )
    .unwrap();
    bench.assert_clean();
    fs::create_dir_all(desk.join("tickets/x")).unwrap();
    let found = Store::discover(&desk.join("tickets/x"), quick()).unwrap();
    assert_eq!(found.root(), store.root());
    assert_eq!(
        found.snapshot().unwrap().read(TICKET).unwrap().unwrap(),
        b"title: a\n"
    );
    let error = Store::discover(&bench.root.join("src"), quick()).unwrap_err();
    assert!(matches!(error, StoreError::NoDesk { .. }), "{error}");
    assert_eq!(found.history(TICKET).unwrap().len(), 1);
}

#[test]
fn index_versions_and_flags_are_kept() {
    for version in ["2", "3", "4"] {
        let bench = Bench::new();
        bench.write_all(&[
            (TICKET, "title: a\n"),
            ("skipped.txt", "s\n"),
            ("assumed.txt", "s\n"),
        ]);
        if version != "3" {
            bench.git(&["update-index", "--index-version", version]);
        }
        bench.git(&["update-index", "--skip-worktree", "skipped.txt"]);
        bench.git(&["update-index", "--assume-unchanged", "assumed.txt"]);
        bench.edit("later.txt", "l\n");
        bench.git(&["add", "-N", "later.txt"]);
        let flags = |bench: &Bench| {
            bench.git(&[
                "ls-files",
                "-v",
                "-s",
                "skipped.txt",
                "later.txt",
                "assumed.txt",
            ])
        };
        let before = flags(&bench);
        let header = |bench: &Bench| fs::read(bench.root.join(".git/index")).unwrap()[..8].to_vec();
        let (status, head) = (bench.status(), header(&bench));
        bench.write(TICKET, "title: b\n");
        bench.write("tickets/2026/new.yaml", "title: n\n");
        assert_eq!(flags(&bench), before, "version {version}");
        assert_eq!(header(&bench), head, "version {version}");
        assert_eq!(bench.status(), status, "version {version}");
        bench.fsck();
    }
}

#[test]
fn a_file_outside_a_sparse_checkout_is_not_written() {
    let bench = Bench::new();
    bench.write_all(&[(TICKET, "title: a\n"), ("kb/a.md", "a\n")]);
    bench.git(&["sparse-checkout", "set", "--no-sparse-index", "kb"]);
    assert!(!bench.root.join(TICKET).exists());
    bench.write(TICKET, "title: b\n");
    assert!(!bench.root.join(TICKET).exists());
    assert_eq!(
        bench.git(&["ls-files", "-v", TICKET]),
        format!("S {TICKET}\n")
    );
    assert_eq!(
        bench.git(&["show", &format!("HEAD:{TICKET}")]),
        "title: b\n"
    );
    bench.assert_clean();
}

#[test]
fn an_executable_file_stays_one() {
    let bench = Bench::new();
    bench.write("hook.sh", "a\n");
    bench.git(&["update-index", "--chmod=+x", "hook.sh"]);
    bench.git(&["commit", "-qm", "x"]);
    bench.git(&["checkout", "-q", "--", "."]);
    bench.write("hook.sh", "b\n");
    bench.assert_clean();
    assert!(
        bench
            .git(&["ls-files", "-s", "hook.sh"])
            .starts_with("100755")
    );
}

#[test]
fn an_empty_file_is_a_file() {
    let bench = Bench::new();
    bench.write("tickets/.keep", "");
    bench.assert_clean();
}

#[test]
fn reflogs_follow_the_setting() {
    let bench = Bench::new();
    bench.git(&["config", "core.logAllRefUpdates", "false"]);
    fs::remove_dir_all(bench.root.join(".git/logs")).unwrap();
    bench.write(TICKET, "title: a\n");
    assert!(!bench.root.join(".git/logs/HEAD").exists());
    bench.assert_clean();
}

#[test]
fn an_edit_that_git_could_miss_is_still_seen() {
    // Same size, same second as the index: only its content gives it away.
    let bench = Bench::new();
    for round in 0..5 {
        bench.git(&["checkout", "-q", "--", "."]);
        bench.edit("user.txt", &format!("one{round}\n"));
        bench.git(&["add", "user.txt"]);
        bench.git(&["commit", "-qm", "user"]);
        bench.edit("user.txt", &format!("two{round}\n"));
        let stamp = fs::metadata(bench.root.join(".git/index")).unwrap();
        let file = fs::File::options()
            .write(true)
            .open(bench.root.join("user.txt"))
            .unwrap();
        file.set_modified(stamp.modified().unwrap()).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
        bench.write(TICKET, &format!("title: {round}\n"));
        assert!(bench.status().contains("user.txt"), "round {round}");
    }
}

#[test]
fn merge_settings_are_made_once() {
    let bench = Bench::new();
    let store = Store::discover(&bench.root, quick()).unwrap();
    assert!(!store.install_merge_settings().unwrap());
    bench.git(&["config", "--unset", "merge.desk.driver"]);
    assert!(store.install_merge_settings().unwrap());
    assert_eq!(
        bench.git(&["config", "merge.desk.driver"]),
        "desk merge-file %O %A %B %P\n"
    );
    assert_eq!(bench.git(&["config", "merge.renames"]), "false\n");
}

#[test]
fn what_cannot_hold_a_desk_says_why() {
    store_support::isolate();
    let tmp = TempDir::new().unwrap();
    let error = Store::discover(tmp.path(), quick()).unwrap_err();
    assert!(
        matches!(error, StoreError::NotARepository { .. }),
        "{error}"
    );
    assert_eq!(error.kind(), Kind::NotADesk);

    let bare = tmp.path().join("bare.git");
    git_at(tmp.path(), &["init", "-q", "--bare", "bare.git"]);
    let error = Store::discover(&bare, quick()).unwrap_err();
    assert!(matches!(error, StoreError::Bare { .. }), "{error}");

    for (name, option) in [
        ("sha", "--object-format=sha256"),
        ("ref", "--ref-format=reftable"),
    ] {
        if !git_at(tmp.path(), &["init", "-q", option, name])
            .status
            .success()
        {
            store_support::skip(&format!("this git has no {option}"));
            continue;
        }
        let error = Store::discover(&tmp.path().join(name), quick()).unwrap_err();
        assert!(matches!(error, StoreError::Unsupported { .. }), "{error}");
        assert!(error.hint().is_some());
    }
}

#[test]
fn an_index_that_cannot_be_written_changes_nothing() {
    let split = Bench::new();
    split.git(&["update-index", "--split-index"]);
    let sparse = Bench::new();
    sparse.write_all(&[(TICKET, "title: a\n"), ("kb/a.md", "a\n")]);
    sparse.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "kb"]);
    for bench in [split, sparse] {
        let before = bench.seen();
        let error = commit(&bench.store(), &[("kb/b.md", "b\n")]).unwrap_err();
        assert!(matches!(error, StoreError::Unsupported { .. }), "{error}");
        assert_eq!(error.kind(), Kind::Environment);
        assert_eq!(bench.seen(), before);
        bench.assert_no_leftovers();
        bench.fsck();
    }
}

#[test]
fn who_commits() {
    let bench = Bench::new();
    assert_eq!(bench.store().identity().unwrap(), lena());
    bench.git(&["config", "--unset", "user.email"]);
    let before = bench.seen();
    let error = commit(&bench.store(), &[("a.txt", "a\n")]).unwrap_err();
    assert!(matches!(error, StoreError::NoIdentity { .. }), "{error}");
    assert!(
        error
            .hint()
            .unwrap()
            .contains("git config --global user.email")
    );
    assert_eq!(bench.seen(), before);
    bench.assert_clean();
}

#[test]
fn a_thousand_drafts_go_in_one_transaction() {
    let bench = Bench::new();
    let count = 1_000;
    let drafts: Vec<_> = (0..count)
        .map(|n| {
            let path = format!("tickets/2026/{:02}/{:02}/{n:05}.yaml", n % 12, n % 28);
            draft(&format!("open {n}"), &[(&path, &format!("title: {n}\n"))])
        })
        .collect();
    let store = bench.store();
    let done = store.transact(|_| plan_of(drafts.clone())).unwrap();
    assert_eq!(done.commits.len(), count);
    bench.assert_clean();
    assert!(Path::new(&bench.root.join("tickets/2026/03/03/00003.yaml")).exists());
}
