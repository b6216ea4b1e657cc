//! Entries, their versions and their chunks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use crate::domain::calendar::EntryMinute;
use crate::domain::id::EntryId;
use crate::domain::named_enum::{named_enum, parse_by_name};
use crate::domain::prompt_injection::InjectionWarning;
use crate::domain::writing_streaks::WritingStreaks;

named_enum! {
    /// Origin of an entry's text.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    pub enum SourceType {
        /// Photographed pages.
        Photo = "photo",
        /// A recording.
        Voice = "voice",
        /// Typed text.
        TextEntry = "text_entry",
        /// A text or Markdown file.
        ImportedTextFile = "imported_text_file",
        /// An uploaded recording.
        ImportedAudioFile = "imported_audio_file",
        /// Text written by an assistant.
        Agent = "agent",
    }
}

parse_by_name!(SourceType, "unknown source type", "one of");

/// A half-open range of Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CharRange {
    /// First code point.
    pub char_start: i64,
    /// One past the last code point.
    pub char_end: i64,
}

/// Assistant that added or wrote an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AssistantAuthor {
    /// Credential or channel: `key:ID`, `shell`, `session:ID`.
    pub via: String,
    /// Client name the assistant reported.
    pub assistant: String,
}

/// Provenance of an entry that an assistant added or wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryProvenance {
    /// Assistant that added the entry; null for a person.
    pub added_by: Option<AssistantAuthor>,
    /// Assistant that wrote the current text; null for a person.
    pub written_by: Option<AssistantAuthor>,
}

/// Entry with its texts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Entry {
    /// Id inside the notebook.
    pub id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// Time of day, `HH:MM`, in the journal's time zone; null if unknown.
    #[serde(serialize_with = "serialize_clock_reading")]
    #[schemars(with = "Option<String>")]
    pub entry_time: Option<EntryMinute>,
    /// True for a date that was stated nowhere, such as the time of a file.
    pub date_guessed: bool,
    /// Origin of the date: `flag`, `front_matter`, `file_name`, `metadata`, `heading`, `text`, `file_time` or `today`; null if
    /// not recorded.
    pub date_origin: Option<String>,
    /// Title from front matter, if any.
    pub title: Option<String>,
    /// Origin of the text.
    pub source_type: String,
    /// Text as recognised or typed, never edited.
    pub raw_text: String,
    /// Text as displayed, searched and edited.
    pub final_text: String,
    /// Whitespace-separated tokens of the final text.
    pub word_count: i64,
    /// Number of stored chunks; 0 until the embedding job ran.
    pub chunk_count: i64,
    /// Number of photographed pages.
    pub page_count: i64,
    /// Language code.
    pub language: String,
    /// UTC timestamp.
    pub created_at: String,
    /// UTC timestamp of the last change.
    pub updated_at: String,
    /// True if a person verified the uncertain words.
    pub doubts_verified: bool,
    /// False while the date is known to be wrong.
    pub date_confirmed: bool,
    /// Uncertain ranges of `raw_text`; empty once verified.
    pub uncertain_spans: Vec<CharRange>,
    /// Range of `raw_text` that belongs to this entry; `None` for all of it.
    pub content_boundary: Option<CharRange>,
    /// Tags, lower case, sorted.
    pub tags: Vec<String>,
    /// Other fields of the front matter, in their order; omitted if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<EntryProperty>,
    /// Assistants that added or wrote it.
    pub provenance: EntryProvenance,
    /// When the owner accepted text written by an assistant; nothing is derived from it before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<String>,
    /// Suspected prompt injections in `final_text`; omitted if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspicions: Vec<InjectionWarning>,
}

/// Field of front matter that has no meaning here; kept, shown and exported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryProperty {
    /// Name as written.
    pub name: String,
    /// Value as JSON.
    pub value: serde_json::Value,
}

/// Entry as a list item.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntrySummary {
    /// Id inside the notebook.
    pub id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// Time of day, `HH:MM`; null if unknown.
    #[serde(serialize_with = "serialize_clock_reading")]
    #[schemars(with = "Option<String>")]
    pub entry_time: Option<EntryMinute>,
    /// True for a date that was stated nowhere.
    pub date_guessed: bool,
    /// Title from front matter.
    pub title: Option<String>,
    /// Origin of the text.
    pub source_type: String,
    /// Whitespace-separated tokens of the final text.
    pub word_count: i64,
    /// Number of stored chunks.
    pub chunk_count: i64,
    /// Number of photographed pages.
    pub page_count: i64,
    /// Number of uncertain ranges; 0 once verified.
    pub uncertain_span_count: i64,
    /// True if a person verified the uncertain words.
    pub doubts_verified: bool,
    /// False while the date is known to be wrong.
    pub date_confirmed: bool,
    /// UTC timestamp.
    pub created_at: String,
    /// Language code.
    pub language: String,
    /// UTC timestamp of the last change.
    pub updated_at: String,
    /// Number of entity mentions.
    pub entity_mention_count: i64,
    /// First words of the text; at most [`PREVIEW_CHARS`] code points.
    pub preview: String,
    /// Tags, lower case, sorted.
    pub tags: Vec<String>,
}

/// Serializes a time of day as `HH:MM`.
#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn serialize_clock_reading<S: Serializer>(minute: &Option<EntryMinute>, serializer: S) -> Result<S::Ok, S::Error> {
    minute.map(|minute| minute.to_string()).serialize(serializer)
}

/// Maximum length of [`EntrySummary::preview`], in code points.
pub const PREVIEW_CHARS: usize = 100;

/// Page of entries.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntryPage {
    /// Entries of this page, newest date first.
    pub items: Vec<EntrySummary>,
    /// Total number of matching entries.
    pub total: i64,
    /// Requested page size, clamped.
    pub limit: i64,
    /// Requested offset.
    pub offset: i64,
}

/// Version of an entry before an edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryVersion {
    /// Version number from 1, oldest first.
    pub version: i64,
    /// Date of this version.
    pub entry_date: String,
    /// Time of day of this version, in minutes since 00:00; null if unknown.
    #[serde(default)]
    pub entry_minute: Option<EntryMinute>,
    /// Title of this version.
    pub title: Option<String>,
    /// Text of this version.
    pub final_text: String,
    /// Whitespace-separated tokens of this version.
    pub word_count: i64,
    /// UTC timestamp of the edit that replaced it.
    pub replaced_at: String,
    /// Assistant that wrote this version; null for a person.
    pub written_by: Option<AssistantAuthor>,
}

/// Chunk of an entry's text, the unit of the vector search.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntryChunk {
    /// Position among the entry's chunks, from 0.
    pub index: i64,
    /// Text of the chunk; white space may differ from the entry's.
    pub text: String,
    /// First code point in the final text.
    pub char_start: i64,
    /// One past the last code point.
    pub char_end: i64,
    /// Number of `cl100k_base` tokens.
    pub token_count: i64,
}

/// Chunks of an entry.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntryChunkList {
    /// Id of the entry.
    pub entry_id: EntryId,
    /// Chunks in text order.
    pub chunks: Vec<EntryChunk>,
}

/// Statistics of a notebook.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NotebookStats {
    /// Number of entries in the range.
    pub total_entries: i64,
    /// Earliest entry date.
    pub date_range_start: Option<String>,
    /// Latest entry date.
    pub date_range_end: Option<String>,
    /// Number of words in the range.
    pub total_words: i64,
    /// Mean number of words per entry.
    pub avg_words_per_entry: f64,
    /// Mean number of entries per month with entries.
    pub entries_per_month: f64,
    /// Number of stored chunks.
    pub total_chunks: i64,
    /// Number of entries without up-to-date embeddings.
    pub pending_entries: i64,
    /// Totals of each month, oldest first.
    pub months: Vec<MonthStats>,
    /// Streaks of consecutive days with an entry.
    pub streaks: WritingStreaks,
}

/// Totals of one month of [`NotebookStats`].
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MonthStats {
    /// `YYYY-MM`.
    pub month: String,
    /// Number of entries.
    pub entries: i64,
    /// Number of words.
    pub words: i64,
}
