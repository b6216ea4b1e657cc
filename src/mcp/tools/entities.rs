//! Entity tools: list, mentions, relationships.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::entity::{EntityRelationship, EntitySummary};
use crate::domain::id::EntityId;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::mcp::tool::{Tool, ToolCall, ToolEffect};
use crate::mcp::tools::list_text::{format_count, format_list};
use crate::mcp::tools::lookup_hint::with_entity_hint;
use crate::services::entities;

pub(super) fn tools() -> Vec<Tool> {
    let reads: (&[Scope], ToolEffect) = (&[Scope::EntriesRead], ToolEffect::Reads);
    vec![
        Tool::new(
            "journal_list_entities",
            "List people and places",
            "Lists people, places, activities, organizations and topics mentioned in entries, by type and name.",
            reads,
            list,
        ),
        Tool::new(
            "journal_get_entity_mentions",
            "Find mentions",
            "Lists mentions of a person, place or other entity in entries, newest first.",
            reads,
            mentions,
        ),
        Tool::new(
            "journal_get_entity_relationships",
            "Show relationships",
            "Lists relationships of a person, place or other entity that entries state.",
            reads,
            relationships,
        ),
    ]
}

/// Page of entities.
#[derive(Deserialize, JsonSchema)]
struct ListEntitiesArgs {
    /// `person`, `place`, `activity`, `organization`, `topic` or `other`.
    #[serde(default)]
    entity_type: Option<String>,
    /// Maximum number of entities, 1 to 200.
    #[serde(default = "default_limit")]
    limit: i64,
}

fn default_limit() -> i64 {
    entities::DEFAULT_PAGE_SIZE
}

async fn list(call: ToolCall, given: ListEntitiesArgs) -> Result<String> {
    let list = entities::EntityListQuery { kind: given.entity_type, search: None, limit: given.limit, offset: 0 };
    let page = entities::list(&call.ctx, list).await?;
    let head = format!("{} of {}", page.items.len(), format_count(page.total, "entity", "entities"));
    let lines: Vec<String> = page.items.iter().map(format_entity).collect();
    format_list(&call, &head, &lines)
}

fn format_entity(one: &EntitySummary) -> String {
    let EntitySummary { id, entity_type, canonical_name, mention_count, aliases, .. } = one;
    let also = if aliases.is_empty() { String::new() } else { format!(" (aliases: {})", aliases.join(", ")) };
    format!("[{id}] {entity_type}: {canonical_name} — {}{also}", format_count(*mention_count, "mention", "mentions"))
}

/// Page of mentions.
#[derive(Deserialize, JsonSchema)]
struct EntityMentionsArgs {
    /// Id of the entity.
    entity_id: i64,
    /// Maximum number of mentions, 1 to 200.
    #[serde(default = "default_limit")]
    limit: i64,
}

async fn mentions(call: ToolCall, given: EntityMentionsArgs) -> Result<String> {
    let id = EntityId(given.entity_id);
    let found = entities::list_mentions(&call.ctx, id, given.limit, 0).await.map_err(with_entity_hint)?;
    let head = format!("{} of {}", found.mentions.len(), format_count(found.total, "mention", "mentions"));
    let lines = found.mentions.iter().map(|one| {
        format!("entry {} ({}): \"{}\" (confidence {:.2})", one.entry_id, one.entry_date, one.quote, one.confidence)
    });
    format_list(&call, &head, &lines.collect::<Vec<_>>())
}

/// Entity by id.
#[derive(Deserialize, JsonSchema)]
struct EntityArgs {
    /// Id of the entity.
    entity_id: i64,
}

async fn relationships(call: ToolCall, given: EntityArgs) -> Result<String> {
    let found = entities::list_relationships(&call.ctx, EntityId(given.entity_id)).await.map_err(with_entity_hint)?;
    if found.outgoing.is_empty() && found.incoming.is_empty() {
        return Ok("No relationships.".to_owned());
    }
    let line = |one: &EntityRelationship, name: &str, id: EntityId| {
        format!("  {} {name} [{id}] (entry {}, confidence {:.2})", one.predicate, one.entry_id, one.confidence)
    };
    let outgoing = found.outgoing.iter().map(|one| line(one, &one.object_name, one.object_entity_id));
    let incoming = found.incoming.iter().map(|one| line(one, &one.subject_name, one.subject_entity_id));
    let mut lines = vec!["Outgoing:".to_owned()];
    lines.extend(outgoing);
    lines.push("Incoming:".to_owned());
    lines.extend(incoming);
    let total = i64::try_from(found.outgoing.len() + found.incoming.len()).unwrap_or(i64::MAX);
    format_list(&call, &format_count(total, "relationship", "relationships"), &lines)
}
