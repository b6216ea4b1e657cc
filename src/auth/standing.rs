//! What a request was let in with, looked at again while it still runs.

use crate::auth::bound;
use crate::auth::is_live;
use crate::auth::session;
use crate::ctx::Ctx;
use crate::ctx::Via;
use crate::error::Result;
use crate::storage::accounts;
use crate::storage::database;

/// Tells whether a caller would still be let in with the credential they came with.
///
/// A key may have been revoked since, a login ended, an account disabled. What file permissions vouch for stays good.
///
/// # Errors
/// Only what goes wrong with the database.
pub async fn is_good_still(ctx: &Ctx) -> Result<bool> {
    let Some(user) = ctx.caller.user.as_ref().map(|user| user.id) else { return Ok(true) };
    let (app, via) = (ctx.app.clone(), ctx.caller.via.clone());
    database::blocking(ctx.app.store.accounts.clone(), move |accounts| {
        accounts.read(|db| {
            let Some((owner, _)) = bound::owner(db, user)? else { return Ok(false) };
            if !owner.is_active || !owner.email_verified {
                return Ok(false);
            }
            match via {
                Via::Key(id, _) => {
                    Ok(accounts::keys::find(db, user, id)?.is_some_and(|key| is_live(&key, app.clock.now())))
                }
                Via::Session(id) => session::lives(&app, db, user, id),
                Via::Shell | Via::Server => Ok(true),
            }
        })
    })
    .await
}
