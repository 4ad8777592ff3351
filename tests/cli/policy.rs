//! `desk policy`: what is wrong is told with its line, and nothing that is
//! wrong keeps anybody from reading tickets.

use crate::support::Desk;
use insta::assert_snapshot;
use std::fmt::Write as _;
use std::fs;

const TEMPLATES: [&str; 4] = ["plain", "one-person", "small-team", "tiered"];

/// A desk made with that template by Lena, who is alone.
fn made_with(template: &str) -> Desk {
    let desk = Desk::nowhere();
    desk.ok(format!("init desk --name Acme --template {template}"));
    desk
}

/// A policy in which everything is in order, to break in many ways.
const POLICY: &str = "\
format: 1
name: Acme
levels:
  1: {name: front line, team: frontline}
  2: {name: technical, team: technical}
  3: {name: vendor, vendor: true}
teams:
  frontline: {level: 1}
  technical: {level: 2}
categories:
  network: {required: {open: [site]}}
  network/vpn: {team: technical}
  printing: {}
categories-only: true
zone: Europe/London
calendars:
  office:
    week: {mon-fri: \"09:00-17:00\"}
targets:
  - {respond: 1h, resolve: 8h}
routes:
  - name: vpn
    when: {category: network/vpn}
    team: technical
  - when: {priority: P1}
    assignee: marco
hand-over:
  needs:
    - carry: [tried, why]
    - to-level: 2
      carry: [impact]
escalations:
  - clock: resolve
    at: 75%
    do: notify
    to: assignee
access:
  cancel: [lead]
";

const PEOPLE: &str = "\
format: 1
people:
  lena:
    emails: [lena@example.com]
    levels: [1]
    teams: [frontline]
    roles: [lead]
  marco:
    emails: [marco@example.com]
    levels: [1, 2]
    teams: [technical]
";

/// What is wrong in `desk.yaml`: a part, and what stands in its place.
const WRONG: &[(&str, &str)] = &[
    ("technical: {level: 2}", "technical: {level: 7}"),
    ("technical: {level: 2}", "technical: {lvel: 2}"),
    ("team: technical}\n  3", "team: technicl}\n  3"),
    (
        "technical: {level: 2}\n",
        "technical: {level: 2}\n  night: {level: 1}\n",
    ),
    ("category: network/vpn}", "category: network/vnp}"),
    ("category: network/vpn}", "category: netwrok}"),
    ("category: network/vpn}", "priority: P7}"),
    (
        "when: {category: network/vpn}",
        "when: {priority: [P1, P2]}",
    ),
    (
        "when: {priority: P1}",
        "when: {category: network/vpn, priority: P1}",
    ),
    ("when: {category: network/vpn}", "when: {level: 1}"),
    ("assignee: marco", "assignee: macro"),
    ("to: assignee", "to: asignee"),
    ("do: notify", "do: notfy"),
    ("at: 75%", "at: 75"),
    ("clock: resolve", "clock: solve"),
    (
        "do: notify\n    to: assignee",
        "when: {level: 3}\n    do: raise",
    ),
    (
        "to: assignee\n",
        "to: assignee\n  - {when: {priority: P1}, clock: resolve, at: 75%, do: notify, to: assignee}\n",
    ),
    ("to-level: 2\n", "to-level: 2\n      to-team: frontline\n"),
    ("carry: [impact]", "carry: [why]"),
    ("carry: [impact]", "carry: [impct]"),
    ("open: [site]", "open: [stie]"),
    ("zone: Europe/London", "zone: Europe/Londno"),
    ("09:00-17:00", "17:00-09:00"),
    ("mon-fri:", "mon-fry:"),
    ("resolve: 8h}", "resolve: 2d}"),
    (
        "resolve: 8h}\n",
        "resolve: 8h}\n  - {when: {priority: P1}, resolve: 4h}\n",
    ),
    ("clock: resolve", "clock: accept"),
    ("cancel: [lead]", "cancel: [laed]"),
    ("cancel: [lead]", "cancle: [lead]"),
    ("cancel: [lead]", "cancel: []"),
    ("categories-only", "categories-onyl"),
    ("routes:\n", "routes: [\n"),
    ("format: 1", "format: 9"),
];

#[test]
fn every_wrong_policy_is_refused_with_its_line_and_a_hint() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    desk.write("desk.yaml", POLICY);
    desk.write("people.yaml", PEOPLE);
    desk.git("commit -q -a -m Rules");
    assert_eq!(desk.ok("policy check"), "");
    let mut told = String::new();
    for (part, wrong) in WRONG {
        assert!(POLICY.contains(part), "{part}");
        desk.write("desk.yaml", POLICY.replacen(part, wrong, 1));
        let checked = desk.run("policy check");
        assert_eq!(checked.code, Some(6), "{wrong}: {checked}");
        assert_eq!(desk.run("policy check --committed").code, Some(0));
        let _ = writeln!(told, "{}", checked.stdout.trim_end());

        desk.git("commit -q -a -m Wrong");
        let first = checked.stdout.lines().next().unwrap();
        let (place, problem) = first.split_once(": ").unwrap();
        let line = place.strip_prefix("desk.yaml:").unwrap();
        let refused = desk.run(format!("take {id}")).fails_with_hint(6);
        assert!(
            refused.contains(problem) && refused.contains(&format!("line {line}")),
            "{refused}"
        );
        let looked = desk.run("doctor");
        assert_eq!(looked.code, Some(6));
        assert!(looked.stdout.contains(problem), "{looked}");
        desk.git("reset -q --hard HEAD~1");
    }
    assert_snapshot!(told, @r#"
    desk.yaml:9: teams.technical.level: there is no level 7
      hint: levels listed here: 1, 2, 3
    desk.yaml:9: teams.technical: there is no field `lvel`
      hint: did you mean `level`?
    desk.yaml:5: levels.2.team: no team technicl works at level 2
      hint: did you mean technical?
    desk.yaml:10: teams.night: nobody works in the team night
      hint: add night to somebody's `teams` in people.yaml, or remove the team
    desk.yaml:23: routes[0].when.category: "network/vnp" is not a category of this desk; did you mean network/vpn?
      hint: correct it, or undo the edit: git diff -- FILE
    desk.yaml:23: routes[0].when.category: "netwrok" is not a category of this desk; did you mean network?
      hint: correct it, or undo the edit: git diff -- FILE
    desk.yaml:23: routes[0].when.priority: P7 is not among the priorities
      hint: every level, team and priority that is named must also be listed
    desk.yaml:25: routes[1]: this rule can never match: rule "vpn" comes first and takes priority P1 or P2
      hint: put it above that one, or remove it
    desk.yaml:25: routes[1]: this rule can never match: rule "vpn" comes first and takes category network/vpn
      hint: put it above that one, or remove it
    desk.yaml:23: routes[0].when.level: a new ticket has none before the routes are asked
      hint: remove the condition
    desk.yaml:26: routes[1].assignee: macro is not on the roster
      hint: did you mean marco?
    desk.yaml:36: escalations[0].to: asignee is not on the roster
      hint: did you mean assignee?
    desk.yaml:35: escalations[0].do: notfy is not known here
      hint: did you mean notify?
    desk.yaml:34: escalations[0].at: "75" is not a moment of a clock such as 75%, 100%+30m or -1h
      hint: correct it, or undo the edit: git diff -- FILE
    desk.yaml:33: escalations[0].clock: solve is not known here
      hint: did you mean resolve?
    desk.yaml:35: escalations[0].when.level: this rule can never act: nothing lies above that level
      hint: use notify, reassign or page
    desk.yaml:37: escalations[1]: this rule says again what rule 1 says for every ticket
      hint: remove one of the two, or both would act
    desk.yaml:31: hand-over.needs[1].to-team: this rule can never match: frontline does not work at level 2
      hint: keep one of `to-level` and `to-team`
    desk.yaml:30: hand-over.needs[1]: this rule adds nothing: rule 1 asks for that already
      hint: remove it
    desk.yaml:31: hand-over.needs[1].carry: there is no field impct
      hint: did you mean impact?
    desk.yaml:11: categories.network.required.open: there is no field stie
      hint: did you mean site?
    desk.yaml:15: zone: there is no time zone "Europe/Londno"
      hint: name a zone of the IANA database, such as Europe/London or UTC
    desk.yaml:17: calendars.office: is in no time zone
      hint: add a line `zone: Europe/London` for the whole desk
    desk.yaml:18: calendars.office.week.mon-fri: 17:00-09:00 ends before it starts
      hint: a night is two stretches: one until 24:00, one from 00:00 of the next day
    desk.yaml:18: calendars.office.week.mon-fry: "fry" is not a day
      hint: days are mon tue wed thu fri sat sun, mon-fri, or daily
    desk.yaml:20: targets[0].resolve: "2d" is not a length of time in hours and minutes (8h): a day's length is the calendar's
      hint: correct it, or undo the edit: git diff -- FILE
    desk.yaml:33: escalations[0].clock: no target gives resolve any time, so this never happens
      hint: give it some under `targets`, such as resolve: 4h
    desk.yaml:21: targets[1]: this rule can never match: rule 1 comes first and takes every ticket
      hint: put it above that one, or remove it
    desk.yaml:33: escalations[0].clock: no target gives accept any time, so this never happens
      hint: give it some under `targets`, such as accept: 4h
    desk.yaml:38: access.cancel: nobody on the roster may do this
      hint: did you mean lead?
    desk.yaml:38: access.cancle: there is no action cancle
      hint: did you mean cancel?
    desk.yaml:38: access.cancel: nobody may do this
      hint: name a role that may, or remove the line: then everybody may
    desk.yaml:14: there is no field `categories-onyl`
      hint: did you mean `categories-only`?
    desk.yaml:22: not YAML: did not find expected node content
      hint: check quotes, brackets and indentation here and on the line above
    desk.yaml:1: this desk has format 9; this version of desk knows 1
      hint: install a newer version of desk
    "#);
    desk.ok(format!("take {id}"));
}

/// What is wrong in `people.yaml`: as above.
const WRONG_PEOPLE: &[(&str, &str)] = &[
    ("levels: [1, 2]", "levels: [1, 9]"),
    ("teams: [technical]", "teams: [technicl]"),
    ("marco@example.com", "lena@example.com"),
    ("roles: [lead]", "reports-to: marco\n    roles: [lead]"),
    ("    roles: [lead]", "    rolls: [lead]"),
];

#[test]
fn every_wrong_roster_is_refused_with_its_line_and_a_hint() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let people = format!("{PEOPLE}    reports-to: lena\n");
    desk.write("desk.yaml", POLICY);
    desk.write("people.yaml", &people);
    desk.git("commit -q -a -m Rules");
    assert_eq!(desk.ok("policy check"), "");
    let mut told = String::new();
    for (part, wrong) in WRONG_PEOPLE {
        assert!(people.contains(part), "{part}");
        desk.write("people.yaml", people.replacen(part, wrong, 1));
        let checked = desk.run("policy check");
        assert_eq!(checked.code, Some(6), "{wrong}: {checked}");
        let _ = writeln!(told, "{}", checked.stdout.trim_end());
        desk.git("commit -q -a -m Wrong");
        desk.run(format!("take {id}")).fails_with_hint(6);
        assert_eq!(desk.run("doctor").code, Some(6));
        desk.ok("list");
        desk.git("reset -q --hard HEAD~1");
    }
    assert_snapshot!(told, @"
    people.yaml:10: people.marco.levels: there is no level 9
      hint: levels of desk.yaml: 1, 2, 3
    people.yaml:11: people.marco.teams: there is no team technicl
      hint: did you mean technical?
    people.yaml:9: people.marco.emails: lena@example.com is lena's already
      hint: leave it with one of the two
    people.yaml:7: people.lena.reports-to: goes round in a circle: lena → marco → lena
      hint: whoever is at the top has no `reports-to`: remove that line
    people.yaml:7: people.lena: there is no field `rolls`
      hint: did you mean `roles`?
    ");
}

#[test]
fn several_faults_are_told_at_once_and_scripts_can_read_them() {
    let desk = Desk::nowhere();
    let policy = POLICY
        .replace("technical: {level: 2}", "technical: {level: 7}")
        .replace("at: 75%", "at: 75");
    desk.write("rules.yaml", policy);
    desk.write("staff.yaml", PEOPLE.replace("levels: [1]", "levels: [8]"));
    // Outside of any desk.
    let ran = desk.run("policy check rules.yaml staff.yaml --json");
    assert_eq!(ran.code, Some(6));
    let checked = &ran.lines()[0];
    let places: Vec<String> = checked["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| format!("{}:{}", fault["file"].as_str().unwrap(), fault["line"]))
        .collect();
    // What staff.yaml must fit is not known before rules.yaml is right.
    assert_eq!(places, ["rules.yaml:9", "rules.yaml:34"]);
    assert!(
        checked["faults"][0]["hint"]
            .as_str()
            .unwrap()
            .contains("1, 2, 3")
    );

    desk.write("rules.yaml", POLICY);
    let checked = desk.run("policy check rules.yaml staff.yaml");
    assert!(checked.stdout.starts_with("staff.yaml:5: "), "{checked}");

    desk.run("policy check staff.yaml").fails_with_hint(2);
    desk.run("policy check nothing.yaml").fails(1);
    desk.run("policy check").fails_with_hint(7);
}

/// Questions, which a broken policy must not keep from an answer.
const QUESTIONS: &[&str] = &[
    "list",
    "list assignee:me",
    "list --json",
    "show ID",
    "show ID --json",
    "search vpn",
    "history ID",
    "events",
    "report",
    "report --json",
    "sql 'select count(*) from ticket'",
    "say ID",
    "policy show",
];

#[test]
fn a_broken_rule_never_blocks_reading() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    desk.ok(format!("take {id}"));
    for (file, text) in [
        ("desk.yaml", "nonsense\n".to_owned()),
        ("desk.yaml", String::new()),
        ("desk.yaml", "format: 99\n".to_owned()),
        ("desk.yaml", POLICY.replace("level: 2}", "level: 7}")),
        (
            "desk.yaml",
            POLICY.replace("teams:", ">>>>>>> theirs\nteams:"),
        ),
        ("people.yaml", "people: [\n".to_owned()),
        ("people.yaml", PEOPLE.replace("levels: [1]", "levels: [8]")),
        (
            "people.yaml",
            "format: 1\npeople: {lena: {emails: [lena@example.com]}, marco: {}}\n".to_owned(),
        ),
    ] {
        desk.commit(file, &text);
        let before = desk.state();
        for question in QUESTIONS {
            let ran = desk.run(question.replace("ID", &id));
            assert_eq!(ran.code, Some(0), "{question} with {file}: {text}\n{ran}");
            // Who I am, the roster knows: without any, nothing is mine.
            let mine = question.contains(":me") && text.starts_with("people:");
            assert!(
                mine || !ran.stdout.is_empty(),
                "{question} with {file}: {text}"
            );
        }
        assert_eq!(desk.run("policy check").code, Some(6), "{file}: {text}");
        desk.run(format!("take {id}")).fails_with_hint(6);
        assert_eq!(desk.state(), before);
        desk.git("revert --no-edit HEAD");
    }
}

/// What policy and roster say is kept beside git, and asked there: it must not
/// tell other than the files, whatever becomes of it.
#[test]
fn what_is_kept_of_the_policy_says_what_the_file_does() {
    let desk = Desk::new();
    desk.commit("desk.yaml", POLICY);
    desk.commit("people.yaml", PEOPLE);
    let team = || {
        let id = desk.open("'VPN drops' --category network/vpn --site berlin");
        desk.field(&id, "team")
    };
    let kept = desk.root.join(".git/desk/rules.json");
    let without_commit = |text: &str| {
        let lines = text.lines().map(str::to_owned);
        let (commits, others): (Vec<_>, Vec<_>) = lines.partition(|line| line.len() == 40);
        assert_eq!(commits.len(), 1, "{text}");
        others
    };
    assert_eq!(team(), "technical");
    let whole = fs::read_to_string(&kept).unwrap();
    // That it is read is seen where it says otherwise.
    let (before, routes) = whole.split_at(whole.find(r#""routes""#).unwrap());
    let routes = routes.replacen(r#""team":"technical""#, r#""team":"frontline""#, 1);
    let other = format!("{before}{routes}");
    fs::write(&kept, &other).unwrap();
    assert_ne!(other, whole);
    assert_eq!(team(), "frontline");
    for damaged in ["", "{", "\0\0\0", &whole[..whole.len() / 2]] {
        fs::write(&kept, damaged).unwrap();
        assert_eq!(team(), "technical", "{damaged}");
        let again = fs::read_to_string(&kept).unwrap();
        assert_eq!(without_commit(&again), without_commit(&whole));
    }
    // Another policy has another name.
    fs::write(&kept, &other).unwrap();
    desk.commit("desk.yaml", &POLICY.replace("name: Acme", "name: Other"));
    assert_eq!(team(), "technical");
    // Where it can't be kept, the files are read each time.
    fs::remove_file(&kept).unwrap();
    fs::create_dir(&kept).unwrap();
    assert_eq!(team(), "technical");
    let left = fs::read_dir(kept.parent().unwrap()).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert!(
        left.iter()
            .all(|name| !name.to_string_lossy().ends_with(".tmp")),
        "{left:?}"
    );
}

#[test]
fn every_template_makes_a_desk_that_is_in_order() {
    for template in TEMPLATES {
        let desk = made_with(template);
        assert_eq!(desk.ok("policy check"), "", "{template}");
        assert_eq!(desk.run("doctor").stdout, "", "{template}");
        desk.assert_clean();
        // Whoever made it may do everything there.
        let id = desk.open("'VPN drops' -r alice@example.com");
        desk.ok(format!("take {id}"));
        desk.ok(format!("cancel {id} -m 'works again'"));
        // Every line of the policy is a comment, or counts.
        let shown = desk.call("policy show --json").json();
        assert_eq!(shown["policy"]["name"], "Acme", "{template}");
    }
    let desk = made_with("tiered");
    assert!(desk.read("people.yaml").contains("levels: [1, 2, 3]"));
    assert!(
        !made_with("one-person")
            .read("people.yaml")
            .contains("levels")
    );
}

#[test]
fn who_does_not_fit_the_template_makes_no_desk() {
    let desk = Desk::nowhere();
    for words in [
        "--template one-person --level 1",
        "--level 9",
        "--team night",
    ] {
        let refused = desk.run(format!("init desk {words}")).fails_with_hint(6);
        assert!(refused.contains("people.yaml"), "{refused}");
        assert!(!desk.root.exists());
    }
}

#[test]
fn a_section_is_shown_alone() {
    let desk = made_with("tiered");
    let whole = desk.ok("policy show");
    let section = desk.ok("policy show hand-over");
    let heading = "What an escalation carries\n";
    assert!(section.starts_with(heading), "{section}");
    let from = whole.find(heading).unwrap();
    let own = whole[from..].split("\n\n").next().unwrap();
    assert_eq!(section.trim_end(), own);
    assert!(section.lines().count() > 5, "{section}");
    assert_snapshot!(desk.run("policy show teams --json").stdout.trim(), @r#"{"version":1,"policy":{"teams":{"desktop":{"level":2,"branch":"desktop"},"expert":{"level":3},"frontline":{"level":1},"technical":{"level":2}}}}"#);
    let quiet = made_with("one-person").run("policy show routes");
    assert_eq!(quiet.stdout, "");
    assert_eq!(quiet.stderr, "desk.yaml says nothing of routes\n");
}

#[test]
fn a_ticket_is_explained_rule_by_rule() {
    let desk = made_with("tiered");
    assert_snapshot!(desk.run("policy explain --category network/vpn --impact high --via phone"), @r#"
    A ticket like that, opened now
      priority   P2: impact high × urgency medium
      category   network/vpn, line 79
      to open    site (missing)
      skills     network
      checklist  - try another network
                 - reinstall the client
      route      not rule "alarms of servers and network go to the experts", line 89: via differs
      route      not rule "moves, adds and changes are desktop work", line 92: kind differs
      route      none matches
      starts at  L1 front line, team frontline: where tickets start

    Its clocks
      respond    1h in the hours office: rule "a team stands still", line 116
      update     4h in the hours office: rule "a team stands still", line 116
      resolve    8h in the hours office: rule "a team stands still", line 116
      accept     30m in the hours office: rule "a team stands still", line 116
      vendor     40h in the hours office: rule "all others", line 129

    Escalated to L2 technical, team technical
      must carry summary, tried, why (line 168)
      not        impact, searched (line 169): to-level differs
      not        asset, site (line 171): to-team differs
      must carry evidence (line 173)

    By itself
      at 75%     of resolve: notify assignee (line 147)
      at 100%    of resolve: notify lead (line 152)
      at 100%    of accept: notify lead (line 157)
    "#);
    let imagined =
        desk.run("policy explain --category hardware/printer --kind request --to desktop");
    assert_snapshot!(imagined, @r#"
    A ticket like that, opened now
      priority   P3: where neither impact nor urgency is given
      category   hardware/printer, line 74
      to open    requester (missing), asset (missing), site (missing)
      to resolve code
      checklist  - print a test page
                 - look at the queue
                 - restart the spooler
      route      not rule "alarms of servers and network go to the experts", line 89: category differs
      route      rule "moves, adds and changes are desktop work", line 92, matches kind request,
                 category hardware → desktop at L2
      starts at  L2 technical, team desktop: the route

    Its clocks
      respond    4h in the hours office: rule "one person waits", line 123
      resolve    24h in the hours office: rule "one person waits", line 123
      accept     2h in the hours office: rule "one person waits", line 123
      vendor     40h in the hours office: rule "all others", line 129

    Escalated to L2 technical, team desktop
      must carry summary, tried, why (line 168)
      not        impact, searched (line 169): to-level differs
      must carry asset, site (line 171)
      not        evidence (line 173): category differs

    By itself
      at 75%     of resolve: notify assignee (line 147)
      at 100%    of resolve: notify lead (line 152)
      at 100%    of accept: notify lead (line 157)
    "#);
    let id = desk.open("'Gateway down' --via alert --category server -p P1");
    let explained = desk.call(format!("policy explain {id} --json")).json();
    assert_eq!(explained["ticket"], id.as_str());
    assert_eq!(explained["priority"]["by"], "given");
    assert_eq!(explained["routes"][0]["matches"], true);
    assert_eq!(explained["starts"]["team"], "expert");
    desk.run("policy explain").fails_with_hint(2);
    desk.run("policy explain --category 'a b'").fails(2);
    desk.run("policy explain zzz").fails_with_hint(3);
}

/// What one person does on a day. `ID` and `OTHER` are tickets.
const A_DAY: &[&str] = &[
    "open 'Printer jams' -r 'ext 4411' --category hardware --impact low",
    "open 'Locked out' -r bob --fixed 'unlocked the account' --code fixed",
    "list",
    "list is:any",
    "list --format csv --columns id,status,title",
    "show ID",
    "take ID",
    "note ID -m 'rang twice'",
    "reply ID -m 'Which version?' --hold requester",
    "reply ID --from-requester -m 'It is 5.2'",
    "hold ID --for parts -m 'ordered'",
    "resume ID",
    "set ID impact=high",
    "tag ID vip",
    "assign OTHER --to me",
    "link ID --to OTHER",
    "resolve ID -m 'new cable' --code replaced",
    "close ID",
    "reopen ID -m 'drops again'",
    "undo",
    "cancel OTHER -m 'works again'",
    "search printer",
    "history ID",
    "history ID OTHER -q",
    "report",
    "report --last 30d",
    "say ID",
    "doctor",
    "adopt",
    "policy check",
    "policy show",
    "policy explain ID",
    "policy explain --category network --impact high",
    "people",
    "duty",
    "duty --week",
    "who",
    "who ID",
    "who network",
    "who --lead",
    "who --supervisor",
    "queue",
    "queue --all",
    "next --peek",
    "next",
    "sla ID",
    "sweep --dry-run",
    "sweep",
    // What cannot be done says so without the word, too.
    "escalate ID -m 'beyond me'",
    "take nobody-s",
    "resolve ID -m x --code none-such",
    "hold ID --for",
];

#[test]
fn one_person_never_meets_a_level() {
    let desk = made_with("one-person");
    let id = desk.open("'VPN drops' -r alice@example.com --category network");
    let other = desk.open("'Gateway slow' -r alice@example.com");
    let mut told = 0;
    let mut look = |words: &str, text: &str| {
        let small = text.to_lowercase();
        let levels = ["level", "lvl", "first line", "front line"];
        for word in levels {
            assert!(!small.contains(word), "{words} says {word}:\n{text}");
        }
        let number = |part: &str| {
            let digit = part.strip_prefix('l').unwrap_or_default();
            digit.len() == 1 && digit.starts_with(|c: char| c.is_ascii_digit())
        };
        let parts = small.split(|c: char| !c.is_alphanumeric());
        assert!(!parts.into_iter().any(number), "{words} names one:\n{text}");
        told += text.len();
    };
    for line in A_DAY {
        let words = line.replace("OTHER", &other).replace("ID", &id);
        let ran = desk.run(&words);
        look(&words, &ran.stdout);
        look(&words, &ran.stderr);
    }
    for file in ["desk.yaml", "people.yaml", &desk.path(&id)] {
        look(file, &desk.read(file));
    }
    look("git log", &desk.git("log"));
    assert!(told > 5_000, "{told}");
}

/// Plain git keeps nobody from committing; the right that somebody gives
/// themselves so is none.
#[test]
fn doctor_tells_who_changed_policy_or_roster_without_the_right() {
    let desk = Desk::new();
    let policy = desk.read("desk.yaml") + "access: {change-policy: [team-lead]}\n";
    desk.commit("desk.yaml", &policy);
    desk.ok("cover lena --by grace --until 2026-12-31");
    assert_eq!(desk.run("doctor").to_string(), "2> the desk is well\n");

    let mine = "lena@example.com], levels: [1, 2], teams: [frontline]";
    let people = desk.read("people.yaml");
    let granted = people.replace(mine, &format!("{mine}, roles: [team-lead]"));
    assert_ne!(granted, people);
    desk.commit("people.yaml", &granted);
    desk.commit("desk.yaml", &(policy.clone() + "# mine now\n"));
    let said = desk.run("doctor").to_string();
    for path in ["people.yaml", "desk.yaml"] {
        let line = said.lines().find(|line| line.contains(path)).unwrap();
        assert!(
            line.contains("Lena <lena@example.com>, which is kept to team-lead"),
            "{line}"
        );
    }

    // A lead's own change settles that of the same file.
    desk.write("people.yaml", people + "# as it was\n");
    desk.git("-c user.name=Grace -c user.email=grace@example.com commit -q -a -m Settle");
    let said = desk.run("doctor").to_string();
    assert!(
        said.contains("desk.yaml") && !said.contains("people.yaml"),
        "{said}"
    );
}
