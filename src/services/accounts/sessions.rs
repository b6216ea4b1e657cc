//! Browser sessions of a user: list and revoke.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::{AuthMethod, Ctx};
use crate::domain::audit::AuditAction;
use crate::domain::id::SessionId;
use crate::domain::scope::Scope;
use crate::domain::session::LoginSession;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::accounts;

/// Session in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SessionListItem {
    /// The session.
    #[serde(flatten)]
    pub session: LoginSession,
    /// True if it is the session of this request.
    pub current: bool,
}

/// Returns the caller's active sessions, newest first.
pub async fn list(ctx: &Ctx) -> Result<Vec<SessionListItem>> {
    let (owner, now) = (ctx.caller.user()?.id, ctx.app.now_timestamp());
    let idle = i64::from(ctx.app.config.server.session_idle_hours);
    let heard = ctx.app.timestamp_in(SignedDuration::from_hours(-idle));
    let found =
        ctx.read_accounts(Scope::Account, move |db| accounts::sessions::list_live(db, owner, &now, &heard)).await?;
    let own = current_session(ctx);
    Ok(found.into_iter().map(|session| SessionListItem { current: own == Some(session.id), session }).collect())
}

/// Revokes one of the caller's sessions with immediate effect.
///
/// # Errors
/// `NotFound`, also for another user's session.
pub async fn revoke(ctx: &Ctx, id: SessionId) -> Result<()> {
    let (owner, trail) = (ctx.caller.user()?.id, AuditRecorder::from_ctx(ctx));
    ctx.write_accounts(Scope::Account, move |db| {
        if !accounts::sessions::remove(db, owner, id)? {
            return Err(Error::not_found("session").hint("`journal session list` lists your sessions"));
        }
        trail.record(db, AuditAction::SessionRevoked, &format!("session:{id}"))
    })
    .await
}

/// Revokes all of the caller's sessions but the current one; returns how many.
pub async fn revoke_others(ctx: &Ctx) -> Result<usize> {
    let (owner, own, trail) = (ctx.caller.user()?.id, current_session(ctx), AuditRecorder::from_ctx(ctx));
    ctx.write_accounts(Scope::Account, move |db| {
        let ended = accounts::sessions::remove_others(db, owner, own)?;
        for id in &ended {
            trail.record(db, AuditAction::SessionRevoked, &format!("session:{id}"))?;
        }
        Ok(ended.len())
    })
    .await
}

/// Returns the session of the request.
pub(super) fn current_session(ctx: &Ctx) -> Option<SessionId> {
    match ctx.caller.via {
        AuthMethod::Session(id) => Some(id),
        AuthMethod::Shell | AuthMethod::Key(..) | AuthMethod::Server => None,
    }
}
