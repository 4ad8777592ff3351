//! What `desk schema` says of files is what desk reads and writes: an outside
//! validator takes the real ones and refuses wrong ones.

use crate::support::{Desk, skip};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Validates files against a schema; prints what is wrong, one a line.
const VALIDATE: &str = "\
import json, sys, yaml
from jsonschema import Draft202012Validator as Validator
schema = json.load(open(sys.argv[1]))
Validator.check_schema(schema)
for path in sys.argv[2:]:
    # JSON has neither dates nor numbers for keys.
    file = json.loads(json.dumps(yaml.safe_load(open(path)), default=str))
    for error in Validator(schema).iter_errors(file):
        print(path, '/'.join(map(str, error.path)), error.message[:200])
";

fn validator() -> bool {
    let script = "import yaml; from jsonschema import Draft202012Validator";
    let found = Command::new("python3").args(["-c", script]).output();
    let there = found.is_ok_and(|found| found.status.success());
    if !there {
        skip("python3 has no yaml or no jsonschema of 4.0 or later");
    }
    there
}

/// What the validator finds wrong in files of that form.
fn wrong(desk: &Desk, form: &str, files: &[PathBuf]) -> String {
    let schema = desk.tmp.path().join(format!("{form}.json"));
    std::fs::write(&schema, desk.ok(format!("schema {form}"))).unwrap();
    assert!(!files.is_empty());
    let mut python = Command::new("python3");
    python.args(["-c", VALIDATE]).arg(schema).args(files);
    let output = python.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let place = if path.is_dir() {
                &mut folders
            } else {
                &mut files
            };
            place.push(path);
        }
    }
    files
}

#[test]
fn real_files_fit_their_schemas() {
    if !validator() {
        return;
    }
    let desk = Desk::new();
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut policies = vec![
        own.join("tests/yaml_files/desk.yaml"),
        own.join("examples/incidents-desk.yaml"),
    ];
    let mut rosters = vec![desk.root.join("people.yaml")];
    for template in ["plain", "one-person", "small-team", "tiered"] {
        let root = desk.top.with_file_name(template);
        desk.ok(format!("init {} --template {template}", root.display()));
        policies.push(root.join("desk.yaml"));
        rosters.push(root.join("people.yaml"));
    }
    assert_eq!(wrong(&desk, "desk", &policies), "");
    assert_eq!(wrong(&desk, "people", &rosters), "");
    desk.write(
        "contacts.yaml",
        "format: 1\ncontacts:\n  alice@example.com: {name: Alice, vip: true}\n",
    );
    assert_eq!(
        wrong(&desk, "contacts", &[desk.root.join("contacts.yaml")]),
        ""
    );

    let sample = desk.top.with_file_name("sample");
    desk.ok(format!("demo {} --quiet", sample.display()));
    let tickets = files_below(&sample.join("tickets"));
    assert!(tickets.len() > 20, "{}", tickets.len());
    assert_eq!(wrong(&desk, "ticket", &tickets), "");
}

#[test]
fn wrong_files_do_not() {
    if !validator() {
        return;
    }
    let desk = Desk::new();
    let id = desk.open("'VPN drops' --field x-room=312");
    let policy = desk.read("desk.yaml");
    let people = desk.read("people.yaml");
    let ticket = desk.read(&desk.path(&id));
    for (form, text, part, other) in [
        ("desk", &policy, "levels:", "level:"),
        ("desk", &policy, "format: 1", "format: 2"),
        ("desk", &policy, "{level: 2}", "{level: two}"),
        ("desk", &policy, "reopen-days: 14", "reopen-days: soon"),
        ("people", &people, "emails:", "email:"),
        ("ticket", &ticket, "status: new", "status: done"),
        ("ticket", &ticket, "title:", "titel:"),
        ("ticket", &ticket, "did: open", "did: opened"),
    ] {
        assert!(text.contains(part), "{part}");
        desk.write("wrong.yaml", text.replacen(part, other, 1));
        let found = wrong(&desk, form, &[desk.root.join("wrong.yaml")]);
        assert!(!found.is_empty(), "{other}");
    }
}

#[test]
fn a_desk_keeps_the_schemas_that_its_files_name() {
    let desk = Desk::nowhere();
    desk.ok("init desk --template tiered");
    for file in ["desk", "people"] {
        let text = desk.read(&format!("{file}.yaml"));
        let named = text.lines().next().unwrap();
        let path = named
            .strip_prefix("# yaml-language-server: $schema=")
            .unwrap();
        assert_eq!(desk.read(path), desk.ok(format!("schema {file}")));
    }
    desk.assert_clean();
    // Another version wrote them: editors are told wrong things till then.
    desk.commit(".schema/desk.json", "{}\n");
    let looked = desk.run("doctor");
    assert_eq!(looked.code, Some(0));
    assert!(looked.stdout.contains(".schema/desk.json"), "{looked}");
    desk.ok("doctor --fix");
    assert_eq!(desk.read(".schema/desk.json"), desk.ok("schema desk"));
    desk.assert_clean();
    assert_eq!(desk.run("doctor").stdout, "");
}
