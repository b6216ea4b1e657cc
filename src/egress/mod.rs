//! Egress gateway: checks policy, redacts, and records each outbound request of a notebook.

mod derived_jobs;
mod embedder;
mod fetch_gate;
mod gateway;
mod ledger;
mod llm;
mod policy;
pub(crate) mod redaction;
mod retry;

pub(crate) use derived_jobs::{DerivedJobs, EnqueuedJobs};
pub(crate) use embedder::{embedder, query_embedder};
pub(crate) use fetch_gate::FetchGate;
pub(crate) use gateway::{EgressGateway, open_gateway};
pub(crate) use ledger::{ExchangeOutcome, OpenLedgerEntry, open_entry};
pub(crate) use llm::{DelimitedText, complete, complete_json, ensure_available, is_available};
pub(crate) use policy::effective_purposes;

use crate::domain::id::{EntryId, JobId};

/// Entries and job of an outbound request, for the ledger.
#[derive(Debug, Clone, Default)]
pub(crate) struct EgressSubject {
    pub(crate) entries: Vec<EntryId>,
    pub(crate) job: Option<JobId>,
}
