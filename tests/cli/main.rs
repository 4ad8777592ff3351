//! The command line as people and scripts meet it: every promise of the
//! README and of `--help`, proved by running the program.

mod commands;
mod lifecycle;
mod opening;
mod support;
mod words;
