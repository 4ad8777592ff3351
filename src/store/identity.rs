//! Who commits, as git sees it.

use std::env;

use super::{Result, Store, StoreError};

/// A name and an address, as git records them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The full name.
    pub name: String,
    /// The e-mail address, without brackets.
    pub email: String,
}

impl Identity {
    /// `at` is in seconds since 1970, `offset` in minutes east of UTC.
    pub(super) fn signature(&self, at: i64, offset: i32) -> Result<git2::Signature<'static>> {
        git2::Signature::new(&self.name, &self.email, &git2::Time::new(at, offset)).map_err(|_| {
            StoreError::BadIdentity {
                name: self.name.clone(),
                email: self.email.clone(),
            }
        })
    }
}

impl Store {
    /// The committer: `GIT_COMMITTER_NAME` and `GIT_COMMITTER_EMAIL` where set,
    /// else git's settings `committer.*` and `user.*`, else `EMAIL`.
    ///
    /// # Errors
    /// [`StoreError::NoIdentity`] where git knows none. A made-up address of
    /// this machine, which git may fall back to, is never recorded.
    pub fn identity(&self) -> Result<Identity> {
        let first = |variables: [Option<String>; 4], missing| {
            variables
                .into_iter()
                .flatten()
                .map(|text| text.trim().to_owned())
                .find(|text| !text.is_empty())
                .ok_or(StoreError::NoIdentity { missing })
        };
        Ok(Identity {
            name: first(
                [
                    env::var("GIT_COMMITTER_NAME").ok(),
                    self.setting("committer.name")?,
                    self.setting("user.name")?,
                    None,
                ],
                "user.name",
            )?,
            email: first(
                [
                    env::var("GIT_COMMITTER_EMAIL").ok(),
                    self.setting("committer.email")?,
                    self.setting("user.email")?,
                    env::var("EMAIL").ok(),
                ],
                "user.email",
            )?,
        })
    }
}
