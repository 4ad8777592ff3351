//! `examples/week.md` tells the truth: a week of a desk with three levels, run
//! as it is written, and what it promises to show is in it.
//!
//! `UPDATE_README=1 cargo test --test examples_week` writes down what its
//! commands print now.

#![expect(clippy::unwrap_used, reason = "tests")]

mod examples_support;

use examples_support::{Place, document};
use std::collections::BTreeSet;
use std::path::Path;

/// What a support organisation does in a week; each of it is in the story.
const TOLD: &[&str] = &[
    "open", "take", "escalate", "accept", "decline", "handback", "call", "join", "pass", "leave",
    "warn", "breach", "notify", "reply", "resume", "resolve", "reopen", "close",
];

#[test]
fn the_week_goes_as_it_is_told() {
    let place = Place::new();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/week");
    std::fs::create_dir(place.at("week")).unwrap();
    for file in ["desk.yaml", "people.yaml"] {
        std::fs::copy(from.join(file), place.at("week").join(file)).unwrap();
    }
    document::check("examples/week.md", &place);

    // What is told is on the record too, for all who read it by machine.
    let actions = place.run(
        "sh",
        &[
            "-c",
            "cd support && git log --format='%(trailers:key=Action,valueonly)'",
        ],
    );
    let done: BTreeSet<&str> = actions.lines().flat_map(|line| line.split(", ")).collect();
    for verb in TOLD {
        assert!(done.contains(verb), "nobody does {verb}");
    }
}
