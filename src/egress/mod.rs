//! The gate: what leaves the machine on a notebook's behalf is allowed, veiled and written down here.

mod asking;
mod embedder;
mod follow_ups;
mod guarded;
mod ledger;
mod line;
mod policy;
mod retry;
pub(crate) mod veil;

pub(crate) use asking::Fenced;
pub(crate) use asking::ask;
pub(crate) use asking::ask_for;
pub(crate) use asking::can_ask;
pub(crate) use asking::expect_asking;
pub(crate) use embedder::embedder;
pub(crate) use embedder::searcher;
pub(crate) use follow_ups::FollowUps;
pub(crate) use follow_ups::Left;
pub(crate) use guarded::Guarded;
pub(crate) use ledger::Outcome;
pub(crate) use ledger::Passage;
pub(crate) use ledger::passage;
pub(crate) use line::Outward;
pub(crate) use line::open;
pub(crate) use policy::effective;

use crate::model::id::EntryId;
use crate::model::id::JobId;

/// What the sending is about, for the ledger.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    pub(crate) entries: Vec<EntryId>,
    pub(crate) job: Option<JobId>,
}
