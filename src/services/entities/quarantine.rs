//! Quarantine of entities; only the owner lifts it.

use crate::app::context::Ctx;
use crate::domain::activity::ReadKind;
use crate::domain::audit::AuditAction;
use crate::domain::entity::{EntityDetail, QuarantinedEntityList};
use crate::domain::id::EntityId;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::services::audit::AuditRecorder;
use crate::services::entities::lookup::find_entity;
use crate::services::entities::name_rules;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::{edit, queries};

/// Lists the quarantined entities.
///
/// # Errors
/// `Forbidden`.
pub async fn list_quarantined(ctx: &Ctx) -> Result<QuarantinedEntityList> {
    ctx.read(Scope::EntriesRead, |db| {
        let items = queries::list_details(db, &queries::list_quarantined(db)?)?;
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        Ok(QuarantinedEntityList { items, total })
    })
    .await
    .inspect(|_| ctx.record_read(ReadKind::Statistics, 0))
}

/// Quarantines an entity: it is no longer listed or counted. Repeating it replaces the reason.
///
/// # Errors
/// `Invalid` for a reason that is too long; `NotFound`.
pub async fn quarantine(ctx: &Ctx, id: EntityId, reason: &str) -> Result<EntityDetail> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let reason = name_rules::validate_text("reason", reason)?;
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        find_entity(db, id)?;
        edit::quarantine(db, id, &reason, trail.at())?;
        record_curation(db, &trail, id)
    })
    .await
}

/// Lifts the quarantine. Extraction does not quarantine the entity again.
///
/// # Errors
/// `NotFound`.
pub async fn lift_quarantine(ctx: &Ctx, id: EntityId) -> Result<EntityDetail> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        find_entity(db, id)?;
        edit::release(db, id)?;
        record_curation(db, &trail, id)
    })
    .await
}

fn record_curation(db: &NotebookDb<'_>, trail: &AuditRecorder, id: EntityId) -> Result<EntityDetail> {
    edit::mark_curated(db, id, trail.at())?;
    trail.entity_changed(db, AuditAction::EntityEdited, id, &["is_quarantined"])?;
    find_entity(db, id)
}
