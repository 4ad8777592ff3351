//! `desk completions`.

use crate::cli::complete;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use clap::Args;
use clap_complete::Shell;
use clap_complete::env::Shells;

/// Print a completion script for a shell: commands, flags, and tickets
///
/// The script asks desk itself, so it needs no renewal when desk is updated.
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
        let shells = Shells::builtins();
        let name = self.shell.to_string();
        let Some(shell) = shells.completer(&name) else {
            let hint = "desk completions bash";
            return Err(CliError::usage(format!("{name} is not known"), hint));
        };
        let mut script = Vec::new();
        shell.write_registration(complete::VARIABLE, "desk", "desk", "desk", &mut script)?;
        let mut script = String::from_utf8_lossy(&script).into_owned();
        if self.shell == Shell::Zsh {
            // Where zsh loads the file when it is first needed, the file is
            // what must answer.
            script.push_str(
                "\nif [[ \"${funcstack[1]}\" == \"_desk\" ]]; then\n    \
                 _clap_dynamic_completer_desk \"$@\"\nfi\n",
            );
        }
        session.print(&script)
    }
}
