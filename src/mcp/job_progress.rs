//! Waits for a tool's background job, reports progress to the client, and cancels the job with the call.

use std::time::Duration;

use rmcp::model::ProgressNotificationParam;
use serde_json::json;
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};

use crate::app::context::Ctx;
use crate::domain::id::JobId;
use crate::domain::job::JobView;
use crate::error::Result;
use crate::jobs;
use crate::mcp::tool::{ToolCall, ToolOutput};

/// Maximum time a tool waits for its job: clients give up after a minute.
const WAIT_TIMEOUT: Duration = Duration::from_secs(45);

/// Waits until the caller's job has ended, is waiting itself, or the timeout expires, and returns it. If the future is
/// dropped earlier, the job is cancelled.
///
/// # Errors
/// Errors of finding the job.
pub(crate) async fn wait_for_job(call: &ToolCall, id: JobId) -> Result<JobView> {
    let (until, mut reported) = (Instant::now() + WAIT_TIMEOUT, None);
    let mut guard = JobGuard { ctx: Some(call.ctx.clone()), job: id, runtime: Handle::current() };
    let mut job = jobs::wait_for_change(&call.ctx, id, None).await?;
    loop {
        report_progress(call, &job, &mut reported).await;
        let is_open = matches!(job.status.as_str(), "queued" | "running");
        if !is_open || job.status_detail.is_some() {
            break;
        }
        let Ok(moved) = timeout_at(until, jobs::wait_for_change(&call.ctx, id, Some(&job))).await else { break };
        job = moved?;
    }
    guard.ctx = None;
    Ok(job)
}

/// Waits for a job like [`wait_for_job`] and returns its outcome in the format of batch tools.
///
/// # Errors
/// As [`wait_for_job`].
pub(crate) async fn job_outcome(call: &ToolCall, id: JobId) -> Result<ToolOutput> {
    let job = wait_for_job(call, id).await?;
    let report = |status: &str, error: Option<String>| {
        let result = &job.result;
        json!({ "status": status, "job_id": id, "result": result, "error_message": error })
    };
    Ok(match job.status.as_str() {
        "succeeded" => ToolOutput::Object(report("succeeded", None)),
        "failed" | "cancelled" => ToolOutput::Failed(report("failed", Some(failure_reason(&job)))),
        _ => {
            let still_running = "the job is still running; journal_get_job_status shows its progress";
            let message = job
                .status_detail
                .as_ref()
                .map_or_else(|| still_running.to_owned(), |detail| format!("{detail}; {still_running}"));
            ToolOutput::Object(report("timeout", Some(message)))
        }
    })
}

/// Returns the output of a batch tool whose job could not be queued.
pub(crate) fn not_queued(reason: &str) -> ToolOutput {
    ToolOutput::Failed(json!({ "status": "failed", "job_id": null, "result": null, "error_message": reason }))
}

/// Returns the reason why a job failed.
pub(crate) fn failure_reason(job: &JobView) -> String {
    job.error_message.clone().unwrap_or_else(|| "the job was cancelled".to_owned())
}

/// Formats the progress of a job that has not ended; `unit` names the parts that it counts.
pub(crate) fn format_pending(job: &JobView, unit: &str) -> String {
    let JobView { id, progress_current: done, progress_total: total, .. } = job;
    let why = job.status_detail.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
    format!(
        "Still running{why}: {done} of {total}{unit} done.\n  Job: {id}\n  Call journal_get_job_status for its status."
    )
}

/// Guard that cancels a job if its caller stops waiting.
struct JobGuard {
    /// Caller; `None` after a regular end of the wait.
    ctx: Option<Ctx>,
    job: JobId,
    runtime: Handle,
}

impl Drop for JobGuard {
    fn drop(&mut self) {
        let Some(ctx) = self.ctx.take() else { return };
        let job = self.job;
        // At shutdown nothing is cancelled: the runtime drops this task, and the job resumes after a restart.
        self.runtime.spawn(async move {
            if let Err(error) = jobs::cancel(&ctx, job).await {
                tracing::debug!(%job, "cannot cancel a job: {error}");
            }
        });
    }
}

/// Sends a progress notification, if the client asked for them; the value increases with each.
async fn report_progress(call: &ToolCall, job: &JobView, reported: &mut Option<i64>) {
    let Some(token) = call.request.meta.get_progress_token() else { return };
    let done = job.progress_current;
    if reported.is_some_and(|last| last >= done) {
        return;
    }
    *reported = Some(done);
    let progress = ProgressNotificationParam::new(token, done as f64).with_total(job.progress_total as f64);
    // A disconnected client does not stop the work.
    drop(call.request.peer.notify_progress(progress).await);
}
