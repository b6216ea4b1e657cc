//! Denial of service: password guessing and slow connections must not lock out, delay or exhaust a server.
//!
//! `JOURNAL_ABUSE_LOGINS` is the number of wrong logins (default 200), `JOURNAL_ABUSE_CONNECTIONS` the number of slow
//! connections (default 60). Measurements are printed.

mod guessing;
mod memory;
mod slow;
