//! `desk apply`.

use crate::cli::args::refuse_terminal;
use crate::cli::changes::{done_as_json, failed_as_json};
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::desk::{Desk, DeskError, Line, Step, Which};
use clap::Args;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::mpsc;
use std::thread;

/// Most lines that become one move of the branch.
const MOST_AT_ONCE: usize = 1_000;

/// Longest line.
const LONGEST_LINE: u64 = 1 << 20;

/// Do what each line of JSON says, and print one result line for each
///
/// Each line is one action on one ticket, and one commit. Lines that are there
/// already are done together; a script that writes a line and waits gets its
/// result at once. A line that is refused does not stop the others.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  echo '{\"action\":\"take\",\"id\":\"k7f3q2\",\"if\":{\"status\":\"new\"}}' | desk apply -
  desk apply actions.ndjson

Keys of a line:
  action  open assign take accept escalate decline handback hold resume note
          reply answer resolve close reopen cancel duplicate set tag link
  id      the ticket (all but open)       if    {field: value} that must hold
  at      when it happened                by    who did it
  text    the words                       to    assign, escalate, link
  and: tried, ref, attention (escalate); for, until, ref (hold); hold, until
  (reply); code, could-be (resolve); of (duplicate); set, add, del (set);
  add, del (tag); as, remove (link); for open what desk open --from takes.

Result lines: {\"version\":1,\"line\":1,\"id\":…,\"ok\":true,\"changed\":true,\"status\":…,
\"events\":[…],\"commits\":[…]} or {…,\"ok\":false,\"exit\":4,\"error\":…,\"hint\":…}")]
pub struct Apply {
    /// A file of JSON objects, one a line; `-` reads standard input
    #[arg(value_name = "FILE")]
    from: String,

    /// Say what would be done, and do nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
}

impl Apply {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let reader: Box<dyn Read + Send> = if self.from == "-" {
            refuse_terminal("actions")?;
            Box::new(io::stdin())
        } else {
            let file = File::open(&self.from).map_err(|error| CliError::Io {
                what: self.from.clone(),
                error,
            })?;
            Box::new(file)
        };
        let (sender, receiver) = mpsc::sync_channel(MOST_AT_ONCE);
        thread::spawn(move || send_lines(reader, &sender));
        let mut number = 0;
        while let Ok(first) = receiver.recv() {
            let mut lines = vec![first];
            while lines.len() < MOST_AT_ONCE
                && let Ok(line) = receiver.try_recv()
            {
                lines.push(line);
            }
            self.apply(session, &desk, lines, &mut number)?;
        }
        Ok(())
    }

    fn apply(
        &self,
        session: &mut Session,
        desk: &Desk,
        lines: Vec<io::Result<String>>,
        number: &mut usize,
    ) -> Result<(), CliError> {
        let (mut steps, mut places) = (Vec::new(), Vec::new());
        for line in lines {
            let line = line.map_err(|error| CliError::Io {
                what: self.from.clone(),
                error,
            })?;
            *number += 1;
            if line.trim().is_empty() {
                continue;
            }
            match step(desk, &line) {
                Ok(step) => {
                    places.push((*number, Ok(typed(&step))));
                    steps.push(step);
                }
                Err(error) => places.push((*number, Err(error))),
            }
        }
        let performed = desk.perform(&steps, self.dry_run)?;
        for warning in &performed.warnings {
            session.warn(warning);
        }
        let mut outcomes = performed.outcomes.into_iter();
        for (number, place) in places {
            let (id, outcome) = match place {
                Ok(id) => (id, outcomes.next()),
                Err(error) => (None, Some(Err(error))),
            };
            let mut result = match outcome {
                Some(Ok(outcome)) => done_as_json(&outcome, self.dry_run),
                Some(Err(error)) => {
                    let error = CliError::Desk(error);
                    session.set_code(error.code());
                    failed_as_json(id.as_deref(), &error)
                }
                None => continue,
            };
            result["line"] = number.into();
            session.print_json(&result)?;
        }
        Ok(())
    }
}

fn typed(step: &Step) -> Option<String> {
    match &step.which {
        Which::Typed(typed) => Some(typed.clone()),
        Which::New | Which::Next => None,
    }
}

fn step(desk: &Desk, line: &str) -> Result<Step, DeskError> {
    desk.step(Line::from_json(Line::json(line)?).map_err(DeskError::Words)?)
}

/// Reads lines until there are no more or nobody wants them.
fn send_lines(reader: impl Read, sender: &mpsc::SyncSender<io::Result<String>>) {
    let mut reader = BufReader::new(reader);
    loop {
        let mut line = String::new();
        let read = reader.by_ref().take(LONGEST_LINE).read_line(&mut line);
        let ended = !line.ends_with('\n');
        let message = match read {
            Ok(0) => return,
            Ok(read) if ended && read as u64 == LONGEST_LINE => {
                Err(io::Error::other("a line is longer than 1 MiB"))
            }
            Ok(_) => Ok(line),
            Err(error) => Err(error),
        };
        let stop = message.is_err();
        if sender.send(message).is_err() || stop {
            return;
        }
    }
}
