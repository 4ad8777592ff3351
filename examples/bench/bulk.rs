//! Rows of many changes at once, and of what they leave on the disk.

use crate::desks::{Desks, bytes_in};
use crate::process::{output, time, time_and_memory};
use crate::row::{Beside, Bound, Row, STATED_FOR, Unit};
use crate::sample::{Contender, Effort, alternate};
use crate::story::{NOW, Random};
use crate::words::CATEGORIES;
use crate::{Bench, Fallible};
use serde_json::json;
use std::cell::Cell;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use tierdesk::ticket::Timestamp;
use tierdesk::ticket::value::Value as _;

/// Days over which imported tickets were opened.
const DAYS: u64 = 180;

/// `open --from`, beside `git fast-import` of the very commits it made.
///
/// # Errors
/// A command fails, or the disk.
pub(crate) fn open(bench: &Bench, desks: &Desks) -> Fallible<Row> {
    let lines = desks.beside("bulk.ndjson");
    let from = lines.to_str().ok_or("the folder's name is not text")?;
    many(
        bench,
        desks,
        "open --from",
        &lines,
        to_open,
        &["open", "--from", from],
    )
}

/// `import` of another system's log, a row a commit, beside the same.
///
/// # Errors
/// A command fails, or the disk.
pub(crate) fn import(bench: &Bench, desks: &Desks) -> Fallible<Row> {
    let (lines, map) = (desks.beside("bulk.csv"), desks.beside("bulk.yaml"));
    fs::write(&map, MAPPING)?;
    let name = "the folder's name is not text";
    let (from, by) = (lines.to_str().ok_or(name)?, map.to_str().ok_or(name)?);
    let words = ["import", from, "--map", by];
    let row = many(bench, desks, "import of a log", &lines, to_import, &words);
    fs::remove_file(&map)?;
    row
}

/// A command that makes a commit of each line that `write` makes, beside `git
/// fast-import` of these commits.
fn many(
    bench: &Bench,
    desks: &Desks,
    what: &str,
    lines: &Path,
    write: fn(u64, u64) -> Fallible<String>,
    words: &[&str],
) -> Fallible<Row> {
    desks.set_back()?;
    let (own, peer) = (desks.own(), desks.peer());
    let stream = desks.beside("bulk.stream");
    let count = bench.bulk;
    let most = Cell::new(None);
    let head = Cell::new(String::new());
    let sides: Vec<Contender<'_>> = vec![
        Box::new(|round| {
            fs::write(lines, write(count, round as u64)?)?;
            head.set(desks.git(&own, &["rev-parse", "main"])?.trim().to_owned());
            let mut command = bench.programs.desk(&own, words);
            let (taken, memory) = time_and_memory(&mut command)?;
            most.set(most.get().max(memory));
            Ok(taken)
        }),
        Box::new(|round| {
            let branch = format!("refs/heads/bulk{round}");
            let since = format!("{}..main", head.take());
            let mut export = bench.programs.git(
                &own,
                &[
                    "fast-export",
                    "--reference-excluded-parents",
                    &format!("--refspec=refs/heads/main:{branch}"),
                    &since,
                ],
            );
            export.stdout(File::create(&stream)?);
            time(&mut export)?;
            let mut import = bench.programs.git(&peer, &["fast-import", "--quiet"]);
            let taken = time(import.stdin(File::open(&stream)?))?;
            // The next round builds on it, so it must be what desk made.
            let made = desks.git(&peer, &["rev-parse", &branch])?;
            if made != desks.git(&own, &["rev-parse", "main"])? {
                return Err("git fast-import made other commits than desk".into());
            }
            Ok(taken)
        }),
    ];
    let effort = Effort {
        runs: bench.effort.runs.min(3),
        ..bench.effort
    };
    let figures = alternate(effort, sides)?;
    for file in [lines, &stream] {
        fs::remove_file(file)?;
    }
    let [desk, git] = figures[..] else {
        return Err("a side did not run".into());
    };
    let rate = |figures: &crate::sample::Figures| count as f64 * 1000.0 / figures.median;
    let memory = most.get().map_or(String::new(), |bytes: u64| {
        format!(", at most {} MiB of memory", bytes >> 20)
    });
    let (ratio, stated) = (git.median / desk.median, desks.size >= STATED_FOR);
    let (unit, bound) = (Unit::TimesAsFast, Bound::AtLeast(2.0));
    let work = format!("{what}, each of {count}");
    Ok(Row {
        desk: Some(desk.each(count as f64)),
        beside: Some(Beside {
            what: "git fast-import".into(),
            time: git.each(count as f64),
        }),
        note: Some(format!(
            "{:.0} commits/s beside {:.0}{memory}",
            rate(&desk),
            rate(&git)
        )),
        ..Row::new(&work, unit, bound, ratio, stated)
    })
}

/// Rows of a ticket of [`to_import`].
const ROWS: u64 = 6;

/// What the columns of [`to_import`] mean.
const MAPPING: &str = "\
source: bench
format: csv
shape: snapshot
case: number
time: {column: updated}
actor: by
activity: state
status:
  from: state
  words: {New: new, Active: in-progress, Waiting: pending requester, Resolved: resolved, Closed: closed}
fields:
  title: title
  team: group
  level: {column: group, match: '(\\d)$'}
  priority: priority
  assignee: who
  requester: caller
";

/// A log of another system: each row is a ticket after an update.
fn to_import(count: u64, round: u64) -> Fallible<String> {
    let mut random = Random::new(round);
    let now = Timestamp::parse(NOW)?;
    let mut log = String::from("number,updated,by,state,title,group,priority,who,caller\n");
    let states = ["New", "New", "Active", "Waiting", "Resolved", "Closed"];
    for number in 0..count.div_ceil(ROWS) {
        let back = (count / ROWS + 1 - number) * DAYS * 86_400 / (count / ROWS + 1);
        let (title, caller) = (random.sentence(5), random.below(5_000));
        let left = count - number * ROWS;
        for (row, state) in (0..left.min(ROWS)).zip(states) {
            let at = now.plus(row as i64 * 3_000 - back as i64);
            let (level, who) = (1 + row / 2, random.below(200));
            let _ = writeln!(
                log,
                "B{round}-{number},{at},person {who},{state},{title},Group {level},P3,person {who},Caller {caller}"
            );
        }
    }
    Ok(log)
}

/// Lines for `open --from`.
fn to_open(count: u64, round: u64) -> Fallible<String> {
    let mut random = Random::new(round);
    let now = Timestamp::parse(NOW)?;
    let mut lines = String::new();
    for number in 0..count {
        let back = (count - number) * DAYS * 86_400 / count;
        let line = json!({
            "title": format!("Imported {round}-{number}: {}", random.sentence(5)),
            "description": random.sentence(25),
            "requester": format!("caller{}@example.com", random.below(5000)),
            "category": CATEGORIES[random.below(CATEGORIES.len() as u64) as usize],
            "priority": "P3",
            "via": "phone",
            "at": now.plus(-(back as i64)).to_string(),
        });
        let _ = writeln!(lines, "{line}");
    }
    Ok(lines)
}

/// What a change still takes after `git gc`.
///
/// # Errors
/// A command fails, or the disk.
pub(crate) fn growth(bench: &Bench, desks: &Desks) -> Fallible<Row> {
    desks.set_back()?;
    let own = desks.own();
    let (live, count) = (&desks.facts.made.live, bench.changes);
    let mut random = Random::new(desks.size);
    let mut lines = String::new();
    for _ in 0..count {
        let id = &live[random.below(live.len() as u64) as usize];
        let text = random.sentence(12);
        let line = json!({"action": "note", "id": id, "text": text});
        let _ = writeln!(lines, "{line}");
    }
    let file = desks.beside("changes.ndjson");
    fs::write(&file, lines)?;
    let mut apply = bench.programs.desk(&own, &["apply", "-"]);
    apply.stdin(File::open(&file)?);
    output(&mut apply)?;
    fs::remove_file(&file)?;
    let since = format!("{}..main", desks.facts.commit);
    let made: u64 = desks
        .git(&own, &["rev-list", "--count", &since])?
        .trim()
        .parse()?;
    if made != count {
        return Err(format!("{count} changes made {made} commits").into());
    }
    desks.git(&own, &["gc", "--quiet", "--prune=now"])?;
    let after = bytes_in(&own.join(".git/objects"))?;
    let bytes = (after as f64 - desks.facts.packed as f64) / count as f64;
    let work = format!("growth by a change after gc, of {count}");
    let (bound, stated) = (Bound::AtMost(2048.0), desks.size >= STATED_FOR);
    Ok(Row::new(&work, Unit::BytesPerChange, bound, bytes, stated))
}
