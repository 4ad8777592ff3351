//! Programs of the user that hear of changes: mail, chat, a pager.
//!
//! They are named by git's settings of the user or of the clone
//! (`desk.hook.change`, `desk.hook.notify`) or by the environment, never by a
//! file of the desk: whoever clones one runs nothing of a stranger's.

use super::app::{Desk, Outcome};
use super::error::DeskError;
use super::record::{self, Record};
use serde_json::json;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Set for the programs: a `desk` that one of them runs calls none itself.
pub const WITHIN: &str = "DESK_IN_HOOK";

/// How long a program may take where the settings do not say.
const PATIENCE: u64 = 10;

/// What the environment says of hooks.
#[derive(Debug, Clone, Default)]
pub struct Hooks {
    /// None is called.
    pub off: bool,
    /// Instead of the setting `desk.hook.change`.
    pub change: Option<String>,
    /// Instead of the setting `desk.hook.notify`.
    pub notify: Option<String>,
}

impl Desk {
    /// What the environment says of hooks; without this none is called.
    #[must_use]
    pub fn with_hooks(mut self, hooks: Hooks) -> Self {
        self.hooks = Some(hooks);
        self
    }

    /// Calls the programs that want to hear of these changes, once each, with
    /// an event a line. What does not work is told: the changes stand.
    pub(super) fn call_hooks(&self, outcomes: &[Result<Outcome, DeskError>]) -> Vec<String> {
        let Some(hooks) = self.hooks.as_ref().filter(|hooks| !hooks.off) else {
            return Vec::new();
        };
        let mut troubles = Vec::new();
        for (name, said, only_rules) in [
            ("desk.hook.change", &hooks.change, false),
            ("desk.hook.notify", &hooks.notify, true),
        ] {
            let told = match said {
                Some(command) => Ok(Some(command.clone())),
                None => self.store.setting(name),
            };
            let called = told.map_err(DeskError::from).and_then(|command| {
                let lines = match &command {
                    Some(command) if !command.trim().is_empty() => lines(outcomes, only_rules),
                    _ => String::new(),
                };
                match command {
                    Some(command) if !lines.is_empty() => self.call(&command, lines),
                    _ => Ok(()),
                }
            });
            if let Err(error) = called {
                troubles.push(format!("{name}: {error}; the change stands"));
            }
        }
        troubles
    }

    fn call(&self, command: &str, lines: String) -> Result<(), DeskError> {
        let failed = |error: io::Error| DeskError::Io {
            what: format!("the program {command}"),
            error,
        };
        let seconds = self.store.setting("desk.hook.seconds")?;
        let seconds = seconds.and_then(|text| text.trim().parse().ok());
        let patience = Duration::from_secs(seconds.unwrap_or(PATIENCE));
        // Standard output is for what desk prints.
        let mut child = Command::new("sh")
            .args(["-c", command])
            .current_dir(self.root())
            .env(WITHIN, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let stdin = child.stdin.take();
        // A program that reads nothing must not hold up whoever writes. The
        // thread ends with the pipe, or with the process.
        thread::spawn(move || {
            if let Some(mut stdin) = stdin {
                // That nobody reads is no error: the exit status tells.
                let _ = stdin.write_all(lines.as_bytes());
            }
        });
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            match child.try_wait().map_err(failed)? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(failed(io::Error::other(status.to_string()))),
                None if start.elapsed() < patience => {
                    thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
                None => {
                    child.kill().map_err(failed)?;
                    child.wait().map_err(failed)?;
                    let took = format!("took more than {} s and was ended", patience.as_secs());
                    return Err(failed(io::Error::other(took)));
                }
            }
        }
    }
}

/// The events, a line of JSON each, with the ticket as it now is; only those
/// that a rule made where that is asked.
fn lines(outcomes: &[Result<Outcome, DeskError>], only_rules: bool) -> String {
    let mut lines = String::new();
    for deeds in outcomes.iter().flatten().map(|outcome| &outcome.deeds) {
        let due = deeds.next.map(|(_, due)| due);
        let ticket = Record::of(&deeds.ticket).due(due).brief();
        for event in &deeds.events {
            if only_rules && event.details.rule.is_none() {
                continue;
            }
            let mut line = record::event(deeds.ticket.id(), event);
            line["ticket"] = json!(ticket);
            lines.push_str(&line.to_string());
            lines.push('\n');
        }
    }
    lines
}
