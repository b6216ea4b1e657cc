//! Dashboard queries on mentions.
//!
//! The service joins the results in memory: a SQL join would look up an entry for each of thousands of mentions.

use rusqlite::named_params;

use crate::domain::entity::EntityType;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::{EntityName, name_from_row};

/// Returns the entities that are not quarantined, by type and name.
pub(crate) fn list_named(db: &NotebookDb<'_>, of: Option<EntityType>) -> Result<Vec<EntityName>> {
    db.query_all(
        "SELECT id, entity_type, canonical_name FROM entities INDEXED BY entities_listed
         WHERE is_quarantined = 0 AND (:type IS NULL OR entity_type = :type)
         ORDER BY entity_type, canonical_name, id",
        named_params! { ":type": of.map(EntityType::name) },
        name_from_row,
    )
}

/// Calls a closure with the entity id and entry id of every mention, by entity and entry.
pub(crate) fn for_each_mention(db: &NotebookDb<'_>, mut take: impl FnMut(i64, i64)) -> Result<()> {
    db.for_each_row(
        "SELECT entity_id, entry_id FROM entity_mentions INDEXED BY entity_mentions_by_entity
         ORDER BY entity_id, entry_id",
        [],
        |row| {
            take(row.get(0)?, row.get(1)?);
            Ok(())
        },
    )
}
