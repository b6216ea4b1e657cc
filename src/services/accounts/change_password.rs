//! Password change by a logged-in user.

use jiff::{SignedDuration, Timestamp};

use crate::app::context::{AuthMethod, Ctx};
use crate::domain::audit::AuditAction;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::secret::Secret;
use crate::services::accounts::missing_fields::missing_fields_error;
use crate::services::audit::AuditRecorder;
use crate::services::auth::login::{LOCK_MINUTES, MAX_FAILURES};
use crate::services::auth::password_check;
use crate::storage::accounts;

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
    let own = match ctx.caller.via {
        AuthMethod::Session(session) => Some(session),
        AuthMethod::Shell | AuthMethod::Key(..) | AuthMethod::Server => None,
    };
    ctx.write_accounts(Scope::Account, move |db| {
        accounts::users::set_password(db, id, &hash, trail.at())?;
        accounts::sessions::remove_others(db, id, own)?;
        accounts::devices::remove_all(db, id)?;
        trail.record(db, AuditAction::PasswordChanged, &format!("user:{id}"))
    })
    .await
}
