//! Search results.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::id::EntryId;

/// Order of search results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum SearchSort {
    /// Best match first.
    #[default]
    Relevance,
    /// Newest entry date first.
    #[value(name = "date_desc")]
    DateDesc,
    /// Oldest entry date first.
    #[value(name = "date_asc")]
    DateAsc,
}

/// Chunk that matched the query in the vector search.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MatchingChunk {
    /// Text of the chunk.
    pub text: String,
    /// Cosine similarity with the query, -1 to 1.
    pub score: f64,
    /// Position among the entry's chunks, from 0.
    pub chunk_index: i64,
    /// Code points into the final text.
    pub char_start: i64,
    /// Code points into the final text.
    pub char_end: i64,
}

/// Entry found by a search.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SearchHit {
    /// Id inside the notebook.
    pub entry_id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// Title from front matter.
    pub title: Option<String>,
    /// The final text.
    pub text: String,
    /// Fused score; comparable only among results of the same query.
    pub score: f64,
    /// True if the entry matches the query itself: its words, phrases, tags or day; false if only its meaning is near.
    pub exact: bool,
    /// Text around the keyword match, matches between U+0002 and U+0003; `None` if only the vector search matched.
    pub snippet: Option<String>,
    /// Matching chunks, best first.
    pub matching_chunks: Vec<MatchingChunk>,
}

/// Page of search results.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SearchPage {
    /// The query, trimmed.
    pub query: String,
    /// Requested page size, clamped.
    pub limit: usize,
    /// Requested offset.
    pub offset: usize,
    /// Requested order.
    pub sort: SearchSort,
    /// Name of the reranker; `NoopReranker`, a name that existing clients know, if there is none.
    pub reranker: &'static str,
    /// Reason why the vector search was skipped; omitted if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words_only: Option<String>,
    /// Date operators of the query whose value is no date; they were searched as words. Omitted if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread_dates: Vec<String>,
    /// Results of this page.
    pub items: Vec<SearchHit>,
}
