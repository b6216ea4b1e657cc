//! Entities: rows, links to entries, merges and the owner's corrections.

pub(crate) mod aliases;
pub(crate) mod charts;
pub(crate) mod corrections;
pub(crate) mod edit;
pub(crate) mod links;
pub(crate) mod mentions;
pub(crate) mod merge_candidates;
pub(crate) mod merge_undo;
pub(crate) mod merges;
pub(crate) mod persons;
pub(crate) mod queries;
pub(crate) mod similar;
pub(crate) mod split;
#[cfg(test)]
pub(crate) mod test_support;
pub(crate) mod upsert;
pub(crate) mod vectors;

use rusqlite::{Row, named_params};

use crate::domain::entity::EntityType;
use crate::domain::id::EntityId;
use crate::error::{Error, Result};
use crate::storage::notebook::NotebookDb;

/// Id, type and name of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntityName {
    pub(crate) id: EntityId,
    pub(crate) kind: EntityType,
    pub(crate) name: String,
}

/// Finds an entity by id.
pub(crate) fn find(db: &NotebookDb<'_>, id: EntityId) -> Result<Option<EntityName>> {
    db.query_optional(
        "SELECT id, entity_type, canonical_name FROM entities WHERE id = :id",
        named_params! { ":id": id.0 },
        name_from_row,
    )
}

/// Finds an entity by type and exact name, which are unique.
pub(crate) fn find_by_name(db: &NotebookDb<'_>, kind: EntityType, name: &str) -> Result<Option<EntityName>> {
    db.query_optional(
        "SELECT id, entity_type, canonical_name FROM entities WHERE entity_type = :type AND canonical_name = :name",
        named_params! { ":type": kind.name(), ":name": name },
        name_from_row,
    )
}

/// Returns all entities of a type, including quarantined ones.
pub(crate) fn list_by_type(db: &NotebookDb<'_>, kind: EntityType) -> Result<Vec<EntityName>> {
    db.query_all(
        "SELECT id, entity_type, canonical_name FROM entities WHERE entity_type = :type ORDER BY canonical_name",
        named_params! { ":type": kind.name() },
        name_from_row,
    )
}

fn name_from_row(row: &Row<'_>) -> rusqlite::Result<EntityName> {
    Ok(EntityName { id: EntityId(row.get(0)?), kind: type_from_row(row, 1)?, name: row.get(2)? })
}

/// Reads a column with an entity type.
pub(crate) fn type_from_row(row: &Row<'_>, column: usize) -> rusqlite::Result<EntityType> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error: Error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    })
}

/// Encodes ids as a JSON array for `json_each`.
fn ids_to_json(ids: impl IntoIterator<Item = i64>) -> String {
    serde_json::Value::from_iter(ids).to_string()
}

/// Reads a column with a JSON array of texts.
fn texts_from_row(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<String>> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into()))
}
