//! `desk policy explain`: which rules a ticket falls under, and why not others.

use crate::cli::args::Traits;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::policy::{does, goes};
use crate::cli::view::sanitize;
use crate::cli::view::sheet::Sheet;
use crate::cli::view::style::Tone;
use crate::desk::{Desk, DeskError, Rules};
use crate::policy::rules::span::Span;
use crate::policy::rules::{Needs, Required, Route, TargetRule, targets};
use crate::policy::start::{PlaceBy, PriorityBy, Start};
use crate::policy::{Policy, rules::Escalation};
use crate::store::yaml::Lines;
use crate::ticket::value::Value as _;
use crate::ticket::{Clock, Header, Level, Lists, Name, Patch, Target};
use clap::Args;
use serde_json::{Value, json};

/// Explain which rules a ticket falls under, and why each earlier rule does not
/// match
///
/// Of a ticket that is there, or of one that is only imagined: then no ID is
/// given, and --title, --category … say what it would be like.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk policy explain @
  desk policy explain --category network/vpn --impact high --via phone
  desk policy explain --category hardware --kind request --to desktop")]
pub(super) struct Explain {
    /// A ticket: its id or a unique part of it, `@` for my last
    #[arg(value_name = "ID", conflicts_with_all = ["title", "tags", "Traits"])]
    id: Option<String>,

    /// What it is about
    #[arg(long)]
    title: Option<String>,

    /// Tags
    #[arg(long = "tag", value_name = "TAG", value_delimiter = ',')]
    tags: Vec<String>,

    /// Where it is escalated to; the next level, without this
    #[arg(long, short = 't', value_name = "LEVEL|TEAM|WHO")]
    to: Option<String>,

    #[command(flatten)]
    traits: Traits,
}

impl Explain {
    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let rules = session.rules_for_reading(&desk)?;
        let (id, header) = match &self.id {
            Some(typed) => {
                let snapshot = desk.snapshot()?;
                let found = desk.find(&snapshot, std::slice::from_ref(typed))?;
                let ticket = found
                    .into_iter()
                    .next()
                    .ok_or_else(|| DeskError::NotFound {
                        typed: typed.clone(),
                    })??;
                (Some(ticket.id().to_string()), ticket.header().clone())
            }
            None => (None, self.imagine()?),
        };
        let bytes = desk.committed_rules()?.policy.map(|file| file.bytes);
        let explanation = Explanation {
            policy: &rules.policy,
            lines: Lines::of(bytes.as_deref().unwrap_or_default()),
            start: rules.policy.start(&rules.policy.as_given(&header)),
            handed: self.handed(&desk, &rules, &header)?,
            header: &header,
        };
        if session.everywhere.json {
            return session.print_json(&explanation.as_json(id.as_deref()));
        }
        let page = Page(Sheet::new(desk.world().now(), session.look));
        session.page(&page.of(&explanation, id.as_deref()))
    }

    fn imagine(&self) -> Result<Header, CliError> {
        let mut patch = Patch::default();
        let title = self.title.iter().cloned();
        let title = title.map(|title| ("title".to_owned(), title));
        for (field, value) in title.chain(self.traits.clone().given()?) {
            let put = patch.put(&field, Some(&value));
            put.map_err(DeskError::from)?;
        }
        let mut add = Lists::default();
        for tag in &self.tags {
            add.put("tags", tag).map_err(DeskError::from)?;
        }
        if patch.is_empty() && add.is_empty() {
            return Err(CliError::usage(
                "which ticket?",
                "name one, or say what it would be like: --category network/vpn",
            ));
        }
        let mut header = Header::default();
        header.apply(&patch, &add, &Lists::default());
        Ok(header)
    }

    /// Where it would be escalated to; none where nothing lies above.
    fn handed(
        &self,
        desk: &Desk,
        rules: &Rules,
        header: &Header,
    ) -> Result<Option<Place>, CliError> {
        let me = desk.me(rules)?;
        let map = rules.map(&me, desk.world().now());
        let header = match header.level {
            Some(_) => header.clone(),
            None => {
                let start = rules.policy.start(header);
                Header {
                    level: start.level,
                    team: start.team.cloned(),
                    ..header.clone()
                }
            }
        };
        let target = match (&self.to, map.escalation(self.to.as_deref(), None, &header)) {
            (None, Err(_)) => return Ok(None),
            (_, target) => target.map_err(DeskError::from)?,
        };
        Ok(Some(match target {
            Target::Queue { level, team } => (level, team),
            Target::Person { level, team, .. } => (level.or(header.level), team),
            Target::Vendor { level, .. } => (Some(level), None),
            Target::Attention(_) => return Ok(None),
        }))
    }
}

/// The level and the team that an escalation goes to.
type Place = (Option<Level>, Option<Name>);

/// All that is to be said.
struct Explanation<'a> {
    policy: &'a Policy,
    header: &'a Header,
    lines: Lines<'a>,
    start: Start<'a>,
    /// Where an escalation goes.
    handed: Option<Place>,
}

impl Explanation<'_> {
    /// The rules of what that escalation carries, each with what it misses.
    fn needs(&self) -> Vec<(&Needs, Option<&'static str>)> {
        let Some((level, team)) = &self.handed else {
            return Vec::new();
        };
        let needs = self.policy.hand_over.needs.iter();
        needs
            .map(|needs| (needs, needs.miss(self.header, *level, team.as_ref())))
            .collect()
    }

    /// The ticket where it lies, or would start.
    fn here(&self) -> Header {
        Header {
            priority: self.header.priority.or(Some(self.start.priority)),
            level: self.header.level.or(self.start.level),
            team: self.header.team.clone().or(self.start.team.cloned()),
            category: self.start.category.clone(),
            ..self.header.clone()
        }
    }

    /// The rules that give its clocks their time.
    fn targets(&self) -> Vec<(Clock, &TargetRule, Span)> {
        let here = self.here();
        let of = |clock: &Clock| {
            let (rule, span) = targets::of(&self.policy.targets, *clock, &here)?;
            Some((*clock, rule, span))
        };
        Clock::ALL.iter().filter_map(of).collect()
    }

    /// The rules of what happens by itself, each with what it misses.
    fn escalations(&self) -> Vec<(&Escalation, Option<&'static str>)> {
        let here = self.here();
        let rules = self.policy.escalations.iter();
        rules.map(|rule| (rule, rule.when.miss(&here))).collect()
    }

    fn line(&self, at: &str) -> usize {
        self.lines.line(at)
    }

    fn priority_by(&self) -> String {
        match self.start.priority_by {
            PriorityBy::Given => "given".into(),
            PriorityBy::Matrix(impact, urgency) => {
                format!("impact {impact} × urgency {urgency}")
            }
            PriorityBy::Route => "the route".into(),
            PriorityBy::Usual => "where neither impact nor urgency is given".into(),
        }
    }

    fn place_by(&self) -> &'static str {
        match self.start.place_by {
            PlaceBy::Route => "the route",
            PlaceBy::Category => "the category",
            PlaceBy::Usual => "where tickets start",
        }
    }

    /// Fields that must be there, and are not yet.
    fn lacking<'r>(&self, required: &'r [Required]) -> Vec<&'r str> {
        let entries = self.header.entries();
        let lists = self.header.lists();
        let has = |name: &str| {
            entries.iter().any(|(field, _)| field == name)
                || lists.iter().any(|(list, _)| *list == name)
        };
        let names = required.iter().map(Required::name);
        names
            .filter(|name| *name != "description" && !has(name))
            .collect()
    }

    fn as_json(&self, id: Option<&str>) -> Value {
        let start = &self.start;
        let route = |route: &Route, misses: Option<&str>| {
            json!({
                "rule": route.to_string(), "line": self.line(&route.at()),
                "matches": misses.is_none(), "misses": misses, "leads_to": goes(route),
            })
        };
        let mut routes: Vec<Value> = start
            .missed
            .iter()
            .map(|(one, miss)| route(one, Some(miss)))
            .collect();
        routes.extend(start.route.map(|one| route(one, None)));
        let names = |fields: &[Required]| {
            fields
                .iter()
                .map(|one| one.name().to_owned())
                .collect::<Vec<_>>()
        };
        json!({
            "version": 1,
            "ticket": id,
            "priority": {"value": start.priority.to_string(), "by": self.priority_by()},
            "category": start.category.as_ref().map(|category| json!({
                "value": category.as_str(),
                "rules_of": start.rule.map(|(listed, _)| listed.as_str()),
                "line": start.rule.map(|(listed, _)| self.line(&format!("categories.{listed}"))),
                "required_to_open": start.rule.map(|(_, rule)| names(&rule.at_open)),
                "required_to_resolve": start.rule.map(|(_, rule)| names(&rule.at_resolve)),
                "lacking": start.rule.map(|(_, rule)| self.lacking(&rule.at_open)),
                "skills": start.rule.map(|(_, rule)| rule.skills.iter().map(Name::as_str).collect::<Vec<_>>()),
                "checklist": start.rule.map(|(_, rule)| rule.checklist.iter().map(|step| step.as_str()).collect::<Vec<_>>()),
            })),
            "routes": routes,
            "starts": {
                "level": start.level.map(Level::number),
                "team": start.team.map(Name::as_str),
                "by": self.place_by(),
            },
            "escalated_to": self.handed.as_ref().map(|(level, team)| json!({
                "level": level.map(Level::number),
                "team": team.as_ref().map(Name::as_str),
                "needs": self.needs().iter().map(|(needs, misses)| json!({
                    "line": self.line(&needs.at()), "matches": misses.is_none(), "misses": misses,
                    "carry": needs.carry.iter().map(ToString::to_string).collect::<Vec<_>>(),
                })).collect::<Vec<_>>(),
            })),
            "clocks": self.targets().iter().map(|(clock, rule, span)| json!({
                "clock": clock.word(), "seconds": span.seconds(), "rule": rule.to_string(),
                "line": self.line(&rule.at()),
                "calendar": self.policy.calendars.get(rule.calendar.as_deref()).name(),
            })).collect::<Vec<_>>(),
            "by_itself": self.escalations().iter().map(|(rule, misses)| json!({
                "line": self.line(&format!("escalations[{}]", rule.index)),
                "matches": misses.is_none(), "misses": misses, "does": does(rule),
            })).collect::<Vec<_>>(),
        })
    }
}

/// Where facts stand beside their names.
const COLUMN: usize = 13;

struct Page(Sheet);

impl Page {
    fn of(mut self, all: &Explanation<'_>, id: Option<&str>) -> String {
        let start = &all.start;
        match id {
            Some(id) => self.heading(&format!("A ticket like {id}, opened now")),
            None => self.heading("A ticket like that, opened now"),
        }
        let priority = format!("{}: {}", start.priority, all.priority_by());
        self.fact("priority", &priority);
        self.category(all);
        for (route, miss) in &start.missed {
            let line = all.line(&route.at());
            self.fact(
                "route",
                &format!("not {route}, line {line}: {miss} differs"),
            );
        }
        if let Some(route) = start.route {
            let line = all.line(&route.at());
            self.fact(
                "route",
                &format!(
                    "{route}, line {line}, matches {} → {}",
                    route.when,
                    goes(route)
                ),
            );
        } else if !start.missed.is_empty() {
            self.fact("route", "none matches");
        }
        let place = [
            start.level.map(|level| level_name(all.policy, level)),
            start.team.map(|team| format!("team {team}")),
        ];
        let place: Vec<String> = place.into_iter().flatten().collect();
        if !place.is_empty() {
            self.fact(
                "starts at",
                &format!("{}: {}", place.join(", "), all.place_by()),
            );
        }
        self.clocks(all);
        self.hand_over(all);
        self.by_itself(all);
        self.0.text
    }

    fn category(&mut self, all: &Explanation<'_>) {
        let Some(category) = &all.start.category else {
            self.fact("category", "none is given");
            return;
        };
        let Some((listed, rule)) = all.start.rule else {
            self.fact(
                "category",
                &format!("{category}: desk.yaml says nothing of it"),
            );
            return;
        };
        let line = all.line(&format!("categories.{listed}"));
        let of = if listed == category {
            String::new()
        } else {
            format!(" has what {listed} has")
        };
        self.fact("category", &format!("{category}{of}, line {line}"));
        let lacking = all.lacking(&rule.at_open);
        for (label, fields) in [("to open", &rule.at_open), ("to resolve", &rule.at_resolve)] {
            let names: Vec<String> = fields
                .iter()
                .map(
                    |field| match lacking.contains(&field.name()) && label == "to open" {
                        true => format!("{} (missing)", field.name()),
                        false => field.name().to_owned(),
                    },
                )
                .collect();
            self.facts(label, &names);
        }
        let skills: Vec<String> = rule.skills.iter().map(ToString::to_string).collect();
        self.facts("skills", &skills);
        for (index, step) in rule.checklist.iter().enumerate() {
            let label = if index == 0 { "checklist" } else { "" };
            self.fact(label, &format!("- {step}"));
        }
    }

    fn clocks(&mut self, all: &Explanation<'_>) {
        let targets = all.targets();
        if !targets.is_empty() {
            self.heading("Its clocks");
        }
        for (clock, rule, span) in targets {
            let hours = all.policy.calendars.get(rule.calendar.as_deref()).name();
            let line = all.line(&rule.at());
            let fact = format!("{} in the hours {hours}: {rule}, line {line}", span.text());
            self.fact(clock.word(), &fact);
        }
    }

    fn hand_over(&mut self, all: &Explanation<'_>) {
        let needs = all.needs();
        let Some((level, team)) = all.handed.as_ref().filter(|_| !needs.is_empty()) else {
            return;
        };
        let to = [
            level.map(|level| level_name(all.policy, level)),
            team.as_ref().map(|team| format!("team {team}")),
        ];
        let to: Vec<String> = to.into_iter().flatten().collect();
        self.heading(&format!("Escalated to {}", to.join(", ")));
        for (rule, miss) in needs {
            let line = all.line(&rule.at());
            let carry: Vec<String> = rule.carry.iter().map(ToString::to_string).collect();
            match miss {
                None => self.fact("must carry", &format!("{} (line {line})", carry.join(", "))),
                Some(miss) => self.fact(
                    "not",
                    &format!("{} (line {line}): {miss} differs", carry.join(", ")),
                ),
            }
        }
    }

    fn by_itself(&mut self, all: &Explanation<'_>) {
        let rules = all.escalations();
        if rules.iter().any(|(_, miss)| miss.is_none()) {
            self.heading("By itself");
        }
        for (rule, _) in rules.iter().filter(|(_, miss)| miss.is_none()) {
            let line = all.line(&format!("escalations[{}]", rule.index));
            self.fact(
                &format!("at {}", rule.at),
                &format!("of {}: {} (line {line})", rule.clock, does(rule)),
            );
        }
    }

    fn heading(&mut self, heading: &str) {
        let blank = if self.0.text.is_empty() { "" } else { "\n" };
        let heading = sanitize::line(heading).into_owned();
        let heading = self.0.paint(&heading, Tone::Heading);
        self.0.text.push_str(&format!("{blank}{heading}\n"));
    }

    fn facts(&mut self, label: &str, facts: &[String]) {
        if !facts.is_empty() {
            self.fact(label, &facts.join(", "));
        }
    }

    fn fact(&mut self, label: &str, fact: &str) {
        self.0
            .fact(label, COLUMN, &sanitize::line(fact), Tone::Plain);
    }
}

/// "L2 technical".
fn level_name(policy: &Policy, level: Level) -> String {
    let rule = policy.levels.get(&level);
    rule.map_or_else(
        || level.to_string(),
        |rule| format!("{level} {}", rule.name),
    )
}
