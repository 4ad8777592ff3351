//! `desk doctor`.

use crate::cli::exit::{self, CliError};
use crate::cli::session::Session;
use crate::cli::view::sanitize;
use crate::cli::view::style::Tone;
use crate::desk::{Finding, Mend, Severity};
use clap::Args;
use serde_json::{Value, json};

/// Look the desk over: git, policy, roster, every ticket; say what would mend
/// it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk doctor
  desk doctor --fix

Exit code 6 if something can't be read.")]
pub struct Doctor {
    /// Mend what needs no decision
    #[arg(long)]
    fix: bool,
}

impl Doctor {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk_as_is()?;
        if self.fix {
            for done in desk.mend()? {
                session.say(&format!("mended: {done}"));
            }
        }
        let findings = desk.examine()?;
        if session.everywhere.json {
            let findings: Vec<Value> = findings.iter().map(as_json).collect();
            session.print_json(&json!({"version": 1, "findings": findings}))?;
        } else {
            for finding in &findings {
                session.print(&told(session, finding))?;
            }
        }
        if findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
        {
            session.set_code(exit::INVALID);
        }
        if findings
            .iter()
            .all(|finding| finding.severity == Severity::Note)
        {
            session.say("the desk is well");
        }
        Ok(())
    }
}

fn told(session: &Session, finding: &Finding) -> String {
    let (label, tone) = match finding.severity {
        Severity::Error => ("error", Tone::Bad),
        Severity::Warning => ("warning", Tone::Warn),
        Severity::Note => ("note", Tone::Dim),
    };
    let label = session.look.style.paint(label, tone);
    let what = sanitize::line(&finding.what);
    let place = sanitize::line(&finding.place);
    let about = if what.starts_with(&*place) {
        what.into_owned()
    } else {
        format!("{place}: {what}")
    };
    let mend = match &finding.mend {
        Mend::Fix => "\n  mend: desk doctor --fix".to_owned(),
        Mend::Do(mend) if mend.is_empty() => String::new(),
        Mend::Do(mend) => format!("\n  mend: {}", sanitize::block(mend)),
        Mend::Nothing => String::new(),
    };
    format!("{label}: {about}{mend}\n")
}

fn as_json(finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let (fixable, mend) = match &finding.mend {
        Mend::Fix => (true, Some("desk doctor --fix")),
        Mend::Do(mend) => (false, Some(mend.as_str())),
        Mend::Nothing => (false, None),
    };
    json!({
        "severity": severity,
        "place": finding.place,
        "what": finding.what,
        "fixable": fixable,
        "mend": mend,
    })
}
