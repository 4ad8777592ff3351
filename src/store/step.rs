//! The steps of the commit path, as names. A test stops the program at one of
//! them to show that nothing is lost.

use std::fmt;
use std::str::FromStr;

macro_rules! steps {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A step of a change that has just been done, in this order.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum CrashPoint {
            $($(#[$doc])* $variant,)*
        }

        impl CrashPoint {
            /// Every step, in the order in which a change passes them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name used on the command line and in the environment.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

steps! {
    /// Our own lock is held.
    Locked = "locked",
    /// The caller has decided what to write.
    Planned = "planned",
    /// The work tree was compared with what the plan expects.
    Checked = "checked",
    /// The first of many commits is in an unfinished pack.
    PackStarted = "pack-started",
    /// The pack and its index are complete, under names that git passes over.
    PackWritten = "pack-written",
    /// Blobs, trees and commits are written.
    ObjectsWritten = "objects-written",
    /// They are on the disk.
    ObjectsSynced = "objects-synced",
    /// The new files are in our temporary folder.
    FilesStaged = "files-staged",
    /// The file that becomes the index is in our temporary folder.
    LockPrepared = "lock-prepared",
    /// The journal tells what is about to happen.
    Journalled = "journalled",
    /// We hold `index.lock`.
    IndexLocked = "index-locked",
    /// `index.lock` has the content of the new index.
    IndexWritten = "index-written",
    /// We hold `HEAD.lock` and the lock of the branch.
    RefLocked = "ref-locked",
    /// The pack has its name; without its index git does not look at it.
    PackNamed = "pack-named",
    /// Pack and index are in their places.
    PackPlaced = "pack-placed",
    /// The lock of the branch has its new value.
    RefWritten = "ref-written",
    /// The reflogs have their line.
    ReflogWritten = "reflog-written",
    /// The branch has moved: from here on the change stands.
    RefMoved = "ref-moved",
    /// The move of the branch is on the disk: acknowledged.
    RefSynced = "ref-synced",
    /// The first file is in the work tree.
    FirstFilePlaced = "first-file-placed",
    /// All files are in the work tree.
    FilesPlaced = "files-placed",
    /// `index.lock` knows the files' times.
    IndexFinal = "index-final",
    /// The old index has a second name, where it is to become the next but one.
    SpareKept = "spare-kept",
    /// The index is in its place.
    IndexPlaced = "index-placed",
    /// The reconciled head is written down.
    HeadRecorded = "head-recorded",
    /// The journal is gone.
    JournalCleared = "journal-cleared",
    /// What is known of the new index is written down.
    IndexNoted = "index-noted",
}

impl CrashPoint {
    /// Whether only a change of many commits passes it.
    #[must_use]
    pub fn is_of_many(self) -> bool {
        matches!(
            self,
            Self::PackStarted | Self::PackWritten | Self::PackNamed | Self::PackPlaced
        )
    }

    /// Whether a change that stopped here is in the history.
    #[must_use]
    pub fn is_after_acknowledgement(self) -> bool {
        self >= Self::RefMoved
    }
}

impl fmt::Display for CrashPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a step of a change")]
pub struct UnknownStep(pub String);

impl FromStr for CrashPoint {
    type Err = UnknownStep;

    fn from_str(text: &str) -> Result<Self, UnknownStep> {
        Self::ALL
            .iter()
            .copied()
            .find(|step| step.name() == text)
            .ok_or_else(|| UnknownStep(text.to_owned()))
    }
}
