//! When each kind of upkeep last went well.

use rusqlite::named_params;

use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// A kind of upkeep. Names are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A backup was made.
    Backup,
    /// A backup was read through and found whole.
    BackupVerified,
    /// A backup was restored into scratch, opened and searched.
    BackupDrill,
    /// A recovery kit was written.
    RecoveryKit,
    /// A backup was restored here.
    Restore,
    /// A server started.
    Start,
}

impl Kind {
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

/// What is known of the last time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Last {
    /// When.
    pub(crate) at: String,
    /// JSON: ids, names of archives, counts and hashes.
    pub(crate) detail: String,
}

/// Writes down that it went well.
pub(crate) fn note(db: &AccountsDb<'_>, kind: Kind, at: &str, detail: &str) -> Result<()> {
    db.run(
        "INSERT INTO upkeep (kind, at, detail) VALUES (:kind, :at, :detail)
         ON CONFLICT (kind) DO UPDATE SET at = excluded.at, detail = excluded.detail",
        named_params! { ":kind": kind.name(), ":at": at, ":detail": detail },
    )
    .map(drop)
}

/// Returns the last time that it went well.
pub(crate) fn last(db: &AccountsDb<'_>, kind: Kind) -> Result<Option<Last>> {
    db.first("SELECT at, detail FROM upkeep WHERE kind = :kind", named_params! { ":kind": kind.name() }, |row| {
        Ok(Last { at: row.get(0)?, detail: row.get(1)? })
    })
}
