//! What the knowledge base did. DOMAIN.md section 6, "knowledge link rate" and
//! "deflection".

use crate::report::figure::Part;
use crate::report::lens::Lens;
use crate::report::life::Life;
use crate::report::metric::{Better, Measure, Metric};
use crate::ticket::Level;

/// Resolved with an article.
pub const LINKED: Metric = Metric {
    name: "knowledge-link-rate",
    title: "with an article",
    definition: "Resolved with an article of the knowledge base linked ÷ resolved.",
    better: Better::More,
    measure: Measure::Share(linked),
};

/// Solved by the requester alone.
pub const DEFLECTED: Metric = Metric {
    name: "deflection",
    title: "solved by self-service",
    definition: "Tickets of the period that were resolved at level 0 and never lay above it (the \
        requester helped themselves) ÷ those and the tickets that requesters opened in it: those \
        opened by nobody of the desk.",
    better: Better::More,
    measure: Measure::Share(deflected),
};

/// All of the family.
pub const ALL: &[Metric] = &[LINKED, DEFLECTED];

fn linked(life: &Life, lens: Lens<'_>) -> Part {
    Part::one(lens.resolved(life).then_some(!life.articles.is_empty()))
}

fn deflected(life: &Life, lens: Lens<'_>) -> Part {
    let alone = life.course.highest().map(Level::number) == Some(0) && life.resolved().is_some();
    let counts = lens.period.contains(life.opened) && (alone || life.opened_by_requester);
    Part::one(counts.then_some(alone))
}
