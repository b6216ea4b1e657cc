//! Splits entries into chunks and embeds them.

pub mod chunking;

use std::ops::Range;

use crate::config;
use crate::error::Result;
use crate::providers::embedder::{TextEmbedder, TokenVectors};
use crate::services::embedding::chunking::ChunkingSettings;
use crate::storage::notebook::chunks::NewChunk;
use crate::storage::notebook::{NotebookDb, state};
use crate::storage::vector_index;

/// Converts the configuration into chunking settings.
///
/// # Errors
/// `Invalid` for an unknown strategy or inconsistent parameters.
pub fn chunking_settings(chunking: &config::ChunkingConfig) -> Result<ChunkingSettings> {
    let settings = ChunkingSettings {
        strategy: chunking.strategy.parse()?,
        max_tokens: chunking.max_tokens,
        overlap_tokens: chunking.overlap_tokens,
        min_tokens: chunking.min_tokens,
        boundary_percentile: chunking.boundary_percentile,
        decisive_percentile: chunking.decisive_percentile,
    };
    settings.validate()?;
    Ok(settings)
}

/// Longest text in bytes whose token vectors are all kept in memory, about 25 MiB.
const MAX_WHOLE_READ_BYTES: usize = 64 * 1024;
/// Chunks per embedding batch of longer texts.
const EMBED_BATCH_SIZE: usize = 64;

/// Splits a text into chunks and embeds each.
///
/// A text of usual length is run through the model once, paragraph by paragraph, for boundaries and chunk vectors
/// alike: tokens of a paragraph attend to each other, and neighbours on other topics do not blur them. Very long texts,
/// and models without token vectors, are embedded chunk by chunk.
pub(crate) fn chunk_and_embed(
    embedder: &dyn TextEmbedder,
    settings: &ChunkingSettings,
    text: &str,
) -> Result<Vec<NewChunk>> {
    let reading = if text.len() <= MAX_WHOLE_READ_BYTES { read_token_vectors(embedder, text)? } else { None };
    let mut vectors_of = |ranges: &[Range<usize>]| match &reading {
        Some(reading) => Ok(ranges.iter().map(|range| reading.mean_pool(range.clone())).collect()),
        None => embedder.embed(&ranges.iter().map(|range| &text[range.clone()]).collect::<Vec<_>>()),
    };
    let chunks = chunking::chunk(text, settings, &mut vectors_of)?;
    let mut made = Vec::with_capacity(chunks.len());
    for some in chunks.chunks(EMBED_BATCH_SIZE) {
        let ranges: Vec<Range<usize>> = some.iter().map(|chunk| chunk.byte_range.clone()).collect();
        let vectors: Vec<Vec<f32>> = vectors_of(&ranges)?;
        made.extend(some.iter().zip(vectors).map(|(chunk, vector)| NewChunk {
            text: chunk.text.clone(),
            char_start: chunk.char_start,
            char_end: chunk.char_end,
            token_count: chunk.token_count,
            vector: vector_index::quantise(&vector),
        }));
    }
    Ok(made)
}

/// Computes the token vectors of a text paragraph by paragraph; `None` if the model has none.
fn read_token_vectors(embedder: &dyn TextEmbedder, text: &str) -> Result<Option<TokenVectors>> {
    let mut whole = TokenVectors { tokens: Vec::new(), rows: Vec::new(), dimension: embedder.dimension() };
    for paragraph in crate::domain::sentences::paragraphs(text) {
        let Some(part) = embedder.embed_tokens(&text[paragraph.clone()])? else { return Ok(None) };
        let shifted = part.tokens.into_iter().map(|token| token.start + paragraph.start..token.end + paragraph.start);
        whole.tokens.extend(shifted);
        whole.rows.extend(part.rows);
    }
    Ok(Some(whole))
}

/// Records the embedding model of a new notebook, and rejects a model that differs from the recorded one.
///
/// # Errors
/// `Conflict` with the command that re-embeds the notebook.
pub(crate) fn ensure_same_model(db: &NotebookDb<'_>, embedder: &dyn TextEmbedder) -> Result<()> {
    match state::embedder(db)? {
        None => state::set_embedder(db, embedder.id(), embedder.dimension()),
        Some(known) => state::check_embedder(&known, embedder.id(), embedder.dimension()),
    }
}
