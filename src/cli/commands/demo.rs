//! `desk demo`.

use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::style::Tone;
use crate::desk::{Desk, World, sample, templates};
use crate::store::{Durability, Identity, Options, Store};
use crate::ticket::Timestamp;
use crate::ticket::value::Value as _;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Make a sample desk: two weeks in the life of a small support organisation
///
/// It is the same every time. With DIR it is made there; without, in a new
/// temporary folder, and a short tour of it is shown.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk demo
  desk demo /tmp/sample && desk -C /tmp/sample list")]
pub struct Demo {
    /// The folder; it must not exist yet, or be empty
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// What the tour shows: why, and the words of the command.
const TOUR: &[(&str, &[&str])] = &[
    ("What burns comes first.", &["list"]),
    (
        "What waits at level 2 for somebody to accept it:",
        &["list", "level:2", "assignee:none"],
    ),
    (
        "A ticket: its state, and all that ever happened to it.",
        &["show", "key:disk:web1:/var"],
    ),
    (
        "The same from git, commit by commit, for an auditor:",
        &["history", "key:disk:web1:/var"],
    ),
    ("The desk as a whole:", &["report", "--last", "14d"]),
];

impl Demo {
    /// Runs the command.
    ///
    /// # Errors
    /// The folder is not empty, or can't be written.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let dir = match &self.dir {
            Some(dir) => dir.clone(),
            None => fresh_folder()?,
        };
        if dir
            .read_dir()
            .is_ok_and(|mut entries| entries.next().is_some())
        {
            return Err(CliError::usage(
                format!("{} is not empty", dir.display()),
                "name a folder that does not exist yet: desk demo /tmp/sample",
            ));
        }
        let desk = make(&dir)?;
        session.print(&format!("{}\n", desk.root().display()))?;
        if self.dir.is_none() {
            tour(session, desk.root())?;
        }
        let dir = desk.root().display();
        // As it was called: `cargo run` puts nothing on the path.
        let name = std::env::args().next().unwrap_or_else(|| "desk".into());
        session.say(&format!(
            "\nThe sample desk is a git repository in {dir}.\n\
             Its present is {now}; look around with:\n  \
             export DESK_NOW={now} DESK_DIR={dir}\n  \
             {name} list\n  {name} show @\n  git -C {dir} log",
            now = sample::NOW
        ));
        Ok(())
    }
}

/// The sample desk in that folder. It is made and thrown away, so nothing
/// waits for the disk.
fn make(dir: &Path) -> Result<Desk, CliError> {
    let world = World {
        fixed_now: Some(Timestamp::parse(sample::NOW).map_err(crate::desk::DeskError::from)?),
        seed: Some(sample::SEED),
        act_as: None,
        utc_offset: 0,
    };
    let options = Options {
        durability: Some(Durability::Fast),
        ..Options::default()
    };
    let store = Store::create_apart(dir, options)?;
    let people = sample::people()?;
    let lena = people.first().map(|person| Identity {
        name: person.name.clone(),
        email: person.email.clone(),
    });
    // Whoever looks around in it is Lena, whatever git calls them elsewhere.
    if let Some(lena) = lena {
        store.set_identity(&lena)?;
    }
    let mut desk = Desk::new(store, world);
    desk.found(
        templates::policy("Sample desk").into_bytes(),
        templates::roster(&people).into_bytes(),
    )?;
    desk.live_sample()?;
    Ok(desk)
}

fn fresh_folder() -> Result<PathBuf, CliError> {
    let base = std::env::temp_dir();
    for number in 1..10_000 {
        let dir = base.join(format!("tierdesk-demo-{}-{number}", std::process::id()));
        match std::fs::create_dir(&dir) {
            Ok(()) => return Ok(dir),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(CliError::Io {
                    what: dir.display().to_string(),
                    error,
                });
            }
        }
    }
    Err(CliError::usage(
        "there is no room for a temporary folder",
        "desk demo DIR",
    ))
}

/// Runs real commands on it, and shows what they print.
fn tour(session: &Session, root: &Path) -> Result<(), CliError> {
    let desk = std::env::current_exe().map_err(|error| CliError::Io {
        what: "finding this program".into(),
        error,
    })?;
    for (why, words) in TOUR {
        let prompt = format!("$ desk {}", words.join(" "));
        let prompt = session.look.style.paint(&prompt, Tone::Strong).into_owned();
        session.print(&format!("\n{why}\n{prompt}\n"))?;
        let status = Command::new(&desk)
            .args(*words)
            .arg("--no-pager")
            .arg("--desk")
            .arg(root)
            .env("DESK_NOW", sample::NOW)
            .status()
            .map_err(|error| CliError::Io {
                what: prompt.clone(),
                error,
            })?;
        if !status.success() {
            return Err(CliError::usage(
                format!("desk {} failed", words.join(" ")),
                "please report this",
            ));
        }
    }
    Ok(())
}
