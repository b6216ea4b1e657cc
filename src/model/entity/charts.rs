//! Totals of mentions, as a dashboard draws them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::dashboard::Bin;
use crate::model::entity::EntityType;
use crate::model::id::EntityId;

/// How often entries speak of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "EntityCount")]
pub struct Counted {
    /// The entity.
    pub entity_id: EntityId,
    /// What it is called.
    pub canonical_name: String,
    /// What it is.
    pub entity_type: EntityType,
    /// Places where entries speak of it.
    pub mention_count: i64,
}

/// Who and what is mentioned.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityDistribution")]
pub struct Distribution {
    /// As asked.
    #[serde(rename = "type")]
    pub kind: Option<EntityType>,
    /// First date, as asked.
    pub from: Option<String>,
    /// Last date, as asked.
    pub to: Option<String>,
    /// How many are mentioned in all.
    pub total: i64,
    /// Most mentioned first.
    pub items: Vec<Counted>,
}

/// Mentions of one within a bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "EntityTrendBin")]
pub struct TrendBin {
    /// The bar's first day.
    pub period: String,
    /// What it is called, as in the list of entities.
    pub entity: String,
    /// The entity.
    pub entity_id: EntityId,
    /// Places where entries speak of it.
    pub mention_count: i64,
}

/// Mentions over time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityTrends")]
pub struct Trends {
    /// First date, as asked.
    pub from: Option<String>,
    /// Last date, as asked.
    pub to: Option<String>,
    /// The length of a bar.
    pub bin: Bin,
    /// As asked.
    pub entity_type: Option<String>,
    /// Names, most mentioned first. Of two with the same name each has its type behind it.
    pub entities: Vec<String>,
    /// By bar, then by name.
    pub bins: Vec<TrendBin>,
}

/// The mood of the entries that speak of one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "EntityMood")]
pub struct Correlated {
    /// What it is called.
    pub entity: String,
    /// The entity.
    pub entity_id: EntityId,
    /// What it is.
    pub entity_type: EntityType,
    /// Mean over its entries, to 4 places.
    pub avg_score: f64,
    /// Entries that speak of it and have a score.
    pub entry_count: i64,
}

/// Moods by mention.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "MoodEntityCorrelation")]
pub struct Correlation {
    /// What is measured.
    pub dimension: String,
    /// First date, as asked.
    pub from: Option<String>,
    /// Last date, as asked.
    pub to: Option<String>,
    /// As asked.
    pub entity_type: Option<String>,
    /// Mean over all entries that have a score, to 4 places; 0 without any.
    pub overall_avg: f64,
    /// How many entities are in entries that have a score.
    pub total: i64,
    /// Most entries first.
    pub items: Vec<Correlated>,
}
