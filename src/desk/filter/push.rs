//! What the cache can tell of a filter without reading tickets.

use super::{Filter, Is, Term, Test, Wanted};
use crate::desk::cached::About;
use crate::store::cache::{self, Column, Condition};
use crate::ticket::Status;
use crate::ticket::text::fold;
use crate::ticket::value::Value as _;

/// Tests of the cache of which one holds where the filter's does; and whether
/// it then holds for sure.
type Pushed = (Vec<cache::Test>, bool);

impl Filter {
    /// Conditions that every ticket meets which the filter lets through, and
    /// whether only those meet them.
    #[must_use]
    pub fn conditions(&self) -> (Vec<Condition>, bool) {
        let mut exact = true;
        let mut conditions = Vec::new();
        for term in &self.terms {
            match self.condition(term) {
                Some((condition, surely)) => {
                    conditions.push(condition);
                    exact &= surely;
                }
                None => exact = false,
            }
        }
        (conditions, exact)
    }

    /// What [`Filter::conditions`] asks about.
    pub(in crate::desk) fn about(&self) -> About {
        let (conditions, _) = self.conditions();
        let mut tests = conditions.iter().flat_map(|condition| &condition.any_of);
        match tests.any(|test| matches!(test, cache::Test::Says(_))) {
            true => About::Words,
            false => About::Tickets,
        }
    }

    fn condition(&self, term: &Term) -> Option<(Condition, bool)> {
        let mut any_of = Vec::new();
        let mut exact = true;
        for test in &term.any_of {
            let (tests, surely) = self.push(test)?;
            any_of.extend(tests);
            exact &= surely;
        }
        // Ruling out what may hold rules out too much.
        let sound = exact || !term.negated;
        let condition = Condition {
            any_of,
            negated: term.negated,
        };
        sound.then_some((condition, exact))
    }

    fn push(&self, test: &Test) -> Option<Pushed> {
        let one = |test| Some((vec![test], true));
        let maybe = |test| Some((vec![test], false));
        match test {
            Test::Is(is) => self.push_is(*is),
            Test::Says(words) => {
                cache::Test::can_say(words).then(|| (vec![cache::Test::Says(words.clone())], false))
            }
            Test::Id(guess) => maybe(cache::Test::Id(guess.clone())),
            Test::By(who) => one(cache::Test::By(who.clone())),
            Test::Link(_) => maybe(cache::Test::Members("links")),
            Test::Field(name, wanted) => push_field(name, wanted),
        }
    }

    fn push_is(&self, is: Is) -> Option<Pushed> {
        let column = Column::named;
        let status = |status: Status| Some(cache::Test::Is(column("status")?, status.text()));
        let (tests, exact) = match is {
            Is::Any => (vec![cache::Test::Always], true),
            Is::Live => (vec![cache::Test::Live], true),
            Is::Void => (vec![cache::Test::Void], true),
            Is::Status(word) => (vec![status(word)?], true),
            Is::Waiting => {
                let waiting = Status::ALL.iter().filter(|status| status.is_waiting());
                let tests: Option<Vec<_>> = waiting.map(|word| status(*word)).collect();
                (tests?, true)
            }
            Is::OverdueResume => {
                let come = cache::Test::Before(column("until")?, self.now.plus(1));
                let pending = status(Status::Pending)?;
                let both = cache::Test::Both(Box::new(pending), Box::new(come));
                (vec![both], true)
            }
            Is::Overdue => {
                let over = cache::Test::Before(column("late")?, self.now.plus(1));
                (vec![over], true)
            }
            // The column is folded, and a handle is not.
            Is::Mine => (vec![self.mine("assignee")?], false),
            Is::Owned => (vec![self.mine("owner")?], false),
            Is::Unassigned => (vec![cache::Test::Missing(column("assignee")?)], true),
            Is::Escalated | Is::Reopened => return None,
        };
        Some((tests, exact))
    }

    fn mine(&self, field: &str) -> Option<cache::Test> {
        let me = fold(self.me.as_str());
        Some(cache::Test::Is(Column::named(field)?, me))
    }
}

fn push_field(name: &str, wanted: &Wanted) -> Option<Pushed> {
    if let Some(list) = cache::Test::list(name) {
        let test = match wanted {
            Wanted::Something => cache::Test::Members(list),
            Wanted::Same(text) => cache::Test::Member(list, text.clone()),
            Wanted::Part(text) => cache::Test::MemberHas(list, text.clone()),
            _ => return None,
        };
        return Some((vec![test], true));
    }
    if name == "title" {
        // Words of a title are words of the ticket.
        return match wanted {
            Wanted::Part(text) if cache::Test::can_say(text) => {
                Some((vec![cache::Test::Says(text.clone())], false))
            }
            _ => None,
        };
    }
    let column = Column::named(name)?;
    let test = match wanted {
        Wanted::Nothing => cache::Test::Missing(column),
        Wanted::Something => cache::Test::Present(column),
        Wanted::Same(text) => cache::Test::Is(column, text.clone()),
        Wanted::Part(text) => cache::Test::Has(column, text.clone()),
        Wanted::Under(text) => cache::Test::Under(column, text.clone()),
        Wanted::Min(least) => cache::Test::Min(column, *least),
        Wanted::Max(most) => cache::Test::Max(column, *most),
        Wanted::Before(time) => cache::Test::Before(column, *time),
        Wanted::From(time) => cache::Test::From(column, *time),
    };
    Some((vec![test], true))
}
