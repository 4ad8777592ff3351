//! The files of a desk and the git repository that holds them.

pub mod yaml;
