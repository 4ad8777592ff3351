//! The command line: what people see and type.

pub mod editor;
pub mod interrupt;
pub mod prompt;
pub mod view;
