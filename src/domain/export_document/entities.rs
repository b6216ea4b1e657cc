//! Entity part of the export document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::export_document::exact_number::ExactNumber;
use crate::domain::id::EntryId;

/// Entity: a person, place, activity, organization, topic or other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedEntity {
    /// Id inside the notebook.
    pub id: i64,
    /// `person`, `place`, `activity`, `organization`, `topic`, `other`.
    pub entity_type: String,
    /// Canonical name.
    pub canonical_name: String,
    /// Description.
    pub description: String,
    /// Aliases, trimmed, lower case.
    pub aliases: Vec<ExportedAlias>,
    /// Aliases that the owner removed.
    #[serde(default)]
    pub refused_aliases: Vec<ExportedRefusedAlias>,
    /// True if the owner edited it.
    #[serde(default)]
    pub is_curated: bool,
    /// Date of the first entry that mentions it, or empty.
    pub first_seen: String,
    /// True if it is quarantined.
    pub is_quarantined: bool,
    /// Reason of the quarantine.
    pub quarantine_reason: String,
    /// Start of the quarantine, or empty.
    pub quarantined_at: String,
    /// UTC timestamp.
    pub created_at: String,
    /// UTC timestamp of the last change.
    pub updated_at: String,
}

/// Alias of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedAlias {
    /// Id inside the notebook.
    #[serde(default)]
    pub id: Option<i64>,
    /// Trimmed, lower case.
    pub alias: String,
    /// UTC timestamp.
    pub created_at: String,
}

/// Alias that the owner removed, so that no extraction run adds it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedRefusedAlias {
    /// Trimmed, lower case.
    pub alias: String,
    /// UTC timestamp.
    pub decided_at: String,
}

/// Mention of an entity in an entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedMention {
    /// Id inside the notebook.
    pub id: i64,
    /// Id of the entity.
    pub entity_id: i64,
    /// Id of the entry.
    pub entry_id: EntryId,
    /// Quoted words.
    pub quote: String,
    /// Confidence, 0 to 1.
    pub confidence: ExactNumber,
    /// Id of the extraction run.
    pub extraction_run_id: String,
    /// Method that resolved the mention to its entity; `null` if it created the entity.
    pub match_source: Option<String>,
    /// UTC timestamp.
    pub created_at: String,
    /// Name the model gave; empty if not recorded.
    #[serde(default)]
    pub name: String,
    /// First code point of the quote in the text that was extracted from; `null` if the quote is not in it.
    #[serde(default)]
    pub char_start: Option<i64>,
    /// One past the last code point.
    #[serde(default)]
    pub char_end: Option<i64>,
    /// Model that extracted it; empty if not recorded.
    #[serde(default)]
    pub model: String,
    /// Prompt version; 0 if not recorded.
    #[serde(default)]
    pub prompt_version: i64,
}

/// Relationship between two entities, as stated in an entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedRelationship {
    /// Id inside the notebook.
    pub id: i64,
    /// Id of the subject.
    pub subject_entity_id: i64,
    /// Predicate.
    pub predicate: String,
    /// Id of the object.
    pub object_entity_id: i64,
    /// Quoted words.
    pub quote: String,
    /// Id of the entry.
    pub entry_id: EntryId,
    /// Confidence, 0 to 1.
    pub confidence: ExactNumber,
    /// Id of the extraction run.
    pub extraction_run_id: String,
    /// UTC timestamp.
    pub created_at: String,
    /// First code point of the quote in the text that was extracted from; `null` if the quote is not in it.
    #[serde(default)]
    pub char_start: Option<i64>,
    /// One past the last code point.
    #[serde(default)]
    pub char_end: Option<i64>,
    /// Model that extracted it; empty if not recorded.
    #[serde(default)]
    pub model: String,
    /// Prompt version; 0 if not recorded.
    #[serde(default)]
    pub prompt_version: i64,
}

/// Pair of entities that may be duplicates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedMergeCandidate {
    /// Id inside the notebook.
    pub id: i64,
    /// The entity with the lower id.
    pub entity_id_a: i64,
    /// The entity with the higher id.
    pub entity_id_b: i64,
    /// Similarity, 0 to 1.
    pub similarity: ExactNumber,
    /// `pending`, `accepted`, `dismissed`.
    pub status: String,
    /// Id of the extraction run that found it.
    pub extraction_run_id: Option<String>,
    /// UTC timestamp.
    pub created_at: String,
    /// UTC timestamp of the last change.
    pub updated_at: String,
    /// UTC timestamp of the decision.
    pub resolved_at: Option<String>,
}

/// Entity that was merged into another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedMerge {
    /// Id inside the notebook.
    pub id: i64,
    /// Id of the surviving entity.
    pub survivor_id: i64,
    /// Former id of the absorbed entity.
    pub absorbed_id: i64,
    /// Its canonical name.
    pub absorbed_name: String,
    /// Its type.
    pub absorbed_type: String,
    /// Its description.
    pub absorbed_desc: String,
    /// Its aliases, as a JSON array.
    pub absorbed_aliases: String,
    /// True if it was quarantined.
    pub absorbed_is_quarantined: bool,
    /// Reason of the quarantine.
    pub absorbed_quarantine_reason: String,
    /// Start of the quarantine, or empty.
    pub absorbed_quarantined_at: String,
    /// UTC timestamp.
    pub merged_at: String,
    /// Actor of the merge.
    pub merged_by: String,
    /// Date of the first entry that mentioned it, or empty.
    #[serde(default)]
    pub absorbed_first_seen: String,
    /// Its creation time; empty if not recorded.
    #[serde(default)]
    pub absorbed_created_at: String,
    /// True if the owner had edited it.
    #[serde(default)]
    pub absorbed_is_curated: bool,
    /// UTC timestamp of the undo; `null` while the merge is in effect.
    #[serde(default)]
    pub undone_at: Option<String>,
    /// Rows that the merge moved or added, needed to undo it.
    #[serde(default)]
    pub moves: Vec<ExportedMergeMove>,
}

/// Row that a merge moved or added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedMergeMove {
    /// `mention`, `subject`, `object`, `alias`, `correction`, `decision`, `shared`, `apart`, `history`.
    pub what: String,
    /// Id of the row.
    pub row_id: i64,
}

/// Owner's correction of the entity that a name refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedCorrection {
    /// Id inside the notebook.
    pub id: i64,
    /// Entity type that the name was used with.
    pub entity_type: String,
    /// Normalised name: lower case, single spaces.
    pub name_key: String,
    /// Entry the correction is limited to; `null` for all entries.
    pub entry_id: Option<EntryId>,
    /// Entity the name refers to; `null` if it is no entity.
    pub entity_id: Option<i64>,
    /// UTC timestamp.
    pub decided_at: String,
}

/// Decision that two entities are distinct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedPairDecision {
    /// Id inside the notebook.
    pub id: i64,
    /// The entity with the lower id.
    pub entity_id_lo: i64,
    /// The entity with the higher id.
    pub entity_id_hi: i64,
    /// `rejected`.
    pub decision: String,
    /// UTC timestamp.
    pub decided_at: String,
}
