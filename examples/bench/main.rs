//! How fast desk is, beside the floor and its peers, in the same run.
//!
//! ```sh
//! cargo build --release
//! cargo run --release --example bench -- --quick
//! ```
//!
//! Makes desks of the sizes asked for in a folder of its own, keeps them for
//! the next run, and touches nothing else. A row that a version of desk has no
//! command for is left out.
//!
//! | file | holds |
//! |---|---|
//! | `story`, `words` | what happens to generated tickets |
//! | `history`, `desks` | how that becomes a desk, twice: for desk and for git |
//! | `process`, `sample` | running whole processes, in turns |
//! | `reads`, `changes`, `bulk` | the rows |
//! | `row`, `table`, `machine` | what is said about them |

mod bulk;
mod changes;
mod desks;
mod history;
mod machine;
mod process;
mod reads;
mod row;
mod sample;
mod story;
mod table;
mod words;

use clap::Parser;
use desks::Desks;
use machine::Machine;
use process::Programs;
use sample::Effort;
use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};
use table::{Measured, Run, grouped};

/// A bench that can't go on says why, and that is all there is to do.
pub(crate) type Fallible<T> = Result<T, Box<dyn Error>>;

/// The desk that larger ones are compared with.
const SMALL: u64 = 1_000;

/// Measure desk beside the floor and its peers
#[derive(Debug, Parser)]
struct Args {
    /// A minute's worth: a small desk and few runs, unless --sizes says more
    #[arg(long)]
    quick: bool,

    /// Tickets of the desks to measure
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    sizes: Vec<u64>,

    /// Write the figures as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Write the tables as Markdown
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,

    /// The desk to measure; the one built beside this bench, without this
    #[arg(long, value_name = "PROGRAM")]
    desk: Option<PathBuf>,

    /// Where the generated desks are kept; a folder of the bench's own
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// What every row needs.
pub(crate) struct Bench {
    pub(crate) programs: Programs,
    pub(crate) effort: Effort,
    /// A program that does nothing, if one could be built.
    pub(crate) empty: Option<PathBuf>,
    /// Tickets of a bulk import.
    pub(crate) bulk: u64,
    /// Changes whose growth is measured.
    pub(crate) changes: u64,
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Fallible<()> {
    let desk = match &args.desk {
        Some(desk) => desk.canonicalize().map_err(|error| {
            let desk = desk.display();
            format!("{desk}: {error}")
        })?,
        None => built_beside()?,
    };
    let folder = match &args.dir {
        Some(dir) => dir.clone(),
        None => std::env::temp_dir().join("tierdesk-bench"),
    };
    fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    let lock = File::create(folder.join("lock"))?;
    lock.try_lock()
        .map_err(|error| format!("another bench works in {}: {error}", folder.display()))?;
    let programs = Programs::new(desk, folder.join("home"))?;
    let bench = Bench {
        effort: effort(args.quick),
        empty: empty_program(&programs, &folder),
        bulk: if args.quick { 500 } else { 5_000 },
        changes: if args.quick { 200 } else { 1_000 },
        programs,
    };
    let mut machine = Machine::look(&bench.programs, &folder);
    let mut measured = Vec::new();
    for size in sizes(&args) {
        measured.push(measure(&bench, &folder, size, &args)?);
    }
    machine.load[1] = machine::load();
    let run = Run {
        version: 1,
        machine,
        quick: args.quick,
        optimised: !cfg!(debug_assertions),
        desks: measured,
    };
    let text = run.markdown();
    if let Some(file) = &args.json {
        write(file, &format!("{}\n", serde_json::to_string_pretty(&run)?))?;
    }
    if let Some(file) = &args.markdown {
        write(file, &text)?;
    }
    print!("{text}");
    Ok(())
}

/// The sizes to measure, the smallest first.
fn sizes(args: &Args) -> Vec<u64> {
    let mut sizes = match (&args.sizes[..], args.quick) {
        ([], true) => vec![SMALL],
        ([], false) => vec![SMALL, 10_000, 100_000],
        (sizes, _) => sizes.iter().map(|size| (*size).max(100)).collect(),
    };
    // Reports have a size of their own.
    if !args.quick && sizes.iter().any(|size| *size > reads::REPORTED) {
        sizes.push(reads::REPORTED);
    }
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

fn effort(quick: bool) -> Effort {
    let (runs, seconds) = if quick { (5, 2) } else { (21, 15) };
    Effort {
        runs,
        budget: Duration::from_secs(seconds),
    }
}

/// All rows of one desk.
fn measure(bench: &Bench, folder: &Path, size: u64, args: &Args) -> Fallible<Measured> {
    let say = |what: &str| eprintln!("{} tickets: {what}", grouped(size));
    say("making or setting back the desk");
    let desks = Desks::ready(folder, size, &bench.programs)?;
    let mut rows = Vec::new();
    let only_report = size == reads::REPORTED && !args.sizes.contains(&size);
    if !only_report {
        say("process start, questions");
        rows.push(reads::process_start(bench, &desks)?);
        rows.extend(reads::questions(bench, &desks)?);
    }
    say("report, cold rebuild");
    rows.push(reads::report(bench, &desks)?);
    rows.extend(reads::cold(bench, &desks)?);
    if !only_report {
        say("changes");
        let small = (size > SMALL)
            .then(|| Desks::ready(folder, SMALL, &bench.programs))
            .transpose()?;
        rows.extend(changes::rows(bench, &desks, small.as_ref())?);
        say("bulk import");
        rows.push(bulk::open(bench, &desks)?);
        rows.push(bulk::import(bench, &desks)?);
        say("growth");
        rows.push(bulk::growth(bench, &desks)?);
    }
    Ok(Measured {
        tickets: size,
        events: desks.facts.made.events,
        commits: desks.facts.made.commits,
        packed_bytes: desks.facts.packed,
        rows,
    })
}

/// The `desk` that cargo built into the folder above this example's.
fn built_beside() -> Fallible<PathBuf> {
    let bench = std::env::current_exe()?;
    let folder = bench.parent().and_then(Path::parent);
    let folder = folder.ok_or("the bench lies in no folder of cargo's")?;
    let desk = folder.join(format!("desk{}", std::env::consts::EXE_SUFFIX));
    let how = if cfg!(debug_assertions) {
        "cargo build"
    } else {
        "cargo build --release"
    };
    let Ok(built) = desk.metadata().and_then(|file| file.modified()) else {
        let desk = desk.display();
        return Err(format!("there is no {desk}; build it: {how}").into());
    };
    // For an example cargo builds the library, but not the program.
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    if newest(&source).is_some_and(|source| source > built) {
        let desk = desk.display();
        return Err(format!("{desk} is older than the source; build it again: {how}").into());
    }
    Ok(desk)
}

/// When the last file below a folder changed; none if the source is not here.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let times = entries.filter_map(|entry| {
        let path = entry.path();
        if path.is_dir() {
            newest(&path)
        } else {
            entry.metadata().and_then(|file| file.modified()).ok()
        }
    });
    times.max()
}

/// A program that starts and ends, by the compiler that cargo uses.
fn empty_program(programs: &Programs, folder: &Path) -> Option<PathBuf> {
    let (source, program) = (folder.join("empty.rs"), folder.join("empty"));
    fs::write(&source, "fn main() {}\n").ok()?;
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut build = programs.program(Path::new(&compiler), folder);
    // What finds the compiler lies in the home of who runs this.
    for name in ["HOME", "RUSTUP_HOME", "CARGO_HOME", "RUSTUP_TOOLCHAIN"] {
        if let Some(value) = std::env::var_os(name) {
            build.env(name, value);
        }
    }
    build.args(["-O", "-o"]).arg(&program).arg(&source);
    process::output(&mut build).ok().map(|_| program)
}

fn write(file: &Path, text: &str) -> Fallible<()> {
    fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()).into())
}
