//! The four questions of technicians: each answer is a name and the reason.

use crate::support::Desk;
use insta::assert_snapshot;

const POLICY: &str = "\
format: 1
name: Acme
levels:
  1: {name: front line, team: frontline}
  2: {name: technical, team: technical}
  3: {name: expert, team: expert}
  4: {name: vendor, vendor: true}
teams:
  frontline: {level: 1}
  technical: {level: 2}
  field: {level: 1, branch: desktop}
  desktop: {level: 2, branch: desktop}
  network: {level: 2}
  expert: {level: 3}
vendors:
  dell: {name: Dell, contract: C-77, until: 2026-06-30, phone: +1 800 1, level: 4}
  telco: {name: Telco, contract: T-1, until: 2027-06-30, email: noc@telco.example, level: 4}
priorities: [P1, P2, P3]
defaults: {level: 1, priority: P3}
categories:
  network: {skills: [network]}
  network/vpn: {team: network, skills: [network, vpn]}
  database: {level: 3}
";

const PEOPLE: &str = "\
format: 1
people:
  lena: {emails: [lena@example.com], levels: [1], teams: [frontline]}
  fay: {emails: [fay@example.com], levels: [1], teams: [field]}
  grace: {name: Grace Hall, emails: [grace@example.com], levels: [1, 2], teams: [technical], roles: [team-lead], reports-to: dina}
  dina: {emails: [dina@example.com], roles: [manager]}
  marco: {emails: [marco@example.com], levels: [2], teams: [desktop, technical]}
  nils: {name: Nils, emails: [nils@example.com], levels: [2], teams: [network], skills: [network, vpn]}
  nora: {emails: [nora@example.com], levels: [2], teams: [network], skills: [network]}
  olga: {emails: [olga@example.com], levels: [1], teams: [network], grants: [{level: 2, until: 2026-11-01}]}
  nadia: {emails: [nadia@example.com], levels: [3], teams: [expert], duty: {zone: UTC, mon-fri: \"13:00-17:00\"}}
";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("desk.yaml", POLICY);
    desk.write("people.yaml", PEOPLE);
    desk.git("commit -q -a -m Policy");
    desk
}

fn who(desk: &Desk, about: &str) -> (String, String, String) {
    let said = desk.call(format!("who {about} --json")).json();
    let name = |value: &serde_json::Value| value["who"].as_str().unwrap_or("-").to_owned();
    let team = said["team"].as_str().unwrap_or("-").to_owned();
    (team, name(&said["person"]), name(&said["backup"]))
}

#[test]
fn whom_to_escalate_to_is_the_next_team_and_the_one_there_with_least_load() {
    let desk = desk();
    let plain = desk.open("'Something is odd'");
    // Grace and Marco are as free; the handle decides, then the load.
    assert_eq!(
        who(&desk, &plain),
        ("technical".into(), "grace".into(), "marco".into())
    );
    desk.open("'Another thing' --to grace");
    assert_eq!(who(&desk, &plain).1, "marco");
    assert_snapshot!(desk.ok(format!("who {plain}")).replace(&plain, "ID"), @r"
    ID  Something is odd
      escalate to  L2 technical · team technical
      ask          marco · 0 in work · there
      backup       Grace Hall (grace) · 1 in work · there
      lead         Grace Hall (grace) · there
      why          L2 technical comes after L1 front line
                   technical is the team of L2
                   marco has the fewest tickets in work (0) of 2 free in technical
    ");
    // An escalation goes where that says.
    desk.ok(format!("escalate {plain} -m x"));
    assert_eq!(desk.fields(&plain, ["level", "team"]), "2 technical");
    // Nobody is on duty at the next one yet; who is back first is named.
    assert_snapshot!(desk.ok(format!("who {plain}")).replace(&plain, "ID"), @r"
    ID  Something is odd
      escalate to  L3 expert · team expert
      ask          nobody now
      backup       nadia · 0 in work · back 13:00
      why          L3 expert comes after L2 technical
                   expert is the team of L3
                   nobody in expert is on duty
    ");
    assert_eq!(desk.ok(format!("who {plain} -q")), "");
}

#[test]
fn category_line_and_skills_decide_where_and_who() {
    let desk = desk();
    // Only Nils has both skills; Olga's grant has run out.
    let vpn = desk.open("'VPN drops' --category network/vpn");
    let said = desk.call(format!("who {vpn} --json")).json();
    assert_eq!(said["team"], "network");
    let order: Vec<_> = said["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["who"].as_str().unwrap())
        .collect();
    assert_eq!(order, ["nils", "nora"]);
    assert_eq!(who(&desk, "network/vpn").1, "nils");
    desk.ok(format!("escalate {vpn} -m x"));
    assert_eq!(desk.field(&vpn, "team"), "network");
    // A functional line goes on as one.
    let dock = desk.open("'Dock is dead' --to field");
    assert_eq!(who(&desk, &dock).0, "desktop");
    desk.ok(format!("escalate {dock} -m x"));
    assert_eq!(desk.fields(&dock, ["level", "team"]), "2 desktop");
}

#[test]
fn behind_the_last_line_are_vendors_with_contract_and_contact() {
    let desk = desk();
    let id = desk.open("'Mainboard' --to expert");
    assert_snapshot!(desk.ok(format!("who {id}")).replace(&id, "ID"), @r"
    ID  Mainboard
      escalate to  L4 vendor
      vendor       Dell (dell) · contract C-77 ended 2026-06-30 · +1 800 1
      vendor       Telco (telco) · contract T-1 until 2027-06-30 · noc@telco.example
      why          L4 vendor comes after L3 expert
    ");
    assert_eq!(desk.ok(format!("who {id} -q")), "dell\ntelco\n");
    let said = desk.call(format!("who {id} --json")).json();
    assert_eq!(said["vendors"][1]["email"], "noc@telco.example");
    desk.ok(format!("escalate {id} --to vendor --ref R1 -m x"));
    let said = desk.ok(format!("who {id}"));
    assert!(
        said.contains("nobody by itself: L4 vendor is the last one"),
        "{said}"
    );
    desk.run("who no-such-thing").fails(3);
}

#[test]
fn lead_and_supervisor_are_two_answers() {
    let desk = desk();
    assert_eq!(desk.ok("who --lead marco -q"), "grace\n");
    assert_eq!(desk.ok("who --supervisor grace -q"), "dina\n");
    // Desktop leads have no staff: the line manager is the lead's.
    assert_eq!(desk.ok("who --supervisor marco -q"), "dina\n");
    assert_snapshot!(desk.ok("who --supervisor marco"), @r"
    line manager  dina · there
    mail          dina@example.com
    why           is the line manager of the team lead
    ");
    let none = desk.run("who --lead").fails_with_hint(3);
    assert!(
        none.contains("lena has no team lead") && none.contains("lead:"),
        "{none}"
    );
    desk.run("who --lead nobody").fails_with_hint(2);
}

#[test]
fn which_level_it_is_follows_from_what_is_known_of_it() {
    let desk = desk();
    let solved = |title: &str, to: &str, more: &str| {
        let id = desk.open(format!("'{title}' --to {to}"));
        desk.ok(format!("resolve {id} -m done {more}"));
        id
    };
    let level = |about: &str| {
        let said = desk.call(format!("level '{about}' --json")).json();
        let source = said["evidence"][0]["source"]
            .as_str()
            .unwrap_or("-")
            .to_owned();
        format!("{} {source}", said["level"])
    };
    assert_eq!(level("Outlook asks for the password"), "1 usual");
    solved("Outlook asks for a password", "technical", "");
    assert_eq!(level("Outlook asks for the password"), "2 similar");
    // What could have been lower counts as lower, once there are enough.
    for n in 0..3 {
        solved(
            &format!("Outlook keeps asking for password {n}"),
            "technical",
            "--could-be 1",
        );
    }
    assert_eq!(level("Outlook asks for the password"), "1 similar");
    // Few tickets weigh less than a rule, many more.
    let query = desk.open("'Query is slow' --category database");
    assert_eq!(level(&query), "3 rule");
    // What is documented, level 1 may solve.
    desk.commit(
        "kb/spooler.md",
        "---\ntitle: Printer spooler crashes after update\n---\n# x\n",
    );
    assert_eq!(level("Spooler crashes on the printer"), "1 known");
    desk.open("'Gateway drops sessions' --kind problem");
    let said = desk.ok("level 'The gateway drops my sessions'");
    assert!(
        said.contains("problem 2611") && said.contains("L1 front line"),
        "{said}"
    );
    // High impact is for the last line.
    let hot = desk.open("'All tills are down' --impact high");
    assert_eq!(level(&hot), "3 impact");
    desk.run("level 261123-zzzzzz").fails(3);
}
