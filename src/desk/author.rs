//! Who git names as the author of a change.

use crate::policy::Roster;
use crate::store::Identity;
use crate::ticket::Handle;

/// The roster's entry; git's own identity where that is who acts; else the
/// bare handle.
pub(super) fn author(recorder: &Identity, roster: &Roster, by: &Handle) -> Identity {
    match roster.get(by.as_str()) {
        Some(person)
            if person
                .emails
                .iter()
                .any(|own| own.eq_ignore_ascii_case(&recorder.email)) =>
        {
            recorder.clone()
        }
        Some(person) => Identity {
            name: person.name.clone(),
            email: person.emails.first().unwrap_or(&recorder.email).clone(),
        },
        None if by.as_str() == recorder.email => recorder.clone(),
        None => Identity {
            name: by.to_string(),
            email: if by.as_str().contains('@') {
                by.to_string()
            } else {
                recorder.email.clone()
            },
        },
    }
}
