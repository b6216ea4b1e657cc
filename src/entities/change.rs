//! A name, a type, a description put right. What was called otherwise is remembered, so that no run undoes it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::entities::found;
use crate::entities::names;
use crate::entities::refuse_taken;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::entity::Detail;
use crate::model::entity::EntityType;
use crate::model::entity::alias_key;
use crate::model::entity::name_key;
use crate::model::id::EntityId;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::aliases;
use crate::storage::notebook::entities::change as rows;
use crate::storage::notebook::entities::corrections;
use crate::storage::notebook::entities::corrections::Name;
use crate::storage::notebook::jobs;

/// What to change; nothing is no change.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Another name.
    pub name: Option<String>,
    /// Another type.
    pub kind: Option<EntityType>,
    /// Another description; an empty one removes it.
    pub description: Option<String>,
}

/// An entity after a change.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EntityChanged")]
pub struct Changed {
    /// As stored.
    #[serde(flatten)]
    pub entity: Detail,
    /// The job that makes its vector anew, if the description is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reembed_job_id: Option<JobId>,
}

/// Changes one and returns it as stored. Its old name stays as another name.
///
/// # Errors
/// `Invalid` for a name or a description that is none; `NotFound`; `Conflict` when another of the type has the name.
pub async fn change(ctx: &Ctx, id: EntityId, change: Change) -> Result<Changed> {
    // What is returned is all that is known of it.
    ctx.caller.authorize(Scope::EntriesRead)?;
    let name = change.name.as_deref().map(|name| names::written(ctx, name)).transpose()?;
    let description = change.description.as_deref().map(|text| names::text("description", text)).transpose()?;
    let (trail, job) = (Trail::of(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    let changed = ctx
        .write(Scope::EntriesWrite, move |db| {
            let before = found(db, id)?;
            let name = name.filter(|name| *name != before.canonical_name);
            let kind = change.kind.filter(|kind| *kind != before.entity_type);
            let description = description.filter(|text| *text != before.description);
            let mut fields = Vec::new();
            if name.is_some() || kind.is_some() {
                let now = name.as_ref().unwrap_or(&before.canonical_name);
                refuse_taken(db, kind.unwrap_or(before.entity_type), now, Some(id))?;
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
                // Whatever was said of the name that it has now, it is this one.
                let now = name_key(name.as_ref().unwrap_or(&before.canonical_name));
                corrections::unsay(db, kind.unwrap_or(before.entity_type), &now)?;
            }
            let mut reembed_job_id = None;
            if let Some(description) = &description {
                rows::describe(db, id, description)?;
                reembed_job_id = Some(jobs::enqueue_reembed(db, job, id, trail.at())?);
                fields.push("description");
            }
            if !fields.is_empty() {
                rows::curate(db, id, trail.at())?;
                trail.curated(db, Action::EntityEdited, id, &fields)?;
            }
            Ok(Changed { entity: found(db, id)?, reembed_job_id })
        })
        .await?;
    if changed.reembed_job_id.is_some() {
        ctx.left_work();
    }
    Ok(changed)
}

/// Keeps the old name: as another name, and for the runs.
fn remember_name(db: &NotebookDb<'_>, before: &Detail, name: &str, at: &str) -> Result<()> {
    let (old, new) = (alias_key(&before.canonical_name), alias_key(name));
    aliases::remove(db, before.id, &new)?;
    let key = name_key(&before.canonical_name);
    if key == name_key(name) {
        return Ok(());
    }
    if aliases::owner_beside(db, &old, before.id)?.is_none() {
        aliases::add(db, before.id, &old, at)?;
    }
    corrections::say(db, Name::everywhere(before.entity_type, &key), Some(before.id), at).map(drop)
}

/// Keeps its names under the old type for the runs, which would make it anew otherwise.
fn remember_type(db: &NotebookDb<'_>, before: &Detail, at: &str) -> Result<()> {
    let kind = before.entity_type;
    corrections::say(db, Name::everywhere(kind, &name_key(&before.canonical_name)), Some(before.id), at)?;
    for alias in aliases::of(db, before.id)? {
        corrections::say_first(db, Name::everywhere(kind, &name_key(&alias)), Some(before.id), at)?;
    }
    Ok(())
}
