//! Git's settings are read where git reads them, and git tidies when it would.

use crate::support::Desk;
use std::fs;
use std::time::{Duration, Instant};

#[test]
fn the_users_settings_are_where_the_environment_says() {
    let desk = Desk::new();
    let settings = desk.tmp.path().join("elsewhere");
    fs::write(
        &settings,
        "[user]\n\tname = Marco\n\temail = marco@example.com\n",
    )
    .unwrap();
    let settings = settings.to_str().unwrap();
    let id = desk
        .call("open Beamer")
        .env("GIT_CONFIG_GLOBAL", settings)
        .ok();
    assert_eq!(desk.field(id.trim(), "owner"), "marco");
    assert_eq!(desk.git("log -1 --format=%cn%an"), "MarcoMarco\n");
    // An empty one is no fallback to another.
    let refused = desk
        .call("open Beamer")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .run();
    assert_eq!(refused.code, Some(7), "{refused}");
    assert!(refused.stderr.contains("user.name"), "{refused}");
    // Settings of the repository count as ever.
    desk.git("config user.name Nadia");
    desk.git("config user.email nadia@example.com");
    let id = desk
        .call("open Beamer")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .ok();
    assert_eq!(desk.field(id.trim(), "owner"), "nadia");
}

#[test]
fn loose_objects_do_not_pile_up() {
    let desk = Desk::new();
    let packed = |desk: &Desk| {
        let counted = desk.git("count-objects -v");
        let line = counted.lines().find(|line| line.starts_with("in-pack: "));
        line.unwrap()["in-pack: ".len()..].parse::<usize>().unwrap()
    };
    // Few at a time: many at once are a pack from the start.
    let few = |desk: &Desk| {
        for _ in 0..6 {
            desk.call("open --from - -q")
                .stdin("{\"title\":\"Ticket\"}\n".repeat(20))
                .ok();
        }
    };
    // Two objects in one of 256 folders are more than 256 in all allow for.
    desk.git("config gc.auto 256");
    desk.git("config maintenance.auto true");
    desk.git("config maintenance.autoDetach false");
    few(&desk);
    let patience = Instant::now();
    while packed(&desk) == 0 {
        assert!(
            patience.elapsed() < Duration::from_secs(120),
            "git was never asked to tidy: {}",
            desk.git("count-objects -v")
        );
        std::thread::sleep(Duration::from_millis(200));
        desk.open("Another");
    }
    // Git may still be at it, so its locks prove nothing here.
    assert_eq!(desk.git("status --porcelain"), "");
    assert_eq!(desk.run("doctor").code, Some(0));

    // Whoever switched that off is obeyed.
    let desk = Desk::new();
    desk.git("config maintenance.auto true");
    desk.git("config gc.auto 0");
    few(&desk);
    assert_eq!(packed(&desk), 0);
}

#[test]
fn many_commits_at_once_bring_a_commit_graph_with_paths() {
    let many = |desk: &Desk| {
        let lines = "{\"title\":\"Ticket\"}\n".repeat(1_000);
        desk.call("open --from - -q").stdin(lines).ok();
    };
    let desk = Desk::new();
    desk.git("config maintenance.auto true");
    desk.git("config gc.auto 6700");
    let graph = desk.root.join(".git/objects/info/commit-graph");
    many(&desk);
    let patience = Instant::now();
    while !graph.exists() {
        assert!(
            patience.elapsed() < Duration::from_secs(120),
            "git was never asked for a commit graph"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let bytes = std::fs::read(&graph).unwrap();
    // The chunk with what each commit changed.
    assert!(bytes.windows(4).any(|four| four == b"BDAT"));
    desk.git("commit-graph verify");

    let desk = Desk::new();
    desk.git("config maintenance.auto true");
    desk.git("config gc.auto 6700");
    desk.git("config core.commitGraph false");
    many(&desk);
    desk.open("Another");
    assert!(!desk.root.join(".git/objects/info/commit-graph").exists());
}
