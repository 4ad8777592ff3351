//! Picking: who gets a ticket, which ticket is next; and that no two get one.

use crate::support::Desk;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;

const PEOPLE: &str = "\
format: 1
people:
  grace: {emails: [grace@example.com], levels: [1, 2], teams: [frontline], roles: [team-lead], capacity: 1}
  lena: {emails: [lena@example.com], levels: [1, 2], teams: [frontline]}
  marco: {emails: [marco@example.com], levels: [2], teams: [desktop, technical], skills: [vpn]}
  omar: {emails: [omar@example.com], levels: [2], teams: [technical, desktop], skills: [vpn, mail]}
  nadia: {emails: [nadia@example.com], levels: [3], teams: [expert], duty: {zone: UTC, sat: \"10:00-12:00\"}}
";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.commit("people.yaml", PEOPLE);
    desk
}

fn with_policy(more: &str) -> Desk {
    let desk = desk();
    desk.commit("desk.yaml", &(desk.read("desk.yaml") + more));
    desk
}

fn why(desk: &Desk, id: &str) -> String {
    let timeline = desk.ticket(id)["timeline"].take();
    let last = timeline.as_array().unwrap().last().unwrap().clone();
    last["text"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_one_with_the_fewest_tickets_gets_it_and_the_timeline_says_why() {
    let desk = desk();
    let ids = desk.open_all(["One", "Two", "Three", "Four"]);
    let before = desk.commits();
    desk.ok(format!("assign {} --auto -m 'as agreed'", ids.join(" ")));
    assert_eq!(desk.commits(), before + 4);
    // Within the one batch, each counts what those before it did. Grace works
    // on one at a time.
    let got: Vec<_> = ids.iter().map(|id| desk.field(id, "assignee")).collect();
    assert_eq!(got, ["grace", "lena", "lena", "lena"]);
    assert_eq!(
        why(&desk, &ids[0]),
        "picked: grace has the fewest tickets in work (0) of 2 free in frontline\n\nas agreed"
    );
    assert_eq!(
        why(&desk, &ids[1]),
        "picked: lena is the only one free in frontline\n\nas agreed"
    );
    // Where nobody is on duty, nobody is picked.
    let late = desk.open("'Kernel panic' --to expert");
    let refused = desk.run(format!("assign {late} --auto")).fails_with_hint(4);
    assert!(
        refused.contains("nobody in expert is on duty") && refused.contains("2026-11-28T10:00:00Z"),
        "{refused}"
    );
}

#[test]
fn the_policy_says_what_comes_first() {
    let desk = with_policy("assignment: {by: round-robin}\n");
    let ids: Vec<String> = (0..4)
        .map(|n| desk.open(format!("'Dock {n}' --to technical")))
        .collect();
    for id in &ids {
        desk.ok(format!("assign {id} --auto"));
    }
    let got: Vec<_> = ids.iter().map(|id| desk.field(id, "assignee")).collect();
    assert_eq!(got, ["marco", "omar", "marco", "omar"]);
    assert!(why(&desk, &ids[3]).contains("was given one longest ago"));
    // Skills first: Omar, whatever he has already.
    let desk = with_policy(
        "assignment: {by: skills-first, limit: 3}\ncategories: {mail: {skills: [vpn, mail]}}\n",
    );
    let ids: Vec<String> = (0..4)
        .map(|n| desk.open(format!("'Mail {n}' --category mail --to technical")))
        .collect();
    desk.ok(format!("assign {} --auto", ids.join(" ")));
    let got: Vec<_> = ids.iter().map(|id| desk.field(id, "assignee")).collect();
    assert_eq!(got, ["omar", "omar", "omar", "marco"]);
    assert!(why(&desk, &ids[0]).contains("has most of the skills (2 of 2)"));
}

#[test]
fn next_is_the_most_urgent_of_my_queues_and_peeking_takes_nothing() {
    let desk = desk();
    let low = desk.open("'Low' --priority P4");
    let high = desk.open("'High' --priority P1");
    let other = desk.open("'For the experts' --priority P1 --to expert");
    let given = desk.open("'Given' --priority P2 --to marco");
    let before = desk.state();
    assert_eq!(
        desk.call("next --peek").by("lena").ok(),
        format!("{high}\n{low}\n")
    );
    assert_eq!(
        desk.call("next --peek -q").by("marco").ok(),
        format!("{given}\n")
    );
    assert_eq!(
        desk.call("next --dry-run").by("lena").ok(),
        format!("{high}\n")
    );
    assert_eq!(desk.state(), before);
    assert_eq!(desk.call("next").by("lena").ok(), format!("{high}\n"));
    assert_eq!(
        desk.fields(&high, ["assignee", "status"]),
        "lena in-progress"
    );
    assert_eq!(desk.call("next").by("lena").ok(), format!("{low}\n"));
    let none = desk.call("next").by("lena").run().fails_with_hint(3);
    assert!(none.contains("nothing waits for lena"), "{none}");
    assert_eq!(desk.call("next").by("marco").ok(), format!("{given}\n"));
    assert_eq!(desk.field(&other, "assignee"), "-");
    // Who is not on the roster has no queue.
    desk.call("next").by("stranger").run().fails_with_hint(2);
}

/// What runs out first comes first, whatever its priority; what has no clock
/// comes last. The files say the same as the cache.
#[test]
fn next_is_what_runs_out_first() {
    let desk = with_policy(
        "targets:\n- {when: {priority: P2}, resolve: 100h}\n- {when: {priority: P4}, resolve: 1h}\n",
    );
    let none = desk.open("'No clock' --priority P1");
    let long = desk.open("'Time enough' --priority P2");
    let soon = desk.open("'Soon late' --priority P4");
    let order = format!("{soon}\n{long}\n{none}\n");
    for cache in ["off", "always"] {
        let peek = desk
            .call("next --peek -q")
            .by("lena")
            .env("DESK_CACHE", cache);
        assert_eq!(peek.ok(), order, "{cache}");
        let queue = desk.call("queue -q").by("lena").env("DESK_CACHE", cache);
        assert_eq!(queue.ok(), order, "{cache}");
    }
    assert_eq!(desk.call("next").by("lena").ok(), format!("{soon}\n"));
}

#[test]
fn capacity_is_a_limit_of_what_is_in_work_and_not_of_what_waits() {
    let desk = desk();
    let [first, second] = desk.open_all(["One", "Two"]);
    assert_eq!(desk.call("next").by("grace").ok(), format!("{first}\n"));
    let full = desk.call("next").by("grace").run().fails_with_hint(4);
    assert!(
        full.contains("grace works on 1 tickets, and 1 is the limit"),
        "{full}"
    );
    desk.call(format!("hold {first} --for parts"))
        .by("grace")
        .ok();
    assert_eq!(desk.call("next").by("grace").ok(), format!("{second}\n"));
}

#[test]
fn a_granted_level_opens_its_queue_while_it_runs() {
    let desk = desk();
    let grants =
        "skills: [vpn], grants: [{level: 3, for: database, until: 2026-11-30, by: grace}]}\n  omar";
    let people = PEOPLE.replace("skills: [vpn]}\n  omar", grants).replace(
        "teams: [desktop, technical]",
        "teams: [desktop, technical, expert]",
    );
    desk.commit("people.yaml", &people);
    desk.open("'Kernel panic' --to expert");
    let query = desk.open("'Query is slow' --category database/oracle --to expert");
    assert_eq!(
        desk.call("next --peek -q").by("marco").ok(),
        format!("{query}\n")
    );
    desk.wait(8 * 86_400);
    assert_eq!(desk.call("next --peek -q").by("marco").ok(), "");
}

#[test]
fn one_whose_file_is_edited_by_hand_is_passed_over() {
    let desk = desk();
    let [first, second] = desk.open_all(["One", "Two"]);
    let path = desk.path(&first);
    let edited = desk.read(&path).replacen("title: One", "title: Other", 1);
    desk.commit(&path, &edited);
    assert_eq!(desk.ok("next"), format!("{second}\n"));
}

/// Runs each call of a list in a thread of its own; returns what each printed.
fn at_once(calls: Vec<Vec<crate::support::Call>>) -> Vec<Vec<String>> {
    let calls: Vec<_> = calls.into_iter().map(Mutex::new).collect();
    thread::scope(|scope| {
        let run = |calls: &Mutex<Vec<crate::support::Call>>| {
            let mine = std::mem::take(&mut *calls.lock().unwrap());
            mine.into_iter()
                .map(|call| call.ok().trim().to_owned())
                .collect::<Vec<_>>()
        };
        let started: Vec<_> = calls
            .iter()
            .map(|calls| scope.spawn(move || run(calls)))
            .collect();
        started.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn eight_who_ask_at_once_get_each_ticket_once() {
    let desk = Desk::new();
    let names = ["ada", "ben", "cem", "dan", "eve", "fay", "gil", "hal"];
    let mut people = "format: 1\npeople:\n  lena: {emails: [lena@example.com], levels: [1], teams: [frontline, technical, desktop, expert]}\n".to_owned();
    for name in names {
        people.push_str(&format!(
            "  {name}: {{emails: [{name}@example.com], levels: [1], teams: [frontline]}}\n"
        ));
    }
    desk.commit("people.yaml", &people);
    let lines: String = (0..40)
        .map(|n| format!("{{\"title\":\"Ticket {n}\"}}\n"))
        .collect();
    let ids: BTreeSet<String> = desk
        .call("open --from -")
        .stdin(lines)
        .ok()
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(ids.len(), 40);
    let calls = names.map(|name| {
        (0..5)
            .map(|_| desk.call("next -q").real().by(name))
            .collect()
    });
    let got = at_once(calls.into());
    let all: BTreeSet<String> = got.iter().flatten().cloned().collect();
    assert_eq!(all, ids);
    for (name, mine) in names.iter().zip(&got) {
        let listed = desk.ok(format!("list -q assignee:{name}"));
        let listed: BTreeSet<&str> = listed.lines().collect();
        assert_eq!(listed, mine.iter().map(String::as_str).collect(), "{name}");
    }
    desk.call("next").real().by("ada").run().fails_with_hint(3);
    desk.assert_clean();
}

#[test]
fn two_offices_that_claim_through_the_remote_never_get_the_same() {
    let desk = desk();
    let lines: String = (0..12)
        .map(|n| format!("{{\"title\":\"Ticket {n}\"}}\n"))
        .collect();
    desk.call("open --from -").stdin(lines).ok();
    let bare = desk.top.with_file_name("bare.git");
    desk.git(format!("clone -q --bare . {}", bare.display()));
    let offices = ["north", "south"].map(|name| {
        let root = desk.top.with_file_name(name);
        desk.git(format!("clone -q {} {}", bare.display(), root.display()));
        desk.at(root)
    });
    let who = ["lena", "lena"];
    let calls = offices.iter().zip(who).map(|(office, who)| {
        (0..6)
            .map(|_| office.call("next --sync -q").real().by(who))
            .collect()
    });
    let got = at_once(calls.collect()).concat();
    let all: BTreeSet<_> = got.iter().collect();
    assert_eq!((got.len(), all.len()), (12, 12), "{got:?}");
    // Every claim is at the remote, and both clones are whole.
    for office in &offices {
        office.assert_clean();
    }
    let third = desk.at(desk.top.with_file_name("third"));
    desk.git(format!(
        "clone -q {} {}",
        bare.display(),
        third.root.display()
    ));
    assert_eq!(third.ok("list -q is:mine").lines().count(), 12);
}

#[test]
fn what_another_office_took_first_is_given_back_and_the_one_after_it_taken() {
    let desk = desk();
    let [first, second] = desk.open_all(["One", "Two"]);
    let bare = desk.top.with_file_name("bare.git");
    desk.git(format!("clone -q --bare . {}", bare.display()));
    desk.git(format!("remote add origin {}", bare.display()));
    let other = desk.at(desk.top.with_file_name("other"));
    desk.git(format!(
        "clone -q {} {}",
        bare.display(),
        other.root.display()
    ));
    // The other office pushes at the very moment between our fetch and push.
    other.call(format!("take {first}")).by("grace").ok();
    let hook = desk.top.join(".git/hooks/pre-push");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let script = format!(
        "#!/bin/sh\nrm -f \"$0\"\nunset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE\ngit -C {} push -q origin HEAD:main\n",
        other.root.display()
    );
    std::fs::write(&hook, script).unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let ran = desk.run("next --sync");
    assert_eq!(ran.stdout, format!("{second}\n"), "{ran}");
    assert!(
        ran.stderr
            .contains(&format!("{first} was taken by another office first")),
        "{ran}"
    );
    assert_eq!(
        desk.fields(&first, ["assignee", "status"]),
        "grace in-progress"
    );
    assert_eq!(desk.field(&second, "assignee"), "lena");
    desk.assert_clean();
    other.git("pull -q");
    assert!(other.ok("list -q assignee:lena").contains(&second));
    // Where the remote can't be reached, nothing looks taken.
    let third = desk.open("Three");
    std::fs::rename(&bare, bare.with_file_name("gone.git")).unwrap();
    let refused = desk.run("next --sync").fails_with_hint(7);
    assert!(refused.contains("git could not"), "{refused}");
    assert_eq!(desk.fields(&third, ["assignee", "status"]), "- new");
}

#[test]
fn without_a_remote_there_is_nothing_to_claim_through() {
    let desk = desk();
    desk.open("One");
    let refused = desk.run("next --sync").fails_with_hint(7);
    assert!(refused.contains("no remote"), "{refused}");
}
