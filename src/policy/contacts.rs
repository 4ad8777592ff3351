//! `contacts.yaml`: who asks. Optional; callers who are not in it are as
//! welcome.

use super::rules::{Faults, PolicyFault};
use crate::ticket::header::{Change, Patch};
use crate::ticket::text::fold;
use crate::ticket::value::Value as _;
use crate::ticket::{Line, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The file of contacts as it is written. Unknown fields are errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ContactsFile {
    /// Version of the desk's files that all clones share.
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// Requesters, by the address or word that tickets have for them.
    #[serde(default)]
    pub contacts: BTreeMap<String, ContactEntry>,
}

/// Somebody who asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(inline)]
pub struct ContactEntry {
    /// Full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Other addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// Where they call from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The customer organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The business unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Where they work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The language they speak: en, de.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether they must not wait.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub vip: bool,
}

/// Somebody who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// What tickets have for them: an address or a word.
    pub key: Line,
    /// Full name.
    pub name: Option<Line>,
    /// Other addresses.
    pub emails: Vec<Line>,
    /// Where they call from.
    pub phone: Option<Line>,
    /// The customer organisation.
    pub customer: Option<Line>,
    /// The business unit.
    pub unit: Option<Line>,
    /// Where they work.
    pub site: Option<Line>,
    /// The language they speak.
    pub language: Option<Name>,
    /// Whether they must not wait.
    pub vip: bool,
}

/// Everybody who is known to ask.
#[derive(Debug, Clone, Default)]
pub struct Contacts {
    contacts: Vec<Contact>,
    /// Places in the list, by folded address or word.
    by_word: BTreeMap<String, usize>,
}

/// So many digits at the end of a number are enough to find it by.
const DIGITS: usize = 4;

impl Contacts {
    /// What a file means as far as it makes sense, and everything in it that
    /// does not.
    #[must_use]
    pub fn understand(file: &ContactsFile) -> (Self, Vec<PolicyFault>) {
        let mut found = Faults::default();
        let faults = &mut found;
        let mut read = Self::default();
        for (key, entry) in &file.contacts {
            let at = format!("contacts.{key}");
            let Some(own) = faults.parse::<Line>(&at, key) else {
                continue;
            };
            let mut line = |field: &str, text: Option<&String>| -> Option<Line> {
                text.and_then(|text| faults.parse(&format!("{at}.{field}"), text))
            };
            let contact = Contact {
                key: own,
                name: line("name", entry.name.as_ref()),
                phone: line("phone", entry.phone.as_ref()),
                customer: line("customer", entry.customer.as_ref()),
                unit: line("unit", entry.unit.as_ref()),
                site: line("site", entry.site.as_ref()),
                emails: faults.parse_all(&format!("{at}.emails"), &entry.emails),
                language: entry
                    .language
                    .as_deref()
                    .and_then(|text| faults.parse(&format!("{at}.language"), text)),
                vip: entry.vip,
            };
            let place = read.contacts.len();
            let words = contact.emails.iter().chain([&contact.key]);
            for word in words {
                if let Some(other) = read.by_word.get(&fold(word.as_str())) {
                    let other = read
                        .contacts
                        .get(*other)
                        .map_or(key.as_str(), |c| c.key.as_str());
                    let problem = format!("{word} is {other}'s already");
                    let fault = PolicyFault::new(at.as_str(), problem);
                    faults.add(fault.hint("leave it with one of the two"));
                } else {
                    read.by_word.insert(fold(word.as_str()), place);
                }
            }
            read.contacts.push(contact);
        }
        (read, found.into_found())
    }

    /// Everybody, by what tickets have for them.
    pub fn all(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.iter()
    }

    /// Who is meant by a ticket's requester: an address of theirs or their
    /// word, whatever its case.
    #[must_use]
    pub fn of(&self, requester: &str) -> Option<&Contact> {
        let place = self.by_word.get(&fold(requester.trim()))?;
        self.contacts.get(*place)
    }

    /// Those who may be meant by what somebody typed: an address or word, part
    /// of a name or address, or the end of a phone number.
    #[must_use]
    pub fn find(&self, typed: &str) -> Vec<&Contact> {
        if let Some(exact) = self.of(typed) {
            return vec![exact];
        }
        let needle = fold(typed.trim());
        let wanted = digits(typed);
        let is_number = wanted.len() >= DIGITS
            && typed
                .chars()
                .all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-/().".contains(c));
        let fits = |contact: &&Contact| {
            if is_number {
                let own = contact.phone.as_ref().map(|phone| digits(phone.as_str()));
                return own.is_some_and(|own| ends_alike(&own, &wanted));
            }
            let names = contact
                .name
                .iter()
                .chain(&contact.emails)
                .chain([&contact.key]);
            !needle.is_empty()
                && names
                    .into_iter()
                    .any(|name| fold(name.as_str()).contains(&needle))
        };
        self.contacts.iter().filter(fits).collect()
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether two numbers are one, said from nearer or further away: `+49 170
/// 1234` and `0170 1234`.
fn ends_alike(own: &str, wanted: &str) -> bool {
    let wanted = wanted.trim_start_matches('0');
    wanted.len() >= DIGITS
        && (own.ends_with(wanted)
            || wanted.ends_with(own.trim_start_matches('0')) && own.len() >= 2 * DIGITS)
}

/// What a new ticket has from its requester: fields that whoever opens it did
/// not give, and the tag `vip`.
#[must_use]
pub fn inherited(contacts: &Contacts, given: &Patch) -> Inherited {
    let requester = given.requester.value().map(Line::as_str);
    let Some(contact) = requester.and_then(|who| contacts.of(who)) else {
        return Inherited::default();
    };
    let mut set = Patch::default();
    let fill = |given: &Change<Line>, own: &Option<Line>| match own {
        Some(own) if given.is_keep() => Change::To(own.clone()),
        _ => Change::Keep,
    };
    set.customer = fill(&given.customer, &contact.customer);
    set.unit = fill(&given.unit, &contact.unit);
    set.site = fill(&given.site, &contact.site);
    if let (true, Some(language)) = (given.language.is_keep(), &contact.language) {
        set.language = Change::To(language.clone());
    }
    Inherited {
        set,
        tags: contact
            .vip
            .then(|| Name::parse("vip").ok())
            .flatten()
            .into_iter()
            .collect(),
    }
}

/// What a new ticket has from its requester.
#[derive(Debug, Clone, Default)]
pub struct Inherited {
    /// Customer, unit, site and language, where they were not given.
    pub set: Patch,
    /// Tags.
    pub tags: Vec<Name>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contacts() -> Contacts {
        let alice = ContactEntry {
            name: Some("Alice Ünal".into()),
            emails: vec!["a.unal@acme.example".into()],
            phone: Some("+49 (170) 555-1234".into()),
            customer: Some("Acme".into()),
            site: Some("Berlin".into()),
            language: Some("de".into()),
            vip: true,
            ..ContactEntry::default()
        };
        let bob = ContactEntry {
            name: Some("Bob".into()),
            phone: Some("030 777 1234".into()),
            ..ContactEntry::default()
        };
        let all = [("alice@acme.example", alice), ("bob@acme.example", bob)];
        let file = ContactsFile {
            format: 1,
            contacts: all.map(|(key, entry)| (key.to_owned(), entry)).into(),
        };
        let (contacts, faults) = Contacts::understand(&file);
        assert!(faults.is_empty());
        contacts
    }

    fn found(typed: &str) -> String {
        let contacts = contacts();
        let names = contacts.find(typed).into_iter();
        let names = names.filter_map(|one| one.name.as_ref().map(Line::as_str));
        names.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn people_are_found_by_address_name_and_the_end_of_their_number() {
        for (typed, who) in [
            ("A.Unal@ACME.example", "Alice Ünal"),
            ("ünal", "Alice Ünal"),
            ("acme", "Alice Ünal, Bob"),
            ("5551234", "Alice Ünal"),
            ("0170 555 1234", "Alice Ünal"),
            ("+49 30 777 1234", "Bob"),
            ("1234", "Alice Ünal, Bob"),
            ("234", ""),
            ("", ""),
            ("+49", ""),
            ("9999", ""),
        ] {
            assert_eq!(found(typed), who, "{typed:?}");
        }
    }

    #[test]
    fn a_ticket_has_from_its_requester_what_was_not_given() {
        let mut given = Patch::default();
        given.put("requester", Some("A.Unal@acme.example")).unwrap();
        given.put("site", Some("Home")).unwrap();
        let inherited = inherited(&contacts(), &given);
        let entries = inherited.set.entries();
        let fields: Vec<_> = entries.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(fields, ["customer", "language"]);
        assert_eq!(inherited.tags.len(), 1);
        let mut stranger = Patch::default();
        stranger
            .put("requester", Some("nobody@else.example"))
            .unwrap();
        let none = super::inherited(&contacts(), &stranger);
        assert!(none.set.is_empty() && none.tags.is_empty());
    }

    #[test]
    fn an_address_is_one_persons() {
        let entry = |email: &str| ContactEntry {
            emails: vec![email.to_owned()],
            ..ContactEntry::default()
        };
        let file = ContactsFile {
            format: 1,
            contacts: [
                ("alice", entry("x@y.example")),
                ("bob", entry("X@y.example")),
            ]
            .map(|(key, entry)| (key.to_owned(), entry))
            .into(),
        };
        let (contacts, faults) = Contacts::understand(&file);
        assert_eq!(
            faults[0].to_string(),
            "contacts.bob: X@y.example is alice's already"
        );
        assert_eq!(contacts.of("x@Y.example").unwrap().key.as_str(), "alice");
    }
}
