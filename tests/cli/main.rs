//! The command line as people and scripts meet it: every promise of the
//! README and of `--help`, proved by running the program.

mod bad_input;
mod clocks;
mod commands;
mod completion;
mod crash;
mod crowd;
mod damaged;
mod desks;
mod escalating;
mod fields;
mod git_settings;
mod hands;
mod importing;
mod lifecycle;
mod merging;
mod next;
mod opening;
mod own_work;
mod past;
mod people;
mod policy;
mod questions;
mod reading;
mod report_views;
mod reporting;
mod rules;
mod schemas;
mod scripts;
mod support;
mod swarming;
mod sweeping;
mod terminal;
mod trial;
mod words;
