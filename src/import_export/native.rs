//! Imports a native export into an empty notebook, with the original ids and timestamps, or rolls back.

mod document_reader;
mod source;
mod validate;

pub use source::NativeImportArgs;

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::mpsc::{self, UnboundedSender};
use uuid::Uuid;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::domain::audit::AuditAction;
use crate::domain::export_document::{ExportedCorrection, ExportedEntry, ExportedOriginal, ExportedPolicy};
use crate::domain::id::JobId;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::import_export::native::document_reader::DocumentItem;
use crate::import_export::native::source::{ExportSource, ExportVisitor};
use crate::import_export::progress::forward_progress;
use crate::services::audit::AuditRecorder;
use crate::storage::hashing_io;
use crate::storage::media::{PendingUpload, PlacedFiles};
use crate::storage::notebook::import_rows::{self, entities};
use crate::storage::notebook::{NotebookDb, egress, export_rows, jobs, uploads};

/// Read buffer size in bytes.
const READ_BUFFER_BYTES: usize = 64 * 1024;

/// Result or dry run of a native import.
#[derive(Debug, Default, Serialize)]
pub struct NativeImportResult {
    /// True if nothing was written.
    pub dry_run: bool,
    /// Format version of the export.
    pub version: u32,
    /// Entries.
    pub entries: usize,
    /// Originals.
    pub originals: usize,
    /// Bytes of the originals.
    pub original_bytes: u64,
    /// Entities.
    pub entities: usize,
}

/// Imports an export into the caller's notebook, which must be empty, in one transaction.
///
/// Vectors are computed by jobs. The egress policy becomes the stricter combination of the notebook's and the export's.
///
/// # Errors
/// `Conflict` for a notebook that is not empty, a missing or altered original, a newer format version or a damaged
/// archive; `Invalid` if it is not an export; `Unauthenticated` if no identity decrypts it.
pub async fn import(
    ctx: &Ctx,
    from: NativeImportArgs,
    dry_run: bool,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<NativeImportResult> {
    ctx.caller.authorize(Scope::Ingest)?;
    // The import also sets the egress policy.
    ctx.caller.authorize(Scope::Account)?;
    let store = ctx.media(Scope::Ingest).await?;
    let upload = JobId::draw(ctx.app.entropy.as_ref())?.0;
    let (progress_sender, mut messages) = mpsc::unbounded_channel();
    let (app, trail) = (ctx.app.clone(), AuditRecorder::from_ctx(ctx));
    let work = ctx.with_notebook(Scope::Ingest, move |notebook| {
        notebook.read(ensure_empty)?;
        let place = ExportSource::locate(&from)?;
        if dry_run {
            return notebook.dry_run(|db| NativeImporter::new(db, &app, None).run(&place, &progress_sender));
        }
        let intake = store.begin_upload(upload)?;
        let mut placed = None;
        let imported = notebook.write(|db| {
            ensure_empty(db)?;
            let imported = NativeImporter::new(db, &app, Some(&intake)).run(&place, &progress_sender)?;
            trail.data_imported(db)?;
            placed = Some(intake.publish()?);
            Ok(imported)
        })?;
        placed.into_iter().for_each(PlacedFiles::keep);
        Ok(imported)
    });
    let imported = NativeImportResult { dry_run, ..forward_progress(work, &mut messages, progress).await? };
    if !dry_run {
        let (trail, resource) = (AuditRecorder::from_ctx(ctx), format!("notebook:{}", ctx.notebook()?));
        ctx.write_accounts(Scope::Ingest, move |db| trail.record(db, AuditAction::DataImported, &resource)).await?;
        ctx.wake_worker();
    }
    Ok(imported)
}

fn ensure_empty(db: &NotebookDb<'_>) -> Result<()> {
    if export_rows::is_empty(db)? {
        return Ok(());
    }
    Err(Error::conflict("the journal is not empty; an export can only be imported into an empty one").hint(
        "add a user with `journal user add` and pass --user; to add texts to a journal, use `journal import markdown`",
    ))
}

/// Original referenced by the document, not read yet.
struct ReferencedOriginal {
    source: i64,
    sha256: String,
    original: ExportedOriginal,
}

/// Imports one export within a transaction.
struct NativeImporter<'a> {
    db: &'a NotebookDb<'a>,
    app: &'a Arc<AppState>,
    /// `None` in a dry run.
    intake: Option<&'a PendingUpload>,
    wanted: BTreeMap<Uuid, ReferencedOriginal>,
    /// Added last, because they may precede the entries and entities they reference.
    corrections: Vec<ExportedCorrection>,
    report: NativeImportResult,
}

impl<'a> NativeImporter<'a> {
    fn new(db: &'a NotebookDb<'a>, app: &'a Arc<AppState>, intake: Option<&'a PendingUpload>) -> Self {
        let corrections = Vec::new();
        Self { db, app, intake, wanted: BTreeMap::new(), corrections, report: NativeImportResult::default() }
    }

    fn run(mut self, place: &ExportSource, progress: &UnboundedSender<(u64, u64)>) -> Result<NativeImportResult> {
        let total = place.total_bytes();
        place.read(&mut self, &mut |done| {
            // The receiver is dropped if the command was cancelled.
            let _ = progress.send((done, total));
        })?;
        self.corrections.iter().try_for_each(|said| entities::add_correction(self.db, said))?;
        if let Some(wanted) = self.wanted.values().next() {
            let (name, count) = (wanted.original.file_name(), self.wanted.len());
            return Err(Error::conflict(format!("{count} originals are missing, the first is {name}"))
                .hint("use a complete copy of the export; nothing was changed"));
        }
        Ok(self.report)
    }

    fn add_item(&mut self, item: DocumentItem) -> Result<()> {
        match item {
            DocumentItem::Policy(policy) => self.merge_policy(&policy),
            DocumentItem::Entry(entry) => self.add_entry(*entry),
            DocumentItem::Entity(entity) => {
                self.report.entities += 1;
                entities::add_entity(self.db, &entity)
            }
            DocumentItem::Mention(mention) => entities::add_mention(self.db, &mention),
            DocumentItem::Relationship(relationship) => entities::add_relationship(self.db, &relationship),
            DocumentItem::MergeCandidate(pair) => entities::add_merge_candidate(self.db, &pair),
            DocumentItem::Merge(merge) => entities::add_merge(self.db, &merge),
            DocumentItem::PairDecision(pair) => entities::add_pair_decision(self.db, &pair),
            DocumentItem::Correction(said) => {
                self.corrections.push(said);
                Ok(())
            }
        }
    }

    fn add_entry(&mut self, entry: ExportedEntry) -> Result<()> {
        validate::validate_entry(&entry)?;
        import_rows::add_entry(self.db, &entry)?;
        if entry.date_confirmed {
            let job = JobId::draw(self.app.entropy.as_ref())?;
            jobs::enqueue_for_new_entry(self.db, job, jobs::EMBED, entry.id, &self.app.now_timestamp())?;
        }
        self.report.entries += 1;
        for source in entry.sources {
            let Some(original) = source.original else { continue };
            let wanted = ReferencedOriginal { source: source.id, sha256: source.sha256, original };
            let name = wanted.original.file_name();
            if self.wanted.insert(wanted.original.id, wanted).is_some() {
                return Err(Error::invalid(format!("the original {name} is listed twice"))
                    .hint("export the journal again; nothing was changed"));
            }
        }
        Ok(())
    }

    /// Sets the stricter combination of both egress policies.
    fn merge_policy(&self, policy: &ExportedPolicy) -> Result<()> {
        let mut allowed = egress::find_policy(self.db)?;
        allowed.local_only |= policy.local_only;
        allowed.purposes = match (allowed.purposes, policy.purposes.clone()) {
            (Some(here), Some(there)) => Some(here.into_iter().filter(|purpose| there.contains(purpose)).collect()),
            (here, there) => here.or(there),
        };
        let more = policy.redact.iter().filter(|kind| !allowed.redact.contains(kind));
        let more: Vec<_> = more.copied().collect();
        allowed.redact.extend(more);
        egress::set_policy(self.db, &allowed)?;
        policy.words.iter().try_for_each(|word| egress::add_redaction_word(self.db, word))
    }
}

impl ExportVisitor for NativeImporter<'_> {
    fn document(&mut self, from: &mut dyn Read) -> Result<()> {
        if self.report.version > 0 {
            return Err(
                Error::invalid("the archive contains two exports").hint("name an archive that `journal export` wrote")
            );
        }
        let from = std::io::BufReader::with_capacity(READ_BUFFER_BYTES, from);
        self.report.version = document_reader::read_document(from, &mut |item| self.add_item(item))?;
        Ok(())
    }

    fn pending_originals(&self) -> Vec<ExportedOriginal> {
        self.wanted.values().map(|wanted| wanted.original.clone()).collect()
    }

    fn original(&mut self, id: Uuid, from: &mut dyn Read) -> Result<()> {
        let Some(wanted) = self.wanted.remove(&id) else { return Ok(()) };
        // The trash may have an original with this id.
        let taken = uploads::media_exists(self.db, id)?;
        let id = if taken { JobId::draw(self.app.entropy.as_ref())?.0 } else { id };
        let mut sealing = self.intake.map(|intake| intake.begin_file(id)).transpose()?;
        let altered = || {
            Error::conflict(format!("the original {} differs from the one exported", wanted.original.file_name()))
                .hint("use another copy of the export; nothing was changed")
        };
        let mut bytes = 0;
        let unread = |error: std::io::Error| altered().caused_by(error);
        let sum = hashing_io::hash_blocks(from, unread, |piece| {
            bytes += piece.len() as u64;
            if bytes > wanted.original.bytes {
                return Err(altered());
            }
            sealing.as_mut().map_or(Ok(()), |sealing| sealing.write(piece))
        })?;
        if sum.bytes != wanted.original.bytes || sum.sha256 != wanted.sha256 {
            return Err(altered());
        }
        if let Some(sealing) = sealing {
            let sealed = sealing.finish()?;
            let original = ExportedOriginal { id, ..wanted.original.clone() };
            import_rows::add_original(self.db, wanted.source, &original, &sealed)?;
        }
        self.report.originals += 1;
        self.report.original_bytes += bytes;
        Ok(())
    }
}
