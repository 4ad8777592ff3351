//! The README tells the truth: its console blocks are run as written, in one
//! shell, and print what it says they print.
//!
//! `UPDATE_README=1 cargo test --test readme` writes down what they print now.

#![expect(clippy::unwrap_used, reason = "tests")]

mod examples_support;

use examples_support::{Place, output};
use std::fmt::Write as _;
use std::path::Path;

/// Stands before the output of each command, and in no output.
const MARK: &str = "\u{1}";

/// A line of a console block.
fn command(line: &str) -> Option<&str> {
    line.strip_prefix("$ ")
}

/// One shell that runs all commands. The clock advances with each, as a
/// person's would.
fn script(commands: &[&str]) -> String {
    let mut script = String::new();
    for (number, command) in commands.iter().enumerate() {
        let minutes = number * 2;
        let now = format!("2026-11-23T{:02}:{:02}:00Z", 9 + minutes / 60, minutes % 60);
        writeln!(script, "printf '{MARK}'\nexport DESK_NOW={now}\n{command}").unwrap();
    }
    script
}

/// The README with what its commands print now.
fn retold(readme: &str) -> String {
    let lines = || {
        let mut inside = false;
        readme.lines().map(move |line| {
            let opens = line == "```console";
            inside = opens || inside && line != "```";
            (line, inside && !opens)
        })
    };
    let commands: Vec<&str> = lines()
        .filter(|(_, inside)| *inside)
        .filter_map(|(line, _)| command(line))
        .collect();
    assert!(commands.len() > 20, "{commands:?}");
    let place = Place::new();
    let text = format!("exec 2>&1\n{}", script(&commands));
    let printed = output(place.command("sh").args(["-c", &text]));
    // The folder is another one each time; a reader has it at home.
    let printed = printed.replace(place.at("").to_str().unwrap(), "/home/lena/");
    let mut outputs = printed.split(MARK).skip(1);
    let mut retold = String::new();
    for (line, inside) in lines() {
        match (inside, command(line)) {
            (true, None) => {}
            (true, Some(_)) => {
                writeln!(retold, "{line}").unwrap();
                for line in outputs.next().unwrap().lines() {
                    writeln!(retold, "{}", line.trim_end()).unwrap();
                }
            }
            (false, _) => writeln!(retold, "{line}").unwrap(),
        }
    }
    retold
}

#[test]
fn the_tour_runs_as_written() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let retold = retold(&readme);
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(&path, retold).unwrap();
        return;
    }
    let differs = readme.lines().zip(retold.lines()).find(|(a, b)| a != b);
    assert!(
        readme == retold,
        "the README and what desk prints differ, first in {differs:?}; \
         UPDATE_README=1 cargo test --test readme writes it down"
    );
}

/// The table of exit codes is the one that `desk --help` prints.
#[test]
fn exit_codes_are_those_of_the_help() {
    let readme = include_str!("../README.md");
    let help = Place::new().run("desk", &["--help"]);
    let table = help.split("Exit codes:\n").nth(1).unwrap();
    for line in table.lines().filter(|line| line.starts_with("  ")) {
        let (code, meaning) = line.trim().split_once("  ").unwrap();
        assert!(
            readme.contains(&format!("| {code} | {meaning} |")),
            "{line}"
        );
    }
}
