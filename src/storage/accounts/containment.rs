//! Revocation of grants and mailed links during incident containment.

use rusqlite::named_params;

use crate::domain::id::{NotebookId, UserId};
use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Returns the notebooks of other users that a user has a grant for.
pub(crate) fn list_granted(db: &AccountsDb<'_>, user: UserId) -> Result<Vec<NotebookId>> {
    let ids = db.query_all(
        "SELECT notebook_id FROM grants WHERE user_id = :user AND role <> 'owner' ORDER BY notebook_id",
        named_params! { ":user": user.0 },
        |row| row.get::<_, String>(0),
    )?;
    ids.iter().map(|id| id.parse()).collect()
}

/// Revokes a user's grant for another user's notebook.
pub(crate) fn revoke_grant(db: &AccountsDb<'_>, id: NotebookId, user: UserId) -> Result<()> {
    db.execute(
        "DELETE FROM grants WHERE notebook_id = :id AND user_id = :user AND role <> 'owner'",
        named_params! { ":id": id.to_string(), ":user": user.0 },
    )
    .map(drop)
}

/// Invalidates a user's mailed links and returns how many were still valid.
pub(crate) fn invalidate_links(db: &AccountsDb<'_>, user: UserId, at: &str) -> Result<usize> {
    let live = db.query_one(
        "SELECT COUNT(*) FROM mailed_tokens WHERE user_id = :user AND used_at IS NULL AND expires_at > :at",
        named_params! { ":user": user.0, ":at": at },
        |row| row.get(0),
    )?;
    db.execute(
        "UPDATE mailed_tokens SET used_at = :at WHERE user_id = :user AND used_at IS NULL",
        named_params! { ":user": user.0, ":at": at },
    )?;
    Ok(live)
}
