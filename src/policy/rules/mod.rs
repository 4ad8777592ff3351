//! `desk.yaml`, typed and checked: one file for each section.
//!
//! [`file`] is what is written; each section has its entries (as written) and
//! its rules (as meant) side by side. [`Policy::understand`] reads a file as
//! far as it makes sense and names every fault; [`Policy::try_from`] takes none.

pub mod access;
pub mod assignment;
pub mod calendars;
pub mod categories;
pub mod escalations;
mod fault;
pub mod file;
pub mod handover;
pub mod levels;
pub mod lifecycle;
pub mod money;
pub mod priorities;
pub mod routes;
pub mod span;
pub mod targets;
mod words;

pub use access::{Access, Right};
pub use assignment::{Assignment, PickBy};
pub use calendars::Calendars;
pub use categories::{CategoryRule, Required};
pub use escalations::{Act, Escalation, Moment, Recipient};
pub(in crate::policy) use fault::Faults;
pub use fault::PolicyFault;
pub use file::PolicyFile;
pub use handover::{HandOver, Incomplete, Item, Needs};
pub use levels::{LevelRule, Solves, TeamRule, Vendor};
pub use lifecycle::{CloseAfter, Lifecycle, Reasoned};
pub use money::Money;
pub use routes::Route;
pub use span::Span;
pub use targets::TargetRule;
pub use words::Words;

use super::when::When;
use crate::ticket::text::nearest;
use crate::ticket::value::{BadValue, Value as _};
use crate::ticket::{Category, Grade, Header, Level, Line, Name, Priority};
use std::collections::BTreeMap;

/// A policy that holds together.
#[derive(Debug, Clone)]
pub struct Policy {
    /// What the desk is called.
    pub name: String,
    /// The currency of costs; US$ where the desk names none.
    pub currency: Option<Line>,
    /// Levels, lowest first; none on a desk where everybody does everything.
    pub levels: BTreeMap<Level, LevelRule>,
    /// Teams.
    pub teams: BTreeMap<Name, TeamRule>,
    /// Vendors under contract.
    pub vendors: BTreeMap<Name, Vendor>,
    /// Priorities, highest first.
    pub priorities: Vec<Priority>,
    /// Level of a new ticket; none on a desk without levels.
    pub first_level: Option<Level>,
    /// Priority of a new ticket without impact and urgency.
    pub first_priority: Priority,
    /// Categories that are listed, with what they inherit.
    pub categories: BTreeMap<Category, CategoryRule>,
    /// Whether a category that is not listed is refused.
    pub categories_only: bool,
    /// Where new tickets go, in order.
    pub routes: Vec<Route>,
    /// What happens by itself when a clock runs low or out.
    pub escalations: Vec<Escalation>,
    /// When somebody is there.
    pub calendars: Calendars,
    /// How much time each clock has, in order.
    pub targets: Vec<TargetRule>,
    /// What an escalation must carry.
    pub hand_over: HandOver,
    /// How somebody is picked.
    pub assignment: Assignment,
    /// Closure codes; any code is taken when empty.
    pub codes: Vec<Name>,
    /// What the desk adds to the life cycle.
    pub lifecycle: Lifecycle,
    /// Who may do what.
    pub access: Access,
    matrix: BTreeMap<(Grade, Grade), Priority>,
}

impl TryFrom<PolicyFile> for Policy {
    type Error = PolicyFault;

    /// The policy, or the first of its faults.
    fn try_from(file: PolicyFile) -> Result<Self, PolicyFault> {
        let (policy, faults) = Self::understand(&file);
        faults.into_iter().next().map_or(Ok(policy), Err)
    }
}

impl Policy {
    /// What a file means as far as it makes sense, and everything in it that
    /// does not, in the order of the sections.
    #[must_use]
    pub fn understand(file: &PolicyFile) -> (Self, Vec<PolicyFault>) {
        let mut found = Faults::default();
        let faults = &mut found;
        let teams = levels::teams(&file.teams, &file.levels, faults);
        let priorities = priorities::priorities(&file.priorities, faults);
        let causes = file.pending_causes.as_ref();
        let lifecycle = Lifecycle {
            reasons: file.reasons.clone(),
            causes: causes.map(|causes| faults.parse_all("pending-causes", causes)),
            pauses: faults.parse_all("pauses", &file.pauses),
            reopen_within: file.reopen_days.map(|days| i64::from(days) * 86_400),
            close_after: file
                .close_after
                .as_deref()
                .and_then(|text| lifecycle::close_after(text, faults)),
            fcr_window: file
                .fcr_window
                .as_deref()
                .and_then(|text| lifecycle::fcr_window(text, faults)),
            reopen_counts_days: file.reopen_counts_days,
        };
        let hand_over = file.hand_over.as_ref();
        let calendars = Calendars::read(file, faults);
        let policy = Self {
            name: file.name.clone(),
            currency: file
                .currency
                .as_deref()
                .and_then(|text| faults.parse("currency", text)),
            levels: levels::levels(&file.levels, &teams, faults),
            vendors: levels::vendors(&file.vendors, &file.levels, faults),
            matrix: priorities::matrix(file.matrix.as_ref(), &priorities, faults),
            first_level: priorities::first_level(&file.defaults, &file.levels, faults),
            first_priority: priorities::first_priority(&file.defaults, &priorities, faults),
            categories: categories::categories(&file.categories, &file.levels, &teams, faults),
            categories_only: file.categories_only,
            routes: routes::routes(&file.routes, &file.levels, &teams, &priorities, faults),
            escalations: escalations::escalations(&file.escalations, &file.levels, &teams, faults),
            hand_over: hand_over
                .map(|hand_over| handover::hand_over(hand_over, &file.levels, &teams, faults))
                .unwrap_or_default(),
            assignment: file.assignment.unwrap_or_default(),
            codes: faults.parse_all("codes", &file.codes),
            lifecycle,
            access: access::access(&file.access, faults),
            targets: targets::targets(&file.targets, &calendars, faults),
            calendars,
            teams,
            priorities,
        };
        policy.check_together(faults);
        (policy, found.into_found())
    }

    /// What a ticket that reached a level costs, in the desk's currency.
    #[must_use]
    pub fn cost(&self, level: Level) -> Money {
        let rule = self.levels.get(&level);
        rule.map_or_else(|| levels::usual_cost(level), |rule| rule.cost)
    }

    /// A policy that says nothing: for reading where there is none that can be
    /// read.
    #[must_use]
    pub fn neutral() -> Self {
        Self::understand(&PolicyFile::empty()).0
    }

    /// What one section says against another.
    fn check_together(&self, faults: &mut Faults) {
        for name in self.vendors.keys() {
            if self.teams.contains_key(name) || name == "vendor" {
                let problem = format!("{name} means something else already");
                let fault = PolicyFault::new(format!("vendors.{name}"), problem);
                faults.add(fault.hint("`escalate --to` must know which is meant: rename one"));
            }
        }
        for (category, rule) in &self.categories {
            for required in &rule.at_open {
                if let Required::Field(field) = required
                    && matches!(
                        field.as_str(),
                        "status"
                            | "cause"
                            | "until"
                            | "assignee"
                            | "code"
                            | "could-be"
                            | "rating"
                            | "repeats"
                            | "alias"
                            | "attention"
                    )
                {
                    let at = format!("categories.{category}.required.open");
                    let fault = PolicyFault::new(
                        at,
                        format!("nobody gives {field} when a ticket is opened"),
                    );
                    faults.add(fault.hint("remove it, or ask for it under `resolve`"));
                }
            }
        }
        if self.categories_only && self.categories.is_empty() {
            let fault = PolicyFault::new("categories-only", "no categories are listed");
            faults.add(fault.hint("list them in a section `categories`"));
        }
        for route in &self.routes {
            let at = route.at();
            self.check_when(&route.when, &at, faults);
            for (named, stands) in [
                (!route.when.level.is_empty(), "level"),
                (!route.when.team.is_empty(), "team"),
            ] {
                if named {
                    let problem = "a new ticket has none before the routes are asked";
                    faults.add(
                        PolicyFault::new(format!("{at}.when.{stands}"), problem)
                            .hint("remove the condition"),
                    );
                }
            }
            if let Some(category) = &route.category
                && let Err(bad) = self.check_category(category)
            {
                faults.add(PolicyFault::new(format!("{at}.category"), bad));
            }
        }
        for (name, vendor) in &self.vendors {
            if let Some(calendar) = &vendor.calendar {
                let at = format!("vendors.{name}.calendar");
                faults.keep(self.calendars.check(calendar.as_str(), &at));
            }
        }
        for cause in &self.lifecycle.pauses {
            if let Err(bad) = self.lifecycle.check_cause(cause) {
                faults.add(PolicyFault::new("pauses", bad));
            }
        }
        for rule in &self.targets {
            self.check_when(&rule.when, &rule.at(), faults);
        }
        for rule in &self.escalations {
            let at = format!("escalations[{}]", rule.index);
            self.check_when(&rule.when, &at, faults);
            let clock = rule.clock;
            if !self
                .targets
                .iter()
                .any(|target| target.gives(clock).is_some())
            {
                let problem = format!("no target gives {clock} any time, so this never happens");
                let fault = PolicyFault::new(format!("{at}.clock"), problem);
                faults
                    .add(fault.hint(format!("give it some under `targets`, such as {clock}: 4h")));
            }
        }
        for rule in &self.hand_over.needs {
            self.check_when(&rule.when, &rule.at(), faults);
        }
    }

    /// Conditions on what this desk does not have.
    pub(in crate::policy) fn check_when(&self, when: &When, at: &str, faults: &mut Faults) {
        for level in &when.level {
            if !self.levels.contains_key(level) {
                let at = format!("{at}.when.level");
                let known: Vec<String> = self.levels.keys().map(|level| level.text()).collect();
                let known = known.iter().map(String::as_str);
                faults.add(PolicyFault::unknown(at, "level", &level.text(), known));
            }
        }
        for team in &when.team {
            if !self.teams.contains_key(team) {
                let known = self.teams.keys().map(Name::as_str);
                let at = format!("{at}.when.team");
                faults.add(PolicyFault::unknown(at, "team", team.as_str(), known));
            }
        }
        for priority in &when.priority {
            if !self.priorities.contains(priority) {
                let problem = format!("{priority} is not among the priorities");
                let fault = PolicyFault::new(format!("{at}.when.priority"), problem);
                faults.add(
                    fault.hint("every level, team and priority that is named must also be listed"),
                );
            }
        }
        // A category that no ticket can have; one above listed ones is fine.
        for category in &when.category {
            let has_children = self
                .categories
                .keys()
                .any(|listed| listed.is_under(category.as_str()));
            if !has_children && let Err(bad) = self.check_category(category) {
                faults.add(PolicyFault::new(format!("{at}.when.category"), bad));
            }
        }
    }

    /// The priority of impact × urgency; a missing one counts as medium. None
    /// if both are missing or the matrix does not say.
    #[must_use]
    pub fn priority(&self, impact: Option<Grade>, urgency: Option<Grade>) -> Option<Priority> {
        self.cell(impact, urgency).map(|(_, _, priority)| priority)
    }

    /// The cell of the matrix that impact and urgency lead to.
    #[must_use]
    pub fn cell(
        &self,
        impact: Option<Grade>,
        urgency: Option<Grade>,
    ) -> Option<(Grade, Grade, Priority)> {
        if impact.is_none() && urgency.is_none() {
            return None;
        }
        let impact = impact.unwrap_or(Grade::Medium);
        let urgency = urgency.unwrap_or(Grade::Medium);
        let priority = self.matrix.get(&(impact, urgency)).copied()?;
        Some((impact, urgency, priority))
    }

    /// The matrix, by impact and urgency.
    #[must_use]
    pub fn matrix(&self) -> &BTreeMap<(Grade, Grade), Priority> {
        &self.matrix
    }

    /// The level above `level`.
    #[must_use]
    pub fn next_level(&self, level: Level) -> Option<Level> {
        self.levels.keys().copied().find(|above| *above > level)
    }

    /// The team whose queue receives what comes to `level`.
    #[must_use]
    pub fn team_of(&self, level: Level) -> Option<&Name> {
        let named = self.levels.get(&level).and_then(|rule| rule.team.as_ref());
        named.or_else(|| {
            let mut there = self
                .teams
                .iter()
                .filter(|(_, rule)| rule.level == Some(level));
            there.next().map(|(team, _)| team)
        })
    }

    /// Whether `level` lies outside the organisation.
    #[must_use]
    pub fn is_vendor(&self, level: Level) -> bool {
        self.levels.get(&level).is_some_and(|rule| rule.vendor)
    }

    /// The first rule that says where such a new ticket goes.
    #[must_use]
    pub fn route(&self, header: &Header) -> Option<&Route> {
        routes::first(&self.routes, header)
    }

    /// What holds for a category: its own rule, or that of the nearest one
    /// above it.
    #[must_use]
    pub fn category(&self, category: &Category) -> Option<(&Category, &CategoryRule)> {
        categories::above(&self.categories, category)
    }

    /// Whether a ticket may have that category here.
    ///
    /// # Errors
    /// [`BadValue`] says what may have been meant.
    pub fn check_category(&self, category: &Category) -> Result<(), BadValue> {
        if !self.categories_only || self.categories.contains_key(category) {
            return Ok(());
        }
        let known = || self.categories.keys().map(Category::as_str);
        let expected = match nearest(category.as_str(), known()) {
            Some(near) => format!("a category of this desk; did you mean {near}?"),
            None => format!(
                "a category of this desk: one of {}",
                known().collect::<Vec<_>>().join(" ")
            ),
        };
        Err(BadValue::new(category.as_str(), &expected))
    }
}
