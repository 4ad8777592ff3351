//! Fields, tags, links, and the spelling of ids.

use crate::support::Desk;
use insta::assert_snapshot;
use serde_json::json;

#[test]
fn set_changes_empties_adds_and_removes() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops' --asset LT-7 --cc dan --cc eve");
    desk.ok(format!(
        "set {id} site='Lisbon, floor 3' asset= cc+=bob@example.com cc-=dan ref+=INC1,INC2 x-room=312"
    ));
    let ticket = desk.ticket(&id);
    assert_eq!(ticket["site"], "Lisbon, floor 3");
    assert_eq!(ticket["asset"], json!(null));
    assert_eq!(ticket["cc"], json!(["bob@example.com", "eve"]));
    assert_eq!(ticket["ref"], json!(["INC1", "INC2"]));
    assert_eq!(ticket["x-room"], "312");
    desk.ok(format!("set {id} x-room="));
    assert!(!desk.read(&desk.path(&id)).contains("\nx-room"));
}

#[test]
fn a_value_may_hold_an_equals_sign() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    desk.call_args(["set", &id, "title=VPN: mtu=1400 fails"])
        .ok();
    assert_eq!(desk.field(&id, "title"), "VPN: mtu=1400 fails");
}

#[test]
fn priority_goes_on_following_from_impact_and_urgency() {
    let desk = Desk::new();
    let [follows, given] = ["", "-p P1"].map(|words| desk.open(format!("VPN {words}")));
    desk.ok(format!("set {follows} {given} impact=low urgency=low"));
    assert_eq!(desk.field(&follows, "priority"), "P4");
    assert_eq!(desk.field(&given, "priority"), "P1");
    desk.ok(format!("set {follows} priority=P2 -m 'board meeting'"));
    assert_eq!(desk.field(&follows, "priority"), "P2");
}

#[test]
fn wrong_fields_and_values_are_named() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let before = desk.state();
    let mut said = String::new();
    for words in [
        "colour=red",
        "priority=P77",
        "cc=bob",
        "kind=dream",
        "tags+=a:b",
        "x-Room=1",
    ] {
        said.push_str(&desk.run(format!("set {id} {words}")).fails(2));
    }
    desk.run(format!("set {id}")).fails_with_hint(2);
    desk.run("set site=Lisbon").fails_with_hint(2);
    assert_eq!(desk.state(), before);
    assert_snapshot!(said, @r#"
    error: there is no field "colour"
    hint: fields: kind title status cause until priority impact urgency level team vendor category requester contact customer unit service site asset language via owner assignee code could-be rating key repeats; your own begin with x-
    error: priority: "P77" is not a priority from P1 to P9
    error: cc is a list
    hint: add with cc+=VALUE, remove with cc-=VALUE
    error: kind: "dream" is not a kind: one of incident request problem
    error: tags: "a:b" is not a name: letters, digits and . _ - + @, no spaces
    error: x-Room: "x-Room" is not a field name such as x-room: x- and lower-case letters, digits or -
    "#);
}

#[test]
fn tags_come_and_go_on_several_tickets() {
    let desk = Desk::new();
    let [one, two] = desk.open_all(["One", "Two"]);
    desk.ok(format!("tag {one} {two} --add vip,printer"));
    desk.ok(format!("tag {one} --remove printer --add floor3"));
    assert_eq!(desk.ticket(&one)["tags"], json!(["floor3", "vip"]));
    assert_eq!(desk.ok("list -q tag:printer").trim(), two);
    desk.run(format!("tag {one} --add 'a b'")).fails(2);
}

#[test]
fn links_say_what_the_other_ticket_is() {
    let desk = Desk::new();
    let [one, two, other] = desk.open_all(["One", "Two", "Cause"]);
    desk.ok(format!("link {one} {two} --to {other} --as problem"));
    desk.ok(format!("link {one} --to {two}"));
    assert_eq!(
        desk.ticket(&one)["links"],
        json!([
            {"kind": "caused-by", "to": other},
            {"kind": "related", "to": two},
        ])
    );
    desk.ok(format!("link {one} --to {two} --as related --remove"));
    assert_eq!(desk.ticket(&one)["links"].as_array().unwrap().len(), 1);
    let before = desk.state();
    desk.run(format!("link {one} --to {one}")).fails(4);
    desk.run(format!("link {one} --to zzzzzz"))
        .fails_with_hint(3);
    assert_eq!(desk.state(), before);
}

#[test]
fn ids_are_spelt_for_the_phone() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    assert_snapshot!(desk.ok(format!("say {id}")) + &desk.ok(format!("say {id} --full")), @"
    one delta tango, bravo november alfa
    two six, one one, two three, one delta tango, bravo november alfa
    ");
    let said = desk.call(format!("say {id} --json")).json();
    assert_eq!(said["id"], id.as_str());
    desk.run("say zzzzzz").fails_with_hint(3);
}

#[test]
fn how_satisfied_the_requester_was_is_a_number_from_1_to_5() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops' -r alice@example.com");
    desk.ok(format!("resolve {id} -m 'updated the client'"));
    desk.ok(format!("set {id} rating=4"));
    assert!(desk.read(&desk.path(&id)).contains("\nrating: 4\n"));
    let found = |terms: &str| desk.ok(format!("list is:any {terms} --format ids"));
    assert_eq!(found("rating.min:4").trim(), id);
    assert_eq!(found("rating.min:5"), "");
    desk.run(format!("set {id} rating=6")).fails(2);
    let report = desk.call("report --explain mean-rating --json").json();
    assert_eq!(report["tables"]["figure"]["rows"][0]["value"], 4.0);
}
