//! The wire: what clients send and are answered, against the real server.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "what was measured is told")]

mod raw;
#[path = "../support/mod.rs"]
mod support;

mod bodies;
mod credentials;
mod csrf;
mod edge;
mod host;
mod limits;
mod lockout;
mod login;
mod stop;
mod tls;
mod unix;
