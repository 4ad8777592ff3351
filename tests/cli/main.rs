//! The command line as people and scripts meet it: every promise of the
//! README and of `--help`, proved by running the program.

mod commands;
mod fields;
mod hands;
mod lifecycle;
mod merging;
mod opening;
mod past;
mod scripts;
mod support;
mod words;
