//! Entity queries for lists and detail pages.

use rusqlite::{Row, named_params};

use crate::domain::entity::{EntityDetail, EntitySummary, EntityType};
use crate::domain::id::{EntityId, EntryId};
use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::{ids_to_json, texts_from_row, type_from_row};

/// Returns a page of entity ids, without quarantined ones, by type and name.
pub(crate) fn list_page(db: &NotebookDb<'_>, of: Option<EntityType>, limit: i64, offset: i64) -> Result<Vec<EntityId>> {
    db.query_all(
        "SELECT id FROM entities INDEXED BY entities_listed
         WHERE is_quarantined = 0 AND (:type IS NULL OR entity_type = :type)
         ORDER BY entity_type, canonical_name, id LIMIT :limit OFFSET :offset",
        named_params! { ":type": of.map(EntityType::name), ":limit": limit, ":offset": offset },
        |row| row.get(0).map(EntityId),
    )
}

/// Counts the entities that are not quarantined.
pub(crate) fn count(db: &NotebookDb<'_>, of: Option<EntityType>) -> Result<i64> {
    db.query_one(
        "SELECT COUNT(*) FROM entities INDEXED BY entities_listed
         WHERE is_quarantined = 0 AND (:type IS NULL OR entity_type = :type)",
        named_params! { ":type": of.map(EntityType::name) },
        |row| row.get(0),
    )
}

/// Returns the ids of entities with a text in a name or alias, ignoring case, without quarantined ones.
pub(crate) fn find_matching(db: &NotebookDb<'_>, of: Option<EntityType>, text: &str) -> Result<Vec<EntityId>> {
    // SQLite lower-cases ASCII only.
    let wanted = text.to_lowercase();
    let mut found: Vec<EntityId> = Vec::new();
    db.for_each_row(
        "SELECT e.id, e.canonical_name, a.alias_normalised
         FROM entities e INDEXED BY entities_listed LEFT JOIN entity_aliases a ON a.entity_id = e.id
         WHERE e.is_quarantined = 0 AND (:type IS NULL OR e.entity_type = :type)
         ORDER BY e.entity_type, e.canonical_name, e.id",
        named_params! { ":type": of.map(EntityType::name) },
        |row| {
            let id = EntityId(row.get(0)?);
            if found.last() == Some(&id) {
                return Ok(());
            }
            let alias = row.get_ref(2)?.as_str_or_null()?.unwrap_or_default();
            if alias.contains(&wanted) || row.get_ref(1)?.as_str()?.to_lowercase().contains(&wanted) {
                found.push(id);
            }
            Ok(())
        },
    )?;
    Ok(found)
}

/// Returns the ids of the quarantined entities, by type and name.
pub(crate) fn list_quarantined(db: &NotebookDb<'_>) -> Result<Vec<EntityId>> {
    db.query_all(
        "SELECT id FROM entities INDEXED BY entities_listed WHERE is_quarantined = 1
         ORDER BY entity_type, canonical_name, id",
        [],
        |row| row.get(0).map(EntityId),
    )
}

/// Returns summaries in the order of the ids; unknown ids are skipped.
pub(crate) fn list_summaries(db: &NotebookDb<'_>, ids: &[EntityId]) -> Result<Vec<EntitySummary>> {
    db.query_all(
        "SELECT e.id, e.canonical_name, e.entity_type,
                (SELECT json_group_array(a.alias_normalised ORDER BY a.alias_normalised)
                 FROM entity_aliases a WHERE a.entity_id = e.id),
                (SELECT COUNT(*) FROM entity_mentions m WHERE m.entity_id = e.id), e.first_seen,
                (SELECT COALESCE(MAX(n.entry_date), '') FROM entity_mentions m CROSS JOIN entries n INDEXED BY entries_days
                 ON n.id = m.entry_id WHERE m.entity_id = e.id),
                e.is_quarantined, e.quarantine_reason, e.quarantined_at
         FROM json_each(:ids) wanted CROSS JOIN entities e ON e.id = wanted.value ORDER BY wanted.key",
        named_params! { ":ids": ids_to_json(ids.iter().map(|id| id.0)) },
        summary_from_row,
    )
}

/// Returns the entities an entry mentions, with counts and quotes from this entry, by type and name.
pub(crate) fn list_by_entry(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<EntitySummary>> {
    let mut found: Vec<EntitySummary> = Vec::new();
    db.for_each_row(
        "SELECT e.id, e.canonical_name, e.entity_type,
                (SELECT json_group_array(a.alias_normalised ORDER BY a.alias_normalised)
                 FROM entity_aliases a WHERE a.entity_id = e.id),
                0, e.first_seen, '', e.is_quarantined, e.quarantine_reason, e.quarantined_at, m.quote
         FROM entity_mentions m JOIN entities e ON e.id = m.entity_id
         WHERE m.entry_id = :entry ORDER BY e.entity_type, e.canonical_name, e.id, m.id",
        named_params! { ":entry": entry.0 },
        |row| {
            let (id, quote) = (EntityId(row.get(0)?), row.get::<_, String>(10)?);
            if found.last().is_none_or(|last| last.id != id) {
                found.push(EntitySummary { quotes: Some(Vec::new()), ..summary_from_row(row)? });
            }
            if let Some(last) = found.last_mut() {
                last.mention_count += 1;
                let quotes = last.quotes.get_or_insert_default();
                if !quotes.contains(&quote) {
                    quotes.push(quote);
                }
            }
            Ok(())
        },
    )?;
    Ok(found)
}

fn summary_from_row(row: &Row<'_>) -> rusqlite::Result<EntitySummary> {
    Ok(EntitySummary {
        id: EntityId(row.get(0)?),
        canonical_name: row.get(1)?,
        entity_type: type_from_row(row, 2)?,
        aliases: texts_from_row(row, 3)?,
        mention_count: row.get(4)?,
        first_seen: row.get(5)?,
        last_seen: row.get(6)?,
        is_quarantined: row.get(7)?,
        quarantine_reason: row.get(8)?,
        quarantined_at: row.get(9)?,
        quotes: None,
    })
}

/// Returns details in the order of the ids; unknown ids are skipped.
pub(crate) fn list_details(db: &NotebookDb<'_>, ids: &[EntityId]) -> Result<Vec<EntityDetail>> {
    db.query_all(
        "SELECT e.id, e.canonical_name, e.entity_type,
                (SELECT json_group_array(a.alias_normalised ORDER BY a.alias_normalised)
                 FROM entity_aliases a WHERE a.entity_id = e.id),
                e.description, e.first_seen, e.created_at, e.updated_at, e.is_quarantined, e.quarantine_reason,
                e.quarantined_at, e.is_curated,
                (SELECT COUNT(*) FROM entity_mentions m WHERE m.entity_id = e.id),
                (SELECT COALESCE(MAX(n.entry_date), '') FROM entity_mentions m CROSS JOIN entries n INDEXED BY entries_days
                 ON n.id = m.entry_id WHERE m.entity_id = e.id)
         FROM json_each(:ids) wanted CROSS JOIN entities e ON e.id = wanted.value ORDER BY wanted.key",
        named_params! { ":ids": ids_to_json(ids.iter().map(|id| id.0)) },
        |row| {
            Ok(EntityDetail {
                id: EntityId(row.get(0)?),
                canonical_name: row.get(1)?,
                entity_type: type_from_row(row, 2)?,
                aliases: texts_from_row(row, 3)?,
                description: row.get(4)?,
                first_seen: row.get(5)?,
                created_at: row.get(6)?,
                updated_at: row.get(7)?,
                is_quarantined: row.get(8)?,
                quarantine_reason: row.get(9)?,
                quarantined_at: row.get(10)?,
                is_curated: row.get(11)?,
                mention_count: row.get(12)?,
                last_seen: row.get(13)?,
            })
        },
    )
}
