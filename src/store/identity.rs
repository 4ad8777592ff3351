//! Who commits, as git sees it.

use std::env;
use std::path::Path;

use git2::{Config, ConfigLevel, Repository};

use super::repo::absent_as_none;
use super::{Result, Store, StoreError, settings};

const ACTION: &str = "read git's settings";

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

/// Who and when, as commits and reflogs have it.
pub(super) fn stamp(signature: &git2::Signature<'_>) -> String {
    let when = signature.when();
    let east = when.offset_minutes();
    let sign = if east < 0 { '-' } else { '+' };
    let (hours, minutes) = (east.abs() / 60, east.abs() % 60);
    format!(
        "{} <{}> {} {sign}{hours:02}{minutes:02}",
        String::from_utf8_lossy(signature.name_bytes()),
        String::from_utf8_lossy(signature.email_bytes()),
        when.seconds(),
    )
}

impl Store {
    /// The committer: `GIT_COMMITTER_NAME` and `GIT_COMMITTER_EMAIL` where set,
    /// else git's settings `committer.*` and `user.*`, else `EMAIL`.
    ///
    /// # Errors
    /// [`StoreError::NoIdentity`] where git knows none. A made-up address of
    /// this machine, which git may fall back to, is never recorded.
    pub fn identity(&self) -> Result<Identity> {
        identity(&self.repo.config().map_err(StoreError::git(ACTION))?)
    }

    /// The committer of a desk that is still to be made in a folder, whether
    /// there is a repository yet or not.
    ///
    /// # Errors
    /// As [`Store::identity`].
    pub fn identity_at(dir: &Path) -> Result<Identity> {
        let repository = dir.ancestors().find_map(|dir| Repository::open(dir).ok());
        let config = match repository {
            Some(repository) => {
                settings::apply(&repository)?;
                repository.config().map_err(StoreError::git(ACTION))?
            }
            None => settings::outside()?,
        };
        identity(&config)
    }

    /// Sets the committer for this clone only.
    ///
    /// # Errors
    /// [`StoreError::Git`] where the repository's settings can't be written.
    pub fn set_identity(&self, identity: &Identity) -> Result<()> {
        let action = "write the settings of the repository";
        let config = self.repo.config().map_err(StoreError::git(action))?;
        let mut local = config
            .open_level(ConfigLevel::Local)
            .map_err(StoreError::git(action))?;
        local
            .set_str("user.name", &identity.name)
            .and_then(|()| local.set_str("user.email", &identity.email))
            .map_err(StoreError::git(action))
    }
}

/// The committer by these settings and the environment.
fn identity(config: &Config) -> Result<Identity> {
    let setting = |key: &str| absent_as_none(config.get_string(key));
    let first = |variables: [Option<String>; 4], missing| {
        variables
            .into_iter()
            .flatten()
            .map(|text| text.trim().to_owned())
            .find(|text| !text.is_empty())
            .ok_or(StoreError::NoIdentity { missing })
    };
    let name = [
        env::var("GIT_COMMITTER_NAME").ok(),
        setting("committer.name")?,
        setting("user.name")?,
        None,
    ];
    let email = [
        env::var("GIT_COMMITTER_EMAIL").ok(),
        setting("committer.email")?,
        setting("user.email")?,
        env::var("EMAIL").ok(),
    ];
    Ok(Identity {
        name: first(name, "user.name")?,
        email: first(email, "user.email")?,
    })
}
