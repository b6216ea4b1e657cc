//! The wire: what clients send and are answered, against the real server.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod admin;
mod keys;
mod login;
mod mail;
mod mailbox;
mod preferences;
mod register;
mod reset;
mod sessions;
mod settings;
