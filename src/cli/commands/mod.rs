//! One file per command or family of commands: its arguments, its help, and
//! `run`.

pub mod adopt;
pub mod apply;
pub mod assign;
pub mod completions;
pub mod contacts;
pub mod cover;
pub mod demo;
pub mod doctor;
pub mod duty;
pub mod edit;
pub mod escalate;
pub mod events;
pub mod history;
pub mod init;
pub mod level;
pub mod list;
pub mod merge_file;
pub mod next;
pub mod note;
pub mod open;
pub mod people;
pub mod policy;
pub mod queue;
pub mod report;
pub mod resolve;
pub mod role;
pub mod say;
pub mod search;
pub mod set;
pub mod show;
pub mod sla;
pub mod sql;
pub mod sweep;
pub mod undo;
pub mod who;
