//! One that turns out to be two after all.

use std::collections::BTreeSet;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::entities::found;
use crate::entities::taken;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::entity::Merge;
use crate::model::entity::Undone;
use crate::model::entity::alias_key;
use crate::model::entity::name_key;
use crate::model::id::EntityId;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities;
use crate::storage::notebook::entities::aliases;
use crate::storage::notebook::entities::change;
use crate::storage::notebook::entities::merges;
use crate::storage::notebook::entities::undoing;
use crate::storage::notebook::jobs;

/// Undoes a merge: the one that went is there again under its number, with its mentions, relationships and names; mentions
/// that a run has written anew since come back by the name that they were found under.
///
/// # Errors
/// `NotFound`; `Conflict` for one that was undone, and when its number or its name is taken. Then nothing is changed.
pub async fn undo(ctx: &Ctx, id: i64) -> Result<Undone> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let (trail, job) = (Trail::of(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    let undone = ctx
        .write(Scope::EntriesWrite, move |db| {
            let merge = standing(db, id)?;
            let (survivor, absorbed) = (merge.survivor_id, merge.absorbed_id);
            undoing::restore(db, id, trail.at())?;
            let (mentions, relationships) = take_back(db, &merge, trail.at())?;
            undoing::end(db, id, trail.at())?;
            if found(db, absorbed)?.first_seen.is_empty() {
                change::see_anew(db, absorbed)?;
            }
            change::see_anew(db, survivor)?;
            change::curate(db, survivor, trail.at())?;
            let reembed_job_id = jobs::enqueue_reembed(db, job, absorbed, trail.at())?;
            trail.curated(db, Action::MergeUndone, survivor, &[&format!("entity:{absorbed}")])?;
            Ok(Undone {
                id,
                restored: found(db, absorbed)?,
                survivor: found(db, survivor)?,
                mentions_returned: i64::try_from(mentions).unwrap_or(i64::MAX),
                relationships_returned: i64::try_from(relationships).unwrap_or(i64::MAX),
                reembed_job_id,
            })
        })
        .await?;
    ctx.left_work();
    Ok(undone)
}

/// Finds a merge that can be undone.
fn standing(db: &NotebookDb<'_>, id: i64) -> Result<Merge> {
    let merge = merges::find(db, id)?.ok_or_else(|| {
        Error::not_found(format!("merge: {id}")).hint("`journal entity history ID` shows what was merged into one")
    })?;
    if merge.undone_at.is_some() {
        return Err(Error::conflict("this merge was undone before")
            .code("merge_undone")
            .hint(format!("`journal entity show {}` shows what became of it", merge.absorbed_id)));
    }
    if entities::find(db, merge.absorbed_id)?.is_some() {
        return Err(Error::conflict(format!("there is another entity {}", merge.absorbed_id))
            .code("entity_is_there")
            .hint(format!("`journal entity show {}` shows it", merge.absorbed_id)));
    }
    match entities::called(db, merge.absorbed_type, &merge.absorbed_name)? {
        Some(other) => Err(taken(&other)),
        None => Ok(merge),
    }
}

/// Gives everything back; returns how many mentions and ends of relationships.
fn take_back(db: &NotebookDb<'_>, merge: &Merge, at: &str) -> Result<(usize, usize)> {
    let mut mentions = undoing::mentions(db, merge)?;
    let mut relationships = undoing::relationships(db, merge)?;
    let own = alias_key(&merge.absorbed_name);
    let names: Vec<String> = merge.absorbed_aliases.iter().cloned().chain([own]).collect();
    undoing::take_aliases(db, merge.survivor_id, &names)?;
    for alias in &merge.absorbed_aliases {
        aliases::add(db, merge.absorbed_id, alias, at)?;
    }
    undoing::corrections(db, merge)?;
    undoing::decisions(db, merge, at)?;
    undoing::history(db, merge)?;
    let own = names_of_its_own(db, merge.survivor_id)?;
    let names: BTreeSet<String> = names.iter().map(|name| name_key(name)).filter(|key| !own.contains(key)).collect();
    let mut rewritten = undoing::rewritten(db, merge)?;
    rewritten.retain(|mention| names.contains(&name_key(&mention.name)));
    if !rewritten.is_empty() {
        let ids: Vec<i64> = rewritten.iter().map(|mention| mention.id).collect();
        let entries: Vec<i64> = rewritten.iter().map(|mention| mention.entry).collect();
        mentions += undoing::take_mentions(db, merge, &ids)?;
        relationships += undoing::take_relationships(db, merge, &entries)?;
    }
    Ok((mentions, relationships))
}

/// Returns the names by which a mention is the survivor's.
fn names_of_its_own(db: &NotebookDb<'_>, survivor: EntityId) -> Result<BTreeSet<String>> {
    let one = found(db, survivor)?;
    Ok(one.aliases.iter().chain([&one.canonical_name]).map(|name| name_key(name)).collect())
}
