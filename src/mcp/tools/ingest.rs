//! Text ingestion tool, and the report of a stored entry.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::scope::Scope;
use crate::domain::text;
use crate::error::Result;
use crate::jobs;
use crate::mcp::tool::{Tool, ToolCall, ToolEffect};
use crate::services::ingest::TextInput;

/// Length of the preview of a new entry, in code points.
const PREVIEW_CHARS: usize = 200;

pub(super) fn tools() -> Vec<Tool> {
    vec![Tool::new(
        "journal_ingest_text",
        "Write an entry",
        "Stores a text as a new journal entry.",
        (&[Scope::Ingest], ToolEffect::Adds),
        ingest_text,
    )]
}

/// Text of a new entry.
#[derive(Deserialize, JsonSchema)]
struct IngestTextArgs {
    /// Text of the entry.
    text: String,
    /// Date of the entry, `YYYY-MM-DD`; default today.
    #[serde(default)]
    date: Option<String>,
    /// Source of the text.
    #[serde(default = "default_source_type")]
    source_type: String,
    /// Tags of the entry.
    #[serde(default)]
    tags: Vec<String>,
}

fn default_source_type() -> String {
    "text_entry".to_owned()
}

async fn ingest_text(call: ToolCall, given: IngestTextArgs) -> Result<String> {
    let (source, tags) = (given.source_type.parse()?, given.tags);
    let typed = TextInput { text: given.text, date: given.date, time: None, source, tags };
    let entry = jobs::ingest_text(&call.ctx, typed).await?.entry;
    StoredEntryReport {
        id: entry.id.0,
        date: &entry.entry_date,
        of: ("Source", entry.source_type.clone()),
        words: entry.word_count,
        chunks: entry.chunk_count,
        text: Some(&entry.final_text),
        is_date_implausible: !entry.date_confirmed,
    }
    .render(&call)
}

/// Report of a stored entry.
pub(super) struct StoredEntryReport<'e> {
    pub(super) id: i64,
    pub(super) date: &'e str,
    /// Label and value of its source or page count.
    pub(super) of: (&'static str, String),
    pub(super) words: i64,
    pub(super) chunks: i64,
    /// Text for the preview; `None` if the caller may not read it.
    pub(super) text: Option<&'e str>,
    /// True if its date is implausible.
    pub(super) is_date_implausible: bool,
}

impl StoredEntryReport<'_> {
    pub(super) fn render(&self, call: &ToolCall) -> Result<String> {
        let Self { id, date, of: (name, of), words, chunks, .. } = self;
        let doubt = if self.is_date_implausible {
            " (implausible; search excludes the entry until the user corrects it)"
        } else {
            ""
        };
        let mut report = format!(
            "Entry stored:\n  ID: {id}\n  Date: {date}{doubt}\n  {name}: {of}\n  Words: {words}\n  Chunks: {chunks}"
        );
        if let Some(text) = self.text {
            let preview = format!("  Preview: {}", text::preview(text, PREVIEW_CHARS));
            report.push('\n');
            report.push_str(&call.delimit(&preview)?);
        }
        Ok(report)
    }
}
