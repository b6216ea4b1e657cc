//! The wire: what clients send and are answered, against the real server.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "what was measured is told")]

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod activity;
mod admin;
mod audit;
mod bodies;
mod canary;
mod contexts;
mod credentials;
mod csrf;
mod dashboard;
mod digest;
mod edge;
mod entities;
mod entity_charts;
mod entries;
mod health;
mod host;
mod ingest;
mod isolation;
mod jobs;
mod keys;
mod limits;
mod lockout;
mod login;
mod mail;
mod mailbox;
mod media;
mod merges;
mod metrics;
mod notifications;
mod openapi;
mod preferences;
mod register;
mod reload;
mod reset;
mod search;
mod sessions;
mod settings;
mod stop;
mod tls;
mod unix;
mod upload;

use support::raw;
