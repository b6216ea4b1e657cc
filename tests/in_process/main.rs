//! Tests of the repository itself and of library calls that need no server process.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../../benches/support/mod.rs"]
mod bench_support;

mod dating_table;
mod dependencies;
mod documents;
mod layering;
mod rust_source;
mod semantic_search;
mod style;
