//! The audit trail: who did what to people and keys. Every act writes its row in its own transaction, so an act whose
//! row cannot be written does not happen.

mod export;
mod trail;

pub use export::Exported;
pub use export::export;
pub use export::export_to;
pub(crate) use trail::Trail;
pub(crate) use trail::activity_key;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::model::audit::Event;
use crate::model::audit::Verdict;
use crate::model::scope::Scope;
use crate::storage::accounts::audit;

/// Most events of a page.
pub const MAX_LIMIT: u32 = 1000;

/// Returns the newest events, newest first; with `before`, those older than that position. Admins and the operator only.
pub async fn list(ctx: &Ctx, limit: u32, before: Option<i64>) -> Result<Vec<Event>> {
    let limit = i64::from(limit.clamp(1, MAX_LIMIT));
    ctx.read_accounts(Scope::AdminAudit, move |db| audit::newest(db, before, limit)).await
}

/// Checks every link of the chain and every checkpoint. Admins and the operator only.
///
/// It signs nothing: a check that writes could hide what it is there to find.
pub async fn verify(ctx: &Ctx) -> Result<Verdict> {
    let keys = ctx.app.store.keys.audit.clone();
    ctx.read_accounts(Scope::AdminAudit, move |db| audit::verify(db, &keys)).await
}

/// Signs the chain as it stands, unless nothing happened since it was signed last; tells whether it was.
pub async fn sign(ctx: &Ctx) -> Result<bool> {
    let (keys, at) = (ctx.app.store.keys.audit.clone(), ctx.app.stamp());
    ctx.write_accounts(Scope::AdminAudit, move |db| audit::sign(db, &keys, &at)).await
}

#[cfg(test)]
mod tests;
