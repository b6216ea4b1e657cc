//! Entities as lists and pages show them.

use rusqlite::Row;
use rusqlite::named_params;

use crate::error::Result;
use crate::model::entity::Detail;
use crate::model::entity::EntityType;
use crate::model::entity::Summary;
use crate::model::id::EntityId;
use crate::model::id::EntryId;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::kind;
use crate::storage::notebook::entities::list;
use crate::storage::notebook::entities::texts;

/// Returns the numbers of a page of those that are not set aside, by type and name.
pub(crate) fn page(db: &NotebookDb<'_>, of: Option<EntityType>, limit: i64, offset: i64) -> Result<Vec<EntityId>> {
    db.all(
        "SELECT id FROM entities INDEXED BY entities_listed
         WHERE is_quarantined = 0 AND (:type IS NULL OR entity_type = :type)
         ORDER BY entity_type, canonical_name, id LIMIT :limit OFFSET :offset",
        named_params! { ":type": of.map(EntityType::name), ":limit": limit, ":offset": offset },
        |row| row.get(0).map(EntityId),
    )
}

/// Counts those that are not set aside.
pub(crate) fn count(db: &NotebookDb<'_>, of: Option<EntityType>) -> Result<i64> {
    db.one(
        "SELECT COUNT(*) FROM entities INDEXED BY entities_listed
         WHERE is_quarantined = 0 AND (:type IS NULL OR entity_type = :type)",
        named_params! { ":type": of.map(EntityType::name) },
        |row| row.get(0),
    )
}

/// Returns the numbers of those that are not set aside with a text in a name, whatever its case, by type and name.
pub(crate) fn matching(db: &NotebookDb<'_>, of: Option<EntityType>, text: &str) -> Result<Vec<EntityId>> {
    // SQLite knows the lower case of ASCII alone.
    let wanted = text.to_lowercase();
    let mut found: Vec<EntityId> = Vec::new();
    db.each(
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

/// Returns the numbers of all that are set aside, by type and name.
pub(crate) fn quarantined(db: &NotebookDb<'_>) -> Result<Vec<EntityId>> {
    db.all(
        "SELECT id FROM entities INDEXED BY entities_listed WHERE is_quarantined = 1
         ORDER BY entity_type, canonical_name, id",
        [],
        |row| row.get(0).map(EntityId),
    )
}

/// Returns a line for each number, in the order of the numbers; those that are none are left out.
pub(crate) fn summaries(db: &NotebookDb<'_>, ids: &[EntityId]) -> Result<Vec<Summary>> {
    db.all(
        "SELECT e.id, e.canonical_name, e.entity_type,
                (SELECT json_group_array(a.alias_normalised ORDER BY a.alias_normalised)
                 FROM entity_aliases a WHERE a.entity_id = e.id),
                (SELECT COUNT(*) FROM entity_mentions m WHERE m.entity_id = e.id), e.first_seen,
                (SELECT COALESCE(MAX(n.entry_date), '') FROM entity_mentions m CROSS JOIN entries n INDEXED BY entries_days
                 ON n.id = m.entry_id WHERE m.entity_id = e.id),
                e.is_quarantined, e.quarantine_reason, e.quarantined_at
         FROM json_each(:ids) wanted CROSS JOIN entities e ON e.id = wanted.value ORDER BY wanted.key",
        named_params! { ":ids": list(ids.iter().map(|id| id.0)) },
        summary_from_row,
    )
}

/// Returns whom and what an entry mentions, counted and quoted in this entry alone, by type and name.
pub(crate) fn of_entry(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<Summary>> {
    let mut found: Vec<Summary> = Vec::new();
    db.each(
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
                found.push(Summary { quotes: Some(Vec::new()), ..summary_from_row(row)? });
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

fn summary_from_row(row: &Row<'_>) -> rusqlite::Result<Summary> {
    Ok(Summary {
        id: EntityId(row.get(0)?),
        canonical_name: row.get(1)?,
        entity_type: kind(row, 2)?,
        aliases: texts(row, 3)?,
        mention_count: row.get(4)?,
        first_seen: row.get(5)?,
        last_seen: row.get(6)?,
        is_quarantined: row.get(7)?,
        quarantine_reason: row.get(8)?,
        quarantined_at: row.get(9)?,
        quotes: None,
    })
}

/// Returns what is known of each number, in the order of the numbers; those that are none are left out.
pub(crate) fn details(db: &NotebookDb<'_>, ids: &[EntityId]) -> Result<Vec<Detail>> {
    db.all(
        "SELECT e.id, e.canonical_name, e.entity_type,
                (SELECT json_group_array(a.alias_normalised ORDER BY a.alias_normalised)
                 FROM entity_aliases a WHERE a.entity_id = e.id),
                e.description, e.first_seen, e.created_at, e.updated_at, e.is_quarantined, e.quarantine_reason,
                e.quarantined_at, e.is_curated,
                (SELECT COUNT(*) FROM entity_mentions m WHERE m.entity_id = e.id),
                (SELECT COALESCE(MAX(n.entry_date), '') FROM entity_mentions m CROSS JOIN entries n INDEXED BY entries_days
                 ON n.id = m.entry_id WHERE m.entity_id = e.id)
         FROM json_each(:ids) wanted CROSS JOIN entities e ON e.id = wanted.value ORDER BY wanted.key",
        named_params! { ":ids": list(ids.iter().map(|id| id.0)) },
        |row| {
            Ok(Detail {
                id: EntityId(row.get(0)?),
                canonical_name: row.get(1)?,
                entity_type: kind(row, 2)?,
                aliases: texts(row, 3)?,
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
