//! `desk schema`.

use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::desk::schema::Form;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

/// Print the JSON Schema of a file of a desk, for editors and checkers
///
/// Draft 2020-12. New desks keep those of desk.yaml, people.yaml and
/// contacts.yaml in the folder .schema, and the files name them: editors with a
/// YAML language server complete and check them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk schema desk
  desk schema ticket > ticket.json")]
pub struct Schema {
    /// The kind of file
    #[arg(value_enum, default_value = "desk")]
    form: Form,
}

impl Schema {
    /// Runs the command.
    ///
    /// # Errors
    /// Standard output is broken.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        if session.everywhere.json {
            return session.print_json(&self.form.schema());
        }
        session.print(&self.form.text())
    }
}

impl ValueEnum for Form {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let file = match self {
            Self::Ticket => "tickets/…/….yaml".to_owned(),
            Self::Mapping => "what a log's columns mean: desk import".to_owned(),
            form => format!("{}.yaml", form.word()),
        };
        Some(PossibleValue::new(self.word()).help(file))
    }
}
