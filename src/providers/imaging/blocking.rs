//! Reading of photographs on blocking threads.

use crate::error::{Error, Result};

/// Runs a closure that reads a photograph on the blocking thread pool.
pub(super) async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::internal("reading a photograph", error))?
}
