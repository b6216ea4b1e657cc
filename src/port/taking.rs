//! How texts from elsewhere come in: many to a transaction, each once, with the files that they show.

use std::collections::HashSet;

use jiff::civil::Date;
use sha2::Digest;
use sha2::Sha256;
use tokio::sync::mpsc;
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::ingest::Bringer;
use crate::ingest::Draft;
use crate::ingest::File;
use crate::ingest::uploads::HEAD;
use crate::ingest::uploads::Kind;
use crate::ingest::uploads::MAX_FILES;
use crate::model::entry::SourceType;
use crate::model::id::JobId;
use crate::model::portable;
use crate::model::scope::Scope;
use crate::model::tag;
use crate::model::text;
use crate::port;
use crate::port::report::LeftOut;
use crate::port::report::Refused;
use crate::port::report::Report;
use crate::port::report::Undated;
use crate::storage::database::Database;
use crate::storage::media::Intake;
use crate::storage::media::MediaStore;
use crate::storage::media::Placed;
use crate::storage::media::Sealed;
use crate::storage::notebook::Notebook;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::jobs;
use crate::storage::notebook::sources;
use crate::storage::notebook::uploads;

/// Entries that are stored together.
const BATCH: usize = 256;
/// Bytes of their texts.
const BATCH_BYTES: usize = 8 << 20;
/// Originals that are stored together.
const BATCH_ORIGINALS: usize = 64;
/// Code points kept of a file's name.
const MAX_LABEL: usize = 255;

/// Hands pieces of a file to a closure until its end.
pub(super) type Pieces = Box<dyn FnMut(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()>>;

/// A photograph or recording that an entry shows.
pub(super) struct Attachment {
    /// What it is called.
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Reads it from its beginning, each time it is called.
    pub(super) pieces: Pieces,
    /// MD5 that it is said to have, hex.
    pub(super) md5: Option<String>,
}

/// An entry from elsewhere.
pub(super) struct Found {
    /// What it is called there, for the report.
    pub(super) name: String,
    pub(super) draft: Draft,
    /// Whether it says its date.
    pub(super) is_dated: bool,
    pub(super) attachments: Vec<Attachment>,
}

/// A text from elsewhere, before it was looked at.
pub(super) struct Written<'a> {
    pub(super) raw: &'a str,
    pub(super) body: &'a str,
    pub(super) title: Option<&'a str>,
    pub(super) tags: &'a [String],
    pub(super) date: Date,
    /// What its source is called.
    pub(super) label: &'a str,
    pub(super) media_type: &'a str,
    /// What makes it this entry and no other: its SHA-256 tells whether it is there already.
    pub(super) identity: &'a [&'a str],
}

impl Written<'_> {
    /// Makes a draft of it.
    ///
    /// # Errors
    /// `Invalid` for a text, date or tags that no entry may have.
    pub(super) fn draft(&self, ctx: &Ctx) -> Result<Draft> {
        let mut hash = Sha256::new();
        for part in self.identity {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let draft = Draft {
            raw: text::checked(self.raw)?.to_owned(),
            body: text::checked(self.body)?.to_owned(),
            title: self.title.and_then(text::title),
            tags: tag::normalised(self.tags)?,
            date: ctx.app.bounds().check(self.date)?.to_string(),
            date_confirmed: true,
            source: SourceType::ImportedTextFile,
            window: None,
            spans: Vec::new(),
            files: vec![File {
                position: 1,
                label: text::preview(self.label, MAX_LABEL),
                media_type: self.media_type.to_owned(),
                hash: hash.finalize().to_vec(),
                page: None,
            }],
            upload: None,
            bringer: Bringer::of(ctx),
        };
        draft.admitted()
    }
}

/// Takes in what a closure finds, on a thread of its own; nothing is written in a dry run.
pub(super) async fn take(
    ctx: &Ctx,
    dry_run: bool,
    progress: &(dyn Fn(u64, u64) + Sync),
    find: impl FnOnce(&mut Taking<'_>) -> Result<()> + Send + 'static,
) -> Result<Report> {
    ctx.caller.authorize(Scope::Ingest)?;
    let store = ctx.media_to_add(Scope::Ingest).await?;
    let (told, mut heard) = mpsc::unbounded_channel();
    let own = ctx.clone();
    let work = ctx.act_within(Scope::Ingest, move |notebook, _| {
        let report = Report { dry_run, ..Report::default() };
        let mut taking =
            Taking { ctx: &own, notebook, store, dry_run, told, seen: HashSet::new(), batch: Batch::default(), report };
        find(&mut taking)?;
        taking.flush()?;
        Ok(taking.report)
    });
    let report = port::hear(work, &mut heard, progress).await;
    // Batches that were stored before something went wrong have their jobs too.
    if !dry_run {
        ctx.left_work();
    }
    report
}

/// Entries on their way in.
pub(super) struct Taking<'a> {
    pub(super) ctx: &'a Ctx,
    notebook: &'a Database<Notebook>,
    store: MediaStore,
    dry_run: bool,
    told: UnboundedSender<(u64, u64)>,
    /// Hashes of what came in so far.
    seen: HashSet<Vec<u8>>,
    batch: Batch,
    pub(super) report: Report,
}

/// What is stored together.
#[derive(Default)]
struct Batch {
    entries: Vec<(Draft, Vec<Taken>)>,
    bytes: usize,
    originals: usize,
    /// Begun with the first original.
    intake: Option<Intake>,
}

/// An original that was sealed.
struct Taken {
    id: Uuid,
    name: String,
    media_type: &'static str,
    sealed: Sealed,
}

impl Taking<'_> {
    /// Says how far it is.
    pub(super) fn tell(&self, done: u64, total: u64) {
        // Nobody hears it any more once the command was given up.
        let _ = self.told.send((done, total));
    }

    /// Notes what cannot become an entry.
    pub(super) fn refuse(&mut self, name: String, error: &Error) {
        self.report.refused.push(Refused::new(name, error));
    }

    /// Takes an entry, unless it is there.
    pub(super) fn entry(&mut self, found: Found) -> Result<()> {
        let Found { name, draft, is_dated, attachments } = found;
        let hash = draft.files.first().map(|file| file.hash.clone()).unwrap_or_default();
        let known = self.notebook.read(|db| draft.already_there(db))?.is_some();
        if !self.seen.insert(hash) || known {
            self.report.already_there += 1;
            return Ok(());
        }
        let mut taken = Vec::new();
        for (attachment, position) in attachments.into_iter().zip(1..) {
            let file = attachment.name.clone();
            if position > MAX_FILES {
                let message = format!("an entry has at most {MAX_FILES} originals");
                self.report.left_out.push(LeftOut { name: name.clone(), file, message });
                continue;
            }
            match self.original(attachment)? {
                Ok(sealed) => {
                    self.report.originals += 1;
                    taken.extend(sealed);
                }
                Err(error) => {
                    self.report.left_out.push(LeftOut { name: name.clone(), file, message: error.to_string() });
                }
            }
        }
        if !is_dated {
            self.report.undated.push(Undated { name, entry_date: draft.date.clone() });
        }
        self.report.taken += 1;
        if self.dry_run {
            return Ok(());
        }
        self.batch.bytes += draft.raw.len() + draft.body.len();
        self.batch.originals += taken.len();
        self.batch.entries.push((draft, taken));
        let is_full = self.batch.entries.len() >= BATCH
            || self.batch.bytes >= BATCH_BYTES
            || self.batch.originals >= BATCH_ORIGINALS;
        if is_full { self.flush() } else { Ok(()) }
    }

    /// Seals an original; the inner error says why it cannot be taken, the outer one ends everything.
    fn original(&mut self, mut attachment: Attachment) -> Result<Result<Option<Taken>>> {
        // Looked at before anything of it is written: a file that was begun has to come to its end.
        let media_type = match looked_at(&mut attachment) {
            Ok(media_type) => media_type,
            Err(error) => return Ok(Err(error)),
        };
        if self.dry_run {
            return Ok(Ok(None));
        }
        let entropy = self.ctx.app.entropy.as_ref();
        if self.batch.intake.is_none() {
            self.batch.intake = Some(self.store.begin(JobId::draw(entropy)?.0)?);
        }
        let intake = self.batch.intake.as_ref().expect("it was begun");
        let id = JobId::draw(entropy)?.0;
        let mut sealing = intake.file(id)?;
        (attachment.pieces)(&mut |piece| sealing.write(piece))?;
        Ok(Ok(Some(Taken { id, name: attachment.name, media_type, sealed: sealing.finish()? })))
    }

    /// Stores what came in so far.
    fn flush(&mut self) -> Result<()> {
        let batch = std::mem::take(&mut self.batch);
        if batch.entries.is_empty() {
            return Ok(());
        }
        let trail = Trail::of(self.ctx);
        let placed = batch.intake.as_ref().map(Intake::place).transpose()?;
        self.notebook.write(|db| batch.entries.iter().try_for_each(|entry| store(self.ctx, db, &trail, entry)))?;
        placed.into_iter().for_each(Placed::keep);
        Ok(())
    }
}

fn store(ctx: &Ctx, db: &NotebookDb<'_>, trail: &Trail, (draft, originals): &(Draft, Vec<Taken>)) -> Result<()> {
    // Another process may have brought it meanwhile; its originals are then strays that the next sweep takes.
    if draft.already_there(db)?.is_some() {
        return Ok(());
    }
    let id = draft.add(db, trail)?;
    for original in originals {
        let label = text::preview(&original.name, MAX_LABEL);
        let hash = original.sealed.plain_hash;
        let source = sources::add(db, id, &label, original.media_type, &hash, trail.at())?;
        uploads::add_media(db, original.id, original.media_type, &original.sealed, trail.at())?;
        uploads::give_to_source(db, original.id, source)?;
    }
    jobs::enqueue_first(db, JobId::draw(ctx.app.entropy.as_ref())?, jobs::EMBED, id, trail.at())
}

/// Reads a file through and returns what it is by its content.
///
/// # Errors
/// `Invalid` for one that is empty, too large, something else, or not the one that it is said to be.
fn looked_at(attachment: &mut Attachment) -> Result<&'static str> {
    let (kind, mut head, mut bytes) = (attachment.kind, Vec::with_capacity(HEAD), 0);
    let mut md5 = md5::Md5::default();
    (attachment.pieces)(&mut |piece| {
        bytes += piece.len() as u64;
        if bytes > kind.max_file() {
            return Err(Error::invalid(format!("it has more than {} MiB", kind.max_file() >> 20)));
        }
        let missing = HEAD.saturating_sub(head.len()).min(piece.len());
        head.extend_from_slice(&piece[..missing]);
        md5.update(piece);
        Ok(())
    })?;
    let said = attachment.md5.as_ref().map(|said| said.to_ascii_lowercase());
    if said.is_some_and(|said| said != data_encoding::HEXLOWER.encode(&md5.finalize())) {
        return Err(Error::invalid("it was changed: its content is not the one that the journal names"));
    }
    match kind.sniff(&head) {
        Some(media_type) if portable::ending(media_type) != "bin" => Ok(media_type),
        _ => Err(Error::invalid("its content is not what its name says")),
    }
}
