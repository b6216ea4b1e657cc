//! Waits for what a tool left behind, for a while: the client hears how far it is, and may call it off.

use std::time::Duration;

use rmcp::model::ProgressNotificationParam;
use tokio::time::Instant;

use crate::error::Error;
use crate::error::Result;
use crate::jobs;
use crate::mcp::tool::Call;
use crate::model::id::JobId;
use crate::model::job::Job;

/// How long a tool waits before it leaves the rest to be asked for: clients give up after a minute.
const PATIENCE: Duration = Duration::from_secs(45);

/// Waits for a job of the caller's, and returns it as it is once it has ended, waits for something itself, or has taken
/// too long.
///
/// # Errors
/// `Conflict` when the request was called off, and the job with it; as finding the job.
pub(crate) async fn job(call: &Call, id: JobId) -> Result<Job> {
    let (until, mut progress) = (Instant::now() + PATIENCE, Progress::of(call));
    let mut job = jobs::moved(&call.ctx, id, None).await?;
    loop {
        progress.tell(job.progress_current, job.progress_total).await;
        let is_open = matches!(job.status.as_str(), "queued" | "running");
        if !is_open || job.status_detail.is_some() {
            return Ok(job);
        }
        job = tokio::select! {
            moved = jobs::moved(&call.ctx, id, Some(&job)) => moved?,
            () = tokio::time::sleep_until(until) => return Ok(job),
            () = call.request.ct.cancelled() => return Err(called_off(call, id).await),
        };
    }
}

async fn called_off(call: &Call, id: JobId) -> Error {
    match jobs::cancel(&call.ctx, id).await {
        Ok(_) => Error::conflict("the call was called off, and nothing was stored"),
        // It had ended before.
        Err(error) => error,
    }
}

/// Tells a client that asked for it how far something is. What is told grows with every notification.
struct Progress<'c> {
    call: &'c Call,
    told: Option<i64>,
}

impl<'c> Progress<'c> {
    fn of(call: &'c Call) -> Self {
        Self { call, told: None }
    }

    async fn tell(&mut self, done: i64, total: i64) {
        let Some(token) = self.call.request.meta.get_progress_token() else { return };
        if self.told.is_some_and(|told| told >= done) {
            return;
        }
        self.told = Some(done);
        let progress = ProgressNotificationParam::new(token, done as f64).with_total(total as f64);
        // A client that hangs up does not stop the work.
        drop(self.call.request.peer.notify_progress(progress).await);
    }
}
