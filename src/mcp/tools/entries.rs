//! Entries: listed.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::entries;
use crate::error::Result;
use crate::mcp::tool::Call;
use crate::mcp::tool::Effect;
use crate::mcp::tool::Tool;
use crate::model::between::Between;
use crate::model::scope::Scope;

/// Most entries of a page.
const MAX_LIMIT: u32 = 50;

pub(super) fn tools() -> Vec<Tool> {
    vec![Tool::text(
        "journal_list_entries",
        "List entries",
        "Lists journal entries, newest date first, one line each: date, source, words and how the text begins.",
        (&[Scope::EntriesRead], Effect::Reads),
        list,
    )]
}

/// A page of entries.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct List {
    /// Only entries of this date or later, `YYYY-MM-DD`.
    #[serde(default)]
    start_date: Option<String>,
    /// Only entries of this date or earlier, `YYYY-MM-DD`.
    #[serde(default)]
    end_date: Option<String>,
    /// Entries to show, 1 to 50.
    #[serde(default = "page")]
    limit: u32,
    /// Entries to skip.
    #[serde(default)]
    offset: u32,
}

fn page() -> u32 {
    20
}

async fn list(call: Call, given: List) -> Result<String> {
    let between = Between { from: given.start_date, to: given.end_date };
    let limit = given.limit.clamp(1, MAX_LIMIT);
    let page = entries::list(&call.ctx, entries::List { between, limit, offset: given.offset }).await?;
    let lines = page.items.iter().map(|entry| {
        format!("{} | {} | {} words | {}", entry.entry_date, entry.source_type, entry.word_count, entry.preview)
    });
    let head = format!("{} of {} entries:", page.items.len(), page.total);
    Ok(std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n"))
}
