//! Table tests of the extraction rules.

mod name_rules;
mod persist;
mod resolution;
