//! Two that are one. Everything is checked before anything is moved, and all of it is one transaction.

use std::collections::BTreeSet;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::entities::MAX_AT_ONCE;
use crate::entities::found;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::entity::Detail;
use crate::model::entity::History;
use crate::model::entity::Merged;
use crate::model::entity::alias_key;
use crate::model::entity::name_key;
use crate::model::id::EntityId;
use crate::model::scope::Scope;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::aliases;
use crate::storage::notebook::entities::change;
use crate::storage::notebook::entities::corrections;
use crate::storage::notebook::entities::corrections::Name;
use crate::storage::notebook::entities::merges;

/// Makes some part of another, with their mentions, relationships and names. Types may differ.
///
/// # Errors
/// `Invalid` for none, one that is named twice, and the survivor itself; `NotFound` naming the first missing one. Then
/// nothing is changed.
pub async fn merge(ctx: &Ctx, survivor: EntityId, absorbed: Vec<EntityId>) -> Result<Merged> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    if absorbed.is_empty() || absorbed.len() > MAX_AT_ONCE {
        return Err(Error::invalid("'absorbed_ids' must be a non-empty list of integers")
            .hint(format!("name 1 to {MAX_AT_ONCE} that are to become part of the survivor")));
    }
    let trail = Trail::of(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        let own = alias_key(&found(db, survivor)?.canonical_name);
        let gone = absorbed.iter().map(|&id| found(db, id)).collect::<Result<Vec<_>>>()?;
        if absorbed.contains(&survivor) {
            return Err(Error::invalid("Cannot merge entity into itself").hint("name the survivor once"));
        }
        if absorbed.iter().collect::<BTreeSet<_>>().len() < absorbed.len() {
            return Err(Error::invalid("'absorbed_ids' names one twice").hint("name each once"));
        }
        let mut sum = Sum::default();
        for one in &gone {
            sum.absorb(db, (survivor, &own), one, trail.at())?;
            trail.curated(db, Action::EntitiesMerged, survivor, &[&format!("entity:{}", one.id)])?;
        }
        change::curate(db, survivor, trail.at())?;
        Ok(Merged {
            survivor: found(db, survivor)?,
            absorbed_ids: absorbed,
            merge_ids: sum.merges,
            mentions_reassigned: sum.mentions,
            relationships_reassigned: sum.relationships,
            aliases_added: sum.aliases,
        })
    })
    .await
}

/// Returns what was merged into one, newest first; what was undone is marked.
///
/// # Errors
/// `NotFound`.
pub async fn history(ctx: &Ctx, id: EntityId) -> Result<History> {
    ctx.read(Scope::EntriesRead, move |db| {
        found(db, id)?;
        Ok(History { entity_id: id, history: merges::history(db, id)? })
    })
    .await
}

/// What several merges come to.
#[derive(Default)]
struct Sum {
    merges: Vec<i64>,
    mentions: i64,
    relationships: i64,
    aliases: i64,
}

impl Sum {
    /// Makes one part of the survivor, whose own name is known by its key.
    fn absorb(&mut self, db: &NotebookDb<'_>, survivor: (EntityId, &str), gone: &Detail, at: &str) -> Result<()> {
        let ((survivor, own), absorbed) = (survivor, gone.id);
        let merge = merges::begin(db, survivor, absorbed, &gone.aliases, at)?;
        self.mentions += merges::move_mentions(db, merge, absorbed, survivor)?;
        self.relationships += merges::move_relationships(db, merge, absorbed, survivor)?;
        merges::move_history(db, merge, absorbed, survivor)?;
        merges::move_decisions(db, merge, absorbed, survivor)?;
        correct(db, merge, gone, survivor, at)?;
        self.aliases += name_after(db, merge, gone, (survivor, own), at)?;
        change::seen_as_early(db, survivor, absorbed)?;
        change::remove(db, absorbed)?;
        self.merges.push(merge);
        Ok(())
    }
}

/// Lets the names of the one that goes stand for the survivor, whatever a run would guess.
fn correct(db: &NotebookDb<'_>, merge: i64, gone: &Detail, survivor: EntityId, at: &str) -> Result<()> {
    let kind = gone.entity_type;
    let mut rows = corrections::hand_over(db, gone.id, Some(survivor))?;
    rows.push(corrections::say(db, Name::everywhere(kind, &name_key(&gone.canonical_name)), Some(survivor), at)?);
    for alias in &gone.aliases {
        rows.extend(corrections::say_first(db, Name::everywhere(kind, &name_key(alias)), Some(survivor), at)?);
    }
    rows.into_iter().try_for_each(|row| merges::note(db, merge, "correction", row))
}

/// Gives the survivor the names of the one that goes, but never its own; returns how many it was offered.
fn name_after(
    db: &NotebookDb<'_>,
    merge: i64,
    gone: &Detail,
    (survivor, own): (EntityId, &str),
    at: &str,
) -> Result<i64> {
    let names = gone.aliases.iter().cloned().chain([alias_key(&gone.canonical_name)]);
    let mut offered = 0;
    for alias in names.filter(|alias| alias != own) {
        if let Some(row) = aliases::add(db, survivor, &alias, at)? {
            merges::note(db, merge, "alias", row)?;
        }
        offered += 1;
    }
    Ok(offered)
}
