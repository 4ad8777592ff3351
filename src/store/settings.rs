//! Git's settings, where the environment says that they lie elsewhere: libgit2
//! does not look at `GIT_CONFIG_GLOBAL`, `GIT_CONFIG_SYSTEM` and
//! `GIT_CONFIG_NOSYSTEM`, and would act by other settings than git.

use std::env;
use std::path::{Path, PathBuf};

use git2::{Config, ConfigLevel, Repository};

use super::{Result, StoreError};

const ACTION: &str = "read git's settings";

/// Makes a repository use the settings that git would use for it.
pub(super) fn apply(repo: &Repository) -> Result<()> {
    if !is_moved() {
        return Ok(());
    }
    let mut config = elsewhere()?;
    let mut add = |path: PathBuf, level| add_file(&mut config, &path, level);
    add(repo.commondir().join("config"), ConfigLevel::Local)?;
    add(repo.path().join("config.worktree"), ConfigLevel::Worktree)?;
    repo.set_config(&config).map_err(StoreError::git(ACTION))
}

/// The settings that hold outside any repository.
pub(super) fn outside() -> Result<Config> {
    if is_moved() {
        return elsewhere();
    }
    Config::open_default().map_err(StoreError::git(ACTION))
}

/// The folders that the user's `desk.path` settings name, in their order. A
/// repository's own settings have no say in it.
///
/// # Errors
/// [`StoreError::Git`] where git's settings can't be read.
pub fn desks_of_user() -> Result<Vec<PathBuf>> {
    let config = outside()?;
    let mut found = Vec::new();
    let mut entries = config
        .multivar("desk.path", None)
        .map_err(StoreError::git(ACTION))?;
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(StoreError::git(ACTION))?;
        found.extend(entry.value().ok().map(at_home));
    }
    Ok(found)
}

/// A path of git's settings, in which `~/` is the user's home.
fn at_home(text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}

fn is_moved() -> bool {
    [
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_NOSYSTEM",
    ]
    .iter()
    .any(|name| env::var_os(name).is_some())
}

/// System and user settings, from where the environment has them.
fn elsewhere() -> Result<Config> {
    let mut config = Config::new().map_err(StoreError::git(ACTION))?;
    let named = |name: &str| env::var_os(name).map(PathBuf::from);
    let no_system = env::var("GIT_CONFIG_NOSYSTEM").is_ok_and(|text| {
        !matches!(
            text.to_ascii_lowercase().as_str(),
            "" | "0" | "false" | "no" | "off"
        )
    });
    if !no_system
        && let Some(path) = named("GIT_CONFIG_SYSTEM").or_else(|| Config::find_system().ok())
    {
        add_file(&mut config, &path, ConfigLevel::System)?;
    }
    let users = match named("GIT_CONFIG_GLOBAL") {
        Some(path) => vec![(path, ConfigLevel::Global)],
        None => [
            (Config::find_xdg().ok(), ConfigLevel::XDG),
            (Config::find_global().ok(), ConfigLevel::Global),
        ]
        .into_iter()
        .filter_map(|(path, level)| Some((path?, level)))
        .collect(),
    };
    for (path, level) in users {
        add_file(&mut config, &path, level)?;
    }
    Ok(config)
}

/// Adds a file, if it is one: a missing one is an empty one, as for git.
fn add_file(config: &mut Config, path: &Path, level: ConfigLevel) -> Result<()> {
    if !path.is_file() {
        return Ok(());
    }
    config
        .add_file(path, level, false)
        .map_err(StoreError::git(ACTION))
}
