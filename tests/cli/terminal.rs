//! Pipes and terminals: colour, prompts, width, and text that strangers wrote.

use crate::support::{DESK, Desk, have, skip};
use serde_json::json;
use std::process::{Command, Stdio};
use unicode_width::UnicodeWidthStr as _;

/// Runs a line of shell in the desk's folder.
fn shell(desk: &Desk, line: &str) -> (String, String, Option<i32>) {
    let mut call = desk.call("");
    let mut shell = Command::new("bash");
    shell.env_clear().current_dir(&desk.root);
    shell.envs(
        call.command()
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    let output = shell
        .args(["-c", line])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        text(output.stdout),
        text(output.stderr),
        output.status.code(),
    )
}

#[test]
fn a_reader_who_has_seen_enough_ends_it_quietly() {
    if !have("bash") {
        return skip("there is no bash");
    }
    let desk = Desk::new();
    let lines: String = (0..2000)
        .map(|n| format!("{{\"title\":\"Ticket {n} {}\"}}\n", "x".repeat(200)))
        .collect();
    desk.call("open --from -").stdin(lines).ok();
    for words in [
        "list",
        "list --json",
        "list --format csv",
        "list --format ndjson",
        "list -q",
        "events",
        "show $(desk list -q | head -200)",
        "report",
        "completions bash",
        "--help",
    ] {
        let line = format!("desk {words} | head -1; echo ${{PIPESTATUS[0]}}");
        let (out, err, _) = shell(&desk, &line);
        assert_eq!(err, "", "{words}");
        assert_eq!(out.lines().last(), Some("0"), "{words}: {out}");
    }
}

const ESCAPE: char = '\u{1b}';

#[test]
fn colour_is_for_terminals_and_for_who_asks() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops' -p P1");
    let coloured = |words: &str, variables: &[(&str, &str)]| {
        let call = desk.call(words);
        let call = variables
            .iter()
            .fold(call, |call, (name, value)| call.env(name, value));
        call.ok().contains(ESCAPE)
    };
    for words in [
        "list".to_owned(),
        format!("show {id}"),
        format!("history {id}"),
        "report".into(),
    ] {
        assert!(!coloured(&words, &[]), "{words}");
        assert!(coloured(&format!("{words} --color always"), &[]), "{words}");
        assert!(coloured(&words, &[("CLICOLOR_FORCE", "1")]), "{words}");
        assert!(
            !coloured(&words, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]),
            "{words}"
        );
        assert!(
            !coloured(
                &format!("{words} --color never"),
                &[("CLICOLOR_FORCE", "1")]
            ),
            "{words}"
        );
        assert!(
            coloured(&format!("{words} --color always"), &[("NO_COLOR", "1")]),
            "{words}"
        );
    }
    for format in ["json", "ndjson", "csv", "tsv", "ids"] {
        assert!(
            !coloured(&format!("list --format {format} --color always"), &[]),
            "{format}"
        );
    }
    // Errors as well.
    let refused = desk.run("show zzzzzz --color always");
    assert!(refused.stderr.contains(ESCAPE), "{refused}");
}

#[test]
fn nothing_asks_or_waits_without_a_terminal() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let before = desk.state();
    for (words, flag) in [
        ("open".to_owned(), "desk open TITLE"),
        (format!("resolve {id}"), "-m TEXT"),
        (format!("edit {id}"), "desk set ID"),
    ] {
        let refused = desk.run(&words).fails(2);
        assert!(refused.contains(flag), "{refused}");
    }
    assert_eq!(desk.state(), before);
    let new = desk.tmp.path().join("new");
    desk.ok(format!("init {}", new.display()));
}

#[test]
fn what_strangers_wrote_reaches_no_terminal_raw() {
    let desk = Desk::new();
    let nasty =
        "red \u{1b}[31m, title \u{1b}]0;x\u{7}, c1 \u{9b}31m, back \u{8}\u{8}, right \u{202e}tfel";
    let id = desk.call_args(["open", "VPN", "-d", nasty]).ok();
    let id = id.trim();
    desk.call_args(["note", id, "-m", nasty]).ok();
    let line = json!({"action": "escalate", "id": id, "text": nasty, "tried": [nasty]});
    desk.call("apply -").stdin(line.to_string()).ok();
    // Titles can't hold control characters, but may hold what turns text round.
    desk.call_args(["open", "VPN \u{202e}tfel", "-r", "\u{202e}bob\u{200b}"])
        .ok();
    for words in [
        "show",
        "history",
        "list",
        "list --format csv",
        "list --format tsv",
        "list --json",
        "history --json",
        "report",
        "events",
        "show --json",
    ] {
        let (name, rest) = words.split_once(' ').unwrap_or((words, ""));
        let id = if matches!(name, "show" | "history") {
            id
        } else {
            ""
        };
        let text = desk.ok(format!("{name} {id} {rest}"));
        let raw = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        assert!(!text.contains(raw), "{words}: {text:?}");
        if matches!(words, "show" | "history" | "list" | "report") {
            assert!(!text.contains('\u{202e}'), "{words}: {text:?}");
        }
    }
}

#[test]
fn a_spreadsheet_sees_text_and_no_formula() {
    let desk = Desk::new();
    for title in [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "say \"hi\", twice",
    ] {
        desk.call_args(["open", "-r", "x", "--", title]).ok();
    }
    let csv = desk.ok("list --format csv --columns title");
    for line in csv.lines().skip(1) {
        let cell = line.trim_start_matches('"');
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{csv}");
    }
    assert!(csv.contains("\"say \"\"hi\"\", twice\""), "{csv}");
    // JSON is for programs and has the very text.
    let json = desk.call("list --json --sort opened").json();
    assert_eq!(json["tickets"][0]["title"], "=1+1");
}

/// Runs a line of shell on a terminal of that width. What is typed is sent
/// once the program has asked.
fn on_a_terminal(desk: &Desk, columns: u16, words: &str, typed: &[&str]) -> Option<String> {
    const DRIVER: &str = r#"
import os, pty, sys, select, struct, fcntl, termios, time
columns, typed = int(sys.argv[1]), sys.argv[3:]
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.execvp("sh", ["sh", "-c", sys.argv[2]])
seen, quiet = b"", 0
while quiet < 200:
    ready, _, _ = select.select([fd], [], [], 0.1)
    if ready:
        try:
            chunk = os.read(fd, 65536)
        except OSError:
            break
        if not chunk:
            break
        seen += chunk
        quiet = 0
    elif typed and seen and quiet > 2:
        os.write(fd, typed.pop(0).encode() + b"\r")
        quiet = 0
    else:
        quiet += 1
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(seen + b"\nexit %d\n" % os.waitstatus_to_exitcode(status))
"#;
    let mut call = desk.call("");
    let mut python = Command::new("python3");
    python.env_clear().current_dir(&desk.root);
    python.envs(
        call.command()
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    let line = format!("{DESK} {words}");
    python
        .args(["-c", DRIVER, &columns.to_string(), &line])
        .args(typed);
    let output = python.output().ok()?;
    if !output.status.success() {
        skip(&format!(
            "no pseudo-terminal: {}",
            String::from_utf8_lossy(&output.stderr)
        ));
        return None;
    }
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn whoever_waits_for_many_commits_sees_how_far_they_are() {
    let desk = Desk::new();
    let lines: String = (0..600)
        .map(|n| format!("{{\"title\":\"Ticket {n}\"}}\n"))
        .collect();
    desk.write("many.ndjson", &lines);
    let Some(seen) = on_a_terminal(&desk, 80, "open --from many.ndjson", &[]) else {
        return;
    };
    assert!(seen.contains("\rwriting commits: 50 %"), "{seen}");
    assert!(seen.contains("exit 0"), "{seen}");
    let piped = desk.run("open --from many.ndjson");
    assert!(!piped.stderr.contains("writing commits"), "{piped}");
}

/// Text as it stands on the screen: without colour and cursor movements.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars().filter(|&c| c != '\r');
    while let Some(c) = chars.next() {
        if c == ESCAPE {
            // CSI … letter; what ends in `h` or `l` shows and hides the cursor.
            let _ = chars.find(char::is_ascii_alphabetic);
        } else {
            plain.push(c);
        }
    }
    plain
}

#[test]
fn a_terminal_of_sixty_columns_stays_readable() {
    if !have("python3") {
        return skip("there is no python3");
    }
    let desk = Desk::new();
    let id = desk.open(
        "'The quarterly report can not be printed on the third floor since the update of Friday' \
         -r alice.with.a.long.name@example.com -c hardware/printer/colour-laser --to marco \
         -d 'It says that the driver is missing, and then it says that it is not, and then nothing happens at all.'",
    );
    desk.ok(format!("escalate {id} -m 'needs somebody who may install drivers on the print server in Lisbon' --to nadia"));
    desk.open("日本語の長い題名がここにあります日本語の長い題名がここにあります日本語の長い題名");
    for words in [
        "list".to_owned(),
        format!("show {id}"),
        format!("history {id}"),
        "report".into(),
    ] {
        let Some(text) = on_a_terminal(&desk, 60, &format!("{words} --no-pager"), &[]) else {
            return;
        };
        assert!(text.contains(ESCAPE), "{words} has no colour: {text}");
        let text = plain(&text);
        assert!(text.ends_with("exit 0\n"), "{words}: {text}");
        for line in text.lines() {
            assert!(line.width() <= 60, "{words}: {line:?}");
        }
        if words == "list" {
            assert!(text.contains(&id) && text.contains("quarterly"), "{text}");
        }
    }
    for variable in ["NO_COLOR=1", "TERM=dumb"] {
        let words = format!("list --no-pager; {variable} {DESK} list");
        let text = on_a_terminal(&desk, 60, &words, &[]).unwrap();
        assert!(
            !text.rsplit("Title").next().unwrap().contains(ESCAPE),
            "{variable}: {text}"
        );
    }
}

#[test]
fn a_person_at_a_terminal_is_asked() {
    if !have("python3") {
        return skip("there is no python3");
    }
    let desk = Desk::new();
    let Some(text) = on_a_terminal(&desk, 80, "open", &["VPN drops", "alice"]) else {
        return;
    };
    let text = plain(&text);
    assert!(
        text.contains("Title:") && text.contains("Requester"),
        "{text}"
    );
    assert!(text.ends_with("exit 0\n"), "{text}");
    assert_eq!(desk.fields("@", ["title", "requester"]), "VPN drops alice");
    desk.assert_clean();
    // The editor asks for words.
    let words = "resolve @ --code fixed";
    let editor = "GIT_EDITOR=\"f() { echo 'set it to reconnect' > \\\"\\$1\\\"; }; f\"";
    let line = format!("--version; {editor} {DESK} {words}");
    let text = on_a_terminal(&desk, 80, &line, &[]).unwrap();
    assert!(text.ends_with("exit 0\n"), "{text}");
    assert_eq!(desk.fields("@", ["status", "code"]), "resolved fixed");
    assert_eq!(
        desk.ticket("@")["timeline"][1]["text"],
        "set it to reconnect"
    );
    // So is whoever founds a desk.
    let text = on_a_terminal(&desk, 80, "init ../new", &["Acme IT", "lena"]).unwrap();
    assert!(plain(&text).contains("Name of the desk"), "{text}");
    let policy = std::fs::read_to_string(desk.top.with_file_name("new").join("desk.yaml")).unwrap();
    assert!(policy.contains("name: Acme IT"), "{policy}");
}

#[test]
fn nothing_waits_in_silence_for_a_terminal() {
    if !have("python3") {
        return skip("there is no python3");
    }
    let desk = Desk::new();
    desk.open("'VPN drops'");
    for words in [
        "take -",
        "note @ -m -",
        "apply -",
        "open --from -",
        "open x -d -",
    ] {
        let Some(text) = on_a_terminal(&desk, 80, words, &[]) else {
            return;
        };
        assert!(text.contains("which is a terminal"), "{words}: {text}");
        assert!(text.ends_with("exit 2\n"), "{words}: {text}");
    }
}

#[test]
fn whoever_breaks_off_at_a_prompt_has_changed_nothing() {
    if !have("python3") {
        return skip("there is no python3");
    }
    let desk = Desk::new();
    let before = desk.state();
    let Some(text) = on_a_terminal(&desk, 80, "open", &["\u{3}"]) else {
        return;
    };
    assert!(!text.ends_with("exit 0\n"), "{text}");
    assert_eq!(desk.state(), before);
    // The cursor is back.
    assert!(text.contains("\u{1b}[?25h"), "{text:?}");
}
