//! Rows of changes made one by one.

use crate::desks::Desks;
use crate::process::{output, time};
use crate::row::Row;
use crate::sample::{Contender, alternate};
use crate::story::{Stories, event};
use crate::{Bench, Fallible};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use tierdesk::store::yaml;
use tierdesk::ticket::value::Value as _;
use tierdesk::ticket::{TicketId, Verb, evolve};

const GIT: &str = "git add + commit";
const NOTE: &str = "called back, waiting for the serial number of the dock";

/// A change and a new ticket, beside plain git, and beside the desk of 1,000
/// tickets where there is one.
///
/// # Errors
/// A command fails, or the disk.
pub(crate) fn rows(bench: &Bench, desks: &Desks, small: Option<&Desks>) -> Fallible<Vec<Row>> {
    let mut rows = one_change(bench, desks, small)?;
    rows.extend(new_ticket(bench, desks, small)?);
    Ok(rows)
}

fn one_change(bench: &Bench, desks: &Desks, small: Option<&Desks>) -> Fallible<Vec<Row>> {
    let note = |desks: &Desks, durability: &str, round: usize| {
        set_durability(desks, durability)?;
        let id = live(desks, round)?;
        let words = ["note", id, "-m", NOTE, "--quiet"];
        time(&mut bench.programs.desk(&desks.own(), &words))
    };
    let mut sides: Vec<Contender<'_>> = vec![
        Box::new(|round| {
            // What is synced builds on no index that was not; a desk keeps to
            // one of the two.
            note(desks, "safe", 3 * round)?;
            note(desks, "safe", 3 * round + 1)
        }),
        Box::new(|round| {
            let id = TicketId::parse(live(desks, round)?)?;
            add_note(&desks.peer(), &id)?;
            add_and_commit(bench, &desks.peer(), &id.path())
        }),
        Box::new(|round| note(desks, "fast", 3 * round + 2)),
        Box::new(|_| rewrite_index(&desks.own())),
    ];
    if let Some(small) = small {
        sides.push(Box::new(|round| note(small, "fast", round)));
    }
    let figures = alternate(bench.effort, sides)?;
    let [durable, git, fast, index, rest @ ..] = &figures[..] else {
        return Err("a side did not run".into());
    };
    let size = desks.size;
    let mut rows = vec![
        Row::ratio("one change, fast", *fast, 1.0 / 20.0, GIT, *git, size),
        Row::ratio("one change, durable", *durable, 1.0 / 10.0, GIT, *git, size),
    ];
    for small in rest {
        let what = "the same at 1,000";
        let row = Row::ratio("one change, fast", *fast, 1.5, what, *small, size);
        rows.push(Row {
            note: Some(format!(
                "git's index of all files alone, read and written: {:.1} ms",
                index.median
            )),
            ..row
        });
    }
    Ok(rows)
}

/// What grows with the desk in a change: git has one index of all files, which
/// is replaced as a whole.
fn rewrite_index(desk: &Path) -> Fallible<Duration> {
    let (index, copy) = (desk.join(".git/index"), desk.join(".git/index-copy"));
    let start = Instant::now();
    fs::write(&copy, fs::read(index)?)?;
    let taken = start.elapsed();
    fs::remove_file(copy)?;
    Ok(taken)
}

fn new_ticket(bench: &Bench, desks: &Desks, small: Option<&Desks>) -> Fallible<Vec<Row>> {
    let stories = Stories::new(desks.size)?;
    let open = |desks: &Desks| {
        set_durability(desks, "fast")?;
        let title = "Projector shows no picture in room 12";
        let words = ["open", title, "-r", "ext 4411", "-d", NOTE, "--quiet"];
        time(&mut bench.programs.desk(&desks.own(), &words))
    };
    let mut sides: Vec<Contender<'_>> = vec![
        Box::new(|_| open(desks)),
        Box::new(|round| {
            let story = stories.story(desks.size + round as u64)?;
            let path = story.id.path();
            let file = desks.peer().join(&path);
            fs::create_dir_all(file.parent().unwrap_or(&file))?;
            fs::write(file, yaml::write_ticket(&story.ticket(1)))?;
            add_and_commit(bench, &desks.peer(), &path)
        }),
    ];
    if let Some(small) = small {
        sides.push(Box::new(|_| open(small)));
    }
    let figures = alternate(bench.effort, sides)?;
    let [own, git, rest @ ..] = &figures[..] else {
        return Err("a side did not run".into());
    };
    let (work, size) = ("new ticket, fast", desks.size);
    let mut rows = vec![Row::ratio(work, *own, 1.0 / 20.0, GIT, *git, size)];
    for small in rest {
        let what = "the same at 1,000";
        rows.push(Row::ratio(work, *own, 3.0, what, *small, size));
    }
    Ok(rows)
}

/// The live ticket of a round; neighbours in time are not neighbours in the
/// history.
fn live(desks: &Desks, round: usize) -> Fallible<&str> {
    let live = &desks.facts.made.live;
    let at = round * 7919 % live.len().max(1);
    let id = live.get(at).ok_or("the desk has no live ticket")?;
    Ok(id)
}

fn set_durability(desks: &Desks, durability: &str) -> Fallible<()> {
    let words = ["config", "desk.durability", durability];
    desks.git(&desks.own(), &words).map(|_| ())
}

/// Adds a note to a ticket's file, as desk would.
fn add_note(desk: &Path, id: &TicketId) -> Fallible<()> {
    let file = desk.join(id.path());
    let ticket = yaml::read_ticket(id, &fs::read(&file)?)?.ticket;
    let (n, at) = (ticket.last_n() + 1, ticket.updated().plus(60));
    let mut note = event(n, at, "lena", Verb::Note).ok_or("lena is no handle")?;
    note.text = Some(NOTE.to_owned());
    fs::write(file, yaml::write_ticket(&evolve(ticket, vec![note])))?;
    Ok(())
}

/// What a person would type; the file is written already.
fn add_and_commit(bench: &Bench, desk: &Path, path: &str) -> Fallible<Duration> {
    let git = |words: &[&str]| output(&mut bench.programs.git(desk, words));
    let start = Instant::now();
    git(&["add", path])?;
    git(&["commit", "--quiet", "-m", "note"])?;
    Ok(start.elapsed())
}
