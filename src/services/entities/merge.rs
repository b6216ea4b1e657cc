//! Entity merge: all checks first, then one transaction.

use std::collections::BTreeSet;

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::domain::entity::{EntityDetail, EntityMergeHistory, EntityMergeResult, alias_key, name_key};
use crate::domain::id::EntityId;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::services::entities::limits::MAX_BULK_ITEMS;
use crate::services::entities::lookup::find_entity;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::corrections::{self, CorrectedName};
use crate::storage::notebook::entities::{aliases, edit, merges};

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
    let kind = source.entity_type;
    let mut rows = corrections::redirect(db, source.id, Some(survivor))?;
    rows.push(corrections::set(
        db,
        CorrectedName::for_all_entries(kind, &name_key(&source.canonical_name)),
        Some(survivor),
        at,
    )?);
    for alias in &source.aliases {
        rows.extend(corrections::set_if_absent(
            db,
            CorrectedName::for_all_entries(kind, &name_key(alias)),
            Some(survivor),
            at,
        )?);
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
