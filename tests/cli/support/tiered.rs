//! A desk with three lines, a desktop branch, vendors, and rules.

use super::Desk;

const POLICY: &str = "\
format: 1
name: Acme
levels:
  1: {name: front line, team: frontline}
  2: {name: technical, team: network, solves: known-issues}
  3: {name: expert, team: expert}
  4: {name: external, vendor: true}
teams:
  frontline: {level: 1}
  network: {level: 2}
  desktop: {level: 2, branch: desktop}
  expert: {level: 3}
vendors:
  dell: {name: Dell ProSupport, contract: C-4711, phone: 0800 555, until: 2020-01-31}
  telco: {name: Telco, phone: 0800 777}
priorities: [P1, P2, P3]
matrix:
  high: {high: P1, medium: P2, low: P3}
  medium: {high: P2, medium: P3, low: P3}
  low: {high: P3, medium: P3, low: P3}
defaults: {level: 1, priority: P3}
categories:
  network: {team: network}
  network/vpn:
    required: {open: [asset], resolve: [code]}
    checklist: [ask which client version, ask whether it worked yesterday]
  hardware: {team: desktop}
categories-only: true
routes:
- {name: servers, when: {words: [server]}, team: expert, priority: P1, category: network, tags: [infra]}
hand-over:
  incomplete: refuse
  needs:
  - {carry: [why]}
  - {to-level: 3, carry: [tried, searched, evidence, ask, impact]}
pending-causes: [freeze]
reasons: [assign, override-priority, close]
access:
  cancel: [team-lead, manager]
  override-priority: [team-lead]
  override-readiness: [team-lead, technician]
";

const PEOPLE: &str = "\
format: 1
people:
  lena: {name: Lena, emails: [lena@example.com], levels: [1, 2], teams: [frontline], roles: [analyst]}
  grace: {name: Grace, emails: [grace@example.com], levels: [1], teams: [frontline], roles: [team-lead], reports-to: olga}
  marco: {name: Marco, emails: [marco@example.com], levels: [2], teams: [network], roles: [technician], skills: [database]}
  ines: {name: Ines, emails: [ines@example.com], levels: [2], teams: [desktop], roles: [technician]}
  nadia: {name: Nadia, emails: [nadia@example.com], levels: [3], teams: [expert], skills: [database]}
  olga: {name: Olga, emails: [olga@example.com], roles: [manager], reports-to: dora}
  dora: {name: Dora, emails: [dora@example.com], roles: [director]}
";

const CONTACTS: &str = "\
format: 1
contacts:
  alice@example.com: {name: Alice, customer: Acme, site: Lisbon, language: pt, vip: true}
";

/// Lena is an analyst of the front line who also holds level 2, grace leads
/// her, marco and ines work at level 2, nadia at 3.
pub fn tiered() -> Desk {
    let desk = Desk::new();
    desk.write("desk.yaml", POLICY);
    desk.write("people.yaml", PEOPLE);
    desk.write("contacts.yaml", CONTACTS);
    desk.git("add .");
    desk.git("commit -q -m Policy");
    desk
}
