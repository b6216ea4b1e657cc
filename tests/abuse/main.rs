//! What an attacker can do to the people who use a server: lock them out, crowd them out, fill it up.
//!
//! `JOURNAL_ABUSE_LOGINS` (200) wrong logins and `JOURNAL_ABUSE_CONNECTIONS` (60) slow connections; the figures are
//! printed.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "what was measured is told")]

#[path = "../support/mod.rs"]
mod support;

mod guessing;
mod memory;
mod slow;
