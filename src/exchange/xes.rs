//! Events as XES 2.0 (IEEE 1849), as process-mining tools read it: a trace a
//! ticket, with the concept, time, lifecycle and organizational extensions.
//!
//! What an event is called is what its own system called it, where it was
//! imported, or else the verb.

use crate::ticket::value::Value as _;
use crate::ticket::{Status, Ticket};
use std::fmt::Write as _;

/// What comes before the traces.
pub const BEGIN: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="2.0" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace">
<string key="concept:name" value="-"/>
</global>
<global scope="event">
<string key="concept:name" value="-"/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
<string key="lifecycle:transition" value="complete"/>
<string key="org:resource" value="-"/>
</global>
<classifier name="Activity" keys="concept:name"/>
<classifier name="Resource" keys="org:resource"/>
<string key="lifecycle:model" value="standard"/>
"#;

/// What comes after the traces.
pub const END: &str = "</log>\n";

/// The trace of a ticket. Retracted events never happened.
#[must_use]
pub fn trace(ticket: &Ticket) -> String {
    let mut out = String::from("<trace>\n");
    string(&mut out, "concept:name", ticket.id().as_str());
    for reference in ticket.header().refs.iter().take(1) {
        string(&mut out, "desk:ref", reference.as_str());
    }
    for step in ticket.replay() {
        let (event, after) = (step.event, &step.after);
        out.push_str("<event>\n");
        let name = event.details.activity.as_deref();
        string(&mut out, "concept:name", name.unwrap_or(event.did.word()));
        let at = event.at.utc().format("%Y-%m-%dT%H:%M:%S%.3f+00:00");
        let _ = writeln!(out, "<date key=\"time:timestamp\" value=\"{at}\"/>");
        string(&mut out, "lifecycle:transition", "complete");
        let status = after.status.unwrap_or(Status::New).word();
        let state = event.details.state.as_deref().unwrap_or(status);
        string(&mut out, "lifecycle:state", state);
        string(&mut out, "org:resource", event.by.as_str());
        if let Some(team) = &after.team {
            string(&mut out, "org:group", team.as_str());
        }
        if let Some(level) = after.level {
            string(&mut out, "org:role", &level.to_string());
        }
        string(&mut out, "desk:event", event.e.as_str());
        string(&mut out, "desk:did", event.did.word());
        string(&mut out, "desk:status", status);
        if let Some(priority) = after.priority {
            string(&mut out, "desk:priority", &priority.text());
        }
        out.push_str("</event>\n");
    }
    out.push_str("</trace>\n");
    out
}

fn string(out: &mut String, key: &str, value: &str) {
    let value = escape(value);
    let _ = writeln!(out, "<string key=\"{key}\" value=\"{value}\"/>");
}

/// A text as the value of an attribute: what XML gives a meaning is escaped,
/// and what it can't hold at all is replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::mapping::Mapping;
    use crate::exchange::read::{self, ReadError};
    use crate::exchange::row::Names;
    use crate::report::story::{Story, escalate_to};
    use proptest::prelude::*;

    /// What our own reader finds in a log of one ticket.
    fn read_back(ticket: &Ticket) -> Vec<Vec<(String, String)>> {
        let log = format!("{BEGIN}{}{END}", trace(ticket));
        let mapping = "source: desk\nformat: xes\nshape: activity\ncase: case:concept:name\n\
                       time: {column: time:timestamp}\nfields: {title: case:concept:name}\n";
        let mapping = Mapping::read(mapping.as_bytes()).unwrap();
        let (mut names, mut found) = (Names::default(), Vec::new());
        read::rows::<ReadError>(
            &mapping,
            &mut log.as_bytes(),
            &mut names,
            &mut |names, row| {
                let values = names.list().iter().enumerate();
                let values = values
                    .filter_map(|(place, name)| Some((name.clone(), row.at(place)?.to_owned())));
                found.push(values.collect());
                Ok(())
            },
        )
        .unwrap();
        found
    }

    fn story() -> Story {
        Story::open(
            "261123-k7f3q2",
            "2026-11-23T09:00:00Z",
            &[("level", "1"), ("team", "frontline")],
        )
        .then("2026-11-23T09:20:00Z", "lena", escalate_to("2", "desktop"))
    }

    #[test]
    fn a_trace_says_who_did_what_when_and_where() {
        let rows = read_back(&story().end());
        let row: Vec<String> = rows[1]
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        insta::assert_snapshot!(row.join("\n"), @r"
        case:concept:name=261123-k7f3q2
        concept:name=escalate
        time:timestamp=2026-11-23T09:20:00.000+00:00
        lifecycle:transition=complete
        lifecycle:state=queued
        org:resource=lena
        org:group=desktop
        org:role=L2
        desk:event=gfatz
        desk:did=escalate
        desk:status=queued
        ");
        assert_eq!(rows.len(), 2);
    }

    proptest! {
        #[test]
        fn any_activity_reads_back(activity in "\\PC{1,20}[&<>\"' \t]{0,4}x") {
            let ticket = story().end();
            let mut timeline = ticket.timeline().to_vec();
            timeline[1].details.activity = Some(activity.clone());
            let ticket = Ticket::fold(ticket.id().clone(), timeline);
            let rows = read_back(&ticket);
            let name = rows[1].iter().find(|(name, _)| name == "concept:name");
            prop_assert_eq!(&name.unwrap().1, &activity);
        }
    }
}
