//! The table of tools, one file a noun.

mod deletion;
mod entities;
mod entries;
mod extraction;
mod ingest;
mod jobs;
mod media;
mod moods;
mod search;

use std::sync::LazyLock;

use crate::error::Error;
use crate::error::Kind;
use crate::mcp::tool::Tool;

/// Most entries of a page.
const MAX_LIMIT: i64 = 50;

static ALL: LazyLock<Vec<Tool>> = LazyLock::new(|| {
    [
        search::tools(),
        entries::tools(),
        moods::tools(),
        ingest::tools(),
        media::tools(),
        entities::tools(),
        jobs::tools(),
        deletion::tools(),
        extraction::tools(),
    ]
    .into_iter()
    .flatten()
    .collect()
});

/// Returns every tool there is, in the order that clients are shown.
pub(crate) fn all() -> &'static [Tool] {
    &ALL
}

/// Finds a tool.
pub(crate) fn named(name: &str) -> Option<&'static Tool> {
    all().iter().find(|tool| tool.name == name)
}

/// Moves a number of entries to the nearest that a page may have.
fn limit(asked: i64) -> u32 {
    u32::try_from(asked.clamp(1, MAX_LIMIT)).unwrap_or(1)
}

/// Moves a number of entries to skip to the nearest that can be skipped.
fn offset(asked: i64) -> u32 {
    u32::try_from(asked.max(0)).unwrap_or(u32::MAX)
}

/// Says how an assistant finds the entries there are.
fn absent(error: Error) -> Error {
    if error.kind() != Kind::NotFound {
        return error;
    }
    Error::new(Kind::NotFound, error.to_string())
        .hint("journal_list_entries and journal_search_entries show the numbers of those there are")
}

/// Writes a number of things.
fn counted(number: i64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// What clients put before a model with every conversation.
    const MOST: usize = 25 * 1024;

    #[test]
    fn the_whole_list_is_small_and_every_tool_says_what_it_does() {
        let shown: Vec<Value> = all().iter().map(|tool| serde_json::to_value(&tool.shown).unwrap()).collect();

        let size = serde_json::to_string(&shown).unwrap().len();
        assert!(size < MOST, "{size} bytes");
        for tool in &shown {
            for hint in ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] {
                assert!(tool["annotations"][hint].is_boolean(), "{hint} of {tool}");
            }
            assert!(tool["title"].is_string() && tool["outputSchema"]["type"] == "object", "{tool}");
            assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{tool}");
            let properties = tool["inputSchema"]["properties"].as_object().unwrap();
            for (name, property) in properties {
                assert!(property["title"].is_string(), "{name} of {tool}");
                assert!(property["description"].is_string(), "{name} of {tool}");
            }
        }
    }
}
