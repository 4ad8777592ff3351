//! Terms as people type them, against a small desk.

use super::*;
use crate::report::story::{Story, escalate_to, escalate_to_person, hold, reopen, resolve, time};
use crate::ticket::value::Value as _;
use crate::ticket::words::Verb;
use crate::ticket::{Action, Alteration, Lists, Patch};

fn past(text: &str) -> Result<Timestamp, String> {
    match text {
        "7d" => Ok(time("2026-11-16T12:00:00Z")),
        "2026-11-10" => Ok(time("2026-11-10T00:00:00Z")),
        _ => Err(format!("{text:?} is not a time, such as 7d or 2026-11-01")),
    }
}

fn future(text: &str) -> Result<Timestamp, String> {
    match text {
        "2d" => Ok(time("2026-11-25T12:00:00Z")),
        _ => past(text),
    }
}

fn parse(terms: &[&str]) -> Result<Filter, FilterError> {
    let terms: Vec<String> = terms.iter().map(|term| (*term).to_owned()).collect();
    let scope = Scope {
        me: Handle::parse("lena").unwrap(),
        skills: vec![Name::parse("database").unwrap()],
        clocks: Clocks::default(),
        now: time("2026-11-23T12:00:00Z"),
        past_time: &past,
        future_time: &future,
    };
    Filter::parse(&terms, &scope)
}

fn open(name: &str, at: &str, fields: &[(&str, &str)]) -> Story {
    let day: String = at[2..10].split('-').collect();
    Story::open(&format!("{day}-{}", name.repeat(6)), at, fields)
}

fn lists(story: Story, at: &str, add: &[(&str, &str)]) -> Story {
    let mut alteration = Alteration {
        verb: Verb::Tag,
        set: Patch::default(),
        add: Lists::default(),
        del: Lists::default(),
        text: None,
    };
    for (name, value) in add {
        alteration.add.put(name, value).unwrap();
    }
    story.then(at, "lena", Action::Change(Box::new(alteration)))
}

fn desk() -> Vec<Ticket> {
    let later = "2026-11-20T10:00:00Z";
    let a = open(
        "a",
        "2026-11-20T09:00:00Z",
        &[
            ("title", "VPN drops in München"),
            ("level", "1"),
            ("priority", "P1"),
            ("team", "frontline"),
            ("category", "network/vpn"),
            ("requester", "Smith, Jane"),
            ("x-room", "12"),
            ("owner", "lena"),
        ],
    );
    let a = lists(
        a,
        later,
        &[
            ("tags", "vip"),
            ("ref", "INC0000045"),
            ("links", "caused-by 261101-bbbbbb"),
        ],
    );
    let b = open(
        "b",
        "2026-11-01T09:00:00Z",
        &[("level", "1"), ("priority", "P2"), ("team", "frontline")],
    )
    .then(later, "lena", escalate_to("2", "desktop"))
    .then(later, "marco", Action::Accept)
    .then(
        later,
        "marco",
        Action::Note {
            text: "reinstalled the GATEWAY client".into(),
        },
    )
    .then(later, "marco", hold("parts", Some("2026-11-23T09:00:00Z")));
    let c = open(
        "c",
        "2026-11-10T00:00:00Z",
        &[
            ("level", "1"),
            ("category", "networking"),
            ("key", "disk:web1:/var"),
        ],
    )
    .then("2026-11-10T01:00:00Z", "lena", resolve());
    let d = open("d", "2026-11-12T09:00:00Z", &[("level", "2")])
        .then("2026-11-12T10:00:00Z", "lena", resolve())
        .then("2026-11-12T11:00:00Z", "lena", reopen())
        .then(
            "2026-11-12T12:00:00Z",
            "lena",
            escalate_to_person("3", "ruth"),
        );
    let e = open("e", "2026-11-13T09:00:00Z", &[]);
    let opening = e.end().timeline()[0].e.clone();
    let e = open("e", "2026-11-13T09:00:00Z", &[]).then(
        "2026-11-13T10:00:00Z",
        "lena",
        Action::Retract {
            events: vec![opening],
            text: None,
        },
    );
    [a, b, c, d, e].into_iter().map(Story::end).collect()
}

/// The tickets that match, by the letter of their ids.
fn found(terms: &[&str]) -> String {
    let filter = parse(terms).unwrap();
    desk()
        .iter()
        .filter(|ticket| filter.matches(ticket))
        .map(|ticket| &ticket.id().tail()[..1])
        .collect()
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (term, expected) in cases {
        assert_eq!(found(&[term]), *expected, "{term}");
    }
}

#[test]
fn no_terms_match_everything_and_all_terms_must_hold() {
    assert_eq!(found(&[]), "abcde");
    assert_eq!(found(&["level:1", "priority:P1"]), "a");
    assert_eq!(found(&["drops", "vpn", "münchen"]), "a");
    assert_eq!(found(&["drops", "gateway"]), "b");
}

#[test]
fn is_has_words_for_where_tickets_stand() {
    check(&[
        ("is:any", "abcde"),
        ("is:live", "abd"),
        ("is:open", "abd"),
        ("is:new", "a"),
        ("is:assigned", "d"),
        ("is:pending", "b"),
        ("is:resolved", "c"),
        ("is:cancelled", "e"),
        ("is:void", "e"),
        ("is:waiting", "ad"),
        ("is:new,resolved", "ac"),
        ("is.not:live", "ce"),
        ("is.not:new,resolved", "bde"),
        ("is:mine", "c"),
        ("is:unassigned", "ae"),
        ("is:owned", "a"),
        ("is:escalated", "bd"),
        ("is:reopened", "d"),
        ("is:overdue-resume", "b"),
        ("IS:live", ""),
    ]);
}

#[test]
fn values_are_any_of_and_read_as_people_type_them() {
    check(&[
        ("level:1", "ac"),
        ("level:L2", "b"),
        ("level:1,3", "acd"),
        ("level.min:2", "bd"),
        ("level.max:2", "abc"),
        ("level.max.not:2", "de"),
        ("level:none", "e"),
        ("priority:p1,P2", "ab"),
        ("priority:any", "ab"),
        ("priority.not:P1", "bcde"),
        ("status:new,queued", "a"),
        ("status:NEW", "a"),
        ("team.not:desktop", "acde"),
        ("team:Desktop", "b"),
        ("category:network/vpn", "a"),
        ("category:network", ""),
        ("category.under:network", "a"),
        ("category.under:network/", "a"),
        ("category.not.under:network", "bcde"),
        ("cause:parts", "b"),
        ("events.min:5", "b"),
        ("kind:incident", "abcde"),
        ("x-room:12", "a"),
        ("x-room.has:1", "a"),
        ("x-room.min:12", "a"),
        ("x-room.min:13", ""),
        ("x-room.max:12", "a"),
        ("x-room.before:7d", ""),
        ("x-room:none", "bcde"),
        ("x-floor:any", ""),
        ("key:disk:web1:/var", "c"),
    ]);
}

#[test]
fn people_are_found_by_name_or_as_me() {
    check(&[
        ("assignee:me", "c"),
        ("assignee:marco", "b"),
        ("assignee:none", "ae"),
        ("assignee:any", "bcd"),
        ("assignee:me,none", "ace"),
        ("owner:me", "a"),
        ("by:marco", "b"),
        ("by.not:marco", "acde"),
        ("by:me", "abcde"),
        ("requester.has:jane", "a"),
        ("requester:Smith, Jane", "a"),
        ("requester:smith, jane", "a"),
        ("requester.not:Smith, Jane", "bcde"),
    ]);
}

#[test]
fn lists_match_by_member() {
    check(&[
        ("tag:vip", "a"),
        ("tags:vip,urgent", "a"),
        ("tag:none", "bcde"),
        ("ref:inc0000045", "a"),
        ("ref.has:0045", "a"),
        ("link:261101-bbbbbb", "a"),
        ("link:bbb", "a"),
        ("link:caused-by", "a"),
        ("link:related", ""),
        ("link:caused-by 261101-bbbbbb", "a"),
        ("link:parent 261101-bbbbbb", ""),
        ("links:any", "a"),
    ]);
}

#[test]
fn times_are_half_open() {
    check(&[
        ("opened.before:7d", "bcde"),
        ("opened.after:7d", "a"),
        ("opened.before:2026-11-10", "b"),
        ("opened.after:2026-11-10", "acde"),
        ("opened.not.before:2026-11-10", "acde"),
        ("resolved.after:2026-11-10", "c"),
        ("resolved:any", "c"),
        ("resolved:none", "abde"),
        ("closed:any", ""),
        ("updated.after:7d", "ab"),
        ("until.before:2d", "b"),
        ("until:any", "b"),
    ]);
}

#[test]
fn words_are_searched_everywhere_without_case() {
    check(&[
        ("MÜNCHEN", "a"),
        ("smith", "a"),
        ("261110", "c"),
        ("gateway", "b"),
        ("reinstalled", "b"),
        ("VPN drops", "abcde"),
        ("drops in", "a"),
        ("title.has:vpn", "abcde"),
        ("title:münchen", "a"),
        ("text:gateway", "b"),
        ("text.not:gateway", "acde"),
        ("text:level:2", ""),
        ("12:30", ""),
        ("https://example.com", ""),
        ("Re: hello", ""),
        ("id:k7", ""),
        ("id:cc", "c"),
        ("id:261110-CCCCCC", "c"),
        ("id:2611", "abcde"),
    ]);
}

#[test]
fn only_terms_about_status_name_it() {
    for (term, names) in [
        ("is:any", true),
        ("is:pending", true),
        ("is:void", true),
        ("is:mine", false),
        ("is:escalated", false),
        ("status.not:new", true),
        ("resolved.after:7d", true),
        ("closed:any", true),
        ("id:k7f", true),
        ("key:a", true),
        ("level:2", false),
        ("opened.after:7d", false),
        ("resolved", false),
    ] {
        assert_eq!(parse(&[term]).unwrap().names_status(), names, "{term}");
    }
    assert!(!parse(&[]).unwrap().names_status());
    let live = parse(&["is:mine"]).unwrap().of_live();
    assert!(desk().iter().all(|ticket| !live.matches(ticket)));
    assert!(live.names_status());
}

#[test]
fn what_is_not_understood_is_named_with_what_was_meant() {
    let mut said = String::new();
    for term in [
        "",
        "stauts:new",
        "colour:red",
        "level.mn:2",
        "priority.min:P2",
        "title.before:7d",
        "status:pendin",
        "is:opne",
        "level:high",
        "level:",
        "level.min:",
        "is:",
        "level:1,,2",
        "level.min:1,2",
        "assignee:a b",
        "opened:2026-11-10",
        "opened.before:soonish",
        "id:!",
        "link:cause",
        "x-:1",
        "team.not.not:desktop",
    ] {
        let refused = parse(&[term]).unwrap_err();
        said.push_str(&format!("{refused}\n"));
        said.extend(refused.hint().map(|hint| format!("    {hint}\n")));
    }
    insta::assert_snapshot!(said, @r#"
    a filter term is empty
        leave it out; a variable in a script may be unset
    "stauts:new": there is no field "stauts"
        did you mean status? fields: is, text, id, by, events, opened, updated, due, resolved, closed, kind, title, status, cause, until, priority, impact, urgency, level, team, vendor, category, requester, contact, customer, unit, service, site, asset, language, via, owner, assignee, code, could-be, rating, key, repeats, cc, tags, ref, links, attention, swarm, called, articles, alias, x-…; to search for the words themselves: text:stauts:new
    "colour:red": there is no field "colour"
        fields: is, text, id, by, events, opened, updated, due, resolved, closed, kind, title, status, cause, until, priority, impact, urgency, level, team, vendor, category, requester, contact, customer, unit, service, site, asset, language, via, owner, assignee, code, could-be, rating, key, repeats, cc, tags, ref, links, attention, swarm, called, articles, alias, x-…; to search for the words themselves: text:colour:red
    "level.mn:2": level can't be asked for with "mn"
        did you mean level.min? level is asked for with: level, level.min, level.max; .not turns each round
    "priority.min:P2": priority can't be asked for with "min"
        priority is asked for with: priority; .not turns each round
    "title.before:7d": title can't be asked for with "before"
        title is asked for with: title, title.has; .not turns each round
    "status:pendin": "pendin" is not a status
        did you mean pending? known: new, queued, assigned, in-progress, pending, resolved, closed, cancelled
    "is:opne": "opne" is not a word that is: knows
        did you mean open? known: live, open, waiting, mine, unassigned, owned, called, joined, swarm, escalated, reopened, overdue, overdue-resume, void, any, new, queued, assigned, in-progress, pending, resolved, closed, cancelled
    "level:high": "high" is not a level from 0 to 9, such as 2 or L2
    "level:": a value is missing
        for tickets without a value: level:none
    "level.min:": a value is missing
        for tickets without a value: level:none
    "is:": a value is missing
        give one after the colon
    "level:1,,2": a value is missing
        for tickets without a value: level:none
    "level.min:1,2": min takes one value
        give a term of its own for each limit
    "assignee:a b": "a b" is not a handle: letters, digits and . _ - + @, no spaces
    "opened:2026-11-10": "2026-11-10" is not none or any: times are asked for with .before and .after
    "opened.before:soonish": "soonish" is not a time, such as 7d or 2026-11-01
        such as opened.before:7d, opened.after:2026-11-01, updated.before:yesterday
    "id:!": "!" is not a ticket id such as 261123-k7f3q2, or two or more characters of it
    "link:cause": "cause" is not a ticket id or a kind of link, or both with a space
        known: parent, duplicate-of, caused-by, related
    "x-:1": there is no field "x-"
        fields: is, text, id, by, events, opened, updated, due, resolved, closed, kind, title, status, cause, until, priority, impact, urgency, level, team, vendor, category, requester, contact, customer, unit, service, site, asset, language, via, owner, assignee, code, could-be, rating, key, repeats, cc, tags, ref, links, attention, swarm, called, articles, alias, x-…; to search for the words themselves: text:x-:1
    "team.not.not:desktop": team can't be asked for with "not"
        did you mean team.not? team is asked for with: team, team.has; .not turns each round
    "#);
}

proptest::proptest! {
    #[test]
    fn any_text_is_understood_or_refused_by_name(term in r"\PC{0,12}|[a-z.-]{1,10}:\PC{0,8}") {
        match parse(&[&term]) {
            Ok(filter) => assert!(desk().iter().filter(|one| filter.matches(one)).count() <= 5),
            Err(FilterError::Empty) => assert!(term.trim().is_empty()),
            Err(refused) => assert!(refused.to_string().starts_with(&format!("{term:?}: "))),
        }
    }

    #[test]
    fn not_is_the_opposite(
        head in "(level|is|title|until|opened|links|x-a|team)(\\.(min|max|has|before|after|under))?",
        value in "(none|any|live|[0-9a-z]{1,3}|7d)(,(vpn|[0-9]))?",
    ) {
        let (plain, turned) = (format!("{head}:{value}"), format!("{head}.not:{value}"));
        let (plain, turned) = (parse(&[&plain]), parse(&[&turned]));
        assert_eq!(plain.is_ok(), turned.is_ok());
        if let (Ok(plain), Ok(turned)) = (plain, turned) {
            for ticket in desk() {
                assert_ne!(plain.matches(&ticket), turned.matches(&ticket));
            }
        }
    }
}
