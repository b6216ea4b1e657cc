//! Import from and export to other formats.

mod batch_importer;
pub mod day_one;
pub mod export;
pub mod journal_server;
pub mod jrnl;
mod json_stream;
pub mod markdown;
pub mod native;
mod report;

pub use report::{ImportReport, RejectedEntry, SkippedAttachment, UndatedEntry};

use tokio::sync::mpsc::UnboundedReceiver;

use crate::error::Result;

/// Awaits work on a blocking thread and forwards its progress messages to the callback.
async fn forward_progress<T>(
    work: impl Future<Output = Result<T>>,
    messages: &mut UnboundedReceiver<(u64, u64)>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<T> {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            Some((done, total)) = messages.recv() => progress(done, total),
            done = &mut work => return done,
        }
    }
}
