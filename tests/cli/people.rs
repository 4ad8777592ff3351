//! Who works here, who is there, who stands in, who calls.

use crate::support::Desk;
use insta::assert_snapshot;

/// A roster in which everything is used. It is Monday, 23 November 2026, a few
/// minutes past nine.
const PEOPLE: &str = "\
# Who works here.
format: 1
people:
  grace: {name: Grace Hall, emails: [grace@example.com], levels: [1, 2], teams: [frontline], roles: [team-lead], reports-to: dina}
  lena:
    name: Lena Weiss # on the phone
    emails: [lena@example.com]
    levels: [1]
    teams: [frontline]
    title: Service-desk agent
    lead: grace
    reports-to: dina
    capacity: 2
    duty: {zone: Europe/Berlin, mon-fri: \"08:00-16:00\"}
  marco:
    name: Marco Rossi
    emails: [marco@example.com]
    levels: [2]
    teams: [desktop, technical]
    skills: [hardware, vpn]
    absences:
    # he skis
    - {from: 2026-11-20, to: 2026-11-24, why: skiing, cover: omar}
  nadia: {name: Nadia, emails: [nadia@example.com], levels: [3], teams: [expert], grants: [{level: 2, for: database, until: 2026-11-30, by: grace}]}
  omar: {name: Omar, emails: [omar@example.com], levels: [1, 2], teams: [technical], skills: [vpn], duty: {zone: Europe/Berlin, mon-fri: \"12:00-20:00\"}}
  dina: {name: Dina, emails: [dina@example.com], roles: [manager]}
";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.commit("people.yaml", PEOPLE);
    desk
}

/// A desk of one person who knows no levels.
fn one_person() -> Desk {
    let desk = Desk::new();
    desk.commit("desk.yaml", "format: 1\nname: Shop\n");
    let people = "format: 1\npeople:\n  lena: {name: Lena, emails: [lena@example.com]}\n";
    desk.commit("people.yaml", people);
    desk
}

#[test]
fn people_are_listed_with_what_they_have_and_where_they_are() {
    let desk = desk();
    let id = desk.open("'VPN drops'");
    desk.ok(format!("take {id}"));
    let other = desk.open("'Printer is out'");
    desk.ok(format!("take {other}"));
    desk.ok(format!("hold {other} --for parts"));
    assert_snapshot!(desk.ok("people"), @r"
    Who    Name         Title               Levels            Teams                Load  Now                                          Lead
    dina   Dina                                                                       0  there
    grace  Grace Hall                       L1 L2             frontline               0  there
    lena   Lena Weiss   Service-desk agent  L1                frontline          1 of 2  there until 15:00                            grace
    marco  Marco Rossi                      L2                desktop technical       0  away until Wed 25 Nov 00:00, omar stands in
    nadia  Nadia                            L3 L2 (database)  expert                  0  there
    omar   Omar                             L1 L2             technical               0  back 11:00
    ");
    assert_eq!(desk.ok("people -q --team technical"), "marco\nomar\n");
    assert_eq!(desk.ok("people -q --skill vpn --on-duty"), "");
    assert_eq!(desk.ok("people -q --level 2"), "grace\nmarco\nomar\n");
    assert_eq!(desk.ok("people -q --role lead"), "grace\n");
    let listed = desk.call("people --json").json();
    let lena = &listed["people"][2];
    assert_eq!(
        (&lena["working"], &lena["pending"], &lena["capacity"]),
        (&1.into(), &1.into(), &2.into())
    );
    assert_eq!(listed["people"][4]["grants"][0]["for"], "database");
    desk.run("people --team destkop").fails_with_hint(2);
    desk.run("people --level 7").fails_with_hint(2);
}

#[test]
fn who_is_on_duty_follows_rotas_and_absences() {
    let desk = desk();
    assert_snapshot!(desk.ok("duty"), @r"
    Team       Level  Who    Now
    frontline  L1     grace  there
                      lena   there until 15:00
    desktop    L2            nobody is there
                      marco  away until Wed 25 Nov 00:00, omar stands in
    technical  L2            nobody is there
                      marco  away until Wed 25 Nov 00:00, omar stands in
                      omar   back 11:00
    expert     L3     nadia  there
    ");
    assert_eq!(
        desk.call("duty -q --at '2026-11-23 18:00'").ok(),
        "dina\ngrace\nnadia\nomar\n".replace("dina\n", "")
    );
    assert_snapshot!(desk.ok("duty --week --team technical"), @r"
    Team       Day         Level  There                            Nobody
    technical  Mon 23 Nov  L2     omar 11:00-19:00                 00:00-11:00 19:00-24:00
               Tue 24 Nov         omar 11:00-19:00                 00:00-11:00 19:00-24:00
               Wed 25 Nov         marco all day, omar 11:00-19:00
               Thu 26 Nov         marco all day, omar 11:00-19:00
               Fri 27 Nov         marco all day, omar 11:00-19:00
               Sat 28 Nov         marco all day
               Sun 29 Nov         marco all day
    ");
    let week = desk.call("duty --week --team technical --json").json();
    // Marco, who has no rota, should always be there; Omar is for a part.
    assert_eq!(week["teams"][0]["gaps"][0]["to"], "2026-11-23T11:00:00Z");
    // The desk's hours, where it names them, are what must be covered.
    let policy = desk.read("desk.yaml")
        + "zone: Europe/Berlin\ncalendars:\n  office: {week: {mon-fri: \"09:00-13:00\"}}\n";
    desk.commit("desk.yaml", &policy);
    let week = desk.call("duty --week --team technical --json").json();
    let gaps = week["teams"][0]["gaps"].to_string();
    assert_eq!(
        gaps,
        r#"[{"from":"2026-11-23T08:00:00Z","to":"2026-11-23T11:00:00Z"},{"from":"2026-11-24T08:00:00Z","to":"2026-11-24T11:00:00Z"}]"#
    );
}

#[test]
fn a_rota_may_be_a_calendar_of_the_desk() {
    let desk = desk();
    let policy = desk.read("desk.yaml")
        + "zone: Europe/Berlin\ncalendars:\n  late: {week: {mon-fri: \"14:00-22:00\"}}\n";
    desk.commit("desk.yaml", &policy);
    desk.commit(
        "people.yaml",
        &PEOPLE.replace("roles: [manager]", "duty: late"),
    );
    let shown = desk.ok("people");
    assert!(shown.contains("back 13:00"), "{shown}");
    desk.commit(
        "people.yaml",
        &PEOPLE.replace("roles: [manager]", "duty: lat"),
    );
    let refused = desk.run("open Anything").fails_with_hint(6);
    assert!(
        refused.contains("people.dina.duty") && refused.contains("late"),
        "{refused}"
    );
}

#[test]
fn a_wrong_roster_is_refused_with_file_line_and_hint_and_never_blocks_reading() {
    let desk = desk();
    let id = desk.open("'VPN drops'");
    for (from, to, said) in [
        (
            "reports-to: dina}",
            "reports-to: lena}\n  eve: {reports-to: eve}",
            "circle: eve → eve",
        ),
        (
            "roles: [manager]",
            "reports-to: lena",
            "circle: dina → lena → dina",
        ),
        ("levels: [3]", "levels: [7]", "there is no level 7"),
        (
            "teams: [expert]",
            "teams: [exprt]",
            "there is no team exprt",
        ),
        (
            "zone: Europe/Berlin, mon-fri: \"12",
            "zone: Europe/Bern, mon-fri: \"12",
            "no time zone",
        ),
        ("cover: omar", "cover: omra", "omra is not on the roster"),
        ("to: 2026-11-24", "to: 2026-11-19", "ends before it starts"),
        (", teams: [expert]", "", "nobody works in the team expert"),
    ] {
        assert!(PEOPLE.contains(from), "{from}");
        desk.commit("people.yaml", &PEOPLE.replacen(from, to, 1));
        let refused = desk.run(format!("take {id}")).fails_with_hint(6);
        assert!(
            refused.contains(said) && refused.contains(".yaml: line "),
            "{refused}"
        );
        desk.ok("list");
        desk.ok(format!("show {id}"));
        desk.ok("people");
        desk.ok("duty");
        desk.git("revert --no-edit HEAD");
    }
    desk.ok(format!("take {id}"));
}

#[test]
fn a_recipient_who_is_not_on_the_roster_is_named_in_the_policy() {
    let desk = desk();
    let policy = desk.read("desk.yaml")
        + "targets:\n- {resolve: 4h}\nescalations:\n- {clock: resolve, at: 75%, do: notify, to: grcae}\n";
    desk.commit("desk.yaml", &policy);
    let refused = desk.run("open Anything").fails_with_hint(6);
    let line = policy.lines().count();
    assert!(
        refused.contains(&format!(
            "desk.yaml: line {line}: escalations[0].to: grcae is not on the roster"
        )),
        "{refused}"
    );
    assert!(refused.contains("did you mean grace?"), "{refused}");
}

#[test]
fn an_absence_is_one_commit_and_keeps_the_file_as_it_is() {
    let desk = desk();
    let before = desk.commits();
    let said =
        desk.run("cover lena --by auto --from 2026-12-24 --until 2026-12-31 --why 'at home'");
    assert_snapshot!(said, @r"
    grace
    2>   grace stands in for lena, 2026-12-24 to 2026-12-31: grace works in the same team; 0 in work
    ");
    assert_eq!(desk.commits(), before + 1);
    let item =
        "    absences:\n    - {from: 2026-12-24, to: 2026-12-31, why: at home, cover: grace}\n";
    let duty = "    duty: {zone: Europe/Berlin, mon-fri: \"08:00-16:00\"}\n";
    assert_eq!(
        desk.read("people.yaml"),
        PEOPLE.replace(duty, &format!("{duty}{item}"))
    );
    assert_snapshot!(desk.git("log -1 --format=%an%n%B"), @r"
    Lena
    cover lena: 2026-12-24 to 2026-12-31 by grace

    Action: cover
    Actor: lena
    Person: lena
    Cover: grace
    ");
    assert!(
        desk.git("log -1 --format=%(trailers:key=Cover,valueonly)")
            .contains("grace")
    );
    desk.assert_clean();
    // Again: it is so already.
    let again = desk.run("cover lena --by grace --from 2026-12-24 --until 2026-12-31");
    assert!(again.stderr.contains("stands in already"), "{again}");
    assert_eq!(desk.commits(), before + 1);
    // Whoever is away is not there, and their tickets are named.
    let id = desk.open("'VPN drops'");
    desk.ok(format!("take {id}"));
    let said = desk.run("cover me --by omar --until 17:00");
    assert!(
        said.stderr.contains("a live ticket stays with lena"),
        "{said}"
    );
    assert!(
        desk.ok("people --team frontline")
            .contains("away until 17:00, omar stands in")
    );
}

#[test]
fn an_absence_that_makes_no_sense_is_refused_and_a_dry_run_writes_nothing() {
    let desk = desk();
    let before = desk.state();
    desk.ok("cover lena --by auto --until 2026-12-31 --dry-run");
    desk.run("cover lena --by auto --from 2026-12-24 --until 2026-12-01")
        .fails(2);
    desk.run("cover lena --by lena --until 2026-12-31").fails(2);
    desk.run("cover lena --by nobody --until 2026-12-31")
        .fails_with_hint(2);
    desk.run("cover lena --until 2026-12-31").fails_with_hint(2);
    desk.run("cover dina --by auto --until 2026-12-31")
        .fails_with_hint(4);
    assert_eq!(desk.state(), before);
    // Whoever edits the file by hand is not overwritten.
    desk.write(
        "people.yaml",
        PEOPLE.replace("# he skis", "# he snowboards"),
    );
    desk.run("cover lena --by auto --until 2026-12-31")
        .fails_with_hint(5);
    assert!(desk.read("people.yaml").contains("snowboards"));
}

#[test]
fn who_may_change_the_policy_may_write_absences_of_others() {
    let desk = desk();
    let policy = desk.read("desk.yaml") + "access: {change-policy: [team-lead]}\n";
    desk.commit("desk.yaml", &policy);
    let refused = desk
        .run("cover nadia --by omar --until 2026-12-31")
        .fails_with_hint(4);
    assert_snapshot!(refused, @r"
    error: only team-lead may change the policy here, and lena is not one
    hint: ask grace
    ");
    desk.ok("cover me --by omar --until 2026-12-31");
    desk.call("cover nadia --by omar --until 2026-12-31")
        .env("DESK_BY", "grace")
        .ok();
    assert_eq!(desk.git("log -1 --format=%an").trim(), "Grace Hall");
}

/// A lead may be called a supervisor in the roster, and a supervisor a lead in
/// the policy: both are words for one role.
#[test]
fn a_role_has_its_rights_by_whatever_word_for_it() {
    let desk = desk();
    desk.commit(
        "people.yaml",
        &PEOPLE.replace("roles: [team-lead]", "roles: [supervisor]"),
    );
    let policy = desk.read("desk.yaml") + "access: {change-policy: [team-lead]}\n";
    desk.commit("desk.yaml", &policy);
    let cover = "cover nadia --by omar --until 2026-12-31";
    desk.run(cover).fails_with_hint(4);
    desk.call(cover).by("grace").ok();
    assert_eq!(desk.ok("people -q --role lead"), "grace\n");
    assert!(desk.ok("role team-lead").contains("held by       grace"));
    let id = desk.open("'VPN drops'");
    desk.call(format!("escalate {id} --attention lead -m 'who knows?'"))
        .by("lena")
        .ok();
    assert_eq!(desk.field(&id, "attention"), r#"["grace"]"#);

    // By plain git too, as doctor sees it.
    let roster = desk.read("people.yaml");
    desk.write("people.yaml", roster.replace("capacity: 2", "capacity: 3"));
    desk.git("-c user.name=Grace -c user.email=grace@example.com commit -q -a -m Capacity");
    assert_eq!(desk.run("doctor").to_string(), "2> the desk is well\n");
    desk.commit("people.yaml", &roster);
    let told = desk.run("doctor").to_string();
    assert!(told.contains("which is kept to team-lead"), "{told}");
}

#[test]
fn roles_say_what_they_are_for() {
    let desk = desk();
    let policy = desk.read("desk.yaml")
        + "access: {cancel: [team-lead, manager], change-policy: [manager]}\n";
    desk.commit("desk.yaml", &policy);
    assert_snapshot!(desk.ok("role team-lead"), @r"
    support-center team lead
      duties        - runs the day and coaches the team
                    - is the first internal point of hierarchical escalation
                    - watches what nobody has acknowledged, what is stale, and what bounces
                    - holds the load against who is on duty
      may           what the policy keeps to nobody, and cancel
      may not       change the policy (kept to manager)
      escalates to  the support-center manager
      answers to    the support-center manager
      starts with   desk list is:unassigned · desk duty · desk people
      held by       grace
    ");
    assert!(desk.ok("role").contains("business-relationship-manager"));
    let lead = desk.call("role supervisor --json").json();
    assert_eq!(lead["role"]["held-by"][0], "grace");
    assert_eq!(lead["may"][0], "cancel");
    let refused = desk.run("role team-laed").fails_with_hint(2);
    assert!(refused.contains("did you mean team-lead?"), "{refused}");
}

#[test]
fn callers_are_looked_up_by_address_name_or_number_with_what_they_wait_for() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops' -r A.Uenal@acme.example");
    let stranger = desk.open("'Printer is out' -r bob@else.example");
    let none = desk.run("contacts alice").fails_with_hint(3);
    assert!(none.contains("open a ticket all the same"), "{none}");
    desk.commit(
        "contacts.yaml",
        "\
format: 1
contacts:
  alice@acme.example:
    name: Alice \u{dc}nal
    emails: [a.uenal@acme.example]
    phone: +49 170 5551234
    customer: Acme
    site: Berlin
    vip: true
  carl@acme.example: {name: Carl, customer: Acme}
",
    );
    assert_snapshot!(desk.ok("contacts 0170-5551234").replace(&id, "ID"), @r"
    Alice Ünal · VIP
      address   alice@acme.example, a.uenal@acme.example
      phone     +49 170 5551234
      customer  Acme
      site      Berlin
      tickets   ID  new · VPN drops
    ");
    assert_eq!(desk.ok("contacts -q \u{dc}nal"), format!("{id}\n"));
    assert_eq!(
        desk.ok("contacts -q acme"),
        "alice@acme.example\ncarl@acme.example\n"
    );
    // Who is not written down may have tickets all the same.
    assert_eq!(
        desk.ok("contacts -q bob@else.example"),
        format!("{stranger}\n")
    );
    assert_snapshot!(desk.ok("contacts"), @r"
    Who                 Name        Phone            Customer  Unit  Site    VIP
    alice@acme.example  Alice Ünal  +49 170 5551234  Acme            Berlin  VIP
    carl@acme.example   Carl                         Acme
    ");
    // What is wrong there stops nothing, and is told.
    desk.commit(
        "contacts.yaml",
        "format: 1\ncontacts:\n  a@b.example: {fone: 1}\n",
    );
    desk.open("'Still works'");
    let told = desk.run("doctor");
    assert_eq!(told.code, Some(6));
    assert!(told.to_string().contains("contacts.yaml"), "{told}");
}

#[test]
fn a_desk_without_levels_never_says_the_word() {
    let desk = one_person();
    let id = desk.open("'VPN drops' -r alice");
    let mut said = String::new();
    for words in [
        "people",
        "people --json",
        "duty",
        "duty --week",
        "duty --json",
        "duty --week --json",
        "role",
        "role technician",
        &format!("who {id}"),
        &format!("who {id} --json"),
        "next --peek",
        "next -n",
        &format!("assign {id} --auto"),
        "next",
        "contacts alice",
    ] {
        let ran = desk.run(words);
        assert!(matches!(ran.code, Some(0 | 3)), "{words}: {ran}");
        said.push_str(&ran.to_string());
    }
    let allowed = said
        .replace("\"level\":null", "")
        .replace("\"levels\":[]", "");
    assert!(!allowed.to_lowercase().contains("level"), "{said}");
    desk.run(format!("level {id}")).fails_with_hint(2);
}
