//! Converts job history; unfinished jobs are imported as failed.

use serde_json::{Map, Value};

use crate::domain::id::JobId;
use crate::error::Result;
use crate::import_export::journal_server::convert::SourceRow;
use crate::storage::database::try_insert::InsertOutcome;
use crate::storage::notebook::{NotebookDb, legacy_import};

/// Error message of the Python server for jobs that were unfinished at its start.
const INTERRUPTED: &str = "server restarted before job completed";
/// Internal marker of the Python server in a job result, which is removed.
const NOTIFIED: &str = "_notification_sent";

pub(super) fn import_job(db: &NotebookDb<'_>, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    let Ok(id) = row.text("id").parse::<JobId>() else { return Ok(InsertOutcome::Invalid) };
    let params = json_object(row, "params_json").unwrap_or_default();
    let mut result = json_object(row, "result_json");
    if let Some(result) = &mut result {
        result.remove(NOTIFIED);
    }
    let entry =
        [result.as_ref(), Some(&params)].into_iter().flatten().find_map(|object| object.get("entry_id")?.as_i64());
    let status = row.text("status");
    let open = matches!(status.as_str(), "queued" | "running");
    let finished_at = row.optional_timestamp("finished_at").or_else(|| open.then(|| row.at.to_owned()));
    let error_message = if open { Some(INTERRUPTED.to_owned()) } else { row.cells.nonempty_text("error_message") };
    legacy_import::add_job(
        db,
        &legacy_import::ImportedJobRow {
            id,
            kind: &row.text("type"),
            status: if open { "failed" } else { &status },
            entry,
            params: &Value::Object(params).to_string(),
            result: result.map(|result| Value::Object(result).to_string()).as_deref(),
            error_message: error_message.as_deref(),
            progress: (row.integer("progress_current"), row.integer("progress_total")),
            tokens: (row.cells.integer("input_tokens"), row.cells.integer("output_tokens")),
            cost_usd: row.cells.real("cost_usd"),
            created_at: &row.timestamp("created_at"),
            started_at: row.optional_timestamp("started_at").as_deref(),
            finished_at: finished_at.as_deref(),
        },
    )
}

fn json_object(row: &SourceRow<'_>, column: &str) -> Option<Map<String, Value>> {
    let text = row.cells.nonempty_text(column)?;
    let object = serde_json::from_str(&text).ok();
    if object.is_none() {
        row.record_correction("an invalid JSON object");
    }
    object
}
