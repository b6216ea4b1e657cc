//! Progress of work on a blocking thread.

use tokio::sync::mpsc::UnboundedReceiver;

use crate::error::Result;

/// Awaits work on a blocking thread and forwards its progress messages to the callback.
pub(super) async fn forward_progress<T>(
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
