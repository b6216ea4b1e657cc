//! Background jobs as shown to their owner.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::id::{EntryId, JobId};

/// Background job of a notebook.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct JobView {
    /// Id.
    pub id: JobId,
    /// Job kind, such as `reprocess_embeddings`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `queued`, `running`, `succeeded`, `failed` or `cancelled`.
    pub status: String,
    /// Parameters, including `entry_id` and `user_id`.
    pub params: Map<String, Value>,
    /// Steps completed.
    pub progress_current: i64,
    /// Total steps; 0 for a parent job that only groups others.
    pub progress_total: i64,
    /// Result of a job that succeeded.
    pub result: Option<Map<String, Value>>,
    /// Error of the last attempt.
    pub error_message: Option<String>,
    /// Reason why an unfinished job is waiting.
    pub status_detail: Option<String>,
    /// Entry the job works on.
    pub entry_id: Option<EntryId>,
    /// Number of attempts so far.
    pub attempts: i64,
    /// UTC timestamp.
    pub created_at: String,
    /// UTC timestamp.
    pub started_at: Option<String>,
    /// UTC timestamp.
    pub finished_at: Option<String>,
    /// Input tokens used.
    pub input_tokens: Option<i64>,
    /// Output tokens used.
    pub output_tokens: Option<i64>,
    /// Cost in US dollars.
    pub cost_usd: Option<f64>,
}

/// Page of jobs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct JobPage {
    /// Jobs of this page, newest first.
    pub items: Vec<JobView>,
    /// Total number of matching jobs.
    pub total: i64,
    /// Requested page size, clamped.
    pub limit: i64,
    /// Requested offset, clamped.
    pub offset: i64,
}
