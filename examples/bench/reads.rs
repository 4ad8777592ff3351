//! Rows of questions: nothing of the desk changes.

use crate::process::{output, time};
use crate::row::{Bound, Row, STATED_FOR, Unit};
use crate::sample::{Contender, alternate};
use crate::words::RARE;
use crate::{Bench, Fallible, desks::Desks, desks::remove};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The size that the target of reports is stated for.
pub(crate) const REPORTED: u64 = 25_000;

/// What starting a process costs; the floor of all others.
///
/// # Errors
/// A command fails.
pub(crate) fn process_start(bench: &Bench, desks: &Desks) -> Fallible<Row> {
    let own = desks.own();
    let mut sides: Vec<Contender<'_>> = vec![version(bench, &own)];
    if let Some(empty) = &bench.empty {
        sides.push(Box::new(|_| time(&mut bench.programs.program(empty, &own))));
    }
    let figures = alternate(bench.effort, sides)?;
    let floor = *figures.first().ok_or("nothing was run")?;
    // A target of every size: it has nothing to do with tickets.
    Ok(match figures.get(1) {
        Some(empty) => Row::ratio(
            "process start (desk --version)",
            floor,
            1.5,
            "an empty program",
            *empty,
            STATED_FOR,
        ),
        None => Row {
            desk: Some(floor),
            note: Some("no rustc to build an empty program with".into()),
            ..Row::new(
                "process start (desk --version)",
                Unit::Milliseconds,
                Bound::AtMost(5.0),
                floor.median,
                false,
            )
        },
    })
}

/// The process floor as one side of a comparison.
fn version<'a>(bench: &'a Bench, folder: &'a Path) -> Contender<'a> {
    Box::new(|_| time(&mut bench.programs.desk(folder, &["--version"])))
}

/// Answers of a warm desk, beside the process floor.
///
/// # Errors
/// A command fails, or answers nothing.
pub(crate) fn questions(bench: &Bench, desks: &Desks) -> Fallible<Vec<Row>> {
    let own = desks.own();
    let live = &desks.facts.made.live;
    let id = live
        .get(live.len() / 2)
        .ok_or("the desk has no live ticket")?;
    let tail = id.rsplit('-').next().unwrap_or(id);
    let day = &id[..6];
    let desk = |words: &[&str]| bench.programs.desk(&own, words);
    let mut rows = Vec::new();
    let mut ask = |work: &str, most: f64, question: &dyn Fn() -> Command| -> Fallible<()> {
        if output(&mut question())?.trim().is_empty() {
            return Err(format!("{work}: there was no answer").into());
        }
        let asked: Contender<'_> = Box::new(|_| time(&mut question()));
        let figures = alternate(bench.effort, vec![asked, version(bench, &own)])?;
        if let [asked, floor] = figures[..] {
            let size = desks.size;
            rows.push(Row::ratio(work, asked, most, "desk --version", floor, size));
        }
        Ok(())
    };
    ask("list level:2 --limit 50", 2.5, &|| {
        desk(&["list", "level:2", "--limit", "50"])
    })?;
    ask("show ID", 2.5, &|| desk(&["show", id]))?;
    ask("show TAIL", 2.5, &|| desk(&["show", tail]))?;
    ask("history ID", 3.0, &|| desk(&["history", id]))?;
    if bench.programs.has("next") {
        ask("next --peek", 2.5, &|| desk(&["next", "--peek"]))?;
    }
    // What a shell asks for when somebody presses tab; an older desk refuses.
    let completion = || {
        let mut command = desk(&["--", "desk", "show", day]);
        command
            .env("COMPLETE", "bash")
            .env("_CLAP_IFS", "\n")
            .env("_CLAP_COMPLETE_INDEX", "2");
        command
    };
    if output(&mut completion()).is_ok_and(|answer| answer.contains(day)) {
        ask("completion of an id", 2.5, &completion)?;
    }
    if bench.programs.has("search") {
        ask("search of a rare word", 10.0, &|| desk(&["search", RARE]))?;
    }
    Ok(rows)
}

/// The report over all that ever happened.
///
/// # Errors
/// The command fails.
pub(crate) fn report(bench: &Bench, desks: &Desks) -> Fallible<Row> {
    let own = desks.own();
    let ask = || {
        let words = ["report", "--since", "2001-01-01"];
        bench.programs.desk(&own, &words)
    };
    output(&mut ask())?;
    let figures = alternate(bench.effort, vec![Box::new(|_| time(&mut ask()))])?;
    let desk = *figures.first().ok_or("nothing was run")?;
    let bound = Bound::AtMost(100.0);
    let stated = desks.size == REPORTED;
    Ok(Row {
        desk: Some(desk),
        ..Row::new(
            "report of all",
            Unit::Milliseconds,
            bound,
            desk.median,
            stated,
        )
    })
}

/// The first answer after the cache was lost; none where there is no cache.
///
/// # Errors
/// The command fails, or the disk.
pub(crate) fn cold(bench: &Bench, desks: &Desks) -> Fallible<Option<Row>> {
    let own = desks.own();
    let list = || bench.programs.desk(&own, &["list", "--limit", "1"]);
    output(&mut list())?;
    if cache_of(&own)?.is_empty() {
        return Ok(None);
    }
    let rebuild: Contender<'_> = Box::new(|_| {
        for file in cache_of(&own)? {
            remove(&file)?;
        }
        time(&mut list())
    });
    let figures = alternate(bench.effort, vec![rebuild])?;
    let desk = *figures.first().ok_or("nothing was run")?;
    let rate = desks.size as f64 / desk.median * 1000.0;
    let (unit, bound) = (Unit::TicketsPerSecond, Bound::AtLeast(20_000.0));
    let stated = desks.size >= STATED_FOR;
    Ok(Some(Row {
        desk: Some(desk),
        ..Row::new("cold rebuild of the cache", unit, bound, rate, stated)
    }))
}

/// The files of a desk's cache.
fn cache_of(desk: &Path) -> Fallible<Vec<PathBuf>> {
    let mut files = Vec::new();
    let folder = desk.join(".git/desk");
    if !folder.exists() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("cache") {
            files.push(entry.path());
        }
    }
    Ok(files)
}
