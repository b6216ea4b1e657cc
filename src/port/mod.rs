//! The ways in and out of other formats.

pub mod day_one;
pub mod export;
pub mod journal;
pub mod journal_server;
pub mod jrnl;
pub mod markdown;
mod report;
mod stream;
mod taking;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::error::Result;

pub use report::LeftOut;
pub use report::Refused;
pub use report::Report;
pub use report::Undated;

/// Waits for work that is done on a thread of its own, and hands on how far it is.
async fn hear<T>(
    work: impl Future<Output = Result<T>>,
    heard: &mut UnboundedReceiver<(u64, u64)>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<T> {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            Some((done, total)) = heard.recv() => progress(done, total),
            done = &mut work => return done,
        }
    }
}
