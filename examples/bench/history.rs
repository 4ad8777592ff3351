//! The history of a generated desk, through `git fast-import`.
//!
//! The newest tickets have a commit for each event, in the order of time. The
//! older ones have one commit each, as if the desk had begun with an import.

use crate::Fallible;
use crate::process::{Programs, printed};
use crate::story::{Stories, Story};
use serde::{Deserialize, Serialize};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Stdio;
use tierdesk::desk::templates::{self, NewPerson};
use tierdesk::store::yaml;
use tierdesk::ticket::value::Value as _;
use tierdesk::ticket::{Handle, Timestamp};

/// Tickets with a commit for each event; about 140,000 commits.
const NEWEST: u64 = 25_000;
/// Of so many tickets all live ones are remembered; of more, a sample.
const ALL_LIVE: u64 = 50_000;

/// What a history holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Made {
    pub(crate) commits: u64,
    pub(crate) events: u64,
    /// Ids of live tickets, the oldest first; of many, a sample.
    pub(crate) live: Vec<String>,
}

/// Changes when the generated files would: by the code here, or the library's.
///
/// # Errors
/// None in practice.
pub(crate) fn fingerprint(size: u64) -> Fallible<String> {
    let stories = Stories::new(size)?;
    let mut text = format!("3 {size} {NEWEST} {ALL_LIVE}\n");
    for (path, content) in founding()? {
        text.push_str(path);
        text.push_str(&content);
    }
    for number in 0..50 {
        let story = stories.story(number * size.max(50) / 50)?;
        text.push_str(&yaml::write_ticket(&story.ticket(usize::MAX)));
    }
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Ok(format!("{hash:016x}"))
}

/// The files that make a folder a desk.
fn founding() -> Fallible<[(&'static str, String); 3]> {
    let person = |handle: &str, level: u8, team: &str| {
        Fallible::Ok(NewPerson {
            handle: Handle::parse(handle)?,
            name: handle.to_owned(),
            email: format!("{handle}@support.example"),
            levels: vec![level],
            teams: vec![team.to_owned()],
            roles: Vec::new(),
        })
    };
    let people = [
        person("lena", 1, "frontline")?,
        person("marco", 2, "technical")?,
        person("omar", 2, "desktop")?,
        person("yuki", 3, "expert")?,
    ];
    Ok([
        (".gitattributes", templates::GIT_ATTRIBUTES.to_owned()),
        ("desk.yaml", templates::policy("Bench")),
        ("people.yaml", templates::roster(&people)),
    ])
}

/// Writes the history of a desk of `size` tickets into a repository's `main`.
///
/// # Errors
/// Git fails, or the disk.
pub(crate) fn write(size: u64, programs: &Programs, repository: &Path) -> Fallible<Made> {
    let mut command = programs.git(repository, &["fast-import", "--quiet", "--done"]);
    let mut git = command
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let pipe = git.stdin.take().ok_or("git fast-import takes no input")?;
    let mut stream = Stream {
        out: BufWriter::with_capacity(1 << 20, pipe),
        clock: i64::MIN,
        made: Made::default(),
    };
    let written = stream.all(size);
    let Stream { out, made, .. } = stream;
    // Git must see the end of its input before it is waited for.
    drop(out);
    let ended = git.wait_with_output()?;
    // If it stopped early, what it says explains the broken pipe.
    printed(&command, &ended)?;
    written.map(|()| made)
}

struct Stream<W: Write> {
    out: W,
    /// The last commit's time: committers' clocks do not run back.
    clock: i64,
    made: Made,
}

impl<W: Write> Stream<W> {
    fn all(&mut self, size: u64) -> Fallible<()> {
        let stories = Stories::new(size)?;
        let first = stories.story(0)?.events.first().map(|open| open.at);
        let founded = first.unwrap_or(Timestamp::from_unix(0)).plus(-3600);
        self.commit(founded, "lena", "found the desk\n")?;
        for (path, content) in founding()? {
            self.file(path, &content)?;
        }
        let older = size.saturating_sub(NEWEST);
        for number in 0..older {
            let story = stories.story(number)?;
            self.remember(&story, number, size);
            self.step(&story, story.events.len())?;
        }
        // Stories are made again at each step: all of them at once would fill
        // the memory.
        let mut steps = Vec::new();
        for number in older..size {
            let story = stories.story(number)?;
            self.remember(&story, number, size);
            let events = story.events.iter().enumerate();
            steps.extend(events.map(|(index, event)| (event.at, number, index + 1)));
        }
        steps.sort_unstable();
        for (_, number, count) in steps {
            self.step(&stories.story(number)?, count)?;
        }
        writeln!(self.out, "done")?;
        self.out.flush()?;
        Ok(())
    }

    /// Counts a ticket, and keeps its id if it is live and wanted.
    fn remember(&mut self, story: &Story, number: u64, size: u64) {
        self.made.events += story.events.len() as u64;
        let ticket = story.ticket(usize::MAX);
        let wanted = number.is_multiple_of(size / ALL_LIVE + 1);
        if wanted && ticket.status().is_live() {
            self.made.live.push(ticket.id().to_string());
        }
    }

    /// The commit that brought a ticket to its first `count` events.
    fn step(&mut self, story: &Story, count: usize) -> Fallible<()> {
        let ticket = story.ticket(count);
        let Some(event) = ticket.timeline().last() else {
            return Err(format!("{} has no events", story.id).into());
        };
        let (id, did, by, e) = (&story.id, event.did, &event.by, &event.e);
        let message =
            format!("{did} {id}\n\nTicket: {id}\nAction: {did}\nActor: {by}\nEvents: {e}\n");
        self.commit(event.at, by.as_str(), &message)?;
        self.file(&id.path(), &yaml::write_ticket(&ticket))
    }

    fn commit(&mut self, at: Timestamp, by: &str, message: &str) -> Fallible<()> {
        self.made.commits += 1;
        self.clock = self.clock.max(at.unix());
        let (clock, at) = (self.clock, at.unix());
        write!(
            self.out,
            "commit refs/heads/main\n\
             author {by} <{by}@support.example> {at} +0000\n\
             committer {by} <{by}@support.example> {clock} +0000\n\
             data {}\n{message}",
            message.len()
        )?;
        Ok(())
    }

    fn file(&mut self, path: &str, content: &str) -> Fallible<()> {
        let length = content.len();
        writeln!(self.out, "M 100644 inline {path}\ndata {length}\n{content}")?;
        Ok(())
    }
}
