use super::*;
use crate::policy::Roster;
use crate::policy::people::roles::ROLES;
use crate::report::Period;
use crate::report::story::{Known, desk, november, roster, rows, served, time};
use crate::ticket::Handle;
use crate::ticket::value::Value as _;
use serde_json::json;
use std::collections::BTreeSet;

/// Asked on the day after the last ticket came.
fn seen_by<'a>(role: &str, known: &'a Known, roster: &'a Roster) -> Scope<'a> {
    Scope {
        me: Handle::parse("marco").ok(),
        roles: vec![role.to_owned()],
        roster,
        ..known.scope(november())
    }
}

fn names(tables: &[Table]) -> Vec<&'static str> {
    tables.iter().map(|table| table.name).collect()
}

fn named<'t>(tables: &'t [Table], name: &str) -> &'t Table {
    let found = tables.iter().find(|table| table.name == name);
    found.unwrap_or_else(|| panic!("no {name} in {:?}", names(tables)))
}

#[test]
fn every_role_sees_something_of_its_own_and_no_table_twice() {
    let known = served();
    let roster = Roster::default();
    let whole = tables(&known.scope(november()));
    for role in ROLES {
        let seen = tables(&seen_by(role.word, &known, &roster));
        assert_ne!(names(&seen), names(&whole), "{}", role.word);
        let unique: BTreeSet<_> = names(&seen).into_iter().collect();
        assert_eq!(
            unique.len(),
            seen.len(),
            "{}: {:?}",
            role.word,
            names(&seen)
        );
        let last = seen.last().unwrap().notes.last().unwrap();
        let whose = format!("As a {} sees it", role.name);
        assert!(last.starts_with(&whose), "{last}");
        // Another word for it is the same role.
        for word in role.also {
            assert_eq!(tables(&seen_by(word, &known, &roster)), seen, "{word}");
        }
    }
}

#[test]
fn who_holds_several_roles_sees_what_the_one_with_most_in_view_sees() {
    let (known, roster) = (served(), Roster::default());
    let mut scope = seen_by("technician", &known, &roster);
    scope.roles.insert(0, "lead".to_owned());
    let lead = tables(&seen_by("team-lead", &known, &roster));
    assert_eq!(tables(&scope), lead);
}

#[test]
fn a_technician_sees_their_own_desk_first() {
    let known = desk();
    let roster = roster(&known, json!({"marco": {"name": "Marco"}}));
    let seen = tables(&seen_by("technician", &known, &roster));
    assert_eq!(names(&seen), ["mine", "free", "me"]);
    // m has been with marco for 61 days, f for 10; nobody has e; lena has g.
    assert_eq!(
        rows(&seen[0]),
        [
            "m | P2 | assigned | L1 | 1464:00 | VPN drops",
            "f | - | pending | L2 | 240:00 | VPN drops",
        ]
    );
    assert_eq!(rows(&seen[1]), ["e | P1 | new | L1 | 264:00 | VPN drops"]);
    assert_eq!(
        rows(&seen[2]),
        ["marco | 2 | 1 | 0 | 1 | 1464:00 | 1 | 2 | 1 | 0 | - | no rota"]
    );
}

#[test]
fn what_runs_out_first_comes_first() {
    let known = served();
    let roster = Roster::default();
    let seen = tables(&seen_by("technician", &known, &roster));
    // e had an hour for an answer: it ran out on Monday at ten.
    assert_eq!(
        rows(named(&seen, "free")),
        ["e | P2 | new | L1 | 11-23 10:00 | 192:00 | VPN drops"]
    );
}

#[test]
fn a_lead_sees_what_nobody_has_taken_up_and_what_nobody_touches() {
    let known = desk();
    let roster = roster(&known, json!({"lena": {"name": "Lena"}}));
    let seen = tables(&seen_by("team-lead", &known, &roster));
    // m was given to marco ten minutes after it came.
    assert_eq!(
        rows(named(&seen, "unacknowledged")),
        [
            "m | 1463:50 | P2 | assigned | - | marco | VPN drops",
            "e | 264:00 | P1 | new | - | - | VPN drops",
        ]
    );
    let quiet: Vec<String> = rows(named(&seen, "stale"));
    let ids: Vec<&str> = quiet.iter().map(|row| &row[..1]).collect();
    assert_eq!(ids, ["m", "g", "e", "f"]);
    assert!(names(&seen).contains(&"people") && names(&seen).contains(&"refused"));
}

#[test]
fn a_director_sees_the_year_whatever_the_period() {
    let known = served();
    let day = Period::new(time("2026-11-30T00:00:00Z"), time("2026-12-01T00:00:00Z")).unwrap();
    let scope = Scope {
        roles: vec!["director".to_owned()],
        ..known.scope(day)
    };
    let seen = tables(&scope);
    let quarters = rows(named(&seen, "attainment-by"));
    assert_eq!(quarters.len(), 1, "{quarters:?}");
    assert!(quarters[0].starts_with("2026-Q4 | 4/5"), "{quarters:?}");
}

#[test]
fn a_desk_without_levels_meets_no_level() {
    let known = Known::new(&json!({"format": 1}), &[]);
    let roster = Roster::default();
    for role in ROLES {
        for table in tables(&seen_by(role.word, &known, &roster)) {
            let told = table.to_json().to_string().to_lowercase();
            let told = told.split("as a ").next().unwrap_or_default().to_owned();
            assert!(!told.contains("level"), "{}: {told}", role.word);
        }
    }
}
