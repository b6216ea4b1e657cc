//! Failed authentication attempts in the audit log, rate-limited so that an attack cannot fill the disk.

use jiff::SignedDuration;

use crate::app::context::ClientInfo;
use crate::app::state::AppState;
use crate::domain::audit::AuditAction;
use crate::error::Result;
use crate::services::audit::AuditRecorder;
use crate::storage::accounts::{AccountsDb, failed_attempts};

/// Maximum audit rows per minute, counted per account, for all unknown accounts, and for all keys: flooding one of them
/// does not suppress the others.
pub(crate) const MAX_ROWS_PER_MINUTE: i64 = 10;

/// Failed authentication attempt, detached from its request so that a transaction can record it.
pub(super) struct FailedAttempt {
    trail: AuditRecorder,
    a_minute_ago: String,
}

impl FailedAttempt {
    pub(super) fn new(app: &AppState, origin: &ClientInfo) -> Self {
        Self {
            trail: AuditRecorder::anonymous(app, origin),
            a_minute_ago: app.timestamp_in(SignedDuration::from_mins(-1)),
        }
    }

    pub(super) fn at(&self) -> &str {
        self.trail.at()
    }

    /// Records the attempt: as a row, or in the count of suppressed attempts that the next row carries.
    pub(super) fn record(&self, db: &AccountsDb<'_>, resource: &str) -> Result<()> {
        failed_attempts::record(db, resource)?;
        if failed_attempts::count_recorded_since(db, resource, &self.a_minute_ago)? >= MAX_ROWS_PER_MINUTE {
            return failed_attempts::count_suppressed(db, resource);
        }
        let left_out = failed_attempts::take_suppressed_count(db, resource)?;
        if left_out > 0 {
            self.trail.record_refused_many(db, AuditAction::FailedAuth, resource, left_out)?;
        }
        self.trail.record_refused(db, AuditAction::FailedAuth, resource)
    }
}
