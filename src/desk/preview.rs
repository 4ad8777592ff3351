//! What an escalation would look like to whoever receives it. Nothing changes.

use super::app::Desk;
use super::clocks::Clocks;
use super::error::DeskError;
use super::filter::{Filter, Scope};
use super::handing;
use super::remark::Remark;
use super::request::EscalateRequest;
use super::rules::Rules;
use super::sort::Order;
use crate::policy::people::Presence;
use crate::policy::people::load::Loads;
use crate::policy::people::pick::{self, Job};
use crate::policy::readiness::{self, Given, Missing};
use crate::policy::routing::Map;
use crate::policy::rules::Incomplete;
use crate::policy::who;
use crate::report::fared::Fared;
use crate::store::Snapshot;
use crate::ticket::{Details, Handle, Name, Target, Ticket, Timestamp};

/// How many tickets are looked at to see how such hand-overs fared: the newest.
const LOOK_BACK: usize = 500;

/// An escalation before it is made.
#[derive(Debug)]
pub struct Preview {
    /// The ticket as it is.
    pub ticket: Ticket,
    /// Where it would go: "L3 expert", "dell", a handle.
    pub to: String,
    /// Why, as given so far.
    pub text: String,
    /// What would go with it.
    pub details: Details,
    /// What it lacks.
    pub missing: Vec<Missing>,
    /// What becomes of one that lacks something.
    pub incomplete: Incomplete,
    /// Who would receive it, in the order in which they would be asked.
    pub there: Vec<Receiver>,
    /// How hand-overs like this fared.
    pub fared: Option<Past>,
    /// What people should know.
    pub remarks: Vec<Remark>,
}

/// Somebody who would receive it.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// Who.
    pub who: Handle,
    /// Full name.
    pub name: String,
    /// Whether they are at work.
    pub on_duty: bool,
    /// When that changes, where it is known.
    pub until: Option<Timestamp>,
    /// Tickets that they have in work.
    pub working: u32,
}

/// How hand-overs from one team to another fared.
#[derive(Debug, Clone)]
pub struct Past {
    /// The team that handed over.
    pub from: Name,
    /// The team that received.
    pub to: Name,
    /// The category that they were about, where the ticket has one.
    pub category: Option<String>,
    /// What became of them.
    pub fared: Fared,
}

impl Desk {
    /// What the escalation that `asked` describes would look like.
    ///
    /// # Errors
    /// There is no such ticket or place, or git can't be read.
    pub fn preview(
        &self,
        snapshot: &Snapshot<'_>,
        typed: &str,
        asked: &EscalateRequest,
    ) -> Result<Preview, DeskError> {
        let rules = Rules::load(snapshot)?;
        let me = self.me(&rules)?;
        let map = rules.map(&me, self.world().now());
        let found = self.find(snapshot, &[typed.to_owned()])?;
        let ticket = found.into_iter().next().unwrap_or_else(|| {
            Err(DeskError::NotFound {
                typed: typed.to_owned(),
            })
        })?;
        let to = handing::target(asked, ticket.header(), &map)?;
        let details = handing::details(asked);
        let policy = &rules.policy.hand_over;
        let given = Given {
            text: &asked.text,
            details: &details,
        };
        let missing = readiness::missing(policy, &ticket, &me, &to, given);
        let mut remarks: Vec<Remark> = handing::loops(&ticket, &to).into_iter().collect();
        remarks.extend(handing::vendor(&map, &to));
        Ok(Preview {
            to: handing::named(&to, &ticket),
            text: asked.text.clone(),
            missing,
            incomplete: policy.incomplete,
            there: receivers(&map, &ticket, &to, &self.loads(snapshot, &rules)?),
            fared: self.past_of(snapshot, &ticket, &to, &me)?,
            remarks,
            details,
            ticket,
        })
    }

    /// How hand-overs between those teams fared, about the same category.
    fn past_of(
        &self,
        snapshot: &Snapshot<'_>,
        ticket: &Ticket,
        to: &Target,
        me: &Handle,
    ) -> Result<Option<Past>, DeskError> {
        let header = ticket.header();
        let (Target::Queue { team, .. } | Target::Person { team, .. }) = to else {
            return Ok(None);
        };
        let (Some(from), Some(to)) = (&header.team, team) else {
            return Ok(None);
        };
        if from == to {
            return Ok(None);
        }
        let mut terms = vec!["is:any".to_owned()];
        let category = header.category.as_ref().map(ToString::to_string);
        terms.extend(category.iter().map(|own| format!("category:{own}")));
        let never = |words: &str| Err(format!("{words} is no time here"));
        let scope = Scope {
            me: me.clone(),
            skills: Vec::new(),
            clocks: Clocks::default(),
            now: self.world().now(),
            past_time: &never,
            future_time: &never,
        };
        let filter =
            Filter::parse(&terms, &scope).map_err(|error| DeskError::Words(error.to_string()))?;
        let order = Order::parse("-opened").map_err(|error| DeskError::Words(error.to_string()))?;
        let listing = self.list(snapshot, &filter, &order, Some(LOOK_BACK))?;
        let mut fared = Fared::default();
        for other in &listing.tickets {
            fared.count(other, from, to);
        }
        Ok(Some(Past {
            from: from.clone(),
            to: to.clone(),
            category,
            fared,
        }))
    }
}

/// Those who would receive it, best first.
fn receivers(map: &Map<'_>, ticket: &Ticket, to: &Target, loads: &Loads) -> Vec<Receiver> {
    let header = ticket.header();
    let topic = who::topic(map.policy, header);
    let told = |person: &crate::policy::Person| {
        let (on_duty, until) = match person.presence(map.now) {
            Presence::There(until) => (true, until),
            Presence::Off(back) => (false, back),
            Presence::Away(absence) => (false, Some(absence.to)),
        };
        Receiver {
            who: person.handle.clone(),
            name: person.name.clone(),
            on_duty,
            until,
            working: loads.of(&person.handle).working,
        }
    };
    match to {
        Target::Vendor { .. } => Vec::new(),
        Target::Person { who, .. } | Target::Attention(who) => {
            map.roster.get(who.as_str()).map(told).into_iter().collect()
        }
        Target::Queue { team, level } => {
            let job = Job {
                team: team.as_ref().or(header.team.as_ref()),
                level: level.or(header.level),
                topic,
            };
            let ranking = pick::rank(map.policy, map.roster, loads, map.now, job, &[]);
            let candidates = ranking.candidates.iter();
            candidates.map(|candidate| told(candidate.person)).collect()
        }
    }
}
