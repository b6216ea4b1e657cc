//! Who and what entries speak of: shown, put right by their owner, counted.
//!
//! Runs find them (`extraction`); what an owner says of them is written down beside them and counts before whatever a
//! later run would guess. Everything here is about the whole notebook, so keys that reach a part of it are refused, but
//! for what a single entry mentions.

mod aliases;
mod candidates;
mod change;
mod charts;
mod decisions;
mod delete;
mod dismissals;
pub mod extraction;
mod list;
mod mentions;
mod merge;
mod names;
mod quarantine;
mod show;
mod split;
mod undo;

pub use aliases::Owner;
pub use aliases::add_alias;
pub use aliases::lookup;
pub use aliases::remove_alias;
pub use candidates::Candidates;
pub use candidates::Verdict;
pub use candidates::candidates;
pub use candidates::resolve;
pub use change::Change;
pub use change::Changed;
pub use change::change;
pub use charts::Chart;
pub use charts::correlation;
pub use charts::distribution;
pub use charts::trends;
pub use decisions::decisions;
pub use decisions::differ;
pub use decisions::withdraw;
pub use delete::Deleted;
pub use delete::delete;
pub use dismissals::allow;
pub use dismissals::allow_name;
pub use dismissals::dismissed;
pub use list::List;
pub use list::list;
pub use mentions::mentions;
pub use mentions::relationships;
pub use merge::history;
pub use merge::merge;
pub use quarantine::quarantine;
pub use quarantine::quarantined;
pub use quarantine::release;
pub use show::get;
pub use show::of_entry;
pub use split::Split;
pub use split::split;
pub use undo::undo;

use crate::error::Error;
use crate::error::Result;
use crate::model::entity::Detail;
use crate::model::entity::EntityType;
use crate::model::entity::name_key;
use crate::model::id::EntityId;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities;

/// Most rows a page holds.
pub const MAX_LIMIT: i64 = 200;
/// Most things that one act is about.
const MAX_AT_ONCE: usize = 1000;

/// Moves a number of rows to the nearest that a page may have.
fn limited(asked: i64) -> i64 {
    asked.clamp(1, MAX_LIMIT)
}

fn found(db: &NotebookDb<'_>, id: EntityId) -> Result<Detail> {
    entities::shown::details(db, &[id])?.pop().ok_or_else(|| missing(id))
}

fn missing(id: EntityId) -> Error {
    Error::not_found(format!("entity: {id}")).hint("`journal entity list` shows those there are")
}

/// Refuses a name that another of the type has, in whatever case.
fn refuse_taken(db: &NotebookDb<'_>, kind: EntityType, name: &str, own: Option<EntityId>) -> Result<()> {
    let key = name_key(name);
    let others = entities::of_type(db, kind)?;
    match others.into_iter().find(|other| Some(other.id) != own && name_key(&other.name) == key) {
        None => Ok(()),
        Some(other) => Err(taken(&other)),
    }
}

fn taken(other: &entities::Named) -> Error {
    Error::conflict(format!("another {} has that name: entity {}", other.kind, other.id))
        .code("entity_name_taken")
        .about("existing_entity_id", other.id.0)
        .about("existing_canonical_name", other.name.clone())
        .about("existing_entity_type", other.kind.name())
        .hint("merge the two, or choose another name")
}
