//! Jobs that ended there, and those that the end of that server ends.

use serde_json::Map;
use serde_json::Value;

use crate::error::Result;
use crate::model::id::JobId;
use crate::port::journal_server::values::Row;
use crate::storage::database::offer::Offered;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::imported;

/// What the Python server says of jobs that it finds unfinished.
const INTERRUPTED: &str = "server restarted before job completed";
/// A mark of the Python server within a result that was never meant to be seen.
const NOTIFIED: &str = "_notification_sent";

pub(super) fn job(db: &NotebookDb<'_>, row: &Row<'_>) -> Result<Offered> {
    let Ok(id) = row.text("id").parse::<JobId>() else { return Ok(Offered::Unfit) };
    let params = object(row, "params_json").unwrap_or_default();
    let mut result = object(row, "result_json");
    if let Some(result) = &mut result {
        result.remove(NOTIFIED);
    }
    let entry =
        [result.as_ref(), Some(&params)].into_iter().flatten().find_map(|object| object.get("entry_id")?.as_i64());
    let status = row.text("status");
    let open = matches!(status.as_str(), "queued" | "running");
    let finished_at = row.any_stamp("finished_at").or_else(|| open.then(|| row.at.to_owned()));
    let error_message = if open { Some(INTERRUPTED.to_owned()) } else { row.cells.filled("error_message") };
    imported::job(
        db,
        &imported::Job {
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
            created_at: &row.stamp("created_at"),
            started_at: row.any_stamp("started_at").as_deref(),
            finished_at: finished_at.as_deref(),
        },
    )
}

fn object(row: &Row<'_>, column: &str) -> Option<Map<String, Value>> {
    let text = row.cells.filled(column)?;
    let object = serde_json::from_str(&text).ok();
    if object.is_none() {
        row.mend("what is no JSON object");
    }
    object
}
