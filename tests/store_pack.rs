//! Many commits at once go into a pack, and are the commits that they would be
//! one by one.
#![expect(clippy::unwrap_used, reason = "tests")]

mod store_support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store_support::{Bench, commit, draft, files_below, plan_of, quick};
use tierdesk::store::{
    CommitId, CrashPoint, Draft, Durability, Identity, Options, Progress, Store, StoreError,
};

fn fast(bench: &Bench) -> Store {
    bench.store_with(Options {
        durability: Some(Durability::Fast),
        ..quick()
    })
}

fn transact(store: &Store, drafts: &[Draft]) -> Result<Vec<CommitId>, StoreError> {
    let done = store.transact(|_| plan_of(drafts.to_vec()))?;
    assert!(done.warnings.is_empty(), "{:?}", done.warnings);
    Ok(done.commits)
}

/// So many tickets, each in its own commit.
fn tickets(count: usize) -> Vec<Draft> {
    (0..count)
        .map(|n| {
            let path = format!("tickets/2026/{:02}/{:02}/{n:05}.yaml", n % 12, n % 28);
            draft(&format!("open {n}"), &[(&path, &format!("title: {n}\n"))])
        })
        .collect()
}

fn packs(bench: &Bench) -> Vec<PathBuf> {
    let folder = bench.root.join(".git/objects/pack");
    let packs =
        files_below(&folder).filter(|path| path.extension().is_some_and(|end| end == "pack"));
    packs.collect()
}

fn loose(bench: &Bench) -> usize {
    let count = bench.git(&["count-objects"]);
    count.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn random_batches_are_the_commits_that_they_are_one_by_one() {
    store_support::isolate();
    let config = Config {
        cases: 12,
        failure_persistence: None,
        max_shrink_iters: 30,
        ..Config::default()
    };
    let path = prop_oneof![
        "(a|a0|b|a-)/[ab]{1,2}",
        "(a|a0|b|a-)/x/(y|y\\.z)/[ab]",
        "[c-e]\\.yaml",
        Just("old/kept.yaml".to_owned()),
        Just("old/run.sh".to_owned()),
    ];
    let text = prop::collection::vec("(line of text [0-9]|[ab]{1,3})", 0..30);
    let file = (path, text.prop_map(|lines| lines.join("\n")));
    let one = prop::collection::vec(file, 0..3);
    let batch = prop::collection::vec(one, 33..60);
    let mut runner = TestRunner::new(config);
    let ran = runner.run(&batch, |batch| {
        let drafts: Vec<Draft> = batch
            .iter()
            .map(|files| {
                let files: BTreeMap<_, _> = files.iter().map(|(p, t)| (&**p, &**t)).collect();
                let files: Vec<_> = files.into_iter().collect();
                draft("write\n\nTicket: 1", &files)
            })
            .collect();
        let begin = || {
            let bench = Bench::new();
            bench.write_all(&[("old/kept.yaml", "old\n"), ("old/run.sh", "old\n")]);
            bench.git(&["update-index", "--chmod=+x", "old/run.sh"]);
            let date = "2026-11-23T00:00:00Z";
            bench.git(&["config", "core.fileMode", "true"]);
            bench.git(&["-c", "user.name=X", "commit", "-qm", "x", "--date", date]);
            bench.git(&["checkout", "-q", "--", "."]);
            bench
        };
        let many = begin();
        let base = many.git(&["rev-parse", "HEAD^{tree}"]);
        let commits = transact(&fast(&many), &drafts).unwrap();
        prop_assert_eq!(packs(&many).len(), 1);
        many.assert_clean();
        let single = begin();
        // The same parent, whenever git made it.
        let from = format!("{}~{}", many.head(), drafts.len());
        single.git(&["fetch", "-q", many.root.to_str().unwrap(), &many.head()]);
        single.git(&[
            "reset",
            "-q",
            "--hard",
            many.git(&["rev-parse", &from]).trim(),
        ]);
        prop_assert_eq!(single.git(&["rev-parse", "HEAD^{tree}"]), base);
        let mut alone = Vec::new();
        for part in drafts.chunks(20) {
            alone.extend(transact(&fast(&single), part).unwrap());
        }
        prop_assert_eq!(commits, alone);
        Ok(())
    });
    assert!(ran.is_ok(), "{}", ran.unwrap_err());
}

#[test]
fn a_pack_takes_the_place_of_loose_objects() {
    let bench = Bench::new();
    let before = loose(&bench);
    transact(&bench.store(), &tickets(300)).unwrap();
    assert_eq!(loose(&bench), before);
    assert_eq!(packs(&bench).len(), 1);
    bench.assert_clean();
    // And again, on top of it.
    let more: Vec<_> = tickets(100)
        .into_iter()
        .map(|mut draft| {
            draft.files[0].content.extend_from_slice(b"more: x\n");
            draft
        })
        .collect();
    transact(&bench.store(), &more).unwrap();
    assert_eq!(packs(&bench).len(), 2);
    bench.assert_clean();
    bench.git(&["gc", "-q"]);
    bench.assert_clean();
}

#[test]
fn a_timeline_that_grows_is_stored_by_its_differences() {
    let bench = Bench::new();
    let mut text = String::from("status: new\ntimeline:\n");
    let drafts: Vec<_> = (0..200)
        .map(|n| {
            text.push_str(&format!("- {{e: {n:05}, did: reply, by: lena}}\n"));
            draft("reply", &[("tickets/2026/11/23/aaaaaa.yaml", &text)])
        })
        .collect();
    transact(&fast(&bench), &drafts).unwrap();
    bench.assert_clean();
    let pack = packs(&bench).remove(0);
    let listed = bench.git(&["verify-pack", "-v", pack.to_str().unwrap()]);
    let depths: Vec<u32> = listed
        .lines()
        .filter(|line| line.contains(" blob "))
        .map(|line| {
            line.split_whitespace()
                .nth(5)
                .map_or(0, |d| d.parse().unwrap())
        })
        .collect();
    assert_eq!(depths.len(), 200);
    assert_eq!(depths.iter().max(), Some(&50));
    assert_eq!(depths.iter().filter(|depth| **depth == 0).count(), 4);
}

#[test]
fn the_first_commits_of_a_branch_and_of_a_desk_in_a_folder() {
    let bench = Bench::empty();
    let mut drafts = tickets(40);
    drafts.insert(0, draft("init", &[("desk.yaml", "format: 1\n")]));
    transact(&fast(&bench), &drafts).unwrap();
    bench.assert_clean();
    assert_eq!(bench.git(&["rev-list", "--count", "HEAD"]), "41\n");

    let bench = Bench::empty();
    let store = Store::create(&bench.root.join("ops/my desk"), quick()).unwrap();
    transact(&store, &drafts).unwrap();
    bench.assert_clean();
    assert!(
        bench
            .root
            .join("ops/my desk/tickets/2026/03/03/00003.yaml")
            .exists()
    );
    let begin = bench.git(&["ls-tree", "-r", "--name-only", "HEAD~40"]);
    assert_eq!(begin, "ops/my desk/desk.yaml\n");
}

#[test]
fn commits_without_files_are_commits() {
    let bench = Bench::new();
    transact(&fast(&bench), &vec![draft("nothing", &[]); 40]).unwrap();
    bench.assert_clean();
    assert_eq!(bench.git(&["rev-list", "--count", "HEAD"]), "41\n");
}

#[test]
fn a_batch_that_fails_leaves_nothing() {
    let file_then_folder = [
        draft("file", &[("kb/a", "a\n")]),
        draft("folder", &[("kb/a/b", "b\n")]),
    ];
    let folder_then_file = [
        draft("folder", &[("kb/a/b", "b\n")]),
        draft("file", &[("kb/a", "a\n")]),
    ];
    let mut nobody = draft("nobody", &[("kb/a", "a\n")]);
    nobody.author = Identity {
        name: String::new(),
        email: String::new(),
    };
    let zero = draft("zero \0 byte", &[("kb/a", "a\n")]);
    let twice = draft("twice", &[("kb/a", "a\n"), ("kb/a", "b\n")]);
    let staged = draft("staged", &[("kb/staged", "mine\n")]);
    for last in [
        &file_then_folder[..],
        &folder_then_file,
        &[nobody],
        &[zero],
        &[twice],
        &[staged],
    ] {
        let bench = Bench::new();
        bench.edit("kb/staged", "theirs\n");
        bench.git(&["add", "kb/staged"]);
        let before = bench.seen();
        let drafts = [&tickets(40), last].concat();
        assert!(transact(&fast(&bench), &drafts).is_err());
        assert_eq!(bench.seen(), before);
        assert_eq!(packs(&bench), Vec::<PathBuf>::new());
        bench.assert_no_leftovers();
    }
}

#[test]
fn another_commit_in_between_means_once_more_on_top_of_it() {
    let bench = Bench::new();
    let root = bench.root.clone();
    let moved = Mutex::new(false);
    let store = bench.store_with(Options {
        on_step: Some(Arc::new(move |step| {
            let mut moved = moved.lock().unwrap();
            if step == CrashPoint::PackWritten && !*moved {
                *moved = true;
                let args = ["commit", "-q", "--allow-empty", "-m", "between"];
                assert!(store_support::git_at(&root, &args).status.success());
            }
        })),
        ..quick()
    });
    transact(&store, &tickets(40)).unwrap();
    bench.assert_clean();
    assert_eq!(packs(&bench).len(), 1);
    assert_eq!(
        bench.git(&["log", "-1", "--format=%s", "HEAD~40"]),
        "between\n"
    );
}

#[test]
fn what_a_killed_writer_left_is_swept_and_a_living_one_is_not() {
    let bench = Bench::new();
    let folder = bench.root.join(".git/objects/pack");
    let name = "0123456789012345678901234567890123456789";
    let dead = [
        format!("tmp_desk-{name}.idx"),
        format!("pack-{name}.pack"),
        "tmp_desk-4711.pack".to_owned(),
    ];
    for name in &dead {
        fs::write(folder.join(name), "half").unwrap();
    }
    let living = folder.join("tmp_desk-1.pack");
    let held = fs::File::create(&living).unwrap();
    held.lock().unwrap();
    let foreign = folder.join("tmp_pack_abc");
    fs::write(&foreign, "of git").unwrap();
    bench.write("tickets/a.yaml", "a\n");
    for name in &dead {
        assert!(!folder.join(name).exists(), "{name}");
    }
    assert!(living.exists() && foreign.exists());
    drop(held);
    bench.store().mend().unwrap();
    assert!(!living.exists() && foreign.exists());
}

#[test]
fn progress_is_told() {
    let bench = Bench::new();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let store = bench.store_with(Options {
        on_progress: Some(Arc::new(move |progress| {
            noted.lock().unwrap().push(progress)
        })),
        ..quick()
    });
    commit(&store, &[("a.txt", "a\n")]).unwrap();
    assert_eq!(*seen.lock().unwrap(), []);
    transact(&store, &tickets(50)).unwrap();
    let expected: Vec<_> = (1..=50).map(|done| Progress { done, total: 50 }).collect();
    assert_eq!(*seen.lock().unwrap(), expected);
}
