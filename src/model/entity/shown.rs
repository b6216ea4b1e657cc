//! Entities as lists and pages show them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::entity::EntityType;
use crate::model::id::EntityId;
use crate::model::id::EntryId;

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "EntitySummary")]
pub struct Summary {
    /// Number inside the notebook.
    pub id: EntityId,
    /// What it is called.
    pub canonical_name: String,
    /// What it is.
    pub entity_type: EntityType,
    /// Other names, lower case, in order.
    pub aliases: Vec<String>,
    /// Places where entries speak of it.
    pub mention_count: i64,
    /// The day of the first entry that speaks of it, or empty.
    pub first_seen: String,
    /// The day of the last entry that speaks of it, or empty.
    pub last_seen: String,
    /// Whether it is set aside.
    pub is_quarantined: bool,
    /// Why.
    pub quarantine_reason: String,
    /// Since when, or empty.
    pub quarantined_at: String,
    /// The words of the entry that the list is about, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quotes: Option<Vec<String>>,
}

/// A page of entities.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityPage")]
pub struct Page {
    /// By type, then by name.
    pub items: Vec<Summary>,
    /// How many there are.
    pub total: i64,
    /// As asked, clamped.
    pub limit: i64,
    /// As asked, clamped.
    pub offset: i64,
}

/// What is known of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "EntityDetail")]
pub struct Detail {
    /// Number inside the notebook.
    pub id: EntityId,
    /// What it is called.
    pub canonical_name: String,
    /// What it is.
    pub entity_type: EntityType,
    /// Other names, lower case, in order.
    pub aliases: Vec<String>,
    /// What is known of it.
    pub description: String,
    /// The day of the first entry that speaks of it, or empty.
    pub first_seen: String,
    /// Account timestamp.
    pub created_at: String,
    /// Account timestamp of the last change.
    pub updated_at: String,
    /// Whether it is set aside.
    pub is_quarantined: bool,
    /// Why.
    pub quarantine_reason: String,
    /// Since when, or empty.
    pub quarantined_at: String,
    /// Whether the owner had a hand in it: it stays without mentions.
    pub is_curated: bool,
    /// Places where entries speak of it.
    pub mention_count: i64,
    /// The day of the last entry that speaks of it, or empty.
    pub last_seen: String,
}

/// All that are set aside.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "QuarantinedEntities")]
pub struct Details {
    /// By type, then by name.
    pub items: Vec<Detail>,
    /// How many there are.
    pub total: i64,
}

/// Whom and what an entry mentions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntryEntities")]
pub struct OfEntry {
    /// The entry.
    pub entry_id: EntryId,
    /// By type, then by name; counted and quoted in this entry alone.
    pub items: Vec<Summary>,
    /// How many there are.
    pub total: i64,
}

/// Where an entry speaks of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "EntityMention")]
pub struct Mention {
    /// Number inside the notebook.
    pub id: i64,
    /// The entity.
    pub entity_id: EntityId,
    /// The entry.
    pub entry_id: EntryId,
    /// Its date.
    pub entry_date: String,
    /// The words.
    pub quote: String,
    /// First code point of the words in the entry's text as it was read; null where they do not stand in it.
    pub char_start: Option<i64>,
    /// One past the last.
    pub char_end: Option<i64>,
    /// What the model called it; empty where that was not kept.
    pub name: String,
    /// From 0 to 1.
    pub confidence: f64,
    /// How it found its entity; null where it made one.
    pub match_source: Option<String>,
    /// The run that found it.
    pub extraction_run_id: String,
    /// The model that found it; empty where that was not kept.
    pub model: String,
    /// The version of what it was asked; 0 where that was not kept.
    pub prompt_version: i64,
    /// Account timestamp.
    pub created_at: String,
}

/// A page of mentions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityMentions")]
pub struct Mentions {
    /// The entity.
    pub entity_id: EntityId,
    /// Newest first.
    pub mentions: Vec<Mention>,
    /// How many there are.
    pub total: i64,
}

/// What an entry says of two entities.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "EntityRelationship")]
pub struct Relationship {
    /// Number inside the notebook.
    pub id: i64,
    /// The one.
    pub subject_entity_id: EntityId,
    /// Its name.
    pub subject_name: String,
    /// Its type.
    pub subject_type: EntityType,
    /// What it does.
    pub predicate: String,
    /// To which.
    pub object_entity_id: EntityId,
    /// Its name.
    pub object_name: String,
    /// Its type.
    pub object_type: EntityType,
    /// The words.
    pub quote: String,
    /// First code point of the words in the entry's text as it was read; null where they do not stand in it.
    pub char_start: Option<i64>,
    /// One past the last.
    pub char_end: Option<i64>,
    /// The entry.
    pub entry_id: EntryId,
    /// Its date.
    pub entry_date: String,
    /// From 0 to 1.
    pub confidence: f64,
    /// The run that found it.
    pub extraction_run_id: String,
    /// The model that found it; empty where that was not kept.
    pub model: String,
    /// The version of what it was asked; 0 where that was not kept.
    pub prompt_version: i64,
    /// Account timestamp.
    pub created_at: String,
}

/// What entries say of an entity and others.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntityRelationships")]
pub struct Relationships {
    /// The entity.
    pub entity_id: EntityId,
    /// What it does, by number.
    pub outgoing: Vec<Relationship>,
    /// What is done to it, by number.
    pub incoming: Vec<Relationship>,
}
