//! A folder of one's own in which documents and examples are run: no setting,
//! name, clock or variable of whoever runs the tests gets in.
#![expect(clippy::unwrap_used, unreachable_pub, reason = "tests")]
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test binary uses a part"
)]

pub mod document;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A Monday morning.
pub const NOW: &str = "2026-11-23T09:30:00Z";

pub struct Place {
    tmp: TempDir,
}

impl Place {
    pub fn new() -> Self {
        let place = Self {
            tmp: TempDir::new().unwrap(),
        };
        std::fs::create_dir(place.at("home")).unwrap();
        std::fs::create_dir(place.at("bin")).unwrap();
        place
    }

    /// A path in this place.
    pub fn at(&self, path: &str) -> PathBuf {
        self.tmp.path().canonicalize().unwrap().join(path)
    }

    /// A program that runs here, and finds `desk` and what is in `bin` first.
    pub fn command(&self, program: &str) -> Command {
        let desk = Path::new(env!("CARGO_BIN_EXE_desk")).parent().unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{}:{path}", self.at("bin").display(), desk.display());
        let mut command = Command::new(program);
        command
            .current_dir(self.at(""))
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.at("home"))
            .env("TMPDIR", self.at(""))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Lena Fischer")
            .env("GIT_AUTHOR_EMAIL", "lena@example.com")
            .env("GIT_COMMITTER_NAME", "Lena Fischer")
            .env("GIT_COMMITTER_EMAIL", "lena@example.com")
            .env("TZ", "UTC")
            .env("LC_ALL", "C.UTF-8")
            .env("DESK_NOW", NOW)
            .env("DESK_SEED", "1");
        command
    }

    /// What `desk` prints of the desk in the folder `desk`, to lena.
    pub fn desk(&self, words: &[&str]) -> String {
        let mut command = self.command("desk");
        output(
            command
                .args(["-C", "desk"])
                .args(words)
                .env("DESK_BY", "lena"),
        )
    }

    /// The views of `desk report`, as its help lists them.
    pub fn views(&self) -> Vec<String> {
        let help = self.desk(&["report", "--help"]);
        let views = help.split("Views:\n").nth(1).unwrap();
        let views = views.split("\n\n").next().unwrap().lines();
        let words = views.filter_map(|line| line.split_whitespace().next());
        let views: Vec<String> = words.map(str::to_owned).collect();
        assert_eq!(views[0], "summary", "{help}");
        views
    }

    /// What a program prints; it must end well.
    pub fn run(&self, program: &str, words: &[&str]) -> String {
        output(self.command(program).args(words))
    }
}

/// What a program prints; it must end well.
pub fn output(command: &mut Command) -> String {
    let done = command.output().unwrap();
    assert!(done.status.success(), "{command:?}\n{}", told(&done));
    String::from_utf8(done.stdout).unwrap()
}

/// What a program printed and complained of.
pub fn told(done: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    )
}
