//! The part of the document that is about who and what entries speak of.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::id::EntryId;
use crate::model::portable::Exact;

/// A person, place, activity, organisation, topic or something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    /// Number inside the notebook.
    pub id: i64,
    /// `person`, `place`, `activity`, `organization`, `topic`, `other`.
    pub entity_type: String,
    /// What it is called.
    pub canonical_name: String,
    /// What is known of it.
    pub description: String,
    /// Other names, trimmed, lower case.
    pub aliases: Vec<Alias>,
    /// Other names that the owner took away.
    #[serde(default)]
    pub refused_aliases: Vec<RefusedAlias>,
    /// Whether the owner had a hand in it.
    #[serde(default)]
    pub is_curated: bool,
    /// The day of the first entry that speaks of it, or empty.
    pub first_seen: String,
    /// Whether it is set aside.
    pub is_quarantined: bool,
    /// Why.
    pub quarantine_reason: String,
    /// Since when, or empty.
    pub quarantined_at: String,
    /// Account timestamp.
    pub created_at: String,
    /// Account timestamp of the last change.
    pub updated_at: String,
}

/// Another name of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// Number inside the notebook.
    #[serde(default)]
    pub id: Option<i64>,
    /// Trimmed, lower case.
    pub alias: String,
    /// Account timestamp.
    pub created_at: String,
}

/// Another name that the owner took away, so that no run gives it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusedAlias {
    /// Trimmed, lower case.
    pub alias: String,
    /// Account timestamp.
    pub decided_at: String,
}

/// Where an entry speaks of an entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mention {
    /// Number inside the notebook.
    pub id: i64,
    /// The entity.
    pub entity_id: i64,
    /// The entry.
    pub entry_id: EntryId,
    /// The words.
    pub quote: String,
    /// From 0 to 1.
    pub confidence: Exact,
    /// The run that found it.
    pub extraction_run_id: String,
    /// How it found its entity; `null` where it made one.
    pub match_source: Option<String>,
    /// Account timestamp.
    pub created_at: String,
    /// What the model called it; empty where that was not kept.
    #[serde(default)]
    pub name: String,
    /// First code point of the words in the final text as it was read; `null` where they do not stand in it.
    #[serde(default)]
    pub char_start: Option<i64>,
    /// One past the last.
    #[serde(default)]
    pub char_end: Option<i64>,
    /// The model that found it; empty where that was not kept.
    #[serde(default)]
    pub model: String,
    /// The version of what it was asked; 0 where that was not kept.
    #[serde(default)]
    pub prompt_version: i64,
}

/// What an entry says of two entities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Relationship {
    /// Number inside the notebook.
    pub id: i64,
    /// The one.
    pub subject_entity_id: i64,
    /// What it does.
    pub predicate: String,
    /// To which.
    pub object_entity_id: i64,
    /// The words.
    pub quote: String,
    /// The entry.
    pub entry_id: EntryId,
    /// From 0 to 1.
    pub confidence: Exact,
    /// The run that found it.
    pub extraction_run_id: String,
    /// Account timestamp.
    pub created_at: String,
    /// First code point of the words in the final text as it was read; `null` where they do not stand in it.
    #[serde(default)]
    pub char_start: Option<i64>,
    /// One past the last.
    #[serde(default)]
    pub char_end: Option<i64>,
    /// The model that found it; empty where that was not kept.
    #[serde(default)]
    pub model: String,
    /// The version of what it was asked; 0 where that was not kept.
    #[serde(default)]
    pub prompt_version: i64,
}

/// Two entities that may be one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeCandidate {
    /// Number inside the notebook.
    pub id: i64,
    /// The one with the lower number.
    pub entity_id_a: i64,
    /// The other.
    pub entity_id_b: i64,
    /// How alike they are.
    pub similarity: Exact,
    /// `pending`, `accepted`, `dismissed`.
    pub status: String,
    /// The run that found it.
    pub extraction_run_id: Option<String>,
    /// Account timestamp.
    pub created_at: String,
    /// Account timestamp of the last change.
    pub updated_at: String,
    /// When it was decided.
    pub resolved_at: Option<String>,
}

/// An entity that was merged into another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// Number inside the notebook.
    pub id: i64,
    /// The one that stayed.
    pub survivor_id: i64,
    /// The number of the one that went.
    pub absorbed_id: i64,
    /// Its name.
    pub absorbed_name: String,
    /// Its type.
    pub absorbed_type: String,
    /// What was known of it.
    pub absorbed_desc: String,
    /// Its other names, as a JSON array.
    pub absorbed_aliases: String,
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
    /// The day of the first entry that spoke of it, or empty.
    #[serde(default)]
    pub absorbed_first_seen: String,
    /// When it was made; empty where that was not kept.
    #[serde(default)]
    pub absorbed_created_at: String,
    /// Whether the owner had had a hand in it.
    #[serde(default)]
    pub absorbed_is_curated: bool,
    /// When the merge was undone; `null` while it stands.
    #[serde(default)]
    pub undone_at: Option<String>,
    /// The rows that it moved or added: what it takes to undo it.
    #[serde(default)]
    pub moves: Vec<Move>,
}

/// A row that a merge moved or added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// `mention`, `subject`, `object`, `alias`, `correction`, `decision`, `shared`, `apart`, `history`.
    pub what: String,
    /// Its number.
    pub row_id: i64,
}

/// What the owner said a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Number inside the notebook.
    pub id: i64,
    /// The type of what is called so.
    pub entity_type: String,
    /// Lower case, single blanks.
    pub name_key: String,
    /// Where that counts; `null` is everywhere.
    pub entry_id: Option<EntryId>,
    /// The entity; `null` is nothing.
    pub entity_id: Option<i64>,
    /// Account timestamp.
    pub decided_at: String,
}

/// Two entities that were told to be two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PairDecision {
    /// Number inside the notebook.
    pub id: i64,
    /// The one with the lower number.
    pub entity_id_lo: i64,
    /// The other.
    pub entity_id_hi: i64,
    /// `rejected`.
    pub decision: String,
    /// Account timestamp.
    pub decided_at: String,
}
