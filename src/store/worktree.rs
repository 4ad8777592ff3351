//! The files on disk. No symbolic link is followed below the desk's folder, and
//! nothing that a user saved is overwritten.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, RenameFlags, Stat};
use rustix::io::Errno;

use super::lock::Inode;
use super::{BlobId, Durability, EntryKind, Place, Result, StoreError, path};

/// What the work tree has at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkFile {
    /// Nothing.
    Absent,
    /// A regular file, with its bytes.
    File(Vec<u8>),
    /// A symbolic link, to wherever.
    Symlink,
    /// A folder.
    Folder,
    /// A pipe, a socket, a device.
    Other,
}

impl WorkFile {
    /// The kind of thing, `None` for nothing.
    #[must_use]
    pub fn kind(&self) -> Option<EntryKind> {
        match self {
            Self::Absent => None,
            Self::File(_) => Some(EntryKind::File),
            Self::Symlink => Some(EntryKind::Symlink),
            Self::Folder => Some(EntryKind::Folder),
            Self::Other => Some(EntryKind::Other),
        }
    }
}

/// Reads the file at a path below `root`.
///
/// A folder on the way that is a link or no folder is an error.
pub(super) fn look(root: &Path, path: &str) -> Result<WorkFile> {
    let (folder, name) = path::split(path);
    let Some(parent) = open_folder(root, folder, false)? else {
        return Ok(WorkFile::Absent);
    };
    look_at(&parent, name, &root.join(path))
}

fn look_at(parent: &OwnedFd, name: &str, full: &Path) -> Result<WorkFile> {
    // Opening a pipe would wait for its writer, so look before.
    let stat = match rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => stat,
        Err(Errno::NOENT) => return Ok(WorkFile::Absent),
        Err(error) => return Err(StoreError::io("look at", full)(error)),
    };
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => {}
        FileType::Directory => return Ok(WorkFile::Folder),
        FileType::Symlink => return Ok(WorkFile::Symlink),
        _ => return Ok(WorkFile::Other),
    }
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = match rustix::fs::openat(parent, name, flags, Mode::empty()) {
        Ok(file) => file,
        Err(Errno::NOENT) => return Ok(WorkFile::Absent),
        Err(Errno::LOOP) => return Ok(WorkFile::Symlink),
        Err(error) => return Err(StoreError::io("open", full)(error)),
    };
    let mut content = Vec::new();
    File::from(file)
        .read_to_end(&mut content)
        .map_err(StoreError::io("read", full))?;
    Ok(WorkFile::File(content))
}

/// Opens a folder below `root` part by part; `None` where it is not there.
pub(super) fn open_folder(root: &Path, folder: &str, create: bool) -> Result<Option<OwnedFd>> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut opened = rustix::fs::openat(CWD, root, flags, Mode::empty())
        .map_err(StoreError::io("open", root))?;
    let mut walked = String::new();
    for part in folder.split('/').filter(|part| !part.is_empty()) {
        walked = path::join(&walked, part);
        let open = |parent: &OwnedFd| rustix::fs::openat(parent, part, flags, Mode::empty());
        let mut next = open(&opened);
        if create && matches!(next, Err(Errno::NOENT)) {
            match rustix::fs::mkdirat(&opened, part, Mode::from_raw_mode(0o777)) {
                Ok(()) | Err(Errno::EXIST) => next = open(&opened),
                Err(error) => return Err(StoreError::io("create", root.join(&walked))(error)),
            }
        }
        opened = match next {
            Ok(next) => next,
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP | Errno::NOTDIR) => {
                let found = match look_at(&opened, part, &root.join(&walked))?.kind() {
                    Some(found) => found,
                    None => return Ok(None),
                };
                return Err(StoreError::WrongKind {
                    path: walked,
                    expected: EntryKind::Folder,
                    found,
                    place: Place::WorkTree,
                });
            }
            Err(error) => return Err(StoreError::io("open", root.join(&walked))(error)),
        };
    }
    Ok(Some(opened))
}

/// What git's index remembers of a file, to tell whether it was touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileStat {
    pub(super) inode: Inode,
    pub(super) size: u64,
    pub(super) mtime: (i64, u32),
    pub(super) ctime: (i64, u32),
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl FileStat {
    pub(super) fn of(meta: &fs::Metadata) -> Self {
        Self {
            inode: Inode::of(meta),
            size: meta.len(),
            mtime: (meta.mtime(), meta.mtime_nsec() as u32),
            ctime: (meta.ctime(), meta.ctime_nsec() as u32),
            uid: meta.uid(),
            gid: meta.gid(),
        }
    }

    /// Whether these are the same bytes as far as times tell; renaming changes
    /// the ctime only.
    fn same_content(&self, other: &Self) -> bool {
        (self.inode, self.size, self.mtime) == (other.inode, other.size, other.mtime)
    }
}

/// A new file that waits to be renamed to its place.
#[derive(Debug)]
pub(super) struct Staged {
    pub(super) location: PathBuf,
    stat: FileStat,
}

/// Where new files wait.
#[derive(Debug)]
pub(super) struct Staging {
    folder: PathBuf,
    /// Whether they wait in the desk's folder: renames do not cross disks.
    pub(super) beside: bool,
}

/// How staged files begin that wait in the desk's own folder.
const BESIDE: &str = ".desk-tmp-";

impl Staging {
    pub(super) fn choose(tmp: &Path, root: &Path) -> Result<Self> {
        let device = |path: &Path| fs::metadata(path).map(|meta| meta.dev());
        let ours = device(tmp).map_err(StoreError::io("look at", tmp))?;
        let theirs = device(root).map_err(StoreError::io("look at", root))?;
        let beside = ours != theirs;
        Ok(Self {
            folder: if beside { root } else { tmp }.to_owned(),
            beside,
        })
    }

    pub(super) fn name(&self, number: usize) -> String {
        let prefix = if self.beside { BESIDE } else { "file-" };
        format!("{prefix}{number}")
    }

    /// Brings so many staged files to the disk, where each was not.
    pub(super) fn sync(&self, count: usize, durability: Durability) -> Result<()> {
        durability.sync_files(count, &self.folder)
    }

    pub(super) fn locate(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Removes what a crash left in the desk's folder.
    pub(super) fn sweep(&self) -> Result<()> {
        if !self.beside {
            return Ok(());
        }
        let entries = fs::read_dir(&self.folder).map_err(StoreError::io("read", &self.folder))?;
        for entry in entries {
            let entry = entry.map_err(StoreError::io("read", &self.folder))?;
            if entry.file_name().as_bytes().starts_with(BESIDE.as_bytes()) {
                super::durable::remove(&entry.path())?;
            }
        }
        Ok(())
    }

    /// Writes the file that is to become `target`, with its permissions.
    pub(super) fn stage(
        &self,
        number: usize,
        content: &[u8],
        target: &Path,
        executable: bool,
        durability: Durability,
    ) -> Result<Staged> {
        stage_at(
            self.locate(&self.name(number)),
            content,
            target,
            executable,
            durability,
        )
    }
}

fn stage_at(
    location: PathBuf,
    content: &[u8],
    target: &Path,
    executable: bool,
    durability: Durability,
) -> Result<Staged> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&location)
        .map_err(StoreError::io("create", &location))?;
    file.write_all(content)
        .map_err(StoreError::io("write", &location))?;
    let permissions = match fs::symlink_metadata(target) {
        Ok(present) if present.is_file() => Some(present.permissions()),
        _ if executable => {
            use std::os::unix::fs::PermissionsExt;
            let meta = file
                .metadata()
                .map_err(StoreError::io("look at", &location))?;
            let mode = meta.permissions().mode();
            // Whoever may read it may run it.
            Some(Permissions::from_mode(mode | (mode & 0o444) >> 2))
        }
        _ => None,
    };
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)
            .map_err(StoreError::io("set the permissions of", &location))?;
    }
    durability.sync_file(&file, &location)?;
    let meta = file
        .metadata()
        .map_err(StoreError::io("look at", &location))?;
    Ok(Staged {
        location,
        stat: FileStat::of(&meta),
    })
}

/// What became of a staged file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placement {
    /// It is in its place; the stat is `None` where it was touched since.
    Placed(Option<FileStat>),
    /// A user saved, deleted or made the file in the same instant; theirs
    /// stays.
    Edited,
}

impl Staged {
    /// A regular file that is already there; `None` where there is none.
    pub(super) fn existing(location: &Path) -> Result<Option<Self>> {
        match fs::symlink_metadata(location) {
            Ok(meta) if meta.is_file() => Ok(Some(Self {
                location: location.to_owned(),
                stat: FileStat::of(&meta),
            })),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::io("look at", location)(error)),
        }
    }

    /// The time at which it was written.
    pub(super) fn mtime(&self) -> (i64, u32) {
        self.stat.mtime
    }

    /// Brings the file to its place. `expected` is what is there as far as we
    /// know; the file it displaces waits at [`Staged::location`] then.
    pub(super) fn place(
        &mut self,
        root: &Path,
        path: &str,
        expected: Option<BlobId>,
    ) -> Result<Placement> {
        let full = root.join(path);
        let (folder, name) = path::split(path);
        let Some(parent) = open_folder(root, folder, true)? else {
            return Ok(Placement::Edited);
        };
        let renamed = if expected.is_some() {
            self.exchange(&parent, name)
        } else {
            self.rename_new(&parent, name)
        };
        match (renamed, expected) {
            (Ok(()), None) => {}
            (Ok(()), Some(expected)) => {
                if hash_of(&self.location)? != Some(expected) {
                    self.swap_back(&parent, name)
                        .map_err(StoreError::io("write", &full))?;
                    return Ok(Placement::Edited);
                }
            }
            (Err(Errno::EXIST | Errno::NOENT), _) => return Ok(Placement::Edited),
            (Err(Errno::XDEV), _) => {
                // The same device is no promise: a bind mount is another place.
                self.restage_beside(root)?;
                return self.place(root, path, expected);
            }
            (Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP), _) => {
                let found = match look_at(&parent, name, &full)? {
                    WorkFile::Absent => None,
                    WorkFile::File(bytes) => BlobId::of(&bytes),
                    _ => return Ok(Placement::Edited),
                };
                if found != expected {
                    return Ok(Placement::Edited);
                }
                rustix::fs::renameat(CWD, &self.location, &parent, name)
                    .map_err(StoreError::io("write", &full))?;
            }
            (Err(error), _) => return Err(StoreError::io("write", full)(error)),
        }
        let stat = match rustix::fs::statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Some(stat_of(&stat)).filter(|now| self.stat.same_content(now)),
            Err(_) => None,
        };
        Ok(Placement::Placed(stat))
    }

    fn exchange(&self, parent: &OwnedFd, name: &str) -> Result<(), Errno> {
        rustix::fs::renameat_with(CWD, &self.location, parent, name, RenameFlags::EXCHANGE)
    }

    fn rename_new(&self, parent: &OwnedFd, name: &str) -> Result<(), Errno> {
        rustix::fs::renameat_with(CWD, &self.location, parent, name, RenameFlags::NOREPLACE)
    }

    /// Undoes an exchange that displaced what the user has just saved.
    fn swap_back(&self, parent: &OwnedFd, name: &str) -> Result<(), Errno> {
        self.exchange(parent, name)?;
        // Saved once more between the two: the last one is the user's file.
        let ours = fs::symlink_metadata(&self.location)
            .is_ok_and(|meta| self.stat.same_content(&FileStat::of(&meta)));
        if ours {
            Ok(())
        } else {
            self.exchange(parent, name)
        }
    }

    fn restage_beside(&mut self, root: &Path) -> Result<()> {
        let content = fs::read(&self.location).map_err(StoreError::io("read", &self.location))?;
        let location = root.join(format!("{BESIDE}{}", std::process::id()));
        let copy = stage_at(location, &content, &self.location, false, Durability::Safe)?;
        super::durable::remove(&self.location)?;
        *self = copy;
        Ok(())
    }
}

/// The name of a regular file's content; `None` for anything else.
pub(super) fn hash_of(path: &Path) -> Result<Option<BlobId>> {
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_file() => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::io("look at", path)(error)),
    }
    let content = fs::read(path).map_err(StoreError::io("read", path))?;
    Ok(BlobId::of(&content))
}

/// The stat of a file that holds the given content, taken so that a later edit
/// shows; `None` for any other file.
pub(super) fn stat_if_holds(root: &Path, path: &str, content: BlobId) -> Result<Option<FileStat>> {
    let (folder, name) = path::split(path);
    let Some(parent) = open_folder(root, folder, false)? else {
        return Ok(None);
    };
    let Ok(before) = rustix::fs::statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW) else {
        return Ok(None);
    };
    let holds = match look_at(&parent, name, &root.join(path))? {
        WorkFile::File(bytes) => BlobId::of(&bytes) == Some(content),
        _ => false,
    };
    Ok(holds.then(|| stat_of(&before)))
}

#[expect(
    clippy::unnecessary_cast,
    reason = "the fields' types differ between systems"
)]
fn stat_of(stat: &Stat) -> FileStat {
    FileStat {
        inode: Inode {
            dev: stat.st_dev as u64,
            ino: stat.st_ino as u64,
        },
        size: stat.st_size as u64,
        mtime: (stat.st_mtime as i64, stat.st_mtime_nsec as u32),
        ctime: (stat.st_ctime as i64, stat.st_ctime_nsec as u32),
        uid: stat.st_uid,
        gid: stat.st_gid,
    }
}
