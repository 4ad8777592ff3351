//! A document that tells the truth: its console blocks are run as written, in
//! one shell, and print what it says they print.

use super::{Place, output};
use std::fmt::Write as _;
use std::path::Path;

/// Stands before the output of each command, and in no output.
const MARK: &str = "\u{1}";

/// The days of the week in which documents play.
const DAYS: [(&str, &str); 7] = [
    ("Mon", "2026-11-23"),
    ("Tue", "2026-11-24"),
    ("Wed", "2026-11-25"),
    ("Thu", "2026-11-26"),
    ("Fri", "2026-11-27"),
    ("Sat", "2026-11-28"),
    ("Sun", "2026-11-29"),
];

/// Compares a document with what its commands print, or, where `UPDATE_README`
/// is set, writes that down.
///
/// A block that starts with `console` is run, its commands two minutes apart,
/// the first of the document on Monday at nine. `console Tue 14:05 marco` says
/// when the first of the block is, and who types.
pub fn check(path: &str, place: &Place) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(&path).unwrap();
    let retold = retold(&text, place);
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(&path, retold).unwrap();
        return;
    }
    let differs = text.lines().zip(retold.lines()).find(|(a, b)| a != b);
    assert!(
        text == retold,
        "{} and what desk prints differ, first in {differs:?}; \
         UPDATE_README=1 and the same test writes it down",
        path.display()
    );
}

/// What a line of the document is.
#[derive(Clone, Copy)]
enum Line<'a> {
    Prose(&'a str),
    Opens(&'a str),
    Command(&'a str),
    Printed,
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut inside = false;
    text.lines().map(move |line| {
        if let Some(words) = line.strip_prefix("```console")
            && (words.is_empty() || words.starts_with(' '))
        {
            inside = true;
            return Line::Opens(line);
        }
        inside = inside && line != "```";
        match line.strip_prefix("$ ") {
            _ if !inside => Line::Prose(line),
            Some(_) => Line::Command(line),
            None => Line::Printed,
        }
    })
}

/// One shell that runs all commands. The clock advances with each, as a
/// person's would.
fn script(text: &str) -> (String, usize) {
    let (mut script, mut commands) = ("exec 2>&1\n".to_owned(), 0);
    let (mut day, mut minutes) = (DAYS[0].1, 9 * 60);
    for line in lines(text) {
        match line {
            Line::Opens(fence) => {
                let mut words = fence.split(' ').skip(1);
                if let (Some(name), Some(time)) = (words.next(), words.next()) {
                    day = DAYS.iter().find(|(short, _)| *short == name).unwrap().1;
                    let (hour, minute) = time.split_once(':').unwrap();
                    minutes = hour.parse::<u32>().unwrap() * 60 + minute.parse::<u32>().unwrap();
                }
                if let Some(who) = words.next() {
                    writeln!(script, "export DESK_BY={who}").unwrap();
                }
            }
            Line::Command(line) => {
                let now = format!("{day}T{:02}:{:02}:00Z", minutes / 60, minutes % 60);
                let command = &line["$ ".len()..];
                writeln!(script, "printf '{MARK}'\nexport DESK_NOW={now}\n{command}").unwrap();
                minutes += 2;
                commands += 1;
            }
            Line::Prose(_) | Line::Printed => {}
        }
    }
    // A last command that was refused is part of the story.
    script.push_str("true\n");
    (script, commands)
}

/// The document with what its commands print now.
fn retold(text: &str, place: &Place) -> String {
    let (script, commands) = script(text);
    assert!(commands > 20, "only {commands} commands: is this it?");
    let printed = output(place.command("sh").args(["-c", &script]));
    // The folder is another one each time; a reader has it at home.
    let printed = printed.replace(place.at("").to_str().unwrap(), "/home/lena/");
    let mut outputs = printed.split(MARK).skip(1);
    let mut retold = String::new();
    for line in lines(text) {
        match line {
            Line::Prose(line) | Line::Opens(line) => writeln!(retold, "{line}").unwrap(),
            Line::Command(line) => {
                writeln!(retold, "{line}").unwrap();
                for line in outputs.next().unwrap().lines() {
                    writeln!(retold, "{}", line.trim_end()).unwrap();
                }
            }
            Line::Printed => {}
        }
    }
    retold
}
