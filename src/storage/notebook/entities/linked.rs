//! What ties entities to entries: mentions and relationships, each with where it comes from.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::EntityId;
use crate::model::id::EntryId;
use crate::storage::notebook::NotebookDb;

/// What a mention or relationship was found with.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// The job.
    pub(crate) run: String,
    pub(crate) model: String,
    pub(crate) prompt_version: u32,
    pub(crate) at: String,
}

/// Words of an entry.
pub(crate) struct Words<'a> {
    pub(crate) quote: &'a str,
    /// Code points of the final text where they stand.
    pub(crate) span: Option<(i64, i64)>,
    pub(crate) confidence: f64,
}

/// An entry as a run takes it.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) date: String,
    pub(crate) text: String,
    /// Moves with every change of the text.
    pub(crate) revision: i64,
    /// False while its date is in doubt, or its words are an assistant's that the owner did not accept.
    pub(crate) is_derivable: bool,
}

/// Returns an entry as a run takes it.
pub(crate) fn source(db: &NotebookDb<'_>, entry: EntryId) -> Result<Option<Source>> {
    db.first(
        "SELECT entry_date, final_text, text_revision,
                date_confirmed AND (written_by IS NULL OR accepted_at IS NOT NULL)
         FROM entries WHERE id = :entry",
        named_params! { ":entry": entry.0 },
        |row| Ok(Source { date: row.get(0)?, text: row.get(1)?, revision: row.get(2)?, is_derivable: row.get(3)? }),
    )
}

/// Returns the entries from which something may be derived, oldest first; `stale` ones alone if so wanted.
pub(crate) fn derivable(
    db: &NotebookDb<'_>,
    from: Option<&str>,
    to: Option<&str>,
    stale: bool,
) -> Result<Vec<EntryId>> {
    db.all(
        "SELECT id FROM entries
         WHERE date_confirmed AND (written_by IS NULL OR accepted_at IS NOT NULL)
           AND entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~')
           AND entity_extraction_stale >= :stale
         ORDER BY entry_date, id",
        named_params! { ":from": from, ":to": to, ":stale": stale },
        |row| row.get(0).map(EntryId),
    )
}

/// Returns whatever an entry speaks of.
pub(crate) fn of(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<EntityId>> {
    db.all(
        "SELECT entity_id FROM entity_mentions WHERE entry_id = :entry
         UNION SELECT subject_entity_id FROM entity_relationships WHERE entry_id = :entry
         UNION SELECT object_entity_id FROM entity_relationships WHERE entry_id = :entry",
        named_params! { ":entry": entry.0 },
        |row| row.get(0).map(EntityId),
    )
}

/// Removes the mentions and relationships of an entry.
pub(crate) fn clear(db: &NotebookDb<'_>, entry: EntryId) -> Result<()> {
    db.run("DELETE FROM entity_mentions WHERE entry_id = :entry", named_params! { ":entry": entry.0 })?;
    db.run("DELETE FROM entity_relationships WHERE entry_id = :entry", named_params! { ":entry": entry.0 }).map(drop)
}

/// Notes that what an entry speaks of is what is stored.
pub(crate) fn is_fresh(db: &NotebookDb<'_>, entry: EntryId) -> Result<()> {
    db.run("UPDATE entries SET entity_extraction_stale = 0 WHERE id = :entry", named_params! { ":entry": entry.0 })
        .map(drop)
}

/// Adds a mention; `name` is what the model called it, `matched` how it was found to be that one.
pub(crate) fn mention(
    db: &NotebookDb<'_>,
    (entry, entity): (EntryId, EntityId),
    name: &str,
    words: &Words<'_>,
    matched: Option<&str>,
    origin: &Origin,
) -> Result<()> {
    let (start, end) = words.span.unzip();
    db.run(
        "INSERT INTO entity_mentions (entity_id, entry_id, quote, confidence, extraction_run_id, match_source, created_at,
                                      char_start, char_end, name, model, prompt_version)
         VALUES (:entity, :entry, :quote, :confidence, :run, :match, :at, :start, :end, :name, :model, :version)",
        named_params! {
            ":entity": entity.0, ":entry": entry.0, ":quote": words.quote, ":confidence": words.confidence,
            ":run": origin.run, ":match": matched, ":at": origin.at, ":start": start, ":end": end, ":name": name,
            ":model": origin.model, ":version": origin.prompt_version,
        },
    )
    .map(drop)
}

/// Adds a relationship of two.
pub(crate) fn relationship(
    db: &NotebookDb<'_>,
    entry: EntryId,
    (subject, predicate, object): (EntityId, &str, EntityId),
    words: &Words<'_>,
    origin: &Origin,
) -> Result<()> {
    let (start, end) = words.span.unzip();
    db.run(
        "INSERT INTO entity_relationships (subject_entity_id, predicate, object_entity_id, quote, entry_id, confidence,
                                           extraction_run_id, created_at, char_start, char_end, model, prompt_version)
         VALUES (:subject, :predicate, :object, :quote, :entry, :confidence, :run, :at, :start, :end, :model, :version)",
        named_params! {
            ":subject": subject.0, ":predicate": predicate, ":object": object.0, ":quote": words.quote,
            ":entry": entry.0, ":confidence": words.confidence, ":run": origin.run, ":at": origin.at,
            ":start": start, ":end": end, ":model": origin.model, ":version": origin.prompt_version,
        },
    )
    .map(drop)
}

/// Returns the quotes that speak of one and stand in their entries; of those that were brought over nobody knows better.
pub(crate) fn quotes(db: &NotebookDb<'_>, entity: EntityId) -> Result<Vec<String>> {
    db.all(
        "SELECT quote FROM entity_mentions
         WHERE entity_id = :entity AND (char_start IS NOT NULL OR prompt_version = 0) ORDER BY id",
        named_params! { ":entity": entity.0 },
        |row| row.get(0),
    )
}

/// Returns the entries that speak of one, the first that did first.
pub(crate) fn entries(db: &NotebookDb<'_>, entity: EntityId) -> Result<Vec<EntryId>> {
    db.all(
        "SELECT DISTINCT entry_id FROM entity_mentions WHERE entity_id = :entity ORDER BY entry_id",
        named_params! { ":entity": entity.0 },
        |row| row.get(0).map(EntryId),
    )
}

/// Returns whatever the entries speak of that a job has done.
pub(crate) fn found_by(db: &NotebookDb<'_>, job: &str) -> Result<Vec<EntityId>> {
    db.all(
        "SELECT entity_id FROM job_steps s JOIN entity_mentions m ON m.entry_id = s.entry_id WHERE s.job_id = :job
         UNION SELECT subject_entity_id
               FROM job_steps s JOIN entity_relationships r ON r.entry_id = s.entry_id WHERE s.job_id = :job
         UNION SELECT object_entity_id
               FROM job_steps s JOIN entity_relationships r ON r.entry_id = s.entry_id WHERE s.job_id = :job
         ORDER BY 1",
        named_params! { ":job": job },
        |row| row.get(0).map(EntityId),
    )
}

/// Deletes one that no entry speaks of any more, unless the owner had a hand in it or what they said refers to it; tells
/// whether it is gone.
pub(crate) fn prune(db: &NotebookDb<'_>, entity: EntityId) -> Result<bool> {
    let changed = db.run(
        "DELETE FROM entities WHERE id = :id AND is_curated = 0
           AND NOT EXISTS (SELECT 1 FROM entity_mentions WHERE entity_id = :id)
           AND NOT EXISTS (SELECT 1 FROM entity_relationships WHERE subject_entity_id = :id)
           AND NOT EXISTS (SELECT 1 FROM entity_relationships WHERE object_entity_id = :id)
           AND NOT EXISTS (SELECT 1 FROM entity_corrections WHERE entity_id = :id)
           AND NOT EXISTS (SELECT 1 FROM entity_merge_history WHERE survivor_id = :id)
           AND NOT EXISTS (SELECT 1 FROM entity_pair_decisions WHERE :id IN (entity_id_lo, entity_id_hi))
           AND NOT EXISTS (SELECT 1 FROM entity_alias_refusals WHERE entity_id = :id)",
        named_params! { ":id": entity.0 },
    )?;
    Ok(changed == 1)
}
