//! Export format: a journal as one document, `journal.json`, written by an export and read by an import.
//!
//! The document is streamed, each entry on its own line; [`ExportDocument`] is its shape. The originals are in `media/`,
//! named by [`ExportedOriginal::file_name`]. Derived data (chunks, vectors, the index) and server data (jobs, activity, the
//! ledger, keys) are not included.

mod entities;
mod exact_number;

pub use entities::{
    ExportedAlias, ExportedCorrection, ExportedEntity, ExportedMention, ExportedMerge, ExportedMergeCandidate,
    ExportedMergeMove, ExportedPairDecision, ExportedRefusedAlias, ExportedRelationship,
};
pub use exact_number::ExactNumber;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::calendar::EntryMinute;
use crate::domain::egress::{EgressPurpose, RedactionKind};
use crate::domain::entry::{CharRange, EntryProperty, EntryProvenance, EntryVersion, SourceType};
use crate::domain::id::EntryId;
use crate::domain::media_type;

/// Value of the document's `format` field.
pub const FORMAT_NAME: &str = "journal-export";
/// Format version that is written. Every version from 1 on can be read.
pub const FORMAT_VERSION: u32 = 2;
/// File name of the document.
pub const DOCUMENT_FILE: &str = "journal.json";
/// File name of the document's JSON Schema.
pub const SCHEMA_FILE: &str = "schema.json";
/// Folder of the entries as Markdown, for people and other programs; ignored by an import.
pub const ENTRIES_DIR: &str = "entries";
/// Folder of the originals.
pub const MEDIA_DIR: &str = "media";

/// Root of the export document.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportDocument {
    /// `journal-export`; the first field.
    pub format: String,
    /// 2; the second field.
    pub version: u32,
    /// Egress policy of the notebook.
    pub policy: ExportedPolicy,
    /// Entries by date, then by id.
    pub entries: Vec<ExportedEntry>,
    /// Entities by id.
    pub entities: Vec<ExportedEntity>,
    /// Mentions by id.
    pub mentions: Vec<ExportedMention>,
    /// Relationships by id.
    pub relationships: Vec<ExportedRelationship>,
    /// Merge candidates by id.
    pub merge_candidates: Vec<ExportedMergeCandidate>,
    /// Merges by id.
    pub merges: Vec<ExportedMerge>,
    /// Pairs that the owner decided are distinct, by id.
    pub pair_decisions: Vec<ExportedPairDecision>,
    /// Name corrections by the owner, by id; absent in older documents.
    #[serde(default)]
    pub corrections: Vec<ExportedCorrection>,
}

/// Egress policy of the notebook.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedPolicy {
    /// True if every outbound request is denied.
    pub local_only: bool,
    /// Purposes the owner allows; `null` for all that the server allows.
    pub purposes: Option<Vec<EgressPurpose>>,
    /// Kinds of data replaced by placeholders in requests.
    pub redact: Vec<RedactionKind>,
    /// Additional words to redact.
    pub words: Vec<String>,
}

/// Entry with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of the file format")]
pub struct ExportedEntry {
    /// Id inside the notebook.
    pub id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// Time of day, in minutes since 00:00; from 1440 on it is after midnight of the entry's day; null if unknown.
    #[serde(default)]
    pub entry_minute: Option<EntryMinute>,
    /// True for a date that was stated nowhere.
    #[serde(default)]
    pub date_guessed: bool,
    /// Origin of the date; null if not recorded.
    #[serde(default)]
    pub date_origin: Option<String>,
    /// False while the date is known to be wrong.
    pub date_confirmed: bool,
    /// Title, if any.
    pub title: Option<String>,
    /// Tags, lower case, sorted.
    pub tags: Vec<String>,
    /// Other fields of the front matter, in their order.
    #[serde(default)]
    pub properties: Vec<EntryProperty>,
    /// Origin of the text.
    pub source_type: SourceType,
    /// Text as recognised or typed, never edited.
    pub raw_text: String,
    /// Text as displayed, searched and edited.
    pub final_text: String,
    /// Whitespace-separated tokens of the final text.
    pub word_count: i64,
    /// Language code.
    pub language: String,
    /// Range of `raw_text` that belongs to this entry, in code points; `null` for all of it.
    pub content_boundary: Option<CharRange>,
    /// True if a person verified the uncertain words.
    pub doubts_verified: bool,
    /// Uncertain ranges of `raw_text`.
    pub uncertain_spans: Vec<ExportedSpan>,
    /// True if entity extraction has to run again.
    pub entities_outdated: bool,
    /// Revision of the final text, from 1.
    #[serde(default = "first")]
    pub text_revision: i64,
    /// When the owner accepted text written by an assistant.
    #[serde(default)]
    pub accepted_at: Option<String>,
    /// Assistants that added or wrote it.
    pub provenance: EntryProvenance,
    /// Source files, in the order they were added.
    pub sources: Vec<ExportedSource>,
    /// Recognised text of photographed pages, by page.
    pub pages: Vec<ExportedPage>,
    /// Mood scores by dimension.
    pub moods: Vec<ExportedMood>,
    /// Versions before each edit, oldest first.
    pub history: Vec<EntryVersion>,
    /// UTC timestamp.
    pub created_at: String,
    /// UTC timestamp of the last change.
    pub updated_at: String,
}

const fn first() -> i64 {
    1
}

/// Uncertain range, in code points of the raw text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedSpan {
    /// First code point.
    pub char_start: i64,
    /// One past the last code point.
    pub char_end: i64,
    /// UTC timestamp.
    pub created_at: String,
}

/// Source file of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedSource {
    /// Id inside the notebook.
    pub id: i64,
    /// Original file name; a label, not a path.
    pub label: String,
    /// Media type.
    pub media_type: String,
    /// SHA-256 of its content, hex.
    pub sha256: String,
    /// Identity of the source: its path, or its id in the journal it comes from.
    #[serde(default)]
    pub identity: Option<String>,
    /// SHA-256 of the final text as it was last imported, hex.
    #[serde(default)]
    pub imported_sha256: Option<String>,
    /// UTC timestamp.
    pub created_at: String,
    /// The stored file, if it was kept.
    pub original: Option<ExportedOriginal>,
}

/// Stored original. Its content has the SHA-256 of its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedOriginal {
    /// Identifies its file, `media/<id>.<extension>`, with the extension of the media type.
    pub id: Uuid,
    /// Media type, detected from the content.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// UTC timestamp.
    pub created_at: String,
}

impl ExportedOriginal {
    /// Returns its file name inside [`MEDIA_DIR`].
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.id, file_extension(&self.media_type))
    }
}

/// Returns the file extension of a media type.
#[must_use]
pub fn file_extension(media_type: &str) -> &'static str {
    media_type::file_extension(media_type).unwrap_or(match media_type {
        "text/html" => "html",
        "text/markdown" => "md",
        "text/plain" => "txt",
        _ => "bin",
    })
}

/// Recognised text of one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedPage {
    /// Page number, from 1.
    pub number: i64,
    /// Recognised text.
    pub raw_text: String,
    /// Id of its source file.
    pub source: Option<i64>,
    /// UTC timestamp.
    pub created_at: String,
}

/// Mood score of an entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedMood {
    /// Mood dimension.
    pub dimension: String,
    /// Score, -1 to 1.
    pub score: ExactNumber,
    /// Confidence, 0 to 1.
    pub confidence: Option<ExactNumber>,
    /// Rationale.
    pub rationale: Option<String>,
    /// UTC timestamp.
    pub created_at: String,
    /// Model that scored; empty if not recorded.
    #[serde(default)]
    pub model: String,
    /// Prompt version; 0 if not recorded.
    #[serde(default)]
    pub prompt_version: i64,
    /// Text revision that was scored; 0 if not recorded.
    #[serde(default)]
    pub text_revision: i64,
    /// Score of the owner, -1 to 1; takes precedence over `score`.
    #[serde(default)]
    pub owner_score: Option<ExactNumber>,
    /// UTC timestamp of the owner's score.
    #[serde(default)]
    pub owner_at: Option<String>,
    /// Note of the owner.
    #[serde(default)]
    pub owner_note: Option<String>,
}

/// Entry of a version 1 document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "as those of `Entry`")]
pub struct LegacyExportedEntry {
    pub id: EntryId,
    pub entry_date: String,
    pub title: Option<String>,
    pub source_type: SourceType,
    pub raw_text: String,
    pub final_text: String,
    pub word_count: i64,
    pub chunk_count: i64,
    pub page_count: i64,
    pub language: String,
    pub created_at: String,
    pub updated_at: String,
    pub doubts_verified: bool,
    pub date_confirmed: bool,
    pub uncertain_spans: Vec<CharRange>,
    pub content_boundary: Option<CharRange>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub provenance: EntryProvenance,
    #[serde(default)]
    pub history: Vec<EntryVersion>,
}

impl From<LegacyExportedEntry> for ExportedEntry {
    fn from(old: LegacyExportedEntry) -> Self {
        let span = |range: CharRange| ExportedSpan {
            char_start: range.char_start,
            char_end: range.char_end,
            created_at: old.created_at.clone(),
        };
        Self {
            id: old.id,
            entry_date: old.entry_date,
            entry_minute: None,
            date_guessed: false,
            date_origin: None,
            date_confirmed: old.date_confirmed,
            title: old.title,
            tags: old.tags,
            properties: Vec::new(),
            source_type: old.source_type,
            raw_text: old.raw_text,
            final_text: old.final_text,
            word_count: old.word_count,
            language: old.language,
            content_boundary: old.content_boundary,
            doubts_verified: old.doubts_verified,
            uncertain_spans: old.uncertain_spans.into_iter().map(span).collect(),
            entities_outdated: true,
            text_revision: first(),
            accepted_at: None,
            provenance: old.provenance,
            sources: Vec::new(),
            pages: Vec::new(),
            moods: Vec::new(),
            history: old.history,
            created_at: old.created_at,
            updated_at: old.updated_at,
        }
    }
}
