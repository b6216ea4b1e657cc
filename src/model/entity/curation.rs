//! What an owner did to entities, and may take back.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::entity::Detail;
use crate::model::entity::EntityType;
use crate::model::entity::Summary;
use crate::model::id::EntityId;
use crate::model::id::EntryId;
use crate::model::id::JobId;

/// What a merge came to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityMerged")]
pub struct Merged {
    /// The one that stays.
    pub survivor: Detail,
    /// Those that became part of it.
    pub absorbed_ids: Vec<EntityId>,
    /// Numbers by which each can be undone, in the same order.
    pub merge_ids: Vec<i64>,
    /// Mentions that are the survivor's now.
    pub mentions_reassigned: i64,
    /// Ends of relationships that are the survivor's now.
    pub relationships_reassigned: i64,
    /// Names that it was offered, those that it had included.
    pub aliases_added: i64,
}

/// One merge.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityMerge")]
pub struct Merge {
    /// Number of the merge.
    pub id: i64,
    /// The one that stayed.
    pub survivor_id: EntityId,
    /// The number of the one that went.
    pub absorbed_id: EntityId,
    /// Its name.
    pub absorbed_name: String,
    /// Its type.
    pub absorbed_type: EntityType,
    /// What was known of it.
    pub absorbed_desc: String,
    /// Its other names.
    pub absorbed_aliases: Vec<String>,
    /// Whether it was set aside.
    pub absorbed_is_quarantined: bool,
    /// Why.
    pub absorbed_quarantine_reason: String,
    /// Since when, or empty.
    pub absorbed_quarantined_at: String,
    /// Account timestamp.
    pub merged_at: String,
    /// Who merged them.
    pub merged_by: String,
    /// When it was undone; null while it stands.
    pub undone_at: Option<String>,
}

/// What was merged into an entity.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityMergeHistory")]
pub struct History {
    /// The entity.
    pub entity_id: EntityId,
    /// Newest first.
    pub history: Vec<Merge>,
}

/// A merge that was undone.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityMergeUndone")]
pub struct Undone {
    /// Number of the merge.
    pub id: i64,
    /// The one that is there again.
    pub restored: Detail,
    /// The one that it was part of.
    pub survivor: Detail,
    /// Mentions that are the restored one's again.
    pub mentions_returned: i64,
    /// Ends of relationships that are the restored one's again.
    pub relationships_returned: i64,
    /// The job that makes its vector anew.
    pub reembed_job_id: JobId,
}

/// What a split came to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntitySplit")]
pub struct Split {
    /// The one that they were taken from.
    pub source: Detail,
    /// The one that has them now.
    pub target: Detail,
    /// Mentions that were moved.
    pub mentions_moved: i64,
    /// Ends of relationships that went with them.
    pub relationships_moved: i64,
}

/// Two entities that may be one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "MergeCandidate")]
pub struct Candidate {
    /// Number of the pair.
    pub id: i64,
    /// The one with the lower number.
    pub entity_a: Summary,
    /// The other.
    pub entity_b: Summary,
    /// How alike they are.
    pub similarity: f64,
    /// `pending`, `accepted` or `dismissed`.
    pub status: String,
    /// The run that found the pair.
    pub extraction_run_id: Option<String>,
    /// Account timestamp.
    pub created_at: String,
}

/// Pairs that may be one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "MergeCandidates")]
pub struct Candidates {
    /// Most alike first.
    pub items: Vec<Candidate>,
    /// How many there are.
    pub total: i64,
}

/// Two entities that were told to be two.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "PairDecision")]
pub struct Decision {
    /// Number of the decision.
    pub id: i64,
    /// The one with the lower number.
    pub entity_a: Summary,
    /// The other.
    pub entity_b: Summary,
    /// `rejected`.
    pub decision: String,
    /// Account timestamp.
    pub decided_at: String,
}

/// Pairs that were told to be two.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "PairDecisions")]
pub struct Decisions {
    /// Newest first.
    pub items: Vec<Decision>,
    /// How many there are.
    pub total: i64,
}

/// A name that was told to be nothing, so that no run makes an entity of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "DismissedName")]
pub struct Dismissal {
    /// Number of the decision.
    pub id: i64,
    /// The type that it had.
    pub entity_type: EntityType,
    /// Lower case, single blanks.
    pub name: String,
    /// The only entry in which it is nothing; null for all.
    pub entry_id: Option<EntryId>,
    /// Account timestamp.
    pub decided_at: String,
}

/// Names that were told to be nothing.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "DismissedNames")]
pub struct Dismissals {
    /// By name.
    pub items: Vec<Dismissal>,
    /// How many there are.
    pub total: i64,
}
