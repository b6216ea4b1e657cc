//! Tool table, one file per resource.

mod date_range_args;
mod deletion;
mod entities;
mod entries;
mod extraction;
mod ingest;
mod jobs;
mod list_text;
mod lookup_hint;
mod media;
mod moods;
mod search;
mod tag_filter_args;
mod trash;

use std::sync::LazyLock;

use crate::mcp::tool::Tool;

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
        trash::tools(),
        extraction::tools(),
    ]
    .into_iter()
    .flatten()
    .collect()
});

/// Returns all tools in the order sent to clients.
pub(crate) fn all() -> &'static [Tool] {
    &ALL
}

/// Finds a tool by name.
pub(crate) fn find(name: &str) -> Option<&'static Tool> {
    all().iter().find(|tool| tool.name == name)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Maximum size of the tool list in bytes: clients prepend it to every conversation.
    const MAX_LIST_BYTES: usize = 25 * 1024;

    #[test]
    fn the_tool_list_is_small_and_fully_described() {
        let shown: Vec<Value> = all().iter().map(|tool| serde_json::to_value(&tool.shown).unwrap()).collect();

        let size = serde_json::to_string(&shown).unwrap().len();
        assert!(size < MAX_LIST_BYTES, "{size} bytes");
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
