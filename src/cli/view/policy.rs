//! The policy in plain words, for a person at a terminal.

pub mod trial;

use super::records::Look;
use super::style::Tone;
use super::table::{Cell, Column, Table};
use super::{sanitize, wrap};
use crate::policy::Policy;
use crate::policy::rules::lifecycle::{CAUSES, CloseAfter};
use crate::policy::rules::{Incomplete, Right, Solves};
use crate::ticket::value::Value as _;
use crate::ticket::{Grade, Level, Name};
use std::fmt::Display;

/// A part of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Section {
    /// Support levels, and what each does
    Levels,
    /// Teams, and where they work
    Teams,
    /// Vendors under contract
    Vendors,
    /// Priorities, and what makes them
    Priorities,
    /// What tickets concern, and what they must have
    Categories,
    /// Where new tickets go
    Routes,
    /// When somebody is there
    Calendars,
    /// How much time each clock has
    Targets,
    /// What happens by itself
    Escalations,
    /// What an escalation must carry
    HandOver,
    /// How somebody is picked
    Assignment,
    /// Codes, causes, reasons and windows of time
    LifeCycle,
    /// Who may do what
    Access,
}

impl Section {
    const ALL: [Self; 13] = [
        Self::Levels,
        Self::Teams,
        Self::Vendors,
        Self::Priorities,
        Self::Categories,
        Self::Routes,
        Self::Calendars,
        Self::Targets,
        Self::Escalations,
        Self::HandOver,
        Self::Assignment,
        Self::LifeCycle,
        Self::Access,
    ];

    /// What it is called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Levels => "levels",
            Self::Teams => "teams",
            Self::Vendors => "vendors",
            Self::Priorities => "priorities",
            Self::Categories => "categories",
            Self::Routes => "routes",
            Self::Calendars => "calendars",
            Self::Targets => "targets",
            Self::Escalations => "escalations",
            Self::HandOver => "hand-over",
            Self::Assignment => "assignment",
            Self::LifeCycle => "life-cycle",
            Self::Access => "access",
        }
    }

    /// Its keys in `desk.yaml`.
    #[must_use]
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Levels => &["levels", "currency", "defaults"],
            Self::Teams => &["teams"],
            Self::Vendors => &["vendors"],
            Self::Priorities => &["priorities", "matrix", "defaults"],
            Self::Categories => &["categories", "categories-only"],
            Self::Routes => &["routes"],
            Self::Calendars => &["zone", "calendars", "calendar"],
            Self::Targets => &["targets", "pauses"],
            Self::Escalations => &["escalations"],
            Self::HandOver => &["hand-over"],
            Self::Assignment => &["assignment"],
            Self::LifeCycle => &[
                "codes",
                "reasons",
                "pending-causes",
                "reopen-days",
                "close-after",
                "fcr-window",
                "reopen-counts-days",
            ],
            Self::Access => &["access"],
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Levels => "Levels",
            Self::Teams => "Teams",
            Self::Vendors => "Vendors",
            Self::Priorities => "Priorities: impact × urgency",
            Self::Categories => "Categories",
            Self::Routes => "Routes: the first that matches takes a new ticket",
            Self::Calendars => "Calendars",
            Self::Targets => "Clocks: the first rule that matches gives each its time",
            Self::Escalations => "What happens by itself",
            Self::HandOver => "What an escalation carries",
            Self::Assignment => "How somebody is picked",
            Self::LifeCycle => "Life cycle",
            Self::Access => "Who alone may do what",
        }
    }
}

/// The widest lines that are comfortable to read.
const WIDEST: usize = 100;

/// The policy as text.
pub struct Page<'a> {
    policy: &'a Policy,
    look: Look,
    text: String,
}

impl<'a> Page<'a> {
    /// An empty page.
    #[must_use]
    pub fn new(policy: &'a Policy, look: Look) -> Self {
        Self {
            policy,
            look,
            text: String::new(),
        }
    }

    /// The section, or all that say something.
    #[must_use]
    pub fn render(mut self, section: Option<Section>) -> String {
        let all = Section::ALL;
        for section in all
            .iter()
            .filter(|one| section.is_none_or(|only| only == **one))
        {
            let start = self.text.len();
            self.section(*section);
            if self.text.len() > start {
                let blank = if start > 0 { "\n" } else { "" };
                let heading = self.look.style.paint(section.heading(), Tone::Heading);
                self.text.insert_str(start, &format!("{blank}{heading}\n"));
            }
        }
        self.text
    }

    fn section(&mut self, section: Section) {
        match section {
            Section::Levels => self.levels(),
            Section::Teams => self.teams(),
            Section::Vendors => self.vendors(),
            Section::Priorities => self.priorities(),
            Section::Categories => self.categories(),
            Section::Routes => self.routes(),
            Section::Calendars => self.calendars(),
            Section::Targets => self.targets(),
            Section::Escalations => self.escalations(),
            Section::HandOver => self.hand_over(),
            Section::Assignment => self.assignment(),
            Section::LifeCycle => self.life_cycle(),
            Section::Access => self.access(),
        }
    }

    /// A thing by its name, and what there is to say of it.
    fn item(&mut self, name: &str, about: &[String]) {
        let name = sanitize::line(name).into_owned();
        self.text.push_str("  ");
        self.text
            .push_str(&self.look.style.paint(&name, Tone::Strong));
        self.text.push('\n');
        let width = self.look.width.unwrap_or(WIDEST).clamp(30, WIDEST);
        for line in about.iter().filter(|line| !line.is_empty()) {
            self.text
                .push_str(&wrap::wrap(&sanitize::line(line), width, 4));
        }
    }

    fn levels(&mut self) {
        let policy = self.policy;
        for (level, rule) in &policy.levels {
            let first = policy.first_level == Some(*level);
            let currency = policy.currency.as_ref().map_or("US$", |text| text.as_str());
            let mut facts = Vec::new();
            facts.extend(first.then(|| "new tickets start here".to_owned()));
            facts.extend(rule.vendor.then(|| "vendors".to_owned()));
            facts.extend(policy.team_of(*level).map(|team| format!("queue {team}")));
            if rule.solves == Solves::KnownIssues {
                facts.push("solves known issues only".into());
            }
            facts.push(format!("{} {currency} a ticket", rule.cost));
            let does = rule.does.as_ref().map(|does| does.text());
            self.item(
                &format!("{level}  {}", rule.name),
                &[facts.join(" · "), does.unwrap_or_default()],
            );
        }
    }

    fn teams(&mut self) {
        for (team, rule) in &self.policy.teams {
            let place = rule.level.map(|level| self.level(level));
            let branch = rule
                .branch
                .as_ref()
                .map(|branch| format!("branch {branch}"));
            self.item(team.as_str(), &[joined(place.into_iter().chain(branch))]);
        }
    }

    fn vendors(&mut self) {
        for (name, vendor) in &self.policy.vendors {
            let contract = vendor
                .contract
                .as_ref()
                .map(|text| format!("contract {text}"));
            let until = vendor.until.map(|day| format!("until {day}"));
            let hours = vendor.calendar.as_ref().map(|name| format!("hours {name}"));
            let reach = [&vendor.phone, &vendor.email, &vendor.url];
            self.item(
                &format!("{name}  {}", vendor.name),
                &[
                    joined(
                        [Some(self.level(vendor.level)), contract, until, hours]
                            .into_iter()
                            .flatten(),
                    ),
                    joined(reach.into_iter().flatten().map(|way| way.text())),
                ],
            );
        }
    }

    fn priorities(&mut self) {
        let policy = self.policy;
        let mut columns = vec![Column::new("impact \\ urgency", Column::ALWAYS)];
        columns.extend(
            Grade::ALL
                .iter()
                .map(|grade| Column::new(grade.word(), Column::ALWAYS)),
        );
        let mut table = Table::new(columns);
        for impact in Grade::ALL {
            let mut row = vec![Cell::from(impact.word())];
            for urgency in Grade::ALL {
                let cell = policy.matrix().get(&(*impact, *urgency));
                row.push(
                    cell.map_or_else(|| "–".to_owned(), ToString::to_string)
                        .into(),
                );
            }
            table.push(row);
        }
        let room = self.look.width.map(|width| width.saturating_sub(2));
        for line in table.render(room, self.look.style).lines() {
            self.text.push_str(&format!("  {line}\n"));
        }
        self.line(&format!("{} where neither is given", policy.first_priority));
    }

    /// A line of its own.
    fn line(&mut self, line: &str) {
        let width = self.look.width.unwrap_or(WIDEST).clamp(30, WIDEST);
        self.text
            .push_str(&wrap::wrap(&sanitize::line(line), width, 2));
    }

    fn categories(&mut self) {
        for (category, rule) in &self.policy.categories {
            let place = place(rule.team.as_ref(), rule.level);
            let skills = words("skills", &rule.skills);
            let names = |fields: &[crate::policy::rules::Required]| {
                fields
                    .iter()
                    .map(|field| field.name().to_owned())
                    .collect::<Vec<_>>()
            };
            let mut about = vec![joined(place.into_iter().chain(skills))];
            about.extend(words("to open:", &names(&rule.at_open)));
            about.extend(words("to resolve:", &names(&rule.at_resolve)));
            about.extend(rule.checklist.iter().map(|step| format!("- {step}")));
            self.item(category.as_str(), &about);
        }
        if self.policy.categories_only {
            self.line("no other category is taken");
        }
    }

    fn routes(&mut self) {
        for route in &self.policy.routes {
            let mut about = vec![route.when.to_string()];
            about.push(format!("→ {}", goes(route)));
            self.item(&route.to_string(), &about);
        }
    }

    fn calendars(&mut self) {
        let calendars = &self.policy.calendars;
        for calendar in calendars.all().filter(|one| !one.week().is_always()) {
            let usual = calendars.usual.name() == calendar.name();
            let usual = usual.then(|| "the usual one".to_owned());
            let mut about = vec![
                joined([calendar.zone().to_string()].into_iter().chain(usual)),
                calendar.week().to_string(),
            ];
            about.extend(calendar.holidays().map(|(day, hours)| {
                let hours: Vec<String> = hours.iter().map(ToString::to_string).collect();
                match hours.is_empty() {
                    true => format!("{day} closed"),
                    false => format!("{day} {}", hours.join(" ")),
                }
            }));
            self.item(calendar.name(), &about);
        }
    }

    fn targets(&mut self) {
        for rule in &self.policy.targets {
            let times = rule
                .times()
                .map(|(clock, span)| format!("{clock} {}", span.text()));
            let hours = rule.calendar.as_ref().map(|name| format!("hours {name}"));
            let warn = rule.warn.map(|warn| format!("warned at {warn}"));
            let times = joined(times.chain(hours).chain(warn));
            self.item(&rule.to_string(), &[rule.when.to_string(), times]);
        }
        let pauses = words("stopped by waiting for", &self.policy.lifecycle.pauses);
        if let Some(pauses) = pauses.filter(|_| !self.policy.targets.is_empty()) {
            self.line(&pauses);
        }
    }

    fn escalations(&mut self) {
        for rule in &self.policy.escalations {
            let name = match &rule.name {
                Some(name) => name.text(),
                None => format!("rule {}", rule.index + 1),
            };
            self.item(
                &name,
                &[
                    rule.when.to_string(),
                    format!("at {} of {}", rule.at, rule.clock),
                    format!("→ {}", does(rule)),
                ],
            );
        }
    }

    fn hand_over(&mut self) {
        let hand_over = &self.policy.hand_over;
        for rule in &hand_over.needs {
            let to = place(rule.to_team.as_ref(), rule.to_level);
            let to = to.map_or_else(String::new, |to| format!(", to {to}"));
            let carry: Vec<String> = rule.carry.iter().map(ToString::to_string).collect();
            self.item(&format!("{}{to}", rule.when), &[carry.join(", ")]);
        }
        if !hand_over.needs.is_empty() {
            self.line(match hand_over.incomplete {
                Incomplete::Refuse => "one that lacks something is refused, unless overridden",
                Incomplete::Warn => "one that lacks something goes on, with a warning",
                Incomplete::Allow => "one that lacks something goes on",
            });
        }
    }

    fn assignment(&mut self) {
        use crate::policy::rules::assignment::PickBy;
        let assignment = self.policy.assignment;
        if assignment == Default::default() {
            return;
        }
        self.line(match assignment.by {
            PickBy::LeastLoad => "who has the fewest live tickets comes first",
            PickBy::RoundRobin => "who was given a ticket longest ago comes first",
            PickBy::SkillsFirst => "who has most of the skills that are asked for comes first",
        });
        if let Some(limit) = assignment.limit {
            self.line(&format!("nobody is given more than {limit} live tickets"));
        }
    }

    fn life_cycle(&mut self) {
        let lifecycle = &self.policy.lifecycle;
        let mut lines = Vec::new();
        lines.extend(words("closure codes:", &self.policy.codes));
        if let Some(own) = &lifecycle.causes {
            let own = own.iter().map(ToString::to_string);
            let all: Vec<String> = CAUSES.iter().map(ToString::to_string).chain(own).collect();
            lines.extend(words("causes of waiting:", &all));
        }
        let reasons: Vec<&str> = lifecycle
            .reasons
            .iter()
            .map(|reason| reason.word())
            .collect();
        lines.extend(words("only with a reason:", &reasons));
        lines.extend(
            lifecycle
                .reopen_within
                .map(|seconds| format!("reopened within {} days of closing", seconds / 86_400)),
        );
        lines.extend(lifecycle.close_after.map(|after| match after {
            CloseAfter::Days(days) => format!("closed {days} days after resolving"),
            CloseAfter::BusinessDays(days) => {
                format!("closed {days} business days after resolving")
            }
        }));
        lines.extend(
            lifecycle
                .fcr_window
                .map(|span| format!("resolved at first contact: within {}", span.text())),
        );
        lines.extend(
            lifecycle
                .reopen_counts_days
                .map(|days| format!("a reopening counts within {days} days of resolving")),
        );
        for line in lines {
            self.line(&line);
        }
    }

    fn access(&mut self) {
        for right in Right::ALL {
            if let Some(roles) = self.policy.access.kept_to(*right) {
                let roles: Vec<&str> = roles.iter().map(Name::as_str).collect();
                self.line(&format!("{}: {}", right.word(), roles.join(", ")));
            }
        }
    }

    /// "L2 technical".
    fn level(&self, level: Level) -> String {
        let rule = self.policy.levels.get(&level);
        rule.map_or_else(
            || level.to_string(),
            |rule| format!("{level} {}", rule.name),
        )
    }
}

/// "team desktop at L2".
fn place(team: Option<&Name>, level: Option<Level>) -> Option<String> {
    match (team, level) {
        (Some(team), Some(level)) => Some(format!("{team} at {level}")),
        (Some(team), None) => Some(team.text()),
        (None, Some(level)) => Some(level.to_string()),
        (None, None) => None,
    }
}

/// Where a route leads: "desktop at L2, P1, tag vip".
pub(in crate::cli) fn goes(route: &crate::policy::rules::Route) -> String {
    let parts = [
        route.assignee.as_ref().map(|who| who.text()),
        place(route.team.as_ref(), route.level),
        route.priority.map(|priority| priority.to_string()),
        route
            .category
            .as_ref()
            .map(|category| format!("category {category}")),
        words("tags", &route.tags),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What a rule does by itself: "page lead, then manager · every 30m".
pub(in crate::cli) fn does(rule: &crate::policy::rules::Escalation) -> String {
    let to: Vec<String> = rule.steps.iter().map(ToString::to_string).collect();
    let act = format!("{} {}", rule.act, to.join(", then "));
    let every = rule.every.map(|span| format!("every {}", span.text()));
    let times = (rule.at_most > 1).then(|| format!("at most {} times", rule.at_most));
    joined(
        [Some(act.trim().to_owned()), every, times]
            .into_iter()
            .flatten(),
    )
}

/// "skills vpn, wifi"; nothing of nothing.
fn words<T: Display>(of: &str, words: &[T]) -> Option<String> {
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    (!words.is_empty()).then(|| format!("{of} {}", words.join(", ")))
}

fn joined(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests;
