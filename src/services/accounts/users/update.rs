//! Update of an account by an admin, by user id.

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::domain::id::UserId;
use crate::domain::scope::Scope;
use crate::domain::user::{User, UserRole};
use crate::error::{Error, Result};
use crate::services::accounts::users::lookup::{check_not_last_admin, find_user};
use crate::services::audit::AuditRecorder;
use crate::storage::accounts::{self, AccountsDb};

/// Changes to an account; at least one field must be set.
#[derive(Debug, Clone, Copy, Default)]
pub struct UserUpdate {
    /// True if the account is active.
    pub is_active: Option<bool>,
    /// True if the user is an admin; a former admin becomes a member.
    pub is_admin: Option<bool>,
    /// Role.
    pub role: Option<UserRole>,
}

/// Updates an account and returns the user.
///
/// # Errors
/// `Invalid` with code `missing_fields` for no changes, `invalid_field` for contradicting roles; `NotFound`; `Conflict`
/// for the last admin, for admins who disable or demote themselves, and for promoting a user with an unconfirmed
/// address.
pub async fn change(ctx: &Ctx, id: UserId, change: UserUpdate) -> Result<User> {
    if change.is_active.is_none() && change.is_admin.is_none() && change.role.is_none() {
        return Err(Error::invalid("there is nothing to change")
            .code("missing_fields")
            .hint("send is_active, is_admin or role"));
    }
    let own = ctx.caller.user.as_ref().is_some_and(|user| user.id == id);
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        let user = find_user(db, id)?;
        let role = wanted_role(&user, change)?;
        if own && (change.is_active == Some(false) || role != user.role) {
            return Err(Error::conflict("you cannot disable or demote yourself").hint("ask another admin"));
        }
        if role == UserRole::Admin && !user.email_verified {
            return Err(Error::conflict("the address is not confirmed yet, so anyone may have claimed it")
                .hint("wait until the user opens the confirmation link"));
        }
        if change.is_active == Some(false) || role != UserRole::Admin {
            check_not_last_admin(db, &user)?;
        }
        let resource = format!("user:{id}");
        if let Some(active) = change.is_active.filter(|&active| active != user.is_active) {
            accounts::users::set_active(db, id, active, trail.at())?;
            trail.record(db, if active { AuditAction::UserEnabled } else { AuditAction::UserDisabled }, &resource)?;
        }
        if role != user.role {
            set_role(db, &user, role, trail.at())?;
            trail.record(db, AuditAction::RoleChanged, &resource)?;
        }
        find_user(db, id)
    })
    .await
}

/// Sets a role; a change ends the user's sessions.
pub(super) fn set_role(db: &AccountsDb<'_>, user: &User, role: UserRole, at: &str) -> Result<()> {
    if role != user.role {
        accounts::sessions::remove_all(db, user.id)?;
    }
    accounts::users::set_role(db, user.id, role, at)
}

fn wanted_role(user: &User, change: UserUpdate) -> Result<UserRole> {
    match (change.role, change.is_admin) {
        (Some(role), Some(is_admin)) if (role == UserRole::Admin) != is_admin => {
            Err(Error::invalid("is_admin and role contradict each other")
                .code("invalid_field")
                .hint("send one of them"))
        }
        (Some(role), _) => Ok(role),
        (None, Some(true)) => Ok(UserRole::Admin),
        (None, Some(false)) if user.role == UserRole::Admin => Ok(UserRole::Member),
        (None, _) => Ok(user.role),
    }
}
