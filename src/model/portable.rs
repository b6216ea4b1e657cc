//! A journal as one document, `journal.json`: what an export writes and an import reads.
//!
//! The document is written and read piece by piece, each entry on a line of its own; [`Document`] is its shape. Beside it
//! lie the originals, under the names that [`Original::file_name`] gives. What can be made anew is not in it: parts of
//! texts, vectors, the index; nor what is about this machine: jobs, activity, the ledger, keys.

mod meaning;

pub use meaning::Alias;
pub use meaning::Correction;
pub use meaning::Entity;
pub use meaning::Mention;
pub use meaning::Merge;
pub use meaning::MergeCandidate;
pub use meaning::Move;
pub use meaning::PairDecision;
pub use meaning::RefusedAlias;
pub use meaning::Relationship;

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::model::egress::Purpose;
use crate::model::egress::Redaction;
use crate::model::entry::CharRange;
use crate::model::entry::Provenance;
use crate::model::entry::SourceType;
use crate::model::entry::Version;
use crate::model::id::EntryId;
use crate::model::media_type;

/// What the document calls itself.
pub const FORMAT: &str = "journal-export";
/// The version that is written. Every version from 1 on is read.
pub const VERSION: u32 = 2;
/// The document.
pub const DOCUMENT: &str = "journal.json";
/// The JSON Schema of the document.
pub const SCHEMA: &str = "schema.json";
/// Folder of the entries as Markdown, for people and other programs; not read back.
pub const ENTRIES: &str = "entries";
/// Folder of the originals.
pub const MEDIA: &str = "media";

/// The document.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// `journal-export`. Stands first.
    pub format: String,
    /// 2. Stands second.
    pub version: u32,
    /// What may leave the notebook.
    pub policy: Policy,
    /// By date, then by number.
    pub entries: Vec<Entry>,
    /// People, places and the like, by number.
    pub entities: Vec<Entity>,
    /// Where entries speak of them, by number.
    pub mentions: Vec<Mention>,
    /// What entries say of two of them, by number.
    pub relationships: Vec<Relationship>,
    /// Pairs that may be one, by number.
    pub merge_candidates: Vec<MergeCandidate>,
    /// What was merged into what, by number.
    pub merges: Vec<Merge>,
    /// Pairs that were told to be two, by number.
    pub pair_decisions: Vec<PairDecision>,
    /// What the owner said names stand for, by number; older documents have none.
    #[serde(default)]
    pub corrections: Vec<Correction>,
}

/// What may leave the notebook.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Whether nothing leaves at all.
    pub local_only: bool,
    /// What the owner lets out; `null` is whatever the server's settings allow.
    pub purposes: Option<Vec<Purpose>>,
    /// What is replaced by placeholders on its way out.
    pub redact: Vec<Redaction>,
    /// The owner's own words, replaced likewise.
    pub words: Vec<String>,
}

/// An entry with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Number inside the notebook.
    pub id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// False while the date is known to be wrong.
    pub date_confirmed: bool,
    /// Entries need none.
    pub title: Option<String>,
    /// Lower case, in order.
    pub tags: Vec<String>,
    /// Where the text came from.
    pub source_type: SourceType,
    /// What was read or typed at first, never edited.
    pub raw_text: String,
    /// What is shown, searched and edited.
    pub final_text: String,
    /// Whitespace-separated tokens of the final text.
    pub word_count: i64,
    /// Language code.
    pub language: String,
    /// The part of `raw_text` that is this entry, in code points; `null` means all of it.
    pub content_boundary: Option<CharRange>,
    /// Whether a person checked the doubtful words.
    pub doubts_verified: bool,
    /// Doubtful places in `raw_text`.
    pub uncertain_spans: Vec<Span>,
    /// Whether people, places and the like have to be looked for anew.
    pub entities_outdated: bool,
    /// Counts the changes of the final text, from 1.
    #[serde(default = "first")]
    pub text_revision: i64,
    /// When the owner accepted an assistant's words as the journal's own.
    #[serde(default)]
    pub accepted_at: Option<String>,
    /// Who it is from, where that is no person.
    pub provenance: Provenance,
    /// The files that it came from, in the order they came in.
    pub sources: Vec<Source>,
    /// What was read on photographed pages, by page.
    pub pages: Vec<Page>,
    /// By dimension.
    pub moods: Vec<Mood>,
    /// What it was before each edit, oldest first.
    pub history: Vec<Version>,
    /// Account timestamp.
    pub created_at: String,
    /// Account timestamp of the last change.
    pub updated_at: String,
}

const fn first() -> i64 {
    1
}

/// A doubtful place, in code points of the raw text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// First code point.
    pub char_start: i64,
    /// One past the last.
    pub char_end: i64,
    /// Account timestamp.
    pub created_at: String,
}

/// A file that an entry came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Number inside the notebook.
    pub id: i64,
    /// What it was called; a label, not a place.
    pub label: String,
    /// Its media type.
    pub media_type: String,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// Account timestamp.
    pub created_at: String,
    /// The file itself, where it was kept.
    pub original: Option<Original>,
}

/// A file that was kept. Its bytes have the SHA-256 of its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Original {
    /// Its name is `media/<id>.<ending>`, the ending by the media type.
    pub id: Uuid,
    /// What it is, by its content.
    pub media_type: String,
    /// Size.
    pub bytes: u64,
    /// Account timestamp.
    pub created_at: String,
}

impl Original {
    /// Returns its name inside of [`MEDIA`].
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.id, ending(&self.media_type))
    }
}

/// Returns how files of a media type end.
#[must_use]
pub fn ending(media_type: &str) -> &'static str {
    media_type::ending(media_type).unwrap_or(match media_type {
        "text/html" => "html",
        "text/markdown" => "md",
        "text/plain" => "txt",
        _ => "bin",
    })
}

/// What was read on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// From 1.
    pub number: i64,
    /// What was read.
    pub raw_text: String,
    /// The number of its source.
    pub source: Option<i64>,
    /// Account timestamp.
    pub created_at: String,
}

/// A mood of an entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mood {
    /// What is measured.
    pub dimension: String,
    /// From -1 to 1.
    pub score: Exact,
    /// From 0 to 1.
    pub confidence: Option<Exact>,
    /// Why.
    pub rationale: Option<String>,
    /// Account timestamp.
    pub created_at: String,
    /// The model that scored; empty where that was not kept.
    #[serde(default)]
    pub model: String,
    /// The version of what it was asked; 0 where that was not kept.
    #[serde(default)]
    pub prompt_version: i64,
    /// The revision of the text that it saw; 0 where that was not kept.
    #[serde(default)]
    pub text_revision: i64,
    /// What the owner says it is, from -1 to 1; it counts before the score.
    #[serde(default)]
    pub owner_score: Option<Exact>,
    /// When they said so.
    #[serde(default)]
    pub owner_at: Option<String>,
    /// What they wrote beside it.
    #[serde(default)]
    pub owner_note: Option<String>,
}

/// A number that is read to the last bit, so that it is written as it was; the parser of JSON rounds.
#[derive(Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(transparent)]
pub struct Exact(pub f64);

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Box::<RawValue>::deserialize(deserializer)?;
        number.get().parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// An entry of a document of version 1.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "as those of `Entry`")]
pub struct EntryV1 {
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
    pub provenance: Provenance,
    #[serde(default)]
    pub history: Vec<Version>,
}

impl From<EntryV1> for Entry {
    fn from(old: EntryV1) -> Self {
        let span = |range: CharRange| Span {
            char_start: range.char_start,
            char_end: range.char_end,
            created_at: old.created_at.clone(),
        };
        Self {
            id: old.id,
            entry_date: old.entry_date,
            date_confirmed: old.date_confirmed,
            title: old.title,
            tags: old.tags,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_it_was_read() {
        for text in ["0.1", "-0.30000000000000004", "0.12345678901234568", "1.7976931348623157e308", "5e-324", "1.0"] {
            let number: Exact = serde_json::from_str(text).unwrap();

            assert_eq!(serde_json::to_string(&number).unwrap(), text.replace("e308", "e+308"), "{text}");
        }
        assert!(serde_json::from_str::<Exact>("\"0.1\"").is_err());
    }
}
