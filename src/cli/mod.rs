//! The command line: what people see and type.

pub mod interrupt;
pub mod view;
