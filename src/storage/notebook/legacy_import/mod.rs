//! Import of rows from a Python journal-server under their original ids.

mod entities;
mod entries;
mod jobs;

pub(crate) use entities::{
    ImportedEntityRow, ImportedMentionRow, ImportedMergeCandidateRow, ImportedMergeRow, ImportedRelationshipRow,
    add_alias, add_entity, add_mention, add_merge, add_merge_candidate, add_pair_decision, add_relationship,
};
pub(crate) use entries::{
    ImportedChunkRow, ImportedEntryRow, ImportedMoodRow, ImportedPageRow, ImportedSourceFileRow, add_chunk, add_entry,
    add_mood, add_page, add_source_file, add_uncertain_span,
};
pub(crate) use jobs::{ImportedJobRow, add_job};

use rusqlite::named_params;

use crate::domain::id::EntryId;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Returns true if a notebook has no entries, entities or jobs.
pub(crate) fn is_empty(db: &NotebookDb<'_>) -> Result<bool> {
    db.query_one(
        "SELECT NOT EXISTS (SELECT 1 FROM entries) AND NOT EXISTS (SELECT 1 FROM entities)
            AND NOT EXISTS (SELECT 1 FROM jobs)",
        [],
        |row| row.get(0),
    )
}

/// Returns true if a user's journal was imported completely.
pub(crate) fn is_finished(db: &NotebookDb<'_>, source: &str, user: i64) -> Result<bool> {
    db.query_one(
        "SELECT EXISTS (SELECT 1 FROM imports WHERE source = :source AND source_user = :user)",
        named_params! { ":source": source, ":user": user },
        |row| row.get(0),
    )
}

/// Records the end of a user's import.
pub(crate) fn finish(db: &NotebookDb<'_>, source: &str, user: i64, at: &str) -> Result<()> {
    db.execute(
        "INSERT INTO imports (source, source_user, finished_at) VALUES (:source, :user, :at)",
        named_params! { ":source": source, ":user": user, ":at": at },
    )
    .map(drop)
}

/// Keeps ids that the source assigned to entries and entities from being assigned again.
pub(crate) fn bump_autoincrement(db: &NotebookDb<'_>, entry: i64, entity: i64) -> Result<()> {
    for (table, last) in [("entries", entry), ("entities", entity)] {
        let named = named_params! { ":table": table, ":last": last };
        if db.execute("UPDATE sqlite_sequence SET seq = MAX(seq, :last) WHERE name = :table", named)? == 0 {
            db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)", named)?;
        }
    }
    Ok(())
}

/// Returns the searchable entries, by id.
pub(crate) fn list_searchable(db: &NotebookDb<'_>) -> Result<Vec<EntryId>> {
    db.query_all("SELECT id FROM entries WHERE date_confirmed = 1 ORDER BY id", [], |row| row.get(0).map(EntryId))
}

#[cfg(test)]
pub(crate) mod dump;
