//! Looking a desk over: what is out of order, and what would mend it.

use super::app::Desk;
use super::error::DeskError;
use super::rules::{self, Rules};
use super::schema;
use super::templates;
use crate::store::{Plan, Snapshot, yaml};
use crate::ticket::TicketId;
use crate::ticket::lifecycle;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing to do.
    Note,
    /// Should be seen to.
    Warning,
    /// Something can't be read or done.
    Error,
}

/// Something that is out of order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Where: a file, or a part of git.
    pub place: String,
    /// What is out of order.
    pub what: String,
    /// What mends it.
    pub mend: Mend,
}

/// What mends a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend {
    /// `desk doctor --fix` does.
    Fix,
    /// This does.
    Do(String),
    /// Nothing needs to.
    Nothing,
}

const ATTRIBUTES: &str = ".gitattributes";

impl Desk {
    /// Everything that is out of order. Changes nothing.
    ///
    /// # Errors
    /// Git can't be read at all.
    pub fn examine(&self) -> Result<Vec<Finding>, DeskError> {
        let mut findings = Findings(Vec::new());
        let snapshot = self.store.snapshot()?;
        self.examine_git(&mut findings)?;
        if let Some(trouble) = self.examine_cache()? {
            let what = format!("the cache can't be used, so answers take longer: {trouble}");
            findings.note("git", &what, Mend::Nothing);
        }
        self.examine_rules(&snapshot, &mut findings);
        self.examine_rights(&mut findings)?;
        examine_attributes(&snapshot, &mut findings)?;
        for (path, _) in schema::stale(&snapshot)? {
            findings.note(
                path,
                "tells editors of the files of another version of desk",
                Mend::Fix,
            );
        }
        examine_tickets(&snapshot, &mut findings)?;
        for path in self.store.dirty("tickets")? {
            if TicketId::from_path(&path).is_none() {
                let mend = format!("move {path} away: it is no ticket");
                findings.warn(&path, "lies among the tickets", Mend::Do(mend));
            }
        }
        for adopted in self.adoptable(&[])? {
            let path = adopted.id.path();
            match adopted.step {
                Ok(_) => {
                    let mend = format!("desk adopt {}", adopted.id);
                    findings.warn(
                        &path,
                        "was changed by hand, which does not count yet",
                        Mend::Do(mend),
                    );
                }
                // What is committed and damaged has been told of already.
                Err(_) if findings.0.iter().any(|finding| finding.place == path) => {}
                Err(error) => {
                    let mend = error.hint().unwrap_or_default();
                    findings.warn(&path, &error.to_string(), Mend::Do(mend));
                }
            }
        }
        findings
            .0
            .sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        Ok(findings.0)
    }

    /// Mends what can be mended without a decision. Returns what it did.
    ///
    /// # Errors
    /// Git or the disk failed.
    pub fn mend(&self) -> Result<Vec<String>, DeskError> {
        let mut done = Vec::new();
        if let Some(mended) = self.store.mend()? {
            let finished = mended
                .finished
                .map_or_else(String::new, |commit| format!(" ({})", commit.short()));
            done.push(format!("finished an interrupted change{finished}"));
            done.extend(
                mended
                    .paths
                    .iter()
                    .map(|path| format!("brought {path} up to date")),
            );
            done.extend(
                mended
                    .locks
                    .iter()
                    .map(|lock| format!("removed our stale lock {}", lock.display())),
            );
        }
        if self.store.install_merge_settings()? {
            done.push("told git how to merge tickets".into());
        }
        let recorder = self.store.identity()?;
        let wrote = self.store.transact(|snapshot| -> Result<_, DeskError> {
            let completed: Vec<_> = complete_attributes(snapshot)?.into_iter().collect();
            let stale = schema::stale(snapshot)?;
            let mut value: Vec<String> = Vec::new();
            let mut drafts = Vec::new();
            for (subject, did, files) in [
                ("Tell git what tickets are", "completed", completed),
                (
                    "Bring the schemas of editors up to date",
                    "brought up to date",
                    stale,
                ),
            ] {
                value.extend(files.iter().map(|(path, _)| format!("{did} {path}")));
                if !files.is_empty() {
                    drafts.push(self.housekeeping(subject, files, recorder.clone()));
                }
            }
            Ok(Plan { drafts, value })
        })?;
        done.extend(wrote.value);
        Ok(done)
    }

    fn examine_git(&self, findings: &mut Findings) -> Result<(), DeskError> {
        let diagnosis = self.store.diagnose()?;
        if diagnosis.interrupted.is_some() {
            findings.warn("git", "a change was interrupted", Mend::Fix);
        }
        for lock in &diagnosis.own_locks {
            findings.warn(
                &lock.display().to_string(),
                "an interrupted change left this lock",
                Mend::Fix,
            );
        }
        for lock in &diagnosis.foreign_locks {
            let mend = "wait for that git command; if none runs, remove the file".to_owned();
            findings.warn(
                &lock.display().to_string(),
                "some git command holds this lock, or left it",
                Mend::Do(mend),
            );
        }
        for file in &diagnosis.kept {
            let mend = format!(
                "compare it with the ticket and remove it: {}",
                file.display()
            );
            findings.warn(
                &file.display().to_string(),
                "holds an edit that was saved while desk wrote",
                Mend::Do(mend),
            );
        }
        for path in &diagnosis.staged {
            let mend = format!("git restore --staged -- {path}, or desk adopt");
            findings.warn(path, "is staged by hand", Mend::Do(mend));
        }
        if !diagnosis.mistaken.is_empty() {
            // `git reset` leaves them as they are.
            let mend = "git read-tree HEAD && git update-index -q --refresh".to_owned();
            findings.warn(
                "git's index",
                "has old trees of folders, so that a plain commit takes changes back",
                Mend::Do(mend),
            );
        }
        if !self.store.has_merge_settings()? {
            findings.warn(
                "git config",
                "git does not know how to merge tickets here",
                Mend::Fix,
            );
        }
        if let Err(error) = self.store.identity() {
            let mend = error.hint().unwrap_or_default();
            findings.error("git config", &error.to_string(), Mend::Do(mend));
        }
        Ok(())
    }

    fn examine_rights(&self, findings: &mut Findings) -> Result<(), DeskError> {
        for unentitled in self.unentitled()? {
            let commit = unentitled.revision.commit.short();
            let (author, roles) = (&unentitled.revision.author, unentitled.roles.join(" or "));
            let what = format!(
                "was changed in {commit} by {} <{}>, which is kept to {roles}",
                author.name, author.email
            );
            let mend = format!(
                "look with `git show {commit}`; `git revert {commit}` takes it back, and a later change by {roles} settles it"
            );
            findings.warn(unentitled.path, &what, Mend::Do(mend));
        }
        Ok(())
    }

    fn examine_rules(&self, snapshot: &Snapshot<'_>, findings: &mut Findings) {
        let faults = match self.committed_rules() {
            Ok(files) => files.faults(),
            Err(error) => vec![error],
        };
        for error in &faults {
            let mend = error
                .hint()
                .unwrap_or_else(|| "mend the file and commit it".into());
            findings.error(error.path(), &error.to_string(), Mend::Do(mend));
        }
        if let Ok(rules) = Rules::load(snapshot)
            && let Ok(me) = self.me(&rules)
            && rules.roster.get(me.as_str()).is_none()
        {
            let what = format!("{me} is not on the roster");
            findings.note(
                rules::ROSTER,
                &what,
                Mend::Do(format!("add yourself to {}", rules::ROSTER)),
            );
        }
        for (path, dirty) in [
            (rules::POLICY, self.store.dirty(rules::POLICY)),
            (rules::ROSTER, self.store.dirty(rules::ROSTER)),
            (rules::CONTACTS, self.store.dirty(rules::CONTACTS)),
        ] {
            if dirty.is_ok_and(|dirty| !dirty.is_empty()) {
                findings.note(
                    path,
                    "is edited and not committed: it does not count yet",
                    Mend::Do(format!(
                        "desk policy check && git commit -m 'Change the policy' -- {path}"
                    )),
                );
            }
        }
    }
}

/// `.gitattributes` with the lines that a desk needs, if any is missing.
pub(super) fn complete_attributes(
    snapshot: &Snapshot<'_>,
) -> Result<Option<(&'static str, Vec<u8>)>, DeskError> {
    let mut content = snapshot.read(ATTRIBUTES)?.unwrap_or_default();
    let missing = missing_attributes(&content);
    if missing.is_empty() {
        return Ok(None);
    }
    if !content.is_empty() && !content.ends_with(b"\n") {
        content.push(b'\n');
    }
    for line in missing {
        content.extend_from_slice(line.as_bytes());
        content.push(b'\n');
    }
    Ok(Some((ATTRIBUTES, content)))
}

/// Lines of `.gitattributes` that a desk needs and that are not there.
fn missing_attributes(content: &[u8]) -> Vec<&'static str> {
    let text = String::from_utf8_lossy(content);
    let has = |line: &&str| text.lines().any(|own| own.trim() == *line);
    templates::GIT_ATTRIBUTES
        .lines()
        .filter(|line| !has(line))
        .collect()
}

fn examine_attributes(snapshot: &Snapshot<'_>, findings: &mut Findings) -> Result<(), DeskError> {
    let content = snapshot.read(ATTRIBUTES)?.unwrap_or_default();
    if !missing_attributes(&content).is_empty() {
        findings.warn(ATTRIBUTES, "git may convert or mix up tickets", Mend::Fix);
    }
    Ok(())
}

fn examine_tickets(snapshot: &Snapshot<'_>, findings: &mut Findings) -> Result<(), DeskError> {
    snapshot.walk_entries("tickets", |path, entry| {
        let Some(id) = TicketId::from_path(path) else {
            findings.warn(
                path,
                "is no ticket",
                Mend::Do(format!("git mv {path} elsewhere")),
            );
            return Ok::<_, DeskError>(());
        };
        if entry.kind != crate::store::EntryKind::File {
            findings.error(
                path,
                "is no regular file",
                Mend::Do(format!("git rm {path}")),
            );
            return Ok(());
        }
        match rules::stored_blob(snapshot, &id, entry.id) {
            Err(error) => {
                let mend = error
                    .hint()
                    .unwrap_or_else(|| format!("git log -- {path} shows how it came to be"));
                findings.error(path, &error.to_string(), Mend::Do(mend));
            }
            Ok(stored) if stored.is_newer() => {
                findings.note(
                    path,
                    "was written by a newer desk",
                    Mend::Do("install a newer desk".into()),
                );
            }
            Ok(stored) => {
                let canonical = || yaml::write_ticket(&stored.ticket);
                if stored.drift().is_none()
                    && canonical().as_bytes() != snapshot.read_blob(entry.id)?
                {
                    findings.note(
                        path,
                        "is not in canonical form; the next change makes it so",
                        Mend::Nothing,
                    );
                }
                for mark in lifecycle::marks(&stored.ticket) {
                    findings.note(path, &mark.to_string(), Mend::Nothing);
                }
            }
        }
        Ok(())
    })
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, severity: Severity, place: &str, what: &str, mend: Mend) {
        let (place, what) = (place.to_owned(), what.to_owned());
        self.0.push(Finding {
            severity,
            place,
            what,
            mend,
        });
    }

    fn note(&mut self, place: &str, what: &str, mend: Mend) {
        self.add(Severity::Note, place, what, mend);
    }

    fn warn(&mut self, place: &str, what: &str, mend: Mend) {
        self.add(Severity::Warning, place, what, mend);
    }

    fn error(&mut self, place: &str, what: &str, mend: Mend) {
        self.add(Severity::Error, place, what, mend);
    }
}
