//! Import from and export to other formats.

mod batch_importer;
pub mod day_one;
pub mod export;
pub mod journal_server;
pub mod jrnl;
mod json_stream;
pub mod markdown;
pub mod native;
mod progress;
mod report;

pub use report::{ImportReport, RejectedEntry, SkippedAttachment, UndatedEntry};
