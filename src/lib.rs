//! A private journal on an encrypted disk format, found by meaning as well as by word.
//!
//! Five floors, bottom up: ground ← mechanisms ← context ← services ← doors. A module names only
//! floors below its own; `tests/layering.rs` executes this rule.
//!
//! - ground: [`error`], [`clock`], [`entropy`], [`secret`], [`model`], [`config`]; each may name the ones before it
//! - mechanisms: `crypto`, `net`, `storage`, [`providers`]; they do not know each other, except storage → crypto
//!   and providers → net
//! - context: [`app`], [`ctx`], [`egress`]; each may name the ones before it
//! - services: [`account`], [`activity`], [`audit`], [`auth`], [`containment`], [`doctor`], [`embedding`],
//!   [`entities`], [`entries`], [`ingest`], [`keyring`], [`keys`], [`metrics`], [`mood`], [`notifications`], [`preferences`], [`pricing`],
//!   [`privacy`], [`reload`], [`remote`], [`search`], [`sessions`], [`settings`], [`users`]; they share rows and leave jobs, and
//!   do not call each other except `audit` and `auth`
//! - on top: [`backup`], [`digest`], [`jobs`], [`port`], [`setup`], the only ones that name other services
//! - doors: [`mcp`], [`http`], the binary in `commands/`; a door never names a mechanism, nor another door, but
//!   http → mcp, commands → mcp and commands → http
//!
//! SQL lives in `storage`, raw keys in `crypto`, stdout in `commands/out.rs`, the table of exit codes in [`error`].

pub mod account;
pub mod activity;
pub mod app;
pub mod audit;
pub mod auth;
pub mod backup;
pub mod clock;
pub mod config;
pub mod containment;
mod crypto;
pub mod ctx;
pub mod digest;
pub mod doctor;
pub mod egress;
pub mod embedding;
pub mod entities;
pub mod entries;
pub mod entropy;
pub mod error;
pub mod http;
pub mod ingest;
pub mod jobs;
pub mod keyring;
pub mod keys;
pub mod mcp;
pub mod metrics;
pub mod model;
pub mod mood;
mod net;
pub mod notifications;
pub mod port;
pub mod preferences;
pub mod pricing;
pub mod privacy;
pub mod providers;
pub mod reload;
pub mod remote;
pub mod search;
pub mod secret;
pub mod sessions;
pub mod settings;
pub mod setup;
mod storage;
pub mod users;
