//! The sample desk: the same every time, alive, and nowhere but in its folder.

#![expect(clippy::unwrap_used, reason = "tests")]

mod examples_support;

use examples_support::Place;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn two_samples_are_the_same_to_the_last_commit() {
    let place = Place::new();
    let heads = ["one", "two"].map(|dir| {
        place.run("desk", &["demo", dir]);
        place.run("git", &["-C", dir, "rev-parse", "HEAD"])
    });
    assert_eq!(heads[0], heads[1]);
    assert_eq!(
        place.run("git", &["-C", "one", "status", "--porcelain"]),
        ""
    );
    place.run("git", &["-C", "one", "fsck", "--strict", "--full"]);
}

#[test]
fn there_is_something_to_see_in_every_corner() {
    let place = Place::new();
    place.run("desk", &["demo", "sample"]);
    let ids = |terms: &[&str]| {
        let mut words = vec!["-C", "sample", "--by", "lena", "list", "--format", "ids"];
        words.extend(terms);
        place.run("desk", &words).lines().count()
    };
    assert!(ids(&["is:any"]) >= 30);
    assert!((12..=18).contains(&ids(&[])), "{}", ids(&[]));
    for terms in [
        &["is:mine"][..],
        &["level:2", "assignee:none"],
        &["key:disk:web1:/var"],
        &["priority:P1"],
        &["priority:P4"],
        &["level:3"],
        &["level:4"],
        &["is:new"],
        &["is:queued"],
        &["is:assigned"],
        &["is:in-progress"],
        &["is:pending"],
        &["is:resolved"],
        &["is:closed"],
        &["is:cancelled"],
        &["is:reopened"],
        &["kind:problem"],
        &["kind:request"],
        &["attention:grace"],
        &["tag:vip", "is:any"],
        &["link:caused-by", "is:any"],
        &["link:duplicate-of", "is:any"],
        &["could-be:0", "is:any"],
        &["could-be:1", "is:any"],
        &["山田"],
    ] {
        assert!(ids(terms) > 0, "{terms:?}");
    }
    let did: BTreeSet<String> = place
        .run("desk", &["-C", "sample", "events"])
        .lines()
        .map(|line| {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            event["did"].as_str().unwrap().to_owned()
        })
        .collect();
    for verb in [
        "decline",
        "handback",
        "answer",
        "reply",
        "resume",
        "duplicate",
    ] {
        assert!(did.contains(verb), "{verb} in {did:?}");
    }
    assert!(place.run("desk", &["-C", "sample", "doctor"]).len() < 4_000);
}

/// Somebody tries the sample in a checkout: it is a repository of its own, and
/// their branch and settings stay as they were.
#[test]
fn a_sample_does_not_move_into_somebody_elses_repository() {
    let place = Place::new();
    place.run("git", &["init", "-q", "-b", "main", "project"]);
    let commit = ["-C", "project", "commit", "-q", "--allow-empty", "-m", "x"];
    place.run("git", &commit);
    let settings = fs::read(place.at("project/.git/config")).unwrap();
    let head = place.run("git", &["-C", "project", "rev-parse", "HEAD"]);
    place.run("desk", &["demo", "project/deep/sample"]);
    let outer = place.run("git", &["-C", "project", "rev-parse", "HEAD"]);
    assert_eq!(outer, head);
    assert_eq!(fs::read(place.at("project/.git/config")).unwrap(), settings);
    assert!(!place.at("project/.git/desk").exists());
    assert!(place.at("project/deep/sample/.git").is_dir());
}
