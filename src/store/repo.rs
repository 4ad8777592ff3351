//! Finding a desk, making one, and git's settings.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use git2::{ConfigLevel, ErrorCode, Repository, RepositoryInitOptions};

use super::{CrashPoint, Result, StoreError, settings};

/// How git merges tickets in a clone.
const MERGE_SETTINGS: [(&str, &str); 3] = [
    // Rename detection would mix tickets that read alike.
    ("merge.renames", "false"),
    ("merge.desk.name", "tickets of desk"),
    ("merge.desk.driver", "desk merge-file %O %A %B %P"),
];

/// The file whose folder is a desk.
const MARKER: &str = "desk.yaml";

/// When a change counts as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// When it is on the disk: it survives a power cut.
    Safe,
    /// When the operating system has it: it survives the end of the program.
    Fast,
}

impl FromStr for Durability {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "safe" => Ok(Self::Safe),
            "fast" => Ok(Self::Fast),
            _ => Err(StoreError::BadSetting {
                key: "desk.durability",
                value: text.to_owned(),
                allowed: "safe, fast",
            }),
        }
    }
}

/// Is called after each step of a change, for tests that act in between.
pub type Hook = Arc<dyn Fn(CrashPoint) + Send + Sync>;

/// How far the making of many commits has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Commits made.
    pub done: usize,
    /// Commits to make.
    pub total: usize,
}

/// Is called after each commit of many. They are not in the history yet, and
/// may be made again where another program commits first.
pub type ProgressHook = Arc<dyn Fn(Progress) + Send + Sync>;

/// How a [`Store`] works.
#[derive(Clone)]
pub struct Options {
    /// `None`: as git's setting `desk.durability` says, else safe.
    pub durability: Option<Durability>,
    /// Aborts the program after this step. A switch for tests.
    pub crash_at: Option<CrashPoint>,
    /// How long to wait for a lock that another git command holds.
    pub lock_patience: Duration,
    /// Is called after each step. A switch for tests.
    pub on_step: Option<Hook>,
    /// Desks of fewer tickets than that are read without the cache: opening
    /// it takes as long. 0: always with it; `usize::MAX`: never.
    pub cache_from: usize,
    /// Is told how far a change of many commits has come.
    pub on_progress: Option<ProgressHook>,
    /// A git index of fewer bytes than that is written as a whole, which takes
    /// no longer; a larger one over the one before it, where that is safe.
    pub patched_from: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            durability: None,
            crash_at: None,
            lock_patience: Duration::from_secs(5),
            on_step: None,
            cache_from: 50,
            on_progress: None,
            patched_from: 256 << 10,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("durability", &self.durability)
            .field("crash_at", &self.crash_at)
            .field("lock_patience", &self.lock_patience)
            .finish_non_exhaustive()
    }
}

/// A desk in the work tree of a git repository.
pub struct Store {
    pub(super) repo: Repository,
    /// The desk's folder, absolute and free of symbolic links.
    pub(super) root: PathBuf,
    /// The desk's folder as seen from the top of the work tree: empty, or with
    /// a slash at its end.
    pub(super) prefix: String,
    pub(super) options: Options,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("root", &self.root)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the desk that holds `start`: the nearest folder, upwards, with a
    /// `desk.yaml` on disk or in `HEAD`, inside the git work tree of `start`.
    ///
    /// The variables by which git passes a repository to its hooks (`GIT_DIR`,
    /// `GIT_INDEX_FILE`, …) are not looked at.
    ///
    /// # Errors
    /// [`StoreError::NotARepository`], [`StoreError::NoDesk`],
    /// [`StoreError::Bare`], [`StoreError::ForeignOwner`],
    /// [`StoreError::Unsupported`].
    pub fn discover(start: &Path, options: Options) -> Result<Self> {
        let start = fs::canonicalize(start).map_err(StoreError::io("open", start))?;
        let repo = open(&start)?;
        let top = work_tree(&repo)?;
        let mut store = Self {
            repo,
            root: top.clone(),
            prefix: String::new(),
            options,
        };
        for folder in start.ancestors().take_while(|dir| dir.starts_with(&top)) {
            let prefix = prefix_of(&top, folder)?;
            let marker = folder.join(MARKER);
            let on_disk = match fs::symlink_metadata(&marker) {
                Ok(found) => found.is_file(),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
                Err(error) => return Err(StoreError::io("look at", marker)(error)),
            };
            store.prefix = prefix;
            if on_disk || store.snapshot()?.blob(MARKER)?.is_some() {
                store.root = folder.to_owned();
                return Ok(store);
            }
        }
        Err(StoreError::NoDesk { repository: top })
    }

    /// Makes `dir` the root of a desk: creates the folder, and a repository
    /// where none holds it, and sets what merging tickets needs. `desk.yaml`
    /// is the caller's to write.
    ///
    /// # Errors
    /// As [`Store::discover`], and [`StoreError::Io`] where the folder cannot
    /// be made.
    pub fn create(dir: &Path, options: Options) -> Result<Self> {
        fs::create_dir_all(dir).map_err(StoreError::io("create", dir))?;
        let root = fs::canonicalize(dir).map_err(StoreError::io("open", dir))?;
        let repo = match open(&root) {
            Err(StoreError::NotARepository { .. }) => init(&root)?,
            found => found?,
        };
        Self::made(repo, root, options)
    }

    /// As [`Store::create`], in a repository of its own even where another one
    /// lies around it: what is made there is no business of that one.
    ///
    /// # Errors
    /// As [`Store::create`].
    pub fn create_apart(dir: &Path, options: Options) -> Result<Self> {
        fs::create_dir_all(dir).map_err(StoreError::io("create", dir))?;
        let root = fs::canonicalize(dir).map_err(StoreError::io("open", dir))?;
        Self::made(init(&root)?, root, options)
    }

    fn made(repo: Repository, root: PathBuf, options: Options) -> Result<Self> {
        let top = work_tree(&repo)?;
        if !root.starts_with(&top) {
            return Err(StoreError::NoDesk { repository: top });
        }
        let prefix = prefix_of(&top, &root)?;
        let store = Self {
            repo,
            root,
            prefix,
            options,
        };
        store.install_merge_settings()?;
        Ok(store)
    }

    /// Whether git knows how to merge tickets in this clone.
    ///
    /// # Errors
    /// [`StoreError::Git`] where git's settings can't be read.
    pub fn has_merge_settings(&self) -> Result<bool> {
        for (key, value) in MERGE_SETTINGS {
            if self.git_setting(key)?.as_deref() != Some(value) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Sets `merge.renames` and the merge driver of tickets in this clone.
    /// Returns whether anything had to be set.
    ///
    /// # Errors
    /// [`StoreError::Git`] where the repository's configuration cannot be
    /// written.
    pub fn install_merge_settings(&self) -> Result<bool> {
        let action = "write the settings of the repository";
        let config = self.repo.config().map_err(StoreError::git(action))?;
        let mut local = config
            .open_level(ConfigLevel::Local)
            .map_err(StoreError::git(action))?;
        let mut changed = false;
        for (key, value) in MERGE_SETTINGS {
            if config.get_string(key).is_ok_and(|present| present == value) {
                continue;
            }
            local.set_str(key, value).map_err(StoreError::git(action))?;
            changed = true;
        }
        Ok(changed)
    }

    /// The desk's folder: absolute, without symbolic links.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The top of the work tree that the desk lies in: its own folder, or one
    /// around it.
    #[must_use]
    pub fn top(&self) -> &Path {
        self.repo.workdir().unwrap_or(&self.root)
    }

    /// The folder of the repository that all its work trees share; derived data
    /// of the desk goes to `desk/` in it.
    #[must_use]
    pub fn common_dir(&self) -> &Path {
        self.repo.commondir()
    }

    /// Whether changes are brought to the disk before they are acknowledged.
    ///
    /// # Errors
    /// [`StoreError::BadSetting`] where `desk.durability` makes no sense.
    pub fn durability(&self) -> Result<Durability> {
        if let Some(durability) = self.options.durability {
            return Ok(durability);
        }
        self.setting("desk.durability")?
            .map_or(Ok(Durability::Safe), |text| text.parse())
    }

    /// The path as seen from the top of the work tree.
    pub(super) fn repo_path(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// The file on disk of a path that was checked.
    pub(super) fn disk_path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Git's folder for this work tree: `HEAD`, index, our journal.
    pub(super) fn git_dir(&self) -> &Path {
        self.repo.path()
    }

    /// A setting of git: the user's, or the clone's. `None` where it is not set.
    ///
    /// # Errors
    /// Git's settings can't be read.
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        // Without a snapshot: one copies every setting to read one.
        let found = self.repo.config();
        absent_as_none(found.and_then(|config| config.get_string(key)))
    }

    /// A setting of git that is a truth value.
    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>> {
        let found = self.repo.config();
        absent_as_none(found.and_then(|config| config.get_bool(key)))
    }

    /// Tells who wants to know.
    pub(super) fn progress(&self, progress: Progress) {
        if let Some(hook) = &self.options.on_progress {
            hook(progress);
        }
    }

    /// Marks a step as done.
    pub(super) fn step(&self, step: CrashPoint) {
        if let Some(hook) = &self.options.on_step {
            hook(step);
        }
        if self.options.crash_at == Some(step) {
            std::process::abort();
        }
    }
}

pub(super) fn absent_as_none<T>(found: std::result::Result<T, git2::Error>) -> Result<Option<T>> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(StoreError::git("read git's settings")(error)),
    }
}

fn open(start: &Path) -> Result<Repository> {
    let found = Repository::discover(start).map_err(|error| {
        let path = start.to_owned();
        let message = error.message();
        match error.code() {
            ErrorCode::NotFound => StoreError::NotARepository { path },
            ErrorCode::Owner => StoreError::ForeignOwner {
                path: top_without_opening(start).unwrap_or(path),
            },
            _ if message.contains("objectformat") || message.contains("object format") => {
                StoreError::Unsupported {
                    path,
                    feature: "SHA-256 object names",
                    remedy: "make the desk in a repository of `git init --object-format=sha1`",
                }
            }
            _ if message.contains("refstorage") => StoreError::Unsupported {
                path,
                feature: "the reftable storage of references",
                remedy: "run `git refs migrate --ref-format=files`",
            },
            _ => StoreError::git("open the repository")(error),
        }
    })?;
    settings::apply(&found)?;
    Ok(found)
}

/// The folder that git wants to see in `safe.directory`.
fn top_without_opening(start: &Path) -> Option<PathBuf> {
    let git = Repository::discover_path(start, &[] as &[&Path]).ok()?;
    Some(match git.file_name() {
        Some(name) if name == ".git" => git.parent()?.to_owned(),
        _ => git,
    })
}

fn init(root: &Path) -> Result<Repository> {
    let action = "make a git repository";
    let branch = settings::outside()?
        .snapshot()
        .and_then(|config| config.get_string("init.defaultBranch"))
        .ok()
        .filter(|name| git2::Branch::name_is_valid(name).unwrap_or(false))
        .unwrap_or_else(|| "main".to_owned());
    let mut options = RepositoryInitOptions::new();
    options.initial_head(&branch).external_template(true);
    let made = Repository::init_opts(root, &options).map_err(StoreError::git(action))?;
    settings::apply(&made)?;
    Ok(made)
}

fn work_tree(repo: &Repository) -> Result<PathBuf> {
    let top = repo.workdir().ok_or_else(|| StoreError::Bare {
        repository: repo.path().to_owned(),
    })?;
    fs::canonicalize(top).map_err(StoreError::io("open", top))
}

fn prefix_of(top: &Path, folder: &Path) -> Result<String> {
    let mut prefix = String::new();
    for part in folder.strip_prefix(top).unwrap_or(Path::new("")) {
        let plain = part
            .to_str()
            .filter(|part| !part.contains(char::is_control));
        let Some(part) = plain else {
            return Err(StoreError::BadPath {
                path: folder.to_string_lossy().into_owned(),
                why: "it is not UTF-8, or has a control character",
            });
        };
        prefix.push_str(part);
        prefix.push('/');
    }
    Ok(prefix)
}
