//! Whether it held, and how many hands it took. DOMAIN.md section 6, "reopen
//! rate" and "touches".

use crate::report::figure::Part;
use crate::report::lens::Lens;
use crate::report::life::{Life, Resolution};
use crate::report::metric::{Better, Measure, Metric};

const DAY: i64 = 86_400;

/// Resolved and reopened.
pub const REOPENED: Metric = Metric {
    name: "reopen-rate",
    title: "reopened",
    definition: "Tickets resolved at least once in the period and reopened within the policy's \
        reopen-counts-days after that (at any time since, where it does not say) ÷ tickets \
        resolved at least once in the period. The whole is larger than that of other shares: a \
        ticket that came back and is live now is in it.",
    better: Better::Less,
    measure: Measure::Share(reopened),
};

/// Resolved by one person with one answer.
pub const ONE_TOUCH: Metric = Metric {
    name: "one-touch",
    title: "one touch",
    definition: "Resolved with one person of the desk acting and at most one public reply ÷ \
        resolved.",
    better: Better::More,
    measure: Measure::Share(one_touch),
};

/// People who acted.
pub const PEOPLE: Metric = Metric {
    name: "people-acting",
    title: "people acting",
    definition: "Distinct people of the desk who acted on a ticket, automation left out; summed \
        over the tickets resolved in the period.",
    better: Better::Less,
    measure: Measure::Count(people),
};

/// Public replies.
pub const REPLIES: Metric = Metric {
    name: "public-replies",
    title: "public replies",
    definition: "Public replies of the desk on a ticket, summed over the tickets resolved in the \
        period.",
    better: Better::Neither,
    measure: Measure::Count(replies),
};

/// All of the family.
pub const ALL: &[Metric] = &[REOPENED, ONE_TOUCH, PEOPLE, REPLIES];

/// Whether it came back after one of its resolutions that `which` picks, soon
/// enough to count against it.
pub(super) fn came_back(life: &Life, lens: Lens<'_>, which: impl Fn(&Resolution) -> bool) -> bool {
    let days = lens.policy.lifecycle.reopen_counts_days;
    let within = days.map(|days| i64::from(days) * DAY);
    let resolutions = life.course.resolutions.iter();
    resolutions.filter(|one| which(one)).any(|one| {
        one.reopened
            .is_some_and(|at| within.is_none_or(|within| at.since(one.at) <= within))
    })
}

fn reopened(life: &Life, lens: Lens<'_>) -> Part {
    let in_period = |one: &Resolution| lens.period.contains(one.at);
    let counts = life.course.resolutions.iter().any(in_period);
    Part::one(counts.then(|| came_back(life, lens, in_period)))
}

fn one_touch(life: &Life, lens: Lens<'_>) -> Part {
    let is_so = || life.people.len() == 1 && life.replies <= 1;
    Part::one(lens.resolved(life).then(is_so))
}

fn people(life: &Life, lens: Lens<'_>) -> Option<i64> {
    let count = i64::try_from(life.people.len()).unwrap_or(i64::MAX);
    lens.resolved(life).then_some(count)
}

fn replies(life: &Life, lens: Lens<'_>) -> Option<i64> {
    let count = i64::try_from(life.replies).unwrap_or(i64::MAX);
    lens.resolved(life).then_some(count)
}
