//! Blocking work from async code: databases, files and CPU-bound tasks.

use crate::error::{Error, ErrorKind, Result};

/// Runs a closure on the blocking thread pool and returns its result.
///
/// # Errors
/// The closure's error; `Internal` if it panics. The panic message is dropped: it may quote journal text.
pub(crate) async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(Error::new(ErrorKind::Internal, "a blocking task panicked or was cancelled")))
}

/// Like [`run_blocking`], for a closure that borrows a handle, such as a database.
///
/// # Errors
/// As [`run_blocking`].
pub(crate) async fn run_blocking_with<S: Send + 'static, T: Send + 'static>(
    handle: S,
    work: impl FnOnce(&S) -> Result<T> + Send + 'static,
) -> Result<T> {
    run_blocking(move || work(&handle)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn panic_becomes_an_internal_error_without_its_message() {
        let outcome: Result<()> = run_blocking(|| panic!("journal text")).await;

        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Internal);
        assert!(!format!("{error:?}").contains("journal text"));
    }
}
