//! Whole processes, run as a user's shell would and timed from start to end.

use crate::Fallible;
use crate::story::NOW;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The programs that are measured, and surroundings that are nobody's own.
#[derive(Clone)]
pub(crate) struct Programs {
    desk: PathBuf,
    home: PathBuf,
}

impl Programs {
    /// `home` is made, and stays empty.
    ///
    /// # Errors
    /// The folder can't be made.
    pub(crate) fn new(desk: PathBuf, home: PathBuf) -> Fallible<Self> {
        fs::create_dir_all(&home)?;
        Ok(Self { desk, home })
    }

    /// `desk WORDS…` in a folder.
    pub(crate) fn desk(&self, folder: &Path, words: &[&str]) -> Command {
        let mut command = self.program(&self.desk, folder);
        command.args(words);
        command
    }

    /// `git WORDS…` in a folder.
    pub(crate) fn git(&self, folder: &Path, words: &[&str]) -> Command {
        let mut command = self.program(Path::new("git"), folder);
        command.args(words);
        command
    }

    /// Any program, without the settings of who runs the bench.
    pub(crate) fn program(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).env_clear();
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
            .env("HOME", &self.home)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("TZ", "UTC")
            .env("LC_ALL", "C.UTF-8")
            .env("DESK_NOW", NOW)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Whether this version of `desk` has a command.
    pub(crate) fn has(&self, command: &str) -> bool {
        self.desk(&self.home, &[command, "--help"])
            .status()
            .is_ok_and(|status| status.success())
    }
}

/// Runs a command to its end, and returns what it printed.
///
/// # Errors
/// It can't be started or fails; what it said is told.
pub(crate) fn output(command: &mut Command) -> Fallible<String> {
    let output = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    printed(command, &output)
}

/// What a command printed, if it went well.
pub(crate) fn printed(command: &Command, output: &Output) -> Fallible<String> {
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim();
        return Err(format!("{}: {}: {said}", told(command), output.status).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn told(command: &Command) -> String {
    let words = command.get_args().map(|word| word.to_string_lossy());
    let program = command.get_program().to_string_lossy();
    let folder = command.get_current_dir().unwrap_or(Path::new("."));
    let words = words.collect::<Vec<_>>().join(" ");
    format!("{program} {words} (in {})", folder.display())
}

/// How long a command takes, from before its start to after its end.
///
/// # Errors
/// It can't be started, or fails: a failure is no measurement.
pub(crate) fn time(command: &mut Command) -> Fallible<Duration> {
    let start = Instant::now();
    let status = command
        .status()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let taken = start.elapsed();
    if status.success() {
        return Ok(taken);
    }
    // Its words went nowhere, so that reading them costs nothing.
    Err(format!("{}: {status}", told(command)).into())
}

/// As [`time`], with the most memory that the process held at once, in bytes;
/// none where the system does not tell.
///
/// # Errors
/// As [`time`].
pub(crate) fn time_and_memory(command: &mut Command) -> Fallible<(Duration, Option<u64>)> {
    let start = Instant::now();
    let mut child = command
        .spawn()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let (most, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let watch = path_of_status(&child);
    let status = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                if let Some(bytes) = high_water(&watch) {
                    most.fetch_max(bytes, Ordering::Relaxed);
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        });
        let status = child.wait().map(|status| (status, start.elapsed()));
        over.store(true, Ordering::Relaxed);
        status
    });
    let (status, taken) = status?;
    if !status.success() {
        return Err(format!("{}: {status}", told(command)).into());
    }
    let most = most.into_inner();
    Ok((taken, (most > 0).then_some(most)))
}

fn path_of_status(child: &Child) -> PathBuf {
    PathBuf::from(format!("/proc/{}/status", child.id()))
}

/// The peak that Linux keeps for each process.
fn high_water(status: &Path) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
