//! Where a new ticket starts, and why.

use super::Policy;
use super::rules::{CategoryRule, Route};
use crate::ticket::{Category, Grade, Header, Kind, Level, Name, Priority};

/// Where a new ticket starts, and what says so.
#[derive(Debug, Clone)]
pub struct Start<'a> {
    /// Its priority.
    pub priority: Priority,
    /// What gives it that.
    pub priority_by: PriorityBy,
    /// Its category: as given, or the route's.
    pub category: Option<Category>,
    /// What holds for that category, and the listed one that says so.
    pub rule: Option<(&'a Category, &'a CategoryRule)>,
    /// The first route that matches.
    pub route: Option<&'a Route>,
    /// Routes before that one, or all, each with the condition that it misses.
    pub missed: Vec<(&'a Route, &'static str)>,
    /// The level.
    pub level: Option<Level>,
    /// The team.
    pub team: Option<&'a Name>,
    /// What gives it level and team.
    pub place_by: PlaceBy,
}

/// What gives a new ticket its priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriorityBy {
    /// Whoever opens it.
    Given,
    /// The matrix: impact and urgency.
    Matrix(Grade, Grade),
    /// The route.
    Route,
    /// Nothing else: the desk's usual one.
    Usual,
}

/// What gives a new ticket its level and team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceBy {
    /// The route.
    Route,
    /// The category.
    Category,
    /// Nothing else: where tickets start.
    Usual,
}

impl Policy {
    /// The fields of a new ticket as whoever opened it may have given them: a
    /// priority or a category that follows from the others was not given.
    #[must_use]
    pub fn as_given(&self, header: &Header) -> Header {
        let mut given = header.clone();
        given.priority = None;
        if Some(self.start(&given).priority) != header.priority {
            given.priority = header.priority;
        }
        given.category = None;
        let start = self.start(&given);
        let follows = start.category == header.category
            && header.priority.is_none_or(|own| own == start.priority);
        if !follows {
            given.category.clone_from(&header.category);
        }
        given
    }

    /// Where a ticket starts that is opened with these fields. A priority that
    /// stands there was given by somebody.
    #[must_use]
    pub fn start(&self, given: &Header) -> Start<'_> {
        let graded = self.cell(given.impact, given.urgency);
        let (mut priority, mut priority_by) = match (given.priority, graded) {
            (Some(priority), _) => (priority, PriorityBy::Given),
            (None, Some((impact, urgency, priority))) => {
                (priority, PriorityBy::Matrix(impact, urgency))
            }
            (None, None) => (self.first_priority, PriorityBy::Usual),
        };
        let asked = Header {
            kind: given.kind.or(Some(Kind::Incident)),
            priority: Some(priority),
            // The routes say where it is to lie: it lies nowhere before.
            level: None,
            team: None,
            ..given.clone()
        };
        let (mut route, mut missed) = (None, Vec::new());
        for one in &self.routes {
            match one.when.miss(&asked) {
                Some(condition) => missed.push((one, condition)),
                None => {
                    route = Some(one);
                    break;
                }
            }
        }
        if priority_by == PriorityBy::Usual
            && let Some(own) = route.and_then(|route| route.priority)
        {
            (priority, priority_by) = (own, PriorityBy::Route);
        }
        let category = given.category.clone();
        let category = category.or_else(|| route.and_then(|route| route.category.clone()));
        let rule = category
            .as_ref()
            .and_then(|category| self.category(category));
        let of_route = route.map(|route| (route.level, route.team.as_ref()));
        let of_rule = rule.map(|(_, rule)| (rule.level, rule.team.as_ref()));
        let somewhere =
            |(level, team): &(Option<Level>, Option<&Name>)| level.is_some() || team.is_some();
        let ((level, team), place_by) = match (of_route, of_rule) {
            (Some(place), _) if somewhere(&place) => (place, PlaceBy::Route),
            (_, Some(place)) if somewhere(&place) => (place, PlaceBy::Category),
            _ => {
                let team = self.first_level.and_then(|level| self.team_of(level));
                ((self.first_level, team), PlaceBy::Usual)
            }
        };
        Start {
            priority,
            priority_by,
            category,
            rule,
            route,
            missed,
            level,
            team,
            place_by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::rules::PolicyFile;
    use crate::ticket::{Lists, Patch};

    fn policy() -> Policy {
        let file: PolicyFile = serde_json::from_value(serde_json::json!({
            "format": 1,
            "levels": {"1": {"name": "front", "team": "desk"}, "2": {"name": "back", "team": "lab"}},
            "teams": {"desk": {"level": 1}, "lab": {"level": 2}},
            "categories": {"network": {"team": "lab"}, "network/vpn": {}, "access": {}},
            "routes": [
                {"name": "alarms", "when": {"via": "alert"}, "priority": "P1", "category": "access"},
                {"when": {"category": "network/vpn", "priority": ["P3", "P4"]}, "team": "desk"},
            ],
        }))
        .unwrap();
        Policy::try_from(file).unwrap()
    }

    fn told(fields: &[(&str, &str)]) -> String {
        let mut patch = Patch::default();
        for (field, value) in fields {
            patch.put(field, Some(value)).unwrap();
        }
        let mut header = Header::default();
        header.apply(&patch, &Lists::default(), &Lists::default());
        let policy = policy();
        let start = policy.start(&header);
        let missed: Vec<_> = start
            .missed
            .iter()
            .map(|(_, condition)| *condition)
            .collect();
        format!(
            "{} {:?}; {:?} at {} with {} by {:?}; missed {missed:?}",
            start.priority,
            start.priority_by,
            start.category.map(|category| category.to_string()),
            start.level.unwrap(),
            start.team.unwrap(),
            start.place_by,
        )
    }

    #[test]
    fn route_before_category_before_the_usual() {
        let cases = [
            told(&[]),
            told(&[("category", "network/wifi")]),
            told(&[("category", "network/vpn")]),
            told(&[("category", "network/vpn"), ("impact", "high")]),
            told(&[("via", "alert")]),
            told(&[
                ("via", "alert"),
                ("priority", "P2"),
                ("category", "network"),
            ]),
        ];
        insta::assert_snapshot!(cases.join("\n"), @r#"
        P3 Usual; None at L1 with desk by Usual; missed ["via", "category"]
        P3 Usual; Some("network/wifi") at L2 with lab by Category; missed ["via", "category"]
        P3 Usual; Some("network/vpn") at L1 with desk by Route; missed ["via"]
        P2 Matrix(High, Medium); Some("network/vpn") at L2 with lab by Category; missed ["via", "priority"]
        P1 Route; Some("access") at L1 with desk by Usual; missed []
        P2 Given; Some("network") at L2 with lab by Category; missed []
        "#);
    }
}
