//! Waits for what a tool left behind, for a while: the client hears how far it is, and may call it off.

use std::time::Duration;

use rmcp::model::ProgressNotificationParam;
use serde_json::json;
use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio::time::timeout_at;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::jobs;
use crate::mcp::tool::Call;
use crate::mcp::tool::Said;
use crate::model::id::JobId;
use crate::model::job::Job;

/// How long a tool waits before it leaves the rest to be asked for: clients give up after a minute.
const PATIENCE: Duration = Duration::from_secs(45);

/// Waits for a job of the caller's, and returns it as it is once it has ended, waits for something itself, or has taken
/// too long. Dropped before, it calls the job off.
///
/// # Errors
/// As finding the job.
pub(crate) async fn job(call: &Call, id: JobId) -> Result<Job> {
    let (until, mut progress) = (Instant::now() + PATIENCE, Progress::of(call));
    let mut left = Left { ctx: Some(call.ctx.clone()), job: id, runtime: Handle::current() };
    let mut job = jobs::moved(&call.ctx, id, None).await?;
    loop {
        progress.tell(job.progress_current, job.progress_total).await;
        let is_open = matches!(job.status.as_str(), "queued" | "running");
        if !is_open || job.status_detail.is_some() {
            break;
        }
        let Ok(moved) = timeout_at(until, jobs::moved(&call.ctx, id, Some(&job))).await else { break };
        job = moved?;
    }
    left.ctx = None;
    Ok(job)
}

/// Waits for a job as [`job`] does, and tells what became of it as tools do that work on many entries.
///
/// # Errors
/// As [`job`].
pub(crate) async fn outcome(call: &Call, id: JobId) -> Result<Said> {
    let job = job(call, id).await?;
    let said = |status: &str, why: Option<String>| json!({ "status": status, "job_id": id, "result": job.result, "error_message": why });
    Ok(match job.status.as_str() {
        "succeeded" => Said::Object(said("succeeded", None)),
        "failed" | "cancelled" => {
            let why = job.error_message.clone().unwrap_or_else(|| "the job was called off".to_owned());
            Said::Refused(said("failed", Some(why)))
        }
        _ => {
            let goes_on = "it takes longer and goes on; journal_get_job_status shows how far it is";
            let why =
                job.status_detail.as_ref().map_or_else(|| goes_on.to_owned(), |detail| format!("{detail}; {goes_on}"));
            Said::Object(said("timeout", Some(why)))
        }
    })
}

/// A job that somebody waits for: left, it is called off.
struct Left {
    /// Who waits; `None` once they have waited enough.
    ctx: Option<Ctx>,
    job: JobId,
    runtime: Handle,
}

impl Drop for Left {
    fn drop(&mut self) {
        let Some(ctx) = self.ctx.take() else { return };
        let job = self.job;
        // Where the program itself ends, nothing is called off: the job is worked on when it begins again.
        self.runtime.spawn(async move {
            if let Err(error) = jobs::cancel(&ctx, job).await {
                tracing::debug!(%job, "calling a job off: {error}");
            }
        });
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
