//! What else opens an account or another's notebook, taken away at once.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::NotebookId;
use crate::model::id::UserId;
use crate::storage::accounts::AccountsDb;

/// Returns the notebooks of others that a user has a right to.
pub(crate) fn granted_to(db: &AccountsDb<'_>, user: UserId) -> Result<Vec<NotebookId>> {
    let ids = db.all(
        "SELECT notebook_id FROM grants WHERE user_id = :user AND role <> 'owner' ORDER BY notebook_id",
        named_params! { ":user": user.0 },
        |row| row.get::<_, String>(0),
    )?;
    ids.iter().map(|id| id.parse()).collect()
}

/// Takes a user's right to another's notebook away.
pub(crate) fn revoke_grant(db: &AccountsDb<'_>, id: NotebookId, user: UserId) -> Result<()> {
    db.run(
        "DELETE FROM grants WHERE notebook_id = :id AND user_id = :user AND role <> 'owner'",
        named_params! { ":id": id.to_string(), ":user": user.0 },
    )
    .map(drop)
}

/// Makes a user's mailed links useless and returns how many could still have been used.
pub(crate) fn forget_links(db: &AccountsDb<'_>, user: UserId, at: &str) -> Result<usize> {
    let live = db.one(
        "SELECT COUNT(*) FROM mailed_tokens WHERE user_id = :user AND used_at IS NULL AND expires_at > :at",
        named_params! { ":user": user.0, ":at": at },
        |row| row.get(0),
    )?;
    db.run(
        "UPDATE mailed_tokens SET used_at = :at WHERE user_id = :user AND used_at IS NULL",
        named_params! { ":user": user.0, ":at": at },
    )?;
    Ok(live)
}
