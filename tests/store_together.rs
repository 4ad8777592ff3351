//! Many programs at once, a full disk, and what reaches the disk when.
#![expect(clippy::unwrap_used, reason = "tests")]

mod store_support;

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use store_support::{Bench, commit, draft, files_below, git_at, plan_of, quick, skip};
use tierdesk::store::{Durability, Edit, Options, Plan, Store, StoreError};

const PROCESSES: usize = 8;
const EACH: usize = 12;

/// Runs in a process of its own. Each transaction adds a file and counts up a
/// shared one, which shows a lost update.
#[test]
fn child() {
    let Ok(root) = env::var("STORE_CHILD_ROOT") else {
        return;
    };
    store_support::isolate();
    let me = env::var("STORE_CHILD_NAME").unwrap();
    let beside_git = me.starts_with('g');
    let options = Options {
        lock_patience: Duration::from_secs(60),
        ..quick()
    };
    let store = Store::discover(Path::new(&root), options).unwrap();
    for number in 0..env::var("STORE_CHILD_COUNT")
        .unwrap()
        .parse::<usize>()
        .unwrap()
    {
        let change = || {
            store.transact(|snapshot| {
                let count = snapshot.read("count")?.map_or(0, |bytes| {
                    String::from_utf8(bytes)
                        .unwrap()
                        .trim()
                        .parse::<u32>()
                        .unwrap()
                });
                let file = format!("tickets/{me}/{number}.yaml");
                Ok::<_, StoreError>(Plan {
                    drafts: vec![draft(
                        &format!("{me} {number}"),
                        &[
                            (&file, "title: a\n"),
                            ("count", &format!("{}\n", count + 1)),
                        ],
                    )],
                    value: (),
                })
            })
        };
        let done = loop {
            match change() {
                // Git reads the index before it locks it. One that was read
                // before our change and written after it is refused, never
                // overwritten; this is what the error tells people to do.
                Err(StoreError::HandEdit {
                    path,
                    edit: Edit::Staged,
                }) if beside_git => {
                    git_at(Path::new(&root), &["reset", "-q", "--", &path]);
                }
                done => break done.unwrap(),
            }
        };
        assert!(done.warnings.is_empty(), "{:?}", done.warnings);
        assert!(done.mended.is_none());
    }
}

fn start(root: &Path, name: &str, count: usize) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env("STORE_CHILD_ROOT", root)
        .env("STORE_CHILD_NAME", name)
        .env("STORE_CHILD_COUNT", count.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn many_programs_at_once_all_succeed() {
    let bench = Bench::new();
    let children: Vec<_> = (0..PROCESSES)
        .map(|n| start(&bench.root, &format!("p{n}"), EACH))
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let total = PROCESSES * EACH;
    assert_eq!(bench.read("count"), format!("{total}\n"));
    assert_eq!(bench.git(&["ls-files", "tickets"]).lines().count(), total);
    assert_eq!(
        bench.git(&["rev-list", "--count", "HEAD"]),
        format!("{}\n", total + 1)
    );
    bench.assert_clean();
}

#[test]
fn git_may_commit_and_pack_beside_us() {
    let bench = Bench::new();
    let mut children: Vec<_> = (0..2)
        .map(|n| start(&bench.root, &format!("g{n}"), EACH))
        .collect();
    let mut foreign = 0;
    for round in 0.. {
        bench.edit("user.txt", &format!("{round}\n"));
        // Git does not wait for a lock: some of these fail, and that is git's.
        if git_at(&bench.root, &["add", "user.txt"]).status.success() {
            // With paths, for without them git may commit the index as it was
            // a moment before our change: `desk adopt` is for that.
            let commit = git_at(&bench.root, &["commit", "-qm", "user", "--", "user.txt"]);
            if commit.status.success() {
                foreign += 1;
            }
        }
        git_at(&bench.root, &["pack-refs", "--all", "--prune"]);
        if round % 7 == 3 {
            git_at(&bench.root, &["gc", "-q"]);
        }
        let mut running = false;
        for child in &mut children {
            running |= child.try_wait().unwrap().is_none();
        }
        if !running && foreign > 0 {
            break;
        }
    }
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let total = 2 * EACH;
    assert_eq!(bench.read("count"), format!("{total}\n"));
    let log = bench.git(&["log", "--format=%s"]);
    assert_eq!(log.lines().filter(|line| *line == "user").count(), foreign);
    assert_eq!(log.lines().count(), total + foreign + 1);
    // Git may have put back an index that it had read before our last change.
    bench.git(&["reset", "-q"]);
    bench.git(&["add", "user.txt"]);
    let _ = git_at(&bench.root, &["commit", "-qm", "rest"]);
    bench.assert_clean();
}

/// A file system of a few hundred kilobytes, unmounted at the end.
struct Small(tempfile::TempDir);

impl Small {
    fn mount() -> Option<Self> {
        let folder = tempfile::TempDir::new().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=600k,nr_inodes=2000", "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then(|| Self(folder))
    }

    fn copy(&self, bench: &Bench) -> Bench {
        let root = self.0.path().canonicalize().unwrap().join("desk");
        let copied = Command::new("cp")
            .arg("-a")
            .args([&bench.root, &root])
            .status();
        assert!(copied.unwrap().success());
        Bench::at(tempfile::TempDir::new().unwrap(), root)
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_loses_nothing() {
    let Some(small) = Small::mount() else {
        return skip("a small tmpfs cannot be mounted here");
    };
    let bench = Bench::new();
    for entry in ["sample hooks", "hooks"] {
        let _ = fs::remove_dir_all(bench.root.join(".git").join(entry));
    }
    bench.write("tickets/a.yaml", "title: 0\n");
    bench.git(&["gc", "-q", "--prune=now"]);
    let full = small.copy(&bench);
    let (mut refused, mut landed, mut warned) = (0, 0, 0);
    // Leaves a little more room each time, so that every step meets the end.
    for room in (0..96).map(|n| n * 1024) {
        let filler = small.0.path().join("filler");
        fill(&filler, room);
        let acknowledged = full.git_head();
        let content = format!("title: {room}\n");
        let files = [
            ("tickets/a.yaml", content.as_str()),
            (&format!("tickets/{room}/b.yaml"), "b\n"),
        ];
        let result = commit(&full.store_opened(), &files);
        fs::remove_file(&filler).unwrap();
        full.fsck();
        match &result {
            Ok(done) => {
                landed += 1;
                warned += usize::from(!done.warnings.is_empty());
                assert_ne!(full.git_head(), acknowledged);
            }
            Err(error) => {
                refused += 1;
                assert!(error.hint().is_some(), "{error}");
                assert!(error.to_string().contains("No space left"), "{error}");
                assert_eq!(full.git_head(), acknowledged, "{error}");
            }
        }
        full.store_opened().mend().unwrap();
        full.assert_clean();
        full.git(&["gc", "-q", "--prune=now"]);
    }
    assert!(
        refused > 0 && landed > 0,
        "{refused} refused, {landed} landed, {warned} warned"
    );
}

fn fill(path: &Path, room: usize) {
    use std::io::Write;
    let mut file = fs::File::create(path).unwrap();
    let block = [1u8; 1024];
    while file.write_all(&block).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length.saturating_sub(room as u64)).unwrap();
}

impl Bench {
    fn git_head(&self) -> String {
        self.head()
    }

    /// As a command opens it: without writing settings.
    fn store_opened(&self) -> Store {
        Store::discover(&self.root, quick()).unwrap()
    }
}

#[test]
fn a_read_only_disk_changes_nothing() {
    let Some(small) = Small::mount() else {
        return skip("a small tmpfs cannot be mounted here");
    };
    let bench = Bench::new();
    let copy = small.copy(&bench);
    let remount = |how: &str| {
        Command::new("mount")
            .args(["-o", how])
            .arg(small.0.path())
            .status()
            .is_ok_and(|status| status.success())
    };
    let store = copy.store_opened();
    let before = copy.seen();
    if !remount("remount,ro") {
        return skip("a file system cannot be made read-only here");
    }
    let error = commit(&store, &[("a.txt", "a\n")]).unwrap_err();
    assert!(remount("remount,rw"));
    assert!(error.hint().is_some(), "{error}");
    assert_eq!(copy.seen(), before);
    copy.assert_clean();
}

#[test]
fn everything_is_on_the_disk_before_the_branch_moves() {
    let bench = Bench::new();
    let trace = bench.tmp.path().join("trace");
    let traced = Command::new("strace")
        .args([
            "-f",
            "-y",
            "-qq",
            "-e",
            "trace=fsync,fdatasync,syncfs,rename,renameat,renameat2,link,linkat",
        ])
        .arg("-o")
        .arg(&trace)
        .arg(env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env("STORE_CHILD_ROOT", &bench.root)
        .env("STORE_CHILD_NAME", "traced")
        .env("STORE_CHILD_COUNT", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !traced.is_ok_and(|status| status.success()) {
        return skip("strace does not run here");
    }
    let trace = fs::read_to_string(trace).unwrap();
    let lines: Vec<_> = trace.lines().collect();
    let at = |what: &dyn Fn(&str) -> bool| lines.iter().position(|line| what(line));
    let moved =
        at(&|line| line.contains("rename") && line.contains("refs/heads/main.lock")).unwrap();
    let synced = |path: &str| {
        at(&|line| line.contains("sync(") && line.contains(&format!("{path}>")))
            .unwrap_or_else(|| panic!("{path} is not synced:\n{trace}"))
    };
    let mut objects = 0;
    let ids = bench.git(&["rev-list", "--objects", "HEAD", "^HEAD~1"]);
    for id in ids.lines().filter_map(|line| line.split(' ').next()) {
        let (folder, name) = id.split_at(2);
        // Its content before it gets its name, its name before the branch moves.
        let target = format!("/objects/{folder}/{name}\"");
        let named = at(&|line| line.contains("rename") && line.contains(&target));
        let named = named.unwrap_or_else(|| panic!("{id} is not renamed:\n{trace}"));
        let unfinished = lines[named].split('"').nth(1).unwrap();
        assert!(synced(unfinished) < named);
        let names = lines.iter().skip(named).position(|line| {
            line.contains("sync(") && line.contains(&format!("/objects/{folder}>"))
        });
        assert!(names.is_some_and(|after| named + after < moved), "{trace}");
        objects += 1;
    }
    assert_eq!(objects, 6, "a commit, three trees, two blobs");
    for early in ["/desk/tmp/journal", "/desk/tmp", "/desk/tmp/branch-lock"] {
        let found = at(&|line| line.contains("sync(") && line.contains(early));
        assert!(
            found.is_some_and(|found| found < moved),
            "{early}:\n{trace}"
        );
    }
    let named = synced("/refs/heads");
    assert!(moved < named);
    let placed = at(&|line| line.contains("RENAME_NOREPLACE")).unwrap();
    assert!(named < placed, "acknowledged before the files move");
    let index = at(&|line| line.contains("rename") && line.contains("/index.lock")).unwrap();
    assert!(synced("/desk/tmp/index-lock") < index);
    bench.assert_clean();
}

#[test]
fn the_setting_decides_about_durability() {
    let bench = Bench::new();
    let store = Store::discover(&bench.root, quick()).unwrap();
    assert_eq!(store.durability().unwrap(), Durability::Safe);
    bench.git(&["config", "desk.durability", "fast"]);
    let store = Store::discover(&bench.root, quick()).unwrap();
    assert_eq!(store.durability().unwrap(), Durability::Fast);
    commit(&store, &[("a.txt", "a\n")]).unwrap();
    bench.assert_clean();
    bench.git(&["config", "desk.durability", "sometimes"]);
    let store = Store::discover(&bench.root, quick()).unwrap();
    let error = commit(&store, &[("a.txt", "b\n")]).unwrap_err();
    assert!(matches!(error, StoreError::BadSetting { .. }), "{error}");
}

#[test]
fn a_work_tree_on_another_disk() {
    let Some(small) = Small::mount() else {
        return skip("a small tmpfs cannot be mounted here");
    };
    let bench = Bench::new();
    let linked = small.0.path().join("linked");
    bench.git(&[
        "worktree",
        "add",
        "-q",
        "-b",
        "other",
        linked.to_str().unwrap(),
    ]);
    let root = linked.canonicalize().unwrap();
    let other = Bench::at(tempfile::TempDir::new().unwrap(), root);
    other.write("tickets/a.yaml", "title: a\n");
    other.write("tickets/a.yaml", "title: b\n");
    assert_eq!(other.read("tickets/a.yaml"), "title: b\n");
    other.assert_clean();
    let stray = files_below(&other.root).any(|path| path.to_string_lossy().contains("desk-tmp"));
    assert!(!stray);
}

#[test]
fn signed_commits() {
    let bench = Bench::new();
    let key = bench.tmp.path().join("key");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "lena", "-f"])
        .arg(&key)
        .status();
    if !made.is_ok_and(|status| status.success()) {
        return skip("ssh-keygen does not run here");
    }
    let public = fs::read_to_string(key.with_extension("pub")).unwrap();
    let signers = bench.tmp.path().join("signers");
    fs::write(&signers, format!("lena@example.com {public}")).unwrap();
    for (name, value) in [
        ("gpg.format", "ssh"),
        ("commit.gpgsign", "true"),
        ("user.signingkey", key.to_str().unwrap()),
        ("gpg.ssh.allowedSignersFile", signers.to_str().unwrap()),
    ] {
        bench.git(&["config", name, value]);
    }
    let store = bench.store();
    store
        .transact(|_| {
            plan_of(vec![
                draft("one", &[("a.txt", "1\n")]),
                draft("two", &[("a.txt", "2\n")]),
            ])
        })
        .unwrap();
    bench.git(&["verify-commit", "HEAD", "HEAD~1"]);
    bench.assert_clean();

    bench.git(&["config", "user.signingkey", "/none"]);
    let before = bench.seen();
    let error = commit(&bench.store(), &[("a.txt", "3\n")]).unwrap_err();
    assert!(matches!(error, StoreError::Signing { .. }), "{error}");
    assert_eq!(bench.seen(), before);
    bench.assert_clean();
}
