//! Dismissed names: list them, and allow them again.

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::domain::entity::{DismissedName, DismissedNameList, EntityType, name_key};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::corrections;

/// Lists the dismissed names.
///
/// # Errors
/// `Forbidden`.
pub async fn list_dismissals(ctx: &Ctx) -> Result<DismissedNameList> {
    ctx.read(Scope::EntriesRead, |db| {
        let items = corrections::list_dismissed(db)?;
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        Ok(DismissedNameList { items, total })
    })
    .await
}

/// Deletes a dismissal by id, so that extraction may create an entity of that name again.
///
/// # Errors
/// `NotFound`.
pub async fn delete_dismissal(ctx: &Ctx, id: i64) -> Result<()> {
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        if !corrections::remove_dismissal(db, id)? {
            return Err(dismissal_not_found());
        }
        record_change(db, &trail)
    })
    .await
}

/// Deletes the dismissals of a name, of one type or of all, and returns them.
///
/// # Errors
/// `NotFound` if there are none.
pub async fn delete_dismissals_of_name(ctx: &Ctx, name: &str, kind: Option<EntityType>) -> Result<Vec<DismissedName>> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let (trail, key) = (AuditRecorder::from_ctx(ctx), name_key(name));
    ctx.write(Scope::EntriesWrite, move |db| {
        let mut dismissals = corrections::list_dismissed(db)?;
        dismissals.retain(|one| one.name == key && kind.is_none_or(|kind| kind == one.entity_type));
        if dismissals.is_empty() {
            return Err(dismissal_not_found());
        }
        for one in &dismissals {
            corrections::remove_dismissal(db, one.id)?;
        }
        record_change(db, &trail)?;
        Ok(dismissals)
    })
    .await
}

fn dismissal_not_found() -> Error {
    Error::not_found("dismissed name").hint("`journal entity list --dismissed` shows the dismissed names")
}

fn record_change(db: &NotebookDb<'_>, trail: &AuditRecorder) -> Result<()> {
    trail.notebook_changed(db, AuditAction::EntityEdited, "entities", &["dismissed_names"])
}
