//! Trying a policy on what happened. Nothing changes.

use super::app::Desk;
use super::error::DeskError;
use super::filter::Filter;
use super::query::{self, Remarks};
use super::rules::{RuleFiles, Rules};
use crate::report::Period;
use crate::report::trial::{Outcome, Sides, Trial};
use crate::store::cache::{Column, Condition, Select, Test};
use crate::store::{CommitId, Snapshot};
use std::ops::ControlFlow;

/// What trying a policy found.
#[derive(Debug)]
pub struct Tried {
    /// What would be otherwise.
    pub outcome: Outcome,
    /// What people should know of tickets that were not judged.
    pub remarks: Remarks,
}

impl Desk {
    /// The files of the rules as another branch, tag or commit has them.
    ///
    /// # Errors
    /// There is none of that name, or it has no policy.
    pub fn rules_of(&self, name: &str) -> Result<(CommitId, RuleFiles), DeskError> {
        let commit = self.store.commit_named(name)?;
        let snapshot = self.store.snapshot_at(commit)?;
        let files = RuleFiles::read(|path| Ok(snapshot.read(path)?))?;
        if files.policy.is_none() {
            return Err(DeskError::Words(format!("{name} has no desk.yaml")));
        }
        Ok((commit, files))
    }

    /// Judges what happened in a period to the tickets that a filter lets
    /// through, by the present rules and by those that are tried.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn try_rules(
        &self,
        snapshot: &Snapshot<'_>,
        rules: Sides<&Rules>,
        filter: &Filter,
        period: Period,
    ) -> Result<Tried, DeskError> {
        let trial = || {
            let sides = Sides {
                now: rules.now.clocks(),
                tried: rules.tried.clocks(),
            };
            Trial::new(sides, period, self.world().now())
        };
        let (mut conditions, exact) = filter.conditions();
        // Nothing happened to others that would count.
        conditions.extend(Column::named("updated").map(|updated| Condition {
            any_of: vec![Test::Live, Test::From(updated, period.from())],
            negated: false,
        }));
        let select = Select {
            conditions,
            order: Vec::new(),
        };
        let answer = self.cache(snapshot, filter.about()).ask(|view| {
            let mut trial = trial();
            view.select(&select, None, &mut |ticket| {
                if exact || filter.matches(&ticket) {
                    trial.take(&ticket);
                }
                ControlFlow::Continue(())
            })?;
            let remarks = query::remarks(view, snapshot)?;
            Ok((trial.end(), remarks))
        });
        if let Some((outcome, remarks)) = answer {
            return Ok(Tried { outcome, remarks });
        }
        let reading = self.read(snapshot)?;
        let mut trial = trial();
        let tickets = reading.tickets.iter();
        tickets
            .filter(|ticket| filter.matches(ticket))
            .for_each(|ticket| trial.take(ticket));
        Ok(Tried {
            outcome: trial.end(),
            remarks: reading.remarks,
        })
    }
}
