//! What all commands have in common.

use crate::support::{Desk, have, skip};
use std::process::Command;

/// The names of all commands that `desk --help` lists.
fn names(desk: &Desk) -> Vec<String> {
    let help = desk.ok("--help");
    let (_, list) = help.split_once("Commands:\n").unwrap();
    list.lines()
        .take_while(|line| !line.is_empty())
        // Deeper lines go on with what a command does.
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The lines under "Examples:" that a shell can run.
fn examples(desk: &Desk, name: &str) -> Vec<String> {
    let help = desk.ok(format!("{name} --help"));
    let (_, examples) = help
        .split_once("Examples:\n")
        .unwrap_or_else(|| panic!("{name} --help has no example"));
    let lines = examples.lines().take_while(|line| !line.is_empty());
    let lines = lines.filter_map(|line| line.strip_prefix("  "));
    // What is explained behind an example stands two spaces or more away.
    let commands = lines.map(|line| line.split("   ").next().unwrap().to_owned());
    commands.collect()
}

#[test]
fn every_command_has_help_with_an_example() {
    let desk = Desk::nowhere();
    let names = names(&desk);
    assert!(names.len() > 25, "{names:?}");
    for name in names {
        assert!(!examples(&desk, &name).is_empty(), "{name}");
    }
}

/// Brings the ticket into the state that the examples of a command start from.
fn prepare(desk: &Desk, command: &str, id: &str) {
    let words = |words: &str| desk.ok(format!("{words} {id} -m x"));
    match command {
        "accept" | "decline" | "handback" => drop(desk.ok(format!("escalate {id} -m x"))),
        "resume" => drop(desk.ok(format!("hold {id} --for parts"))),
        "close" | "reopen" => drop(words("resolve")),
        "swarm" => drop(desk.ok(format!("swarm {id} call lena"))),
        "undo" => drop(words("note")),
        "policy" => drop(desk.git("branch stricter")),
        "who" => {
            desk.commit(
                "desk.yaml",
                &(desk.read("desk.yaml") + "categories: {network/vpn: {}}\n"),
            );
            let people = desk.read("people.yaml");
            let people = people.replace("{name: Marco", "{reports-to: grace, name: Marco");
            desk.commit("people.yaml", &people);
        }
        "contacts" => {
            let alice = "format: 1\ncontacts: {alice@acme.example: {phone: 030 5551234}}\n";
            desk.commit("contacts.yaml", alice);
        }
        "next" => {
            let bare = desk.top.with_file_name("bare.git");
            desk.git(format!("clone -q --bare . {}", bare.display()));
            desk.git(format!("remote add origin {}", bare.display()));
        }
        _ => {}
    }
}

#[test]
fn the_examples_of_every_help_run_as_they_are_printed() {
    if !have("sh") {
        return skip("there is no sh");
    }
    let names = names(&Desk::nowhere());
    let mut run = 0;
    for name in names {
        for example in examples(&Desk::nowhere(), &name) {
            // What is left for the reader to fill in, or needs a person.
            if example.contains('…') || example.contains("code --wait") {
                continue;
            }
            let desk = Desk::new();
            let ids = ["One", "Two", "Three"].map(|title| desk.open(format!("{title} --at 4d")));
            prepare(&desk, &name, &ids[0]);
            desk.write("../incidents.ndjson", "{\"title\":\"From a file\"}\n");
            let action = format!(
                "{{\"action\":\"note\",\"id\":\"{}\",\"text\":\"x\"}}\n",
                ids[0]
            );
            desk.write("../actions.ndjson", action);
            desk.write("../incidents.csv", "number,at,summary\n1,2026-11-20,VPN\n");
            desk.write(
                "../mapping.yaml",
                "source: old\nformat: csv\nshape: snapshot\ncase: number\ntime: {column: at}\n\
                 fields: {title: summary}\n",
            );
            let mut line = example.clone();
            for (id, printed) in
                ids.iter()
                    .zip([["k7f3q2", "k7f"], ["9xwq2m", "9xw"], ["4h0c7t", "4h0c7t"]])
            {
                for printed in printed {
                    line = line.replace(printed, &id[7..]);
                }
            }
            for (printed, here) in [
                ("journalctl -u vpn --since -1h", "echo lines"),
                ("/tmp/sample", "./sample"),
                ("~/", "../home/"),
                ("incidents.ndjson", "../incidents.ndjson"),
                ("actions.ndjson", "../actions.ndjson"),
                ("incidents.csv", "../incidents.csv"),
                ("mapping.yaml", "../mapping.yaml"),
                ("conflicts.csv", "../conflicts.csv"),
                ("> events.csv", "> ../events.csv"),
                ("> events.ndjson", "> ../events.ndjson"),
                ("> log.xes", "> ../log.xes"),
                ("> tickets.csv", "> ../tickets.csv"),
                ("> l3.csv", "> ../l3.csv"),
                ("new-policy.yaml", "desk.yaml"),
                ("october.html", "../october.html"),
                ("> ticket.json", "> ../ticket.json"),
            ] {
                line = line.replace(printed, here);
            }
            for folder in [".local/share/bash-completion/completions", ".zfunc"] {
                std::fs::create_dir_all(desk.home().join(folder)).unwrap();
            }
            std::fs::create_dir_all(desk.home().join(".config/fish/completions")).unwrap();
            if matches!(name.as_str(), "init" | "demo") {
                line = format!("cd .. && {line}");
            }
            let mut call = desk.call("");
            // The clock stands still for the whole line.
            let envs: Vec<_> = call.command().get_envs().collect();
            let mut shell = Command::new("sh");
            shell.env_clear().current_dir(&desk.root);
            for (variable, value) in envs {
                shell.env(variable, value.unwrap());
            }
            shell.env("GIT_EDITOR", "sed -i 's/^priority: .*/priority: P1/'");
            let output = shell.args(["-c", &line]).output().unwrap();
            assert!(
                output.status.success(),
                "{example}\n{line}\n{}",
                String::from_utf8_lossy(&output.stderr)
            );
            desk.assert_clean();
            run += 1;
        }
    }
    assert!(run > 50, "only {run} examples ran");
}

/// A command for each thing that can be done, in an order in which each works.
const A_LIFE: &[&str] = &[
    "note ID -m 'rang twice'",
    "reply ID -m 'Which version?' --hold requester",
    "reply ID --from-requester -m 'It is 5.2'",
    "set ID impact=high x-room=312",
    "tag ID --add vip",
    "link ID --to OTHER --as parent",
    "take ID",
    "hold ID --for parts --until 2d",
    "resume ID",
    "assign ID --to desktop",
    "escalate ID -m 'needs admin rights'",
    "decline ID -m 'which client?'",
    "escalate ID --to marco -m 'needs hands'",
    "handback ID -m 'done'",
    "accept ID",
    "resolve ID -m 'set it to reconnect' --code fixed --could-be 1",
    "close ID",
    "reopen ID -m 'drops again'",
    "duplicate ID --of OTHER",
    "undo",
    "cancel ID -m 'found the cable'",
];

fn life(desk: &Desk) -> impl Iterator<Item = (String, String)> {
    let [id, other] = desk.open_all(["VPN drops", "Gateway is down"]);
    A_LIFE.iter().map(move |words| {
        let words = words.replace("ID", &id).replace("OTHER", &other);
        (id.clone(), words)
    })
}

#[test]
fn a_change_prints_the_id_says_what_it_did_and_is_one_commit() {
    let desk = Desk::new();
    for (id, words) in life(&desk) {
        let before = desk.commits();
        let ran = desk.run(&words);
        assert_eq!(ran.code, Some(0), "{words}: {ran}");
        assert_eq!(ran.stdout, format!("{id}\n"), "{words}");
        assert_eq!(ran.stderr.lines().count(), 1, "{words}: {ran}");
        // A duplicate's requester goes to the other ticket, in its own commit;
        // nobody asked for these tickets.
        assert_eq!(desk.commits(), before + 1, "{words}");
        desk.assert_clean();
    }
}

#[test]
fn quiet_is_the_id_and_nothing_else() {
    let desk = Desk::new();
    for (id, words) in life(&desk) {
        let ran = desk.run(format!("{words} -q"));
        assert_eq!(ran.to_string(), format!("{id}\n"), "{words}");
    }
}

#[test]
fn json_is_one_versioned_object_and_no_message() {
    let desk = Desk::new();
    for (id, words) in life(&desk) {
        let ran = desk.run(format!("{words} --json"));
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{words}");
        let [line] = &ran.lines()[..] else {
            panic!("{words}: {ran}")
        };
        assert_eq!(line["version"], 1, "{line}");
        assert_eq!(line["id"], id.as_str(), "{line}");
        assert_eq!(
            (&line["ok"], &line["changed"]),
            (&true.into(), &true.into())
        );
        assert_eq!(line["commits"][0], desk.head(), "{words}");
        assert_eq!(line["status"], desk.field(&id, "status"), "{words}");
    }
}

#[test]
fn a_dry_run_says_what_would_be_and_does_nothing() {
    let desk = Desk::new();
    for (id, words) in life(&desk) {
        let before = desk.state();
        let ran = desk.run(format!("{words} --dry-run"));
        assert_eq!(ran.code, Some(0), "{words}: {ran}");
        assert_eq!(ran.stdout, format!("{id}\n"), "{words}");
        assert!(ran.stderr.contains("would be"), "{words}: {ran}");
        assert_eq!(desk.state(), before, "{words}");
        desk.ok(&words);
    }
    let before = desk.state();
    desk.ok("open Another -n");
    assert_eq!(desk.state(), before);
}

#[test]
fn what_is_so_already_is_success_and_no_commit() {
    let desk = Desk::new();
    let [id, other] = desk.open_all(["VPN drops", "Gateway is down"]);
    for (first, again) in [
        ("tag ID --add vip", "tag ID --add vip"),
        ("set ID site=Lisbon", "set ID site=Lisbon"),
        ("set ID asset=", "set ID asset="),
        ("link ID --to OTHER", "link ID --to OTHER"),
        ("assign ID --to desktop", "assign ID --to desktop"),
        ("take ID", "take ID"),
        ("assign ID --to lena", "assign ID --to lena"),
        ("hold ID --for parts", "hold ID --for parts"),
        ("resume ID", "resume ID"),
        (
            "resolve ID -m done --code fixed",
            "resolve ID -m done --code fixed",
        ),
        ("close ID", "close ID"),
        ("cancel OTHER -m over", "cancel OTHER -m over"),
    ] {
        let here = |words: &str| words.replace("ID", &id).replace("OTHER", &other);
        desk.ok(here(first));
        let before = desk.state();
        let ran = desk.run(here(again));
        assert_eq!(ran.code, Some(0), "{again}: {ran}");
        assert!(ran.stderr.contains("so already"), "{again}: {ran}");
        assert_eq!(desk.state(), before, "{again}");
        let line = desk.call(here(again) + " --json").json();
        assert_eq!(
            (&line["ok"], &line["changed"]),
            (&true.into(), &false.into()),
            "{line}"
        );
    }
}

#[test]
fn several_tickets_are_several_commits() {
    let desk = Desk::new();
    let ids = desk.open_all(["One", "Two", "Three"]);
    let before = desk.commits();
    let out = desk.ok(format!("take {}", ids.join(" ")));
    assert_eq!(out, ids.join("\n") + "\n");
    assert_eq!(desk.commits(), before + 3);
    desk.assert_clean();
}

#[test]
fn ids_come_from_standard_input() {
    let desk = Desk::new();
    let ids = desk.open_all(["One", "Two", "Three"]);
    let listed = desk.ok("list --format ids is:new");
    let taken = desk.call("take -").stdin(&listed).ok();
    assert_eq!(taken, listed);
    // A table and CSV do as well; only the first column counts.
    let csv = desk.ok("list --format csv --columns id,title");
    let (_, rows) = csv.split_once('\n').unwrap();
    let noted = desk.call("note - -m x").stdin(rows).ok();
    assert_eq!(noted.lines().count(), 3);
    // Together with others, in the order given.
    let both = desk
        .call(format!("note {} - -m y", ids[2]))
        .stdin(&ids[0])
        .ok();
    assert_eq!(both, format!("{}\n{}\n", ids[2], ids[0]));
}

#[test]
fn no_ids_on_standard_input_is_nothing_to_do() {
    let desk = Desk::new();
    desk.open("One");
    let before = desk.state();
    assert_eq!(desk.call("take -").stdin("").ok(), "");
    assert_eq!(desk.state(), before);
}

#[test]
fn what_fails_for_one_ticket_is_told_and_done_for_the_others() {
    let desk = Desk::new();
    let [one, two, three] = desk.open_all(["One", "Two", "Three"]);
    desk.ok(format!("resolve {two} -m done"));
    let before = desk.commits();
    let ran = desk.run(format!("take {one} {two} zzzzzz {three}"));
    assert_eq!(ran.stdout, format!("{one}\n{three}\n"));
    // The code is the first failure's.
    assert_eq!(ran.code, Some(4), "{ran}");
    assert!(
        ran.stderr.contains(&format!("error: {two} is resolved")),
        "{ran}"
    );
    assert!(
        ran.stderr
            .contains("error: no ticket is meant by \"zzzzzz\""),
        "{ran}"
    );
    assert_eq!(desk.commits(), before + 2);
    let ran = desk.run(format!("note zzzzzz {one} -m x --json"));
    assert_eq!(ran.code, Some(3));
    let lines = ran.lines();
    assert_eq!(
        (&lines[0]["ok"], &lines[0]["exit"]),
        (&false.into(), &3.into())
    );
    assert_eq!(lines[0]["id"], "zzzzzz");
    assert!(lines[0]["hint"].is_string());
    assert_eq!(lines[1]["ok"], true);
}

#[test]
fn the_same_ticket_twice_is_told_twice_and_changed_once() {
    let desk = Desk::new();
    let id = desk.open("One");
    let before = desk.commits();
    let out = desk.ok(format!("take {id} {}", &id[7..]));
    assert_eq!(out, format!("{id}\n{id}\n"));
    assert_eq!(desk.commits(), before + 1);
}

#[test]
fn commands_and_flags_have_the_names_that_people_guess() {
    let desk = Desk::new();
    let id = desk
        .ok("new 'VPN drops' -m 'since friday'")
        .trim()
        .to_owned();
    assert_eq!(desk.ok("ls -q"), format!("{id}\n"));
    assert_eq!(desk.ok(format!("log {id} -q")).lines().count(), 1);
    desk.ok(format!("escalate {id} --reason 'needs admin'"));
    desk.ok(format!("resolve {id} --how 'set it'"));
    let timeline = desk.ticket(&id)["timeline"].take();
    assert_eq!(timeline[0]["text"], "since friday");
    assert_eq!(timeline[1]["text"], "needs admin");
    assert_eq!(timeline[2]["text"], "set it");
}

#[test]
fn an_id_is_meant_by_whatever_part_of_it_is_typed() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops' --ref INC0045 --key disk:web1:/var");
    desk.open("Other");
    let tail = &id[7..];
    let forgiven = tail.to_uppercase().replace('0', "O").replace('1', "I");
    let spaced = format!("{} {}", &tail[..3], &tail[3..]);
    for typed in [
        &id,
        tail,
        &tail[..4],
        &tail[2..],
        &forgiven,
        &spaced,
        "INC0045",
        "key:disk:web1:/var",
    ] {
        let shown = desk.call_args(["show", typed, "-q"]).ok();
        assert_eq!(shown.trim(), id, "{typed}");
    }
    desk.ok(format!("note {id} -m x"));
    assert_eq!(desk.ok("show @ -q").trim(), id);
    assert_eq!(desk.ok("show last -q").trim(), id);
    // Mine, not anybody's.
    let his = desk.call("open His").by("marco").ok();
    assert_eq!(desk.ok("show @ -q").trim(), id);
    assert_eq!(desk.call("show @ -q").by("marco").ok(), his);
}

/// An alert that has passed can still be looked at; one that is back comes
/// first.
#[test]
fn a_key_means_the_live_ticket_or_else_the_last_that_had_it() {
    let desk = Desk::new();
    let open = "'Disk is full' --key disk:web1:/var";
    let meant = || desk.ok("show key:disk:web1:/var -q").trim().to_owned();
    let first = desk.open(open);
    desk.ok(format!("resolve {first} -m cleaned"));
    assert_eq!(meant(), first);
    let second = desk.open(open);
    assert_eq!(meant(), second);
    desk.ok(format!("resolve {second} -m cleaned"));
    assert_eq!(meant(), second);
    desk.ok(format!("reopen {first} -m 'full again'"));
    assert_eq!(meant(), first);
}

#[test]
fn wrong_words_are_a_usage_error() {
    let desk = Desk::new();
    let before = desk.state();
    for words in [
        "dance",
        "take",
        "assign x",
        "open x --impact huge",
        "list --format xml",
    ] {
        let ran = desk.run(words);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (Some(2), ""),
            "{words}: {ran}"
        );
    }
    assert_eq!(desk.state(), before);
}

#[test]
fn help_names_the_exit_codes() {
    let help = Desk::nowhere().ok("--help");
    let (_, table) = help.split_once("Exit codes:").unwrap();
    for code in 0..=7 {
        assert!(table.contains(&format!("\n  {code}  ")), "{table}");
    }
}
