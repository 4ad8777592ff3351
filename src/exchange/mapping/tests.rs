//! Wrong mappings are refused with line and hint.

use super::*;

const GOOD: &str = "\
source: demo
format: csv
shape: snapshot
case: number
time: {column: updated}
status:
  from: state
  words: {New: new, On hold: pending vendor}
fields:
  title: summary
";

fn refused(text: &str) -> String {
    let errors = Mapping::read(text.as_bytes()).unwrap_err();
    let told = errors
        .iter()
        .map(|error| format!("{error} | {}", error.hint));
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_mapping_says_which_columns_it_needs() {
    let mapping = Mapping::read(GOOD.as_bytes()).unwrap();
    let columns: Vec<&str> = mapping.columns().into_iter().collect();
    assert_eq!(columns, ["number", "state", "summary", "updated"]);
}

#[test]
fn every_fault_is_told_with_its_line() {
    let wrong = GOOD
        .replace(
            "On hold: pending vendor",
            "On hold: pending, Done: finished",
        )
        .replace(
            "  title: summary\n",
            "  titel: summary\n  level: {constant: high}\n  team: {column: a, constant: b}\n  \
             unit: {column: a, match: '(x'}\n",
        );
    let wrong = format!("{wrong}activities:\n  Close: {{did: closed}}\n");
    insta::assert_snapshot!(refused(&wrong), @r#"
    line 8: status.words.Done: "finished" is not a status: one of new queued assigned in-progress pending resolved closed cancelled | such as new, in-progress or pending vendor
    line 8: status.words.On hold: a pending ticket waits for something | such as pending requester, or resolved
    line 9: fields: nothing says what the title is | add a line such as title: COLUMN or title: {template: 'Case {number}'}
    line 10: fields.titel: there is no field titel | did you mean title?
    line 11: fields.level: level: "high" is not a level from 0 to 9, such as 2 or L2 | write what the field can hold
    line 12: fields.team: it must name exactly one of column, constant and template | several places to look are a list: [{column: a}, {constant: b}]
    line 13: fields.unit.match: no regular expression: found open group without closing ')' | in single quotes a backslash is a backslash: '(\d)(nd|rd)$'
    line 15: activities.Close.did: "closed" is no verb of an imported event | did you mean close?
    "#);
}

#[test]
fn unknown_keys_are_named() {
    insta::assert_snapshot!(refused(&GOOD.replace("case:", "cases:")), @"line 4: there is no field `cases` | did you mean `case`?");
    let wrong = GOOD.replace("title: summary", "title: {colum: summary}");
    insta::assert_snapshot!(refused(&wrong), @"line 10: fields.title: there is no field `colum` | did you mean `column`?");
    let wrong = GOOD.replace(
        "{column: updated}",
        "{column: updated, formats: ['%Q'], zone: Mars}",
    );
    insta::assert_snapshot!(refused(&wrong), @r#"
    line 5: time.formats[0]: "%Q" is no format of a time | such as %d/%m/%Y %H:%M, %Y-%m-%d %H:%M:%S or unix
    line 5: time.zone: there is no zone Mars | zones are named like Europe/London or America/New_York
    "#);
}
