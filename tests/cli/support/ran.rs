//! Running a program, and what came of it.

use super::DESK;
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A call of `desk` that is still to be made.
pub struct Call {
    command: Command,
    stdin: Option<Vec<u8>>,
    words: String,
}

impl Call {
    pub(super) fn new(home: PathBuf, dir: &Path, now: i64, words: Vec<String>) -> Self {
        let mut command = Command::new(DESK);
        hermetic(&mut command, &home);
        let now = chrono::DateTime::from_timestamp(now, 0).unwrap();
        command
            .env("DESK_NOW", now.format("%Y-%m-%dT%H:%M:%SZ").to_string())
            .env("DESK_SEED", "1")
            .args(&words);
        if dir.exists() {
            command.current_dir(dir);
        } else {
            command.current_dir(home.parent().unwrap());
        }
        Self {
            command,
            stdin: None,
            words: words.join(" "),
        }
    }

    /// Somebody else types: their name and address are git's.
    pub fn by(self, who: &str) -> Self {
        let name = who[..1].to_uppercase() + &who[1..];
        self.env("GIT_COMMITTER_NAME", &name)
            .env("GIT_COMMITTER_EMAIL", &format!("{who}@example.com"))
    }

    /// With this variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Without this variable.
    pub fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// With this on standard input; otherwise there is nothing on it.
    pub fn stdin(mut self, text: impl AsRef<[u8]>) -> Self {
        self.stdin = Some(text.as_ref().to_owned());
        self
    }

    /// In this folder.
    pub fn dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// In the real present and with real randomness, as outside of tests.
    pub fn real(self) -> Self {
        self.without("DESK_NOW").without("DESK_SEED")
    }

    /// With an editor that runs these lines of shell; `$1` is the file.
    pub fn editor(self, script: &str) -> Self {
        let script = format!("f() {{ {script}\n}}; f");
        self.env("GIT_EDITOR", &script)
    }

    /// Runs it.
    pub fn run(mut self) -> Ran {
        let output = match self.stdin.take() {
            None => self.command.stdin(Stdio::null()).output().unwrap(),
            Some(text) => {
                let mut child = self.start();
                let mut stdin = child.stdin.take().unwrap();
                // desk may say no before it has read everything.
                let writer = std::thread::spawn(move || stdin.write_all(&text).is_ok());
                let output = child.wait_with_output().unwrap();
                writer.join().unwrap();
                output
            }
        };
        Ran::new(format!("desk {}", self.words), output)
    }

    /// Starts it, with pipes to all three streams.
    pub fn start(&mut self) -> Child {
        let pipes = self.command.stdin(Stdio::piped()).stdout(Stdio::piped());
        pipes.stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Runs it; it must do well. Returns standard output.
    pub fn ok(self) -> String {
        self.run().ok()
    }

    /// Runs it; it must do well. Returns standard output as JSON.
    pub fn json(self) -> serde_json::Value {
        let text = self.ok();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// The command, for tests that need more of it.
    pub fn command(&mut self) -> &mut Command {
        &mut self.command
    }
}

/// What came of a program.
pub struct Ran {
    /// The words.
    pub words: String,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
}

impl Ran {
    pub(super) fn new(words: String, output: Output) -> Self {
        Self {
            words,
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code(),
        }
    }

    /// It must have done well. Returns standard output.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}: {self}", self.words);
        self.stdout
    }

    /// It must have failed with this code, said why, and printed no result.
    /// Returns standard error.
    #[track_caller]
    pub fn fails(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}: {self}", self.words);
        assert_eq!(self.stdout, "", "{}", self.words);
        assert!(self.stderr.starts_with("error: "), "{self}");
        self.stderr
    }

    /// As [`Ran::fails`], with a hint of what to do.
    #[track_caller]
    pub fn fails_with_hint(self, code: i32) -> String {
        let said = self.fails(code);
        let mut lines = said.lines();
        assert!(lines.next().unwrap().starts_with("error: "), "{said}");
        assert!(lines.next().unwrap_or("").starts_with("hint: "), "{said}");
        said
    }

    /// The lines of standard output as JSON.
    pub fn lines(&self) -> Vec<serde_json::Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        self.stdout.lines().map(parse).collect()
    }
}

/// As a person at a terminal sees it, the streams apart and the code named.
impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stdout)?;
        for line in self.stderr.lines() {
            writeln!(f, "2> {line}")?;
        }
        match self.code {
            Some(0) => Ok(()),
            Some(code) => writeln!(f, "exit {code}"),
            None => writeln!(f, "killed"),
        }
    }
}

/// Runs `git`.
pub fn git(home: &Path, dir: &Path, words: &[String]) -> Ran {
    let mut command = Command::new("git");
    hermetic(&mut command, home);
    let output = command.current_dir(dir).args(words).output().unwrap();
    Ran::new(format!("git {}", words.join(" ")), output)
}

/// Nothing of whoever runs the tests comes through but where programs are.
pub fn hermetic(command: &mut Command, home: &Path) {
    let program = Path::new(DESK).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let cache = std::env::var("DESK_CACHE").unwrap_or_else(|_| "auto".into());
    let folders = std::iter::once(program.to_owned()).chain(std::env::split_paths(&path));
    command
        .env_clear()
        .env("PATH", std::env::join_paths(folders).unwrap())
        .env("HOME", home)
        .env("TMPDIR", home)
        .env("GIT_CONFIG_GLOBAL", home.join(".gitconfig"))
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CEILING_DIRECTORIES", home.parent().unwrap())
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8")
        // DESK_CACHE=always cargo test --test cli: all of it through the cache.
        .env("DESK_CACHE", cache)
        .env("TERM", "xterm-256color");
}
