//! A private journal on an encrypted disk format, found by meaning as well as by word.
//!
//! Layers are folders; a module imports only layers above its own in this list, and `tests/in_process/layering.rs`
//! checks it. `docs/architecture.md` describes them.
//!
//! - core: [`error`], `blocking`, [`clock`], [`entropy`], [`secret`]
//! - pure types and rules: [`domain`]; settings: [`config`]
//! - infrastructure: `crypto`, `net`, `storage`, [`providers`]
//! - application state and the caller's context: [`app`]; gateway to providers: [`egress`]
//! - [`services`], which do not call each other, except `audit` and `auth`
//! - workflows that call several services: [`backup`], [`digest`], [`import_export`], [`jobs`], [`setup`]
//! - interfaces: [`http`], [`mcp`], and the binary in `commands/`
//!
//! SQL is in `storage`, sockets in `net`, raw keys in `crypto`, standard output in `commands/output.rs`, and the table of
//! exit codes and HTTP statuses in [`error`].

pub mod app;
pub mod backup;
mod blocking;
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
