//! What opens a journal: the secret, the recovery kit, new keys for everything, and who may use the files meanwhile.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod deep;
mod in_use;
mod kit;
