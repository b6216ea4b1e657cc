//! Subject of an outbound request.

use crate::domain::id::{EntryId, JobId};

/// Entries and job of an outbound request, for the ledger.
#[derive(Debug, Clone, Default)]
pub(crate) struct EgressSubject {
    pub(crate) entries: Vec<EntryId>,
    pub(crate) job: Option<JobId>,
}

impl EgressSubject {
    /// Creates the subject of a job's request.
    pub(crate) fn for_job(job: JobId) -> Self {
        Self { entries: Vec::new(), job: Some(job) }
    }

    /// Creates the subject of a request about entries.
    pub(crate) fn for_entries(entries: impl IntoIterator<Item = EntryId>) -> Self {
        Self { entries: entries.into_iter().collect(), job: None }
    }
}
