//! A hermetic desk to run `desk` in: its own home, its own git settings, a
//! clock that moves a minute with each command.

mod ran;
mod state;
mod template;
mod tiered;

pub use ran::{Call, Ran, git};
pub use state::State;
pub use tiered::tiered;

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The program under test.
pub const DESK: &str = env!("CARGO_BIN_EXE_desk");

/// The first command runs a minute after this: Monday, 09:00.
const START: i64 = 1_795_424_400;

/// A desk in a folder of its own, seen by Lena unless said otherwise.
///
/// On the roster are lena (levels 1 and 2, frontline), marco (2, desktop and
/// technical), nadia (3, expert) and grace (team lead).
pub struct Desk {
    /// Everything is below this; it goes with the desk.
    pub tmp: TempDir,
    /// The desk's folder.
    pub root: PathBuf,
    /// The folder of the repository.
    pub top: PathBuf,
    now: Cell<i64>,
}

impl Desk {
    /// A new desk without tickets, at the top of its repository.
    pub fn new() -> Self {
        let desk = Self::nowhere();
        template::unpack(&desk.root);
        desk
    }

    /// A new desk in the folder `help/desk` of a repository with other files.
    pub fn in_a_subfolder() -> Self {
        let mut desk = Self::nowhere();
        fs::create_dir_all(&desk.top).unwrap();
        desk.git("init -q -b main");
        desk.write_top("README", "a product\n");
        desk.write_top("src/code", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
        desk.git("add .");
        desk.git("commit -q -m Start");
        desk.root = desk.top.join("help/desk");
        fs::create_dir_all(&desk.root).unwrap();
        desk.call("init").ok();
        desk.write("people.yaml", template::PEOPLE);
        desk.git("commit -q -a -m People");
        desk
    }

    /// No desk yet: a home and git settings, and a folder that is not there.
    pub fn nowhere() -> Self {
        let tmp = TempDir::new().unwrap();
        let base = tmp.path().canonicalize().unwrap();
        let home = base.join("home");
        fs::create_dir(&home).unwrap();
        // desk reads the settings where libgit2 looks for them, git where
        // GIT_CONFIG_GLOBAL says: one file for both.
        fs::write(home.join(".gitconfig"), template::GIT_SETTINGS).unwrap();
        let top = base.join("desk");
        Self {
            tmp,
            root: top.clone(),
            top,
            now: Cell::new(START),
        }
    }

    /// The same world seen from another folder: a clone, a linked work tree.
    pub fn at(&self, root: PathBuf) -> Other<'_> {
        Other { world: self, root }
    }

    /// A call of `desk`, its words split at spaces; `'…'` keeps some together.
    pub fn call(&self, words: impl AsRef<str>) -> Call {
        Call::new(self.home(), &self.root, self.tick(), split(words.as_ref()))
    }

    /// A call of `desk` with these very words.
    pub fn call_args<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Call {
        let words = words.into_iter().map(str::to_owned).collect();
        Call::new(self.home(), &self.root, self.tick(), words)
    }

    /// Runs `desk`, which must do well. Returns standard output.
    pub fn ok(&self, words: impl AsRef<str>) -> String {
        self.call(words).ok()
    }

    /// Runs `desk` and returns whatever came of it.
    pub fn run(&self, words: impl AsRef<str>) -> Ran {
        self.call(words).run()
    }

    /// Opens a ticket with these words after `open`. Returns its id.
    pub fn open(&self, words: impl AsRef<str>) -> String {
        let id = self.ok(format!("open {}", words.as_ref()));
        assert_eq!(id.lines().count(), 1, "{id}");
        id.trim().to_owned()
    }

    /// Opens tickets with these titles. Returns their ids.
    pub fn open_all<const N: usize>(&self, titles: [&str; N]) -> [String; N] {
        titles.map(|title| self.open(format!("'{title}'")))
    }

    /// The ticket as `desk show --json` has it.
    pub fn ticket(&self, id: &str) -> serde_json::Value {
        let mut shown = self.call(format!("show {id} --json")).json();
        shown["tickets"][0].take()
    }

    /// A field of the ticket as text; "-" where it is empty.
    pub fn field(&self, id: &str, field: &str) -> String {
        match self.ticket(id)[field].take() {
            serde_json::Value::Null => "-".into(),
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        }
    }

    /// The fields of the ticket, joined by spaces.
    pub fn fields<const N: usize>(&self, id: &str, fields: [&str; N]) -> String {
        fields.map(|field| self.field(id, field)).join(" ")
    }

    /// The path of the ticket's file, below the desk's folder.
    pub fn path(&self, id: &str) -> String {
        let (day, tail) = id.split_once('-').unwrap();
        let (year, month, day) = (&day[..2], &day[2..4], &day[4..]);
        format!("tickets/20{year}/{month}/{day}/{tail}.yaml")
    }

    /// Runs `git` in the desk's folder; it must do well.
    pub fn git(&self, words: impl AsRef<str>) -> String {
        let dir = if self.root.exists() {
            &self.root
        } else {
            &self.top
        };
        git(&self.home(), dir, &split(words.as_ref())).ok()
    }

    /// Commits a file of the desk with plain git.
    pub fn commit(&self, path: &str, content: &str) {
        self.write(path, content);
        self.git(format!("add -- {path}"));
        self.git(format!("commit -q -m 'By hand' -- {path}"));
    }

    /// Writes a file below the desk's folder.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        write(&self.root.join(path), content.as_ref());
    }

    /// Writes a file below the repository's folder.
    pub fn write_top(&self, path: &str, content: impl AsRef<[u8]>) {
        write(&self.top.join(path), content.as_ref());
    }

    /// Reads a file below the desk's folder.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    /// All that a person can see of the repository.
    pub fn state(&self) -> State {
        State::of(&self.home(), &self.root)
    }

    /// The commit that `HEAD` is.
    pub fn head(&self) -> String {
        self.git("rev-parse HEAD").trim().to_owned()
    }

    /// How many commits there are.
    pub fn commits(&self) -> usize {
        self.git("rev-list --count HEAD").trim().parse().unwrap()
    }

    /// The repository is whole, git sees no edit, and nothing is left over.
    pub fn assert_clean(&self) {
        state::assert_clean(&self.home(), &self.root);
    }

    /// The home of everybody here.
    pub fn home(&self) -> PathBuf {
        self.tmp.path().canonicalize().unwrap().join("home")
    }

    /// Moves the clock on.
    pub fn wait(&self, seconds: i64) {
        self.now.set(self.now.get() + seconds);
    }

    /// The time of the next command.
    fn tick(&self) -> i64 {
        self.wait(60);
        self.now.get()
    }
}

/// A desk's world seen from another folder.
pub struct Other<'a> {
    world: &'a Desk,
    /// The folder.
    pub root: PathBuf,
}

impl Other<'_> {
    /// As [`Desk::call`], there.
    pub fn call(&self, words: impl AsRef<str>) -> Call {
        let (home, now) = (self.world.home(), self.world.tick());
        Call::new(home, &self.root, now, split(words.as_ref()))
    }

    /// As [`Desk::ok`], there.
    pub fn ok(&self, words: impl AsRef<str>) -> String {
        self.call(words).ok()
    }

    /// As [`Desk::git`], there.
    pub fn git(&self, words: impl AsRef<str>) -> String {
        git(&self.world.home(), &self.root, &split(words.as_ref())).ok()
    }

    /// As [`Desk::assert_clean`], there.
    pub fn assert_clean(&self) {
        state::assert_clean(&self.world.home(), &self.root);
    }
}

/// Says that a test could not run here, and why.
pub fn skip(why: &str) {
    println!("skipped: {why}");
}

/// Whether a program can be run here.
pub fn have(program: &str) -> bool {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .any(|folder| folder.join(program).is_file())
}

fn write(path: &Path, content: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Words as a shell would split them, as far as tests need it.
fn split(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    for c in text.chars() {
        match c {
            '\'' => (quoted, any) = (!quoted, true),
            ' ' if !quoted => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            c => word.push(c),
        }
    }
    assert!(!quoted, "an open quote: {text}");
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}
