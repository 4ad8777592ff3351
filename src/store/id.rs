//! Names of git objects as types of their own.

use std::fmt;
use std::str::FromStr;

use git2::{ObjectType, Oid};
use sha1::{Digest, Sha1};

macro_rules! object_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub(super) Oid);

        impl $name {
            /// The first ten hexadecimal digits, for people to read.
            #[must_use]
            pub fn short(self) -> String {
                let mut hex = self.0.to_string();
                hex.truncate(10);
                hex
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                // libgit2 pads a shorter text with zeros.
                if text.len() != 40 {
                    return Err(BadId(text.to_owned()));
                }
                Oid::from_str(text)
                    .map(Self)
                    .map_err(|_| BadId(text.to_owned()))
            }
        }
    };
}

object_id! {
    /// The name of a commit. Displays as forty hexadecimal digits.
    CommitId
}

object_id! {
    /// The name of a file's content. Displays as forty hexadecimal digits.
    BlobId
}

impl BlobId {
    /// The name that git gives this content, whether or not it is stored.
    #[must_use]
    pub fn of(content: &[u8]) -> Option<Self> {
        name(ObjectType::Blob, content).map(Self)
    }
}

/// The name that git gives an object. libgit2 looks for collisions meanwhile,
/// which takes several times as long; what we name here we wrote, or compare.
pub(super) fn name(kind: ObjectType, content: &[u8]) -> Option<Oid> {
    let mut hash = Sha1::new();
    hash.update(format!("{kind} {}\0", content.len()));
    hash.update(content);
    Oid::from_bytes(&hash.finalize()).ok()
}

/// A text that is not the full name of a git object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not forty hexadecimal digits")]
pub struct BadId(pub String);
