//! `desk.yaml` and `people.yaml`.

use tierdesk::store::yaml::{YamlError, YamlErrorKind, read_policy, read_roster};

const POLICY: &str = include_str!("desk.yaml");
const PEOPLE: &str = include_str!("people.yaml");

fn edited(file: &str, from: &str, to: &str) -> String {
    assert!(file.contains(from), "{from}");
    file.replacen(from, to, 1)
}

fn say(error: &YamlError) -> String {
    format!("{error}; {}", error.hint)
}

#[test]
fn a_policy_and_a_roster_are_read() {
    let policy = read_policy(POLICY.as_bytes()).unwrap();
    assert_eq!(policy.name, "Example support");
    assert_eq!(policy.lifecycle.reopen_within, Some(14 * 86_400));
    let roster = read_roster(PEOPLE.as_bytes(), &policy).unwrap();
    assert_eq!(roster.get("marco.b").unwrap().name, "no");
    assert_eq!(
        roster.by_email("LENA@example.com").unwrap().name,
        "Lena Weiss"
    );
    let windows = POLICY.replace('\n', "\r\n");
    assert_eq!(read_policy(windows.as_bytes()).unwrap().name, policy.name);
}

#[test]
fn complaints_about_a_policy_name_the_line() {
    let complaints: Vec<_> = [
        edited(POLICY, "format: 1\n", ""),
        edited(POLICY, "format: 1", "format: 2\nshifts: [night]"),
        edited(POLICY, "format: 1", "format: one"),
        edited(POLICY, "teams:", "team:"),
        edited(POLICY, "desktop: {level: 2}", "desktop: {lvel: 2}"),
        edited(POLICY, "desktop: {level: 2}", "desktop: {level: two}"),
        edited(POLICY, "desktop: {level: 2}", "desktop: {level: 7}"),
        edited(POLICY, "desktop: {level: 2}", "desktop: {}"),
        edited(POLICY, "desktop: {level: 2}", "desk top: {level: 2}"),
        edited(POLICY, "team: desktop", "team: dekstop"),
        edited(POLICY, "desktop: {level: 2}", "frontline: {level: 2}"),
        edited(POLICY, "priority: P3", "priority: P9"),
        edited(POLICY, "P4]", "high]"),
        edited(POLICY, "  2: {name: technical", "  1: {name: technical"),
        edited(POLICY, "name: Example support", "name: &n Example support"),
        edited(POLICY, "teams:", ">>>>>>> theirs\nteams:"),
        edited(POLICY, "levels:\n", "levels: [\n"),
        edited(POLICY, "defaults:\n  level: 1", "defaults:\n  level: 8"),
        String::new(),
    ]
    .iter()
    .map(|file| say(&read_policy(file.as_bytes()).unwrap_err()))
    .collect();
    insta::assert_snapshot!(complaints.join("\n"), @r#"
    line 1: `format` is missing; add a line `format: …`
    line 1: this desk has format 2; this version of desk knows 1; install a newer version of desk
    line 1: format: found "one", not a whole number; write a whole number here
    line 9: there is no field `team`; did you mean `teams`?
    line 11: teams.desktop: there is no field `lvel`; did you mean `level`?
    line 11: teams.desktop.level: found "two", not a whole number; write a whole number here
    line 11: teams.desktop.level: there is no level 7; levels listed here: 0, 1, 2, 3, 4
    line 11: teams.desktop: `level` is missing; say at which level the team works: {level: 2}
    line 6: levels.2.team: no team desktop works at level 2; known here: frontline, network
    line 6: levels.2.team: no team dekstop works at level 2; did you mean desktop?
    line 11: `frontline` stands here twice; keep one of the two lines
    line 16: defaults.priority: P9 is not among the priorities; every level, team and priority that is named must also be listed
    line 13: priorities: "high" is not a priority from P1 to P9; correct it, or undo the edit: git diff -- FILE
    line 6: `1` stands here twice; keep one of the two lines
    line 2: an anchor (&) is not taken here; if it is meant as text, put it in double quotes; if not, write the value out
    line 9: unresolved merge conflict, line 9; decide which of the two is right, and remove the other and the markers
    line 5: not YAML: did not find expected ',' or ']' (while parsing a flow sequence that begins in line 3); check quotes, brackets and indentation here and on the line above
    line 15: defaults.level: there is no level 8; levels listed here: 0, 1, 2, 3, 4
    line 1: the file is empty; bring it back with git: git checkout -- FILE
    "#);
    let newer = edited(POLICY, "format: 1", "format: 2");
    let refused = read_policy(newer.as_bytes()).unwrap_err();
    assert_eq!(refused.kind, YamlErrorKind::Newer);
}

#[test]
fn complaints_about_a_roster_name_the_line() {
    let policy = read_policy(POLICY.as_bytes()).unwrap();
    let complaints: Vec<_> = [
        edited(PEOPLE, "levels: [1, 2]", "levels: [1, 9]"),
        edited(PEOPLE, "teams: [desktop, frontline]", "teams: [office]"),
        edited(PEOPLE, "marco@example.com", "LENA@example.com"),
        edited(PEOPLE, "marco.b:", "marco b:"),
        edited(PEOPLE, "marco.b:", "me:"),
        edited(PEOPLE, "marco.b:", "lena:"),
        edited(
            PEOPLE,
            "emails: [lena@example.com]",
            "email: lena@example.com",
        ),
        edited(
            PEOPLE,
            "emails: [lena@example.com]",
            "emails: lena@example.com",
        ),
        edited(PEOPLE, "name: no", "name: [no]"),
    ]
    .iter()
    .map(|file| say(&read_roster(file.as_bytes(), &policy).unwrap_err()))
    .collect();
    insta::assert_snapshot!(complaints.join("\n"), @r#"
    line 9: people.marco.b: there is no level 9; people.yaml must fit the levels and teams of desk.yaml
    line 9: people.marco.b: there is no team office; people.yaml must fit the levels and teams of desk.yaml
    line 9: people.marco.b: LENA@example.com is lena's already; correct it, or undo the edit: git diff -- FILE
    line 9: people.marco b: "marco b" is not a handle: letters, digits and . _ - + @, no spaces; correct it, or undo the edit: git diff -- FILE
    line 9: people.me: me means something else already; correct it, or undo the edit: git diff -- FILE
    line 9: `lena` stands here twice; keep one of the two lines
    line 5: people.lena: there is no field `email`; did you mean `emails`?
    line 5: people.lena.emails: found "lena@example.com", not a list such as [a, b]; write a list such as [a, b] here
    line 10: people.marco.b.name: found a list, not text; write text here
    "#);
}
