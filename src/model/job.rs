//! Jobs: work that a write leaves for later.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::model::id::EntryId;
use crate::model::id::JobId;

/// A job as shown to the owner of the journal it works on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Job {
    /// Id.
    pub id: JobId,
    /// What is to be done, such as `reprocess_embeddings`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `queued`, `running`, `succeeded`, `failed` or `cancelled`.
    pub status: String,
    /// What it was left with, `entry_id` and `user_id` among it.
    pub params: Map<String, Value>,
    /// Steps done.
    pub progress_current: i64,
    /// Steps in all; 0 for a job that only ties others together.
    pub progress_total: i64,
    /// What it gave, once it succeeded.
    pub result: Option<Map<String, Value>>,
    /// Why the last attempt failed.
    pub error_message: Option<String>,
    /// What a job that has not ended waits for.
    pub status_detail: Option<String>,
    /// The entry it works on.
    pub entry_id: Option<EntryId>,
    /// Times it was started.
    pub attempts: i64,
    /// Account timestamp.
    pub created_at: String,
    /// Account timestamp.
    pub started_at: Option<String>,
    /// Account timestamp.
    pub finished_at: Option<String>,
    /// Tokens that a model read for it.
    pub input_tokens: Option<i64>,
    /// Tokens that a model wrote for it.
    pub output_tokens: Option<i64>,
    /// What that cost.
    pub cost_usd: Option<f64>,
}

/// A page of jobs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct JobPage {
    /// The jobs, newest first.
    pub items: Vec<Job>,
    /// How many match in all.
    pub total: i64,
    /// As asked, clamped.
    pub limit: i64,
    /// As asked, clamped.
    pub offset: i64,
}
