//! What an admin changes of an account, by its number.

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::id::UserId;
use crate::model::scope::Scope;
use crate::model::user::Role;
use crate::model::user::User;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;
use crate::users::found;
use crate::users::spare_last_admin;

/// What to change; at least one field.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change {
    /// Whether the account may be used.
    pub is_active: Option<bool>,
    /// Whether the user is an admin; one who no longer is becomes a member.
    pub is_admin: Option<bool>,
    /// The role itself.
    pub role: Option<Role>,
}

/// Changes an account and returns the user as they are then.
///
/// # Errors
/// `Invalid` with code `missing_fields` for nothing to change, `invalid_field` for two roles at once; `NotFound`;
/// `Conflict` for the last admin, for admins who would shut out or demote themselves, and for making an admin of
/// somebody whose address is not confirmed.
pub async fn change(ctx: &Ctx, id: UserId, change: Change) -> Result<User> {
    if change.is_active.is_none() && change.is_admin.is_none() && change.role.is_none() {
        return Err(Error::invalid("there is nothing to change")
            .code("missing_fields")
            .hint("send is_active, is_admin or role"));
    }
    let own = ctx.caller.user.as_ref().is_some_and(|user| user.id == id);
    let trail = Trail::of(ctx);
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        let user = found(db, id)?;
        let role = wanted_role(&user, change)?;
        if own && (change.is_active == Some(false) || role != user.role) {
            return Err(Error::conflict("you cannot shut out or demote yourself").hint("ask another admin"));
        }
        if role == Role::Admin && !user.email_verified {
            return Err(Error::conflict("the address is not confirmed yet, so anybody may have claimed it")
                .hint("wait until the link that was mailed there is followed"));
        }
        if change.is_active == Some(false) || role != Role::Admin {
            spare_last_admin(db, &user)?;
        }
        let resource = format!("user:{id}");
        if let Some(active) = change.is_active.filter(|&active| active != user.is_active) {
            accounts::users::set_active(db, id, active, trail.at())?;
            trail.record(db, if active { Action::UserEnabled } else { Action::UserDisabled }, &resource)?;
        }
        if role != user.role {
            set_role(db, &user, role, trail.at())?;
            trail.record(db, Action::RoleChanged, &resource)?;
        }
        found(db, id)
    })
    .await
}

/// Sets a role and ends the user's logins.
pub(super) fn set_role(db: &AccountsDb<'_>, user: &User, role: Role, at: &str) -> Result<()> {
    if role != user.role {
        accounts::sessions::remove_all(db, user.id)?;
    }
    accounts::users::set_role(db, user.id, role, at)
}

fn wanted_role(user: &User, change: Change) -> Result<Role> {
    match (change.role, change.is_admin) {
        (Some(role), Some(is_admin)) if (role == Role::Admin) != is_admin => {
            Err(Error::invalid("is_admin and role contradict each other")
                .code("invalid_field")
                .hint("send one of them"))
        }
        (Some(role), _) => Ok(role),
        (None, Some(true)) => Ok(Role::Admin),
        (None, Some(false)) if user.role == Role::Admin => Ok(Role::Member),
        (None, _) => Ok(user.role),
    }
}
