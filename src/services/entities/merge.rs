//! Entity merge and its undo: all checks first, then one transaction.

use std::collections::BTreeSet;

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::domain::entity::{
    EntityDetail, EntityMerge, EntityMergeHistory, EntityMergeResult, EntityMergeUndo, alias_key, name_key,
};
use crate::domain::id::{EntityId, JobId};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::services::entities::limits::MAX_BULK_ITEMS;
use crate::services::entities::lookup::{find_entity, name_taken_error};
use crate::storage::notebook::entities::corrections::{self, CorrectedName};
use crate::storage::notebook::entities::{self, aliases, edit, merge_undo, merges};
use crate::storage::notebook::{NotebookDb, jobs};

/// Merges entities into a survivor, with their mentions, relationships and names. Types may differ.
///
/// # Errors
/// `Invalid` for an empty list, a duplicate id and the survivor itself; `NotFound` naming the first missing one.
/// Nothing is changed then.
pub async fn merge(ctx: &Ctx, survivor: EntityId, absorbed: Vec<EntityId>) -> Result<EntityMergeResult> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    if absorbed.is_empty() || absorbed.len() > MAX_BULK_ITEMS {
        return Err(Error::invalid("'absorbed_ids' must be a non-empty list of integers")
            .hint(format!("send 1 to {MAX_BULK_ITEMS} ids of entities to merge into the survivor")));
    }
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        let own = alias_key(&find_entity(db, survivor)?.canonical_name);
        let sources = absorbed.iter().map(|&id| find_entity(db, id)).collect::<Result<Vec<_>>>()?;
        if absorbed.contains(&survivor) {
            return Err(Error::invalid("Cannot merge entity into itself").hint("leave it out of 'absorbed_ids'"));
        }
        if absorbed.iter().collect::<BTreeSet<_>>().len() < absorbed.len() {
            return Err(Error::invalid("'absorbed_ids' has a duplicate id").hint("send each id once"));
        }
        let mut sum = MergeTotals::default();
        for one in &sources {
            sum.absorb(db, (survivor, &own), one, trail.at())?;
            trail.entity_changed(db, AuditAction::EntitiesMerged, survivor, &[&format!("entity:{}", one.id)])?;
        }
        edit::mark_curated(db, survivor, trail.at())?;
        Ok(EntityMergeResult {
            survivor: find_entity(db, survivor)?,
            absorbed_ids: absorbed,
            merge_ids: sum.merges,
            mentions_reassigned: sum.mentions,
            relationships_reassigned: sum.relationships,
            aliases_added: sum.aliases,
        })
    })
    .await
}

/// Returns the merges into an entity, newest first; undone ones are marked.
///
/// # Errors
/// `NotFound`.
pub async fn merge_history(ctx: &Ctx, id: EntityId) -> Result<EntityMergeHistory> {
    ctx.read(Scope::EntriesRead, move |db| {
        find_entity(db, id)?;
        Ok(EntityMergeHistory { entity_id: id, history: merges::list_history(db, id)? })
    })
    .await
}

/// Totals over the merges of one request.
#[derive(Default)]
struct MergeTotals {
    merges: Vec<i64>,
    mentions: i64,
    relationships: i64,
    aliases: i64,
}

impl MergeTotals {
    /// Merges one entity into the survivor; `survivor` holds its id and the key of its own name.
    fn absorb(
        &mut self,
        db: &NotebookDb<'_>,
        survivor: (EntityId, &str),
        source: &EntityDetail,
        at: &str,
    ) -> Result<()> {
        let ((survivor, own), absorbed) = (survivor, source.id);
        let merge = merges::begin(db, survivor, absorbed, &source.aliases, at)?;
        self.mentions += merges::move_mentions(db, merge, absorbed, survivor)?;
        self.relationships += merges::move_relationships(db, merge, absorbed, survivor)?;
        merges::move_history(db, merge, absorbed, survivor)?;
        merges::move_decisions(db, merge, absorbed, survivor)?;
        redirect_names(db, merge, source, survivor, at)?;
        self.aliases += copy_aliases(db, merge, source, (survivor, own), at)?;
        edit::set_earlier_first_seen(db, survivor, absorbed)?;
        edit::remove(db, absorbed)?;
        self.merges.push(merge);
        Ok(())
    }
}

/// Redirects the absorbed entity's names to the survivor for later extraction.
fn redirect_names(db: &NotebookDb<'_>, merge: i64, source: &EntityDetail, survivor: EntityId, at: &str) -> Result<()> {
    let mut rows = corrections::redirect(db, source.id, Some(survivor))?;
    let (kind, own) = (source.entity_type, name_key(&source.canonical_name));
    rows.push(corrections::set(db, CorrectedName::for_all_entries(kind, &own), Some(survivor), at)?);
    for key in source.aliases.iter().map(|alias| name_key(alias)) {
        let name = CorrectedName::for_all_entries(kind, &key);
        rows.extend(corrections::set_if_absent(db, name, Some(survivor), at)?);
    }
    rows.into_iter().try_for_each(|row| merges::record_move(db, merge, "correction", row))
}

/// Adds the absorbed entity's names as aliases, except the survivor's own name; returns the number of names
/// considered.
fn copy_aliases(
    db: &NotebookDb<'_>,
    merge: i64,
    source: &EntityDetail,
    (survivor, own): (EntityId, &str),
    at: &str,
) -> Result<i64> {
    let names = source.aliases.iter().cloned().chain([alias_key(&source.canonical_name)]);
    let mut offered = 0;
    for alias in names.filter(|alias| alias != own) {
        if let Some(row) = aliases::add(db, survivor, &alias, at)? {
            merges::record_move(db, merge, "alias", row)?;
        }
        offered += 1;
    }
    Ok(offered)
}

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
