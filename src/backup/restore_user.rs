//! Restores one user into a running installation: the notebook gets a new id and key and replaces the old one in one
//! transaction.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::backup::archive_reader::{self, ArchiveContents};
use crate::backup::data_dir_builder::{self, ClockAndRng};
use crate::backup::restore::{BackupSummary, check_database};
use crate::backup::source::BackupSource;
use crate::backup::verify::{self, ProgressCallback, SCRATCH_PREFIX};
use crate::backup::{media, rebuild_derived, report};
use crate::blocking::run_blocking;
use crate::crypto::key::SymmetricKey;
use crate::domain::audit::AuditAction;
use crate::domain::backup::{ACCOUNTS_FILE, BackupManifest};
use crate::domain::email::EmailAddress;
use crate::domain::id::NotebookId;
use crate::domain::journal_span::JournalSpan;
use crate::domain::scope::Scope;
use crate::domain::user::{User, UserRole};
use crate::error::{Error, Result};
use crate::services::accounts::users;
use crate::services::audit::{self, AuditRecorder};
use crate::storage::accounts::transfer::{self, TransferredCredentials};
use crate::storage::accounts::{self, AccountsDb, AccountsKind, maintenance};
use crate::storage::data_dir::DataDir;
use crate::storage::database::EncryptedDatabase;
use crate::storage::media::original_path;
use crate::storage::notebook::{NotebookKind, drill_samples, rebuild_mac_chain};
use crate::storage::work_dir::{self, WorkDir};
use crate::storage::{files, rekey};

/// Result of restoring one user.
#[derive(Debug, Serialize)]
pub struct RestoredUser {
    /// Backup it was restored from.
    #[serde(flatten)]
    pub summary: BackupSummary,
    /// The user after the restore.
    pub user: User,
    /// True if the user did not exist before.
    pub added: bool,
    /// New id of the notebook.
    pub notebook: NotebookId,
    /// Entries in it.
    pub entries: i64,
    /// Notebook that it replaced, kept for some days.
    pub replaced: Option<NotebookId>,
    /// Data that was not restored, with reasons.
    pub left_out: Vec<String>,
}

/// Journal that a restore replaces, and the one it restores.
#[derive(Debug)]
pub struct ReplacementSummary {
    /// Journal of the user in this installation; `None` if it is damaged, so that it will not be kept.
    pub here: Option<JournalSpan>,
    /// Journal of the user in the backup.
    pub in_backup: JournalSpan,
}

/// Returns true if the user exists in this installation; a restore then replaces their default notebook.
///
/// # Errors
/// `Forbidden` for API keys; `Conflict` for a user marked for deletion.
pub async fn user_exists(ctx: &Ctx, email: &EmailAddress) -> Result<bool> {
    ctx.caller.require_operator()?;
    let email = email.to_string();
    let found = ctx.read_accounts(Scope::AdminUsers, move |db| accounts::users::find_by_email(db, &email)).await?;
    match found {
        Some(user) if user.deleted_at.is_some() => Err(Error::conflict("the user is marked for deletion")
            .hint("undo the deletion first: `journal user delete EMAIL --undo`")),
        found => Ok(found.is_some()),
    }
}

/// Returns the present notebook of a user, if the user exists.
async fn find_present(ctx: &Ctx, email: &EmailAddress) -> Result<Option<NotebookId>> {
    let email = email.clone();
    ctx.read_accounts(Scope::AdminUsers, move |db| match accounts::users::find_by_email(db, email.as_str())? {
        Some(user) => accounts::notebooks::find_default(db, user.id),
        None => Ok(None),
    })
    .await
}

/// Returns whether a restore keeps the user's present notebook.
async fn keeps_present(ctx: &Ctx, email: &EmailAddress) -> Result<bool> {
    let (app, present) = (ctx.app.clone(), find_present(ctx, email).await?);
    run_blocking(move || Ok(present.is_some_and(|notebook| is_intact(&app, notebook)))).await
}

/// Returns whether a notebook opens and its database is intact: a damaged one would make every backup fail.
fn is_intact(app: &AppState, notebook: NotebookId) -> bool {
    let problems = app.store.notebook(notebook).and_then(|notebook| notebook.integrity_errors());
    problems.is_ok_and(|problems| problems.is_empty())
}

/// Restores one user of a backup. An existing user keeps the account and gets the backup's notebook in place of the
/// default one; a missing user is added, never as an admin.
///
/// One transaction switches the notebooks. Before that, `confirm` gets the size of both journals, if one is replaced; its
/// error ends the restore with nothing changed. The replaced notebook is kept for
/// [`REPLACED_NOTEBOOK_DAYS`](crate::services::accounts::users::REPLACED_NOTEBOOK_DAYS), so that
/// [`undo_restore`](super::undo_restore::undo_restore) can bring it back.
///
/// # Errors
/// As [`user_exists`]; `NotFound` for a user who is not in the backup; `Conflict` as for a full restore.
pub async fn restore_user(
    ctx: &Ctx,
    source: &BackupSource,
    email: &EmailAddress,
    sources: &ClockAndRng,
    without_missing: bool,
    progress: ProgressCallback<'_>,
    confirm: &(dyn Fn(&ReplacementSummary) -> Result<()> + Sync),
) -> Result<RestoredUser> {
    let replaces = user_exists(ctx, email).await?;
    source.check_description(progress)?;
    let store = &ctx.app.store;
    let manifest = archive_reader::load_manifest(source)?;
    report::ensure_free_space(store.data.root(), 2 * report::total_database_bytes(&manifest))?;
    let work = WorkDir::new(&store.data.tmp(), SCRATCH_PREFIX, sources.entropy.as_ref())?;
    let keeps = keeps_present(ctx, email).await?;
    let (contents, old) = unpack_user(source, work.path(), email, progress)?;
    let from = data_dir_builder::build_data_dir(work.path(), &contents, &verify::random_secret(sources)?, sources)?;
    verify::verify_activity(&from, old)?;
    if replaces {
        let here = if keeps { Some(users::journal_span(ctx, email.clone()).await?) } else { None };
        confirm(&ReplacementSummary { here, in_backup: from.store.notebook_span(old)? })?;
    }
    if !contents.manifest.derived {
        rebuild_derived::rebuild_index(&from, old)?;
        rebuild_derived::enqueue_embedding_jobs(&from, old)?;
    }
    let missing = missing_originals(source, &contents.manifest, old, without_missing)?;

    let arrival = IncomingNotebook { ctx, source, contents: &contents, from: &from, old };
    let id = NotebookId::draw(sources.entropy.as_ref())?;
    let placed = arrival.write_files(id, &missing, sources, progress);
    let switched = match placed {
        Ok((wrapped, entries)) => {
            arrival.assign_to_user(email, (id, wrapped), keeps).await.map(|outcome| (outcome, entries))
        }
        Err(error) => Err(error),
    };
    let ((user, before, mut omitted), entries) = match switched {
        Ok(outcome) => outcome,
        Err(error) => {
            // Files without a row have no stored key.
            store.destroy_notebook(id)?;
            return Err(error);
        }
    };
    if let Some(damaged) = before.filter(|_| !keeps) {
        store.destroy_notebook(damaged)?;
        omitted.push("the replaced journal: it was damaged, so that it was not kept".to_owned());
    }
    if !missing.is_empty() {
        omitted.push(format!("{} originals, which are missing in the backup folder", missing.len()));
    }
    let (summary, added) = (BackupSummary::of(source, &contents.manifest), before.is_none());
    let kept = before.filter(|_| keeps);
    Ok(RestoredUser { summary, user, added, notebook: id, entries, replaced: kept, left_out: omitted })
}

/// Unpacks the accounts and the user's default notebook of a backup, and returns the notebook's id.
fn unpack_user(
    source: &BackupSource,
    work: &Path,
    email: &EmailAddress,
    progress: ProgressCallback<'_>,
) -> Result<(ArchiveContents, NotebookId)> {
    // The archive has the accounts before the notebooks, so the user's notebook id is known by then.
    let mut theirs = None;
    let mut wanted = |contents: &ArchiveContents, id: NotebookId| {
        if theirs.is_none() {
            check_database(work, contents, &contents.manifest.accounts)?;
            theirs = Some(default_notebook_of(&DataDir::new(work), contents, email)?);
        }
        Ok(theirs == Some(id))
    };
    let contents = archive_reader::unpack(source, work, &mut wanted, progress)?;
    let old = theirs.ok_or_else(|| not_in_backup_error(email))?;
    for notebook in contents.manifest.notebooks.iter().filter(|notebook| notebook.id == old) {
        check_database(work, &contents, &notebook.part)?;
    }
    Ok((contents, old))
}

/// Returns the id of the user's default notebook in the backup.
fn default_notebook_of(data: &DataDir, contents: &ArchiveContents, email: &EmailAddress) -> Result<NotebookId> {
    let key = data_dir_builder::database_key(&contents.keys, ACCOUNTS_FILE)?;
    let accounts = EncryptedDatabase::<AccountsKind>::open(&data.accounts(), &key, &data.migration_lock())?;
    accounts.read(|db| {
        let user = accounts::users::find_by_email(db, email.as_str())?.ok_or_else(|| not_in_backup_error(email))?;
        accounts::notebooks::find_default(db, user.id)?.ok_or_else(|| not_in_backup_error(email))
    })
}

fn not_in_backup_error(email: &EmailAddress) -> Error {
    Error::not_found(format!("user {email} in this backup")).hint("use a backup from a date when the user existed")
}

fn missing_originals(
    source: &BackupSource,
    manifest: &BackupManifest,
    id: NotebookId,
    without_missing: bool,
) -> Result<Vec<uuid::Uuid>> {
    let missing = media::missing(&source.media, manifest, |original| original.notebook == id)?;
    if !without_missing {
        let all = manifest.originals.iter().filter(|original| original.notebook == id).count();
        media::ensure_none_missing(&source.media, &missing, all)?;
    }
    Ok(missing.into_iter().map(|original| original.id).collect())
}

/// Notebook that is being restored.
struct IncomingNotebook<'a> {
    ctx: &'a Ctx,
    source: &'a BackupSource,
    contents: &'a ArchiveContents,
    /// The unpacked backup, opened in a work folder.
    from: &'a Arc<AppState>,
    old: NotebookId,
}

impl IncomingNotebook<'_> {
    /// Writes the notebook's files to the data directory under a new key and relinks its activity log. Returns the
    /// wrapped key and the number of entries.
    fn write_files(
        &self,
        id: NotebookId,
        missing: &[uuid::Uuid],
        sources: &ClockAndRng,
        progress: ProgressCallback<'_>,
    ) -> Result<(Vec<u8>, i64)> {
        let store = &self.ctx.app.store;
        let (key, path) = (SymmetricKey::draw(sources.entropy.as_ref())?, store.data.notebook_database(id));
        files::create_private_dir(&store.data.media(id))?;
        self.from.store.notebook(self.old)?.snapshot(&path, &key, progress)?;
        let notebook: EncryptedDatabase<NotebookKind> =
            EncryptedDatabase::open(&path, &key, &store.data.migration_lock())?;
        let entries = notebook.write(|db| {
            rebuild_mac_chain::rebuild(db, &audit::activity_key(&self.ctx.app, id))?;
            drill_samples::count_entries(db)
        })?;
        let trail = AuditRecorder::for_notebook(self.ctx, id);
        notebook.write(|db| trail.notebook_restored(db, &self.source.name()))?;
        drop(notebook);
        let theirs = self.contents.manifest.originals.iter().filter(|original| original.notebook == self.old);
        for original in theirs.filter(|original| !missing.contains(&original.id)) {
            let to = original_path(&store.data.media(id), original.id);
            media::copy(&self.source.media, original, &to)?;
        }
        work_dir::sync_tree(&store.data.notebook(id))?;
        files::sync_parent(&store.data.notebook(id))?;
        Ok((rekey::wrap_notebook_key(store.root_key(), &key, id, sources.entropy.as_ref())?, entries))
    }

    /// Assigns the notebook to the user, and sets the replaced one aside or, unless `keeps`, removes it. Returns the
    /// user, the replaced notebook and the data that was not restored.
    async fn assign_to_user(
        &self,
        email: &EmailAddress,
        (id, wrapped_key): (NotebookId, Vec<u8>),
        keeps: bool,
    ) -> Result<(User, Option<NotebookId>, Vec<String>)> {
        let same = self.ctx.app.store.root_key().fingerprint() == self.contents.manifest.fingerprint;
        let baggage = self.from.store.accounts.read(|db| IncomingAccountData::load(db, email))?;
        let (trail, email) = (AuditRecorder::from_ctx(self.ctx), email.clone());
        let detail = serde_json::json!({
            "archive": self.source.name(), "created_at": self.contents.manifest.created_at, "notebook": id,
        });
        self.ctx
            .write_accounts(Scope::AdminUsers, move |db| {
                let (user, replaced, left_out) = if let Some(user) = accounts::users::find_by_email(db, email.as_str())?
                {
                    let old = accounts::notebooks::find_default(db, user.id)?;
                    let old = old.ok_or_else(|| Error::not_found("notebook to replace"))?;
                    transfer::replace_notebook(db, (user.id, old), id, &wrapped_key, trail.at())?;
                    let action = if keeps { AuditAction::NotebookSetAside } else { AuditAction::NotebookPurged };
                    trail.record(db, action, &format!("notebook:{old}"))?;
                    if !keeps {
                        accounts::notebooks::remove(db, old)?;
                    }
                    (user, Some(old), vec!["the account: the existing one is kept".to_owned()])
                } else {
                    let (user, left_out) = baggage.insert_user(db, &email, same, trail.at())?;
                    accounts::notebooks::add(db, id, user.id, "Journal", &wrapped_key, trail.at())?;
                    trail.record(db, AuditAction::UserAdded, &format!("user:{}", user.id))?;
                    (user, None, left_out)
                };
                maintenance::record(db, maintenance::MaintenanceKind::Restore, trail.at(), &detail.to_string())?;
                trail.record(db, AuditAction::Restored, &format!("user:{}", user.id))?;
                Ok((user, replaced, left_out))
            })
            .await
    }
}

/// Account data of a restored user.
struct IncomingAccountData {
    user: User,
    preferences: Vec<(String, String)>,
    credentials: TransferredCredentials,
}

impl IncomingAccountData {
    fn load(db: &AccountsDb<'_>, email: &EmailAddress) -> Result<Self> {
        let user = accounts::users::get_by_email(db, email.as_str())?;
        let preferences = accounts::preferences::list(db, user.id)?;
        let credentials = transfer::read_credentials(db, user.id)?;
        Ok(Self { user, preferences, credentials })
    }

    /// Adds the user. Password and API keys are kept only if `same`, that is, if the backup is of this installation.
    fn insert_user(
        self,
        db: &AccountsDb<'_>,
        email: &EmailAddress,
        same: bool,
        at: &str,
    ) -> Result<(User, Vec<String>)> {
        let mut left_out = Vec::new();
        let role = match self.user.role {
            UserRole::Admin => {
                left_out.push("the admin role: `journal user admin EMAIL` grants it".to_owned());
                UserRole::Member
            }
            role => role,
        };
        let display_name = &self.user.display_name;
        let row = accounts::users::NewUserRow { email, display_name, password_hash: None, role, at };
        let id = accounts::users::add(db, &row)?;
        for (key, value) in &self.preferences {
            accounts::preferences::set(db, id, key, value, at)?;
        }
        if same {
            transfer::restore_credentials(db, id, &self.credentials)?;
        } else if self.credentials.has_password() || self.credentials.key_count() > 0 {
            left_out.push(format!(
                "the password and {} API keys, which are valid only in the installation of the backup: \
                 `journal user reset-link EMAIL` sets a new password",
                self.credentials.key_count()
            ));
        }
        let user = accounts::users::find_by_id(db, id)?.ok_or_else(|| Error::not_found("user"))?;
        Ok((user, left_out))
    }
}
