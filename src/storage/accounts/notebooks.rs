//! Rows of notebooks and their grants.

use rusqlite::named_params;

use crate::domain::id::{NotebookId, UserId};
use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Adds a notebook with its owner and makes it the owner's default.
pub(crate) fn add(
    db: &AccountsDb<'_>,
    id: NotebookId,
    owner: UserId,
    name: &str,
    wrapped_key: &[u8],
    at: &str,
) -> Result<()> {
    db.execute(
        "INSERT INTO notebooks (id, name, wrapped_key, created_at) VALUES (:id, :name, :key, :at)",
        named_params! { ":id": id.to_string(), ":name": name, ":key": wrapped_key, ":at": at },
    )?;
    db.execute(
        "INSERT INTO grants (notebook_id, user_id, role, is_default, created_at) VALUES (:id, :user, 'owner', 1, :at)",
        named_params! { ":id": id.to_string(), ":user": owner.0, ":at": at },
    )?;
    Ok(())
}

/// Wrapped keys of a notebook's database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrappedNotebookKeys {
    /// Current key of the file, unless a key rotation has already replaced it by `next`.
    pub(crate) wrapped: Vec<u8>,
    /// Key after the key rotation in progress.
    pub(crate) next: Option<Vec<u8>>,
}

/// Returns the wrapped keys of a notebook.
pub(crate) fn find_keys(db: &AccountsDb<'_>, id: NotebookId) -> Result<Option<WrappedNotebookKeys>> {
    db.query_optional(
        "SELECT wrapped_key, next_wrapped_key FROM notebooks WHERE id = :id",
        named_params! { ":id": id.to_string() },
        |row| Ok(WrappedNotebookKeys { wrapped: row.get(0)?, next: row.get(1)? }),
    )
}

/// Stores the next key of a notebook during a key rotation.
pub(crate) fn set_next_key(db: &AccountsDb<'_>, id: NotebookId, wrapped: &[u8]) -> Result<()> {
    db.execute(
        "UPDATE notebooks SET next_wrapped_key = :key WHERE id = :id",
        named_params! { ":id": id.to_string(), ":key": wrapped },
    )
    .map(drop)
}

/// Stores the current key of a notebook and clears the next one.
pub(crate) fn set_key(db: &AccountsDb<'_>, id: NotebookId, wrapped: &[u8]) -> Result<()> {
    db.execute(
        "UPDATE notebooks SET wrapped_key = :key, next_wrapped_key = NULL WHERE id = :id",
        named_params! { ":id": id.to_string(), ":key": wrapped },
    )
    .map(drop)
}

/// Returns a user's default notebook.
pub(crate) fn find_default(db: &AccountsDb<'_>, owner: UserId) -> Result<Option<NotebookId>> {
    let id: Option<String> = db.query_optional(
        "SELECT notebook_id FROM grants WHERE user_id = :user AND is_default = 1 AND role = 'owner'",
        named_params! { ":user": owner.0 },
        |row| row.get(0),
    )?;
    id.map(|id| id.parse()).transpose()
}

/// Returns the notebooks owned by a user.
pub(crate) fn list_owned(db: &AccountsDb<'_>, owner: UserId) -> Result<Vec<NotebookId>> {
    let ids = db.query_all(
        "SELECT notebook_id FROM grants WHERE user_id = :user AND role = 'owner' ORDER BY notebook_id",
        named_params! { ":user": owner.0 },
        |row| row.get::<_, String>(0),
    )?;
    ids.iter().map(|id| id.parse()).collect()
}

/// Returns the notebooks of a user that a restore set aside, the last one first.
pub(crate) fn list_set_aside(db: &AccountsDb<'_>, owner: UserId) -> Result<Vec<NotebookId>> {
    let ids = db.query_all(
        "SELECT id FROM notebooks WHERE replaced_owner = :user ORDER BY replaced_at DESC, id",
        named_params! { ":user": owner.0 },
        |row| row.get::<_, String>(0),
    )?;
    ids.iter().map(|id| id.parse()).collect()
}

/// Returns the notebooks that a restore set aside before an instant.
pub(crate) fn list_set_aside_before(db: &AccountsDb<'_>, at: &str) -> Result<Vec<NotebookId>> {
    let ids = db.query_all(
        "SELECT id FROM notebooks WHERE replaced_at < :at ORDER BY id",
        named_params! { ":at": at },
        |row| row.get::<_, String>(0),
    )?;
    ids.iter().map(|id| id.parse()).collect()
}

/// Returns the ids of all notebooks that are in use, that is, that no restore set aside.
pub(crate) fn list_used_ids(db: &AccountsDb<'_>) -> Result<Vec<NotebookId>> {
    let sql = "SELECT id FROM notebooks WHERE replaced_at IS NULL ORDER BY id";
    let ids = db.query_all(sql, [], |row| row.get::<_, String>(0))?;
    ids.iter().map(|id| id.parse()).collect()
}

/// Returns the ids of all notebooks, those that a restore set aside too.
pub(crate) fn list_ids(db: &AccountsDb<'_>) -> Result<Vec<NotebookId>> {
    let ids = db.query_all("SELECT id FROM notebooks ORDER BY id", [], |row| row.get::<_, String>(0))?;
    ids.iter().map(|id| id.parse()).collect()
}

/// Removes a notebook's row, including the only copy of its key.
pub(crate) fn remove(db: &AccountsDb<'_>, id: NotebookId) -> Result<()> {
    db.execute("DELETE FROM notebooks WHERE id = :id", named_params! { ":id": id.to_string() }).map(drop)
}
