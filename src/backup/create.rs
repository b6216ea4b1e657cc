//! Creates a backup: checks, snapshots, encryption, then an atomic rename to the archive's final name.

use std::path::PathBuf;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::app::context::Ctx;
use crate::backup::archive_writer::{self, ArchiveParts, PartContent};
use crate::backup::disk_space::SpaceRequired;
use crate::backup::originals::OriginalCopyCounts;
use crate::backup::progress::ProgressCounter;
use crate::backup::prune;
use crate::backup::recipients::RecipientArgs;
use crate::backup::repository::{self, BackupRepository};
use crate::backup::retention::RetentionPolicy;
use crate::backup::snapshots::{BackupSnapshots, SnapshotRun};
use crate::clock;
use crate::config::ValueSource;
use crate::crypto::age_archive::ArchiveRecipient;
use crate::domain::audit::AuditAction;
use crate::domain::backup::{self, BackupDescription, BackupKeys, BackupManifest, NotebookBackupPart};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::accounts::{self, maintenance};
use crate::storage::files;
use crate::storage::hashing_io::{self, FileDigest};
use crate::storage::work_dir::WorkDir;

/// Arguments of `journal backup create`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct CreateBackupArgs {
    /// Folder for the backups, created if necessary; default: the setting backup.dir
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
    /// Recipients to encrypt to.
    #[command(flatten)]
    pub recipients: RecipientArgs,
    /// Retention rules applied afterwards.
    #[command(flatten)]
    pub keep: RetentionPolicy,
    /// Omit vectors and full-text index; a restore rebuilds them
    #[arg(long)]
    pub without_derived: bool,
    /// Read all files back from disk and compare their hashes
    #[arg(long)]
    pub check: bool,
}

/// Result of `journal backup create`.
#[derive(Debug, Serialize)]
pub struct BackupResult {
    /// Name of the archive.
    pub archive: String,
    /// Path of the archive.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256, hex.
    pub sha256: String,
    /// Recipients it is encrypted to.
    pub recipients: Vec<String>,
    /// Notebooks in it.
    pub notebooks: usize,
    /// Counts of copied and present originals.
    pub originals: OriginalCopyCounts,
    /// True if it was read back.
    pub checked: bool,
    /// Backups removed afterwards; `None` without retention rules.
    pub pruned: Option<prune::PruneResult>,
    /// Warnings for the operator.
    pub warnings: Vec<String>,
    /// Duration in seconds.
    pub seconds: f64,
}

/// Creates a backup. `progress` gets the bytes done and the estimated total.
///
/// # Errors
/// `Forbidden` unless the caller is the operator; `Invalid` for bad recipients or retention rules; `Conflict` for an
/// unsuitable folder, too little disk space or a damaged original; `Limited` while another process holds the lock.
pub async fn create(ctx: &Ctx, wanted: CreateBackupArgs, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<BackupResult> {
    ctx.caller.require_operator()?;
    let (store, begun) = (&ctx.app.store, ctx.app.clock.now());
    let recipients = wanted.recipients.read(&ctx.app.config)?;
    let rules = wanted.keep.rules()?;
    let folder = BackupRepository::open_locked(&repository::validate_path(&ctx.app, wanted.to.as_deref())?)?;
    let notebooks = store.accounts.read(accounts::notebooks::list_ids)?;
    let need = SpaceRequired::measure(&store.data, &notebooks, folder.path())?;
    let mut warnings = Vec::new();
    if need.ensure_free_space(&store.data, folder.path(), !wanted.without_derived)? {
        warnings.push(format!(
            "{} is on the same disk as the data directory: if it fails, both are lost",
            folder.path().display()
        ));
    }
    let at = clock::format_timestamp(begun);
    let name = folder.free_name(&at);
    // Audited first: a backup that cannot be recorded is not created.
    let (trail, resource) = (AuditRecorder::from_ctx(ctx), format!("backup:{name}"));
    ctx.write_accounts(Scope::AdminUsers, move |db| trail.record(db, AuditAction::BackupCreated, &resource)).await?;
    let meter = ProgressCounter::new(need.databases * 2 + need.originals, progress);
    let work = WorkDir::new(&store.data.tmp(), "backup-", ctx.app.entropy.as_ref())?;
    let derived = !wanted.without_derived;
    let taken = SnapshotRun { store, work: work.path(), folder: &folder, meter: &meter, derived }.run()?;
    let making = ArchiveBuilder {
        ctx,
        folder: &folder,
        name: &name,
        at: &at,
        begun: u64::try_from(begun.as_second()).unwrap_or(0),
        recipients: &recipients,
        derived,
    };
    let described = making.publish(&taken, &meter)?;
    drop(work);
    if wanted.check {
        verify_written(&folder, &name, &described)?;
    }
    let detail = serde_json::json!({
        "archive": name, "sha256": described.sha256, "bytes": described.bytes, "notebooks": taken.notebooks.len(),
        "originals": described.originals.len(),
    });
    let noted = at.clone();
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        maintenance::record(db, maintenance::MaintenanceKind::Backup, &noted, &detail.to_string())
    })
    .await?;
    let pruned = match rules {
        Some(rules) => Some(prune::prune_locked(ctx, &folder, &rules).await?),
        None => None,
    };
    Ok(BackupResult {
        path: folder.archive_path(&name),
        archive: name,
        bytes: described.bytes,
        sha256: described.sha256,
        recipients: described.recipients,
        notebooks: taken.notebooks.len(),
        originals: taken.tally,
        checked: wanted.check,
        pruned,
        warnings,
        seconds: ctx.app.clock.now().duration_since(begun).as_secs_f64(),
    })
}

/// Builds one archive.
struct ArchiveBuilder<'a> {
    ctx: &'a Ctx,
    folder: &'a BackupRepository,
    name: &'a str,
    at: &'a str,
    /// Same instant, in seconds since the Unix epoch.
    begun: u64,
    recipients: &'a [ArchiveRecipient],
    derived: bool,
}

impl ArchiveBuilder<'_> {
    /// Writes the archive and its description; the atomic rename comes last, so a named archive is complete.
    fn publish(&self, taken: &BackupSnapshots, meter: &ProgressCounter<'_>) -> Result<BackupDescription> {
        let manifest = self.manifest(taken);
        let placed = self.write(&manifest, taken, meter).and_then(|sum| {
            let described = manifest.into_description(sum.bytes, sum.sha256);
            let text = to_json(&described)?;
            files::write_atomic(&self.folder.description_path(self.name), &text)?;
            files::rename(&self.folder.temp_path(self.name), &self.folder.archive_path(self.name))?;
            files::sync_dir(self.folder.path())?;
            Ok(described)
        });
        placed.inspect_err(|_| {
            // The next run removes files that cannot be removed now.
            if let Err(error) = self.folder.discard(self.name) {
                tracing::warn!("an incomplete archive could not be removed; the next run retries: {error:?}");
            }
        })
    }

    fn write(
        &self,
        manifest: &BackupManifest,
        taken: &BackupSnapshots,
        meter: &ProgressCounter<'_>,
    ) -> Result<FileDigest> {
        let manifest_text = to_json(manifest)?;
        let keys = self.keys(taken);
        let settings = to_json(&self.settings())?;
        let sealed_keys = to_json(&keys)?;
        let databases = std::iter::once(&taken.accounts).chain(taken.notebooks.iter().map(|(_, taken, _)| taken));
        let own = [
            (backup::MANIFEST_FILE, PartContent::Bytes(&manifest_text)),
            (backup::KEYS_FILE, PartContent::Bytes(&sealed_keys)),
            (backup::SETTINGS_FILE, PartContent::Bytes(&settings)),
        ];
        let files = databases.map(|taken| (taken.part.name.as_str(), PartContent::File(&taken.path)));
        let parts = ArchiveParts { parts: own.into_iter().chain(files).collect(), at: self.begun };
        let plain: [&[u8]; 6] = [
            b"ustar\x0000",
            b"manifest.json",
            b"SQLite format 3\0",
            manifest.fingerprint.as_bytes(),
            keys.root.as_bytes(),
            keys.databases[backup::ACCOUNTS_FILE].as_bytes(),
        ];
        archive_writer::write_archive(&self.folder.temp_path(self.name), self.recipients, &parts, &plain, meter)
    }

    fn manifest(&self, taken: &BackupSnapshots) -> BackupManifest {
        BackupManifest {
            format: backup::FORMAT_VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            created_at: self.at.to_owned(),
            fingerprint: self.ctx.app.store.root_key().fingerprint(),
            recipients: self.recipients.iter().map(|recipient| recipient.display_name().to_owned()).collect(),
            derived: self.derived,
            accounts: taken.accounts.part.clone(),
            notebooks: taken
                .notebooks
                .iter()
                .map(|(id, taken, _)| NotebookBackupPart { id: *id, part: taken.part.clone() })
                .collect(),
            originals: taken.originals.clone(),
            audit: taken.audit.clone(),
        }
    }

    fn keys(&self, taken: &BackupSnapshots) -> BackupKeys {
        let databases = std::iter::once(&taken.accounts).chain(taken.notebooks.iter().map(|(_, taken, _)| taken));
        BackupKeys {
            root: self.ctx.app.store.root_key().to_text().expose().clone(),
            databases: databases.map(|taken| (taken.part.name.clone(), taken.key.to_text().expose().clone())).collect(),
            originals: taken.notebooks.iter().map(|(id, _, identity)| (*id, identity.expose().clone())).collect(),
        }
    }

    /// Settings with an explicit value, without secrets.
    fn settings(&self) -> serde_json::Map<String, serde_json::Value> {
        let settings = self.ctx.app.config.settings.iter();
        let given = settings.filter(|setting| {
            !setting.definition.secret && !matches!(setting.origin, ValueSource::Default | ValueSource::Unset)
        });
        given.filter_map(|setting| Some((setting.definition.key.to_owned(), setting.display_value()?.into()))).collect()
    }
}

fn to_json<T: Serialize>(value: &T) -> Result<Zeroizing<Vec<u8>>> {
    serde_json::to_vec(value).map(Zeroizing::new).map_err(|error| Error::internal("writing JSON", error))
}

/// Reads the archive and its originals back from disk and compares their hashes.
fn verify_written(folder: &BackupRepository, name: &str, described: &BackupDescription) -> Result<()> {
    let wrong = |what: String| {
        Error::conflict(format!("{what} differs from the data that was written"))
            .hint("the disk may be faulty; write the backup to another one")
    };
    if hashing_io::hash_file(&folder.archive_path(name), &|_| {})?.sha256 != described.sha256 {
        return Err(wrong(format!("the archive {name}")));
    }
    for original in &described.originals {
        let file = backup::original_file(original.notebook, original.id);
        if hashing_io::hash_file(&folder.path().join(&file), &|_| {})?.sha256 != original.sha256 {
            return Err(wrong(format!("the original {file}")));
        }
    }
    Ok(())
}
