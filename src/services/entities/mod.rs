//! Entities: the people, places and other things that entries mention.
//!
//! Extraction ([`extraction`]) finds them; the owner's edits are stored as corrections, which take precedence in later
//! runs. All of it concerns the whole notebook, so a key restricted to part of it is refused, except for the mentions
//! of a single entry.

mod aliases;
mod candidates;
mod charts;
mod delete;
mod dismissals;
pub mod extraction;
mod list;
mod mentions;
mod merge;
mod name_rules;
mod pair_decisions;
mod quarantine;
mod show;
mod split;
mod undo;
mod update;

pub use aliases::{AliasOwner, add_alias, lookup_alias, remove_alias};
pub use candidates::{MergeCandidateFilter, PairVerdict, list_candidates, resolve_candidate};
pub use charts::{EntityChartQuery, mention_distribution, mention_trends, mood_correlation};
pub use delete::{EntityDeleteResponse, delete};
pub use dismissals::{delete_dismissal, delete_dismissals_of_name, list_dismissals};
pub use list::{EntityListQuery, list};
pub use mentions::{list_mentions, list_relationships};
pub use merge::{merge, merge_history};
pub use pair_decisions::{list_decisions, mark_distinct, withdraw_decision};
pub use quarantine::{lift_quarantine, list_quarantined, quarantine};
pub use show::{get, list_for_entry};
pub use split::{EntitySplitRequest, split};
pub use undo::undo_merge;
pub use update::{EntityPatch, EntityUpdateResponse, update};

use crate::domain::entity::{EntityDetail, EntityType, name_key};
use crate::domain::id::EntityId;
use crate::error::{Error, Result};
use crate::storage::notebook::{NotebookDb, entities};

/// Default page size of every entity list.
pub const DEFAULT_PAGE_SIZE: i64 = 50;
/// Maximum page size of every entity list.
pub const MAX_PAGE_SIZE: i64 = 200;
/// Maximum number of items in one operation.
const MAX_BULK_ITEMS: usize = 1000;

/// Clamps a requested page size.
fn clamp_limit(requested: i64) -> i64 {
    requested.clamp(1, MAX_PAGE_SIZE)
}

fn find_entity(db: &NotebookDb<'_>, id: EntityId) -> Result<EntityDetail> {
    entities::queries::list_details(db, &[id])?.pop().ok_or_else(|| entity_not_found(id))
}

fn entity_not_found(id: EntityId) -> Error {
    Error::not_found(format!("entity: {id}")).hint("`journal entity list` shows the entities")
}

/// Refuses a name that another entity of the type has, ignoring case.
fn expect_name_free(db: &NotebookDb<'_>, kind: EntityType, name: &str, own: Option<EntityId>) -> Result<()> {
    let key = name_key(name);
    let others = entities::list_by_type(db, kind)?;
    match others.into_iter().find(|other| Some(other.id) != own && name_key(&other.name) == key) {
        None => Ok(()),
        Some(other) => Err(name_taken_error(&other)),
    }
}

fn name_taken_error(other: &entities::EntityName) -> Error {
    Error::conflict(format!("the name is taken by another {}: entity {}", other.kind, other.id))
        .code("entity_name_taken")
        .with_detail("existing_entity_id", other.id.0)
        .with_detail("existing_canonical_name", other.name.clone())
        .with_detail("existing_entity_type", other.kind.name())
        .hint("merge the two entities, or choose another name")
}
