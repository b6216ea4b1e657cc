//! Owner edits of an entity's name, type and description. The old name is recorded, so that extraction does not undo
//! the edit.

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::domain::entity::{EntityDetail, EntityType, alias_key, name_key};
use crate::domain::id::{EntityId, JobId};
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::services::audit::AuditRecorder;
use crate::services::entities::lookup::{expect_name_free, find_entity};
use crate::services::entities::name_rules;
use crate::storage::notebook::entities::corrections::{self, CorrectedName};
use crate::storage::notebook::entities::{aliases, edit as rows};
use crate::storage::notebook::{NotebookDb, jobs};

/// Fields to change; `None` keeps a field.
#[derive(Debug, Clone, Default)]
pub struct EntityPatch {
    /// New canonical name.
    pub name: Option<String>,
    /// New type.
    pub kind: Option<EntityType>,
    /// New description; an empty one removes it.
    pub description: Option<String>,
}

/// An entity after an update.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EntityChanged")]
pub struct EntityUpdateResponse {
    /// The entity as stored.
    #[serde(flatten)]
    pub entity: EntityDetail,
    /// The job that recomputes its vector, if the description changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reembed_job_id: Option<JobId>,
}

/// Updates an entity and returns it as stored. A new name keeps the old one as an alias.
///
/// # Errors
/// `Invalid` for a malformed name or description; `NotFound`; `Conflict` if another entity of the type has the name.
pub async fn update(ctx: &Ctx, id: EntityId, change: EntityPatch) -> Result<EntityUpdateResponse> {
    // The response contains the whole entity.
    ctx.caller.authorize(Scope::EntriesRead)?;
    let name = change.name.as_deref().map(|name| name_rules::normalize_name(ctx, name)).transpose()?;
    let description =
        change.description.as_deref().map(|text| name_rules::validate_text("description", text)).transpose()?;
    let (trail, job) = (AuditRecorder::from_ctx(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    let changed = ctx
        .write(Scope::EntriesWrite, move |db| {
            let before = find_entity(db, id)?;
            let name = name.filter(|name| *name != before.canonical_name);
            let kind = change.kind.filter(|kind| *kind != before.entity_type);
            let description = description.filter(|text| *text != before.description);
            let mut fields = Vec::new();
            if name.is_some() || kind.is_some() {
                let now = name.as_ref().unwrap_or(&before.canonical_name);
                expect_name_free(db, kind.unwrap_or(before.entity_type), now, Some(id))?;
            }
            if let Some(name) = &name {
                rows::rename(db, id, name)?;
                remember_name(db, &before, name, trail.at())?;
                fields.push("canonical_name");
            }
            if let Some(kind) = kind {
                rows::retype(db, id, kind)?;
                remember_type(db, &before, trail.at())?;
                fields.push("entity_type");
            }
            if name.is_some() || kind.is_some() {
                // Earlier corrections of its present name no longer apply.
                let now = name_key(name.as_ref().unwrap_or(&before.canonical_name));
                corrections::remove(db, kind.unwrap_or(before.entity_type), &now)?;
            }
            let mut reembed_job_id = None;
            if let Some(description) = &description {
                rows::describe(db, id, description)?;
                reembed_job_id = Some(jobs::enqueue_reembed(db, job, id, trail.at())?);
                fields.push("description");
            }
            if !fields.is_empty() {
                rows::mark_curated(db, id, trail.at())?;
                trail.entity_changed(db, AuditAction::EntityEdited, id, &fields)?;
            }
            Ok(EntityUpdateResponse { entity: find_entity(db, id)?, reembed_job_id })
        })
        .await?;
    if changed.reembed_job_id.is_some() {
        ctx.wake_worker();
    }
    Ok(changed)
}

/// Records the old name as an alias and as a correction for extraction.
fn remember_name(db: &NotebookDb<'_>, before: &EntityDetail, name: &str, at: &str) -> Result<()> {
    let (old, new) = (alias_key(&before.canonical_name), alias_key(name));
    aliases::remove(db, before.id, &new)?;
    let key = name_key(&before.canonical_name);
    if key == name_key(name) {
        return Ok(());
    }
    if aliases::find_other_owner(db, &old, before.id)?.is_none() {
        aliases::add(db, before.id, &old, at)?;
    }
    corrections::set(db, CorrectedName::for_all_entries(before.entity_type, &key), Some(before.id), at).map(drop)
}

/// Records the names under the old type as corrections, so that extraction does not create the entity again.
fn remember_type(db: &NotebookDb<'_>, before: &EntityDetail, at: &str) -> Result<()> {
    let kind = before.entity_type;
    corrections::set(db, CorrectedName::for_all_entries(kind, &name_key(&before.canonical_name)), Some(before.id), at)?;
    for alias in aliases::list(db, before.id)? {
        corrections::set_if_absent(db, CorrectedName::for_all_entries(kind, &name_key(&alias)), Some(before.id), at)?;
    }
    Ok(())
}
