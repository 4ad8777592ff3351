//! Paths inside a desk: relative, `/`-separated, and never out of it.

use super::{Result, StoreError};

/// Refuses whatever could leave the desk or enter git's own folder.
pub(super) fn check(path: &str) -> Result<()> {
    let why = if path.is_empty() {
        Some("it is empty")
    } else if path.contains(|c: char| c == '\\' || c.is_control()) {
        Some("it has a character that no file of a desk has")
    } else {
        path.split('/').find_map(|part| match part {
            "" => Some("it is absolute or has an empty part"),
            "." | ".." => Some("it has a part that is . or .."),
            _ if is_git(part) => Some("it leads into git's own folder"),
            _ => None,
        })
    };
    match why {
        None => Ok(()),
        Some(why) => Err(StoreError::BadPath {
            path: path.to_owned(),
            why,
        }),
    }
}

/// Whether some file system takes a name for `.git`: macOS forgives letters and
/// passes over invisible characters, Windows has short names, passes over dots
/// and spaces at the end, and takes a colon for the begin of something else.
fn is_git(part: &str) -> bool {
    let invisible = |c: char| matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let seen: String = part.chars().filter(|c| !invisible(*c)).collect();
    let seen = seen.split(':').next().unwrap_or_default();
    let seen = seen.trim_end_matches(['.', ' ']);
    seen.eq_ignore_ascii_case(".git") || seen.eq_ignore_ascii_case("git~1")
}

/// A folder to look under: like [`check`], but the desk itself (an empty
/// string) and a slash at the end are fine. Returns it without that slash.
pub(super) fn folder(path: &str) -> Result<&str> {
    let path = path.strip_suffix('/').unwrap_or(path);
    if !path.is_empty() {
        check(path)?;
    }
    Ok(path)
}

/// The folder and the name of a path.
pub(super) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// A path in a folder, where an empty folder is the top.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn only_plain_relative_paths_pass() {
        for good in [
            "desk.yaml",
            "tickets/2026/11/23/k7f3q2.yaml",
            ".gitattributes",
            "kb/git",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "/etc/passwd",
            "a//b",
            "../x",
            "a/./b",
            ".git/config",
            "a/.GIT/x",
            "a\\b",
            "a\0",
            "a\r",
            "a\nb",
            "a/",
            "a/git~1/x",
            ".git. /x",
            ".g\u{200c}it/x",
            ".git::$INDEX/x",
        ] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }
}
