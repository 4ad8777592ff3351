//! Files that a user names, written as a whole or not at all.

use super::exit::CliError;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

/// Writes a file, in the place of one that is there. Whoever reads it meanwhile
/// sees the old one or the new one, never a part. A link stays a link, and a
/// pipe or a device is written to.
///
/// # Errors
/// There is no such folder, it is a folder itself, or it can't be written.
pub fn whole(path: &Path, content: &[u8]) -> Result<(), CliError> {
    let failed = |error: io::Error| match error.kind() {
        ErrorKind::NotFound => CliError::usage(
            format!("there is no folder for {}", path.display()),
            "make the folder first, or name a file in one that is there",
        ),
        _ => CliError::Io {
            what: format!("writing {}", path.display()),
            error,
        },
    };
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let known = fs::metadata(&target).ok();
    let Some(name) = target.file_name().filter(|_| !is_folder(known.as_ref())) else {
        return Err(CliError::usage(
            format!("{} is a folder", path.display()),
            "name a file in it",
        ));
    };
    if known.as_ref().is_some_and(|known| !known.is_file()) {
        return fs::write(&target, content).map_err(failed);
    }
    let mut twin = name.to_owned();
    twin.push(format!(".{}.new", std::process::id()));
    let twin = target.with_file_name(twin);
    let written = write_new(&twin, content, known.as_ref())
        .and_then(|()| fs::rename(&twin, &target))
        .map_err(failed);
    if written.is_err() {
        // It may not have come into being; the error says why.
        let _ = fs::remove_file(&twin);
    }
    written
}

fn is_folder(known: Option<&fs::Metadata>) -> bool {
    known.is_some_and(fs::Metadata::is_dir)
}

/// A file that was not there, with the rights of the one that it will replace.
fn write_new(path: &Path, content: &[u8], like: Option<&fs::Metadata>) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    if let Some(like) = like {
        file.set_permissions(like.permissions())?;
    }
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn names(folder: &TempDir) -> Vec<String> {
        let entries = fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("report.html");
        for content in ["first", "second"] {
            whole(&path, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
            assert_eq!(names(&folder), ["report.html"]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn rights_and_links_stay_as_they_were() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = TempDir::new().unwrap();
        let (path, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("real", &link).unwrap();
        whole(&link, b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        assert_eq!(names(&folder), ["link", "real"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        whole(Path::new("/dev/null"), b"gone").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn where_it_cannot_be_is_said() {
        let folder = TempDir::new().unwrap();
        let error = whole(folder.path(), b"x").unwrap_err();
        assert!(error.to_string().ends_with("is a folder"), "{error}");
        let nowhere = folder.path().join("no/report.html");
        let error = whole(&nowhere, b"x").unwrap_err();
        assert!(error.to_string().starts_with("there is no folder for"));
        assert_eq!(error.code(), crate::cli::exit::USAGE);
        assert!(names(&folder).is_empty());
    }
}
