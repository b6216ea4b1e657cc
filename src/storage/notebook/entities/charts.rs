//! What dashboards ask of mentions: short passes over indexes, which the service puts together.
//!
//! Joined in SQL, each of some ten thousand mentions would look its entry up; put together in memory it is one pass.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::entity::EntityType;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::Named;
use crate::storage::notebook::entities::named_from_row;

/// Returns those that are not set aside, by type and name.
pub(crate) fn listed(db: &NotebookDb<'_>, of: Option<EntityType>) -> Result<Vec<Named>> {
    db.all(
        "SELECT id, entity_type, canonical_name FROM entities INDEXED BY entities_listed
         WHERE is_quarantined = 0 AND (:type IS NULL OR entity_type = :type)
         ORDER BY entity_type, canonical_name, id",
        named_params! { ":type": of.map(EntityType::name) },
        named_from_row,
    )
}

/// Hands on the entity and the entry of every mention, by entity, then by entry.
pub(crate) fn each_mention(db: &NotebookDb<'_>, mut take: impl FnMut(i64, i64)) -> Result<()> {
    db.each(
        "SELECT entity_id, entry_id FROM entity_mentions INDEXED BY entity_mentions_by_entity
         ORDER BY entity_id, entry_id",
        [],
        |row| {
            take(row.get(0)?, row.get(1)?);
            Ok(())
        },
    )
}
