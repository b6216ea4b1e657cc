//! User accounts, managed by admins. Admin rights give no access to a journal.

mod deletion;
mod journal_span;
pub(super) mod lookup;
mod update;
mod usage;

pub use deletion::{
    DeletedUser, DeletionReceipt, DueDeletion, OwnedData, REPLACED_NOTEBOOK_DAYS, UNDO_DAYS, delete_now, list_due,
    list_due_notebooks, owned_data, purge,
};
pub use journal_span::journal_span;
pub use update::{UserUpdate, change};
pub use usage::{UserUsage, list_usage};

use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::domain::email::EmailAddress;
use crate::domain::id::NotebookId;
use crate::domain::scope::Scope;
use crate::domain::text;
use crate::domain::user::{User, UserRole};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::services::accounts::users::lookup::{check_not_last_admin, find_user};
use crate::services::audit::AuditRecorder;
use crate::services::auth::password_check;
use crate::storage::accounts::{self, AccountsDb};

/// Request for a new user.
pub struct CreateUserRequest {
    /// E-mail address, which is the account name.
    pub email: EmailAddress,
    /// Display name; the part of the address before the `@` if `None`.
    pub name: Option<String>,
    /// Role.
    pub role: UserRole,
    /// Password for the web; without one, only API keys and the shell work.
    pub password: Option<Secret<String>>,
}

/// User with their notebooks and the number of their API keys.
#[derive(Debug, Serialize)]
pub struct UserDetails {
    /// The user.
    #[serde(flatten)]
    pub user: User,
    /// Notebooks that the user owns.
    pub notebooks: Vec<NotebookId>,
    /// Number of valid API keys.
    pub live_keys: i64,
}

/// Creates a user with a default notebook.
///
/// # Errors
/// `Invalid` for a weak password; `Conflict` when the address is taken.
pub async fn add(ctx: &Ctx, new: CreateUserRequest) -> Result<User> {
    ctx.caller.authorize(Scope::AdminUsers)?;
    let name = display_name(new.name.as_deref(), &new.email)?;
    let hash = match new.password {
        Some(password) => Some(hash_password(ctx, password, &[new.email.as_str(), &name]).await?),
        None => None,
    };
    let taken = new.email.clone();
    ctx.read_accounts(Scope::AdminUsers, move |db| accounts::users::check_email_unused(db, &taken)).await?;
    let notebook = NotebookId::draw(ctx.app.entropy.as_ref())?;
    let wrapped_key = ctx.app.store.create_notebook(notebook, ctx.app.entropy.as_ref())?;
    let trail = AuditRecorder::from_ctx(ctx);
    let added = ctx
        .write_accounts(Scope::AdminUsers, move |db| {
            let row = accounts::users::NewUserRow {
                email: &new.email,
                display_name: &name,
                password_hash: hash.as_deref(),
                role: new.role,
                at: trail.at(),
            };
            let id = accounts::users::add(db, &row)?;
            accounts::notebooks::add(db, notebook, id, "Journal", &wrapped_key, trail.at())?;
            trail.record(db, AuditAction::UserAdded, &format!("user:{id}"))?;
            find_user(db, id)
        })
        .await;
    if added.is_err() {
        // Files without a row have no key.
        ctx.app.store.destroy_notebook(notebook)?;
    }
    added
}

/// Returns every user.
pub async fn list(ctx: &Ctx) -> Result<Vec<User>> {
    ctx.read_accounts(Scope::AdminUsers, accounts::users::all).await
}

/// Returns the default user: the one whose journal the operator's commands work on unless one is named.
pub async fn default_user(ctx: &Ctx) -> Result<Option<User>> {
    ctx.read_accounts(Scope::AdminUsers, accounts::users::find_default).await
}

/// Makes a user the default user.
///
/// # Errors
/// `NotFound`; `Forbidden` for API keys, as it decides which journal the operator's commands change; `Conflict` for a
/// user marked for deletion.
pub async fn set_default_user(ctx: &Ctx, email: EmailAddress) -> Result<User> {
    ctx.caller.require_operator()?;
    apply_audited(ctx, email, AuditAction::DefaultUserSet, |db, user, _| {
        if user.deleted_at.is_some() {
            return Err(Error::conflict("the user is marked for deletion")
                .hint("undo the deletion first: `journal user delete EMAIL --undo`"));
        }
        accounts::users::set_default(db, user.id)
    })
    .await
}

/// Returns one user with metadata; never content.
pub async fn show(ctx: &Ctx, email: EmailAddress) -> Result<UserDetails> {
    let now = ctx.app.now_timestamp();
    ctx.read_accounts(Scope::AdminUsers, move |db| {
        let user = accounts::users::get_by_email(db, email.as_str())?;
        let notebooks = accounts::notebooks::list_owned(db, user.id)?;
        let live_keys = accounts::keys::count_live(db, user.id, &now)?;
        Ok(UserDetails { user, notebooks, live_keys })
    })
    .await
}

/// Sets a user's password.
///
/// # Errors
/// `Invalid` for a weak password.
pub async fn set_password(ctx: &Ctx, email: EmailAddress, password: Secret<String>) -> Result<User> {
    let wanted = email.clone();
    let user =
        ctx.read_accounts(Scope::AdminUsers, move |db| accounts::users::get_by_email(db, wanted.as_str())).await?;
    let hash = hash_password(ctx, password, &[&user.email, &user.display_name]).await?;
    apply_audited(ctx, email, AuditAction::PasswordChanged, move |db, user, at| {
        accounts::users::set_password(db, user.id, &hash, at)
    })
    .await
}

/// Enables or disables a user; a disabled user's keys stop working immediately.
///
/// # Errors
/// `Conflict` for the last admin.
pub async fn set_active(ctx: &Ctx, email: EmailAddress, active: bool) -> Result<User> {
    let action = if active { AuditAction::UserEnabled } else { AuditAction::UserDisabled };
    apply_audited(ctx, email, action, move |db, user, at| {
        if !active {
            check_not_last_admin(db, user)?;
        }
        accounts::users::set_active(db, user.id, active, at)
    })
    .await
}

/// Makes a user an admin or a member; ends their sessions, because a session must not outlive its permissions.
///
/// # Errors
/// `Conflict` for the last admin.
pub async fn set_admin(ctx: &Ctx, email: EmailAddress, admin: bool) -> Result<User> {
    apply_audited(ctx, email, AuditAction::RoleChanged, move |db, user, at| {
        if !admin {
            check_not_last_admin(db, user)?;
        }
        let role = if admin { UserRole::Admin } else { UserRole::Member };
        update::set_role(db, user, role, at)
    })
    .await
}

/// Removes the lock that failed logins put on an account.
pub async fn unlock(ctx: &Ctx, email: EmailAddress) -> Result<User> {
    apply_audited(ctx, email, AuditAction::UserUnlocked, |db, user, at| accounts::users::unlock(db, user.id, at)).await
}

/// Marks a user for deletion: disabled immediately, deleted after [`UNDO_DAYS`].
///
/// # Errors
/// `Conflict` for the last admin.
pub async fn delete(ctx: &Ctx, email: EmailAddress) -> Result<User> {
    apply_audited(ctx, email, AuditAction::UserDeleted, |db, user, at| {
        check_not_last_admin(db, user)?;
        accounts::users::set_deleted(db, user.id, Some(at), at)
    })
    .await
}

/// Undoes a deletion that was not carried out yet.
pub async fn undelete(ctx: &Ctx, email: EmailAddress) -> Result<User> {
    apply_audited(ctx, email, AuditAction::UserRestored, |db, user, at| {
        if user.deleted_at.is_none() {
            return Err(Error::conflict("the user is not marked for deletion").hint("`journal user list` shows them"));
        }
        accounts::users::set_deleted(db, user.id, None, at)
    })
    .await
}

/// Normalises a display name: trimmed, one line, at most 100 code points.
pub(crate) fn display_name(name: Option<&str>, email: &EmailAddress) -> Result<String> {
    let name = name.map_or_else(|| email.local_part().to_owned(), |name| name.trim().to_owned());
    if !text::is_name(&name) {
        return Err(Error::invalid("the name must be one line of 1 to 100 characters").hint("pass --name"));
    }
    Ok(name)
}

async fn hash_password(ctx: &Ctx, password: Secret<String>, about: &[&str]) -> Result<String> {
    password_check::check_strength(&ctx.app, &password, about)?;
    password_check::hash(&ctx.app, password).await
}

async fn apply_audited(
    ctx: &Ctx,
    email: EmailAddress,
    action: AuditAction,
    work: impl FnOnce(&AccountsDb<'_>, &User, &str) -> Result<()> + Send + 'static,
) -> Result<User> {
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        let user = accounts::users::get_by_email(db, email.as_str())?;
        work(db, &user, trail.at())?;
        trail.record(db, action, &format!("user:{}", user.id))?;
        find_user(db, user.id)
    })
    .await
}
