//! Destruction of entries in the trash, within a transaction.

use jiff::SignedDuration;
use uuid::Uuid;

use crate::app::context::Ctx;
use crate::domain::id::EntryId;
use crate::error::Result;
use crate::services::audit::AuditRecorder;
use crate::storage::notebook::{NotebookDb, trash};

/// Removes deleted entries from the trash and returns the originals whose files remain to be removed.
///
/// # Errors
/// `NotFound` naming the first that is not in the trash.
pub(super) fn destroy(db: &NotebookDb<'_>, ids: &[EntryId], trail: &AuditRecorder) -> Result<Vec<Uuid>> {
    let mut files = Vec::new();
    for &id in ids {
        files.extend(trash::remove(db, id)?.ok_or_else(|| trash::not_found_error(id))?);
        trail.entry_purged(db, id)?;
    }
    Ok(files)
}

/// Destroys entries whose days in the trash have passed, on behalf of the server.
pub(super) struct TrashCleaner {
    /// Latest deletion that is due.
    until: String,
    trail: AuditRecorder,
}

impl TrashCleaner {
    pub(super) fn from_ctx(ctx: &Ctx) -> Self {
        let until = ctx.app.timestamp_in(-days(ctx.app.config.trash_days));
        Self { until, trail: AuditRecorder::from_ctx(&ctx.as_system()) }
    }

    pub(super) fn count_due(&self, db: &NotebookDb<'_>) -> Result<usize> {
        Ok(trash::list_deleted_until(db, &self.until)?.len())
    }

    /// Removes the due entries and returns the originals whose files remain to be removed.
    pub(super) fn remove_due(&self, db: &NotebookDb<'_>) -> Result<Vec<Uuid>> {
        destroy(db, &trash::list_deleted_until(db, &self.until)?, &self.trail)
    }
}

/// Returns the duration of a number of days.
pub(super) fn days(count: u32) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(count))
}
