//! Rules that act by themselves: paging, repeating, giving to somebody else.

use crate::support::Desk;
use insta::assert_snapshot;
use serde_json::Value;

const PEOPLE: &str = "\
format: 1
people:
  lena: {name: Lena, emails: [lena@example.com], levels: [1], teams: [frontline]}
  grace: {name: Grace, emails: [grace@example.com], levels: [1], teams: [frontline], roles: [team-lead], reports-to: olga}
  marco: {name: Marco, emails: [marco@example.com], levels: [2], teams: [technical]}
  nadia: {name: Nadia, emails: [nadia@example.com], levels: [3], teams: [expert]}
  olga: {name: Olga, emails: [olga@example.com], roles: [manager]}
";

const POLICY: &str = "\
format: 1
name: Example
levels:
  1: {name: front line, team: frontline}
  2: {name: technical, team: technical}
  3: {name: expert, team: expert}
teams:
  frontline: {level: 1}
  technical: {level: 2}
  expert: {level: 3}
targets:
- {respond: 1h, resolve: 8h}
escalations:
";

/// A desk round the clock with one rule of what happens by itself.
fn desk(rule: &str) -> Desk {
    let desk = Desk::new();
    desk.write("people.yaml", PEOPLE);
    desk.write("desk.yaml", format!("{POLICY}- {{{rule}}}\n"));
    desk.git("commit -q -a -m Rule");
    desk
}

const MINUTE: i64 = 60;

/// Events that the sweep wrote by a rule of `escalations`: when they belong to,
/// what they did, whom they asked for attention, and their words.
fn acted(desk: &Desk, id: &str) -> Vec<String> {
    let ticket = desk.ticket(id);
    let timeline = ticket["timeline"].as_array().unwrap();
    let by_rule = timeline
        .iter()
        .filter(|event| event["rule"].as_str() == Some("late"));
    let told = |event: &Value| {
        let at = &event["at"].as_str().unwrap()[11..16];
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let whom = word(&event["add"]["attention"][0]);
        let team = word(&event["set"]["team"]);
        let (did, text) = (word(&event["did"]), word(&event["text"]));
        format!("{at} {did} {whom}{team}: {text}")
    };
    by_rule.map(told).collect()
}

const PAGE: &str = "name: late, clock: respond, at: 100%, do: page, steps: [lead, manager], every: 10m, at-most: 4";

#[test]
fn one_after_the_other_is_paged_until_somebody_takes_it() {
    let desk = desk(PAGE);
    let taken = desk.open("'Mail is down' -r alice --via mail");
    let left = desk.open("'Web is down' -r alice --via mail");
    for _ in 0..9 {
        desk.wait(9 * MINUTE);
        desk.ok("sweep");
        if acted(&desk, &taken).len() == 2 && desk.field(&taken, "assignee") == "-" {
            desk.call(format!("take {taken}")).by("grace").ok();
        }
    }
    assert_eq!(acted(&desk, &taken).len(), 2);
    assert_snapshot!(acted(&desk, &left).join("\n"), @"
    10:02 notify grace: the respond clock has reached 100%: grace was told
    10:12 notify olga: the respond clock has reached 100% and 10m more: olga was told
    10:22 notify : the respond clock has reached 100% and 20m more: olga was told
    10:32 notify : the respond clock has reached 100% and 30m more: olga was told
    ");
    desk.assert_clean();
}

/// Nobody swept all night. Who should have been called is, but nobody is called
/// twice in one minute.
#[test]
fn a_late_sweep_pages_everybody_once() {
    let desk = desk(PAGE);
    let id = desk.open("'Mail is down' -r alice --via mail");
    desk.wait(8 * 60 * MINUTE);
    let commits = desk.commits();
    desk.ok("sweep");
    assert_snapshot!(acted(&desk, &id).join("\n"), @"
    10:01 notify grace: the respond clock has reached 100%: grace was told
    10:31 notify olga: the respond clock has reached 100% and 30m more: olga was told
    ");
    assert_eq!(desk.commits(), commits + 1);
    let again = desk.run("sweep");
    assert_eq!((again.stdout.as_str(), desk.commits()), ("", commits + 1));
    assert_eq!(acted(&desk, &id).len(), 2);
}

/// As does one that is late for a part of the steps only.
#[test]
fn a_sweep_in_between_leaves_what_is_still_to_come() {
    let desk = desk(PAGE);
    let id = desk.open("'Mail is down' -r alice --via mail");
    desk.wait(62 * MINUTE);
    desk.ok("sweep");
    assert_eq!(acted(&desk, &id).len(), 1);
    desk.wait(20 * MINUTE);
    desk.ok("sweep");
    let told = acted(&desk, &id);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].starts_with("10:21 notify olga: "), "{told:?}");
    desk.wait(20 * MINUTE);
    desk.ok("sweep");
    let told = acted(&desk, &id);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[2].starts_with("10:31 "), "{told:?}");
}

#[test]
fn a_rule_repeats_as_often_as_it_says() {
    let desk =
        desk("name: late, clock: resolve, at: 50%, do: notify, to: grace, every: 1h, at-most: 3");
    let id = desk.open("'Mail is slow' -r alice");
    desk.wait(3 * 60 * MINUTE);
    desk.ok("sweep");
    assert_eq!(acted(&desk, &id).len(), 0);
    for hour in 1..=5 {
        desk.wait(60 * MINUTE);
        desk.ok("sweep");
        assert_eq!(acted(&desk, &id).len(), hour.min(3));
    }
    assert_snapshot!(acted(&desk, &id).join("\n"), @"
    13:01 notify grace: the resolve clock has reached 50%: grace was told
    14:01 notify : the resolve clock has reached 50% and 1h more: grace was told
    15:01 notify : the resolve clock has reached 50% and 2h more: grace was told
    ");
}

#[test]
fn a_ticket_is_given_to_a_team_and_then_to_a_person() {
    let rule =
        "name: late, clock: respond, at: 100%, do: reassign, steps: [technical, nadia], every: 30m";
    let desk = desk(rule);
    let id = desk.open("'Mail is down' -r alice --via mail");
    desk.wait(61 * MINUTE);
    desk.ok("sweep");
    let place = ["status", "team", "assignee"];
    assert_eq!(desk.fields(&id, place), "queued technical -");
    desk.wait(30 * MINUTE);
    desk.ok("sweep");
    assert_eq!(desk.fields(&id, place), "assigned expert nadia");
    assert_snapshot!(acted(&desk, &id).join("\n"), @"
    10:01 assign technical: the respond clock has reached 100%
    10:31 assign expert: the respond clock has reached 100% and 30m more
    ");
    // One that nobody swept in time goes straight to where it should be.
    let other = self::desk(rule);
    let id = other.open("'Mail is down' -r alice --via mail");
    other.wait(180 * MINUTE);
    other.ok("sweep");
    assert_eq!(other.fields(&id, place), "assigned expert nadia");
    assert_eq!(acted(&other, &id).len(), 1);
    let quiet = other.run("sweep");
    assert_eq!(quiet.stdout, "", "{quiet}");
}

#[test]
fn a_rule_for_nobody_says_so_once() {
    let desk = desk("name: late, clock: respond, at: 100%, do: reassign, to: manager");
    // Nadia is nobody's.
    let people = desk
        .read("people.yaml")
        .replace("reports-to: olga", "title: Lead");
    desk.commit("people.yaml", &people);
    let id = desk.open("'Mail is down' -r alice --via mail");
    desk.wait(61 * MINUTE);
    desk.ok("sweep");
    assert_eq!(desk.fields(&id, ["status", "team"]), "new frontline");
    let told = acted(&desk, &id);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("there is no manager to give it to"),
        "{told:?}"
    );
    desk.wait(61 * MINUTE);
    assert_eq!(desk.run("sweep").stdout, "");
}
