//! Backup workflows: create, list, verify, drill, prune and restore.
//!
//! Creating a backup needs only public keys; verifying and restoring one needs an identity or a passphrase. The archive
//! format is documented in [`crate::domain::backup`].

pub mod create;
pub mod drill;
pub mod list;
pub mod prune;
pub mod restore;
pub mod restore_user;
pub mod retention;
pub mod undo_restore;
pub mod verify;

mod archive_reader;
mod archive_writer;
mod config_file;
mod data_dir_builder;
mod disk_space;
mod media;
mod originals;
mod progress;
mod rebuild_derived;
mod recipients;
mod report;
mod repository;
mod rollback;
mod snapshots;
mod source;

pub use data_dir_builder::ClockAndRng;
pub use report::{BackupCheck, BackupReport};
pub use source::{BackupSource, SourceArgs};
