//! Questions that span several desks: `--desk A --desk B`, `--all-desks`.

use super::exit::CliError;
use super::session::{self, Session};
use crate::desk::Desk;
use crate::store;
use std::path::PathBuf;

/// A desk that a question goes to.
pub struct Member {
    /// What its policy calls it, or else its folder; no two are called the
    /// same. Empty where it is the only one.
    pub name: String,
    /// The desk.
    pub desk: Desk,
}

/// The desks that a question goes to.
pub struct Span {
    /// The one that was named first.
    pub first: Member,
    rest: Vec<Member>,
    /// Whether an answer must say which desk it is from.
    pub several: bool,
}

impl Span {
    /// All of them, in the order they were named.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// What each is called; nothing where there is only one.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let members = self.members().filter(|_| self.several);
        members.map(|member| member.name.as_str()).collect()
    }
}

impl Session {
    /// The desks that are meant: all that `--desk` names, with `--all-desks`
    /// also the user's and the one around here, or else the one around here.
    /// Of several, one that can't be opened is an error of its own, and the
    /// others answer.
    ///
    /// # Errors
    /// Only one is meant and can't be opened; or none is left.
    pub fn span(&mut self) -> Result<Span, CliError> {
        if !self.everywhere.all_desks && self.everywhere.desks.len() < 2 {
            let desk = self.desk()?;
            return Ok(Span {
                first: Member {
                    name: String::new(),
                    desk,
                },
                rest: Vec::new(),
                several: false,
            });
        }
        let mut members: Vec<Member> = Vec::new();
        let mut roots: Vec<PathBuf> = Vec::new();
        let mut failed = None;
        for folder in self.folders()? {
            match self.desk_in(&folder) {
                Ok(desk) if roots.iter().any(|root| root == desk.root()) => {}
                Ok(desk) => {
                    self.see_to(&desk);
                    roots.push(desk.root().to_owned());
                    members.push(Member {
                        name: name(&desk),
                        desk,
                    });
                }
                Err(error) => {
                    if let Some(earlier) = failed.replace(error) {
                        self.fail(&earlier);
                    }
                }
            }
        }
        if members.is_empty() {
            return Err(failed.unwrap_or_else(|| {
                CliError::usage(
                    "no desk is named",
                    "name them once: git config --global --add desk.path ~/desks/acme",
                )
            }));
        }
        if let Some(error) = failed {
            self.fail(&error);
        }
        tell_apart(&mut members);
        let first = members.remove(0);
        Ok(Span {
            first,
            rest: members,
            several: true,
        })
    }

    fn folders(&self) -> Result<Vec<PathBuf>, CliError> {
        let mut folders = self.everywhere.desks.clone();
        if self.everywhere.all_desks {
            folders.extend(store::desks_of_user()?);
            let here = session::here()?;
            // Outside any desk, those that are named are all there are.
            if self.desk_in(&here).is_ok() {
                folders.push(here);
            }
        }
        Ok(folders)
    }
}

/// What the policy calls the desk; its folder's name where it has none.
fn name(desk: &Desk) -> String {
    let named = desk
        .rules_for_reading()
        .ok()
        .map(|(rules, _)| rules.policy.name);
    named
        .filter(|name| !name.trim().is_empty())
        .or_else(|| {
            let folder = desk.root().file_name()?;
            Some(folder.to_string_lossy().into_owned())
        })
        .unwrap_or_default()
}

/// Desks of one name are called by their folders.
fn tell_apart(members: &mut [Member]) {
    let names: Vec<String> = members.iter().map(|member| member.name.clone()).collect();
    for member in members {
        if names.iter().filter(|name| **name == member.name).count() > 1 {
            member.name = member.desk.root().display().to_string();
        }
    }
}
