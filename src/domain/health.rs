//! Health report of a journal and its server.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::latency::QueryTiming;

/// Maximum age of the last backup: one failed nightly backup is tolerated, a second one is not.
pub const MAX_BACKUP_AGE: SignedDuration = SignedDuration::from_hours(50);
/// Maximum age of the last restore drill: a month with some slack.
pub const MAX_DRILL_AGE: SignedDuration = SignedDuration::from_hours(35 * 24);

/// Health level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HealthLevel {
    /// Works as expected.
    Ok,
    /// Works with reduced functionality.
    Degraded,
    /// Does not work.
    Error,
}

/// Result of one health check.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HealthCheck {
    /// Name of the check.
    pub name: String,
    /// Level of the check.
    pub status: HealthLevel,
    /// Description of the state, one sentence.
    pub detail: String,
    /// Error, if there is one.
    pub error: Option<String>,
}

/// Health report; every number is about the caller's own journal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HealthReport {
    /// Ingestion statistics.
    pub ingestion: IngestionStats,
    /// Query statistics.
    pub queries: QueryStats,
    /// Worst level of all checks.
    pub status: HealthLevel,
    /// Results of the checks.
    pub checks: Vec<HealthCheck>,
}

/// Ingestion statistics.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct IngestionStats {
    /// Number of entries.
    pub total_entries: i64,
    /// Number of entries dated in the last 7 days.
    pub entries_last_7d: i64,
    /// Number of entries dated in the last 30 days.
    pub entries_last_30d: i64,
    /// Number of entries by source type.
    pub by_source_type: BTreeMap<String, i64>,
    /// Mean, rounded to two decimals.
    pub avg_words_per_entry: f64,
    /// Mean, rounded to two decimals.
    pub avg_chunks_per_entry: f64,
    /// UTC timestamp of the last ingestion.
    pub last_ingestion_at: Option<String>,
    /// Number of stored chunks.
    pub total_chunks: i64,
    /// Row counts by table.
    pub row_counts: TableRowCounts,
}

/// Row counts by table.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct TableRowCounts {
    /// Entries.
    pub entries: i64,
    /// Photographed pages.
    pub entry_pages: i64,
    /// Chunks.
    pub entry_chunks: i64,
    /// Moods.
    pub mood_scores: i64,
    /// Source files.
    pub source_files: i64,
    /// Entities.
    pub entities: i64,
    /// Entity aliases.
    pub entity_aliases: i64,
    /// Entity mentions.
    pub entity_mentions: i64,
    /// Entity relationships.
    pub entity_relationships: i64,
}

/// Query statistics of this journal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct QueryStats {
    /// Number of queries of every type.
    pub total_queries: u64,
    /// Uptime of the server in seconds.
    pub uptime_seconds: f64,
    /// Start time of the server.
    pub started_at: Option<String>,
    /// Statistics by query type.
    pub by_type: BTreeMap<String, QueryTiming>,
}
