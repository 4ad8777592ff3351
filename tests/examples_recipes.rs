//! The shell recipes of `examples/`, run on a desk.

#![expect(clippy::unwrap_used, reason = "tests")]

mod examples_support;

use examples_support::{Place, output, told};
use serde_json::Value as Json;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

fn recipe(place: &Place, name: &str) -> Command {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut command = place.command("sh");
    command
        .arg(examples.join(name))
        .env("DESK_DIR", place.at("support"));
    command
}

fn a_desk() -> Place {
    let place = Place::new();
    place.run("desk", &["init", "support", "--handle", "lena"]);
    place
}

/// Tickets with their timelines, oldest first.
fn tickets(place: &Place) -> Vec<Json> {
    let list = ["-C", "support", "list", "is:any", "--sort", "opened,title"];
    let ids = place.run("desk", &[&list[..], &["--format", "ids"]].concat());
    let mut words = vec!["-C", "support", "show", "--json"];
    words.extend(ids.lines());
    if ids.is_empty() {
        return Vec::new();
    }
    let shown: Json = serde_json::from_str(&place.run("desk", &words)).unwrap();
    shown["tickets"].as_array().unwrap().clone()
}

/// A `df` that prints these lines.
fn disks(place: &Place, lines: &str) {
    let df = place.at("bin/df");
    let head = "Filesystem 1024-blocks Used Available Capacity Mounted on";
    fs::write(
        &df,
        format!("#!/bin/sh\ncat <<'END'\n{head}\n{lines}\nEND\n"),
    )
    .unwrap();
    fs::set_permissions(&df, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_full_disk_has_one_ticket_until_there_is_room() {
    let place = a_desk();
    let run = || output(recipe(&place, "disk-usage.sh").arg("90"));

    disks(
        &place,
        "/dev/sda1 100 50 50 50% /\n\
         /dev/sdb1 100 92 8 92% /var\n\
         tmpfs 100 99 1 99% /run\n\
         /dev/sdc1 100 98 2 98% /mnt/two words",
    );
    run();
    run();
    let open = tickets(&place);
    assert_eq!(open.len(), 2, "{open:#?}");
    let key = |ticket: &Json| ticket["key"].as_str().unwrap().to_owned();
    let var = open.iter().find(|one| key(one).ends_with(":/var")).unwrap();
    let words = open.iter().find(|one| key(one).ends_with("/mnt/two_words"));
    assert_eq!(words.unwrap()["urgency"], "high");
    assert_eq!(var["urgency"], "medium");
    assert_eq!(var["status"], "new");
    assert_eq!(var["repeats"], 1);
    assert_eq!(var["timeline"][0]["by"], "disk-usage");

    disks(&place, "/dev/sdb1 100 60 40 60% /var");
    run();
    let all = tickets(&place);
    let var = all.iter().find(|one| key(one).ends_with(":/var")).unwrap();
    assert_eq!(var["status"], "resolved");
    assert_eq!(var["code"], "fixed");

    disks(&place, "/dev/sdb1 100 95 5 95% /var");
    run();
    assert_eq!(tickets(&place).len(), 3, "another time is another ticket");
}

#[test]
fn a_df_that_fails_resolves_nothing() {
    let place = a_desk();
    disks(&place, "/dev/sdb1 100 92 8 92% /var");
    output(&mut recipe(&place, "disk-usage.sh"));
    fs::write(place.at("bin/df"), "#!/bin/sh\nexit 1\n").unwrap();
    let done = recipe(&place, "disk-usage.sh").output().unwrap();
    assert!(!done.status.success(), "{}", told(&done));
    assert_eq!(tickets(&place)[0]["status"], "new");
}

#[test]
fn a_pipeline_has_one_ticket_for_each_branch() {
    let place = a_desk();
    let run = |outcome: &str, branch: &str, now: &str| {
        let mut command = recipe(&place, "ci-failure.sh");
        command
            .arg(outcome)
            .env("DESK_NOW", now)
            .envs([
                ("GITHUB_ACTIONS", "true"),
                ("GITHUB_REPOSITORY", "acme/shop"),
            ])
            .envs([
                ("GITHUB_WORKFLOW", "Build and test"),
                ("GITHUB_RUN_ID", "71"),
            ])
            .envs([
                ("GITHUB_REF_NAME", branch),
                ("GITHUB_SERVER_URL", "https://git.example"),
            ]);
        output(&mut command)
    };
    let first = run("failed", "main", "2026-11-02T08:00:00Z");
    assert_eq!(run("failed", "main", "2026-11-02T09:00:00Z"), first);
    assert_ne!(run("failed", "next", "2026-11-02T09:10:00Z"), first);
    assert_eq!(run("passed", "main", "2026-11-02T10:00:00Z"), first);
    assert_eq!(run("passed", "main", "2026-11-02T10:30:00Z"), "");
    assert_eq!(run("failed", "main", "2026-11-02T11:00:00Z"), first);

    let all = tickets(&place);
    assert_eq!(all.len(), 2);
    let main = &all[0];
    assert_eq!(main["key"], "ci:acme/shop/Build_and_test:main");
    let did: Vec<&str> = main["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["did"].as_str().unwrap())
        .collect();
    assert_eq!(did, ["open", "repeat", "resolve", "reopen"]);
    let said = main["timeline"][2]["text"].as_str().unwrap();
    assert!(said.contains("https://git.example/acme/shop/actions/runs/71"));

    // Closed for longer than the desk reopens: a new ticket.
    assert_eq!(run("passed", "main", "2026-11-02T12:00:00Z"), first);
    let close = ["-C", "support", "close", first.trim()];
    output(
        place
            .command("desk")
            .args(close)
            .env("DESK_NOW", "2026-11-02T13:00:00Z"),
    );
    assert_ne!(run("failed", "main", "2026-11-20T08:00:00Z"), first);
    assert_eq!(tickets(&place).len(), 3);
}

#[test]
fn each_known_ci_names_its_pipeline() {
    for (variables, key) in [
        (
            &[
                ("GITLAB_CI", "true"),
                ("CI_PROJECT_PATH", "acme/shop"),
                ("CI_COMMIT_REF_NAME", "main"),
                ("CI_PIPELINE_URL", "https://ci.example/1"),
            ][..],
            "ci:acme/shop:main",
        ),
        (
            &[
                ("JENKINS_URL", "https://ci.example"),
                ("JOB_NAME", "shop"),
                ("BUILD_URL", "https://ci.example/2"),
            ],
            "ci:shop:main",
        ),
        (
            &[
                ("CI", "woodpecker"),
                ("CI_REPO", "acme/shop"),
                ("CI_COMMIT_BRANCH", "next"),
                ("CI_PIPELINE_URL", "https://ci.example/3"),
            ],
            "ci:acme/shop:next",
        ),
        (
            &[("DESK_CI_PIPELINE", "nightly"), ("DESK_CI_BRANCH", "x")],
            "ci:nightly:x",
        ),
    ] {
        let place = a_desk();
        let mut command = recipe(&place, "ci-failure.sh");
        output(command.arg("failed").envs(variables.iter().copied()));
        assert_eq!(tickets(&place)[0]["key"], key);
    }
}

#[test]
fn a_recipe_that_does_not_know_where_it_is_says_so() {
    let place = a_desk();
    for (arguments, variables) in [
        (&["failed"][..], &[][..]),
        (&["perhaps"], &[("DESK_CI_PIPELINE", "nightly")]),
        (&[], &[("DESK_CI_PIPELINE", "nightly")]),
    ] {
        let mut command = recipe(&place, "ci-failure.sh");
        let done = command
            .args(arguments)
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        assert_eq!(done.status.code(), Some(2), "{}", told(&done));
    }
    assert_eq!(tickets(&place).len(), 0);
}

const CLOCKS: &str = "
targets:
- respond: 1h
  resolve: 8h
";

#[test]
fn the_sweep_is_shared_and_done_once() {
    let place = a_desk();
    let policy = place.at("support/desk.yaml");
    let with_clocks = fs::read_to_string(&policy).unwrap() + CLOCKS;
    fs::write(&policy, with_clocks).unwrap();
    place.run("git", &["-C", "support", "commit", "-qam", "Clocks"]);
    place.run("desk", &["-C", "support", "open", "VPN drops", "-q"]);
    let later = "2026-11-23T11:00:00Z";
    let sweep = |folder: &str| {
        output(
            recipe(&place, "sweep.sh")
                .env("DESK_DIR", place.at(folder))
                .env("DESK_NOW", later),
        )
    };
    let said = |folder: &str| place.run("git", &["-C", folder, "log", "--format=%an: %s", "-1"]);

    // Without a remote.
    place.run("git", &["clone", "-q", "--bare", "support", "hub.git"]);
    assert!(sweep("support").lines().count() == 1);
    assert!(
        said("support").starts_with("sweep: breach"),
        "{}",
        said("support")
    );

    // Two offices with one.
    for office in ["north", "south"] {
        place.run("git", &["clone", "-q", "hub.git", office]);
        place.run("desk", &["-C", office, "list"]);
    }
    sweep("north");
    sweep("south");
    sweep("north");
    assert!(
        said("hub.git").starts_with("sweep: breach"),
        "{}",
        said("hub.git")
    );
    let log = place.run("git", &["-C", "north", "log", "--format=%s"]);
    assert_eq!(log.matches("breach").count(), 1, "{log}");
}

#[test]
fn systemd_understands_the_units() {
    let place = Place::new();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let service = fs::read_to_string(examples.join("sweep.service")).unwrap();
    assert!(service.contains("/usr/local/bin/sweep.sh"));
    let own = examples.join("sweep.sh").display().to_string();
    let service = service.replace("/usr/local/bin/sweep.sh", &own);
    // Whether that user exists is this machine's business.
    fs::write(
        place.at("sweep.service"),
        service.replace("User=desk\n", ""),
    )
    .unwrap();
    fs::copy(examples.join("sweep.timer"), place.at("sweep.timer")).unwrap();
    let mut verify = place.command("systemd-analyze");
    match verify
        .args(["verify", "sweep.timer", "sweep.service"])
        .output()
    {
        Ok(done) => {
            let said = told(&done);
            assert!(!said.contains("sweep."), "{said}");
        }
        Err(error) => println!("skipped: systemd-analyze: {error}"),
    }
}
