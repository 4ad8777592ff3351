//! What an escalation would look like to whoever receives it, for a person.

use super::records::Look;
use super::sanitize;
use super::sheet::Sheet;
use super::style::Tone;
use crate::desk::{Preview, Receiver, Remark};
use crate::policy::rules::Incomplete;
use crate::ticket::{Details, Timestamp, Verb};

/// Where facts stand beside their names.
const COLUMN: usize = 14;

/// The page.
#[must_use]
pub fn render(preview: &Preview, now: Timestamp, look: Look) -> String {
    let mut page = Page(Sheet::new(now, look));
    page.ticket(preview);
    page.carried(preview);
    page.gaps(preview);
    page.receivers(preview);
    page.fared(preview);
    for remark in &preview.remarks {
        match remark {
            Remark::Warning(text) => page.fact("careful", text, Tone::Warn),
            Remark::Advice(text) => page.fact("reach", text, Tone::Plain),
        }
    }
    page.0.text
}

struct Page(Sheet);

impl Page {
    fn paint(&self, text: &str, tone: Tone) -> String {
        self.0.paint(text, tone)
    }

    /// A name, and what there is to it, wrapped beside it.
    fn fact(&mut self, name: &str, value: &str, tone: Tone) {
        self.0.fact(name, COLUMN, value, tone);
    }

    fn ticket(&mut self, preview: &Preview) {
        let ticket = &preview.ticket;
        let header = ticket.header();
        let id = self.paint(ticket.id().as_str(), Tone::Accent);
        let title = self.paint(&sanitize::line(ticket.title()), Tone::Strong);
        let to = self.paint(&format!("→ {}", sanitize::line(&preview.to)), Tone::Strong);
        self.0.text.push_str(&format!("{id}  {title}\n{to}\n\n"));
        let graded =
            |name: &str, value: Option<String>| value.map(|value| format!("{name} {value}"));
        let text = |value: Option<String>| value;
        let facts = [
            text(header.kind.map(|kind| kind.to_string())),
            text(header.priority.map(|priority| priority.to_string())),
            graded("impact", header.impact.map(|grade| grade.to_string())),
            graded("urgency", header.urgency.map(|grade| grade.to_string())),
            text(header.category.as_ref().map(ToString::to_string)),
            graded("from", header.requester.as_ref().map(ToString::to_string)),
            graded("asset", header.asset.as_ref().map(ToString::to_string)),
            graded("site", header.site.as_ref().map(ToString::to_string)),
            graded("owner", header.owner.as_ref().map(ToString::to_string)),
        ];
        let facts: Vec<_> = facts.into_iter().flatten().collect();
        self.fact("ticket", &facts.join(" · "), Tone::Plain);
        let opened = ticket.active().find(|event| event.did == Verb::Open);
        if let Some(text) = opened.and_then(|event| event.text.as_deref()) {
            self.fact("summary", text, Tone::Plain);
        }
    }

    /// What goes with it now, and what has gone with it before.
    fn carried(&mut self, preview: &Preview) {
        if !preview.text.trim().is_empty() {
            self.fact("why", &preview.text, Tone::Plain);
        }
        self.details(&preview.details, None);
        for event in preview.ticket.active() {
            self.details(&event.details, Some(event.by.as_str()));
        }
    }

    fn details(&mut self, details: &Details, by: Option<&str>) {
        let by = by.map_or_else(String::new, |by| format!(" ({by})"));
        for (name, items) in details.items() {
            for item in items {
                self.fact(name, &format!("{item}{by}"), Tone::Plain);
            }
        }
        if let Some(ask) = &details.ask {
            self.fact("ask", &format!("{ask}{by}"), Tone::Plain);
        }
    }

    fn gaps(&mut self, preview: &Preview) {
        self.0.text.push('\n');
        if preview.missing.is_empty() {
            self.fact("ready", "nothing is missing", Tone::Good);
            return;
        }
        let (becomes, tone) = match preview.incomplete {
            Incomplete::Refuse => ("refused without it", Tone::Bad),
            Incomplete::Warn => ("goes on with a warning", Tone::Warn),
            Incomplete::Allow => ("goes on without it", Tone::Plain),
        };
        for (place, one) in preview.missing.iter().enumerate() {
            let name = if place == 0 { "missing" } else { "" };
            self.fact(name, &format!("{}: {}", one.item, one.give), tone);
        }
        self.fact("", becomes, Tone::Dim);
    }

    fn receivers(&mut self, preview: &Preview) {
        for (place, one) in preview.there.iter().enumerate() {
            let name = if place == 0 { "there" } else { "" };
            let tone = if one.on_duty { Tone::Plain } else { Tone::Dim };
            let told = self.receiver(one);
            self.fact(name, &told, tone);
        }
    }

    fn receiver(&self, one: &Receiver) -> String {
        let moment = one.until.map(|until| self.0.moment(until));
        let presence = match (one.on_duty, moment) {
            (true, Some(until)) => format!("on duty until {until}"),
            (true, None) => "on duty".to_owned(),
            (false, Some(back)) => format!("not there, back {back}"),
            (false, None) => "not there".to_owned(),
        };
        let name = if one.name == one.who.as_str() {
            one.name.clone()
        } else {
            format!("{} ({})", one.name, one.who)
        };
        format!("{name} · {presence} · {} in work", one.working)
    }

    fn fared(&mut self, preview: &Preview) {
        let Some(past) = &preview.fared else { return };
        let fared = past.fared;
        let like = past
            .category
            .as_ref()
            .map_or_else(String::new, |category| format!(" about {category}"));
        let (from, to, all) = (&past.from, &past.to, fared.all());
        let text = if all == 0 {
            format!("{from} has handed nothing to {to}{like} yet")
        } else {
            let declined = match fared.declined {
                0 => String::new(),
                n => format!("; {n} declined"),
            };
            format!(
                "{to} accepted {} of {all} like this from {from}{like}{declined}",
                fared.accepted
            )
        };
        self.fact("so far", &text, Tone::Plain);
    }
}
