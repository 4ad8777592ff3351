use super::*;
use crate::cli::view::style::Style;
use crate::desk::templates::Template;
use crate::store::yaml;
use unicode_width::UnicodeWidthStr;

fn page(template: Template, width: usize) -> String {
    let policy = yaml::read_policy(template.policy("Acme").as_bytes()).unwrap();
    let look = Look {
        width: Some(width),
        style: Style::PLAIN,
    };
    Page::new(&policy, look).render(None)
}

#[test]
fn a_policy_fits_sixty_columns() {
    for template in Template::ALL {
        for line in page(*template, 60).lines() {
            assert!(line.width() <= 60, "{}: {line}", template.word());
        }
    }
    insta::assert_snapshot!(page(Template::Tiered, 60), @r#"
    Levels
      L0  self-service
        2 USD a ticket
        the requester alone, with articles, forms and automated
        fixes
      L1  front line
        new tickets start here · queue frontline · solves known
        issues only · 22 USD a ticket
        takes the contact, gathers facts, restores service with
        known fixes
      L2  technical
        queue technical · 69 USD a ticket
        break and fix, configuration, devices, work on site
      L3  expert
        queue expert · 104 USD a ticket
        infrastructure, new solutions, high impact; the last
        internal line
      L4  vendor
        vendors · 599 USD a ticket
        suppliers under contract; the owner here stays
        responsible

    Teams
      desktop
        L2 technical · branch desktop
      expert
        L3 expert
      frontline
        L1 front line
      technical
        L2 technical

    Priorities: impact × urgency
      impact \ urgency  high  medium  low
      high              P1    P2      P3
      medium            P2    P3      P4
      low               P3    P4      P4
      P3 where neither is given

    Categories
      access
        to open: requester
        - ask who is calling and call back
        - unlock or reset
        - have them sign in
      hardware
        to open: requester, asset, site
        to resolve: code
      hardware/printer
        to open: requester, asset, site
        to resolve: code
        - print a test page
        - look at the queue
        - restart the spooler
      network
        skills network
        to open: site
      network/vpn
        skills network
        to open: site
        - try another network
        - reinstall the client
      server
        skills linux
      software
        - note the version
        - restart it
        - try another account

    Routes: the first that matches takes a new ticket
      rule "alarms of servers and network go to the experts"
        category server or network, via alert or monitoring
        → expert at L3
      rule "moves, adds and changes are desktop work"
        kind request, category hardware
        → desktop at L2

    Calendars
      office
        UTC · the usual one
        mon-fri 08:00-18:00

    Clocks: the first rule that matches gives each its time
      rule "everything stands still"
        priority P1
        respond 15m · update 1h · resolve 4h · accept 15m ·
        hours 24x7 · warned at 50%
      rule "a team stands still"
        priority P2
        respond 1h · update 4h · resolve 8h · accept 30m ·
        warned at 75%
      rule "one person waits"
        priority P3
        respond 4h · resolve 24h · accept 2h · warned at 75%
      rule "all others"
        every ticket
        respond 8h · resolve 40h · accept 8h · vendor 40h
      stopped by waiting for requester, vendor, parts, approval,
      change

    What happens by itself
      nobody answers though everything stands still
        priority P1
        at 50% of respond
        → page lead, then manager · every 10m · at most 2 times
      soon late
        every ticket
        at 75% of resolve
        → notify assignee
      late
        every ticket
        at 100% of resolve
        → notify lead
      nobody accepts it
        every ticket
        at 100% of accept
        → notify lead

    What an escalation carries
      every ticket
        summary, tried, why
      every ticket, to L3
        impact, searched
      every ticket, to desktop
        asset, site
      category network
        evidence
      one that lacks something is refused, unless overridden

    How somebody is picked
      who has the fewest live tickets comes first
      nobody is given more than 8 live tickets

    Life cycle
      closure codes: fixed, workaround, explained, replaced,
      vendor-fixed, no-fault-found
      only with a reason: hold, override-priority
      reopened within 14 days of closing
      closed 5 business days after resolving
      resolved at first contact: within 1h
      a reopening counts within 7 days of resolving

    Who alone may do what
      cancel: manager, team-lead
      override-priority: manager, team-lead
      change-closed: manager, team-lead
      change-policy: manager
    "#);
}

#[test]
fn a_person_alone_meets_no_level() {
    let page = page(Template::OnePerson, 80).to_lowercase();
    assert!(!page.contains("level") && !page.contains("l1"), "{page}");
}
