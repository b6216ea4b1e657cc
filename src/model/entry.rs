//! Entries, their earlier versions and their chunks.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::error::Error;
use crate::error::Result;
use crate::model::digest::Streaks;
use crate::model::id::EntryId;
use crate::model::suspicion::Suspicion;

/// Where an entry's text came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceType {
    /// Photographed pages.
    Photo,
    /// A recording.
    Voice,
    /// Typed.
    TextEntry,
    /// A text or Markdown file.
    ImportedTextFile,
    /// An uploaded recording.
    ImportedAudioFile,
    /// An assistant's own words.
    Agent,
}

impl SourceType {
    /// Returns the stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Voice => "voice",
            Self::TextEntry => "text_entry",
            Self::ImportedTextFile => "imported_text_file",
            Self::ImportedAudioFile => "imported_audio_file",
            Self::Agent => "agent",
        }
    }
}

impl fmt::Display for SourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SourceType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let all =
            [Self::Photo, Self::Voice, Self::TextEntry, Self::ImportedTextFile, Self::ImportedAudioFile, Self::Agent];
        all.into_iter().find(|source| source.name() == text).ok_or_else(|| {
            Error::invalid("unknown source type")
                .hint("one of photo, voice, text_entry, imported_text_file, imported_audio_file, agent")
        })
    }
}

/// A half-open range of Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CharRange {
    /// First code point.
    pub char_start: i64,
    /// One past the last code point.
    pub char_end: i64,
}

/// An assistant that wrote or brought something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Author {
    /// Through what: `key:ID`, `shell`, `session:ID`.
    pub via: String,
    /// What it calls itself.
    pub assistant: String,
}

/// Who an entry is from, where that is no person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The assistant that brought the entry; null for a person.
    pub added_by: Option<Author>,
    /// The assistant whose words the present text is; null for a person's.
    pub written_by: Option<Author>,
}

/// An entry with its texts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Entry {
    /// Number inside the notebook.
    pub id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// From front matter; entries need none.
    pub title: Option<String>,
    /// Where the text came from.
    pub source_type: String,
    /// What was read, never edited.
    pub raw_text: String,
    /// What is shown, searched and edited.
    pub final_text: String,
    /// Whitespace-separated tokens of the final text.
    pub word_count: i64,
    /// Chunks stored; 0 until the embedding job ran.
    pub chunk_count: i64,
    /// Photographed pages.
    pub page_count: i64,
    /// Language code.
    pub language: String,
    /// Account timestamp.
    pub created_at: String,
    /// Account timestamp of the last change.
    pub updated_at: String,
    /// Whether a person checked the doubtful words.
    pub doubts_verified: bool,
    /// False while the date is known to be wrong.
    pub date_confirmed: bool,
    /// Doubtful places in `raw_text`; empty once verified.
    pub uncertain_spans: Vec<CharRange>,
    /// The part of `raw_text` that is this entry; `None` means all of it.
    pub content_boundary: Option<CharRange>,
    /// Lower case, in order.
    pub tags: Vec<String>,
    /// Who it is from, where that is no person.
    pub provenance: Provenance,
    /// When the owner accepted an assistant's words as the journal's own; until then nothing is derived from them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<String>,
    /// Places in `final_text` that speak to a model and not to a reader; left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspicions: Vec<Suspicion>,
}

/// An entry as a list shows it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Summary {
    /// Number inside the notebook.
    pub id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// From front matter.
    pub title: Option<String>,
    /// Where the text came from.
    pub source_type: String,
    /// Whitespace-separated tokens of the final text.
    pub word_count: i64,
    /// Chunks stored.
    pub chunk_count: i64,
    /// Photographed pages.
    pub page_count: i64,
    /// Doubtful places; 0 once verified.
    pub uncertain_span_count: i64,
    /// Whether a person checked the doubtful words.
    pub doubts_verified: bool,
    /// False while the date is known to be wrong.
    pub date_confirmed: bool,
    /// Account timestamp.
    pub created_at: String,
    /// Language code.
    pub language: String,
    /// Account timestamp of the last change.
    pub updated_at: String,
    /// Mentions of people, places and the like; none in this version, which does not look for them.
    pub entity_mention_count: i64,
    /// The first words, for lists; at most [`PREVIEW_CHARS`] code points.
    pub preview: String,
}

/// Code points of [`Summary::preview`].
pub const PREVIEW_CHARS: usize = 100;

/// A page of summaries.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Page {
    /// The entries, newest date first.
    pub items: Vec<Summary>,
    /// How many match the dates in all.
    pub total: i64,
    /// As asked, clamped.
    pub limit: i64,
    /// As asked.
    pub offset: i64,
}

/// What an entry was before an edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// From 1, oldest first.
    pub version: i64,
    /// The date then.
    pub entry_date: String,
    /// The title then.
    pub title: Option<String>,
    /// The text then.
    pub final_text: String,
    /// Whitespace-separated tokens then.
    pub word_count: i64,
    /// When an edit replaced it.
    pub replaced_at: String,
    /// The assistant whose words the text then was; null for a person's.
    pub written_by: Option<Author>,
}

/// A part of an entry's text, as it was cut for the search by meaning.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Chunk {
    /// Position among the entry's chunks, from 0.
    pub index: i64,
    /// The chunk's text; white space may differ from the entry's.
    pub text: String,
    /// First code point in the final text.
    pub char_start: i64,
    /// One past the last code point.
    pub char_end: i64,
    /// Tokens in `cl100k_base`.
    pub token_count: i64,
}

/// The chunks of an entry.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Chunks {
    /// The entry.
    pub entry_id: EntryId,
    /// In the order of the text.
    pub chunks: Vec<Chunk>,
}

/// Totals of a notebook.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Stats {
    /// Entries in range.
    pub total_entries: i64,
    /// Earliest entry date.
    pub date_range_start: Option<String>,
    /// Latest entry date.
    pub date_range_end: Option<String>,
    /// Words in range.
    pub total_words: i64,
    /// Words per entry.
    pub avg_words_per_entry: f64,
    /// Entries per distinct month that has any.
    pub entries_per_month: f64,
    /// Chunks stored.
    pub total_chunks: i64,
    /// Entries whose vectors are still to be made.
    pub pending_entries: i64,
    /// Entries and words of each month, oldest first.
    pub months: Vec<Month>,
    /// Days in a row that have an entry.
    pub streaks: Streaks,
}

/// One month of [`Stats`].
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Month {
    /// `YYYY-MM`.
    pub month: String,
    /// Entries.
    pub entries: i64,
    /// Words.
    pub words: i64,
}
