//! Absences: who stands in, written into the roster.

use super::app::Desk;
use super::author::author;
use super::error::DeskError;
use super::rules::{self, ROSTER, Rules};
use crate::policy::gate;
use crate::policy::people::file::AbsenceEntry;
use crate::policy::people::{pick, span as stretch};
use crate::policy::rules::Right;
use crate::policy::zone::Zone;
use crate::store::{CommitId, Plan, yaml};
use crate::ticket::value::Value as _;
use crate::ticket::{Handle, Line, Timestamp};

/// An absence to write down.
#[derive(Debug, Clone)]
pub struct Absence {
    /// Who is away.
    pub who: String,
    /// Who stands in; picked if absent.
    pub by: Option<String>,
    /// The first day or moment, as people.yaml has it.
    pub from: String,
    /// The last day, or the moment of coming back.
    pub to: String,
    /// Why.
    pub why: Option<String>,
}

/// What was written down.
#[derive(Debug, Clone)]
pub struct Covered {
    /// Who is away.
    pub who: Handle,
    /// Who stands in.
    pub by: Handle,
    /// Why it is them, where they were picked.
    pub why: Option<String>,
    /// Live tickets of whoever is away.
    pub live: u32,
    /// The commit; none on a dry run, or where it is written down already.
    pub commit: Option<CommitId>,
    /// It is written down already.
    pub already: bool,
    /// What people should know though the change stands.
    pub warnings: Vec<String>,
}

impl Desk {
    /// Writes an absence into the roster: one commit, which keeps comments and
    /// layout of the file.
    ///
    /// # Errors
    /// Somebody is not on the roster, nobody can stand in, whoever asks may
    /// not, or the file is edited by hand.
    pub fn cover(&self, absence: &Absence, dry_run: bool) -> Result<Covered, DeskError> {
        let done = self.store.transact(|snapshot| -> Result<_, DeskError> {
            let rules = Rules::load(snapshot)?;
            let me = self.me(&rules)?;
            let map = rules.map(&me, self.world().now());
            let who = map.handle(&absence.who)?;
            // Everybody may say that they are away themselves.
            if me != who {
                gate::check_right(&map, Right::ChangePolicy, None)?;
            }
            let loads = self.loads(snapshot, &rules)?;
            let load = loads.of(&who);
            let missing = || DeskError::Words(format!("{who} is not on the roster"));
            let person = rules.roster.get(who.as_str()).ok_or_else(missing)?;
            let (from, to) = span(absence, person.zone)?;
            let (by, why) = match absence.by.as_deref() {
                Some(by) => (map.handle(by)?, None),
                None => {
                    let found = pick::stand_in(&rules.roster, &loads, person, from, to);
                    let (cover, why) = found.ok_or_else(|| DeskError::NobodyFree {
                        why: format!("nobody could stand in for {who} in that time"),
                        back: None,
                    })?;
                    (cover.handle.clone(), Some(why))
                }
            };
            let cover = rules.roster.get(by.as_str());
            if by == who || cover.is_none() {
                return Err(DeskError::Words(format!("{by} can't stand in for {who}")));
            }
            let mut covered = Covered {
                live: load.working.saturating_add(load.pending),
                commit: None,
                already: false,
                warnings: Vec::new(),
                who: who.clone(),
                by: by.clone(),
                why,
            };
            if let Some(away) = cover.and_then(|cover| cover.overlap(from, to)) {
                let what = format!("{by} is away then too, from {} to {}", away.from, away.to);
                covered.warnings.push(what);
            }
            let same = |one: &crate::policy::people::Absence| {
                one.from == from && one.to == to && one.cover.as_ref() == Some(&by)
            };
            covered.already = person.absences.iter().any(same);
            if dry_run || covered.already {
                return Ok(Plan {
                    drafts: Vec::new(),
                    value: covered,
                });
            }
            let entry = AbsenceEntry {
                from: absence.from.clone(),
                to: absence.to.clone(),
                why: absence.why.clone(),
                cover: Some(by.text()),
            };
            let bytes = snapshot.read(ROSTER)?.unwrap_or_default();
            let text = yaml::add_absence(&bytes, who.as_str(), &entry)
                .map_err(|error| rules::file(ROSTER, error))?;
            let subject = format!(
                "cover {who}: {} to {} by {by}\n\nAction: cover\nActor: {me}\nPerson: {who}\nCover: {by}",
                entry.from, entry.to
            );
            let author = author(&self.store.identity()?, &rules.roster, &me);
            let draft = self.housekeeping(&subject, vec![(ROSTER, text.into_bytes())], author);
            Ok(Plan {
                drafts: vec![draft],
                value: covered,
            })
        })?;
        let mut covered = done.value;
        covered.commit = done.commits.last().copied();
        covered
            .warnings
            .extend(done.warnings.iter().map(ToString::to_string));
        Ok(covered)
    }
}

/// From the first moment to the first one after.
fn span(absence: &Absence, zone: Zone) -> Result<(Timestamp, Timestamp), DeskError> {
    if let Some(why) = &absence.why {
        Line::parse(why)?;
    }
    let (from, to) = stretch(&absence.from, &absence.to, zone)
        .map_err(|fault| DeskError::When(fault.problem))?;
    if to <= from {
        let (from, to) = (&absence.from, &absence.to);
        return Err(DeskError::When(format!(
            "{from} to {to} ends before it starts"
        )));
    }
    Ok((from, to))
}
