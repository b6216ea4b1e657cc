//! Rows of runtime settings changed by an admin.

use std::collections::BTreeMap;

use rusqlite::named_params;

use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Returns the changed settings as JSON texts by key.
pub(crate) fn all(db: &AccountsDb<'_>) -> Result<BTreeMap<String, String>> {
    let rows =
        db.query_all("SELECT key, value FROM runtime_settings ORDER BY key", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.into_iter().collect())
}

/// Stores a setting.
pub(crate) fn set(db: &AccountsDb<'_>, key: &str, value: &str, at: &str) -> Result<()> {
    db.execute(
        "INSERT INTO runtime_settings (key, value, updated_at) VALUES (:key, :value, :at)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        named_params! { ":key": key, ":value": value, ":at": at },
    )
    .map(drop)
}
