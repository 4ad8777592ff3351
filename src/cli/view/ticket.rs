//! One ticket as a person wants to read it.

use super::records::Look;
use super::sheet::Sheet;
use super::style::Tone;
use super::{age, clocks, sanitize, sheet, wrap};
use crate::policy::BusinessSeconds;
use crate::policy::clock::{Run, State};
use crate::ticket::header::Scalar;
use crate::ticket::lifecycle::{marks, past};
use crate::ticket::value::{Shape, Value as _};
use crate::ticket::{Event, Grade, Header, Judged, Priority, Status, Ticket, Timestamp, Verb};
use chrono::Local;

/// The tone of a status.
#[must_use]
pub fn status_tone(status: Status) -> Tone {
    match status {
        Status::New | Status::Queued => Tone::Warn,
        Status::Assigned | Status::InProgress => Tone::Plain,
        Status::Pending | Status::Closed | Status::Cancelled => Tone::Dim,
        Status::Resolved => Tone::Good,
    }
}

/// The tone of a priority.
#[must_use]
pub fn priority_tone(priority: Option<Priority>) -> Tone {
    match priority.map(Priority::number) {
        Some(1) => Tone::Bad,
        Some(2) => Tone::Warn,
        _ => Tone::Plain,
    }
}

/// Status with what it waits for: "pending: vendor".
#[must_use]
pub fn status_text(header: &Header, status: Status) -> String {
    match (&header.cause, status) {
        (Some(cause), Status::Pending) => format!("pending: {cause}"),
        (_, status) => status.to_string(),
    }
}

/// Header, clocks that have not stopped, and timeline.
#[must_use]
pub fn render(ticket: &Ticket, runs: &[Run<'_>], now: Timestamp, look: Look) -> String {
    let mut page = Page(Sheet::new(now, look));
    page.heading(ticket);
    page.facts(ticket);
    page.clocks(runs);
    page.timeline(ticket);
    page.0.text
}

struct Page(Sheet);

impl Page {
    fn paint(&self, text: &str, tone: Tone) -> String {
        self.0.paint(text, tone)
    }

    fn line(&mut self, text: &str) {
        self.0.line(text);
    }

    fn moment(&self, at: Timestamp) -> String {
        self.0.moment(at)
    }

    /// "3h ago".
    fn ago(&self, at: Timestamp) -> String {
        let seconds = self.0.now.since(at);
        let short = age::short(chrono::Duration::seconds(seconds.abs()));
        if seconds < 0 {
            format!("in {short}")
        } else {
            format!("{short} ago")
        }
    }

    fn heading(&mut self, ticket: &Ticket) {
        let header = ticket.header();
        let id = self.paint(ticket.id().as_str(), Tone::Accent);
        let width = self.0.look.width.unwrap_or(usize::MAX);
        let title = sanitize::line(ticket.title());
        let title = wrap::wrap(&title, width.saturating_sub(15).max(20), 15);
        let title = self.paint(title.trim(), Tone::Strong);
        self.line(&format!("{id}  {title}"));
        let status = ticket.status();
        let void = if ticket.is_void() {
            " (opened by mistake)"
        } else {
            ""
        };
        let level = header.level.map(|level| level.to_string());
        let team = header.team.as_ref().map(ToString::to_string);
        let place = [level, team]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ");
        let parts = [
            header.kind.map(|kind| kind.to_string()),
            header
                .priority
                .map(|priority| self.paint(&priority.to_string(), priority_tone(Some(priority)))),
            Some(self.paint(&(status_text(header, status) + void), status_tone(status))),
            Some(place).filter(|place| !place.is_empty()),
            header
                .assignee
                .as_ref()
                .map(|who| sanitize::line(who.as_str()).into_owned()),
        ];
        let dot = self.paint(" · ", Tone::Dim);
        self.line(&parts.into_iter().flatten().collect::<Vec<_>>().join(&dot));
    }

    fn facts(&mut self, ticket: &Ticket) {
        let header = ticket.header();
        self.0.text.push('\n');
        let opened = format!(
            "{} ({})",
            self.moment(ticket.opened()),
            self.ago(ticket.opened())
        );
        let updated = format!(
            "{} ({})",
            self.moment(ticket.updated()),
            self.ago(ticket.updated())
        );
        let graded =
            |name: &str, grade: Option<Grade>| grade.map(|grade| format!("{name} {grade}"));
        let grades = [
            graded("impact", header.impact),
            graded("urgency", header.urgency),
        ];
        let grades = grades.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let text = |value: Option<String>| value;
        let until = header
            .until
            .map(|until| format!("{} ({})", self.moment(until), self.ago(until)));
        let resolved = ticket
            .resolved()
            .map(|at| format!("{} ({})", self.moment(at), self.ago(at)));
        let links: Vec<String> = header.links.iter().map(|link| link.text()).collect();
        let join = |values: Vec<String>| Some(values.join(", ")).filter(|text| !text.is_empty());
        let mut facts = vec![
            (
                "requester",
                text(header.requester.as_ref().map(|v| v.text())),
            ),
            ("contact", header.contact.as_ref().map(|v| v.text())),
            ("vendor", header.vendor.as_ref().map(|v| v.text())),
            ("category", header.category.as_ref().map(|v| v.text())),
            ("grades", Some(grades).filter(|grades| !grades.is_empty())),
            ("owner", header.owner.as_ref().map(|v| v.text())),
            ("customer", header.customer.as_ref().map(|v| v.text())),
            ("unit", header.unit.as_ref().map(|v| v.text())),
            ("service", header.service.as_ref().map(|v| v.text())),
            ("site", header.site.as_ref().map(|v| v.text())),
            ("asset", header.asset.as_ref().map(|v| v.text())),
            ("language", header.language.as_ref().map(|v| v.text())),
            ("via", header.via.as_ref().map(|v| v.text())),
            ("key", header.key.as_ref().map(|v| v.text())),
            ("seen again", header.repeats.map(|n| format!("{n} times"))),
            ("opened", Some(opened)),
            ("updated", Some(updated)),
            ("until", until),
            ("resolved", resolved),
            ("code", header.code.as_ref().map(|v| v.text())),
            ("could be", header.could_be.map(|level| level.to_string())),
            (
                "rating",
                header
                    .rating
                    .map(|rating| format!("{} of 5", rating.number())),
            ),
            ("cc", join(header.cc.iter().map(|v| v.text()).collect())),
            ("tags", join(header.tags.iter().map(|v| v.text()).collect())),
            ("ref", join(header.refs.iter().map(|v| v.text()).collect())),
            ("links", join(links)),
            (
                "attention",
                join(header.attention.iter().map(|v| v.text()).collect()),
            ),
            (
                "swarm",
                join(header.swarm.iter().map(|v| v.text()).collect()),
            ),
            (
                "called in",
                join(header.called.iter().map(|v| v.text()).collect()),
            ),
            (
                "articles",
                join(header.articles.iter().map(|v| v.text()).collect()),
            ),
            (
                "was called",
                join(header.alias.iter().map(|v| v.text()).collect()),
            ),
        ];
        let own: Vec<(String, String)> = header
            .own
            .iter()
            .map(|(name, value)| (name.text(), value.clone()))
            .collect();
        facts.extend(
            own.iter()
                .map(|(name, value)| (name.as_str(), Some(value.clone()))),
        );
        let facts: Vec<(&str, String)> = facts
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        self.0.text.push_str(&sheet::facts(&facts, self.0.look));
    }

    fn clocks(&mut self, runs: &[Run<'_>]) {
        let running: Vec<_> = runs
            .iter()
            .filter(|run| run.state != State::Stopped)
            .collect();
        if !running.is_empty() {
            self.0.text.push('\n');
        }
        for run in running {
            let name = self.paint(&format!("{:<8}", run.clock), Tone::Dim);
            let tone = clocks::tone(run, self.0.now);
            let outlook = self.paint(&clocks::outlook(run, self.0.now), tone);
            self.line(&format!("  {name} {outlook}"));
        }
    }

    fn timeline(&mut self, ticket: &Ticket) {
        for mark in marks(ticket) {
            let mark = self.paint(&format!("! {mark}"), Tone::Warn);
            self.line(&format!("  {mark}"));
        }
        let mut state = Header::default();
        for event in ticket.timeline() {
            self.0.text.push('\n');
            let gone = ticket.is_retracted(&event.e);
            let before = state.clone();
            if !gone || event.did == Verb::Open {
                state.apply(&event.set, &event.add, &event.del);
            }
            self.event(ticket, event, &before, gone);
        }
    }

    fn event(&mut self, ticket: &Ticket, event: &Event, before: &Header, gone: bool) {
        let at = self.paint(&self.moment(event.at), Tone::Dim);
        let by = self.paint(&sanitize::line(event.by.as_str()), Tone::Strong);
        let mut what = past(event.did).to_owned();
        let told = event.text.as_deref().unwrap_or_default();
        if let Some(clock) = event.details.clock
            && !told.contains(clock.word())
        {
            what = format!("{what}: {clock}");
        }
        if event.did == Verb::Retract
            && let Some(of) = event.of.as_ref()
        {
            let undone = ticket.timeline().iter().find(|other| &other.e == of);
            what = format!(
                "took back: {}",
                undone.map_or(of.as_str(), |other| past(other.did))
            );
        }
        let changes = changes(event, before, self.0.now);
        let changes = if event.did == Verb::Open {
            String::new()
        } else {
            changes
        };
        let mark = if gone {
            self.paint("  (taken back)", Tone::Dim)
        } else {
            String::new()
        };
        self.line(&format!("{at}  {by} {what}{mark}"));
        if !changes.is_empty() {
            self.block(&changes);
        }
        if let Some(recorded) = event.recorded
            && recorded.since(event.at).abs() > 60
        {
            let note = format!("recorded {}", self.moment(recorded));
            let note = self.paint(&note, Tone::Dim);
            self.line(&format!("    {note}"));
        }
        if let Some(text) = &event.text {
            self.block(text);
        }
        let items = event.details.items();
        let items =
            items.flat_map(|(name, list)| list.iter().map(move |item| (name, item.as_str())));
        let texts = event.details.texts();
        let texts = texts.filter_map(|(name, text)| Some((name, text?)));
        for (name, text) in items.chain(texts) {
            self.block(&format!("{name}: {text}"));
        }
        for line in event.details.judged.iter().flat_map(results) {
            self.block(&line);
        }
    }

    fn block(&mut self, text: &str) {
        let width = self.0.look.width.unwrap_or(100).min(100);
        let wrapped = wrap::wrap(&sanitize::block(text), width.max(30), 4);
        self.0.text.push_str(wrapped.trim_end());
        self.0.text.push('\n');
    }
}

/// "respond: met, 20m of 1h": what came of each clock.
fn results(judged: &Judged) -> impl Iterator<Item = String> {
    judged.clocks.iter().map(|(clock, result)| {
        let met = result.word();
        let spent = BusinessSeconds(result.spent.into());
        let target = BusinessSeconds(result.target.into());
        format!("{clock}: {met}, {spent} of {target}")
    })
}

/// "status new → queued, level 1 → 2": what the event changed.
fn changes(event: &Event, before: &Header, now: Timestamp) -> String {
    let old = before.entries();
    let text = |scalar: &Scalar| match (scalar.shape, Timestamp::parse(&scalar.text)) {
        (Shape::Time, Ok(at)) => age::moment(at.utc(), now.utc(), &Local),
        _ => scalar.text.clone(),
    };
    let mut parts = Vec::new();
    for (name, value) in event.set.entries() {
        let was = old
            .iter()
            .find(|(field, _)| *field == name)
            .map(|(_, scalar)| text(scalar));
        let is = value.as_ref().map_or_else(|| "none".to_owned(), text);
        parts.push(match was {
            Some(was) => format!("{name} {was} → {is}"),
            None => format!("{name} {is}"),
        });
    }
    for (sign, lists) in [("+", &event.add), ("−", &event.del)] {
        for (name, members) in lists.entries() {
            let members: Vec<_> = members
                .iter()
                .map(|m| format!("{sign}{}", m.text))
                .collect();
            parts.push(format!("{name} {}", members.join(" ")));
        }
    }
    parts.join(", ")
}
