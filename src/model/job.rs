//! Jobs: work that a write leaves for later.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::id::EntryId;
use crate::model::id::JobId;

/// A job's row as shown.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Job {
    /// Id.
    pub id: JobId,
    /// What is to be done, such as `reprocess_embeddings`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `queued`, `running`, `succeeded` or `failed`.
    pub status: String,
    /// The entry it works on.
    pub entry_id: Option<EntryId>,
    /// Times it was started.
    pub attempts: i64,
    /// Why the last attempt failed.
    pub error_message: Option<String>,
    /// Account timestamp.
    pub created_at: String,
    /// Account timestamp.
    pub started_at: Option<String>,
    /// Account timestamp.
    pub finished_at: Option<String>,
}
