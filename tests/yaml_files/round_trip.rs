//! Writing what was read changes no byte.

use crate::{corpus, tickets};
use proptest::prelude::*;
use tierdesk::store::yaml::{read_canonical, read_stored, read_ticket, write_ticket};
use tierdesk::ticket::{Details, Event, Ticket};

fn assert_round_trip(ticket: &Ticket) {
    let written = write_ticket(ticket);
    let stored = read_ticket(ticket.id(), written.as_bytes())
        .unwrap_or_else(|error| panic!("{error} ({})\n{written}", error.hint));
    assert_eq!(&stored.ticket, ticket, "{written}");
    assert_eq!(stored.drift(), None, "{written}");
    assert_eq!(stored.declared_opened, Some(ticket.opened()));
    assert!(!stored.is_newer());
    assert_eq!(write_ticket(&stored.ticket), written);
    assert_eq!(
        read_canonical(ticket.id(), written.as_bytes()).as_ref(),
        Some(ticket),
        "{written}"
    );
    assert_eq!(
        read_stored(ticket.id(), written.as_bytes()),
        Ok(stored),
        "{written}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn any_ticket_reads_back(ticket in tickets::ticket()) {
        assert_round_trip(&ticket);
    }

    #[test]
    fn whatever_the_fast_reader_takes_reads_the_same(
        ticket in tickets::ticket(), place in 0..2_000_usize, byte in any::<u8>()
    ) {
        let mut file = write_ticket(&ticket).into_bytes();
        let place = place % file.len();
        file[place] = byte;
        if let Some(fast) = read_canonical(ticket.id(), &file) {
            let stored = read_ticket(ticket.id(), &file).unwrap();
            prop_assert_eq!(&stored.ticket, &fast);
            prop_assert_eq!(stored.drift(), None);
        }
    }

    #[test]
    fn windows_line_ends_read_alike(ticket in tickets::ticket()) {
        let written = write_ticket(&ticket).replace('\n', "\r\n");
        let stored = read_ticket(ticket.id(), written.as_bytes()).unwrap();
        prop_assert_eq!(stored.ticket, ticket);
    }
}

#[test]
fn every_text_of_the_corpus_reads_back() {
    for text in corpus::texts() {
        let event = Event {
            text: Some(text.clone()),
            details: Details {
                tried: vec![text.clone(), "b".into()],
                ask: Some(text.clone()),
                ..Details::default()
            },
            ..tickets::opening()
        };
        assert_round_trip(&Ticket::fold(tickets::id(), vec![event]));
    }
}

#[test]
fn the_file_of_the_design_is_canonical() {
    let file = include_str!("design.yaml");
    let stored = read_ticket(&tickets::id(), file.as_bytes()).unwrap();
    assert_eq!(write_ticket(&stored.ticket), file);
    assert_eq!(stored.drift(), None);
}
