//! What people should know though a change stands.

/// Something to know about a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// Something may be wrong.
    Warning(String),
    /// Something that helps: why it went there, what to do next.
    Advice(String),
}

impl Remark {
    /// The words.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Warning(text) | Self::Advice(text) => text,
        }
    }
}
