//! `desk completions`.

use crate::cli::exit::CliError;
use crate::cli::session::Session;
use clap::Args;
use clap_complete::Shell;

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk completions bash > ~/.local/share/bash-completion/completions/desk
  desk completions zsh > ~/.zfunc/_desk
  desk completions fish > ~/.config/fish/completions/desk.fish")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// Runs the command.
    ///
    /// # Errors
    /// Standard output is broken.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let mut script = Vec::new();
        clap_complete::generate(
            self.shell,
            &mut crate::cli::description(),
            "desk",
            &mut script,
        );
        session.print(&String::from_utf8_lossy(&script))
    }
}
