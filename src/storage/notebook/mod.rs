//! `notebook.db`: entries and the data derived from them.

pub(crate) mod activity;
pub(crate) mod cache;
pub(crate) mod chunks;
pub(crate) mod counts;
pub(crate) mod dashboard;
pub(crate) mod derived;
pub(crate) mod digest;
pub(crate) mod drafts;
pub(crate) mod drill_samples;
pub(crate) mod egress;
pub(crate) mod entities;
pub(crate) mod entries;
mod entry_access;
pub(crate) mod entry_list;
pub(crate) mod export_rows;
pub(crate) mod full_text;
pub(crate) mod import_rows;
pub(crate) mod job_leases;
pub(crate) mod job_notifications;
pub(crate) mod job_steps;
pub(crate) mod jobs;
pub(crate) mod legacy_import;
pub(crate) mod moods;
pub(crate) mod properties;
pub(crate) mod read_counts;
pub(crate) mod rebuild_mac_chain;
pub(crate) mod search_terms;
pub(crate) mod sources;
pub(crate) mod state;
pub(crate) mod stats;
pub(crate) mod tags;
#[cfg(test)]
pub(crate) mod test_support;
pub(crate) mod trash;
pub(crate) mod uploads;
pub(crate) mod vectors;
pub(crate) mod versions;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::latency::{QueryLatencies, QueryTiming};
use crate::storage::database::{DatabaseKind, DatabaseTx};
use crate::storage::notebook::cache::SearchCache;
use crate::storage::vector_index::VectorIndex;
use parking_lot::Mutex;

mod embedded {
    refinery::embed_migrations!("migrations/notebook");
}

/// Kind of a notebook database.
pub(crate) struct NotebookKind;

/// In-memory caches of one open notebook; dropped with it and never shared between notebooks.
#[derive(Default)]
pub(crate) struct NotebookCaches {
    /// Last loaded vector index; valid while its generation equals the notebook's.
    pub(crate) vectors: Mutex<Option<Arc<VectorIndex>>>,
    /// Cache of searches and counts.
    pub(crate) search_cache: SearchCache,
    /// Response times by kind of request.
    pub(crate) timings: Mutex<QueryLatencies>,
}

impl NotebookCaches {
    /// Records a response time.
    pub(crate) fn record_timing(&self, kind: &'static str, took: Duration) {
        self.timings.lock().record(kind, took);
    }

    /// Returns the response time statistics by kind.
    pub(crate) fn timing_stats(&self) -> BTreeMap<String, QueryTiming> {
        self.timings.lock().snapshot()
    }
}

impl DatabaseKind for NotebookKind {
    type Memory = NotebookCaches;

    fn migrations() -> refinery::Runner {
        embedded::migrations::runner()
    }
}

/// Transaction handle of a notebook database.
pub(crate) type NotebookDb<'c> = DatabaseTx<'c, NotebookKind>;

#[cfg(test)]
mod tests;
