//! The rules of the house that no compiler keeps: which room may use which,
//! what is pure, who prints, how long a file gets. `src/lib.rs` has the map.

use std::fs;
use std::path::{Path, PathBuf};

/// From the top down: a room may use those behind it.
const ROOMS: &[&str] = &[
    "cli", "desk", "exchange", "report", "store", "policy", "ticket",
];

/// Rooms that read no clock, no environment, no file and no git.
const PURE: &[&str] = &["ticket", "policy", "report"];

/// Most lines of a file. One that is longer is two files.
const LONGEST: usize = 600;

/// A source file: its path below `src`, and its lines of code.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The room that holds it; none for `lib.rs` and `main.rs`.
    fn room(&self) -> Option<&str> {
        self.path.split_once('/').map(|(room, _)| room)
    }

    /// The lines, with their numbers, as far as a compiler reads them.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines.filter_map(|(index, line)| {
            let code = line.split("//").next().unwrap_or_default();
            (!code.trim().is_empty()).then_some((index + 1, code))
        })
    }
}

fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut found, mut folders) = (Vec::new(), vec![src.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let name = path.strip_prefix(&src).unwrap().to_str().unwrap();
                found.push(Source {
                    path: name.replace('\\', "/"),
                    text: fs::read_to_string(&path).unwrap(),
                });
            }
        }
    }
    assert!(found.len() > 50, "the sources are elsewhere");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Rooms that a line of code names: `crate::ROOM`, `crate::{ROOM::…, …}`, or
/// `tierdesk::ROOM`.
fn rooms_named(code: &str) -> Vec<&'static str> {
    let named = |place: &str| {
        let word: String = place
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        ROOMS.iter().copied().find(|room| *room == word)
    };
    let mut found = Vec::new();
    for start in ["crate::", "tierdesk::"] {
        for (at, _) in code.match_indices(start) {
            let rest = &code[at + start.len()..];
            match rest.strip_prefix('{') {
                Some(list) => found.extend(list.split(',').filter_map(|part| named(part.trim()))),
                None => found.extend(named(rest)),
            }
        }
    }
    found
}

/// Fails with all that is wrong, so that it can be put right in one go.
fn assert_none(wrong: Vec<String>, rule: &str) {
    assert!(wrong.is_empty(), "{rule}:\n{}", wrong.join("\n"));
}

/// Lines of code of these files that hold one of the words.
fn lines_with(words: &[&str], applies: impl Fn(&Source) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| applies(source)) {
        for (number, line) in source.code() {
            found.extend(
                words
                    .iter()
                    .filter(|word| line.contains(*word))
                    .map(|word| format!("src/{}:{number}: {word}", source.path)),
            );
        }
    }
    found
}

#[test]
fn every_room_is_on_the_map() {
    for source in sources() {
        if let Some(room) = source.room() {
            assert!(
                ROOMS.contains(&room),
                "src/{} is in no known room",
                source.path
            );
        }
    }
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    for room in ROOMS {
        assert!(
            map.contains(&format!("//! | [`{room}`]")),
            "{room} is not on the map"
        );
    }
}

#[test]
fn arrows_go_down_only() {
    let mut wrong = Vec::new();
    let height = |room: &str| ROOMS.iter().position(|other| *other == room).unwrap();
    for source in sources() {
        let Some(room) = source.room() else { continue };
        for (number, line) in source.code() {
            for named in rooms_named(line) {
                // Reports are made of tickets alone, and know no store.
                let pure = PURE.contains(&room) && named == "store";
                if height(named) < height(room) || pure {
                    wrong.push(format!("src/{}:{number}: {room} uses {named}", source.path));
                }
            }
        }
    }
    assert_none(wrong, "a room uses only those below it");
}

#[test]
fn pure_rooms_ask_nobody() {
    let words = [
        "std::env",
        "std::fs",
        "std::net",
        "std::process",
        "std::time",
        "std::io",
        "File::open",
        "Utc::now",
        "Local::",
        "SystemTime",
        "Instant",
        "getrandom",
        "git2",
        "serde_yaml",
    ];
    let wrong = lines_with(&words, |source| {
        source.room().is_some_and(|room| PURE.contains(&room))
    });
    assert_none(wrong, "time, randomness and files come in as arguments");
}

#[test]
fn one_folder_knows_yaml_and_one_room_knows_git() {
    let elsewhere = |folder: &'static str| move |source: &Source| !source.path.starts_with(folder);
    assert_none(
        lines_with(&["serde_yaml", "yaml_serde"], elsewhere("store/yaml/")),
        "YAML is read and written in src/store/yaml",
    );
    assert_none(
        lines_with(&["git2"], elsewhere("store/")),
        "git is used in src/store",
    );
}

#[test]
fn only_the_command_line_prints() {
    let words = ["print!(", "println!(", "eprint!(", "eprintln!(", "dbg!("];
    let wrong = lines_with(&words, |source| {
        source.room() != Some("cli") && source.path != "main.rs"
    });
    assert_none(wrong, "printing is the command line's");
}

#[test]
fn only_the_command_line_reads_the_environment() {
    let wrong = lines_with(&["env::var", "env::args"], |source| {
        let room = source.room();
        // Git's own variables say who commits: the store reads those.
        !matches!(room, None | Some("cli" | "store"))
    });
    assert_none(wrong, "the environment is read by the command line");
}

#[test]
fn no_file_is_long() {
    let mut wrong = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > LONGEST {
            wrong.push(format!("src/{}: {lines} lines", source.path));
        }
    }
    assert_none(wrong, "a file that passes 600 lines is two files");
}

#[test]
fn the_reader_of_arrows_sees_them() {
    assert_eq!(rooms_named("use crate::store::Store;"), ["store"]);
    assert_eq!(rooms_named("let x = crate::cli::run();"), ["cli"]);
    assert_eq!(
        rooms_named("use crate::{store::yaml, ticket, other};"),
        ["store", "ticket"]
    );
    assert!(rooms_named("use crate::storeroom;").is_empty());
    assert!(rooms_named("use super::store;").is_empty());
}
