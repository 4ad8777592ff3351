//! Why a report has nothing to report.

use crate::report::metrics::Excluded;
use crate::report::views::Scope;
use crate::ticket::Timestamp;

/// Why nothing is in the figures, and what to do; none where something is.
pub(crate) fn why(scope: &Scope<'_>, terms: &[String]) -> Option<String> {
    if scope.lives.iter().any(|life| scope.lens.touches(life)) {
        return None;
    }
    let zone = scope.lens.policy.calendars.usual.zone();
    let day = |time: Timestamp| time.utc().with_timezone(&zone).date_naive();
    let first = scope.lives.iter().map(|life| day(life.opened)).min();
    let last = scope.lives.iter().map(|life| day(life.updated)).max();
    Some(match (first, last) {
        (Some(first), Some(last)) => {
            let count = scope.lives.len();
            let tickets = if count == 1 { "ticket" } else { "tickets" };
            let after = last.succ_opt().unwrap_or(last);
            format!(
                "Nothing happened in this period. There is something from {first} to {last} \
                 ({count} {tickets}): --since {first} --until {after}"
            )
        }
        _ if !terms.is_empty() => format!(
            "No incident or request meets {}: desk list --help says what can be asked for.",
            terms.join(" ")
        ),
        _ if scope.left_out == Excluded::default() => {
            "There is no ticket yet: desk open 'what is wrong' makes the first.".to_owned()
        }
        _ => "There is no incident or request that counts.".to_owned(),
    })
}
