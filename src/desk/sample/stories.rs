//! The stories of the sample desk.

mod first_week;
mod second_week;

use super::Story;

/// All of them, in any order: the sample lives through them in the order of
/// time. A title names its story, so no two are the same.
pub(super) fn all() -> impl Iterator<Item = &'static Story> {
    first_week::STORIES.iter().chain(second_week::STORIES)
}
