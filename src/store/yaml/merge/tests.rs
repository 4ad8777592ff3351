use super::*;
use proptest::prelude::*;

/// A long policy with comments, which nobody may lose.
const POLICY: &str = include_str!("../../../desk/templates/tiered.yaml");

/// Edits of parts that have nothing to do with each other.
const EDITS: &[(&str, &str)] = &[
    ("name: NAME\n", "name: Acme\n"),
    ("    cost: 22\n", "    cost: 25\n"),
    (
        "  technical: {level: 2}\n",
        "  technical: {level: 2, branch: it}\n",
    ),
    (
        "  expert: {level: 3}\n",
        "  expert: {level: 3}\n  # From nine at night.\n  night: {level: 1}\n",
    ),
    ("currency: USD\n", ""),
    ("    skills: [linux]\n", "    skills: [linux, windows]\n"),
    (
        "routes:\n",
        "routes:\n  - name: first of all\n    when: {kind: problem}\n    team: expert\n",
    ),
    (
        "    when: {kind: request, category: hardware}\n",
        "    when: {kind: request}\n",
    ),
    (
        "  network/vpn:\n    checklist: [try another network, reinstall the client]\n",
        "",
    ),
    (
        "# What only some roles may do;",
        "# What not everybody may do;",
    ),
    (
        "  change-policy: [manager]\n",
        "  change-policy: [manager]\n  close: [manager]\n",
    ),
    (
        "      carry: [impact, searched]\n",
        "      carry: [impact, searched, ask]\n",
    ),
    ("fcr-window: 1h\n", "fcr-window: 2h\n"),
    ("codes: [fixed,", "codes: [mended,"),
];

fn edited(which: impl Fn(usize) -> bool) -> String {
    let edits = EDITS.iter().enumerate().filter(|(at, _)| which(*at));
    edits.fold(POLICY.to_owned(), |text, (_, (from, to))| {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text.replacen(from, to, 1)
    })
}

proptest! {
    /// Whoever changes what, both changes are there, and every comment.
    #[test]
    fn edits_of_different_parts_all_count(sides in prop::collection::vec(0_u8..4, EDITS.len())) {
        let ours = edited(|at| sides[at] & 1 != 0);
        let theirs = edited(|at| sides[at] & 2 != 0);
        let both = Merged { text: edited(|at| sides[at] != 0), conflicts: 0 };
        prop_assert_eq!(merge_entries(POLICY, &ours, &theirs), Some(both.clone()));
        prop_assert_eq!(merge_entries(POLICY, &theirs, &ours), Some(both));
    }

    /// Whatever the sides are: what one side did alone is what comes of it.
    #[test]
    fn one_side_alone_is_taken_as_it_is(sides in prop::collection::vec(any::<bool>(), EDITS.len())) {
        let changed = edited(|at| sides[at]);
        for (ours, theirs) in [(POLICY, changed.as_str()), (&changed, POLICY), (&changed, &changed)] {
            let merged = merge_entries(POLICY, ours, theirs).unwrap();
            prop_assert_eq!(&merged.text, &changed);
        }
    }
}

fn merged(base: &str, ours: &str, theirs: &str) -> String {
    let merged = merge_entries(base, ours, theirs).unwrap();
    let marks = merged.text.matches("<<<<<<<").count();
    assert_eq!(merged.conflicts, marks);
    merged.text
}

#[test]
fn two_new_entries_in_one_place_are_both_there() {
    let base = "teams:\n  a: {level: 1}\n";
    let ours = "teams:\n  a: {level: 1}\n  b: {level: 1}\n";
    let theirs = "teams:\n  a: {level: 1}\n  c: {level: 2}\n# End.\n";
    assert_eq!(
        merged(base, ours, theirs),
        "teams:\n  a: {level: 1}\n  b: {level: 1}\n  c: {level: 2}\n# End.\n"
    );
    let people = |rest: &str| format!("people:\n  lena:\n    levels: [1]\n{rest}");
    assert_eq!(
        merged(
            &people(""),
            &people("  marco:\n    levels: [2]\n"),
            &people("  nadia:\n    levels: [3]\n")
        ),
        people("  marco:\n    levels: [2]\n  nadia:\n    levels: [3]\n")
    );
    // The same one twice is one.
    assert_eq!(merged(base, ours, ours), ours);
}

#[test]
fn where_one_entry_changed_twice_a_person_decides() {
    let base = "format: 1\nteams:\n  a: {level: 1}\n  b: {level: 2}\n";
    insta::assert_snapshot!(
        merged(base, &base.replace("level: 1", "level: 3"), &base.replace("level: 1", "level: 0")),
        @r"
    format: 1
    teams:
    <<<<<<< ours
      a: {level: 3}
    =======
      a: {level: 0}
    >>>>>>> theirs
      b: {level: 2}
    "
    );
    // Changed here, removed there.
    insta::assert_snapshot!(
        merged(base, &base.replace("  a: {level: 1}\n", ""), &base.replace("level: 1", "level: 0")),
        @r"
    format: 1
    teams:
    <<<<<<< ours
    =======
      a: {level: 0}
    >>>>>>> theirs
      b: {level: 2}
    "
    );
}

#[test]
fn rules_are_found_by_name_or_by_place() {
    let base = "\
routes:
  - name: vpn
    team: a
  - team: b
  - {when: {kind: problem}, team: c}
";
    // One moves a rule that the other changes; another without a name changes.
    let ours = "\
routes:
  - team: b
  - name: vpn
    team: a
  - {when: {kind: problem}, team: c}
";
    let theirs = base
        .replace("team: a", "team: z")
        .replace("team: c", "team: y");
    assert_eq!(
        merged(base, ours, &theirs),
        ours.replace("team: a", "team: z")
            .replace("team: c", "team: y")
    );
    let first = |name: &str| base.replace("routes:\n", &format!("routes:\n  - {{team: {name}}}\n"));
    // Which of two new ones comes first is not for a program to say.
    assert_eq!(
        merged(base, &first("x"), &first("y")),
        base.replace(
            "routes:\n",
            "routes:\n<<<<<<< ours\n  - {team: x}\n=======\n  - {team: y}\n>>>>>>> theirs\n"
        )
    );
    // In other lists it does not matter.
    let needs = "needs:\n  - carry: [why]\n";
    assert_eq!(
        merged(
            needs,
            &format!("{needs}  - carry: [ask]\n"),
            &format!("{needs}  - carry: [tried]\n")
        ),
        format!("{needs}  - carry: [ask]\n  - carry: [tried]\n")
    );
}

#[test]
fn a_key_of_a_rule_is_merged_on_its_own() {
    let base = "routes:\n  - name: vpn\n    team: a\n    level: 1\n";
    assert_eq!(
        merged(
            base,
            &base.replace("team: a", "team: b"),
            &base.replace("level: 1", "level: 2")
        ),
        base.replace("team: a", "team: b")
            .replace("level: 1", "level: 2")
    );
}

#[test]
fn files_without_a_common_past_and_odd_ones() {
    assert_eq!(merged("", "a: 1\n", "a: 1\nb: 2\n"), "a: 1\nb: 2\n");
    // A last line without its end does not run into what comes behind it.
    assert_eq!(
        merged("a: 1", "a: 1\nb: 2", "a: 1\nc: 3"),
        "a: 1\nb: 2\nc: 3\n"
    );
    let windows = "a: 1\r\nb: 1\r\n";
    assert_eq!(
        merged(
            windows,
            &windows.replace("a: 1", "a: 2"),
            &windows.replace("b: 1", "b: 2")
        ),
        "a: 2\r\nb: 2\r\n"
    );
    assert_eq!(merge_entries("a: 1\n", "{a: 2}\n", "a: 3\n"), None);
}
