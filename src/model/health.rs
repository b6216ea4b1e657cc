//! How a journal and the server are doing, as told to the journal's owner.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::timing::Timing;

/// How old the last backup may be: a nightly one that failed once is no news yet, one that failed twice is.
pub const BACKUP_EVERY: SignedDuration = SignedDuration::from_hours(50);
/// How long ago a backup may have been restored on trial: a month, and some days to get round to it.
pub const DRILL_EVERY: SignedDuration = SignedDuration::from_hours(35 * 24);

/// How good something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Ok,
    /// It works, with something missing.
    Degraded,
    /// It does not work.
    Error,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Check {
    /// What.
    pub name: String,
    /// How good it is.
    pub status: Level,
    /// A sentence.
    pub detail: String,
    /// What is wrong, if anything is.
    pub error: Option<String>,
}

/// The whole report; every number is about the caller's own journal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Health {
    /// What came in.
    pub ingestion: Ingestion,
    /// What was asked.
    pub queries: Queries,
    /// The worst check.
    pub status: Level,
    /// Each check.
    pub checks: Vec<Check>,
}

/// What came in.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Ingestion {
    /// Entries.
    pub total_entries: i64,
    /// Entries dated in the last 7 days.
    pub entries_last_7d: i64,
    /// Entries dated in the last 30 days.
    pub entries_last_30d: i64,
    /// Entries of each source.
    pub by_source_type: BTreeMap<String, i64>,
    /// To two decimals.
    pub avg_words_per_entry: f64,
    /// To two decimals.
    pub avg_chunks_per_entry: f64,
    /// When the last entry came in.
    pub last_ingestion_at: Option<String>,
    /// Chunks stored.
    pub total_chunks: i64,
    /// Rows of each table.
    pub row_counts: RowCounts,
}

/// Rows of each table.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct RowCounts {
    /// Entries.
    pub entries: i64,
    /// Photographed pages.
    pub entry_pages: i64,
    /// Chunks.
    pub entry_chunks: i64,
    /// Moods.
    pub mood_scores: i64,
    /// Files that entries came from.
    pub source_files: i64,
    /// People, places and the like.
    pub entities: i64,
    /// Their other names.
    pub entity_aliases: i64,
    /// Their mentions.
    pub entity_mentions: i64,
    /// What connects them.
    pub entity_relationships: i64,
}

/// What was asked of this journal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Queries {
    /// Of every type.
    pub total_queries: u64,
    /// Since the server started.
    pub uptime_seconds: f64,
    /// When the server started.
    pub started_at: Option<String>,
    /// By what was asked.
    pub by_type: BTreeMap<String, Timing>,
}
