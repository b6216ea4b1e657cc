//! How entities are found in entries.

pub mod casing;
