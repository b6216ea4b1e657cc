//! Jobs: how far what takes long is.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::error::Kind;
use crate::error::Result;
use crate::jobs;
use crate::mcp::tool::Call;
use crate::mcp::tool::Effect;
use crate::mcp::tool::Said;
use crate::mcp::tool::Tool;
use crate::model::id::JobId;
use crate::model::job::Job;
use crate::model::scope::Scope;
use crate::model::text;

/// Code points of an id that is none which an answer repeats.
const REPEATED: usize = 60;

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new(
            "journal_get_job_status",
            "Look at a job",
            "Shows how far a job is, what it made or why it failed.",
            (&[Scope::EntriesRead], Effect::Reads),
            status,
        )
        .with_object()
        // Whoever sends pages sees what becomes of them.
        .or_with(&[Scope::Ingest]),
    ]
}

/// A job.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Which {
    /// The job's id.
    job_id: String,
}

async fn status(call: Call, given: Which) -> Result<Said> {
    let Ok(id) = given.job_id.trim().parse::<JobId>() else { return Ok(absent(&given.job_id)) };
    let job = match jobs::get(&call.ctx, id).await {
        Ok(job) => job,
        Err(error) if error.kind() == Kind::NotFound => return Ok(absent(&given.job_id)),
        Err(error) => return Err(error),
    };
    let Job { id, kind, status, params, progress_current, progress_total, result, .. } = job;
    Ok(Said::Object(json!({
        "id": id, "type": kind, "status": status, "params": params,
        "progress_current": progress_current, "progress_total": progress_total,
        "result": result, "error_message": job.error_message,
        "created_at": job.created_at, "started_at": job.started_at, "finished_at": job.finished_at,
    })))
}

/// The jobs of others are absent, too.
fn absent(id: &str) -> Said {
    Said::Refused(json!({ "error": "Job not found", "job_id": text::preview(id, REPEATED) }))
}
