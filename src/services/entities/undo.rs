//! Undo of an entity merge.

use std::collections::BTreeSet;

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::domain::entity::{EntityMerge, EntityMergeUndo, alias_key, name_key};
use crate::domain::id::{EntityId, JobId};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::services::entities::lookup::{find_entity, name_taken_error};
use crate::storage::notebook::entities::{self, aliases, edit, merge_undo, merges};
use crate::storage::notebook::{NotebookDb, jobs};

/// Undoes a merge: restores the absorbed entity under its id with its mentions, relationships and names. Mentions that
/// extraction has rewritten since are returned by the name under which they were found.
///
/// # Errors
/// `NotFound`; `Conflict` for a merge that was undone, or if the id or name is taken. Nothing is changed then.
pub async fn undo_merge(ctx: &Ctx, id: i64) -> Result<EntityMergeUndo> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let (trail, job) = (AuditRecorder::from_ctx(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    let undone = ctx
        .write(Scope::EntriesWrite, move |db| {
            let merge = find_undoable(db, id)?;
            let (survivor, absorbed) = (merge.survivor_id, merge.absorbed_id);
            merge_undo::restore_entity(db, id, trail.at())?;
            let (mentions, relationships) = restore_absorbed(db, &merge, trail.at())?;
            merge_undo::mark_undone(db, id, trail.at())?;
            if find_entity(db, absorbed)?.first_seen.is_empty() {
                edit::recompute_first_seen(db, absorbed)?;
            }
            edit::recompute_first_seen(db, survivor)?;
            edit::mark_curated(db, survivor, trail.at())?;
            let reembed_job_id = jobs::enqueue_reembed(db, job, absorbed, trail.at())?;
            trail.entity_changed(db, AuditAction::MergeUndone, survivor, &[&format!("entity:{absorbed}")])?;
            Ok(EntityMergeUndo {
                id,
                restored: find_entity(db, absorbed)?,
                survivor: find_entity(db, survivor)?,
                mentions_returned: i64::try_from(mentions).unwrap_or(i64::MAX),
                relationships_returned: i64::try_from(relationships).unwrap_or(i64::MAX),
                reembed_job_id,
            })
        })
        .await?;
    ctx.wake_worker();
    Ok(undone)
}

/// Finds a merge that can be undone.
fn find_undoable(db: &NotebookDb<'_>, id: i64) -> Result<EntityMerge> {
    let merge = merges::find(db, id)?.ok_or_else(|| {
        Error::not_found(format!("merge: {id}")).hint("`journal entity history ID` shows the merges into an entity")
    })?;
    if merge.undone_at.is_some() {
        return Err(Error::conflict("this merge was already undone")
            .code("merge_undone")
            .hint(format!("`journal entity show {}` shows the restored entity", merge.absorbed_id)));
    }
    if entities::find(db, merge.absorbed_id)?.is_some() {
        return Err(Error::conflict(format!("the id {} is in use by another entity", merge.absorbed_id))
            .code("entity_is_there")
            .hint(format!("`journal entity show {}` shows it", merge.absorbed_id)));
    }
    match entities::find_by_name(db, merge.absorbed_type, &merge.absorbed_name)? {
        Some(other) => Err(name_taken_error(&other)),
        None => Ok(merge),
    }
}

/// Moves the absorbed entity's data back; returns the numbers of mentions and of relationship endpoints moved.
fn restore_absorbed(db: &NotebookDb<'_>, merge: &EntityMerge, at: &str) -> Result<(usize, usize)> {
    let mut mentions = merge_undo::restore_mentions(db, merge)?;
    let mut relationships = merge_undo::restore_relationships(db, merge)?;
    let own = alias_key(&merge.absorbed_name);
    let names: Vec<String> = merge.absorbed_aliases.iter().cloned().chain([own]).collect();
    merge_undo::remove_merged_aliases(db, merge.survivor_id, &names)?;
    for alias in &merge.absorbed_aliases {
        aliases::add(db, merge.absorbed_id, alias, at)?;
    }
    merge_undo::restore_corrections(db, merge)?;
    merge_undo::restore_decisions(db, merge, at)?;
    merge_undo::restore_history(db, merge)?;
    let own = own_name_keys(db, merge.survivor_id)?;
    let names: BTreeSet<String> = names.iter().map(|name| name_key(name)).filter(|key| !own.contains(key)).collect();
    let mut rewritten = merge_undo::list_rewritten_mentions(db, merge)?;
    rewritten.retain(|mention| names.contains(&name_key(&mention.name)));
    if !rewritten.is_empty() {
        let ids: Vec<i64> = rewritten.iter().map(|mention| mention.id).collect();
        let entries: Vec<i64> = rewritten.iter().map(|mention| mention.entry).collect();
        mentions += merge_undo::move_rewritten_mentions(db, merge, &ids)?;
        relationships += merge_undo::move_rewritten_relationships(db, merge, &entries)?;
    }
    Ok((mentions, relationships))
}

/// Returns the keys of the survivor's own name and aliases.
fn own_name_keys(db: &NotebookDb<'_>, survivor: EntityId) -> Result<BTreeSet<String>> {
    let one = find_entity(db, survivor)?;
    Ok(one.aliases.iter().chain([&one.canonical_name]).map(|name| name_key(name)).collect())
}
