//! The wire: what clients send and are answered, against the real server.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod activity;
mod audit;
mod login;
mod openapi;
mod reload;
