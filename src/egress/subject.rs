//! Subject of an outbound request.

use crate::domain::id::{EntryId, JobId};

/// Entries and job of an outbound request, for the ledger.
#[derive(Debug, Clone, Default)]
pub(crate) struct EgressSubject {
    pub(crate) entries: Vec<EntryId>,
    pub(crate) job: Option<JobId>,
}
