//! A large index is written over the one before it, and nobody can tell.
#![expect(clippy::unwrap_used, reason = "tests")]

mod store_support;

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use memmap2::Mmap;
use store_support::{Bench, commit, quick};
use tierdesk::store::{Durability, Options};

const TICKETS: &str = "tickets/2026/11/23";

/// A desk whose index is written over the one before it, however small.
struct Desk {
    bench: Bench,
    round: u32,
}

impl Desk {
    /// `None` where the disk does not have what it takes.
    fn new() -> Option<Self> {
        let mut bench = Bench::new();
        if !bench.has_leases() {
            return None;
        }
        bench.patch_always();
        let mut desk = Self { bench, round: 0 };
        desk.change();
        desk.change();
        assert!(desk.change(), "three in a row");
        Some(desk)
    }

    fn git_dir(&self) -> PathBuf {
        self.bench.root.join(".git")
    }

    fn index(&self) -> PathBuf {
        self.git_dir().join("index")
    }

    fn spare(&self) -> PathBuf {
        self.git_dir().join("desk/index-spare")
    }

    fn notes(&self) -> PathBuf {
        self.git_dir().join("desk/index-notes")
    }

    fn inode(&self) -> u64 {
        fs::metadata(self.index()).unwrap().ino()
    }

    /// Changes one ticket and makes another. Whether the index was written over
    /// the one before it.
    fn change(&mut self) -> bool {
        self.change_as(Durability::Fast)
    }

    fn change_as(&mut self, durability: Durability) -> bool {
        self.round += 1;
        let (round, store) = (
            self.round,
            self.bench.store_with(Options {
                durability: Some(durability),
                patched_from: self.bench.patched_from,
                ..quick()
            }),
        );
        let spare = fs::metadata(self.spare()).map(|meta| meta.ino()).ok();
        let new = format!("{TICKETS}/{:03}.yaml", round * 7 % 100);
        let title = format!("title: {round}\n");
        let done = commit(
            &store,
            &[("a.yaml", &title), (&new, &title), ("zz.yaml", &title)],
        )
        .unwrap();
        assert!(done.warnings.is_empty(), "{:?}", done.warnings);
        spare == Some(self.inode())
    }

    /// Changes follow each other, and each is written over the one before.
    fn assert_goes_on(&mut self) {
        self.change();
        self.change();
        for _ in 0..3 {
            assert!(self.change());
        }
        self.assert_whole();
    }

    /// What git makes of it without its help is what is in it.
    fn assert_whole(&self) {
        let status = ["--no-optional-locks", "status", "--porcelain"];
        assert_eq!(self.bench.git(&status), "");
        let listed = self.bench.git(&["ls-files", "-s"]);
        let head = self.bench.git(&["ls-tree", "-r", "HEAD"]);
        assert_eq!(listed.lines().count(), head.lines().count());
        assert_eq!(
            self.bench.git(&["write-tree"]),
            self.bench.git(&["rev-parse", "HEAD^{tree}"])
        );
        self.bench.fsck();
    }
}

#[test]
fn who_still_reads_an_index_reads_on() {
    let Some(mut desk) = Desk::new() else { return };
    let open = File::open(desk.index()).unwrap();
    #[expect(unsafe_code, reason = "that nobody writes to it is what is tested")]
    // SAFETY: see the reason above.
    let map = unsafe { Mmap::map(&open) }.unwrap();
    let seen = map.to_vec();
    // As git does it.
    drop(open);
    assert!(desk.change(), "the one before is written over");
    assert!(!desk.change(), "this one is being read");
    desk.change();
    assert_eq!(*map, seen[..]);
    drop(map);
    desk.assert_goes_on();

    let open = File::open(desk.index()).unwrap();
    desk.change();
    assert!(!desk.change(), "this one is open");
    drop(open);
    desk.assert_goes_on();
}

/// Names of content, as the index has them.
fn blobs(index: &[u8], path: &str) -> Vec<u8> {
    let name = [path.as_bytes(), b"\0"].concat();
    let at = index.windows(name.len()).position(|bytes| bytes == name);
    let id = at.unwrap() - 22;
    index[id..id + 20].to_vec()
}

#[test]
fn readers_beside_changes_see_one_index_or_the_other() {
    let Some(mut desk) = Desk::new() else { return };
    let (index, over) = (desk.index(), AtomicBool::new(false));
    // Two entries that each change writes with the same content.
    let read = || {
        let open = File::open(&index).unwrap();
        #[expect(unsafe_code, reason = "that nobody writes to it is what is tested")]
        // SAFETY: see the reason above.
        let map = unsafe { Mmap::map(&open) }.unwrap();
        drop(open);
        let first = blobs(&map, "a.yaml");
        std::thread::sleep(Duration::from_millis(3));
        assert_eq!(first, blobs(&map, "zz.yaml"));
    };
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut read_so_far = 0;
            while !over.load(Ordering::Relaxed) {
                read();
                read_so_far += 1;
                // Most of the time, nobody reads.
                std::thread::sleep(Duration::from_millis(read_so_far % 30));
            }
            read_so_far
        });
        let patched = (0..200).filter(|_| desk.change()).count();
        over.store(true, Ordering::Relaxed);
        let read = reader.join().unwrap();
        assert!(patched > 20 && read > 20, "{patched} {read}");
    });
    desk.assert_goes_on();
}

#[test]
fn a_backup_of_hard_links_stays_as_it_is() {
    let Some(mut desk) = Desk::new() else { return };
    let backup = desk.bench.tmp.path().join("backup");
    let seen = fs::read(desk.index()).unwrap();
    fs::hard_link(desk.index(), &backup).unwrap();
    for _ in 0..4 {
        desk.change();
        assert_eq!(fs::read(&backup).unwrap(), seen);
    }
    let spare = desk.bench.tmp.path().join("spare");
    let seen = fs::read(desk.spare()).unwrap();
    fs::hard_link(desk.spare(), &spare).unwrap();
    assert!(!desk.change());
    assert_eq!(fs::read(&spare).unwrap(), seen);
    desk.assert_goes_on();
}

#[test]
fn what_others_make_of_the_index_counts() {
    let Some(mut desk) = Desk::new() else { return };
    desk.bench.edit("own.txt", "own\n");
    desk.bench.git(&["add", "own.txt"]);
    assert!(!desk.change());
    assert!(desk.change());
    assert_eq!(
        desk.bench.git(&["diff", "--cached", "--name-only"]),
        "own.txt\n"
    );
    desk.bench.git(&["rm", "-qf", "own.txt"]);
    desk.assert_goes_on();
    desk.bench.git(&["read-tree", "HEAD"]);
    desk.bench.git(&["update-index", "-q", "--refresh"]);
    assert!(!desk.change());
    desk.assert_goes_on();
    // Written in place, as nobody should.
    let bytes = fs::read(desk.index()).unwrap();
    fs::write(desk.index(), bytes).unwrap();
    assert!(!desk.change());
    desk.assert_goes_on();
    fs::remove_dir_all(desk.git_dir().join("desk")).unwrap();
    desk.assert_goes_on();
}

#[test]
fn with_its_checksum_it_is_written_as_a_whole() {
    let Some(mut desk) = Desk::new() else { return };
    desk.bench.git(&["config", "index.skipHash", "false"]);
    assert!(!desk.change());
    assert!(!desk.spare().exists() && !desk.notes().exists());
    desk.bench.git(&["config", "index.skipHash", "true"]);
    desk.assert_goes_on();
}

#[test]
fn what_is_synced_builds_on_nothing_that_was_not() {
    let Some(mut desk) = Desk::new() else { return };
    assert!(!desk.change_as(Durability::Safe));
    assert!(desk.change_as(Durability::Safe));
    assert!(desk.change_as(Durability::Fast));
    assert!(!desk.change_as(Durability::Safe));
    desk.assert_goes_on();
}

#[test]
fn notes_that_do_not_fit_are_passed_over() {
    let Some(mut desk) = Desk::new() else { return };
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let other_boot = |notes: &str| notes.replace(boot.trim(), "3ad2b1a4-another-start");
    let other_format = |notes: &str| notes.replace("\"format\":1", "\"format\":2");
    let nothing = |_: &str| String::new();
    let zeros = |notes: &str| "\0".repeat(notes.len());
    let half = |notes: &str| notes[..notes.len() / 2].to_owned();
    let most = |notes: &str| notes[..notes.len() - 1].to_owned();
    let spoil: [&dyn Fn(&str) -> String; 6] =
        [&other_boot, &other_format, &nothing, &zeros, &half, &most];
    for spoil in spoil {
        let notes = fs::read_to_string(desk.notes()).unwrap();
        let spoilt = spoil(&notes);
        assert_ne!(spoilt, notes);
        fs::write(desk.notes(), spoilt).unwrap();
        assert!(!desk.change());
        desk.assert_goes_on();
    }
    // The notes of one index, beside another.
    let notes = fs::read(desk.notes()).unwrap();
    desk.change();
    fs::write(desk.notes(), notes).unwrap();
    assert!(!desk.change());
    desk.assert_goes_on();
}

#[test]
fn an_edit_that_git_could_miss_is_still_seen() {
    // Same size, same second as the index: only its content gives it away.
    let Some(mut desk) = Desk::new() else { return };
    for round in 0..4 {
        desk.assert_goes_on();
        let stamp = fs::metadata(desk.index()).unwrap().modified().unwrap();
        let path = desk.bench.root.join("a.yaml");
        let edited = "title: x".chars().chain("\n".chars().cycle());
        let length = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap();
        fs::write(&path, edited.take(length).collect::<String>()).unwrap();
        File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_modified(stamp))
            .unwrap();
        std::thread::sleep(Duration::from_millis(400));
        let store = desk.bench.store_with(Options {
            durability: Some(Durability::Fast),
            patched_from: 0,
            ..quick()
        });
        let spare = fs::metadata(desk.spare()).unwrap().ino();
        commit(&store, &[("b.yaml", &format!("title: {round}\n"))]).unwrap();
        assert_eq!(desk.inode(), spare);
        let changed = desk.bench.git(&["diff", "--name-only"]);
        assert_eq!(changed, "a.yaml\n", "round {round}");
        desk.bench.git(&["checkout", "-q", "--", "a.yaml"]);
    }
}

#[test]
fn a_clock_that_was_set_back_makes_it_look_at_all() {
    let Some(mut desk) = Desk::new() else { return };
    // As if all of it was written in the future.
    let later = SystemTime::now() + Duration::from_secs(5_000);
    let index = File::options().write(true).open(desk.index()).unwrap();
    index.set_modified(later).unwrap();
    drop(index);
    assert!(!desk.change());
    assert!(!desk.change(), "young entries are not known");
    assert!(desk.change());
    desk.assert_whole();
}

#[test]
fn a_full_lock_of_git_is_waited_for_and_nothing_is_lost() {
    let Some(mut desk) = Desk::new() else { return };
    let lock = desk.git_dir().join("index.lock");
    fs::write(&lock, "someone else's").unwrap();
    let store = desk.bench.store_with(Options {
        patched_from: 0,
        ..quick()
    });
    assert!(commit(&store, &[("x", "x\n")]).is_err());
    assert_eq!(fs::read(&lock).unwrap(), b"someone else's");
    fs::remove_file(lock).unwrap();
    desk.bench.assert_no_leftovers();
    desk.assert_goes_on();
}

#[test]
fn trees_of_another_time_in_the_index_are_found() {
    // As a power cut may leave them, where only some pages reached the disk.
    let Some(mut desk) = Desk::new() else { return };
    desk.bench.git(&["read-tree", "HEAD"]);
    desk.bench.git(&["update-index", "-q", "--refresh"]);
    desk.change();
    let old = desk
        .bench
        .git(&["rev-parse", "HEAD^{tree}", "HEAD:tickets"]);
    let bytes = |id: &str| -> Vec<u8> {
        let digits: Vec<_> = (0..20).map(|at| &id[2 * at..2 * at + 2]).collect();
        let bytes = digits
            .iter()
            .map(|two| u8::from_str_radix(two, 16).unwrap());
        bytes.collect()
    };
    let mistaken = |desk: &Desk| desk.bench.store().diagnose().unwrap().mistaken;
    for (number, folder) in [(0, ""), (1, "tickets")] {
        desk.change();
        assert!(mistaken(&desk).is_empty());
        let new = desk
            .bench
            .git(&["rev-parse", "HEAD^{tree}", "HEAD:tickets"]);
        let mut index = fs::read(desk.index()).unwrap();
        let [old, new] = [&old, &new].map(|ids| bytes(ids.lines().nth(number).unwrap()));
        let at = index.windows(20).position(|id| id == new).unwrap();
        index[at..at + 20].copy_from_slice(&old);
        fs::write(desk.index(), index).unwrap();
        assert_eq!(mistaken(&desk), [folder]);
        // As `desk doctor` says.
        desk.bench.git(&["read-tree", "HEAD"]);
        desk.bench.git(&["update-index", "-q", "--refresh"]);
        assert_eq!(mistaken(&desk), [""; 0], "{folder:?}");
        desk.assert_whole();
    }
}
