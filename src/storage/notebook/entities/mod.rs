//! Who and what entries speak of, what is known of them, and what their owner said of it.

pub(crate) mod aliases;
pub(crate) mod alike;
pub(crate) mod change;
pub(crate) mod charts;
pub(crate) mod corrections;
pub(crate) mod found;
pub(crate) mod known;
pub(crate) mod linked;
pub(crate) mod mentions;
pub(crate) mod merges;
pub(crate) mod pairs;
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod shown;
pub(crate) mod split;
pub(crate) mod undoing;

use rusqlite::Row;
use rusqlite::named_params;

use crate::error::Error;
use crate::error::Result;
use crate::model::entity::EntityType;
use crate::model::id::EntityId;
use crate::storage::notebook::NotebookDb;

/// What something is by its type and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) id: EntityId,
    pub(crate) kind: EntityType,
    pub(crate) name: String,
}

/// Finds one by its number.
pub(crate) fn find(db: &NotebookDb<'_>, id: EntityId) -> Result<Option<Named>> {
    db.first(
        "SELECT id, entity_type, canonical_name FROM entities WHERE id = :id",
        named_params! { ":id": id.0 },
        named_from_row,
    )
}

/// Finds one by its type and its name, letter for letter: there is one at most.
pub(crate) fn called(db: &NotebookDb<'_>, kind: EntityType, name: &str) -> Result<Option<Named>> {
    db.first(
        "SELECT id, entity_type, canonical_name FROM entities WHERE entity_type = :type AND canonical_name = :name",
        named_params! { ":type": kind.name(), ":name": name },
        named_from_row,
    )
}

/// Returns every one of a type, those that are set aside too.
pub(crate) fn of_type(db: &NotebookDb<'_>, kind: EntityType) -> Result<Vec<Named>> {
    db.all(
        "SELECT id, entity_type, canonical_name FROM entities WHERE entity_type = :type ORDER BY canonical_name",
        named_params! { ":type": kind.name() },
        named_from_row,
    )
}

fn named_from_row(row: &Row<'_>) -> rusqlite::Result<Named> {
    Ok(Named { id: EntityId(row.get(0)?), kind: kind(row, 1)?, name: row.get(2)? })
}

/// Reads a column that holds a type.
pub(crate) fn kind(row: &Row<'_>, column: usize) -> rusqlite::Result<EntityType> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error: Error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    })
}

/// Writes numbers as statements take them: a JSON array.
fn list(ids: impl IntoIterator<Item = i64>) -> String {
    serde_json::Value::from_iter(ids).to_string()
}

/// Reads a JSON array of texts out of a column.
fn texts(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<String>> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into()))
}
