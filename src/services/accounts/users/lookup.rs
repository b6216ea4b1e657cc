//! Lookup of a user by id, and the rule that one active admin remains.

use crate::domain::id::UserId;
use crate::domain::user::{User, UserRole};
use crate::error::{Error, Result};
use crate::storage::accounts::{self, AccountsDb};

/// Finds a user.
///
/// # Errors
/// `NotFound`.
pub(crate) fn find_user(db: &AccountsDb<'_>, id: UserId) -> Result<User> {
    accounts::users::find_by_id(db, id)?.ok_or_else(|| Error::not_found("user"))
}

/// Checks that a user is not the only active admin.
///
/// # Errors
/// `Conflict`.
pub(super) fn check_not_last_admin(db: &AccountsDb<'_>, user: &User) -> Result<()> {
    let acting = user.role == UserRole::Admin && user.is_active && user.deleted_at.is_none();
    if acting && accounts::users::count_active_admins(db)? == 1 {
        return Err(
            Error::conflict("this is the last admin").hint("create another one first: `journal user admin EMAIL`")
        );
    }
    Ok(())
}
