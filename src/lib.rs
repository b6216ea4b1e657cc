//! A private journal on an encrypted disk format, found by meaning as well as by word.
//!
//! Five floors, bottom up: ground ← mechanisms ← context ← services ← doors. A module names only
//! floors below its own; `tests/layering.rs` executes this rule.
//!
//! - ground: [`error`], [`clock`], [`entropy`], [`secret`], [`domain`], [`config`]; each may name the ones before it
//! - mechanisms: `crypto`, `net`, `storage`, [`providers`]; they do not know each other, except storage → crypto
//!   and providers → net
//! - context: [`crate::app::state`], [`crate::app::context`], [`egress`]; each may name the ones before it
//! - services: [`crate::services::accounts`], [`crate::services::audit::activity`], [`crate::services::audit`], [`crate::services::auth`], [`crate::services::accounts::containment`], [`crate::services::admin::doctor`], [`crate::services::embedding`],
//!   [`crate::services::entities`], [`crate::services::entries`], [`crate::services::ingest`], [`crate::services::admin::keyring`], [`crate::services::accounts::api_keys`], [`crate::services::admin::metrics`], [`crate::services::mood`], [`crate::services::notifications`], [`crate::services::accounts::preferences`], [`crate::services::admin::pricing`],
//!   [`crate::services::egress_settings`], [`crate::services::admin::reload`], [`crate::services::search`], [`crate::services::accounts::sessions`], [`crate::services::admin::settings`], [`crate::services::accounts::users`]; they share rows and leave jobs, and
//!   do not call each other except `audit` and `auth`
//! - on top: [`backup`], [`digest`], [`jobs`], [`import_export`], [`setup`], the only ones that name other services
//! - doors: [`mcp`], [`http`], the binary in `commands/`; a door never names a mechanism, nor another door, but
//!   http → mcp, commands → mcp and commands → http
//!
//! SQL lives in `storage`, raw keys in `crypto`, stdout in `commands/out.rs`, the table of exit codes in [`error`].

pub mod app;
pub mod backup;
pub mod clock;
pub mod config;
mod crypto;
pub mod digest;
pub mod domain;
pub mod egress;
pub mod entropy;
pub mod error;
pub mod http;
pub mod import_export;
pub mod jobs;
pub mod mcp;
mod net;
pub mod providers;
pub mod secret;
pub mod services;
pub mod setup;
mod storage;
