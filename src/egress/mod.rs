//! Egress gateway: checks policy, redacts, and records each outbound request of a notebook.

mod availability;
mod delimited_text;
mod derived_jobs;
mod embedder;
mod fetch_gate;
mod gateway;
mod ledger;
mod llm;
mod policy;
pub(crate) mod redaction;
mod retry;
mod subject;

pub(crate) use availability::{ensure_available, is_available};
pub(crate) use delimited_text::DelimitedText;
pub(crate) use derived_jobs::{DerivedJobs, EnqueuedJobs};
pub(crate) use embedder::{embedder, query_embedder};
pub(crate) use fetch_gate::FetchGate;
pub(crate) use gateway::{EgressGateway, open_gateway};
pub(crate) use llm::{complete, complete_json};
pub(crate) use policy::effective_purposes;
pub(crate) use subject::EgressSubject;
