//! Sources that are imported again: recognised by their identity, and updated if they changed.
//!
//! The identity of a file is its path, that of an entry of another program its id there. Equal bytes mean the same source only
//! if no identity was recorded for them, or on the same day.

use crate::domain::entry::Entry;
use crate::domain::id::{EntryId, JobId};
use crate::egress::DerivedJobs;
use crate::error::Result;
use crate::services::audit::AuditRecorder;
use crate::services::ingest::entry_draft::{EntryDraft, EntrySourceFile};
use crate::services::ingest::normalized_hash::normalized_hash;
use crate::storage::notebook::{NotebookDb, chunks, entries, jobs, properties, sources, versions};

/// Treatment of a source that changed since it was imported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ChangePolicy {
    /// The entry gets a new version, unless it was edited here
    #[default]
    Update,
    /// The entry is left as it is
    Skip,
    /// The changed text becomes another entry
    Copy,
}

/// The entry that was made from a draft's source before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SourceMatch {
    /// The source is new.
    New,
    /// The source has not changed, or the policy leaves its entry as it is.
    Unchanged(EntryId),
    /// The source changed; the entry has not been edited since.
    Changed {
        /// The entry.
        entry: EntryId,
        /// Id of the entry's source file.
        source: i64,
        /// False if only front matter, line ends or trailing white space changed.
        is_text_changed: bool,
    },
    /// The source changed, and the entry was edited here.
    EditedHere(EntryId),
}

impl EntryDraft {
    /// Finds the entry that was made from the draft's source.
    ///
    /// A source with the same bytes and no recorded identity takes this identity, so that later changes are recognised.
    pub(crate) fn match_source(&self, db: &NotebookDb<'_>, policy: ChangePolicy) -> Result<SourceMatch> {
        let Some((file, identity)) = self.identified_file() else {
            return Ok(self.find_duplicate(db)?.map_or(SourceMatch::New, SourceMatch::Unchanged));
        };
        let within = &self.submitter.within;
        let Some(known) = sources::find_by_identity(db, identity, within)? else {
            let same = sources::find_by_content(db, &file.hash, &self.date, within)?;
            return Ok(same.map_or(SourceMatch::New, |same| SourceMatch::Unchanged(same.entry)));
        };
        if known.file_hash == file.hash || policy == ChangePolicy::Skip {
            return Ok(SourceMatch::Unchanged(known.entry));
        }
        let is_text_changed = known.imported_hash.as_deref() != Some(&self.content_hash());
        if is_text_changed && policy == ChangePolicy::Copy {
            return Ok(SourceMatch::New);
        }
        if is_text_changed {
            let entry = entries::require_entry(db, known.entry, within)?;
            if is_edited(db, &entry, known.imported_hash.as_deref())? {
                return Ok(SourceMatch::EditedHere(known.entry));
            }
        }
        Ok(SourceMatch::Changed { entry: known.entry, source: known.id, is_text_changed })
    }

    /// Records the identity of a source that was known by its bytes only.
    pub(crate) fn adopt_identity(&self, db: &NotebookDb<'_>) -> Result<()> {
        let Some((file, identity)) = self.identified_file() else {
            return Ok(());
        };
        let within = &self.submitter.within;
        if sources::find_by_identity(db, identity, within)?.is_some() {
            return Ok(());
        }
        match sources::find_without_identity(db, &file.hash, within)? {
            Some(source) => sources::set_identity(db, source, identity, &file.hash, &self.content_hash()),
            None => Ok(()),
        }
    }

    /// Returns the key by which equal sources of one run are recognised.
    pub(crate) fn source_key(&self) -> Vec<u8> {
        let Some(file) = self.files.first() else { return Vec::new() };
        match &file.identity {
            Some(identity) => identity.as_bytes().to_vec(),
            None => file.hash.clone(),
        }
    }

    /// Updates the entry of the draft's source if the source changed; returns its match.
    pub(crate) fn update_if_changed(
        &self,
        db: &NotebookDb<'_>,
        policy: ChangePolicy,
        jobs: (JobId, &DerivedJobs),
        trail: &AuditRecorder,
    ) -> Result<SourceMatch> {
        let found = self.match_source(db, policy)?;
        match found {
            SourceMatch::Changed { entry, source, is_text_changed } => {
                let is_updated = self.update_entry(db, (entry, source, is_text_changed), jobs, trail)?;
                Ok(if is_updated { found } else { SourceMatch::Unchanged(entry) })
            }
            SourceMatch::Unchanged(_) => self.adopt_identity(db).map(|()| found),
            SourceMatch::New | SourceMatch::EditedHere(_) => Ok(found),
        }
    }

    /// Returns the draft's source file with its identity; `None` if the draft has no file or the file no identity.
    fn identified_file(&self) -> Option<(&EntrySourceFile, &str)> {
        let file = self.files.first()?;
        Some((file, file.identity.as_deref()?))
    }

    fn content_hash(&self) -> Vec<u8> {
        normalized_hash(&self.body)
    }

    /// Makes the changed source a new version of its entry, with the jobs that derive its data again; returns false if
    /// nothing that is stored changed.
    fn update_entry(
        &self,
        db: &NotebookDb<'_>,
        (entry, source, is_text_changed): (EntryId, i64, bool),
        (job, follow_ups): (JobId, &DerivedJobs),
        trail: &AuditRecorder,
    ) -> Result<bool> {
        let within = &self.submitter.within;
        let before = entries::require_entry(db, entry, within)?;
        let mut tags = [before.tags.clone(), self.tags.clone()].concat();
        tags.sort_unstable();
        tags.dedup();
        within.ensure_visible(&self.date, self.date_confirmed, &tags)?;
        let is_dated = !self.dating.guessed;
        let change = entries::EntryChange {
            entry_date: Some(self.date.as_str()).filter(|date| is_dated && *date != before.entry_date),
            minute: Some(self.dating.minute).filter(|minute| minute.is_some() && *minute != before.entry_time),
            title: self.title.as_deref().map(Some).filter(|title| *title != before.title.as_deref()),
            final_text: Some(self.body.as_str()).filter(|_| is_text_changed),
            tags: Some(tags.as_slice()).filter(|tags| *tags != before.tags),
            ..entries::EntryChange::default()
        };
        let is_changed = !change.is_empty() || before.properties != self.properties;
        if !change.is_empty() {
            versions::add_current(db, entry, trail.at())?;
            entries::change(db, entry, &change, self.submitter.author.as_ref(), trail.at())?;
            trail.entry_edited(db, entry, &change.changed_fields())?;
        }
        properties::set(db, entry, &self.properties)?;
        if is_text_changed {
            chunks::clear(db, entry)?;
            jobs::enqueue_for_new_entry(db, job, jobs::EMBED, entry, trail.at())?;
            follow_ups.enqueue(db, entry, trail.at())?;
        }
        if let Some((file, identity)) = self.identified_file() {
            sources::set_identity(db, source, identity, &file.hash, &self.content_hash())?;
        }
        Ok(is_changed)
    }
}

/// Returns true if the entry's text is not the one that was imported.
fn is_edited(db: &NotebookDb<'_>, entry: &Entry, imported_hash: Option<&[u8]>) -> Result<bool> {
    match imported_hash {
        Some(hash) => Ok(normalized_hash(&entry.final_text) != hash),
        None => Ok(!versions::list(db, entry.id)?.is_empty()),
    }
}
