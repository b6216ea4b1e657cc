//! Revalidation of a caller's credential during a long-running request.

use crate::app::context::{AuthMethod, Ctx};
use crate::blocking::run_blocking_with;
use crate::error::Result;
use crate::services::auth::api_key::is_live;
use crate::services::auth::{caller, session};
use crate::storage::accounts;

/// Returns whether the caller's credential is still valid.
///
/// A key may have been revoked since, a session ended, an account disabled. The shell and the server stay valid.
///
/// # Errors
/// Database errors only.
pub async fn is_still_valid(ctx: &Ctx) -> Result<bool> {
    let Some(user) = ctx.caller.user.as_ref().map(|user| user.id) else { return Ok(true) };
    let (app, via) = (ctx.app.clone(), ctx.caller.via.clone());
    run_blocking_with(ctx.app.store.accounts.clone(), move |accounts| {
        accounts.read(|db| {
            let Some((owner, _)) = caller::find_owner(db, user)? else { return Ok(false) };
            if !owner.is_active || !owner.email_verified {
                return Ok(false);
            }
            match via {
                AuthMethod::Key(id, _) => {
                    Ok(accounts::keys::find(db, user, id)?.is_some_and(|key| is_live(&key, app.clock.now())))
                }
                AuthMethod::Session(id) => session::is_active(&app, db, user, id),
                AuthMethod::Shell | AuthMethod::Server => Ok(true),
            }
        })
    })
    .await
}
