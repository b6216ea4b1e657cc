//! Rows that come from elsewhere, with the numbers they had there.

mod entities;
mod entries;
mod jobs;

pub(crate) use entities::Candidate;
pub(crate) use entities::Entity;
pub(crate) use entities::Mention;
pub(crate) use entities::Merger;
pub(crate) use entities::Relationship;
pub(crate) use entities::alias;
pub(crate) use entities::candidate;
pub(crate) use entities::decision;
pub(crate) use entities::entity;
pub(crate) use entities::mention;
pub(crate) use entities::merger;
pub(crate) use entities::relationship;
pub(crate) use entries::Chunk;
pub(crate) use entries::Entry;
pub(crate) use entries::Mood;
pub(crate) use entries::Page;
pub(crate) use entries::SourceFile;
pub(crate) use entries::chunk;
pub(crate) use entries::entry;
pub(crate) use entries::mood;
pub(crate) use entries::page;
pub(crate) use entries::source_file;
pub(crate) use entries::span;
pub(crate) use jobs::Job;
pub(crate) use jobs::job;

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::EntryId;
use crate::storage::notebook::NotebookDb;

/// Tells whether nobody ever wrote anything here.
pub(crate) fn is_empty(db: &NotebookDb<'_>) -> Result<bool> {
    db.one(
        "SELECT NOT EXISTS (SELECT 1 FROM entries) AND NOT EXISTS (SELECT 1 FROM entities)
            AND NOT EXISTS (SELECT 1 FROM jobs)",
        [],
        |row| row.get(0),
    )
}

/// Tells whether a user's journal was brought in.
pub(crate) fn is_finished(db: &NotebookDb<'_>, source: &str, user: i64) -> Result<bool> {
    db.one(
        "SELECT EXISTS (SELECT 1 FROM imports WHERE source = :source AND source_user = :user)",
        named_params! { ":source": source, ":user": user },
        |row| row.get(0),
    )
}

/// Notes that a user's journal was brought in.
pub(crate) fn finish(db: &NotebookDb<'_>, source: &str, user: i64, at: &str) -> Result<()> {
    db.run(
        "INSERT INTO imports (source, source_user, finished_at) VALUES (:source, :user, :at)",
        named_params! { ":source": source, ":user": user, ":at": at },
    )
    .map(drop)
}

/// Keeps numbers that entries and entities had elsewhere, and no longer have, from being given again.
pub(crate) fn go_on_after(db: &NotebookDb<'_>, entry: i64, entity: i64) -> Result<()> {
    for (table, last) in [("entries", entry), ("entities", entity)] {
        let named = named_params! { ":table": table, ":last": last };
        if db.run("UPDATE sqlite_sequence SET seq = MAX(seq, :last) WHERE name = :table", named)? == 0 {
            db.run("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)", named)?;
        }
    }
    Ok(())
}

/// Returns the entries that are searched, in the order of their numbers.
pub(crate) fn searched(db: &NotebookDb<'_>) -> Result<Vec<EntryId>> {
    db.all("SELECT id FROM entries WHERE date_confirmed = 1 ORDER BY id", [], |row| row.get(0).map(EntryId))
}

#[cfg(test)]
pub(crate) mod dump;
