//! Restores an entry from the trash under its ids, or under new ones where they were assigned to other rows meanwhile.

use std::collections::HashMap;

use rusqlite::named_params;

use crate::domain::entity::name_key;
use crate::domain::export_document::{ExportedCorrection, ExportedEntity, ExportedMergeCandidate};
use crate::domain::id::EntryId;
use crate::domain::trash::{RestoredEntry, TrashedEntryDocument};
use crate::error::{Error, Result};
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::import_rows::{self, entities};

/// Moves an entry from the trash back to the journal, with its originals and entities.
///
/// # Errors
/// `NotFound` if it is not in the trash.
pub(crate) fn restore(db: &NotebookDb<'_>, id: EntryId) -> Result<RestoredEntry> {
    let stored: Option<String> = db.query_optional(
        "SELECT document FROM trashed_entries WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )?;
    let stored = stored.ok_or_else(|| not_found_error(id))?;
    let mut document: TrashedEntryDocument =
        serde_json::from_str(&stored).map_err(|error| Error::internal("parsing a deleted entry", error))?;
    document.assign_entry_ids(db)?;
    import_rows::add_entry(db, &document.entry)?;
    for original in &document.originals {
        db.execute(
            "UPDATE media SET source_file_id = :source, trashed_entry = NULL WHERE id = :id",
            named_params! { ":source": original.source, ":id": original.media.to_string() },
        )?;
    }
    document.add_entities(db)?;
    db.execute("DELETE FROM trashed_entries WHERE id = :id", named_params! { ":id": id.0 })?;
    Ok(RestoredEntry { trash_id: id, id: document.entry.id })
}

/// Returns the standard error for an entry that is not in the trash.
pub(crate) fn not_found_error(id: EntryId) -> Error {
    Error::not_found(format!("entry in the trash: {id}")).hint("`journal trash list` shows the entries in the trash")
}

/// Returns `:id` if no row of `entries` has it, otherwise an id that no row has had.
const FREE_ENTRIES_ID: &str = "SELECT CASE WHEN EXISTS (SELECT 1 FROM entries WHERE id = :id)
    THEN 1 + MAX(COALESCE((SELECT MAX(id) FROM entries), 0), COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'entries'), 0))
    ELSE :id END";
/// Returns `:id` if no row of `source_files` has it, otherwise an id that no row has had.
const FREE_SOURCES_ID: &str = "SELECT CASE WHEN EXISTS (SELECT 1 FROM source_files WHERE id = :id)
    THEN 1 + MAX(COALESCE((SELECT MAX(id) FROM source_files), 0), COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'source_files'), 0))
    ELSE :id END";
/// Returns `:id` if no row of `entities` has it, otherwise an id that no row has had.
const FREE_ENTITIES_ID: &str = "SELECT CASE WHEN EXISTS (SELECT 1 FROM entities WHERE id = :id)
    THEN 1 + MAX(COALESCE((SELECT MAX(id) FROM entities), 0), COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'entities'), 0))
    ELSE :id END";
/// Returns `:id` if no row of `entity_mentions` has it, otherwise an id that no row has had.
const FREE_MENTIONS_ID: &str = "SELECT CASE WHEN EXISTS (SELECT 1 FROM entity_mentions WHERE id = :id)
    THEN 1 + MAX(COALESCE((SELECT MAX(id) FROM entity_mentions), 0), COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'entity_mentions'), 0))
    ELSE :id END";
/// Returns `:id` if no row of `entity_relationships` has it, otherwise an id that no row has had.
const FREE_RELATIONSHIPS_ID: &str = "SELECT CASE WHEN EXISTS (SELECT 1 FROM entity_relationships WHERE id = :id)
    THEN 1 + MAX(COALESCE((SELECT MAX(id) FROM entity_relationships), 0), COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'entity_relationships'), 0))
    ELSE :id END";
/// Returns `:id` if no row of `entity_corrections` has it, otherwise an id that no row has had.
const FREE_CORRECTIONS_ID: &str = "SELECT CASE WHEN EXISTS (SELECT 1 FROM entity_corrections WHERE id = :id)
    THEN 1 + MAX(COALESCE((SELECT MAX(id) FROM entity_corrections), 0), COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'entity_corrections'), 0))
    ELSE :id END";
/// Returns `:id` if no row of `entity_merge_candidates` has it, otherwise an id that no row has had.
const FREE_CANDIDATES_ID: &str = "SELECT CASE WHEN EXISTS (SELECT 1 FROM entity_merge_candidates WHERE id = :id)
    THEN 1 + MAX(COALESCE((SELECT MAX(id) FROM entity_merge_candidates), 0), COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'entity_merge_candidates'), 0))
    ELSE :id END";
/// Returns `:id` if no row of `entity_aliases` has it, otherwise an id that no row has had.
const FREE_ALIASES_ID: &str = "SELECT CASE WHEN EXISTS (SELECT 1 FROM entity_aliases WHERE id = :id)
    THEN 1 + MAX(COALESCE((SELECT MAX(id) FROM entity_aliases), 0), COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'entity_aliases'), 0))
    ELSE :id END";

/// Returns the id if no row has it, otherwise an unused one; `statement` is one of the constants above.
fn free_id(db: &NotebookDb<'_>, statement: &'static str, id: i64) -> Result<i64> {
    db.query_one(statement, named_params! { ":id": id }, |row| row.get(0))
}

impl TrashedEntryDocument {
    /// Gives the entry, its sources and its originals free ids.
    fn assign_entry_ids(&mut self, db: &NotebookDb<'_>) -> Result<()> {
        self.entry.id = EntryId(free_id(db, FREE_ENTRIES_ID, self.entry.id.0)?);
        let mut moved: HashMap<i64, i64> = HashMap::new();
        for source in &mut self.entry.sources {
            let mut id = free_id(db, FREE_SOURCES_ID, source.id)?;
            // None of the new ids is stored yet, so that two sources would get the same one.
            while moved.values().any(|other| *other == id) {
                id += 1;
            }
            moved.insert(source.id, id);
            source.id = id;
        }
        for page in &mut self.entry.pages {
            page.source = page.source.map(|source| *moved.get(&source).unwrap_or(&source));
        }
        for original in &mut self.originals {
            original.source = *moved.get(&original.source).unwrap_or(&original.source);
        }
        Ok(())
    }

    /// Adds the entities that no longer exist, and the rows that link them with the entry.
    fn add_entities(&self, db: &NotebookDb<'_>) -> Result<()> {
        let mut known = HashMap::new();
        for entity in &self.entities {
            if let Some(id) = find_or_add_entity(db, entity)? {
                known.insert(entity.id, id);
            }
        }
        let entry_id = self.entry.id;
        for mention in &self.mentions {
            let Some(&entity_id) = known.get(&mention.entity_id) else { continue };
            let id = free_id(db, FREE_MENTIONS_ID, mention.id)?;
            let mut mention = mention.clone();
            (mention.id, mention.entity_id, mention.entry_id) = (id, entity_id, entry_id);
            entities::add_mention(db, &mention)?;
        }
        for relationship in &self.relationships {
            let subject = known.get(&relationship.subject_entity_id);
            let Some((&subject, &object)) = subject.zip(known.get(&relationship.object_entity_id)) else { continue };
            let mut relationship = relationship.clone();
            relationship.id = free_id(db, FREE_RELATIONSHIPS_ID, relationship.id)?;
            (relationship.subject_entity_id, relationship.object_entity_id) = (subject, object);
            relationship.entry_id = entry_id;
            entities::add_relationship(db, &relationship)?;
        }
        for said in &self.corrections {
            let entity_id = said.entity_id.and_then(|entity| known.get(&entity).copied());
            let id = free_id(db, FREE_CORRECTIONS_ID, said.id)?;
            let said = ExportedCorrection { id, entry_id: Some(entry_id), entity_id, ..said.clone() };
            entities::add_correction(db, &said)?;
        }
        self.merge_candidates.iter().try_for_each(|pair| add_merge_candidate(db, pair, &known))
    }
}

/// Returns the id under which an entity of the trash exists now; adds it if it does not. `None` if its owner has
/// dismissed the name meanwhile.
fn find_or_add_entity(db: &NotebookDb<'_>, entity: &ExportedEntity) -> Result<Option<i64>> {
    if let Some(id) = find_entity(db, entity)? {
        return Ok(Some(id));
    }
    let key = name_key(&entity.canonical_name);
    let dismissed = db.query_optional(
        "SELECT 1 FROM entity_corrections
         WHERE name_key = :key AND entity_type = :type AND entry_id IS NULL AND entity_id IS NULL",
        named_params! { ":key": key, ":type": entity.entity_type },
        |_| Ok(()),
    )?;
    if dismissed.is_some() {
        return Ok(None);
    }
    let id = free_id(db, FREE_ENTITIES_ID, entity.id)?;
    let mut added = ExportedEntity { id, ..entity.clone() };
    for alias in &mut added.aliases {
        let taken = alias.id.filter(|id| free_id(db, FREE_ALIASES_ID, *id).is_ok_and(|free| free == *id));
        alias.id = taken;
    }
    entities::add_entity(db, &added)?;
    Ok(Some(id))
}

/// Finds an entity of the trash: under its id, as the survivor of a merge, or as one of that type and name.
fn find_entity(db: &NotebookDb<'_>, entity: &ExportedEntity) -> Result<Option<i64>> {
    db.query_optional(
        "SELECT id FROM (
             SELECT id, 1 AS rank FROM entities WHERE id = :id AND created_at = :created
             UNION ALL
             SELECT survivor_id, 2 FROM entity_merge_history
             WHERE absorbed_id = :id AND absorbed_type = :type AND undone_at IS NULL
             UNION ALL
             SELECT id, 3 FROM entities WHERE entity_type = :type AND canonical_name = :name)
         ORDER BY rank LIMIT 1",
        named_params! {
            ":id": entity.id, ":created": entity.created_at, ":type": entity.entity_type, ":name": entity.canonical_name,
        },
        |row| row.get(0),
    )
}

/// Adds a merge candidate whose entities exist, unless the pair is there already.
fn add_merge_candidate(db: &NotebookDb<'_>, pair: &ExportedMergeCandidate, known: &HashMap<i64, i64>) -> Result<()> {
    let now = |entity: i64| known.get(&entity).copied().unwrap_or(entity);
    let (one, other) = (now(pair.entity_id_a), now(pair.entity_id_b));
    let (entity_id_a, entity_id_b) = (one.min(other), one.max(other));
    let addable: bool = db.query_one(
        "SELECT :a < :b AND (SELECT COUNT(*) FROM entities WHERE id IN (:a, :b)) = 2
            AND NOT EXISTS (SELECT 1 FROM entity_merge_candidates WHERE entity_id_a = :a AND entity_id_b = :b)",
        named_params! { ":a": entity_id_a, ":b": entity_id_b },
        |row| row.get(0),
    )?;
    if !addable {
        return Ok(());
    }
    let id = free_id(db, FREE_CANDIDATES_ID, pair.id)?;
    entities::add_merge_candidate(db, &ExportedMergeCandidate { id, entity_id_a, entity_id_b, ..pair.clone() })
}
