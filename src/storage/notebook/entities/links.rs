//! Links between entities and entries: mentions and relationships, with their provenance.

use rusqlite::named_params;

use crate::domain::id::{EntityId, EntryId};
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Provenance of a mention or relationship.
#[derive(Debug, Clone)]
pub(crate) struct ExtractionProvenance {
    /// Job id.
    pub(crate) run: String,
    pub(crate) model: String,
    pub(crate) prompt_version: u32,
    pub(crate) at: String,
}

/// Quoted text of an entry.
pub(crate) struct EntryText<'a> {
    pub(crate) quote: &'a str,
    /// Start and end in the final text, in code points.
    pub(crate) span: Option<(i64, i64)>,
    pub(crate) confidence: f64,
}

/// An entry as an extraction run needs it.
#[derive(Debug, Clone)]
pub(crate) struct EntrySource {
    pub(crate) date: String,
    pub(crate) text: String,
    /// Incremented by every change of the text.
    pub(crate) revision: i64,
    /// False while the date is unconfirmed or an assistant's text is not accepted.
    pub(crate) is_derivable: bool,
}

/// Returns an entry for an extraction run.
pub(crate) fn find_source(db: &NotebookDb<'_>, entry: EntryId) -> Result<Option<EntrySource>> {
    db.query_optional(
        "SELECT entry_date, final_text, text_revision,
                date_confirmed AND (written_by IS NULL OR accepted_at IS NOT NULL)
         FROM entries WHERE id = :entry",
        named_params! { ":entry": entry.0 },
        |row| {
            Ok(EntrySource { date: row.get(0)?, text: row.get(1)?, revision: row.get(2)?, is_derivable: row.get(3)? })
        },
    )
}

/// Returns the entries usable for derivation, by date; with `stale`, only those with an outdated extraction.
pub(crate) fn list_derivable(
    db: &NotebookDb<'_>,
    from: Option<&str>,
    to: Option<&str>,
    stale: bool,
) -> Result<Vec<EntryId>> {
    db.query_all(
        "SELECT id FROM entries
         WHERE date_confirmed AND (written_by IS NULL OR accepted_at IS NOT NULL)
           AND entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~')
           AND entity_extraction_stale >= :stale
         ORDER BY entry_date, id",
        named_params! { ":from": from, ":to": to, ":stale": stale },
        |row| row.get(0).map(EntryId),
    )
}

/// Returns the entities an entry mentions or relates.
pub(crate) fn list_entities(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<EntityId>> {
    db.query_all(
        "SELECT entity_id FROM entity_mentions WHERE entry_id = :entry
         UNION SELECT subject_entity_id FROM entity_relationships WHERE entry_id = :entry
         UNION SELECT object_entity_id FROM entity_relationships WHERE entry_id = :entry",
        named_params! { ":entry": entry.0 },
        |row| row.get(0).map(EntityId),
    )
}

/// Removes the mentions and relationships of an entry.
pub(crate) fn clear(db: &NotebookDb<'_>, entry: EntryId) -> Result<()> {
    db.execute("DELETE FROM entity_mentions WHERE entry_id = :entry", named_params! { ":entry": entry.0 })?;
    db.execute("DELETE FROM entity_relationships WHERE entry_id = :entry", named_params! { ":entry": entry.0 })
        .map(drop)
}

/// Marks an entry's extraction as current.
pub(crate) fn mark_fresh(db: &NotebookDb<'_>, entry: EntryId) -> Result<()> {
    db.execute("UPDATE entries SET entity_extraction_stale = 0 WHERE id = :entry", named_params! { ":entry": entry.0 })
        .map(drop)
}

/// Adds a mention. `name` is the model's name for the entity, `matched` the method that resolved it.
pub(crate) fn add_mention(
    db: &NotebookDb<'_>,
    (entry, entity): (EntryId, EntityId),
    name: &str,
    words: &EntryText<'_>,
    matched: Option<&str>,
    origin: &ExtractionProvenance,
) -> Result<()> {
    let (start, end) = words.span.unzip();
    db.execute(
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

/// Adds a relationship between two entities.
pub(crate) fn add_relationship(
    db: &NotebookDb<'_>,
    entry: EntryId,
    (subject, predicate, object): (EntityId, &str, EntityId),
    words: &EntryText<'_>,
    origin: &ExtractionProvenance,
) -> Result<()> {
    let (start, end) = words.span.unzip();
    db.execute(
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

/// Returns an entity's quotes that were found in their entries, and its imported quotes, which were not checked.
pub(crate) fn list_quotes(db: &NotebookDb<'_>, entity: EntityId) -> Result<Vec<String>> {
    db.query_all(
        "SELECT quote FROM entity_mentions
         WHERE entity_id = :entity AND (char_start IS NOT NULL OR prompt_version = 0) ORDER BY id",
        named_params! { ":entity": entity.0 },
        |row| row.get(0),
    )
}

/// Returns the entries that mention an entity, by id.
pub(crate) fn list_entries(db: &NotebookDb<'_>, entity: EntityId) -> Result<Vec<EntryId>> {
    db.query_all(
        "SELECT DISTINCT entry_id FROM entity_mentions WHERE entity_id = :entity ORDER BY entry_id",
        named_params! { ":entity": entity.0 },
        |row| row.get(0).map(EntryId),
    )
}

/// Returns the entities mentioned or related in the entries a job has completed.
pub(crate) fn list_entities_of_job(db: &NotebookDb<'_>, job: &str) -> Result<Vec<EntityId>> {
    db.query_all(
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

/// Deletes an entity that nothing refers to and that is not curated; returns true if it was deleted.
pub(crate) fn remove_unreferenced(db: &NotebookDb<'_>, entity: EntityId) -> Result<bool> {
    let changed = db.execute(
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
