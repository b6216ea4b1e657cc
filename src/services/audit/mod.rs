//! Audit log of changes to users and keys. Each row is written in the transaction of its change, so a change without
//! its row is rolled back.

pub mod activity;
mod export;
mod recorder;

pub use export::{AuditExportSummary, export, export_to};
pub(crate) use recorder::{AuditRecorder, activity_key};

use crate::app::context::Ctx;
use crate::domain::audit::{AuditEvent, AuditVerification};
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::storage::accounts::audit;

/// Maximum number of events per page.
pub const MAX_LIMIT: i64 = 1000;
/// Default number of events per page.
pub const DEFAULT_LIMIT: i64 = 50;

/// Returns a page of events, newest first; with `before`, those older than that position. Admins and the operator only.
pub async fn list(ctx: &Ctx, limit: i64, before: Option<i64>) -> Result<Vec<AuditEvent>> {
    let limit = limit.clamp(1, MAX_LIMIT);
    ctx.read_accounts(Scope::AdminAudit, move |db| audit::list_newest(db, before, limit)).await
}

/// Verifies every link of the chain and every checkpoint. Admins and the operator only.
///
/// Read-only: a verification that writes could hide the tampering it looks for.
pub async fn verify(ctx: &Ctx) -> Result<AuditVerification> {
    let keys = ctx.app.store.keys.audit.clone();
    ctx.read_accounts(Scope::AdminAudit, move |db| audit::verify_chain(db, &keys)).await
}

/// Signs a checkpoint of the chain if there are new events; returns whether it did.
pub async fn sign_checkpoint(ctx: &Ctx) -> Result<bool> {
    let (keys, at) = (ctx.app.store.keys.audit.clone(), ctx.app.now_timestamp());
    ctx.write_accounts(Scope::AdminAudit, move |db| audit::sign_checkpoint(db, &keys, &at)).await
}

#[cfg(test)]
mod tests;
