//! The rules, each case one row.

mod rules;
mod stages;
mod storing;
