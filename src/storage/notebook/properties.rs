//! Rows of entry properties: unknown fields of front matter, in their order.

use rusqlite::named_params;
use serde_json::Value;

use crate::domain::entry::EntryProperty;
use crate::domain::id::EntryId;
use crate::error::{Error, Result};
use crate::storage::notebook::NotebookDb;

/// Returns an entry's properties in their order.
pub(crate) fn list(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<EntryProperty>> {
    let rows: Vec<(String, String)> = db.query_all(
        "SELECT name, value FROM entry_properties WHERE entry_id = :entry ORDER BY position",
        named_params! { ":entry": entry.0 },
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let parse = |(name, json): (String, String)| {
        let value: Value =
            serde_json::from_str(&json).map_err(|error| Error::internal("reading a stored property", error))?;
        Ok(EntryProperty { name, value })
    };
    rows.into_iter().map(parse).collect()
}

/// Replaces an entry's properties.
pub(crate) fn set(db: &NotebookDb<'_>, entry: EntryId, properties: &[EntryProperty]) -> Result<()> {
    db.execute("DELETE FROM entry_properties WHERE entry_id = :entry", named_params! { ":entry": entry.0 })?;
    for (property, position) in properties.iter().zip(0_i64..) {
        db.execute(
            "INSERT INTO entry_properties (entry_id, position, name, value) VALUES (:entry, :position, :name, :value)",
            named_params! {
                ":entry": entry.0, ":position": position, ":name": property.name, ":value": property.value.to_string(),
            },
        )?;
    }
    Ok(())
}
