//! The `desk` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    tierdesk::run(std::env::args_os())
}
