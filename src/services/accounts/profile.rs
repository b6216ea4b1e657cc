//! Profile and password of the caller.

use jiff::{SignedDuration, Timestamp};

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::domain::scope::Scope;
use crate::domain::text;
use crate::domain::user::User;
use crate::error::Result;
use crate::secret::Secret;
use crate::services::accounts::field_errors::{invalid_field_error, missing_fields_error};
use crate::services::accounts::sessions::current_session;
use crate::services::accounts::users::lookup::find_user;
use crate::services::audit::AuditRecorder;
use crate::services::auth::login::{LOCK_MINUTES, MAX_FAILURES};
use crate::services::auth::password_check;
use crate::storage::accounts;

/// Changes the caller's display name and returns the user.
///
/// # Errors
/// `Invalid` with code `missing_fields` for a blank name, `invalid_field` for one that is not a single line of 1 to 100
/// characters.
pub async fn rename(ctx: &Ctx, name: &str) -> Result<User> {
    let name = name.trim().to_owned();
    if name.is_empty() {
        return Err(missing_fields_error("display_name"));
    }
    if !text::is_name(&name) {
        return Err(invalid_field_error("the name must be one line of 1 to 100 characters", "choose a shorter one"));
    }
    let (id, trail) = (ctx.caller.user()?.id, AuditRecorder::from_ctx(ctx));
    ctx.write_accounts(Scope::Account, move |db| {
        accounts::users::set_name(db, id, &name, trail.at())?;
        trail.record(db, AuditAction::ProfileChanged, &format!("user:{id}"))?;
        find_user(db, id)
    })
    .await
}

/// Changes the caller's password; ends every other session and forgets known devices.
///
/// A wrong current password counts as a failed login, so a stolen session does not allow guessing.
///
/// # Errors
/// `Invalid` with the codes `missing_fields` and `weak_password`; `Forbidden` with code `invalid_credentials`.
pub async fn change_password(ctx: &Ctx, current: Secret<String>, new: Secret<String>) -> Result<()> {
    if current.expose().is_empty() || new.expose().is_empty() {
        return Err(missing_fields_error("current_password and new_password"));
    }
    let (app, user) = (&ctx.app, ctx.caller.user()?.clone());
    password_check::check_strength(app, &new, &[&user.email, &user.display_name])?;
    let locked = user.locked_until.as_ref().and_then(|until| until.parse::<Timestamp>().ok());
    if locked.is_some_and(|until| until > app.clock.now()) {
        return Err(password_check::wrong_password_error());
    }
    let id = user.id;
    let stored = ctx.read_accounts(Scope::Account, move |db| accounts::users::find_password(db, id)).await?;
    let trail = AuditRecorder::from_ctx(ctx);
    if !password_check::verify(app, current, stored).await? {
        let until = app.timestamp_in(SignedDuration::from_mins(LOCK_MINUTES));
        ctx.write_accounts(Scope::Account, move |db| {
            accounts::users::record_failed_login(db, id, MAX_FAILURES, &until, trail.at())?;
            trail.record_refused(db, AuditAction::PasswordChanged, &format!("user:{id}"))
        })
        .await?;
        return Err(password_check::wrong_password_error());
    }
    let hash = password_check::hash(app, new).await?;
    let own = current_session(ctx);
    ctx.write_accounts(Scope::Account, move |db| {
        accounts::users::set_password(db, id, &hash, trail.at())?;
        accounts::sessions::remove_others(db, id, own)?;
        accounts::devices::remove_all(db, id)?;
        trail.record(db, AuditAction::PasswordChanged, &format!("user:{id}"))
    })
    .await
}
