//! Notifications of job outcomes. Delivery never delays or fails the job.

use serde_json::Value;

use crate::domain::id::EntryId;
use crate::domain::job_notification::{JobNotification, JobOutcome};
use crate::storage::notebook::job_leases::ClaimedJob;
use crate::storage::notebook::jobs;

/// Builds the notification of a job that ended or will be retried; `None` if its owner is not notified.
///
/// Embeddings that succeed are reported as the end of the edit that enqueued them. Without one they are silent, because
/// a reindex creates thousands.
pub(super) fn notification(
    kind: &'static str,
    job: &ClaimedJob,
    entry: Option<EntryId>,
    outcome: JobOutcome,
) -> Option<JobNotification> {
    let parent = job.params.get("parent_job_id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    match outcome {
        // Only the first retry is reported.
        JobOutcome::Retrying { .. } if job.waits > 0 => None,
        JobOutcome::Succeeded(_) if kind == jobs::EMBED => {
            Some(JobNotification { job: parent?, parent: None, kind: jobs::PIPELINE, entry, outcome })
        }
        _ => Some(JobNotification { job: job.id, parent, kind, entry, outcome }),
    }
}
