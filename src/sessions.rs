//! Logins in browsers: listed and ended by whose they are.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::ctx::Via;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::id::SessionId;
use crate::model::scope::Scope;
use crate::model::session::Session;
use crate::storage::accounts;

/// A login in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Listed {
    /// The login.
    #[serde(flatten)]
    pub session: Session,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Returns the caller's logins that are not over, newest first.
pub async fn list(ctx: &Ctx) -> Result<Vec<Listed>> {
    let (owner, now) = (ctx.caller.user()?.id, ctx.app.stamp());
    let idle = i64::from(ctx.app.config.server.session_idle_hours);
    let heard = ctx.app.stamp_in(SignedDuration::from_hours(-idle));
    let found = ctx.read_accounts(Scope::Account, move |db| accounts::sessions::of(db, owner, &now, &heard)).await?;
    let own = own(ctx);
    Ok(found.into_iter().map(|session| Listed { current: own == Some(session.id), session }).collect())
}

/// Ends one of the caller's logins; it is worthless at once.
///
/// # Errors
/// `NotFound`, also for somebody else's.
pub async fn revoke(ctx: &Ctx, id: SessionId) -> Result<()> {
    let (owner, trail) = (ctx.caller.user()?.id, Trail::of(ctx));
    ctx.write_accounts(Scope::Account, move |db| {
        if !accounts::sessions::remove(db, owner, id)? {
            return Err(Error::not_found("session").hint("`journal session list` shows your logins"));
        }
        trail.record(db, Action::SessionRevoked, &format!("session:{id}"))
    })
    .await
}

/// Ends every login of the caller but the one that asks, and returns how many those were.
pub async fn revoke_others(ctx: &Ctx) -> Result<usize> {
    let (owner, own, trail) = (ctx.caller.user()?.id, own(ctx), Trail::of(ctx));
    ctx.write_accounts(Scope::Account, move |db| {
        let ended = accounts::sessions::remove_others(db, owner, own)?;
        for id in &ended {
            trail.record(db, Action::SessionRevoked, &format!("session:{id}"))?;
        }
        Ok(ended.len())
    })
    .await
}

fn own(ctx: &Ctx) -> Option<SessionId> {
    match ctx.caller.via {
        Via::Session(id) => Some(id),
        Via::Shell | Via::Key(..) | Via::Server => None,
    }
}
