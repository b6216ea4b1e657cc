//! Report of a verification or drill.

use std::path::Path;

use serde::Serialize;

use crate::app::context::Ctx;
use crate::backup::source::BackupSource;
use crate::domain::audit::AuditAction;
use crate::domain::backup::BackupManifest;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::accounts::maintenance;
use crate::storage::data_dir;

/// One check with its result.
#[derive(Debug, Serialize)]
pub struct BackupCheck {
    /// Name of the check.
    pub name: String,
    /// True if the check passed.
    pub ok: bool,
    /// Result or error message.
    pub detail: String,
    #[serde(skip)]
    failure: Option<Error>,
}

/// Checks of a backup in the order they ran; checks that depend on a failed one are skipped.
#[derive(Debug, Serialize)]
pub struct BackupReport {
    /// The archive.
    pub archive: String,
    /// Start of the backup; `None` if the manifest could not be read.
    pub created_at: Option<String>,
    /// Version of the program that wrote it.
    pub program: Option<String>,
    /// Fingerprint of the root key.
    pub fingerprint: Option<String>,
    /// True if every check passed.
    pub good: bool,
    /// The checks.
    pub checks: Vec<BackupCheck>,
    /// True if the result was recorded in the local journal, which must be the source of the backup.
    pub recorded: bool,
}

impl BackupReport {
    pub(super) fn new(source: &BackupSource) -> Self {
        Self {
            archive: source.name(),
            created_at: None,
            program: None,
            fingerprint: None,
            good: true,
            checks: Vec::new(),
            recorded: false,
        }
    }

    pub(super) fn set_manifest(&mut self, manifest: &BackupManifest) {
        self.created_at = Some(manifest.created_at.clone());
        self.program = Some(manifest.program.clone());
        self.fingerprint = Some(manifest.fingerprint.clone());
    }

    /// Adds a check; returns true if it passed.
    pub(super) fn add_check(&mut self, name: impl Into<String>, outcome: Result<String>) -> bool {
        let (ok, detail, failure) = match outcome {
            Ok(detail) => (true, detail, None),
            Err(error) => (false, error.to_string(), Some(error)),
        };
        self.good &= ok;
        self.checks.push(BackupCheck { name: name.into(), ok, detail, failure });
        ok
    }

    /// Converts the report into a result.
    ///
    /// # Errors
    /// The first failed check.
    pub fn into_result(self) -> Result<()> {
        match self.checks.into_iter().find_map(|check| check.failure) {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }
}

/// Records a successful check in the local journal; returns false if the backup is of another journal.
pub(super) async fn record_success(
    here: Option<&Ctx>,
    manifest: &BackupManifest,
    source: &BackupSource,
    action: AuditAction,
    kind: maintenance::MaintenanceKind,
) -> Result<bool> {
    let Some(ctx) = here.filter(|ctx| ctx.app.store.root_key().fingerprint() == manifest.fingerprint) else {
        return Ok(false);
    };
    let (trail, archive) = (AuditRecorder::from_ctx(ctx), source.name());
    let detail = serde_json::json!({
        "archive": archive,
        "created_at": manifest.created_at,
        "notebooks": manifest.notebooks.len(),
        "originals": manifest.originals.len(),
    });
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        maintenance::record(db, kind, trail.at(), &detail.to_string())?;
        trail.record(db, action, &format!("backup:{archive}"))
    })
    .await?;
    Ok(true)
}

/// Checks for free disk space: `bytes`, 10 % and 16 MiB more. Fails before anything is written.
pub(super) fn ensure_free_space(place: &Path, bytes: u64) -> Result<()> {
    let there = place.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let (free, shown) = (data_dir::free_bytes(there)?, place.display());
    // The reserve is for migrations, WAL files and folders.
    let needed = bytes + bytes / 10 + (16 << 20);
    if free >= needed {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "{shown} has {} MiB free, and this needs {} MiB",
        free >> 20,
        needed.div_ceil(1 << 20)
    ))
    .hint("free some space, or use another folder; nothing was written"))
}

/// Returns the total size of an archive's databases in bytes.
pub(super) fn total_database_bytes(manifest: &BackupManifest) -> u64 {
    manifest.accounts.bytes + manifest.notebooks.iter().map(|notebook| notebook.part.bytes).sum::<u64>()
}
