//! Batch importer: stores entries with their attachments, many per transaction. Idempotent: known entries are skipped.

use std::collections::HashSet;

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc::{self, UnboundedSender};
use uuid::Uuid;

use crate::app::context::Ctx;
use crate::domain::entry::SourceType;
use crate::domain::id::JobId;
use crate::domain::scope::Scope;
use crate::domain::{export_document, tag, text};
use crate::egress::DerivedJobs;
use crate::error::{Error, Result};
use crate::import_export::progress::forward_progress;
use crate::import_export::report::{ImportReport, RejectedEntry, SkippedAttachment, UndatedEntry};
use crate::services::audit::AuditRecorder;
use crate::services::ingest::dating::DatingNote;
use crate::services::ingest::source_update::{ChangePolicy, SourceMatch};
use crate::services::ingest::uploads::{MAX_FILES, SNIFF_BYTES, UploadKind};
use crate::services::ingest::{EntryDraft, EntrySourceFile, EntrySubmitter};
use crate::storage::database::EncryptedDatabase;
use crate::storage::media::{MediaStore, PendingUpload, PlacedFiles, SealedFile};
use crate::storage::notebook::entries::EntryDating;
use crate::storage::notebook::{NotebookDb, NotebookKind, jobs, sources, uploads};

/// Maximum entries per transaction.
const MAX_BATCH_ENTRIES: usize = 256;
/// Maximum text bytes per transaction.
const MAX_BATCH_BYTES: usize = 8 << 20;
/// Maximum originals per transaction.
const MAX_BATCH_ORIGINALS: usize = 64;
/// Maximum length of a file name in code points; longer names are truncated.
const MAX_LABEL: usize = 255;

/// Reads a file from its start and passes each chunk to a closure.
pub(super) type ChunkReader = Box<dyn FnMut(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()>>;

/// Photograph or recording referenced by an entry.
pub(super) struct EntryAttachment {
    pub(super) name: String,
    pub(super) kind: UploadKind,
    /// Reads the whole file on each call.
    pub(super) read_chunks: ChunkReader,
    /// Expected MD5, hex.
    pub(super) md5: Option<String>,
}

/// Entry read from an import source.
pub(super) struct ImportedEntry {
    /// Its name in the source, for the report.
    pub(super) name: String,
    pub(super) draft: EntryDraft,
    /// True if the source has its date.
    pub(super) is_dated: bool,
    /// Remark about its date, for the report.
    pub(super) note: Option<DatingNote>,
    pub(super) attachments: Vec<EntryAttachment>,
    /// Referenced attachments without a file.
    pub(super) missing: Vec<SkippedAttachment>,
}

/// Text of an import source before validation.
pub(super) struct SourceText<'a> {
    pub(super) raw: &'a str,
    pub(super) body: &'a str,
    pub(super) title: Option<&'a str>,
    pub(super) tags: &'a [String],
    pub(super) date: Date,
    /// Label of its source row.
    pub(super) label: &'a str,
    pub(super) media_type: &'a str,
    /// Time of day, and the origin of the date.
    pub(super) dating: EntryDating<'static>,
    /// Parts whose SHA-256 detects an entry that already exists.
    pub(super) content: &'a [&'a str],
    /// Id of the entry in the source, by which it is recognised when it changed.
    pub(super) identity: Option<String>,
}

impl SourceText<'_> {
    /// Validates the text and converts it to a draft.
    ///
    /// # Errors
    /// `Invalid` for a text, date or tags that an entry must not have.
    pub(super) fn to_draft(&self, ctx: &Ctx) -> Result<EntryDraft> {
        let mut hash = Sha256::new();
        for part in self.content {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let raw = text::validate_entry_text(self.raw)?.to_owned();
        let body = text::validate_entry_text(self.body)?.to_owned();
        let tags = tag::normalize(self.tags)?;
        let date = ctx.app.entry_date_bounds().check(self.date)?;
        let (source, submitter) = (SourceType::ImportedTextFile, EntrySubmitter::from_ctx(ctx));
        let draft = EntryDraft {
            title: self.title.and_then(text::title),
            tags,
            files: vec![EntrySourceFile {
                position: 1,
                label: text::preview(self.label, MAX_LABEL),
                media_type: self.media_type.to_owned(),
                hash: hash.finalize().to_vec(),
                identity: self.identity.clone(),
                page: None,
            }],
            dating: self.dating,
            ..EntryDraft::new(raw, body, date, source, submitter)
        };
        draft.ensure_permitted()
    }
}

/// Imports the entries that `find` adds, on a blocking thread; writes nothing in a dry run.
pub(super) async fn import_entries(
    ctx: &Ctx,
    (dry_run, policy): (bool, ChangePolicy),
    progress: &(dyn Fn(u64, u64) + Sync),
    find: impl FnOnce(&mut BatchImporter<'_>) -> Result<()> + Send + 'static,
) -> Result<ImportReport> {
    ctx.caller.authorize(Scope::Ingest)?;
    let store = ctx.media_to_add(Scope::Ingest).await?;
    let follow_ups = DerivedJobs::from_config(ctx).await?;
    let (progress_sender, mut messages) = mpsc::unbounded_channel();
    let own = ctx.clone();
    let work = ctx.with_notebook_restricted(Scope::Ingest, move |notebook, _| {
        let report = ImportReport { dry_run, ..ImportReport::default() };
        let mut taking = BatchImporter {
            ctx: &own,
            notebook,
            store,
            dry_run,
            progress: progress_sender,
            policy,
            follow_ups,
            seen: HashSet::new(),
            batch: ImportBatch::default(),
            report,
        };
        find(&mut taking)?;
        taking.flush()?;
        Ok(taking.report)
    });
    let report = forward_progress(work, &mut messages, progress).await;
    // Batches committed before an error have jobs too.
    if !dry_run {
        ctx.wake_worker();
    }
    report
}

/// Collects entries into batches and stores them.
pub(super) struct BatchImporter<'a> {
    pub(super) ctx: &'a Ctx,
    notebook: &'a EncryptedDatabase<NotebookKind>,
    store: MediaStore,
    dry_run: bool,
    progress: UnboundedSender<(u64, u64)>,
    policy: ChangePolicy,
    follow_ups: DerivedJobs,
    /// Identities of this run.
    seen: HashSet<Vec<u8>>,
    batch: ImportBatch,
    pub(super) report: ImportReport,
}

/// Entries to store in one transaction.
#[derive(Default)]
struct ImportBatch {
    entries: Vec<(EntryDraft, Vec<SealedOriginal>)>,
    /// Changed sources of existing entries.
    updates: Vec<EntryDraft>,
    /// Sources that are known by their bytes only.
    adopted: Vec<EntryDraft>,
    bytes: usize,
    originals: usize,
    /// Created with the first original.
    intake: Option<PendingUpload>,
}

/// Sealed original, not yet stored in the database.
struct SealedOriginal {
    id: Uuid,
    name: String,
    media_type: &'static str,
    sealed: SealedFile,
}

impl BatchImporter<'_> {
    /// Reports progress.
    pub(super) fn report_progress(&self, done: u64, total: u64) {
        // The receiver is dropped if the command was cancelled.
        let _ = self.progress.send((done, total));
    }

    /// Adds a rejected entry to the report.
    pub(super) fn reject(&mut self, name: String, error: &Error) {
        self.report.refused.push(RejectedEntry::new(name, error));
    }

    /// Adds an entry to the batch unless it already exists.
    pub(super) fn add_entry(&mut self, found: ImportedEntry) -> Result<()> {
        let ImportedEntry { name, draft, is_dated, note, attachments, missing } = found;
        if !self.seen.insert(draft.source_key()) {
            self.report.already_there += 1;
            return Ok(());
        }
        match self.notebook.read(|db| draft.match_source(db, self.policy))? {
            SourceMatch::New => {}
            known => return self.add_known(name, draft, known),
        }
        self.report.date_notes.extend(note.map(|note| format!("{name}: {note}")));
        self.report.left_out.extend(missing);
        let mut taken = Vec::new();
        for (attachment, position) in attachments.into_iter().zip(1..) {
            let file = attachment.name.clone();
            if position > MAX_FILES {
                let message = format!("an entry has at most {MAX_FILES} originals");
                self.report.left_out.push(SkippedAttachment { name: name.clone(), file, message });
                continue;
            }
            match self.seal_original(attachment)? {
                Ok(sealed) => {
                    self.report.originals += 1;
                    taken.extend(sealed);
                }
                Err(error) => {
                    self.report.left_out.push(SkippedAttachment {
                        name: name.clone(),
                        file,
                        message: error.to_string(),
                    });
                }
            }
        }
        if !is_dated {
            self.report.undated.push(UndatedEntry { name, entry_date: draft.date.clone() });
        }
        self.report.taken += 1;
        if self.dry_run {
            return Ok(());
        }
        self.batch.bytes += draft.raw.len() + draft.body.len();
        self.batch.originals += taken.len();
        self.batch.entries.push((draft, taken));
        let is_full = self.batch.entries.len() >= MAX_BATCH_ENTRIES
            || self.batch.bytes >= MAX_BATCH_BYTES
            || self.batch.originals >= MAX_BATCH_ORIGINALS;
        if is_full { self.flush() } else { Ok(()) }
    }

    /// Adds a source whose entry exists to the batch.
    fn add_known(&mut self, name: String, draft: EntryDraft, known: SourceMatch) -> Result<()> {
        match known {
            SourceMatch::EditedHere(_) => self.report.edited_here.push(name),
            SourceMatch::Changed { .. } => {
                self.report.updated += 1;
                self.batch.bytes += draft.raw.len() + draft.body.len();
                self.batch.updates.push(draft);
            }
            SourceMatch::Unchanged(_) | SourceMatch::New => {
                self.report.already_there += 1;
                self.batch.adopted.push(draft);
            }
        }
        if self.dry_run {
            self.batch = ImportBatch::default();
            return Ok(());
        }
        let is_full = self.batch.updates.len() + self.batch.adopted.len() >= MAX_BATCH_ENTRIES
            || self.batch.bytes >= MAX_BATCH_BYTES;
        if is_full { self.flush() } else { Ok(()) }
    }

    /// Seals an original. The inner error skips this original, the outer one aborts the import.
    fn seal_original(&mut self, mut attachment: EntryAttachment) -> Result<Result<Option<SealedOriginal>>> {
        // Checked before anything is written, because an intake file that was begun must be finished.
        let media_type = match detect_media_type(&mut attachment) {
            Ok(media_type) => media_type,
            Err(error) => return Ok(Err(error)),
        };
        if self.dry_run {
            return Ok(Ok(None));
        }
        let entropy = self.ctx.app.entropy.as_ref();
        if self.batch.intake.is_none() {
            self.batch.intake = Some(self.store.begin_upload(JobId::draw(entropy)?.0)?);
        }
        let intake = self.batch.intake.as_ref().expect("the intake was created above");
        let id = JobId::draw(entropy)?.0;
        let mut sealing = intake.begin_file(id)?;
        (attachment.read_chunks)(&mut |piece| sealing.write(piece))?;
        Ok(Ok(Some(SealedOriginal { id, name: attachment.name, media_type, sealed: sealing.finish()? })))
    }

    /// Stores the current batch.
    fn flush(&mut self) -> Result<()> {
        let batch = std::mem::take(&mut self.batch);
        if batch.entries.is_empty() && batch.updates.is_empty() && batch.adopted.is_empty() {
            return Ok(());
        }
        let trail = AuditRecorder::from_ctx(self.ctx);
        let placed = batch.intake.as_ref().map(PendingUpload::publish).transpose()?;
        let jobs = || Ok::<_, Error>((JobId::draw(self.ctx.app.entropy.as_ref())?, &self.follow_ups));
        self.notebook.write(|db| {
            for entry in &batch.entries {
                store_entry(self.ctx, db, &trail, entry)?;
            }
            for draft in &batch.updates {
                // Matched again in the transaction, because the entry may have been edited meanwhile.
                draft.update_if_changed(db, self.policy, jobs()?, &trail)?;
            }
            batch.adopted.iter().try_for_each(|draft| draft.adopt_identity(db))
        })?;
        placed.into_iter().for_each(PlacedFiles::keep);
        Ok(())
    }
}

fn store_entry(
    ctx: &Ctx,
    db: &NotebookDb<'_>,
    trail: &AuditRecorder,
    (draft, originals): &(EntryDraft, Vec<SealedOriginal>),
) -> Result<()> {
    // Another process may have added it meanwhile; its originals are then orphans that the next sweep removes.
    if matches!(draft.match_source(db, ChangePolicy::Copy)?, SourceMatch::Unchanged(_)) {
        return Ok(());
    }
    let id = draft.add(db, trail)?;
    for original in originals {
        let label = text::preview(&original.name, MAX_LABEL);
        let hash = original.sealed.plain_hash;
        let source = sources::add(db, id, &label, original.media_type, &hash, trail.at())?;
        uploads::add_media(db, original.id, original.media_type, &original.sealed, trail.at())?;
        uploads::assign_to_source(db, original.id, source)?;
    }
    jobs::enqueue_for_new_entry(db, JobId::draw(ctx.app.entropy.as_ref())?, jobs::EMBED, id, trail.at())
}

/// Reads a file to its end and returns its media type, detected from the content.
///
/// # Errors
/// `Invalid` if it is empty, too large, of another type, or its MD5 differs.
fn detect_media_type(attachment: &mut EntryAttachment) -> Result<&'static str> {
    let (kind, mut head, mut bytes) = (attachment.kind, Vec::with_capacity(SNIFF_BYTES), 0);
    let mut md5 = md5::Md5::default();
    (attachment.read_chunks)(&mut |piece| {
        bytes += piece.len() as u64;
        if bytes > kind.max_file() {
            return Err(Error::invalid(format!("it is larger than {} MiB", kind.max_file() >> 20)));
        }
        let missing = SNIFF_BYTES.saturating_sub(head.len()).min(piece.len());
        head.extend_from_slice(&piece[..missing]);
        md5.update(piece);
        Ok(())
    })?;
    let expected = attachment.md5.as_ref().map(|expected| expected.to_ascii_lowercase());
    if expected.is_some_and(|expected| expected != data_encoding::HEXLOWER.encode(&md5.finalize())) {
        return Err(Error::invalid("its content does not match the MD5 in the source journal"));
    }
    match kind.sniff(&head) {
        Some(media_type) if export_document::file_extension(media_type) != "bin" => Ok(media_type),
        _ => Err(Error::invalid("its content does not match its file extension")),
    }
}
