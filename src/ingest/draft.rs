//! What is ready to be stored as an entry, wherever it came from; and the one way in which it is stored.

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::entry::Author;
use crate::model::entry::CharRange;
use crate::model::entry::SourceType;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::within::Within;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entries;
use crate::storage::notebook::sources;
use crate::storage::notebook::tags;
use crate::storage::notebook::uploads;

/// An entry that is ready to be stored.
#[derive(Debug)]
pub(crate) struct Draft {
    /// All that was typed, read or heard.
    pub(crate) raw: String,
    /// What becomes the entry's text.
    pub(crate) body: String,
    pub(crate) title: Option<String>,
    pub(crate) tags: Vec<String>,
    /// `YYYY-MM-DD`.
    pub(crate) date: String,
    /// False for a date that cannot be right: nothing is derived from such an entry, and nobody finds it.
    pub(crate) date_confirmed: bool,
    pub(crate) source: SourceType,
    /// The part of `raw` that is the entry; `None` is all of it.
    pub(crate) window: Option<CharRange>,
    /// Doubtful places in `raw`.
    pub(crate) spans: Vec<CharRange>,
    /// What it came from, in order.
    pub(crate) files: Vec<File>,
    /// The job that works on the upload; its originals become the entry's.
    pub(crate) upload: Option<JobId>,
    pub(crate) bringer: Bringer,
}

/// Who brings an entry.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bringer {
    /// The assistant, where it is one.
    pub(crate) author: Option<Author>,
    /// What they reach of the notebook: what they bring lies within, and what lies outside is not there for them.
    pub(crate) within: Within,
}

impl Bringer {
    /// Takes who asks.
    pub(crate) fn of(ctx: &Ctx) -> Self {
        Self { author: ctx.author(), within: ctx.within() }
    }
}

/// A file that an entry came from.
#[derive(Debug)]
pub(crate) struct File {
    /// From 1, as in the upload.
    pub(crate) position: i64,
    pub(crate) label: String,
    pub(crate) media_type: String,
    /// SHA-256 of the bytes as they came in.
    pub(crate) hash: Vec<u8>,
    /// What was read on it, if it is a page.
    pub(crate) page: Option<String>,
}

impl Draft {
    /// Refuses what lies outside of what its bringer reaches, before anything is done for it.
    ///
    /// # Errors
    /// `Forbidden`.
    pub(crate) fn admitted(self) -> Result<Self> {
        self.admit().map(|()| self)
    }

    fn admit(&self) -> Result<()> {
        self.bringer.within.admit(&self.date, self.date_confirmed, &self.tags)
    }

    /// Finds the entry that came from the same file.
    pub(crate) fn already_there(&self, db: &NotebookDb<'_>) -> Result<Option<EntryId>> {
        for file in &self.files {
            if let Some(entry) = sources::entry_with(db, &file.hash, &self.bringer.within)? {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// Adds the entry with its files, pages and doubtful places; an upload's originals become the entry's.
    ///
    /// Who calls this sees to its chunks in the same transaction, unless the date is in doubt.
    ///
    /// # Errors
    /// `Conflict` for an upload of which the notebook got a file meanwhile; `Forbidden` for what lies outside of what its
    /// bringer reaches.
    pub(crate) fn add(&self, db: &NotebookDb<'_>, trail: &Trail) -> Result<EntryId> {
        self.admit()?;
        let Bringer { author, within } = &self.bringer;
        if self.upload.is_some() {
            for file in &self.files {
                refuse_known(db, self.source, file.position, &file.hash, within)?;
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
        let mut handed_over = Vec::with_capacity(self.files.len());
        for file in &self.files {
            let source = sources::add(db, id, &file.label, &file.media_type, &file.hash, trail.at())?;
            if let Some(page) = &file.page {
                sources::add_page(db, id, file.position, page, source, trail.at())?;
            }
            handed_over.push((file.position, source));
        }
        tags::set(db, id, &self.tags)?;
        entries::add_uncertain_spans(db, id, &self.spans, trail.at())?;
        if let Some(job) = self.upload {
            uploads::hand_over(db, job, &handed_over)?;
        }
        trail.created(db, id)?;
        Ok(id)
    }
}

/// Refuses a page or recording whose bytes an entry of the notebook came from.
///
/// # Errors
/// `Conflict` naming the entry.
pub(crate) fn refuse_known(
    db: &NotebookDb<'_>,
    source: SourceType,
    position: i64,
    hash: &[u8],
    within: &Within,
) -> Result<()> {
    let Some(entry) = sources::entry_with(db, hash, within)? else { return Ok(()) };
    Err(Error::conflict(format!("{} {position} is already in entry {entry}", noun(source)))
        .hint(format!("`journal show {entry}` shows it; delete it first if this upload is to replace it")))
}

/// Returns what a file of an upload is called.
pub(crate) fn noun(source: SourceType) -> &'static str {
    if source == SourceType::Photo { "page" } else { "recording" }
}
