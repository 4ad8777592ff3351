//! The README tells the truth: its console blocks are run as written, in one
//! shell, and print what it says they print.
//!
//! `UPDATE_README=1 cargo test --test readme` writes down what they print now.

#![expect(clippy::unwrap_used, reason = "tests")]

mod examples_support;

use examples_support::{Place, document};

#[test]
fn the_tour_runs_as_written() {
    document::check("README.md", &Place::new());
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
