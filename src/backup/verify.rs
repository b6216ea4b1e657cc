//! Verifies a backup: decrypts and hashes every byte, checks every database, the audit trail and activity logs.

use std::path::Path;
use std::sync::Arc;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::backup::archive_reader::{self, ArchiveContents};
use crate::backup::data_dir_builder::{self, ClockAndRng};
use crate::backup::media;
use crate::backup::report::{self, BackupReport};
use crate::backup::source::BackupSource;
use crate::crypto::key::SymmetricKey;
use crate::crypto::media::MediaIdentity;
use crate::crypto::secret_key;
use crate::domain::audit::AuditAction;
use crate::domain::backup::{ACCOUNTS_FILE, DatabasePart, notebook_file};
use crate::domain::id::NotebookId;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;
use crate::services::{audit, auth};
use crate::storage::accounts::{self, maintenance};
use crate::storage::database::snapshot;
use crate::storage::notebook::{activity, drill_samples, full_text, state, uploads};
use crate::storage::work_dir::WorkDir;

/// Name prefix of work folders.
pub(super) const SCRATCH_PREFIX: &str = ".journal-scratch-";

/// Progress callback: done and total, in the same unit.
pub type ProgressCallback<'a> = &'a dyn Fn(u64, u64);

/// Verifies a backup. `here` is the journal on this machine, if any; `scratch` is the folder for work files, by default
/// the archive's folder.
///
/// # Errors
/// `Forbidden` for API keys; `Unauthenticated` if no identity decrypts the archive; `Conflict` if disk space is short.
/// Defects of the backup itself are in the report.
pub async fn verify(
    source: &BackupSource,
    here: Option<&Ctx>,
    scratch: Option<&Path>,
    sources: &ClockAndRng,
    progress: ProgressCallback<'_>,
) -> Result<BackupReport> {
    if let Some(ctx) = here {
        ctx.caller.require_operator()?;
    }
    let mut report = BackupReport::new(source);
    let Some((work, contents)) = unpack(source, scratch, sources, &mut report, progress)? else { return Ok(report) };
    let folder = work.path();
    let named = |id: &NotebookId| notebook_file(*id);
    let parts = contents.manifest.notebooks.iter().map(|notebook| (named(&notebook.id), &notebook.part));
    let mut sound = true;
    for (name, part) in std::iter::once((ACCOUNTS_FILE.to_owned(), &contents.manifest.accounts)).chain(parts) {
        let key = data_dir_builder::database_key(&contents.keys, &name);
        sound &= report.add_check(&name, key.and_then(|key| verify_database(&folder.join(&name), &key, part)));
    }
    if !(sound && report.add_check("root key", data_dir_builder::root_key(&contents).map(|root| root.fingerprint()))) {
        return Ok(report);
    }
    let app = match data_dir_builder::build_data_dir(folder, &contents, &random_secret(sources)?, sources) {
        Ok(app) => app,
        Err(error) => {
            report.add_check("opening", Err(error));
            return Ok(report);
        }
    };
    report.add_check("opening", verify_notebook_list(&app, &contents));
    report.add_check("audit trail", verify_audit_trail(&app, &contents).await);
    for notebook in &contents.manifest.notebooks {
        report.add_check(format!("notebook {}", notebook.id), verify_notebook(&app, &contents, notebook.id));
    }
    report.add_check("originals", verify_originals(source, &contents, progress));
    if report.good {
        let (action, kind) = (AuditAction::BackupVerified, maintenance::MaintenanceKind::BackupVerified);
        report.recorded = report::record_success(here, &contents.manifest, source, action, kind).await?;
    }
    Ok(report)
}

/// Unpacks the archive into a work folder; `None` if that failed, with the failure in the report.
pub(super) fn unpack(
    source: &BackupSource,
    scratch: Option<&Path>,
    sources: &ClockAndRng,
    report: &mut BackupReport,
    progress: ProgressCallback<'_>,
) -> Result<Option<(WorkDir, ArchiveContents)>> {
    let described = source.check_description(progress);
    let detail = |had| if had { "size and hash match" } else { "the archive has no description" };
    if !report.add_check("description", described.map(|had| detail(had).to_owned())) {
        return Ok(None);
    }
    let parent = scratch.unwrap_or_else(|| source.folder());
    report::ensure_free_space(parent, source.bytes)?;
    let work = WorkDir::new(parent, SCRATCH_PREFIX, sources.entropy.as_ref())
        .map_err(|error| Error::new(error.kind(), error.to_string()).hint("name another folder with --scratch DIR"))?;
    match archive_reader::unpack(source, work.path(), &mut |_, _| Ok(true), progress) {
        Ok(contents) => {
            report.set_manifest(&contents.manifest);
            let bytes = source.bytes;
            report.add_check("archive", Ok(format!("{bytes} bytes authenticated, every part matches the manifest")));
            Ok(Some((work, contents)))
        }
        Err(error) if error.kind() == ErrorKind::Conflict => {
            report.add_check("archive", Err(error));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Draws a random secret that is not stored.
pub(super) fn random_secret(sources: &ClockAndRng) -> Result<Secret<String>> {
    secret_key::draw(sources.entropy.as_ref())
}

/// Checks a database file without migrating it: page MACs, structure, schema version and row counts.
pub(super) fn verify_database(path: &Path, key: &SymmetricKey, part: &DatabasePart) -> Result<String> {
    if let [first, rest @ ..] = snapshot::integrity_errors(path, key)?.as_slice() {
        return Err(Error::conflict(format!("{}: {first} (and {} more)", part.name, rest.len()))
            .hint("use another backup; the source journal may already have been damaged"));
    }
    let census = snapshot::summarize(path, key)?;
    if census.schema != part.schema || census.rows != part.rows {
        return Err(Error::conflict(format!("schema or row counts of {} differ from the manifest", part.name))
            .hint("use another backup"));
    }
    let rows: i64 = census.rows.values().sum();
    Ok(format!("pages authenticated, structure intact, {rows} rows in {} tables", census.rows.len()))
}

fn verify_notebook_list(app: &AppState, contents: &ArchiveContents) -> Result<String> {
    let there = app.store.accounts.read(accounts::notebooks::list_ids)?;
    let named: Vec<NotebookId> = contents.manifest.notebooks.iter().map(|notebook| notebook.id).collect();
    if there == named {
        return Ok(format!("opens as a data directory, {} notebooks", there.len()));
    }
    Err(Error::conflict("the accounts database lists other notebooks than the archive").hint("use another backup"))
}

async fn verify_audit_trail(app: &Arc<AppState>, contents: &ArchiveContents) -> Result<String> {
    let verdict = audit::verify(&auth::administration(app.clone())).await?;
    let events = verdict.ensure_intact()?;
    let last = app.store.accounts.read(|db| accounts::audit::list_newest(db, None, 1))?.pop();
    let (seq, mac) = last.map_or((0, String::new()), |event| (event.seq, event.mac));
    if (seq, mac.as_str()) != (contents.manifest.audit.seq, contents.manifest.audit.mac.as_str()) {
        return Err(Error::conflict("the audit trail does not end as the manifest says").hint("use another backup"));
    }
    Ok(format!("{events} events and {} checkpoints verified", verdict.checkpoints))
}

/// Checks a notebook's full-text index, activity log, media identity and list of originals.
fn verify_notebook(app: &AppState, contents: &ArchiveContents, id: NotebookId) -> Result<String> {
    let notebook = app.store.notebook(id)?;
    if contents.manifest.derived && !notebook.write(full_text::is_consistent)? {
        return Err(Error::conflict("its full-text index does not match the entries")
            .hint("the backup can still be restored: `journal reindex --fts` rebuilds the index"));
    }
    let lines = verify_activity(app, id)?;
    let identity = notebook.read(state::media_identity)?;
    if contents.keys.originals.get(&id) != Some(identity.expose()) {
        return Err(Error::conflict("its media identity is not the one in the archive").hint("use another backup"));
    }
    let mut named = contents.manifest.originals.iter().filter(|original| original.notebook == id);
    for (known, hash) in notebook.read(uploads::list_sealed_hashes)? {
        let hash = data_encoding::HEXLOWER.encode(&hash);
        if !named.next().is_some_and(|original| original.id == known && original.sha256 == hash) {
            return Err(originals_mismatch_error());
        }
    }
    if named.next().is_some() {
        return Err(originals_mismatch_error());
    }
    let entries = notebook.read(drill_samples::count_entries)?;
    Ok(format!("{entries} entries match the index and originals, {lines} activity records verified"))
}

fn originals_mismatch_error() -> Error {
    Error::conflict("the manifest lists other originals than the notebook").hint("use another backup")
}

/// Verifies the hash chain of a notebook's activity log; returns its record count.
pub(super) fn verify_activity(app: &AppState, id: NotebookId) -> Result<i64> {
    let key = audit::activity_key(app, id);
    match app.store.notebook(id)?.read(|db| activity::verify_chain(db, &key))? {
        (lines, None) => Ok(lines),
        (_, Some(seq)) => Err(Error::conflict(format!("record {seq} of its activity log was changed or removed"))
            .hint("the database was changed before the backup; compare it with an older backup")),
    }
}

/// Decrypts every original to its end.
fn verify_originals(
    source: &BackupSource,
    contents: &ArchiveContents,
    progress: ProgressCallback<'_>,
) -> Result<String> {
    let all = &contents.manifest.originals;
    let missing = media::missing(&source.media, &contents.manifest, |_| true)?;
    media::ensure_none_missing(&source.media, &missing, all.len())?;
    let bytes: u64 = all.iter().map(|original| original.bytes).sum();
    let mut done = 0;
    for original in all {
        media::check(&source.media, original, &media_identity(contents, original.notebook)?)?;
        done += original.bytes;
        progress(done, bytes);
    }
    Ok(format!("{} originals authenticated for their notebooks, {bytes} bytes", all.len()))
}

/// Returns the identity that decrypts a notebook's originals.
pub(super) fn media_identity(contents: &ArchiveContents, id: NotebookId) -> Result<MediaIdentity> {
    let lacking = || Error::conflict("the archive has no media identity for a notebook").hint("use another backup");
    let text = contents.keys.originals.get(&id).ok_or_else(lacking)?;
    MediaIdentity::parse(&Secret::new(text.clone())).map_err(|error| lacking().caused_by(error))
}
