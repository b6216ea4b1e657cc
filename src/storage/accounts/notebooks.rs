//! Rows of notebooks and of who may open them.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::NotebookId;
use crate::model::id::UserId;
use crate::storage::accounts::AccountsDb;

/// Adds a notebook with its owner, whose default it becomes.
pub(crate) fn add(
    db: &AccountsDb<'_>,
    id: NotebookId,
    owner: UserId,
    name: &str,
    wrapped_key: &[u8],
    at: &str,
) -> Result<()> {
    db.run(
        "INSERT INTO notebooks (id, name, wrapped_key, created_at) VALUES (:id, :name, :key, :at)",
        named_params! { ":id": id.to_string(), ":name": name, ":key": wrapped_key, ":at": at },
    )?;
    db.run(
        "INSERT INTO grants (notebook_id, user_id, role, is_default, created_at) VALUES (:id, :user, 'owner', 1, :at)",
        named_params! { ":id": id.to_string(), ":user": owner.0, ":at": at },
    )?;
    Ok(())
}

/// What opens a notebook's database, wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    /// The key the file has, unless a re-keying came further.
    pub(crate) wrapped: Vec<u8>,
    /// The key the file has once the re-keying that is under way is done with it.
    pub(crate) next: Option<Vec<u8>>,
}

/// Returns what opens a notebook.
pub(crate) fn keys(db: &AccountsDb<'_>, id: NotebookId) -> Result<Option<Keys>> {
    db.first(
        "SELECT wrapped_key, next_wrapped_key FROM notebooks WHERE id = :id",
        named_params! { ":id": id.to_string() },
        |row| Ok(Keys { wrapped: row.get(0)?, next: row.get(1)? }),
    )
}

/// Writes down the key that a notebook's file is about to get.
pub(crate) fn set_next_key(db: &AccountsDb<'_>, id: NotebookId, wrapped: &[u8]) -> Result<()> {
    db.run(
        "UPDATE notebooks SET next_wrapped_key = :key WHERE id = :id",
        named_params! { ":id": id.to_string(), ":key": wrapped },
    )
    .map(drop)
}

/// Writes down the one key that a notebook's file has.
pub(crate) fn set_key(db: &AccountsDb<'_>, id: NotebookId, wrapped: &[u8]) -> Result<()> {
    db.run(
        "UPDATE notebooks SET wrapped_key = :key, next_wrapped_key = NULL WHERE id = :id",
        named_params! { ":id": id.to_string(), ":key": wrapped },
    )
    .map(drop)
}

/// Returns the notebook that a user's commands work on.
pub(crate) fn default_of(db: &AccountsDb<'_>, owner: UserId) -> Result<Option<NotebookId>> {
    let id: Option<String> = db.first(
        "SELECT notebook_id FROM grants WHERE user_id = :user AND is_default = 1 AND role = 'owner'",
        named_params! { ":user": owner.0 },
        |row| row.get(0),
    )?;
    id.map(|id| id.parse()).transpose()
}

/// Returns the notebooks a user owns.
pub(crate) fn owned_by(db: &AccountsDb<'_>, owner: UserId) -> Result<Vec<NotebookId>> {
    let ids = db.all(
        "SELECT notebook_id FROM grants WHERE user_id = :user AND role = 'owner' ORDER BY notebook_id",
        named_params! { ":user": owner.0 },
        |row| row.get::<_, String>(0),
    )?;
    ids.iter().map(|id| id.parse()).collect()
}

/// Returns every notebook's id.
pub(crate) fn all(db: &AccountsDb<'_>) -> Result<Vec<NotebookId>> {
    let ids = db.all("SELECT id FROM notebooks ORDER BY id", [], |row| row.get::<_, String>(0))?;
    ids.iter().map(|id| id.parse()).collect()
}

/// Removes a notebook's row and with it the only copy of its key.
pub(crate) fn remove(db: &AccountsDb<'_>, id: NotebookId) -> Result<()> {
    db.run("DELETE FROM notebooks WHERE id = :id", named_params! { ":id": id.to_string() }).map(drop)
}
