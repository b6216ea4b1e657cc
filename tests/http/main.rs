//! The wire: what clients send and are answered, against the real server.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod activity;
mod admin;
mod audit;
mod dashboard;
mod entries;
mod health;
mod ingest;
mod jobs;
mod keys;
mod login;
mod mail;
mod mailbox;
mod openapi;
mod preferences;
mod register;
mod reload;
mod reset;
mod search;
mod sessions;
mod settings;
