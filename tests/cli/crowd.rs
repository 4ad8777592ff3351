//! Many at once: nothing is lost, doubled or refused.

use crate::support::Desk;
use std::collections::BTreeSet;
use std::thread;

/// Runs `each` in that many threads at once; they are given their number.
fn at_once<T: Send>(count: usize, each: impl Fn(usize) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let each = &each;
        let started: Vec<_> = (0..count).map(|n| scope.spawn(move || each(n))).collect();
        started.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

/// Processes that each open tickets one after the other.
fn open_at_once(desk: &Desk, processes: usize, each: usize) {
    let before = desk.commits();
    let calls: Vec<Vec<_>> = (0..processes)
        .map(|who| {
            let call = |n| {
                desk.call(format!("open 'Ticket {n} of {who}' -r {who}-{n}"))
                    .real()
            };
            (0..each).map(call).collect()
        })
        .collect();
    let calls: Vec<_> = calls.into_iter().map(std::sync::Mutex::new).collect();
    let ids: Vec<String> = at_once(processes, |who| {
        let mine = std::mem::take(&mut *calls[who].lock().unwrap());
        mine.into_iter()
            .map(|call| call.ok().trim().to_owned())
            .collect::<Vec<_>>()
    })
    .concat();
    let all = processes * each;
    assert_eq!(ids.len(), all);
    assert_eq!(
        ids.iter().collect::<BTreeSet<_>>().len(),
        all,
        "an id was drawn twice"
    );
    assert_eq!(desk.commits(), before + all);
    desk.assert_clean();
    // Every one is there, once, as it was asked for.
    let listed = desk
        .call("list is:any --format json --columns id,requester")
        .real()
        .json();
    let rows = listed["tickets"].as_array().unwrap();
    let seen: BTreeSet<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(seen, ids.iter().map(String::as_str).collect());
    let asked: BTreeSet<_> = rows
        .iter()
        .map(|row| row["requester"].as_str().unwrap())
        .collect();
    assert_eq!(asked.len(), all);
    assert_eq!(desk.call("events").real().run().lines().len(), all);
}

#[test]
fn eight_processes_open_a_hundred_tickets_each() {
    open_at_once(&Desk::new(), 8, 100);
}

#[test]
fn eight_processes_open_tickets_that_survive_a_power_cut() {
    let desk = Desk::new();
    desk.git("config desk.durability safe");
    open_at_once(&desk, 8, 8);
}

#[test]
fn eight_processes_note_on_one_ticket_and_every_note_is_there_once() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let before = desk.commits();
    let (processes, each) = (8, 25);
    let calls: Vec<_> = (0..processes * each)
        .map(|n| std::sync::Mutex::new(Some(desk.call(format!("note {id} -m 'note {n}'")).real())))
        .collect();
    at_once(processes, |who| {
        for call in &calls[who * each..(who + 1) * each] {
            let call = call.lock().unwrap().take().unwrap();
            assert_eq!(call.ok().trim(), id);
        }
    });
    assert_eq!(desk.commits(), before + processes * each);
    desk.assert_clean();
    let timeline = desk.ticket(&id)["timeline"].take();
    let mut texts: Vec<_> = timeline
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|event| event["text"].as_str())
        .collect();
    texts.sort_unstable();
    let mut expected: Vec<_> = (0..processes * each).map(|n| format!("note {n}")).collect();
    expected.sort_unstable();
    assert_eq!(texts, expected);
    // The order is total: no number was drawn twice.
    let numbers: BTreeSet<_> = timeline
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["n"].as_u64())
        .collect();
    assert_eq!(numbers.len(), processes * each + 1);
    assert_eq!(desk.run("doctor").to_string(), "2> the desk is well\n");
}

#[test]
fn one_key_opens_one_ticket_however_many_alerts_fire() {
    let desk = Desk::new();
    let calls: Vec<_> = (0..24)
        .map(|_| std::sync::Mutex::new(Some(desk.call("open Disk --key disk:web1:/var").real())))
        .collect();
    let ids = at_once(8, |who| {
        let mine = calls.iter().skip(who).step_by(8);
        mine.map(|call| call.lock().unwrap().take().unwrap().ok())
            .collect::<Vec<_>>()
    })
    .concat();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 1, "{ids:?}");
    assert_eq!(desk.call("list -q").real().ok(), ids[0]);
    desk.assert_clean();
}

#[test]
fn plain_git_commits_in_between_are_kept() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let calls: Vec<_> = (0..20)
        .map(|n| std::sync::Mutex::new(Some(desk.call(format!("note {id} -m 'note {n}'")).real())))
        .collect();
    let (home, root) = (desk.home(), desk.root.clone());
    at_once(3, |who| {
        for n in 0..10 {
            if who < 2 {
                let call = calls[who * 10 + n].lock().unwrap().take().unwrap();
                call.ok();
                continue;
            }
            std::fs::write(root.join(format!("file-{n}")), "x").unwrap();
            // Git does not wait for a lock; people try again.
            let git = |words: &[&str]| {
                let words: Vec<_> = words.iter().map(|&word| word.to_owned()).collect();
                crate::support::git(&home, &root, &words)
            };
            let file = format!("file-{n}");
            let mut tries = 0;
            while git(&["add", &file]).code != Some(0)
                || git(&["commit", "-q", "-m", "Work", "--", &file]).code != Some(0)
            {
                tries += 1;
                assert!(tries < 200, "git never got through");
                thread::sleep(std::time::Duration::from_millis(10));
            }
        }
    });
    desk.assert_clean();
    assert_eq!(desk.git("ls-files file-*").lines().count(), 10);
    assert_eq!(desk.field(&id, "events"), "21");
}
