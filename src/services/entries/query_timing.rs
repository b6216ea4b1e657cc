//! Query durations for the owner's health report.

use std::time::Instant;

use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Runs a query and records its duration.
pub(super) fn record_duration<T>(
    db: &NotebookDb<'_>,
    kind: &'static str,
    query: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let begun = Instant::now();
    let answer = query()?;
    db.memory().record_timing(kind, begun.elapsed());
    Ok(answer)
}
