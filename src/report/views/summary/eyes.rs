//! Whose eyes a summary is for. DOMAIN.md section 2.

use super::{general, lead, mine};
use crate::policy::people::roles;
use crate::report::group::{By, Field};
use crate::report::metrics::{flow, quality};
use crate::report::period::{Period, Step};
use crate::report::table::Table;
use crate::report::views::parts::is_tiered;
use crate::report::views::{
    Scope, backlog, categories, conformance, cost, levels, service, sla, vendors,
};

/// What a role sees at first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Eyes {
    /// The roles that see it, by their words.
    roles: &'static [&'static str],
    /// Whether its tables are split by what the reader chooses.
    pub(super) splits: bool,
    /// Its tables.
    pub(super) tables: fn(&Scope<'_>) -> Vec<Table>,
    /// The views that tell more.
    more: &'static str,
}

/// Who holds several roles sees what the first of these sees.
const ALL: &[Eyes] = &[
    Eyes {
        roles: &["director", "desktop-director"],
        splits: true,
        tables: director,
        more: "cost, levels, sla, vendors, flow",
    },
    Eyes {
        roles: &["manager", "desktop-manager"],
        splits: true,
        tables: manager,
        more: "sla, levels, backlog, categories, knowledge, staffing",
    },
    Eyes {
        roles: &["process-owner"],
        splits: true,
        tables: conformance::VIEW.tables,
        more: "conformance, flow, pingpong",
    },
    Eyes {
        roles: &["service-delivery-manager"],
        splits: true,
        tables: service_delivery,
        more: "service, sla, vendors",
    },
    Eyes {
        roles: &["business-relationship-manager"],
        splits: true,
        tables: units,
        more: "review (--unit UNIT), service, categories",
    },
    Eyes {
        roles: &["team-lead", "desktop-lead"],
        splits: false,
        tables: lead::tables,
        more: "people, pingpong, backlog, levels, staffing",
    },
    Eyes {
        roles: &["technician", "analyst", "desktop-technician"],
        splits: false,
        tables: mine::tables,
        more: "flow, categories, assets, and what is next in desk queue",
    },
];

impl Eyes {
    /// Those of who asks, and the role that they are chosen by; none where
    /// nobody has such a role.
    pub(super) fn of(scope: &Scope<'_>) -> Option<(&'static Self, &'static str)> {
        let has = |role: &str| scope.roles.iter().any(|own| roles::same(own, role));
        ALL.iter().find_map(|eyes| {
            let role = eyes.roles.iter().find(|role| has(role))?;
            Some((eyes, *role))
        })
    }

    /// Whose eyes they are, and where there is more, in a sentence each.
    pub(super) fn note(&self, role: &str) -> String {
        let name = roles::role(role).map_or(role, |role| role.name);
        format!(
            "As a {name} sees it (--role ROLE for others, --role none for the whole desk). More \
             in the views {}.",
            self.more
        )
    }
}

/// Attainment, what the front line solves, what comes back, what grows old, and
/// why clocks were missed.
fn manager(scope: &Scope<'_>) -> Vec<Table> {
    // What the clocks and the front line did has tables of its own.
    let figures = [
        flow::ARRIVED,
        flow::RESOLVED,
        flow::NET,
        flow::BACKLOG,
        quality::REOPENED,
    ];
    let mut tables = vec![general::figures(scope, &figures)];
    if !scope.lens.policy.targets.is_empty() {
        tables.push(sla::attainment(scope));
    }
    let causes = sla::causes(scope);
    tables.extend((!causes.rows.is_empty()).then_some(causes));
    if is_tiered(scope) {
        tables.push(levels::front(scope));
    }
    if scope.lives.iter().any(|life| scope.lens.open_at_end(life)) {
        tables.push(backlog::ages(scope));
    }
    tables.push(categories::categories(scope));
    tables
}

/// Days of the trends that a director sees, where the period is shorter.
const YEAR: i64 = 365;

/// Levels and cost, attainment by quarter, how long things took, vendors.
fn director(scope: &Scope<'_>) -> Vec<Table> {
    let mut tables = vec![general::flow_of(scope), general::times_of(scope)];
    let year = year(scope);
    let quarters = Scope {
        by: Some(By::Time(Step::Quarter)),
        ..year.clone()
    };
    if is_tiered(scope) {
        tables.push(levels::mix_of_levels(scope));
        tables.push(over_the_year(cost::trend(&Scope { by: None, ..year })));
    }
    if !scope.lens.policy.targets.is_empty() {
        let by_quarter = sla::by_group(&quarters, By::Time(Step::Quarter));
        tables.push(over_the_year(by_quarter));
    }
    let vendors = vendors::by_vendor(scope);
    tables.extend((!vendors.rows.is_empty()).then_some(vendors));
    tables
}

/// The same up to the end of the period, from a year before that on at least.
fn year<'a>(scope: &Scope<'a>) -> Scope<'a> {
    let period = scope.lens.period;
    let from = period.to().plus(-YEAR * 86_400).min(period.from());
    let longer = Period::new(from, period.to()).unwrap_or(period);
    Scope {
        lens: scope.lens.over(longer),
        before: None,
        ..scope.clone()
    }
}

fn over_the_year(table: Table) -> Table {
    table.note("Over the year up to the end of the period, at least.")
}

/// How many major incidents a summary names.
const MAJOR: usize = 10;

/// A scorecard for each service, its major incidents, and what vendors owe.
fn service_delivery(scope: &Scope<'_>) -> Vec<Table> {
    let by = scope.by.unwrap_or(By::Field(Field::Service));
    let major = service::major(scope).most(MAJOR);
    let mut tables = vec![service::scorecard(scope, by), major];
    let vendors = vendors::by_vendor(scope);
    tables.extend((!vendors.rows.is_empty()).then_some(vendors));
    tables
}

/// A row for each business unit.
fn units(scope: &Scope<'_>) -> Vec<Table> {
    let by = scope.by.unwrap_or(By::Field(Field::Unit));
    vec![service::scorecard(scope, by), categories::categories(scope)]
}
