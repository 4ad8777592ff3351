//! Text written in the user's editor, found and run as git does it.
//!
//! What a person typed is never lost: the file stays until the caller says
//! that the text is safe ([`Draft::done`]). Never open an editor while a lock
//! is held.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::interrupt;

/// Below this line, lines that start with `#` are help and not text. Above it
/// a `#` is a Markdown heading or a YAML comment.
pub const SCISSORS: &str = "# ------------------------ >8 ------------------------";

/// Where the user may have named an editor. Each text is the value of the
/// environment variable (or git setting), if it is set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// `GIT_EDITOR`.
    pub git_editor: Option<&'a str>,
    /// git's `core.editor`.
    pub core_editor: Option<&'a str>,
    /// `VISUAL`, which is not asked on a dumb terminal.
    pub visual: Option<&'a str>,
    /// `EDITOR`.
    pub editor: Option<&'a str>,
    /// `TERM`: on `dumb` or without one there is no editor to fall back to.
    pub term: Option<&'a str>,
}

/// What came of it.
#[derive(Debug)]
pub enum Edited {
    /// The text is another one now.
    Changed(Draft),
    /// The text is as it was; there is no file left.
    Unchanged,
    /// Nothing but space is left, which means: give up; there is no file left.
    Emptied,
}

/// A text and the file that keeps it.
#[derive(Debug)]
#[must_use = "the file stays until `done` is called"]
pub struct Draft {
    text: String,
    path: PathBuf,
}

impl Draft {
    /// The text, without help lines and space around it, with a line feed at
    /// its end.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file, to be named where the text could not be used.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text is safe elsewhere: removes the file.
    ///
    /// # Errors
    /// If the file can't be removed.
    pub fn done(self) -> Result<(), EditorError> {
        remove(&self.path)
    }
}

/// Why there is no text.
#[derive(Debug, thiserror::Error)]
pub enum EditorError {
    /// There is neither a setting nor a terminal that `vi` could use.
    #[error(
        "no editor: the terminal is dumb and neither GIT_EDITOR, core.editor nor EDITOR is set"
    )]
    NoEditor,
    /// The editor could not be run or said that it failed. The file stays.
    #[error("the editor `{editor}` failed ({reason}); your text is kept in {}", path.display())]
    Failed {
        /// The command that was run.
        editor: String,
        /// How it ended.
        reason: String,
        /// The file with the text.
        path: PathBuf,
    },
    /// The text is not UTF-8. The file stays.
    #[error("{} is not UTF-8 text; it is kept for you to convert", path.display())]
    NotText {
        /// The file with the text.
        path: PathBuf,
    },
    /// The file could not be written, read or removed.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

/// The editor to use, as a shell command.
///
/// # Errors
/// [`EditorError::NoEditor`].
pub fn choose<'a>(around: &Surroundings<'a>) -> Result<&'a str, EditorError> {
    let dumb = around
        .term
        .is_none_or(|term| term.is_empty() || term == "dumb");
    let visual = around.visual.filter(|_| !dumb);
    let fallback = (!dumb).then_some("vi");
    [
        around.git_editor,
        around.core_editor,
        visual,
        around.editor,
        fallback,
    ]
    .into_iter()
    .flatten()
    .find(|command| !command.trim().is_empty())
    .ok_or(EditorError::NoEditor)
}

/// A text with help below the scissors line, each line of it behind `# `.
#[must_use]
pub fn with_help(text: &str, help: &str) -> String {
    let mut out = text.trim_end().to_owned();
    out.push_str("\n\n");
    out.push_str(SCISSORS);
    out.push('\n');
    for line in help.lines() {
        out.push_str(format!("# {line}").trim_end());
        out.push('\n');
    }
    out
}

/// Lets the user edit `initial` in a new file in `folder` (which is made if it
/// is missing), named so that the editor knows its kind: `suffix` is `.md` or
/// `.yaml`.
///
/// # Errors
/// See [`EditorError`]; once there is a file, a failure keeps and names it.
pub fn edit(
    initial: &str,
    suffix: &str,
    around: &Surroundings<'_>,
    folder: &Path,
) -> Result<Edited, EditorError> {
    let editor = choose(around)?;
    let path = create(initial, suffix, folder)?;
    run(editor, &path)?;

    let bytes = fs::read(&path).map_err(at("read", &path))?;
    let Ok(after) = String::from_utf8(bytes) else {
        return Err(EditorError::NotText { path });
    };
    let text = strip(&after);
    if text.is_empty() {
        remove(&path)?;
        Ok(Edited::Emptied)
    } else if text == strip(initial) {
        remove(&path)?;
        Ok(Edited::Unchanged)
    } else {
        Ok(Edited::Changed(Draft { text, path }))
    }
}

/// Writes a file that no one else may read and that was not there before.
fn create(initial: &str, suffix: &str, folder: &Path) -> Result<PathBuf, EditorError> {
    fs::create_dir_all(folder).map_err(at("make", folder))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut number = 1_u32;
    loop {
        let path = folder.join(format!("draft-{}-{number}{suffix}", std::process::id()));
        match options.open(&path) {
            Ok(mut file) => {
                file.write_all(initial.as_bytes())
                    .map_err(at("write", &path))?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 10_000 => {
                number += 1;
            }
            Err(error) => return Err(at("create", &path)(error)),
        }
    }
}

/// Runs the editor as git does: its command is a shell's, the file a word.
fn run(editor: &str, path: &Path) -> Result<(), EditorError> {
    let failed = |reason: String| EditorError::Failed {
        editor: editor.to_owned(),
        reason,
        path: path.to_owned(),
    };
    let _hold = interrupt::hold().map_err(|error| failed(error.to_string()))?;
    let status = Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$@\""))
        .arg(editor)
        .arg(path)
        .status()
        .map_err(|error| failed(error.to_string()))?;
    if status.success() {
        Ok(())
    } else {
        Err(failed(status.to_string()))
    }
}

/// The text proper: line ends as `\n`, without help and the space around.
fn strip(text: &str) -> String {
    let mut below = false;
    let mut kept = String::with_capacity(text.len());
    for line in text.trim_start_matches('\u{FEFF}').lines() {
        if line.trim_end() == SCISSORS {
            below = true;
        } else if !(below && line.starts_with('#')) {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    let end = kept.trim_end().len();
    kept.truncate(end);
    let start = kept.len() - kept.trim_start_matches('\n').len();
    if end > start {
        kept.push('\n');
    }
    kept.split_off(start)
}

fn remove(path: &Path) -> Result<(), EditorError> {
    fs::remove_file(path).map_err(at("remove", path))
}

fn at(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> EditorError {
    let path = path.to_owned();
    move |source| EditorError::File {
        action,
        path,
        source,
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// Edits with a shell command, and says which files are left.
    fn edit_with(command: &str, initial: &str) -> (Result<Edited, EditorError>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let around = Surroundings {
            git_editor: Some(command),
            ..Surroundings::default()
        };
        let inner = folder.path().join("drafts of mine");
        let edited = edit(initial, ".md", &around, &inner);
        let left = fs::read_dir(&inner).unwrap();
        let left = left.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
        (edited, left.collect())
    }

    #[test]
    fn the_editor_is_chosen_as_git_does() {
        let all = Surroundings {
            git_editor: Some("a"),
            core_editor: Some("b"),
            visual: Some("c"),
            editor: Some("d"),
            term: Some("xterm"),
        };
        assert_eq!(choose(&all).unwrap(), "a");
        let all = Surroundings {
            git_editor: Some(" "),
            ..all
        };
        assert_eq!(choose(&all).unwrap(), "b");
        let all = Surroundings {
            core_editor: None,
            ..all
        };
        assert_eq!(choose(&all).unwrap(), "c");
        assert_eq!(
            choose(&Surroundings {
                term: Some("dumb"),
                ..all
            })
            .unwrap(),
            "d"
        );
        assert_eq!(
            choose(&Surroundings {
                visual: None,
                ..all
            })
            .unwrap(),
            "d"
        );
        let none = Surroundings {
            term: Some("xterm"),
            ..Surroundings::default()
        };
        assert_eq!(choose(&none).unwrap(), "vi");
        assert!(matches!(
            choose(&Surroundings::default()),
            Err(EditorError::NoEditor)
        ));
    }

    #[test]
    fn a_changed_text_is_kept_until_it_is_safe() {
        let (edited, left) = edit_with("printf 'New\\r\\n\\n' >", "Old\n");
        let Ok(Edited::Changed(draft)) = edited else {
            panic!("{edited:?}")
        };
        assert_eq!(draft.text(), "New\n");
        assert_eq!(left.len(), 1);

        let folder = tempfile::tempdir().unwrap();
        let around = Surroundings {
            git_editor: Some("echo more >>"),
            ..Surroundings::default()
        };
        let edited = edit("Old\n", ".yaml", &around, folder.path()).unwrap();
        let Edited::Changed(draft) = edited else {
            panic!("{edited:?}")
        };
        assert_eq!(draft.text(), "Old\nmore\n");
        let path = draft.path().to_owned();
        assert!(path.to_string_lossy().ends_with(".yaml"));
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        draft.done().unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn unchanged_and_emptied_are_told_apart_and_leave_nothing() {
        let text = with_help("# Heading\n\ntext", "Say what happened.");
        let (edited, left) = edit_with(":", &text);
        assert!(matches!(edited, Ok(Edited::Unchanged)), "{edited:?}");
        assert!(left.is_empty());
        let (edited, left) = edit_with("printf '\\n \\n' >", &text);
        assert!(matches!(edited, Ok(Edited::Emptied)), "{edited:?}");
        assert!(left.is_empty());
    }

    #[test]
    fn help_goes_and_headings_stay() {
        let text = with_help("# Heading\n\ntext\n", "Say what happened.\n\nBriefly.");
        assert_eq!(
            text,
            format!("# Heading\n\ntext\n\n{SCISSORS}\n# Say what happened.\n#\n# Briefly.\n")
        );
        assert_eq!(strip(&text), "# Heading\n\ntext\n");
        // What was typed below by mistake is text all the same.
        assert_eq!(strip(&format!("a\n{SCISSORS}\n# help\nb\n")), "a\nb\n");
        assert_eq!(strip("\n\n  - indented\n\n"), "  - indented\n");
    }

    #[test]
    fn a_failed_editor_keeps_and_names_the_file() {
        let (edited, left) = edit_with("f() { echo typed > \"$1\"; exit 3; }; f", "Old\n");
        let error = edited.unwrap_err();
        assert!(
            error.to_string().contains("your text is kept in "),
            "{error}"
        );
        assert_eq!(left, ["typed\n"]);

        let (edited, left) = edit_with("/nonexistent/editor 2>/dev/null", "Old\n");
        assert!(
            matches!(edited, Err(EditorError::Failed { .. })),
            "{edited:?}"
        );
        assert_eq!(left, ["Old\n"]);
    }

    #[test]
    fn what_is_not_text_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let around = Surroundings {
            git_editor: Some("printf '\\377' >"),
            ..Surroundings::default()
        };
        let error = edit("", ".md", &around, folder.path()).unwrap_err();
        let EditorError::NotText { path } = error else {
            panic!("{error}")
        };
        assert_eq!(fs::read(path).unwrap(), b"\xff");
    }
}
