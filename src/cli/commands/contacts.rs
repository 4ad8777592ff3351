//! `desk contacts`.

use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::Flow;
use crate::cli::view::records::{self, Format, Record, Schema};
use crate::cli::view::sanitize;
use crate::cli::view::sheet::facts;
use crate::cli::view::style::Tone;
use crate::cli::view::table::{Cell, Column};
use crate::cli::view::ticket::status_text;
use crate::desk::Desk;
use crate::desk::sort::Order;
use crate::policy::contacts::Contact;
use crate::ticket::text::fold;
use crate::ticket::{Line, Ticket};
use clap::Args;
use serde_json::{Value, json};
use std::io;

/// Version of the JSON.
const SHAPE: u32 = 1;

/// Look up who is calling, and what they wait for
///
/// contacts.yaml has them; who is not in it is as welcome. The end of a phone
/// number is enough.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk contacts
  desk contacts alice
  desk contacts 5551234
  desk contacts alice@acme.example --json")]
pub struct Contacts {
    /// An address, part of a name, or the end of a phone number; all without
    /// this
    #[arg(value_name = "WHO")]
    who: Option<String>,

    /// How to print a list of them
    #[arg(long, short, value_enum)]
    format: Option<Format>,
}

impl Contacts {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let rules = session.rules_for_reading(&desk)?;
        let found: Vec<&Contact> = match self.who.as_deref() {
            None => rules.contacts.all().collect(),
            Some(who) => rules.contacts.find(who),
        };
        if let (Some(who), [one]) = (&self.who, &found[..])
            && self.format.is_none()
        {
            return card(session, &desk, Some(one), who);
        }
        if let (Some(who), [], None) = (&self.who, &found[..], self.format) {
            // Callers need not be known to have tickets.
            return card(session, &desk, None, who);
        }
        let format = self.format.unwrap_or(match () {
            () if session.everywhere.json => Format::Json,
            () if session.everywhere.quiet => Format::Ids,
            () => Format::Table,
        });
        let rows = found.iter().map(|contact| record(contact));
        let mut out = io::stdout().lock();
        if records::write(&mut out, format, &schema(), rows, session.look)? == Flow::ReaderGone {
            return Err(CliError::ReaderGone);
        }
        if found.is_empty() && format == Format::Table {
            session.say("nobody is written down: contacts.yaml is for that, and may stay empty");
        }
        Ok(())
    }
}

/// One of them, with their live tickets.
fn card(
    session: &mut Session,
    desk: &Desk,
    contact: Option<&Contact>,
    typed: &str,
) -> Result<(), CliError> {
    let mut words: Vec<String> = contact
        .map(|contact| {
            contact
                .emails
                .iter()
                .chain([&contact.key])
                .map(|own| fold(own.as_str()))
        })
        .into_iter()
        .flatten()
        .collect();
    if contact.is_none() {
        words.push(fold(typed));
    }
    let snapshot = desk.snapshot()?;
    let mut tickets: Vec<Ticket> = Vec::new();
    for word in &words {
        let terms = [format!("requester:{word}")];
        let now = desk.world().now();
        let filter = super::list::filter(session, desk, &snapshot, &terms, now)?.of_live();
        let listing = desk.list(&snapshot, &filter, &Order::burning(), None)?;
        session.remark(desk, &listing.remarks);
        tickets.extend(listing.tickets);
    }
    let clocks = crate::desk::Clocks::of(&snapshot)?;
    Order::burning().sort(&mut tickets, &clocks);
    tickets.dedup_by(|a, b| a.id() == b.id());
    if contact.is_none() && tickets.is_empty() {
        return Err(CliError::Desk(crate::desk::DeskError::NoContact {
            typed: typed.to_owned(),
        }));
    }
    if session.everywhere.json {
        let tickets: Vec<Value> = tickets
            .iter()
            .map(|ticket| {
                crate::desk::record::Record::of(ticket)
                    .due(clocks.due(ticket))
                    .brief()
            })
            .collect();
        return session.print_json(&json!({
            "version": SHAPE,
            "contact": contact.map(as_json),
            "tickets": tickets,
        }));
    }
    if session.everywhere.quiet {
        let ids: Vec<_> = tickets
            .iter()
            .map(|ticket| format!("{}\n", ticket.id()))
            .collect();
        return session.print(&ids.concat());
    }
    let style = session.look.style;
    let name = contact.map_or(typed, name);
    let mut text = style
        .paint(&sanitize::line(name), Tone::Strong)
        .into_owned();
    if contact.is_some_and(|contact| contact.vip) {
        text.push_str(&style.paint(" · VIP", Tone::Warn));
    }
    text.push('\n');
    let own = |line: Option<&Line>| line.map_or_else(String::new, ToString::to_string);
    let mut told = Vec::new();
    if let Some(contact) = contact {
        let addresses = [&contact.key].into_iter().chain(&contact.emails);
        let addresses: Vec<_> = addresses.map(|line| line.as_str()).collect();
        let language = contact.language.as_ref();
        told.extend([
            ("address", addresses.join(", ")),
            ("phone", own(contact.phone.as_ref())),
            ("customer", own(contact.customer.as_ref())),
            ("unit", own(contact.unit.as_ref())),
            ("site", own(contact.site.as_ref())),
            (
                "language",
                language.map_or_else(String::new, ToString::to_string),
            ),
        ]);
    }
    for (place, ticket) in tickets.iter().enumerate() {
        let status = status_text(ticket.header(), ticket.status());
        let label = if place == 0 { "tickets" } else { "" };
        let text = format!("{}  {status} · {}", ticket.id(), ticket.title());
        told.push((label, text));
    }
    if tickets.is_empty() {
        told.push(("tickets", "none live".to_owned()));
    }
    text.push_str(&facts(&told, session.look));
    session.page(&text)
}

fn name(contact: &Contact) -> &str {
    contact.name.as_ref().unwrap_or(&contact.key).as_str()
}

fn schema() -> Schema {
    let columns = [
        Column::new("Who", Column::ALWAYS).growing(16),
        Column::new("Name", 80).growing(10),
        Column::new("Phone", 70),
        Column::new("Customer", 60).growing(10),
        Column::new("Unit", 40).growing(8),
        Column::new("Site", 50).growing(8),
        Column::new("VIP", 30),
    ];
    let fields = [
        "who", "name", "emails", "phone", "customer", "unit", "site", "language", "vip",
    ];
    Schema {
        name: "contacts".into(),
        version: SHAPE,
        fields: fields.map(str::to_owned).to_vec(),
        columns: columns.to_vec(),
    }
}

fn as_json(contact: &Contact) -> Value {
    let own = |line: &Option<Line>| line.as_ref().map(|line| line.as_str().to_owned());
    json!({
        "who": contact.key.as_str(),
        "name": own(&contact.name),
        "emails": contact.emails.iter().map(|line| line.as_str()).collect::<Vec<_>>(),
        "phone": own(&contact.phone),
        "customer": own(&contact.customer),
        "unit": own(&contact.unit),
        "site": own(&contact.site),
        "language": contact.language.as_ref().map(|name| name.as_str()),
        "vip": contact.vip,
    })
}

fn record(contact: &Contact) -> Record {
    let own = |line: &Option<Line>| Cell::from(line.as_ref().map_or("", |line| line.as_str()));
    let value = as_json(contact);
    Record {
        values: schema()
            .fields
            .iter()
            .map(|name| value[name.as_str()].clone())
            .collect(),
        cells: vec![
            Cell::new(contact.key.as_str(), Tone::Accent),
            own(&contact.name),
            own(&contact.phone),
            own(&contact.customer),
            own(&contact.unit),
            own(&contact.site),
            Cell::new(if contact.vip { "VIP" } else { "" }, Tone::Warn),
        ],
    }
}
