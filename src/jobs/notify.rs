//! Notifies owners of job outcomes. Delivery never delays or fails the job.

use crate::app::context::Ctx;
use crate::domain::id::{EntryId, JobId};
use crate::domain::job_notification::{FailureClass, JobNotification, JobOutcome, JobResultCounts};
use crate::error::Error;
use crate::services::notifications::enqueue;
use crate::storage::notebook::job_leases::ClaimedEntryJob;
use crate::storage::notebook::jobs;

/// A job with its parent and kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct JobRef {
    pub(super) job: JobId,
    pub(super) parent: Option<JobId>,
    pub(super) kind: &'static str,
}

/// Notifies of a succeeded job.
pub(super) fn succeeded(ctx: &Ctx, which: JobRef, entry: Option<EntryId>, counts: JobResultCounts) {
    let JobRef { job, parent, kind } = which;
    enqueue(ctx, &JobNotification { job, parent, kind, entry, outcome: JobOutcome::Succeeded(counts) });
}

/// Notifies of the first retry of a job; later ones are silent.
pub(super) fn retrying(ctx: &Ctx, which: JobRef, waits: usize, seconds: u64) {
    let JobRef { job, parent, kind } = which;
    if waits == 0 {
        enqueue(
            ctx,
            &JobNotification { job, parent, kind, entry: None, outcome: JobOutcome::Retrying { attempt: 1, seconds } },
        );
    }
}

/// Notifies of a failed job.
pub(super) fn failed(ctx: &Ctx, which: JobRef, error: &Error) {
    let JobRef { job, parent, kind } = which;
    enqueue(
        ctx,
        &JobNotification {
            job,
            parent,
            kind,
            entry: None,
            outcome: JobOutcome::Failed(FailureClass::from_error(error)),
        },
    );
}

/// Notifies of embedding outcomes: failures, and the end of an edit's pipeline. Successes without a parent job are
/// silent, because a reindex creates thousands.
pub(super) fn embedding_ended(ctx: &Ctx, job: ClaimedEntryJob, outcome: JobOutcome) {
    match (job.parent, outcome) {
        (None, JobOutcome::Succeeded(_)) => {}
        (Some(parent), JobOutcome::Succeeded(_)) => {
            enqueue(
                ctx,
                &JobNotification { job: parent, parent: None, kind: jobs::PIPELINE, entry: Some(job.entry), outcome },
            );
        }
        (parent, outcome) => {
            enqueue(ctx, &JobNotification { job: job.id, parent, kind: jobs::EMBED, entry: Some(job.entry), outcome });
        }
    }
}
