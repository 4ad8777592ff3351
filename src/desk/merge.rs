//! Versions of a file → one: what git's merge driver does.

use super::rules::{CONTACTS, POLICY, ROSTER};
use crate::store::yaml::{self, Merged};
use crate::ticket::{TicketId, evolve};

/// The merged file, if the path is one of a ticket; or why it can't be merged
/// by events. The path may begin with the desk's folder in its repository.
#[must_use]
pub fn tickets(path: &str, ours: &[u8], theirs: &[u8]) -> Option<Result<String, String>> {
    let start = path.find("tickets/")?;
    let id = TicketId::from_path(&path[start..])?;
    Some(merged(&id, ours, theirs))
}

/// The merged policy, roster or list of contacts, if the path is one of those:
/// by key, with markers where a person must decide. None where they must be
/// merged line by line.
#[must_use]
pub fn rules(path: &str, base: &[u8], ours: &[u8], theirs: &[u8]) -> Option<Merged> {
    let name = path.rsplit('/').next()?;
    if ![POLICY, ROSTER, CONTACTS].contains(&name) {
        return None;
    }
    let text = |bytes| std::str::from_utf8(bytes).ok();
    yaml::merge_entries(text(base)?, text(ours)?, text(theirs)?)
}

fn merged(id: &TicketId, ours: &[u8], theirs: &[u8]) -> Result<String, String> {
    let read = |side: &str, bytes: &[u8]| {
        let stored =
            yaml::read_ticket(id, bytes).map_err(|error| format!("{side} version: {error}"))?;
        if stored.is_newer() {
            return Err(format!("{side} version was written by a newer desk"));
        }
        if stored.drift().is_some() {
            return Err(format!(
                "{side} version holds a hand edit; run desk adopt there first"
            ));
        }
        Ok(stored.ticket)
    };
    let (ours, theirs) = (read("our", ours)?, read("their", theirs)?);
    let opening =
        |ticket: &crate::ticket::Ticket| ticket.timeline().first().map(|event| event.e.clone());
    if opening(&ours) != opening(&theirs) {
        return Err("these are two tickets with one id".into());
    }
    Ok(yaml::write_ticket(&evolve(
        ours,
        theirs.timeline().to_vec(),
    )))
}
