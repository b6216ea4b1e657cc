//! Owners hear what became of their jobs. Whatever becomes of the telling, the job is not delayed by it.

use crate::ctx::Ctx;
use crate::error::Error;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::notice::Class;
use crate::model::notice::Counts;
use crate::model::notice::Event;
use crate::model::notice::Outcome;
use crate::notifications::tell;
use crate::storage::notebook::claims::OnEntry;
use crate::storage::notebook::jobs;

/// A job, and the one that left it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Which {
    pub(super) job: JobId,
    pub(super) parent: Option<JobId>,
    pub(super) kind: &'static str,
}

/// Tells that a job is done.
pub(super) fn made(ctx: &Ctx, which: Which, entry: Option<EntryId>, counts: Counts) {
    let Which { job, parent, kind } = which;
    tell(ctx, &Event { job, parent, kind, entry, outcome: Outcome::Succeeded(counts) });
}

/// Tells that a job waits, the first time it does.
pub(super) fn waits(ctx: &Ctx, which: Which, waits: usize, seconds: u64) {
    let Which { job, parent, kind } = which;
    if waits == 0 {
        tell(ctx, &Event { job, parent, kind, entry: None, outcome: Outcome::Retrying { attempt: 1, seconds } });
    }
}

/// Tells that a job is given up.
pub(super) fn failed(ctx: &Ctx, which: Which, error: &Error) {
    let Which { job, parent, kind } = which;
    tell(ctx, &Event { job, parent, kind, entry: None, outcome: Outcome::Failed(Class::of(error)) });
}

/// Tells what became of an entry's vectors: that they failed, or that an edit is worked in. Of those that are only made
/// anew, thousands at a time, nobody wants to hear.
pub(super) fn embedded(ctx: &Ctx, job: OnEntry, outcome: Outcome) {
    match (job.parent, outcome) {
        (None, Outcome::Succeeded(_)) => {}
        (Some(parent), Outcome::Succeeded(_)) => {
            tell(ctx, &Event { job: parent, parent: None, kind: jobs::PIPELINE, entry: Some(job.entry), outcome });
        }
        (parent, outcome) => {
            tell(ctx, &Event { job: job.id, parent, kind: jobs::EMBED, entry: Some(job.entry), outcome });
        }
    }
}
