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
mod limits;
mod list;
mod lookup;
mod merge;
mod name_rules;
mod quarantine;
mod split;
mod update;

pub use aliases::{AliasOwner, add_alias, lookup_alias, remove_alias};
pub use candidates::{
    MergeCandidateFilter, PairVerdict, list_candidates, list_decisions, mark_distinct, resolve_candidate,
    withdraw_decision,
};
pub use charts::{EntityChartQuery, mention_distribution, mention_trends, mood_correlation};
pub use delete::{EntityDeleteResponse, delete};
pub use dismissals::{delete_dismissal, delete_dismissals_of_name, list_dismissals};
pub use limits::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE};
pub use list::{EntityListQuery, get, list, list_for_entry, list_mentions, list_relationships};
pub use merge::{merge, merge_history, undo_merge};
pub use quarantine::{lift_quarantine, list_quarantined, quarantine};
pub use split::{EntitySplitRequest, split};
pub use update::{EntityPatch, EntityUpdateResponse, update};
