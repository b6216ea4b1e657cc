//! The table of tools, one file a noun.

mod entries;

use std::sync::LazyLock;

use crate::mcp::tool::Tool;

static ALL: LazyLock<Vec<Tool>> = LazyLock::new(|| [entries::tools()].into_iter().flatten().collect());

/// Returns every tool there is, in the order that clients are shown.
pub(crate) fn all() -> &'static [Tool] {
    &ALL
}

/// Finds a tool.
pub(crate) fn named(name: &str) -> Option<&'static Tool> {
    all().iter().find(|tool| tool.name == name)
}
