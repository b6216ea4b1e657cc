//! Backups: made without a secret, proven with one, and restored.
//!
//! The format is described at [`crate::model::backup`].

pub mod create;
pub mod drill;
pub mod list;
pub mod prune;
pub mod restore;
pub mod restore_user;
pub mod retention;
pub mod verify;

mod archive;
mod assembly;
mod configuring;
mod derived;
mod folder;
mod made;
mod media;
mod meter;
mod originals;
mod recipients;
mod report;
mod room;
mod snapshots;
mod source;
mod writing;

pub use assembly::Sources;
pub use report::Check;
pub use report::Report;
pub use source::Named;
pub use source::Source;
