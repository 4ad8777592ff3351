//! Loose objects: a file each.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File, FileTimes, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use flate2::{Compress, Compression, FlushCompress, Status};
use git2::{ObjectType, Oid};

use super::durable;
use super::pack::{MAX_DEPTH, Stored};
use super::{Durability, Result, StoreError};

/// How the names of unfinished files begin; `git gc` removes what is left of
/// such.
const UNFINISHED: &str = "tmp_obj_desk";

/// So many objects a commit has, about: itself, a blob, and the trees that lead
/// to it.
const OF_A_COMMIT: usize = 6;

/// So often a `git gc` may take a folder away before we have put something into
/// it.
const TRIES: usize = 5;

/// The loose objects of a chain of commits, written as git writes them: to a
/// name at which nobody looks, brought to the disk, and only then renamed. An
/// object that a power cut left half would otherwise pass for written.
pub(super) struct LooseFiles {
    names: LooseNames,
    durability: Durability,
    written: HashSet<Oid>,
    deflate: Compress,
}

impl LooseFiles {
    pub(super) fn new(objects: PathBuf, commits: usize, durability: Durability) -> Self {
        let count = commits * OF_A_COMMIT;
        Self {
            names: LooseNames {
                objects,
                folders: BTreeSet::new(),
                count,
            },
            durability: durability.for_each_of(count),
            written: HashSet::new(),
            // What is loose will be packed.
            deflate: Compress::new(Compression::fast(), true),
        }
    }

    /// Loose objects are not told by others.
    fn stored() -> Stored {
        Stored {
            at: 0,
            depth: MAX_DEPTH,
        }
    }

    pub(super) fn find(&self, id: Oid) -> Option<Stored> {
        self.written.contains(&id).then(Self::stored)
    }

    pub(super) fn add(&mut self, kind: ObjectType, id: Oid, content: &[u8]) -> Result<Stored> {
        let hex = id.to_string();
        let (folder, name) = hex.split_at(2);
        let folder = self.names.objects.join(folder);
        let target = folder.join(name);
        if !self.keep(&target)? {
            let packed = self.compress(kind, content)?;
            self.write(&folder, &target, &packed)?;
        }
        self.names.folders.insert(folder);
        self.written.insert(id);
        Ok(Self::stored())
    }

    /// Whether the object is there. If so, it is made young, so that `git gc`
    /// does not take it for garbage before a reference leads to it.
    fn keep(&self, target: &Path) -> Result<bool> {
        let file = match File::open(target) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(StoreError::io("open", target)(error)),
        };
        let now = FileTimes::new().set_modified(SystemTime::now());
        if file.set_times(now).is_err() {
            // A colleague's, in a shared repository. Ours takes its place.
            return Ok(false);
        }
        self.durability.sync_file(&file, target)?;
        Ok(true)
    }

    fn compress(&mut self, kind: ObjectType, content: &[u8]) -> Result<Vec<u8>> {
        let mut object = format!("{kind} {}\0", content.len()).into_bytes();
        object.extend_from_slice(content);
        // What does not shrink grows by a few bytes in each block.
        let mut packed = Vec::with_capacity(object.len() + object.len() / 8 + 128);
        self.deflate.reset();
        let done = self
            .deflate
            .compress_vec(&object, &mut packed, FlushCompress::Finish);
        match done {
            Ok(Status::StreamEnd) => Ok(packed),
            _ => Err(StoreError::Git {
                action: "compress an object",
                detail: format!("{done:?}"),
            }),
        }
    }

    fn write(&self, folder: &Path, target: &Path, packed: &[u8]) -> Result<()> {
        let (mut file, path) = create(folder).map_err(StoreError::io("create", folder))?;
        let written = file
            .write_all(packed)
            .map_err(StoreError::io("write", &path))
            .and_then(|()| self.durability.sync_file(&file, &path))
            .and_then(|()| fs::rename(&path, target).map_err(StoreError::io("write", target)));
        if written.is_err() {
            // What cannot be removed is for `git gc`, and must not hide why.
            let _ = durable::remove(&path);
        }
        written
    }

    pub(super) fn finish(self) -> LooseNames {
        self.names
    }
}

/// Makes an unfinished object in a folder that may have to be made itself.
fn create(folder: &Path) -> io::Result<(File, PathBuf)> {
    let (mut number, mut tries) = (0, 0);
    loop {
        let path = folder.join(format!("{UNFINISHED}{}_{number}", std::process::id()));
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o444)
            .open(&path);
        match made {
            // Left by a program that was killed and had our number.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(error) if error.kind() == ErrorKind::NotFound && tries < TRIES => {
                tries += 1;
                match fs::create_dir(folder) {
                    Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
                    _ => {}
                }
            }
            made => return made.map(|file| (file, path)),
        }
    }
}

/// Where loose objects were written.
#[derive(Debug)]
pub(super) struct LooseNames {
    objects: PathBuf,
    folders: BTreeSet<PathBuf>,
    /// How many files, about.
    count: usize,
}

impl LooseNames {
    /// Brings the names to the disk, and what was left to one sync of all.
    pub(super) fn sync(&self, durability: Durability) -> Result<()> {
        durability.sync_files(self.count, &self.objects)?;
        let each = durability.for_each_of(self.count);
        for folder in &self.folders {
            match each.sync_folder(folder) {
                // A `git gc` beside us has packed and synced what was in it.
                Err(StoreError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {}
                synced => synced?,
            }
        }
        // The folders may be new themselves.
        each.sync_folder(&self.objects)
    }
}
