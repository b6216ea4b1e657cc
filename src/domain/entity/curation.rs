//! Merges, splits and other corrections of entities by the owner.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::entity::entity_type::EntityType;
use crate::domain::entity::views::{EntityDetail, EntitySummary};
use crate::domain::id::{EntityId, EntryId, JobId};

/// Result of a merge.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityMerged")]
pub struct EntityMergeResult {
    /// The surviving entity.
    pub survivor: EntityDetail,
    /// Ids of the absorbed entities.
    pub absorbed_ids: Vec<EntityId>,
    /// Ids of the merges, to undo each, in the same order.
    pub merge_ids: Vec<i64>,
    /// Number of mentions moved to the survivor.
    pub mentions_reassigned: i64,
    /// Number of relationship ends moved to the survivor.
    pub relationships_reassigned: i64,
    /// Number of aliases offered to the survivor, including those it already had.
    pub aliases_added: i64,
}

/// One merge of an entity into another.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityMerge")]
pub struct EntityMerge {
    /// Id of the merge.
    pub id: i64,
    /// Id of the surviving entity.
    pub survivor_id: EntityId,
    /// Former id of the absorbed entity.
    pub absorbed_id: EntityId,
    /// Its canonical name.
    pub absorbed_name: String,
    /// Its type.
    pub absorbed_type: EntityType,
    /// Its description.
    pub absorbed_desc: String,
    /// Its aliases.
    pub absorbed_aliases: Vec<String>,
    /// True if it was quarantined.
    pub absorbed_is_quarantined: bool,
    /// Reason of the quarantine.
    pub absorbed_quarantine_reason: String,
    /// Start of the quarantine, or empty.
    pub absorbed_quarantined_at: String,
    /// UTC timestamp of the merge.
    pub merged_at: String,
    /// Actor of the merge.
    pub merged_by: String,
    /// UTC timestamp of the undo; null while the merge is in effect.
    pub undone_at: Option<String>,
}

/// Merges into one entity.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityMergeHistory")]
pub struct EntityMergeHistory {
    /// The surviving entity.
    pub entity_id: EntityId,
    /// Newest first.
    pub history: Vec<EntityMerge>,
}

/// Result of undoing a merge.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityMergeUndone")]
pub struct EntityMergeUndo {
    /// Id of the merge.
    pub id: i64,
    /// The restored entity.
    pub restored: EntityDetail,
    /// The entity it was split from.
    pub survivor: EntityDetail,
    /// Number of mentions returned to the restored entity.
    pub mentions_returned: i64,
    /// Number of relationship ends returned to the restored entity.
    pub relationships_returned: i64,
    /// Id of the job that rebuilds the restored entity's embedding.
    pub reembed_job_id: JobId,
}

/// Result of a split.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntitySplit")]
pub struct EntitySplitResult {
    /// The entity the mentions were moved from.
    pub source: EntityDetail,
    /// The entity the mentions were moved to.
    pub target: EntityDetail,
    /// Number of mentions moved.
    pub mentions_moved: i64,
    /// Number of relationship ends moved.
    pub relationships_moved: i64,
}

/// Pair of entities that may be duplicates.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "MergeCandidate")]
pub struct EntityMergeCandidate {
    /// Id of the pair.
    pub id: i64,
    /// The entity with the lower id.
    pub entity_a: EntitySummary,
    /// The entity with the higher id.
    pub entity_b: EntitySummary,
    /// Similarity, 0 to 1.
    pub similarity: f64,
    /// `pending`, `accepted` or `dismissed`.
    pub status: String,
    /// Extraction run that found the pair.
    pub extraction_run_id: Option<String>,
    /// UTC timestamp.
    pub created_at: String,
}

/// Merge candidates.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "MergeCandidates")]
pub struct EntityMergeCandidateList {
    /// Most similar first.
    pub items: Vec<EntityMergeCandidate>,
    /// Total number of candidates.
    pub total: i64,
}

/// Decision that two entities are distinct.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "PairDecision")]
pub struct EntityPairDecision {
    /// Id of the decision.
    pub id: i64,
    /// The entity with the lower id.
    pub entity_a: EntitySummary,
    /// The entity with the higher id.
    pub entity_b: EntitySummary,
    /// `rejected`.
    pub decision: String,
    /// UTC timestamp.
    pub decided_at: String,
}

/// Decisions that pairs of entities are distinct.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "PairDecisions")]
pub struct EntityPairDecisionList {
    /// Newest first.
    pub items: Vec<EntityPairDecision>,
    /// Total number of decisions.
    pub total: i64,
}

/// Name that the owner dismissed, so that no extraction run creates an entity from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "DismissedName")]
pub struct DismissedName {
    /// Id of the decision.
    pub id: i64,
    /// Type the entity had.
    pub entity_type: EntityType,
    /// Lower case, single spaces.
    pub name: String,
    /// Entry the dismissal is limited to; null for all entries.
    pub entry_id: Option<EntryId>,
    /// UTC timestamp.
    pub decided_at: String,
}

/// Dismissed names.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "DismissedNames")]
pub struct DismissedNameList {
    /// Ordered by name.
    pub items: Vec<DismissedName>,
    /// Total number of names.
    pub total: i64,
}
