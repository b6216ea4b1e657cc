//! Mention statistics for dashboard charts.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::dashboard::ChartBin;
use crate::domain::entity::entity_type::EntityType;
use crate::domain::id::EntityId;

/// Mention count of one entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "EntityCount")]
pub struct MentionCount {
    /// Id of the entity.
    pub entity_id: EntityId,
    /// Canonical name.
    pub canonical_name: String,
    /// Type of the entity.
    pub entity_type: EntityType,
    /// Number of mentions.
    pub mention_count: i64,
}

/// Mention counts of entities.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityDistribution")]
pub struct EntityDistribution {
    /// Requested entity type.
    #[serde(rename = "type")]
    pub kind: Option<EntityType>,
    /// First date of the range, as requested.
    pub from: Option<String>,
    /// Last date of the range, as requested.
    pub to: Option<String>,
    /// Total number of mentioned entities.
    pub total: i64,
    /// Most mentioned first.
    pub items: Vec<MentionCount>,
}

/// Mention count of one entity in one time bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "EntityTrendBin")]
pub struct EntityTrendBin {
    /// First day of the bucket.
    pub period: String,
    /// Canonical name, as in the list of entities.
    pub entity: String,
    /// Id of the entity.
    pub entity_id: EntityId,
    /// Number of mentions.
    pub mention_count: i64,
}

/// Mentions over time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityTrends")]
pub struct EntityTrends {
    /// First date of the range, as requested.
    pub from: Option<String>,
    /// Last date of the range, as requested.
    pub to: Option<String>,
    /// Length of a bucket.
    pub bin: ChartBin,
    /// Requested entity type.
    pub entity_type: Option<String>,
    /// Names, most mentioned first. Entities with equal names have their type appended.
    pub entities: Vec<String>,
    /// Ascending by bucket, then by name.
    pub bins: Vec<EntityTrendBin>,
}

/// Average mood of the entries that mention one entity.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "EntityMood")]
pub struct EntityMood {
    /// Canonical name.
    pub entity: String,
    /// Id of the entity.
    pub entity_id: EntityId,
    /// Type of the entity.
    pub entity_type: EntityType,
    /// Mean over its scored entries, rounded to 4 decimals.
    pub avg_score: f64,
    /// Number of scored entries that mention it.
    pub entry_count: i64,
}

/// Average mood by mentioned entity.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "MoodEntityCorrelation")]
pub struct MoodEntityCorrelation {
    /// Mood dimension.
    pub dimension: String,
    /// First date of the range, as requested.
    pub from: Option<String>,
    /// Last date of the range, as requested.
    pub to: Option<String>,
    /// Requested entity type.
    pub entity_type: Option<String>,
    /// Mean over all scored entries, rounded to 4 decimals; 0 without any.
    pub overall_avg: f64,
    /// Number of entities mentioned in scored entries.
    pub total: i64,
    /// Most entries first.
    pub items: Vec<EntityMood>,
}
