//! Backups: made without a secret, proven with one, and restored.
//!
//! The format is described at [`crate::model::backup`].

pub mod create;
pub mod list;
pub mod prune;
pub mod retention;

mod folder;
mod meter;
mod originals;
mod recipients;
mod room;
mod snapshots;
mod writing;
