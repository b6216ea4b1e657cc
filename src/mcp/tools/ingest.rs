//! Texts come in.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::entropy::Entropy;
use crate::error::Result;
use crate::ingest::Typed;
use crate::jobs;
use crate::mcp::fence::Fence;
use crate::mcp::tool::Call;
use crate::mcp::tool::Effect;
use crate::mcp::tool::Tool;
use crate::model::scope::Scope;
use crate::model::text;

/// Code points shown of a new entry.
const SHOWN: usize = 200;

pub(super) fn tools() -> Vec<Tool> {
    vec![Tool::new(
        "journal_ingest_text",
        "Write an entry",
        "Stores a text as a new journal entry.",
        (&[Scope::Ingest], Effect::Adds),
        write,
    )]
}

/// A text.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Write {
    /// The entry's text.
    text: String,
    /// The entry's date, `YYYY-MM-DD`; today without one.
    #[serde(default)]
    date: Option<String>,
    /// Where it comes from.
    #[serde(default = "typed")]
    source_type: String,
}

fn typed() -> String {
    "text_entry".to_owned()
}

async fn write(call: Call, given: Write) -> Result<String> {
    let typed = Typed { text: given.text, date: given.date, source: given.source_type.parse()? };
    let entry = jobs::write(&call.ctx, typed).await?.entry;
    Stored {
        id: entry.id.0,
        date: &entry.entry_date,
        of: ("Source", entry.source_type.clone()),
        words: entry.word_count,
        chunks: entry.chunk_count,
        text: Some(&entry.final_text),
        doubtful: !entry.date_confirmed,
    }
    .told(call.ctx.app.entropy.as_ref())
}

/// An entry that is new.
pub(super) struct Stored<'e> {
    pub(super) id: i64,
    pub(super) date: &'e str,
    /// What it was made of: a name and how it is called, or how many there are.
    pub(super) of: (&'static str, String),
    pub(super) words: i64,
    pub(super) chunks: i64,
    /// What is shown of; `None` for those who may not read it.
    pub(super) text: Option<&'e str>,
    /// Whether its date cannot be right.
    pub(super) doubtful: bool,
}

impl Stored<'_> {
    pub(super) fn told(&self, entropy: &dyn Entropy) -> Result<String> {
        let Self { id, date, of: (name, of), words, chunks, .. } = self;
        let doubt =
            if self.doubtful { " (it cannot be right, so the entry is not found until the user mends it)" } else { "" };
        let mut told = format!(
            "Entry stored:\n  ID: {id}\n  Date: {date}{doubt}\n  {name}: {of}\n  Words: {words}\n  Chunks: {chunks}"
        );
        if let Some(text) = self.text {
            let preview = format!("  Preview: {}", text::preview(text, SHOWN));
            told.push('\n');
            told.push_str(&Fence::over(entropy, &preview)?);
        }
        Ok(told)
    }
}
