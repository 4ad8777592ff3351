//! One row → what it did and its effect.

use super::{Plan, Sort};
use crate::exchange::mapping::{Picked, Picks, Shape, Standing};
use crate::exchange::row::View;
use crate::ticket::header::{Change, Header, Lists, Patch};
use crate::ticket::value::Value as _;
use crate::ticket::{Details, Handle, Kind, Line, Status, Verb};

/// What a row did.
pub(super) struct Step {
    pub(super) by: Handle,
    pub(super) did: Verb,
    pub(super) set: Patch,
    pub(super) add: Lists,
    pub(super) text: Option<String>,
    pub(super) details: Details,
}

impl Plan<'_> {
    /// What a row did to a ticket that the rows in front of it have brought
    /// `before`. What does not fit is told.
    pub(super) fn step(
        &mut self,
        view: &View<'_>,
        before: &Header,
        is_first: bool,
        wrong: &mut Vec<(Sort, String)>,
    ) -> Step {
        let mapping = self.mapping;
        let find = |picks: &Option<Picks>| {
            picks
                .as_ref()
                .and_then(|picks| picks.value(view, &mapping.moments))
        };
        let mut set = Patch::default();
        for (field, picks) in &mapping.fields {
            let found = picks.of(view, &mapping.moments);
            self.put(field, found, &mut set, wrong);
        }
        let activity = find(&mapping.activity);
        let listed = activity
            .as_ref()
            .and_then(|name| mapping.activities.get(name));
        if listed.is_none()
            && !mapping.activities.is_empty()
            && let Some(name) = &activity
        {
            wrong.push((Sort::UnknownActivity, name.clone()));
        }
        let standing = listed.and_then(|(_, standing)| standing.clone());
        let standing = standing.or_else(|| self.standing(view, wrong));
        stand(standing, is_first, &mut set);
        let by = find(&mapping.actor).and_then(|who| self.fit("actor", &who, wrong));
        let by = by.and_then(|who| Handle::parse(&who).ok());
        let by = by.unwrap_or_else(|| mapping.automation.clone());
        let mut add = Lists::default();
        if is_first {
            self.begin(view, &mut set, &mut add);
        }
        let (set, _) = set.against(before);
        let did = match listed {
            _ if is_first => Verb::Open,
            Some((Some(verb), _)) => *verb,
            Some((None, _)) | None => verb(before, &set, &by),
        };
        let details = Details {
            activity,
            state: find(&mapping.state),
            ..Details::default()
        };
        Step {
            did,
            text: find(&mapping.text),
            details,
            by,
            set,
            add,
        }
    }

    /// Puts what was found into a field.
    fn put(
        &mut self,
        field: &str,
        found: Picked,
        set: &mut Patch,
        wrong: &mut Vec<(Sort, String)>,
    ) {
        let value = match found {
            Picked::Value(value) => self.fit(field, &value, wrong),
            Picked::Empty => None,
            Picked::Nothing => match self.mapping.shape {
                Shape::Snapshot => None,
                Shape::Activity => return,
            },
        };
        if let Err(bad) = set.put(field, value.as_deref()) {
            wrong.push((Sort::BadValue, bad.to_string()));
        }
    }

    fn standing(&self, view: &View<'_>, wrong: &mut Vec<(Sort, String)>) -> Option<Standing> {
        let (picks, words) = self.mapping.status.as_ref()?;
        let word = picks.value(view, &self.mapping.moments)?;
        let standing = words.get(&word).cloned();
        if standing.is_none() {
            wrong.push((Sort::UnknownStatus, word));
        }
        standing
    }

    /// What a ticket has from the start: a title, a kind, its number elsewhere.
    fn begin(&self, view: &View<'_>, set: &mut Patch, add: &mut Lists) {
        let mapping = self.mapping;
        let case = view.get(&mapping.case).unwrap_or_default();
        if set.title.value().is_none() {
            let title = Line::nearest(&format!("{} {case}", mapping.source));
            set.title = Change::from_option(title);
        }
        if set.kind.value().is_none() {
            set.kind = Change::To(Kind::Incident);
        }
        let reference = mapping.reference.value(view, &mapping.moments);
        let reference = reference.unwrap_or_else(|| case.to_owned());
        add.refs.extend(Line::nearest(&reference));
    }
}

/// The status, and what a pending ticket waits for.
fn stand(standing: Option<Standing>, is_first: bool, set: &mut Patch) {
    match standing {
        Some(Standing { status, cause }) => {
            set.status = Change::To(status);
            set.cause = Change::from_option(cause);
        }
        None if is_first => set.status = Change::To(Status::New),
        None => {}
    }
}

/// The verb that says best what changed.
fn verb(before: &Header, set: &Patch, by: &Handle) -> Verb {
    let was = before.status.unwrap_or(Status::New);
    let is = set.status.value().copied().unwrap_or(was);
    if let Some(verb) = moved(was, is) {
        return verb;
    }
    let level = set.level.value().copied();
    if level.is_some() && before.level.is_some() && level > before.level {
        return Verb::Escalate;
    }
    if level.is_some() && before.level.is_some() && level < before.level {
        return Verb::HandBack;
    }
    if !set.team.is_keep() || !set.level.is_keep() {
        return Verb::Assign;
    }
    if let Some(assignee) = set.assignee.value() {
        return match assignee == by {
            true => Verb::Take,
            false => Verb::Assign,
        };
    }
    if !set.assignee.is_keep() {
        return Verb::Assign;
    }
    match (was.is_waiting(), is) {
        (true, Status::InProgress) => Verb::Take,
        _ if is != was => Verb::Assign,
        _ if set.is_empty() => Verb::Note,
        _ => Verb::Set,
    }
}

/// What a step from one status to another is, where that alone tells.
fn moved(was: Status, is: Status) -> Option<Verb> {
    match (was, is) {
        (was, is) if was == is => None,
        (_, Status::Resolved) => Some(Verb::Resolve),
        (_, Status::Closed) => Some(Verb::Close),
        (_, Status::Cancelled) => Some(Verb::Cancel),
        (was, _) if !was.is_live() => Some(Verb::Reopen),
        (_, Status::Pending) => Some(Verb::Hold),
        (Status::Pending, _) => Some(Verb::Resume),
        _ => None,
    }
}
