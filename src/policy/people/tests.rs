use super::file::{AbsenceEntry, DutyEntry, GrantEntry, PersonEntry, RosterFile};
use super::*;
use crate::policy::rules::PolicyFile;
use crate::policy::rules::levels::{LevelEntry, TeamEntry};
use crate::ticket::value::Value as _;
use crate::ticket::{Category, Level, Timestamp};
use proptest::prelude::*;

fn policy() -> Policy {
    let mut file = PolicyFile::empty();
    for (number, name) in [(1, "front"), (2, "technical"), (3, "expert")] {
        let entry = LevelEntry {
            name: name.into(),
            team: None,
            vendor: false,
            does: None,
            solves: Default::default(),
            cost: None,
        };
        file.levels.insert(number, entry);
        let team = TeamEntry {
            level: Some(number),
            branch: None,
        };
        file.teams.insert(format!("{name}-team"), team);
    }
    Policy::try_from(file).unwrap()
}

fn roster(people: &[(&str, PersonEntry)]) -> (Roster, Vec<String>) {
    let people = people.iter().cloned();
    let file = RosterFile {
        format: 1,
        people: people.map(|(key, entry)| (key.to_owned(), entry)).collect(),
    };
    let (roster, faults) = Roster::understand(&file, &policy());
    (roster, faults.iter().map(ToString::to_string).collect())
}

fn entry() -> PersonEntry {
    PersonEntry::default()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn rota(rows: &[(&str, &str)]) -> Option<DutyEntry> {
    let own = |(key, text): &(&str, &str)| ((*key).to_owned(), (*text).to_owned());
    Some(DutyEntry::Rota(rows.iter().map(own).collect()))
}

fn absence(from: &str, to: &str) -> AbsenceEntry {
    AbsenceEntry {
        from: from.into(),
        to: to.into(),
        why: None,
        cover: None,
    }
}

#[test]
fn each_fault_is_named_and_the_rest_is_used() {
    let lena = PersonEntry {
        levels: [1, 9].into(),
        teams: vec!["front-team".into(), "fornt-team".into()],
        lead: Some("nobody".into()),
        duty: rota(&[("mon-fri", "09:00-17:00"), ("zone", "europe/london")]),
        absences: vec![
            absence("2026-12-24", "2026-12-20"),
            absence("2026-12-24", "2026-12-24"),
            AbsenceEntry {
                cover: Some("omra".into()),
                ..absence("soon", "2026-12-24")
            },
        ],
        capacity: Some(0),
        ..entry()
    };
    let (roster, faults) = roster(&[("lena", lena), ("omar", entry())]);
    assert_eq!(
        faults,
        [
            "people.lena.duty.zone: there is no time zone \"europe/london\"",
            "people.lena.capacity: 0 means never",
            "people.lena.levels: there is no level 9",
            "people.lena.teams: there is no team fornt-team",
            "people.lena.lead: nobody is not on the roster",
            "people.lena.absences[0].to: 2026-12-24 to 2026-12-20 ends before it starts",
            "people.lena.absences[2].cover: omra is not on the roster",
            "people.lena.absences[2].from: soon is no date",
        ]
    );
    let lena = roster.get("lena").unwrap();
    assert_eq!((lena.levels.len(), lena.teams.len()), (1, 1));
    assert_eq!(lena.absences.len(), 1);
    assert_eq!(lena.capacity, None);
}

#[test]
fn a_circle_of_managers_is_named_once_and_cut() {
    let under = |who: &str| PersonEntry {
        reports_to: Some(who.into()),
        lead: Some("ada".into()),
        ..entry()
    };
    let (roster, faults) = roster(&[
        (
            "ada",
            PersonEntry {
                lead: None,
                ..under("ben")
            },
        ),
        ("ben", under("cem")),
        ("cem", under("ada")),
        ("dan", under("ben")),
        (
            "eve",
            PersonEntry {
                reports_to: Some("eve".into()),
                ..entry()
            },
        ),
    ]);
    assert_eq!(
        faults,
        [
            "people.ada.reports-to: goes round in a circle: ada → ben → cem → ada",
            "people.eve.reports-to: goes round in a circle: eve → eve",
        ]
    );
    assert_eq!(roster.get("ada").unwrap().reports_to, None);
    assert!(roster.get("cem").unwrap().reports_to.is_some());
}

#[test]
fn granted_levels_are_held_while_they_run_and_for_what_they_are_for() {
    let omar = PersonEntry {
        levels: [2].into(),
        grants: vec![GrantEntry {
            level: 3,
            topic: Some("database".into()),
            until: "2026-12-31".into(),
            by: Some("grace".into()),
        }],
        ..entry()
    };
    let (roster, faults) = roster(&[("omar", omar)]);
    assert_eq!(faults, [""; 0]);
    let omar = roster.get("omar").unwrap();
    let category = |text: &str| Category::parse(text).unwrap();
    let skill = [Name::parse("database").unwrap()];
    let levels = |when: &str, category: Option<&Category>, skills: &[Name]| {
        let held = omar.levels_at(at(when), Topic { category, skills });
        held.iter().map(|level| level.number()).collect::<Vec<_>>()
    };
    let last = "2026-12-31T23:59:59Z";
    assert_eq!(
        levels(last, Some(&category("database/backup")), &[]),
        [2, 3]
    );
    assert_eq!(levels(last, None, &skill), [2, 3]);
    assert_eq!(levels(last, Some(&category("databases")), &[]), [2]);
    assert_eq!(levels(last, None, &[]), [2]);
    assert_eq!(levels("2027-01-01T00:00:00Z", None, &skill), [2]);
}

#[test]
fn who_is_there_follows_from_rota_and_absences() {
    let lena = PersonEntry {
        duty: rota(&[("mon-fri", "09:00-17:00"), ("zone", "Europe/London")]),
        absences: vec![absence("2026-06-03", "2026-06-04")],
        ..entry()
    };
    let (roster, faults) = roster(&[("lena", lena), ("omar", entry())]);
    assert_eq!(faults, [""; 0]);
    let lena = roster.get("lena").unwrap();
    // In summer London is an hour ahead of UTC.
    assert_eq!(
        lena.presence(at("2026-06-02T08:00:00Z")),
        Presence::There(Some(at("2026-06-02T16:00:00Z")))
    );
    assert_eq!(
        lena.presence(at("2026-06-02T16:00:00Z")),
        Presence::Off(Some(at("2026-06-03T08:00:00Z")))
    );
    let away = lena.presence(at("2026-06-02T23:00:00Z"));
    assert!(matches!(away, Presence::Away(absence)
        if absence.to == at("2026-06-04T23:00:00Z")));
    let omar = roster.get("omar").unwrap();
    assert_eq!(
        omar.presence(at("2026-06-02T23:00:00Z")),
        Presence::There(None)
    );
}

#[test]
fn teams_without_people_are_faults_of_the_policy_once_there_are_two() {
    let in_team = |team: &str| PersonEntry {
        teams: vec![format!("{team}-team")],
        ..entry()
    };
    let (one, _) = roster(&[("lena", in_team("front"))]);
    assert!(staffing(&policy(), &one).is_empty());
    let (two, _) = roster(&[("lena", in_team("front")), ("omar", in_team("technical"))]);
    let faults: Vec<_> = staffing(&policy(), &two);
    assert_eq!(faults.len(), 1);
    assert_eq!(
        faults[0].to_string(),
        "teams.expert-team: nobody works in the team expert-team"
    );
}

#[test]
fn who_stands_in_has_least_in_work_and_is_there_longest() {
    let from = |duty: Option<DutyEntry>| PersonEntry {
        teams: vec!["front-team".into()],
        duty,
        ..entry()
    };
    let rota = |hours: &str| from(rota(&[("mon-fri", hours), ("zone", "UTC")]));
    let (roster, faults) = roster(&[
        ("away", from(None)),
        ("anna", rota("09:00-12:00")),
        ("bert", rota("09:00-17:00")),
        ("carl", rota("08:00-16:00")),
    ]);
    assert!(faults.is_empty(), "{faults:?}");
    let away = roster.get("away").unwrap();
    let (monday, saturday) = (at("2026-11-23T00:00:00Z"), at("2026-11-28T00:00:00Z"));
    let mut loads = Loads::default();
    let pick = |loads: &Loads| {
        let found = pick::stand_in(&roster, loads, away, monday, saturday);
        found.unwrap().0.handle.to_string()
    };
    // As long as Carl, and before him by name.
    assert_eq!(pick(&loads), "bert");
    loads.entry("bert").working = 1;
    assert_eq!(pick(&loads), "carl");
    loads.entry("carl").working = 1;
    assert_eq!(pick(&loads), "anna");
    loads.entry("anna").working = 1;
    assert_eq!(pick(&loads), "bert");
}

proptest! {
    /// Whatever is written, whoever goes up from anybody arrives.
    #[test]
    fn every_way_up_ends(links in prop::collection::vec(prop::option::of(0..6usize), 6)) {
        let names = ["ada", "ben", "cem", "dan", "eve", "fay"];
        let people: Vec<_> = names.iter().zip(&links).map(|(name, up)| {
            let reports_to = up.map(|up| names[up].to_owned());
            (*name, PersonEntry { reports_to, ..entry() })
        }).collect();
        let (roster, faults) = roster(&people);
        let mut removed = 0;
        for (name, up) in names.iter().zip(&links) {
            removed += usize::from(up.is_some() && roster.get(name).unwrap().reports_to.is_none());
            let (mut steps, mut next) = (0, roster.get(name).unwrap().reports_to.clone());
            while let Some(above) = next {
                steps += 1;
                prop_assert!(steps <= names.len());
                next = roster.get(above.as_str()).unwrap().reports_to.clone();
            }
        }
        prop_assert_eq!(removed, faults.len());
    }

    #[test]
    fn levels_are_those_held_for_good_or_granted(now in 1_700_000_000i64..1_900_000_000) {
        let grants = vec![GrantEntry { level: 3, topic: None, until: "2026-12-31".into(), by: None }];
        let (roster, _) = roster(&[("omar", PersonEntry { levels: [1].into(), grants, ..entry() })]);
        let omar = roster.get("omar").unwrap();
        let held = omar.levels_at(Timestamp::from_unix(now), Topic::default());
        let expert = Level::parse("3").unwrap();
        prop_assert_eq!(held.contains(&expert), now < at("2027-01-01T00:00:00Z").unix());
    }
}
