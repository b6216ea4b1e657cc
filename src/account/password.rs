//! Changing a password that one knows.

use jiff::SignedDuration;
use jiff::Timestamp;

use crate::account::missing;
use crate::audit::Trail;
use crate::auth::login::LOCK_MINUTES;
use crate::auth::login::MAX_FAILURES;
use crate::auth::passwords;
use crate::ctx::Ctx;
use crate::ctx::Via;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::scope::Scope;
use crate::secret::Secret;
use crate::storage::accounts;

/// Changes the caller's password; every other login ends, and known browsers are forgotten.
///
/// A wrong present password counts like a failed login: whoever stole a session does not get to guess.
///
/// # Errors
/// `Invalid` with the codes `missing_fields` and `weak_password`; `Forbidden` with code `invalid_credentials`.
pub async fn change_password(ctx: &Ctx, present: Secret<String>, new: Secret<String>) -> Result<()> {
    if present.expose().is_empty() || new.expose().is_empty() {
        return Err(missing("current_password and new_password"));
    }
    let (app, user) = (&ctx.app, ctx.caller.user()?.clone());
    passwords::check(app, &new, &[&user.email, &user.display_name])?;
    let locked = user.locked_until.as_ref().and_then(|until| until.parse::<Timestamp>().ok());
    if locked.is_some_and(|until| until > app.clock.now()) {
        return Err(passwords::wrong());
    }
    let id = user.id;
    let stored = ctx.read_accounts(Scope::Account, move |db| accounts::users::password(db, id)).await?;
    let trail = Trail::of(ctx);
    if !passwords::is_right(app, present, stored).await? {
        let until = app.stamp_in(SignedDuration::from_mins(LOCK_MINUTES));
        ctx.write_accounts(Scope::Account, move |db| {
            accounts::users::fail(db, id, MAX_FAILURES, &until, trail.at())?;
            trail.refuse(db, Action::PasswordChanged, &format!("user:{id}"))
        })
        .await?;
        return Err(passwords::wrong());
    }
    let hash = passwords::hash(app, new).await?;
    let own = match ctx.caller.via {
        Via::Session(session) => Some(session),
        Via::Shell | Via::Key(..) | Via::Server => None,
    };
    ctx.write_accounts(Scope::Account, move |db| {
        accounts::users::set_password(db, id, &hash, trail.at())?;
        accounts::sessions::remove_others(db, id, own)?;
        accounts::devices::remove_all(db, id)?;
        trail.record(db, Action::PasswordChanged, &format!("user:{id}"))
    })
    .await
}
