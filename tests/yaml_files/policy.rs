//! `desk.yaml`, `people.yaml` and `contacts.yaml`.

use tierdesk::store::yaml::{
    YamlError, YamlErrorKind, read_policy, read_roster, understand_contacts, understand_roster,
};

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
    line 12: people.marco.b.levels: there is no level 9; levels of desk.yaml: 0, 1, 2, 3, 4
    line 13: people.marco.b.teams: there is no team office; known here: desktop, frontline, network
    line 11: people.marco.b.emails: LENA@example.com is lena's already; leave it with one of the two
    line 9: people.marco b: "marco b" is not a handle: letters, digits and . _ - + @, no spaces; correct it, or undo the edit: git diff -- FILE
    line 9: people.me: me means something else already; give this person another handle
    line 9: `lena` stands here twice; keep one of the two lines
    line 5: people.lena: there is no field `email`; did you mean `emails`?
    line 5: people.lena.emails: found "lena@example.com", not a list such as [a, b]; write a list such as [a, b] here
    line 10: people.marco.b.name: found a list, not text; write text here
    "#);
}

#[test]
fn all_complaints_about_a_roster_are_told_at_once() {
    let policy = read_policy(POLICY.as_bytes()).unwrap();
    let (roster, complaints) = understand_roster(
        b"\
format: 1
people:
  lena:
    levels: [1]
    lead: marco
    reports-to: omar
    duty:
      zone: Europe/Lundon
      mon-fri: 09:00-17:00
  marco:
    reports-to: lena
    duty: {mon-fri: 17:00-09:00}
    absences:
    - {from: 2026-12-24, to: 2026-12-31, why: skiing, cover: lena}
    - from: 2026-12-24
      to: 2026-12-01
  omar:
    reports-to: marco
    lead: grace
    grants:
    - {level: 3, for: network, until: 2026-03-31, by: somebody-who-left}
    - {level: 3, until: March}
",
        &policy,
    )
    .unwrap();
    let said: Vec<_> = complaints.iter().map(say).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    line 6: people.lena.reports-to: goes round in a circle: lena → omar → marco → lena; whoever is at the top has no `reports-to`: remove that line
    line 8: people.lena.duty.zone: there is no time zone "Europe/Lundon"; name a zone of the IANA database, such as Europe/London or UTC
    line 12: people.marco.duty.mon-fri: 17:00-09:00 ends before it starts; a night is two stretches: one until 24:00, one from 00:00 of the next day
    line 16: people.marco.absences[1].to: 2026-12-24 to 2026-12-01 ends before it starts; `from` is the first day, `to` the last one
    line 19: people.omar.lead: grace is not on the roster; known here: lena, marco, omar
    line 22: people.omar.grants[1].until: March is no date; write a day (2026-12-24) or a time (2026-12-24T12:00:00Z)
    "#);
    let lena = roster.get("lena").unwrap();
    assert_eq!(lena.lead.as_ref().unwrap().as_str(), "marco");
    assert_eq!(roster.get("marco").unwrap().absences.len(), 1);
    assert_eq!(roster.get("omar").unwrap().grants.len(), 1);
}

#[test]
fn contacts_are_read_as_far_as_they_make_sense() {
    let file = b"\
format: 1
contacts:
  alice@acme.example: {name: Alice, phone: +49 170 5551234, language: d e}
  bob@acme.example: {emails: [ALICE@acme.example], vip: true}
";
    let (contacts, complaints) = understand_contacts(file).unwrap();
    let said: Vec<_> = complaints.iter().map(say).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    line 3: contacts.alice@acme.example.language: "d e" is not a name: letters, digits and . _ - + @, no spaces; correct it, or undo the edit: git diff -- FILE
    line 4: contacts.bob@acme.example: ALICE@acme.example is alice@acme.example's already; leave it with one of the two
    "#);
    assert_eq!(contacts.find("1234").len(), 1);
    assert!(contacts.of("bob@acme.example").unwrap().vip);
    let refused = understand_contacts(b"format: 1\ncontacts:\n  a: {colour: red}\n").unwrap_err();
    assert_eq!(refused.line, 3);
}
