//! Edits of `people.yaml` leave everything else as it is.

use tierdesk::policy::people::file::AbsenceEntry;
use tierdesk::store::yaml::{add_absence, read_policy, read_roster};

fn holiday() -> AbsenceEntry {
    AbsenceEntry {
        from: "2026-12-24".into(),
        to: "2026-12-31".into(),
        why: Some("at home, no: phone".into()),
        cover: Some("omar".into()),
    }
}

/// The lines that an edit adds or changes.
fn edited(file: &str) -> String {
    let after = add_absence(file.as_bytes(), "lena", &holiday()).unwrap();
    let policy = read_policy(b"format: 1\n").unwrap();
    let roster = read_roster(after.as_bytes(), &policy).unwrap();
    let absences = &roster.get("lena").unwrap().absences;
    assert_eq!(
        absences.last().unwrap().cover.as_ref().unwrap().as_str(),
        "omar"
    );
    let before: Vec<_> = file.lines().collect();
    let new = after.lines().filter(|line| !before.contains(line));
    // Nothing but what is new, or grew, is another than before.
    let kept = before
        .iter()
        .filter(|line| !after.lines().any(|own| own == **line))
        .count();
    assert!(kept <= 1, "{after}");
    new.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_absence_is_added_in_the_layout_that_is_there() {
    let item = "{from: 2026-12-24, to: 2026-12-31, why: \"at home, no: phone\", cover: omar}";
    for (file, new) in [
        (
            "format: 1\npeople:\n  # the boss\n  lena:\n    name: Lena # L.\n\n  omar: {}\n",
            format!("    absences:\n    - {item}"),
        ),
        (
            "format: 1\npeople:\n  omar: {}\n  lena:\n      name: Lena",
            format!("      absences:\n      - {item}"),
        ),
        (
            "format: 1\npeople:\n  lena:\n    absences:\n      - from: 2026-01-01\n        to: 2026-01-02\n      # later\n    name: Lena\n  omar: {}\n",
            format!("      - {item}"),
        ),
        (
            "format: 1\npeople:\n  lena:\n    absences:\n    - {from: 2026-01-01, to: 2026-01-02}\n    name: Lena\n  omar: {}\n",
            format!("    - {item}"),
        ),
        (
            "format: 1\npeople:\n  lena:\n    absences: [] # none yet\n  omar: {}\n",
            format!("    absences: [{item}] # none yet"),
        ),
        (
            "format: 1\npeople:\n  lena: {name: \"L } absences: [\", emails: [l@x.example]} # }\n  omar: {}\n",
            format!(
                "  lena: {{name: \"L }} absences: [\", emails: [l@x.example], absences: [{item}]}} # }}"
            ),
        ),
        (
            "format: 1\npeople:\n  lena: {absences: [{from: 2026-01-01, to: 2026-01-02}], name: Lena}\n  omar: {}\n",
            format!(
                "  lena: {{absences: [{{from: 2026-01-01, to: 2026-01-02}}, {item}], name: Lena}}"
            ),
        ),
        (
            "format: 1\npeople: {lena: {}, omar: {}}\n",
            format!("people: {{lena: {{absences: [{item}]}}, omar: {{}}}}"),
        ),
    ] {
        assert_eq!(edited(file), new, "{file}");
    }
}

#[test]
fn what_cannot_be_edited_is_refused_with_the_lines_to_add() {
    for file in [
        "format: 1\npeople:\n  lena:\n  omar: {}\n",
        "format: 1\npeople:\n  ? lena\n  : name: Lena\n  omar: {}\n",
        "format: 1\npeople:\n  omar: {}\n",
    ] {
        let refused = add_absence(file.as_bytes(), "lena", &holiday());
        if let Ok(after) = &refused {
            panic!("{after}");
        }
        let refused = refused.unwrap_err();
        assert!(
            refused.hint.contains("from: 2026-12-24") || refused.line > 0,
            "{refused:?}"
        );
    }
}
