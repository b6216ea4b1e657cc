//! Rows of settings that an admin changed while the server ran.

use std::collections::BTreeMap;

use rusqlite::named_params;

use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Returns what was changed, as JSON texts by key.
pub(crate) fn all(db: &AccountsDb<'_>) -> Result<BTreeMap<String, String>> {
    let rows =
        db.all("SELECT key, value FROM runtime_settings ORDER BY key", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.into_iter().collect())
}

/// Changes a setting.
pub(crate) fn set(db: &AccountsDb<'_>, key: &str, value: &str, at: &str) -> Result<()> {
    db.run(
        "INSERT INTO runtime_settings (key, value, updated_at) VALUES (:key, :value, :at)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        named_params! { ":key": key, ":value": value, ":at": at },
    )
    .map(drop)
}
