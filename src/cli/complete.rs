//! What a shell is told when somebody presses the tab key: commands, flags,
//! and tickets of the desk around.

use super::environment::{Environment, variable};
use super::session::{Everywhere, Session};
use super::view::sanitize;
use super::view::style::Colour;
use super::{described, description};
use clap_complete::engine::CompletionCandidate;
use clap_complete::env::CompleteEnv;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::OnceLock;

/// The variable by which the scripts of `desk completions` ask.
pub(super) const VARIABLE: &str = "COMPLETE";

/// So many tickets are offered at most.
const MOST: usize = 500;

/// The desk's folder, where one of the words names it.
static FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// Answers a shell, if it is one that asks.
///
/// # Errors
/// The shell is not known, or standard output is broken.
pub(super) fn answer(words: &[OsString]) -> Result<bool, clap::Error> {
    if variable(VARIABLE).is_none_or(|shell| shell.is_empty() || shell == "0") {
        return Ok(false);
    }
    if let Some(folder) = folder(words) {
        // It is the first and only time.
        let _ = FOLDER.set(folder);
    }
    // The last word is the one that is being typed: it names nothing yet.
    let done = words.split_last().map_or(words, |(_, done)| done);
    let typed = done.iter().skip_while(|word| *word != "--").skip(1);
    let typed: Vec<OsString> = typed.cloned().collect();
    let factory = || {
        let named = described(&typed);
        match named.has_subcommands() {
            true => named,
            false => description(),
        }
    };
    let here = std::env::current_dir().ok();
    CompleteEnv::with_factory(factory)
        .bin("desk")
        .try_complete(words.iter().cloned(), here.as_deref())
}

/// What `--desk` or `-C` names.
fn folder(words: &[OsString]) -> Option<PathBuf> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--desk" || word == "-C" {
            return words.next().map(PathBuf::from);
        }
        if let Some(folder) = word.to_str().and_then(|word| word.strip_prefix("--desk=")) {
            return Some(folder.into());
        }
    }
    None
}

/// Tickets that what was typed may become. Where there is no desk, or it can't
/// be read, there are none: a prompt is no place for errors.
pub(super) fn tickets(typed: &OsStr) -> Vec<CompletionCandidate> {
    let everywhere = Everywhere {
        desks: FOLDER
            .get()
            .cloned()
            .or_else(|| variable("DESK_DIR").map(PathBuf::from))
            .into_iter()
            .collect(),
        quiet: true,
        color: Colour::Never,
        ..Everywhere::default()
    };
    let session = Session::new(everywhere, Environment::of_process());
    let suggest = || {
        let desk = session.desk_as_is().ok()?;
        let snapshot = desk.snapshot().ok()?;
        desk.suggestions(&snapshot, typed.to_str()?, MOST).ok()
    };
    let candidate = |(word, title): (String, String)| {
        CompletionCandidate::new(word).help(Some(sanitize::line(&title).into_owned().into()))
    };
    let found = suggest().unwrap_or_default();
    found.into_iter().map(candidate).collect()
}
