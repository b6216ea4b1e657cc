//! Who and what entries speak of.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::entities;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::mcp::fence::Fence;
use crate::mcp::tool::Call;
use crate::mcp::tool::Effect;
use crate::mcp::tool::Tool;
use crate::mcp::tools::counted;
use crate::model::entity::Relationship;
use crate::model::entity::Summary;
use crate::model::id::EntityId;
use crate::model::scope::Scope;

pub(super) fn tools() -> Vec<Tool> {
    let reads: (&[Scope], Effect) = (&[Scope::EntriesRead], Effect::Reads);
    vec![
        Tool::new(
            "journal_list_entities",
            "List people and places",
            "Lists whom and what entries speak of, by type and name.",
            reads,
            list,
        ),
        Tool::new(
            "journal_get_entity_mentions",
            "Find mentions",
            "Shows where entries speak of a person, place or thing, newest first.",
            reads,
            mentions,
        ),
        Tool::new(
            "journal_get_entity_relationships",
            "Show relationships",
            "Shows what entries say of a person, place or thing and others.",
            reads,
            relationships,
        ),
    ]
}

/// A page of them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct List {
    /// `person`, `place`, `activity`, `organization`, `topic` or `other`.
    #[serde(default)]
    entity_type: Option<String>,
    /// Rows, 1 to 200.
    #[serde(default = "page")]
    limit: i64,
}

fn page() -> i64 {
    50
}

async fn list(call: Call, given: List) -> Result<String> {
    let list = entities::List { kind: given.entity_type, search: None, limit: given.limit, offset: 0 };
    let page = entities::list(&call.ctx, list).await?;
    let head = format!("{} of {}", page.items.len(), counted(page.total, "entity", "entities"));
    if page.items.is_empty() {
        return Ok(format!("{head}."));
    }
    let lines: Vec<String> = page.items.iter().map(line).collect();
    Ok(format!("{head}:\n{}", Fence::over(call.ctx.app.entropy.as_ref(), &lines.join("\n"))?))
}

fn line(one: &Summary) -> String {
    let Summary { id, entity_type, canonical_name, mention_count, aliases, .. } = one;
    let also = if aliases.is_empty() { String::new() } else { format!(" (aliases: {})", aliases.join(", ")) };
    format!("[{id}] {entity_type}: {canonical_name} — {}{also}", counted(*mention_count, "mention", "mentions"))
}

/// A page of mentions.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Mentions {
    /// Its number.
    entity_id: i64,
    /// Rows, 1 to 200.
    #[serde(default = "page")]
    limit: i64,
}

async fn mentions(call: Call, given: Mentions) -> Result<String> {
    let found = entities::mentions(&call.ctx, EntityId(given.entity_id), given.limit, 0).await.map_err(absent)?;
    let head = format!("{} of {}", found.mentions.len(), counted(found.total, "mention", "mentions"));
    if found.mentions.is_empty() {
        return Ok(format!("{head}."));
    }
    let lines: Vec<String> = found
        .mentions
        .iter()
        .map(|one| {
            format!("entry {} ({}): \"{}\" (confidence {:.2})", one.entry_id, one.entry_date, one.quote, one.confidence)
        })
        .collect();
    Ok(format!("{head}:\n{}", Fence::over(call.ctx.app.entropy.as_ref(), &lines.join("\n"))?))
}

/// One of them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Which {
    /// Its number.
    entity_id: i64,
}

async fn relationships(call: Call, given: Which) -> Result<String> {
    let found = entities::relationships(&call.ctx, EntityId(given.entity_id)).await.map_err(absent)?;
    if found.outgoing.is_empty() && found.incoming.is_empty() {
        return Ok("No relationships.".to_owned());
    }
    let line = |one: &Relationship, name: &str, id: EntityId| {
        format!("  {} {name} [{id}] (entry {}, confidence {:.2})", one.predicate, one.entry_id, one.confidence)
    };
    let outgoing = found.outgoing.iter().map(|one| line(one, &one.object_name, one.object_entity_id));
    let incoming = found.incoming.iter().map(|one| line(one, &one.subject_name, one.subject_entity_id));
    let mut lines = vec!["Outgoing:".to_owned()];
    lines.extend(outgoing);
    lines.push("Incoming:".to_owned());
    lines.extend(incoming);
    let total = i64::try_from(found.outgoing.len() + found.incoming.len()).unwrap_or(i64::MAX);
    let content = Fence::over(call.ctx.app.entropy.as_ref(), &lines.join("\n"))?;
    Ok(format!("{}:\n{content}", counted(total, "relationship", "relationships")))
}

/// Says how an assistant finds those there are.
fn absent(error: Error) -> Error {
    if error.kind() != Kind::NotFound {
        return error;
    }
    Error::new(Kind::NotFound, error.to_string()).hint("journal_list_entities shows the numbers of those there are")
}
