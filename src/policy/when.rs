//! What a rule of the policy asks of a ticket: `when: {category: network,
//! priority: [P1, P2]}`. Routes, escalations and readiness all ask so.

use super::rules::{Faults, Words};
use crate::ticket::text::fold;
use crate::ticket::value::Value;
use crate::ticket::{Category, Header, Kind, Level, Line, Name, Priority};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Conditions as a file has them. All that are there must hold; of several
/// words of one, any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(inline)]
pub struct WhenFile {
    /// incident, request or problem.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub kind: Words,
    /// A category, or one above it: `network` takes `network/vpn`.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub category: Words,
    /// P1 ….
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub priority: Words,
    /// The level that has the ticket.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub level: Words,
    /// The team that has the ticket.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub team: Words,
    /// The customer organisation.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub customer: Words,
    /// The business unit.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub unit: Words,
    /// Where it is.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub site: Words,
    /// The service that is hit.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub service: Words,
    /// The requester's language.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub language: Words,
    /// How it came in.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub via: Words,
    /// A tag that the ticket has.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub tag: Words,
    /// Whole words that the title has, whatever their case.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub words: Words,
    /// Who asks; `@example.com` is everybody with such an address.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub requester: Words,
}

/// Conditions that a ticket meets or not. An empty list asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    /// Any of these kinds.
    pub kind: Vec<Kind>,
    /// Under any of these categories.
    pub category: Vec<Category>,
    /// Any of these priorities.
    pub priority: Vec<Priority>,
    /// At any of these levels.
    pub level: Vec<Level>,
    /// With any of these teams.
    pub team: Vec<Name>,
    /// For any of these customers, whatever their case.
    pub customer: Vec<Line>,
    /// Of any of these units.
    pub unit: Vec<Line>,
    /// At any of these sites.
    pub site: Vec<Line>,
    /// About any of these services.
    pub service: Vec<Line>,
    /// In any of these languages.
    pub language: Vec<Name>,
    /// Come in by any of these ways.
    pub via: Vec<Name>,
    /// With any of these tags.
    pub tag: Vec<Name>,
    /// With any of these words in the title.
    pub words: Vec<Line>,
    /// From any of these requesters, or addresses that end so.
    pub requester: Vec<Line>,
}

impl When {
    /// Reads conditions; what is no value of its type is a fault.
    pub(super) fn read(file: &WhenFile, at: &str, faults: &mut Faults) -> Self {
        fn all<T: Value>(words: &Words, at: &str, key: &str, faults: &mut Faults) -> Vec<T> {
            if words.is_empty() {
                return Vec::new();
            }
            faults.parse_all(&format!("{at}.{key}"), &words.0)
        }
        Self {
            kind: all(&file.kind, at, "kind", faults),
            category: all(&file.category, at, "category", faults),
            priority: all(&file.priority, at, "priority", faults),
            level: all(&file.level, at, "level", faults),
            team: all(&file.team, at, "team", faults),
            customer: all(&file.customer, at, "customer", faults),
            unit: all(&file.unit, at, "unit", faults),
            site: all(&file.site, at, "site", faults),
            service: all(&file.service, at, "service", faults),
            language: all(&file.language, at, "language", faults),
            via: all(&file.via, at, "via", faults),
            tag: all(&file.tag, at, "tag", faults),
            words: all(&file.words, at, "words", faults),
            requester: all(&file.requester, at, "requester", faults),
        }
    }

    /// Whether the ticket meets every condition.
    #[must_use]
    pub fn matches(&self, header: &Header) -> bool {
        self.miss(header).is_none()
    }

    /// The first condition that the ticket does not meet, by its name in
    /// files.
    #[must_use]
    pub fn miss(&self, header: &Header) -> Option<&'static str> {
        let title = header.title.as_ref().map_or("", Line::as_str);
        let requester = header.requester.as_ref().map_or("", Line::as_str);
        let checks = [
            ("kind", one_of(&self.kind, header.kind.as_ref())),
            (
                "category",
                met(&self.category, |wanted| {
                    let category = header.category.as_ref();
                    category.is_some_and(|own| own.is_under(wanted.as_str()))
                }),
            ),
            ("priority", one_of(&self.priority, header.priority.as_ref())),
            ("level", one_of(&self.level, header.level.as_ref())),
            ("team", one_of(&self.team, header.team.as_ref())),
            ("customer", same(&self.customer, header.customer.as_ref())),
            ("unit", same(&self.unit, header.unit.as_ref())),
            ("site", same(&self.site, header.site.as_ref())),
            ("service", same(&self.service, header.service.as_ref())),
            ("language", one_of(&self.language, header.language.as_ref())),
            ("via", one_of(&self.via, header.via.as_ref())),
            ("tag", met(&self.tag, |tag| header.tags.contains(tag))),
            (
                "words",
                met(&self.words, |words| has_words(title, words.as_str())),
            ),
            (
                "requester",
                met(&self.requester, |who| is_who(requester, who.as_str())),
            ),
        ];
        checks
            .into_iter()
            .find(|(_, met)| !met)
            .map(|(name, _)| name)
    }

    /// Whether every ticket that meets `other` meets this too. May say no where
    /// it is so only by chance.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        fn wider<T>(mine: &[T], others: &[T], implied: impl Fn(&T, &T) -> bool) -> bool {
            let implied = |theirs: &T| mine.iter().any(|own| implied(own, theirs));
            mine.is_empty() || (!others.is_empty() && others.iter().all(implied))
        }
        let folded = |own: &Line, theirs: &Line| fold(own.as_str()) == fold(theirs.as_str());
        wider(&self.kind, &other.kind, PartialEq::eq)
            && wider(&self.category, &other.category, |own, theirs| {
                theirs.is_under(own.as_str())
            })
            && wider(&self.priority, &other.priority, PartialEq::eq)
            && wider(&self.level, &other.level, PartialEq::eq)
            && wider(&self.team, &other.team, PartialEq::eq)
            && wider(&self.customer, &other.customer, folded)
            && wider(&self.unit, &other.unit, folded)
            && wider(&self.site, &other.site, folded)
            && wider(&self.service, &other.service, folded)
            && wider(&self.language, &other.language, PartialEq::eq)
            && wider(&self.via, &other.via, PartialEq::eq)
            && wider(&self.tag, &other.tag, PartialEq::eq)
            && wider(&self.words, &other.words, |own, theirs| {
                has_words(theirs.as_str(), own.as_str())
            })
            && wider(&self.requester, &other.requester, |own, theirs| {
                is_who(theirs.as_str(), own.as_str())
            })
    }

    /// The conditions that are there, by name, with their words.
    #[must_use]
    pub fn conditions(&self) -> Vec<(&'static str, Vec<String>)> {
        fn texts<T: Value>(values: &[T]) -> Vec<String> {
            values.iter().map(Value::text).collect()
        }
        [
            ("kind", texts(&self.kind)),
            ("category", texts(&self.category)),
            ("priority", texts(&self.priority)),
            ("level", texts(&self.level)),
            ("team", texts(&self.team)),
            ("customer", texts(&self.customer)),
            ("unit", texts(&self.unit)),
            ("site", texts(&self.site)),
            ("service", texts(&self.service)),
            ("language", texts(&self.language)),
            ("via", texts(&self.via)),
            ("tag", texts(&self.tag)),
            ("words", texts(&self.words)),
            ("requester", texts(&self.requester)),
        ]
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .collect()
    }
}

/// "category network or printing, priority P1"; "every ticket".
impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let conditions = self.conditions();
        if conditions.is_empty() {
            return f.write_str("every ticket");
        }
        for (index, (name, words)) in conditions.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{name} {}", words.join(" or "))?;
        }
        Ok(())
    }
}

/// Whether nothing is wanted, or anything that is wanted holds.
fn met<T>(wanted: &[T], holds: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(holds)
}

fn one_of<T: PartialEq>(wanted: &[T], own: Option<&T>) -> bool {
    met(wanted, |wanted| own == Some(wanted))
}

fn same(wanted: &[Line], own: Option<&Line>) -> bool {
    met(wanted, |wanted| {
        own.is_some_and(|own| fold(own.as_str()) == fold(wanted.as_str()))
    })
}

/// Whether a text has these words as whole words, in this order, whatever their
/// case. Scripts that write no spaces have no ends of words to look for.
fn has_words(text: &str, words: &str) -> bool {
    let (text, words) = (fold(text), fold(words));
    let joins = |one: Option<char>, other: Option<char>| {
        let spaced = |c: char| c.is_alphanumeric() && c < '\u{2e80}';
        one.is_some_and(spaced) && other.is_some_and(spaced)
    };
    text.match_indices(words.as_str()).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        !joins(before, found.chars().next()) && !joins(found.chars().next_back(), after)
    })
}

/// Whether a requester is who is wanted, or has an address that ends so.
fn is_who(requester: &str, wanted: &str) -> bool {
    let (requester, wanted) = (fold(requester), fold(wanted));
    if wanted.starts_with('@') {
        requester.ends_with(&wanted)
    } else {
        requester == wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn when(pairs: &[(&str, &str)]) -> When {
        let mut file = WhenFile::default();
        for (key, words) in pairs {
            let words = Words(words.split('|').map(str::to_owned).collect());
            match *key {
                "kind" => file.kind = words,
                "category" => file.category = words,
                "priority" => file.priority = words,
                "tag" => file.tag = words,
                "words" => file.words = words,
                "requester" => file.requester = words,
                "site" => file.site = words,
                other => unreachable!("{other}"),
            }
        }
        let mut faults = Faults::default();
        let when = When::read(&file, "when", &mut faults);
        assert!(faults.into_found().is_empty());
        when
    }

    fn header(pairs: &[(&str, &str)]) -> Header {
        let mut patch = crate::ticket::Patch::default();
        let mut add = crate::ticket::Lists::default();
        for (field, value) in pairs {
            if *field == "tags" {
                add.put(field, value).unwrap();
            } else {
                patch.put(field, Some(value)).unwrap();
            }
        }
        let mut header = Header::default();
        header.apply(&patch, &add, &crate::ticket::Lists::default());
        header
    }

    #[test]
    fn all_conditions_and_any_of_their_words() {
        let rule = when(&[("category", "network|printing"), ("priority", "P1|P2")]);
        for (fields, miss) in [
            (vec![("category", "network/vpn"), ("priority", "P2")], None),
            (
                vec![("category", "networks"), ("priority", "P2")],
                Some("category"),
            ),
            (
                vec![("category", "printing"), ("priority", "P3")],
                Some("priority"),
            ),
            (vec![("priority", "P1")], Some("category")),
        ] {
            assert_eq!(rule.miss(&header(&fields)), miss, "{fields:?}");
        }
        assert_eq!(
            rule.to_string(),
            "category network or printing, priority P1 or P2"
        );
        assert!(When::default().matches(&Header::default()));
    }

    #[test]
    fn words_are_whole_and_addresses_may_be_of_a_house() {
        let vpn = when(&[("words", "VPN|remote access|打印机")]);
        for (title, hit) in [
            ("vpn drops", true),
            ("No remote access today", true),
            ("The vpns drop", false),
            ("办公室打印机坏了", true),
            ("accessremote", false),
        ] {
            assert_eq!(vpn.matches(&header(&[("title", title)])), hit, "{title}");
        }
        let acme = when(&[("requester", "@acme.example|Bob")]);
        for (who, hit) in [("Al@ACME.example", true), ("bob", true), ("bobby", false)] {
            assert_eq!(acme.matches(&header(&[("requester", who)])), hit, "{who}");
        }
    }

    const CATEGORIES: [&str; 4] = ["network", "network/vpn", "network/wifi", "printing"];

    prop_compose! {
        fn some(words: &'static [&'static str])(picked in proptest::sample::subsequence(words.to_vec(), 0..=2)) -> Vec<&'static str> { picked }
    }

    prop_compose! {
        fn any_when()(
            category in some(&CATEGORIES),
            priority in some(&["P1", "P2", "P3"]),
            tag in some(&["vip", "onsite"]),
            words in some(&["vpn", "vpn drops", "printer"]),
            requester in some(&["bob", "@acme.example", "al@acme.example"]),
        ) -> When {
            let joined: Vec<(&str, String)> = [
                ("category", category), ("priority", priority), ("tag", tag),
                ("words", words), ("requester", requester),
            ].into_iter().filter(|(_, all)| !all.is_empty()).map(|(key, all)| (key, all.join("|"))).collect();
            let pairs: Vec<(&str, &str)> = joined.iter().map(|(key, all)| (*key, all.as_str())).collect();
            when(&pairs)
        }
    }

    proptest! {
        /// What a rule covers never matches without it: the check for rules
        /// that can never match refuses no rule that can.
        #[test]
        fn what_covers_matches_too(
            wide in any_when(), narrow in any_when(),
            category in 0..4usize, priority in 1..4u8, tag in any::<bool>(),
            title in prop::sample::select(vec!["vpn drops", "VPN", "printer", "other"]),
            who in prop::sample::select(vec!["bob", "al@acme.example", "x@acme.example"]),
        ) {
            let priority = format!("P{priority}");
            let mut fields = vec![
                ("category", CATEGORIES[category]), ("priority", &priority),
                ("title", title), ("requester", who),
            ];
            if tag { fields.push(("tags", "vip")); }
            let header = header(&fields);
            if wide.covers(&narrow) && narrow.matches(&header) {
                prop_assert!(wide.matches(&header), "{wide} / {narrow}");
            }
            prop_assert!(wide.covers(&wide) && When::default().covers(&wide));
        }
    }
}
