//! The fields of a ticket that are a desk's own, or another system's: `x-…`.

use crate::ticket::Header;
use crate::ticket::bytes::{Reader, Writer};
use crate::ticket::value::OwnField;
use std::borrow::Cow;

/// Own fields, as bytes: most reports never ask for them, so nothing is read of
/// them until one does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own<'a>(pub(super) Cow<'a, [u8]>);

impl Own<'_> {
    /// Those that a ticket has now.
    #[must_use]
    pub fn of(header: &Header) -> Self {
        let mut out = Writer::default();
        for (name, value) in &header.own {
            out.text(OwnField::as_str(name));
            out.text(value);
        }
        Self(Cow::Owned(out.0))
    }

    /// Each with its value, in the order of their names.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut rest = Reader(&self.0);
        std::iter::from_fn(move || Some((rest.text()?, rest.text()?)))
    }

    /// The value of one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value)
    }
}
