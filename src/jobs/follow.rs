//! Somebody waits for a job.

use std::time::Duration;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::jobs::queue;
use crate::model::activity::Read;
use crate::model::id::JobId;
use crate::model::job::Job;

/// How often the job is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Waits until a job is not as it was known any more, and returns it as it is then; at once if nothing is known of it.
///
/// # Errors
/// As [`queue::get`].
pub async fn moved(ctx: &Ctx, id: JobId, known: Option<&Job>) -> Result<Job> {
    loop {
        let job = queue::look(ctx, id).await?;
        let is_as_known = known.is_some_and(|known| {
            (&known.status, known.progress_current, &known.status_detail)
                == (&job.status, job.progress_current, &job.status_detail)
        });
        if !is_as_known {
            ctx.count(Read::Job, 0);
            return Ok(job);
        }
        tokio::time::sleep(LOOK).await;
    }
}
