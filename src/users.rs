//! People: added, shown, let in, shut out, deleted. Admins manage accounts; they never open a journal by it.

mod change;
mod destruction;
mod overview;

pub use change::Change;
pub use change::change;
pub use destruction::Belongings;
pub use destruction::Destroyed;
pub use destruction::Receipt;
pub use destruction::belongings;
pub use destruction::delete_now;
pub use destruction::purge;
pub use overview::Overview;
pub use overview::overview;

use serde::Serialize;

use crate::audit::Trail;
use crate::auth::passwords;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::email::Email;
use crate::model::id::NotebookId;
use crate::model::id::UserId;
use crate::model::scope::Scope;
use crate::model::text;
use crate::model::user::Role;
use crate::model::user::User;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;

/// Days in which a deletion can be undone.
pub const UNDO_DAYS: i64 = 7;

/// A user to add.
pub struct Add {
    /// Account name.
    pub email: Email,
    /// Name shown to people; the part before the `@` if none.
    pub name: Option<String>,
    /// Role on this machine.
    pub role: Role,
    /// Password for the web; without one only keys and the shell work.
    pub password: Option<Secret<String>>,
}

/// A user with what belongs to them.
#[derive(Debug, Serialize)]
pub struct Details {
    /// The user.
    #[serde(flatten)]
    pub user: User,
    /// Notebooks they own.
    pub notebooks: Vec<NotebookId>,
    /// Keys that could still be used.
    pub live_keys: i64,
}

/// Adds a user with a default notebook of their own.
///
/// # Errors
/// `Invalid` for a weak password; `Conflict` when the address is taken.
pub async fn add(ctx: &Ctx, new: Add) -> Result<User> {
    ctx.caller.authorize(Scope::AdminUsers)?;
    let name = display_name(new.name.as_deref(), &new.email)?;
    let hash = match new.password {
        Some(password) => Some(hash_password(ctx, password, vec![new.email.to_string(), name.clone()]).await?),
        None => None,
    };
    let taken = new.email.clone();
    ctx.read_accounts(Scope::AdminUsers, move |db| accounts::users::check_free(db, &taken)).await?;
    let notebook = NotebookId::draw(ctx.app.entropy.as_ref())?;
    let wrapped_key = ctx.app.store.create_notebook(notebook, ctx.app.entropy.as_ref())?;
    let trail = Trail::of(ctx);
    let added = ctx
        .write_accounts(Scope::AdminUsers, move |db| {
            let row = accounts::users::NewUser {
                email: &new.email,
                display_name: &name,
                password_hash: hash.as_deref(),
                role: new.role,
                at: trail.at(),
            };
            let id = accounts::users::add(db, &row)?;
            accounts::notebooks::add(db, notebook, id, "Journal", &wrapped_key, trail.at())?;
            trail.record(db, Action::UserAdded, &format!("user:{id}"))?;
            found(db, id)
        })
        .await;
    if added.is_err() {
        // Nobody holds the key of files that have no row.
        ctx.app.store.destroy_notebook(notebook)?;
    }
    added
}

/// Returns every user.
pub async fn list(ctx: &Ctx) -> Result<Vec<User>> {
    ctx.read_accounts(Scope::AdminUsers, accounts::users::all).await
}

/// Returns one user with what belongs to them; never what they wrote.
pub async fn show(ctx: &Ctx, email: Email) -> Result<Details> {
    let now = ctx.app.stamp();
    ctx.read_accounts(Scope::AdminUsers, move |db| {
        let user = accounts::users::named(db, email.as_str())?;
        let notebooks = accounts::notebooks::owned_by(db, user.id)?;
        let live_keys = accounts::keys::live(db, user.id, &now)?;
        Ok(Details { user, notebooks, live_keys })
    })
    .await
}

/// Sets a user's password.
///
/// # Errors
/// `Invalid` for a weak one.
pub async fn set_password(ctx: &Ctx, email: Email, password: Secret<String>) -> Result<User> {
    let wanted = email.clone();
    let user = ctx.read_accounts(Scope::AdminUsers, move |db| accounts::users::named(db, wanted.as_str())).await?;
    let hash = hash_password(ctx, password, vec![user.email.clone(), user.display_name.clone()]).await?;
    act(ctx, email, Action::PasswordChanged, move |db, user, at| accounts::users::set_password(db, user.id, &hash, at))
        .await
}

/// Lets a user in, or shuts them out: their keys stop working at once.
///
/// # Errors
/// `Conflict` for the last admin.
pub async fn set_active(ctx: &Ctx, email: Email, active: bool) -> Result<User> {
    let action = if active { Action::UserEnabled } else { Action::UserDisabled };
    act(ctx, email, action, move |db, user, at| {
        if !active {
            spare_last_admin(db, user)?;
        }
        accounts::users::set_active(db, user.id, active, at)
    })
    .await
}

/// Makes a user an admin, or a member again. Their logins end: no session outlives a change of what it may do.
///
/// # Errors
/// `Conflict` for the last admin.
pub async fn set_admin(ctx: &Ctx, email: Email, admin: bool) -> Result<User> {
    act(ctx, email, Action::RoleChanged, move |db, user, at| {
        if !admin {
            spare_last_admin(db, user)?;
        }
        let role = if admin { Role::Admin } else { Role::Member };
        change::set_role(db, user, role, at)
    })
    .await
}

/// Lifts the lock that failed logins put on an account.
pub async fn unlock(ctx: &Ctx, email: Email) -> Result<User> {
    act(ctx, email, Action::UserUnlocked, |db, user, at| accounts::users::unlock(db, user.id, at)).await
}

/// Marks a user for deletion: shut out at once, destroyed after [`UNDO_DAYS`].
///
/// # Errors
/// `Conflict` for the last admin.
pub async fn delete(ctx: &Ctx, email: Email) -> Result<User> {
    act(ctx, email, Action::UserDeleted, |db, user, at| {
        spare_last_admin(db, user)?;
        accounts::users::set_deleted(db, user.id, Some(at), at)
    })
    .await
}

/// Takes a deletion back while it can be.
pub async fn undelete(ctx: &Ctx, email: Email) -> Result<User> {
    act(ctx, email, Action::UserRestored, |db, user, at| {
        if user.deleted_at.is_none() {
            return Err(Error::conflict("the user is not marked for deletion").hint("`journal user list` shows who is"));
        }
        accounts::users::set_deleted(db, user.id, None, at)
    })
    .await
}

/// Cleans a name for people to read: trimmed, one line, at most 100 code points.
pub(crate) fn display_name(name: Option<&str>, email: &Email) -> Result<String> {
    let name = name.map_or_else(|| email.local_part().to_owned(), |name| name.trim().to_owned());
    if !text::is_name(&name) {
        return Err(Error::invalid("the name must be one line of 1 to 100 characters").hint("pass --name"));
    }
    Ok(name)
}

async fn hash_password(ctx: &Ctx, password: Secret<String>, about: Vec<String>) -> Result<String> {
    let about: Vec<&str> = about.iter().map(String::as_str).collect();
    passwords::check(&ctx.app, &password, &about)?;
    passwords::hash(&ctx.app, password).await
}

async fn act(
    ctx: &Ctx,
    email: Email,
    action: Action,
    work: impl FnOnce(&AccountsDb<'_>, &User, &str) -> Result<()> + Send + 'static,
) -> Result<User> {
    let trail = Trail::of(ctx);
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        let user = accounts::users::named(db, email.as_str())?;
        work(db, &user, trail.at())?;
        trail.record(db, action, &format!("user:{}", user.id))?;
        found(db, user.id)
    })
    .await
}

fn found(db: &AccountsDb<'_>, id: UserId) -> Result<User> {
    accounts::users::by_id(db, id)?.ok_or_else(|| Error::not_found("user"))
}

fn spare_last_admin(db: &AccountsDb<'_>, user: &User) -> Result<()> {
    let acting = user.role == Role::Admin && user.is_active && user.deleted_at.is_none();
    if acting && accounts::users::active_admins(db)? == 1 {
        return Err(
            Error::conflict("that is the last admin").hint("make another one first: `journal user admin EMAIL`")
        );
    }
    Ok(())
}
