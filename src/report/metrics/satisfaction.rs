//! What requesters thought of it. DOMAIN.md section 6, "satisfaction".

use crate::report::figure::Part;
use crate::report::lens::Lens;
use crate::report::life::Life;
use crate::report::metric::{Better, Measure, Metric};
use crate::ticket::Rating;

/// The mean rating.
pub const RATING: Metric = Metric {
    name: "mean-rating",
    title: "mean rating",
    definition: "Mean of the ratings, from 1 to 5, of the rated tickets resolved in the period. \
        Read it beside the response rate.",
    better: Better::More,
    measure: Measure::Mean(rating),
};

/// Rated 4 or 5.
pub const SATISFIED: Metric = Metric {
    name: "satisfied",
    title: "rated 4 or 5",
    definition: "Rated 4 or 5 ÷ rated, of the tickets resolved in the period. Read it beside the \
        response rate.",
    better: Better::More,
    measure: Measure::Share(satisfied),
};

/// Rated at all.
pub const RESPONSE: Metric = Metric {
    name: "response-rate",
    title: "rated at all",
    definition: "Rated ÷ resolved: how many of the requesters said what they think.",
    better: Better::More,
    measure: Measure::Share(response),
};

/// All of the family.
pub const ALL: &[Metric] = &[RATING, SATISFIED, RESPONSE];

fn rating(life: &Life, lens: Lens<'_>) -> Option<i64> {
    let rating = life.rating.filter(|_| lens.resolved(life))?;
    Some(rating.number().into())
}

fn satisfied(life: &Life, lens: Lens<'_>) -> Part {
    let rating = life.rating.filter(|_| lens.resolved(life));
    Part::one(rating.map(|rating| rating >= Rating::SATISFIED))
}

fn response(life: &Life, lens: Lens<'_>) -> Part {
    Part::one(lens.resolved(life).then_some(life.rating.is_some()))
}
