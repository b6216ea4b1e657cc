//! What a search returns.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::id::EntryId;

/// The order of a result list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
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

/// A part of an entry that matched by meaning.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MatchingChunk {
    /// The chunk's text.
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

/// One entry found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Hit {
    /// Number inside the notebook.
    pub entry_id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// From front matter.
    pub title: Option<String>,
    /// The final text.
    pub text: String,
    /// Fused score; only orders hits of the same query.
    pub score: f64,
    /// Words around the keyword match, matches between U+0002 and U+0003; `None` when only the meaning matched.
    pub snippet: Option<String>,
    /// Best chunks first.
    pub matching_chunks: Vec<MatchingChunk>,
}

/// A page of hits.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Found {
    /// The query, trimmed.
    pub query: String,
    /// As asked, clamped.
    pub limit: usize,
    /// As asked.
    pub offset: usize,
    /// As asked.
    pub sort: Sort,
    /// Name of the reranker; `NoopReranker`, as existing clients know it, when there is none.
    pub reranker: &'static str,
    /// Why nothing was looked for by meaning, where that is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words_only: Option<String>,
    /// The hits.
    pub items: Vec<Hit>,
}
