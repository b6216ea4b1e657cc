//! Job status tool.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::domain::id::JobId;
use crate::domain::job::JobView;
use crate::domain::scope::Scope;
use crate::domain::text;
use crate::error::{ErrorKind, Result};
use crate::jobs;
use crate::mcp::tool::{Tool, ToolCall, ToolEffect, ToolOutput};

/// Maximum length of an invalid id repeated in an error, in code points.
const MAX_QUOTED_CHARS: usize = 60;

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new(
            "journal_get_job_status",
            "Get job status",
            "Returns a job's progress, its result, or the reason for its failure.",
            (&[Scope::EntriesRead], ToolEffect::Reads),
            status,
        )
        .with_object()
        // A caller with only the ingest scope can follow its own uploads.
        .or_requires(&[Scope::Ingest]),
    ]
}

/// Job by id.
#[derive(Deserialize, JsonSchema)]
struct JobArgs {
    /// Id of the job.
    job_id: String,
}

async fn status(call: ToolCall, given: JobArgs) -> Result<ToolOutput> {
    let Ok(id) = given.job_id.trim().parse::<JobId>() else { return Ok(job_not_found(&given.job_id)) };
    let job = match jobs::get(&call.ctx, id).await {
        Ok(job) => job,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(job_not_found(&given.job_id)),
        Err(error) => return Err(error),
    };
    let JobView { id, kind, status, params, progress_current, progress_total, result, .. } = job;
    Ok(ToolOutput::Object(json!({
        "id": id, "type": kind, "status": status, "params": params,
        "progress_current": progress_current, "progress_total": progress_total,
        "result": result, "error_message": job.error_message,
        "created_at": job.created_at, "started_at": job.started_at, "finished_at": job.finished_at,
    })))
}

/// Returns the output for an unknown job; another user's job is reported the same way.
fn job_not_found(id: &str) -> ToolOutput {
    ToolOutput::Failed(json!({ "error": "Job not found", "job_id": text::preview(id, MAX_QUOTED_CHARS) }))
}
