//! Entity extraction tools.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::date_range::DateRange;
use crate::domain::id::EntryId;
use crate::domain::job::JobView;
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::mcp::job_progress;
use crate::mcp::tool::{Tool, ToolCall, ToolEffect, ToolOutput};
use crate::mcp::tools::date_range_args::DateRangeArgs;
use crate::mcp::tools::lookup_hint::with_entry_hint;
use crate::services::entities::extraction::{self, ExtractionFilter};

/// Maximum number of warnings shown.
const MAX_WARNINGS: usize = 20;

pub(super) fn tools() -> Vec<Tool> {
    let replaces: (&[Scope], ToolEffect) = (&[Scope::EntriesRead, Scope::EntriesWrite], ToolEffect::Replaces);
    vec![
        Tool::new(
            "journal_extract_entities",
            "Extract entities",
            "Extracts people, places and other entities from one entry, or from those of a date range, with a model. A \
             long run continues as a job.",
            replaces,
            extract,
        ),
        Tool::new(
            "journal_extract_entities_batch",
            "Extract entities from many entries",
            "Like journal_extract_entities, but returns the job; its `status` is succeeded, failed, or timeout while it \
             runs.",
            replaces,
            batch,
        )
        .with_object(),
    ]
}

/// Entries to process; all without any of these fields.
#[derive(Deserialize, JsonSchema)]
struct ExtractBatchArgs {
    /// Id of a single entry.
    #[serde(default)]
    entry_id: Option<i64>,
    #[serde(flatten)]
    between: DateRangeArgs,
    /// True processes only entries that have changed since the last extraction.
    #[serde(default)]
    stale_only: bool,
}

impl From<ExtractBatchArgs> for ExtractionFilter {
    fn from(which: ExtractBatchArgs) -> Self {
        let DateRange { from: start_date, to: end_date } = which.between.into();
        Self { entry_id: which.entry_id.map(EntryId), start_date, end_date, stale_only: which.stale_only }
    }
}

async fn extract(call: ToolCall, which: ExtractBatchArgs) -> Result<String> {
    let ordered = extraction::enqueue(&call.ctx, which.into()).await.map_err(with_entry_hint)?;
    let job = job_progress::wait_for_job(&call, ordered.job_id).await?;
    match job.status.as_str() {
        "succeeded" => format_result(&call, &job),
        "failed" | "cancelled" => Err(Error::new(ErrorKind::Upstream, job_progress::failure_reason(&job))
            .hint("the entry's data was not changed; try again later")),
        _ => Ok(job_progress::format_pending(&job, " entries")),
    }
}

fn format_result(call: &ToolCall, job: &JobView) -> Result<String> {
    let result = job.result.as_ref();
    let count = |name: &str| result.and_then(|result| result.get(name)).and_then(Value::as_i64).unwrap_or_default();
    let mut text = format!(
        "Extraction finished:\n  Entries: {}\n  Entities created: {}\n  Entities matched: {}\n  Mentions: {}\n  \
         Relationships: {}",
        count("entries_processed"),
        count("entities_created"),
        count("entities_matched"),
        count("mentions_created"),
        count("relationships_created"),
    );
    let warnings = result.and_then(|result| result.get("warnings")).and_then(Value::as_array);
    let warnings: Vec<&str> = warnings.into_iter().flatten().filter_map(Value::as_str).collect();
    if !warnings.is_empty() {
        let mut lines: Vec<String> = warnings.iter().take(MAX_WARNINGS).map(|warning| format!("- {warning}")).collect();
        if warnings.len() > MAX_WARNINGS {
            lines.push(format!("{} more", warnings.len() - MAX_WARNINGS));
        }
        text.push_str("\nWarnings:\n");
        // Warnings quote names from entries and models.
        text.push_str(&call.delimit(&lines.join("\n"))?);
    }
    Ok(text)
}

async fn batch(call: ToolCall, which: ExtractBatchArgs) -> Result<ToolOutput> {
    let ordered = match extraction::enqueue(&call.ctx, which.into()).await {
        Ok(ordered) => ordered,
        Err(error) if error.kind() == ErrorKind::Internal => return Err(error),
        Err(error) => return Ok(job_progress::not_queued(&error.to_string())),
    };
    let job = job_progress::wait_for_job(&call, ordered.job_id).await?;
    let status = match job.status.as_str() {
        "succeeded" => "succeeded",
        "failed" | "cancelled" => "failed",
        _ => "timeout",
    };
    Ok(ToolOutput::Object(json!({
        "status": status, "job_id": job.id, "result": job.result, "error_message": job.error_message,
    })))
}
