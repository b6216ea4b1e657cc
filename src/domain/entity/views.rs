//! Entity, mention and relationship views.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::entity::entity_type::EntityType;
use crate::domain::id::{EntityId, EntryId};

/// Entity as a list item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "EntitySummary")]
pub struct EntitySummary {
    /// Id inside the notebook.
    pub id: EntityId,
    /// Canonical name.
    pub canonical_name: String,
    /// Type of the entity.
    pub entity_type: EntityType,
    /// Aliases, lower case, sorted.
    pub aliases: Vec<String>,
    /// Number of mentions.
    pub mention_count: i64,
    /// Date of the first entry that mentions it, or empty.
    pub first_seen: String,
    /// Date of the last entry that mentions it, or empty.
    pub last_seen: String,
    /// True if it is quarantined.
    pub is_quarantined: bool,
    /// Reason of the quarantine.
    pub quarantine_reason: String,
    /// Start of the quarantine, or empty.
    pub quarantined_at: String,
    /// Quotes from the requested entry, if the list is about one entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quotes: Option<Vec<String>>,
}

/// Page of entities.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityPage")]
pub struct EntityPage {
    /// Ordered by type, then by name.
    pub items: Vec<EntitySummary>,
    /// Total number of entities.
    pub total: i64,
    /// Requested page size, clamped.
    pub limit: i64,
    /// Requested offset, clamped.
    pub offset: i64,
}

/// Entity with its description and metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "EntityDetail")]
pub struct EntityDetail {
    /// Id inside the notebook.
    pub id: EntityId,
    /// Canonical name.
    pub canonical_name: String,
    /// Type of the entity.
    pub entity_type: EntityType,
    /// Aliases, lower case, sorted.
    pub aliases: Vec<String>,
    /// Description.
    pub description: String,
    /// Date of the first entry that mentions it, or empty.
    pub first_seen: String,
    /// UTC timestamp.
    pub created_at: String,
    /// UTC timestamp of the last change.
    pub updated_at: String,
    /// True if it is quarantined.
    pub is_quarantined: bool,
    /// Reason of the quarantine.
    pub quarantine_reason: String,
    /// Start of the quarantine, or empty.
    pub quarantined_at: String,
    /// True if the owner edited it; a curated entity is kept without mentions.
    pub is_curated: bool,
    /// Number of mentions.
    pub mention_count: i64,
    /// Date of the last entry that mentions it, or empty.
    pub last_seen: String,
}

/// Quarantined entities.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "QuarantinedEntities")]
pub struct QuarantinedEntityList {
    /// Ordered by type, then by name.
    pub items: Vec<EntityDetail>,
    /// Total number of entities.
    pub total: i64,
}

/// Entities mentioned in one entry.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntryEntities")]
pub struct EntryEntities {
    /// The entry.
    pub entry_id: EntryId,
    /// Ordered by type, then by name; counts and quotes are of this entry only.
    pub items: Vec<EntitySummary>,
    /// Total number of entities.
    pub total: i64,
}

/// Mention of an entity in an entry.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "EntityMention")]
pub struct EntityMention {
    /// Id inside the notebook.
    pub id: i64,
    /// Id of the entity.
    pub entity_id: EntityId,
    /// Id of the entry.
    pub entry_id: EntryId,
    /// Date of the entry.
    pub entry_date: String,
    /// Quoted words.
    pub quote: String,
    /// First code point of the quote in the text that was extracted from; null if the quote is not in it.
    pub char_start: Option<i64>,
    /// One past the last code point.
    pub char_end: Option<i64>,
    /// Name the model gave; empty if not recorded.
    pub name: String,
    /// Confidence, 0 to 1.
    pub confidence: f64,
    /// Method that resolved the mention to its entity; null if it created the entity.
    pub match_source: Option<String>,
    /// Id of the extraction run.
    pub extraction_run_id: String,
    /// Model that extracted it; empty if not recorded.
    pub model: String,
    /// Prompt version; 0 if not recorded.
    pub prompt_version: i64,
    /// UTC timestamp.
    pub created_at: String,
}

/// Page of mentions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityMentions")]
pub struct EntityMentionPage {
    /// Id of the entity.
    pub entity_id: EntityId,
    /// Newest first.
    pub mentions: Vec<EntityMention>,
    /// Total number of mentions.
    pub total: i64,
}

/// Relationship between two entities, as stated in an entry.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "EntityRelationship")]
pub struct EntityRelationship {
    /// Id inside the notebook.
    pub id: i64,
    /// Id of the subject.
    pub subject_entity_id: EntityId,
    /// Name of the subject.
    pub subject_name: String,
    /// Type of the subject.
    pub subject_type: EntityType,
    /// Predicate.
    pub predicate: String,
    /// Id of the object.
    pub object_entity_id: EntityId,
    /// Name of the object.
    pub object_name: String,
    /// Type of the object.
    pub object_type: EntityType,
    /// Quoted words.
    pub quote: String,
    /// First code point of the quote in the text that was extracted from; null if the quote is not in it.
    pub char_start: Option<i64>,
    /// One past the last code point.
    pub char_end: Option<i64>,
    /// Id of the entry.
    pub entry_id: EntryId,
    /// Date of the entry.
    pub entry_date: String,
    /// Confidence, 0 to 1.
    pub confidence: f64,
    /// Id of the extraction run.
    pub extraction_run_id: String,
    /// Model that extracted it; empty if not recorded.
    pub model: String,
    /// Prompt version; 0 if not recorded.
    pub prompt_version: i64,
    /// UTC timestamp.
    pub created_at: String,
}

/// Relationships of an entity.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityRelationships")]
pub struct EntityRelationshipList {
    /// Id of the entity.
    pub entity_id: EntityId,
    /// Relationships with the entity as subject, by id.
    pub outgoing: Vec<EntityRelationship>,
    /// Relationships with the entity as object, by id.
    pub incoming: Vec<EntityRelationship>,
}
