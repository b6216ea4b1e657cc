//! The wire: what clients send and are answered, against the real server.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod activity;
mod audit;
mod dashboard;
mod entries;
mod health;
mod ingest;
mod jobs;
mod login;
mod openapi;
mod reload;
mod search;
