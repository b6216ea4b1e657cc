//! Backups: made without a secret, proven with one, and restored.
//!
//! The format is described at [`crate::model::backup`].

mod archive;
mod assembly;
mod configuring;
mod derived;
pub mod drill;
mod made;
mod originals;
mod report;
pub mod restore;
pub mod restore_user;
mod source;
pub mod verify;

pub use assembly::Sources;
pub use report::Check;
pub use report::Report;
pub use source::Named;
pub use source::Source;
