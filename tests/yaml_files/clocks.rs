//! The parts of `desk.yaml` that clocks go by.

use tierdesk::store::yaml::{read_policy, understand_policy};

const POLICY: &str = "\
format: 1
zone: Europe/London
calendars:
  office:
    week: {mon-fri: \"09:00-17:00\"}
    holidays: {2026-12-25: closed, 2026-12-24: \"09:00-12:00\"}
  shop:
    zone: Asia/Tokyo
    week:
      mon-fri: \"10:00-19:00\"
      sat: \"10:00-12:00 13:00-16:00\"
calendar: office
vendors:
  printco: {name: Print Company, level: 4, calendar: shop}
levels: {1: {name: front line}, 4: {name: vendor, vendor: true}}
pending-causes: [customer-test]
pauses: [requester, customer-test]
targets:
- name: urgent
  when: {priority: P1}
  calendar: 24x7
  respond: 15m
  resolve: 4h
  warn: 75%
- when: {customer: Gold Ltd}
  respond: 30m
- respond: 1h
  update: 4h
  resolve: 8h
  vendor: 16h
escalations:
- clock: resolve
  at: 100%
  do: notify
  to: lead
";

#[test]
fn targets_calendars_and_pauses_are_read() {
    let policy = read_policy(POLICY.as_bytes()).unwrap();
    let names: Vec<&str> = policy.calendars.all().map(|own| own.name()).collect();
    assert_eq!(names, ["24x7", "office", "shop"]);
    assert_eq!(policy.calendars.usual.name(), "office");
    assert_eq!(policy.targets.len(), 3);
    assert_eq!(policy.lifecycle.pauses.len(), 2);
}

#[test]
fn what_clocks_cannot_go_by_is_refused_with_line_and_hint() {
    let edits = [
        ("zone: Europe/London", "zone: Europe/Londn"),
        ("zone: Asia/Tokyo", "zone: Tokyo"),
        ("zone: Europe/London\n", ""),
        ("week: {mon-fri: \"09:00-17:00\"}", "week: {}"),
        ("mon-fri: \"10:00-19:00\"", "mon-fri: \"19:00-10:00\""),
        ("mon-fri: \"10:00-19:00\"", "mon-fri: \"10-19\""),
        ("2026-12-25: closed", "2026-02-30: closed"),
        ("2026-12-25: closed", "2026-12-25: shut"),
        ("calendar: office\nvendors", "calendar: ofice\nvendors"),
        ("calendar: office\nvendors", "vendors"),
        ("  shop:", "  24x7:"),
        ("calendar: shop", "calendar: shp"),
        ("calendar: 24x7", "calendar: always"),
        ("[requester, customer-test]", "[requester, custommer-test]"),
        ("resolve: 4h", "resolve: 2d"),
        ("warn: 75%", "warn: 120%"),
        ("  resolve: 4h\n  warn: 75%", "  warn: 75%"),
        ("  respond: 15m\n  resolve: 4h\n", ""),
        ("  when: {priority: P1}\n", ""),
        ("  when: {priority: P1}", "  when: {priority: [P1, P5]}"),
        ("{customer: Gold Ltd}", "{priority: P1}"),
        ("respond: 15m", "respnd: 15m"),
        ("- clock: resolve", "- clock: accept"),
    ];
    let mut complaints = Vec::new();
    for (from, to) in edits {
        assert!(POLICY.contains(from), "{from}");
        let file = POLICY.replacen(from, to, 1);
        match understand_policy(file.as_bytes()) {
            Ok((_, faults)) if faults.is_empty() => complaints.push(format!("{to}: fine")),
            Ok((_, faults)) => complaints.extend(
                faults
                    .iter()
                    .map(|error| format!("{error}; {}", error.hint)),
            ),
            Err(error) => complaints.push(format!("{error}; {}", error.hint)),
        }
    }
    insta::assert_snapshot!(complaints.join("\n"), @r#"
    line 2: zone: there is no time zone "Europe/Londn"; name a zone of the IANA database, such as Europe/London or UTC
    line 4: calendars.office: is in no time zone; add a line `zone: Europe/London` for the whole desk
    line 8: calendars.shop.zone: there is no time zone "Tokyo"; did you mean Asia/Tokyo?
    line 3: calendars.office: is in no time zone; add a line `zone: Europe/London` for the whole desk
    line 5: calendars.office.week: there are no open hours; write some, such as {mon-fri: "09:00-17:00"}
    line 10: calendars.shop.week.mon-fri: 19:00-10:00 ends before it starts; a night is two stretches: one until 24:00, one from 00:00 of the next day
    line 10: calendars.shop.week.mon-fri: "10-19" is not hours; write hours such as "09:00-17:00", "09:00-12:00 13:00-17:00" or closed
    line 6: calendars.office.holidays.2026-02-30: 2026-02-30 is no date; write it as 2027-03-31
    line 6: calendars.office.holidays.2026-12-25: "shut" is not hours; write hours such as "09:00-17:00", "09:00-12:00 13:00-17:00" or closed
    line 12: calendar: there is no calendar ofice; did you mean office?
    line 3: calendars: there are several, and none is the usual one; add `calendar: office` or `calendar: shop`
    line 7: calendars.24x7: every desk has this one already; remove it, or give it another name
    line 14: vendors.printco.calendar: there is no calendar shop; known here: 24x7, office
    line 14: vendors.printco.calendar: there is no calendar shp; did you mean shop?
    line 21: targets[0].calendar: there is no calendar always; known here: 24x7, office, shop
    line 17: pauses: "custommer-test" is not a cause of waiting here; did you mean customer-test?; correct it, or undo the edit: git diff -- FILE
    line 23: targets[0].resolve: "2d" is not a length of time in hours and minutes (8h): a day's length is the calendar's; correct it, or undo the edit: git diff -- FILE
    line 24: targets[0].warn: comes when the time is over; warn before that: 75%, or -1h
      warn: 75%: fine
    line 19: targets[0]: the rule gives no clock any time; give it some, such as respond: 1h or resolve: 8h
    line 24: targets[1]: this rule can never match: rule "urgent" comes first and takes every ticket; put it above that one, or remove it
    line 26: targets[2].respond: this can never count: rule "urgent" comes first and takes every ticket; put it above that one, or remove it
    line 28: targets[2].resolve: this can never count: rule "urgent" comes first and takes every ticket; put it above that one, or remove it
    line 20: targets[0].when.priority: P5 is not among the priorities; every level, team and priority that is named must also be listed
    line 25: targets[1]: this rule can never match: rule "urgent" comes first and takes priority P1; put it above that one, or remove it
    line 22: targets[0]: there is no field `respnd`; did you mean `respond`?
    line 32: escalations[0].clock: no target gives accept any time, so this never happens; give it some under `targets`, such as accept: 4h
    "#);
}
