//! What an event tells beside its effect and its words.
//!
//! One declaration names every list and text; reading, writing and showing all
//! follow from it. A new one is one line there.

use super::judged::Judged;
use super::words::Clock;

macro_rules! details {
    (
        items { $( $(#[$idoc:meta])* $item:ident = $iname:literal, )+ }
        texts { $( $(#[$tdoc:meta])* $text:ident = $tname:literal, )+ }
    ) => {
        /// What an event tells beside its effect and its words, in the order
        /// in which files have it.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct Details {
            $( $(#[$idoc])* pub $item: Vec<String>, )+
            $( $(#[$tdoc])* pub $text: Option<String>, )+
            /// The clock that this is about.
            pub clock: Option<Clock>,
            /// The results of the clocks that this finished.
            pub judged: Option<Judged>,
        }

        /// Names of the lists of texts, in file order.
        pub const ITEMS: &[&str] = &[ $( $iname, )+ ];
        /// Names of the single texts, in file order, after the lists.
        pub const TEXTS: &[&str] = &[ $( $tname, )+ ];

        impl Details {
            /// Every list by its name in files, empty ones included.
            pub fn items(&self) -> impl Iterator<Item = (&'static str, &[String])> {
                [ $( ($iname, self.$item.as_slice()), )+ ].into_iter()
            }

            /// Every single text by its name in files, absent ones included.
            pub fn texts(&self) -> impl Iterator<Item = (&'static str, Option<&str>)> {
                [ $( ($tname, self.$text.as_deref()), )+ ].into_iter()
            }

            /// The list of that name.
            pub fn list_mut(&mut self, name: &str) -> Option<&mut Vec<String>> {
                match name {
                    $( $iname => Some(&mut self.$item), )+
                    _ => None,
                }
            }

            /// The single text of that name.
            pub fn text_mut(&mut self, name: &str) -> Option<&mut Option<String>> {
                match name {
                    $( $tname => Some(&mut self.$text), )+
                    _ => None,
                }
            }
        }
    };
}

details! {
    items {
        /// Steps already tried, for whoever receives a hand-over.
        tried = "tried",
        /// Where an answer was looked for: articles, other tickets, manuals.
        searched = "searched",
        /// Where to see it: logs, pictures, measurements.
        evidence = "evidence",
    }
    texts {
        /// What is asked of the receiver.
        ask = "ask",
        /// Why an incomplete hand-over went on all the same.
        overridden = "override",
        /// The rule of the policy that acted, where no person did.
        rule = "rule",
        /// What another system calls it, where the event comes from there.
        activity = "activity",
        /// The state, or sub-state, that another system had it in then.
        state = "state",
    }
}

/// Texts that are another system's names for things.
const LABELS: &[&str] = &["activity", "state"];

impl Details {
    /// Whether it tells nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }

    /// Everything in it that somebody wrote: what a search looks in. What
    /// another system calls things is on every event, and nobody's words.
    pub fn said(&self) -> impl Iterator<Item = &str> {
        let items = self.items().flat_map(|(_, list)| list.iter());
        let texts = self.texts().filter(|(name, _)| !LABELS.contains(name));
        let texts = texts.filter_map(|(_, text)| text);
        items.map(String::as_str).chain(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_its_place() {
        let mut details = Details::default();
        for name in ITEMS {
            details.list_mut(name).unwrap().push((*name).to_owned());
        }
        for name in TEXTS {
            *details.text_mut(name).unwrap() = Some((*name).to_owned());
        }
        assert!(details.items().all(|(name, list)| list == [name]));
        assert!(details.texts().all(|(name, text)| text == Some(name)));
        let all = ITEMS.len() + TEXTS.len();
        assert_eq!(details.said().count(), all - LABELS.len());
        assert!(!details.is_empty() && Details::default().is_empty());
    }
}
