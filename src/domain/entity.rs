//! Entities that entries mention.

mod charts;
mod curation;
mod entity_type;
mod views;

pub use charts::{EntityDistribution, EntityMood, EntityTrendBin, EntityTrends, MentionCount, MoodEntityCorrelation};
pub use curation::{
    DismissedName, DismissedNameList, EntityMerge, EntityMergeCandidate, EntityMergeCandidateList, EntityMergeHistory,
    EntityMergeResult, EntityMergeUndo, EntityPairDecision, EntityPairDecisionList, EntitySplitResult,
};
pub use entity_type::EntityType;
pub use views::{
    EntityDetail, EntityMention, EntityMentionPage, EntityPage, EntityRelationship, EntityRelationshipList,
    EntitySummary, EntryEntities, QuarantinedEntityList,
};

/// Returns the normal form of an alias: trimmed, lower case.
#[must_use]
pub fn alias_key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Returns the normal form of a name in corrections: lower case, single spaces.
#[must_use]
pub fn name_key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
