//! The ways out and in: everything comes out, comes back as it was, and texts of other programs come in on their own days.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod day_one;
mod deletion;
mod export;
mod jrnl;
mod markdown;
mod round_trip;
mod tree;
