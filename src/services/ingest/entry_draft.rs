//! Entry drafts of every ingestion path, and the single function that stores them.

use jiff::civil::Date;

use crate::app::context::Ctx;
use crate::domain::access_filter::AccessFilter;
use crate::domain::entry::{AssistantAuthor, CharRange, SourceType};
use crate::domain::id::{EntryId, JobId};
use crate::egress::DerivedJobs;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::notebook::{NotebookDb, entries, jobs, sources, tags, uploads};

/// A validated entry, ready to be stored.
#[derive(Debug)]
pub(crate) struct EntryDraft {
    /// Complete text as typed, read or transcribed.
    pub(crate) raw: String,
    /// Final text of the entry.
    pub(crate) body: String,
    pub(crate) title: Option<String>,
    pub(crate) tags: Vec<String>,
    /// `YYYY-MM-DD`.
    pub(crate) date: String,
    /// False for an implausible date: nothing is derived from such an entry and searches skip it.
    pub(crate) date_confirmed: bool,
    pub(crate) source: SourceType,
    /// Range of `raw` that is the entry; `None` means all of it.
    pub(crate) window: Option<CharRange>,
    /// Uncertain spans in `raw`.
    pub(crate) spans: Vec<CharRange>,
    /// Source files, in order.
    pub(crate) files: Vec<EntrySourceFile>,
    /// The upload's job; its originals are attached to the entry.
    pub(crate) upload: Option<JobId>,
    pub(crate) submitter: EntrySubmitter,
}

/// The submitter of an entry and the part of the notebook it may access.
#[derive(Debug, Clone, Default)]
pub(crate) struct EntrySubmitter {
    /// The assistant, if the submitter is one.
    pub(crate) author: Option<AssistantAuthor>,
    /// Access boundary: the entry must be inside it, and entries outside are invisible to the submitter.
    pub(crate) within: AccessFilter,
}

impl EntrySubmitter {
    /// Builds the submitter from the caller.
    pub(crate) fn from_ctx(ctx: &Ctx) -> Self {
        Self { author: ctx.author(), within: ctx.restriction() }
    }
}

/// A file that an entry was made from.
#[derive(Debug)]
pub(crate) struct EntrySourceFile {
    /// From 1, in the order of the upload.
    pub(crate) position: i64,
    pub(crate) label: String,
    pub(crate) media_type: String,
    /// SHA-256 of the original bytes.
    pub(crate) hash: Vec<u8>,
    /// Text read from it, if it is a page.
    pub(crate) page: Option<String>,
}

impl EntryDraft {
    /// Creates a draft with a confirmed date and neither title, tags, spans nor files.
    pub(crate) fn new(raw: String, body: String, date: Date, source: SourceType, submitter: EntrySubmitter) -> Self {
        Self {
            raw,
            body,
            title: None,
            tags: Vec::new(),
            date: date.to_string(),
            date_confirmed: true,
            source,
            window: None,
            spans: Vec::new(),
            files: Vec::new(),
            upload: None,
            submitter,
        }
    }

    /// Rejects an entry outside the submitter's access boundary.
    ///
    /// # Errors
    /// `Forbidden`.
    pub(crate) fn ensure_permitted(self) -> Result<Self> {
        self.check_permitted().map(|()| self)
    }

    fn check_permitted(&self) -> Result<()> {
        self.submitter.within.ensure_visible(&self.date, self.date_confirmed, &self.tags)
    }

    /// Finds an existing entry made from the same file.
    pub(crate) fn find_duplicate(&self, db: &NotebookDb<'_>) -> Result<Option<EntryId>> {
        for file in &self.files {
            if let Some(entry) = sources::find_entry_by_hash(db, &file.hash, &self.submitter.within)? {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// Adds the entry with its files, pages and uncertain spans; attaches the upload's originals to it.
    ///
    /// The caller enqueues the embedding job in the same transaction, unless the date is uncertain.
    ///
    /// # Errors
    /// `Conflict` if an entry was made from one of the upload's files in the meantime; `Forbidden` outside the
    /// submitter's access boundary.
    pub(crate) fn add(&self, db: &NotebookDb<'_>, trail: &AuditRecorder) -> Result<EntryId> {
        self.check_permitted()?;
        let EntrySubmitter { author, within } = &self.submitter;
        if self.upload.is_some() {
            for file in &self.files {
                reject_duplicate(db, self.source, file.position, &file.hash, within)?;
            }
        }
        let row = entries::NewEntry {
            entry_date: &self.date,
            date_confirmed: self.date_confirmed,
            title: self.title.as_deref(),
            source_type: self.source,
            raw_text: &self.raw,
            final_text: &self.body,
            window: self.window,
            added_by: author.as_ref(),
            at: trail.at(),
        };
        let id = entries::add(db, &row)?;
        let mut positions = Vec::with_capacity(self.files.len());
        for file in &self.files {
            let source = sources::add(db, id, &file.label, &file.media_type, &file.hash, trail.at())?;
            if let Some(page) = &file.page {
                sources::add_page(db, id, file.position, page, source, trail.at())?;
            }
            positions.push((file.position, source));
        }
        tags::set(db, id, &self.tags)?;
        entries::add_uncertain_spans(db, id, &self.spans, trail.at())?;
        if let Some(job) = self.upload {
            uploads::assign_to_sources(db, job, &positions)?;
        }
        trail.entry_created(db, id)?;
        Ok(id)
    }
}

impl EntryDraft {
    /// Adds the entry, and enqueues the embedding job and the jobs that derive data from it.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub(crate) fn add_with_jobs(
        &self,
        db: &NotebookDb<'_>,
        (job, follow_ups): (JobId, &DerivedJobs),
        trail: &AuditRecorder,
    ) -> Result<EntryId> {
        let id = self.add(db, trail)?;
        jobs::enqueue_for_new_entry(db, job, jobs::EMBED, id, trail.at())?;
        follow_ups.enqueue(db, id, trail.at())?;
        Ok(id)
    }
}

/// Rejects a page or recording if an entry of the notebook was made from the same bytes.
///
/// # Errors
/// `Conflict` naming the entry.
pub(crate) fn reject_duplicate(
    db: &NotebookDb<'_>,
    source: SourceType,
    position: i64,
    hash: &[u8],
    within: &AccessFilter,
) -> Result<()> {
    let Some(entry) = sources::find_entry_by_hash(db, hash, within)? else { return Ok(()) };
    Err(Error::conflict(format!("{} {position} is already in entry {entry}", file_noun(source)))
        .hint(format!("`journal show {entry}` shows it; delete it first if this upload is to replace it")))
}

/// Returns the noun for a file of an upload.
pub(crate) fn file_noun(source: SourceType) -> &'static str {
    if source == SourceType::Photo { "page" } else { "recording" }
}
