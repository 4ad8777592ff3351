//! What the tab key offers.

use crate::support::{Call, Desk};

/// A shell that asks about the last of these words, quoted as `desk.call` does.
fn tab(desk: &Desk, shell: &str, words: &str, index: usize) -> Call {
    desk.call(format!("-- desk {words}"))
        .env("COMPLETE", shell)
        .env("_CLAP_IFS", "\n")
        .env("_CLAP_COMPLETE_INDEX", &index.to_string())
}

fn offered(desk: &Desk, words: &str, index: usize) -> Vec<String> {
    let text = tab(desk, "bash", words, index).ok();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn commands_and_flags_are_offered() {
    let desk = Desk::nowhere();
    assert_eq!(offered(&desk, "esc", 1), ["escalate"]);
    // A word that is a command already may become another one's name.
    assert!(offered(&desk, "re", 1).contains(&"resolve".to_owned()));
    assert!(offered(&desk, "list --lim", 2).contains(&"--limit".to_owned()));
    assert!(offered(&desk, "note --no-", 2).contains(&"--no-pager".to_owned()));
}

#[test]
fn tickets_are_offered_by_what_their_id_or_its_end_begins_with() {
    for cache in ["always", "off"] {
        let desk = Desk::new();
        let [one, other] = desk.open_all(["VPN drops", "Printer jams"]);
        desk.ok(format!("resolve {other} -m done"));
        let ask = |words: &str, index| -> Vec<String> {
            let text = tab(&desk, "bash", words, index)
                .env("DESK_CACHE", cache)
                .ok();
            text.lines().map(str::to_owned).collect()
        };
        let mut both = ask(&format!("show {}", &one[..3]), 2);
        both.sort();
        let mut expected = vec![one.clone(), other.clone()];
        expected.sort();
        assert_eq!(both, expected, "{cache}");
        assert_eq!(ask(&format!("show {}", &other[7..11]), 2), [&other[7..]]);
        // Nothing typed: what is live, before the flags.
        let all = ask("note ''", 2);
        assert_eq!(all.first(), Some(&one), "{cache}");
        assert!(!all.contains(&other), "{cache}");
        assert_eq!(ask("show zzzzzz", 2), [""; 0], "{cache}");
    }
}

#[test]
fn titles_are_told_where_a_shell_shows_them_and_can_do_no_harm() {
    let desk = Desk::new();
    let id = desk.open("'VPN \u{202e}drops'");
    let text = tab(&desk, "fish", &format!("show {}", &id[..8]), 2).ok();
    assert!(text.starts_with(&id) && text.contains("VPN"), "{text:?}");
    assert!(!text.contains('\u{202e}'), "{text:?}");
}

#[test]
fn another_desk_is_asked_where_one_is_named() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let words = format!("--desk '{}' show {}", desk.root.display(), &id[..8]);
    let asked = tab(&desk, "bash", &words, 4).dir(desk.tmp.path());
    assert_eq!(asked.ok().trim(), id);
}

#[test]
fn outside_a_desk_nothing_is_offered_and_nothing_fails() {
    let desk = Desk::nowhere();
    assert_eq!(tab(&desk, "bash", "show 26", 2).ok(), "");
}
