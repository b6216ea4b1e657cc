//! Time of the last successful run per kind of maintenance.

use rusqlite::named_params;

use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Kind of maintenance; names are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MaintenanceKind {
    /// A backup was created.
    Backup,
    /// A backup was read in full and verified.
    BackupVerified,
    /// A backup was restored into a work folder, opened and searched.
    BackupDrill,
    /// A recovery kit was created.
    RecoveryKit,
    /// A backup was restored here.
    Restore,
    /// A server started.
    Start,
}

impl MaintenanceKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::BackupVerified => "backup_verified",
            Self::BackupDrill => "backup_drill",
            Self::RecoveryKit => "recovery_kit",
            Self::Restore => "restore",
            Self::Start => "start",
        }
    }
}

/// The last successful run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LastRun {
    /// Time, RFC 3339.
    pub(crate) at: String,
    /// JSON: ids, archive names, counts and hashes.
    pub(crate) detail: String,
}

/// Records a successful run.
pub(crate) fn record(db: &AccountsDb<'_>, kind: MaintenanceKind, at: &str, detail: &str) -> Result<()> {
    db.execute(
        "INSERT INTO upkeep (kind, at, detail) VALUES (:kind, :at, :detail)
         ON CONFLICT (kind) DO UPDATE SET at = excluded.at, detail = excluded.detail",
        named_params! { ":kind": kind.name(), ":at": at, ":detail": detail },
    )
    .map(drop)
}

/// Returns the last successful run.
pub(crate) fn find_last(db: &AccountsDb<'_>, kind: MaintenanceKind) -> Result<Option<LastRun>> {
    db.query_optional(
        "SELECT at, detail FROM upkeep WHERE kind = :kind",
        named_params! { ":kind": kind.name() },
        |row| Ok(LastRun { at: row.get(0)?, detail: row.get(1)? }),
    )
}
