//! Waits for a change of one job.

use std::time::Duration;

use crate::app::context::Ctx;
use crate::domain::activity::ReadKind;
use crate::domain::id::JobId;
use crate::domain::job::JobView;
use crate::error::Result;
use crate::jobs::query;

/// Interval at which the job is polled.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Waits until a job differs from `known` in status or progress, and returns it; returns at once if `known` is `None`.
///
/// # Errors
/// As [`query::get`].
pub async fn wait_for_change(ctx: &Ctx, id: JobId, known: Option<&JobView>) -> Result<JobView> {
    loop {
        let job = query::poll(ctx, id).await?;
        let is_as_known = known.is_some_and(|known| {
            (&known.status, known.progress_current, &known.status_detail)
                == (&job.status, job.progress_current, &job.status_detail)
        });
        if !is_as_known {
            ctx.record_read(ReadKind::Job, 0);
            return Ok(job);
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}
