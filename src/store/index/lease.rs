//! Being the only one who has a file open: then it may be written in place.

use std::fs::File;

/// File systems of this machine alone, on which the kernel knows everybody who
/// has a file open or mapped. A network's has users elsewhere, and in one that
/// lies over another (overlayfs) a mapping belongs to the file below.
#[cfg(target_os = "linux")]
const LOCAL: [u32; 4] = [
    0xEF53,      // ext4
    0x5846_5342, // xfs
    0x9123_683E, // btrfs
    0x0102_1994, // tmpfs
];

/// `F_SETSIG` of Linux, which `libc` does not have.
#[cfg(target_os = "linux")]
const SET_SIGNAL: libc::c_int = 10;

/// Takes a write lease on a file that is open for writing: whoever opens it from
/// now on waits until the file is closed here, or [`let_go`] was called.
/// Returns whether nobody else had it open or mapped, and so the lease was
/// granted. Where leases are not to be had, it never is.
#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "no safe interface to leases is among our packages; an open file and numbers go in"
)]
pub(super) fn take(file: &File) -> bool {
    use std::os::fd::AsRawFd;
    let local =
        rustix::fs::fstatfs(file).is_ok_and(|system| LOCAL.contains(&(system.f_type as u32)));
    if !local {
        return false;
    }
    let fd = file.as_raw_fd();
    // The signal by which the kernel tells that somebody waits would end this
    // program; this one is passed over unless it is asked for.
    // SAFETY: see the reason above.
    let told_gently = unsafe { libc::fcntl(fd, SET_SIGNAL, libc::SIGURG) } == 0;
    // SAFETY: see the reason above.
    told_gently && unsafe { libc::fcntl(fd, libc::F_SETLEASE, libc::F_WRLCK) } == 0
}

/// Ends what [`take`] began, if it did, and lets those go on who wait for the
/// file.
#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "no safe interface to leases is among our packages; an open file and numbers go in"
)]
pub(super) fn let_go(file: &File) -> std::io::Result<()> {
    use std::os::fd::AsRawFd;
    // SAFETY: see the reason above.
    let ended = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETLEASE, libc::F_UNLCK) };
    let error = std::io::Error::last_os_error();
    // A file without a lease, or a file system without leases.
    let none = matches!(
        error.raw_os_error(),
        Some(libc::EAGAIN | libc::EINVAL | libc::EACCES | libc::EOPNOTSUPP)
    );
    match ended == 0 || none {
        true => Ok(()),
        false => Err(error),
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn take(_: &File) -> bool {
    false
}

#[cfg(not(target_os = "linux"))]
pub(super) fn let_go(_: &File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use memmap2::Mmap;
    use std::fs::OpenOptions;
    use std::io::ErrorKind;
    use std::os::unix::fs::OpenOptionsExt;
    use std::path::Path;

    fn open(path: &Path) -> File {
        let mut options = OpenOptions::new();
        options.read(true).write(true).open(path).unwrap()
    }

    #[test]
    fn nobody_else_may_have_the_file_open_or_mapped() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path();
        std::fs::write(path, "content").unwrap();
        if !take(&open(path)) {
            // Not on this file system.
            return;
        }
        let reader = File::open(path).unwrap();
        assert!(!take(&open(path)));
        #[expect(unsafe_code, reason = "the file stays as it is")]
        // SAFETY: see the reason above.
        let map = unsafe { Mmap::map(&reader) }.unwrap();
        drop(reader);
        assert!(!take(&open(path)), "a mapping counts without its file");
        drop(map);
        let alone = open(path);
        assert!(take(&alone));
        let mut waiting = OpenOptions::new();
        waiting.read(true).custom_flags(libc::O_NONBLOCK);
        let refused = waiting.open(path).map_err(|error| error.kind());
        assert_eq!(refused.err(), Some(ErrorKind::WouldBlock));
        let_go(&alone).unwrap();
        assert!(waiting.open(path).is_ok());
    }
}
