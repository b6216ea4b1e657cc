//! Cuts entries into chunks and makes their vectors.

pub mod chunking;

use std::ops::Range;

use crate::config;
use crate::embedding::chunking::Settings;
use crate::error::Result;
use crate::providers::embedder::Embedder;
use crate::providers::embedder::Reading;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::chunks::NewChunk;
use crate::storage::notebook::state;
use crate::storage::vector_index;

/// Returns the chunker's settings as configured.
///
/// # Errors
/// `Invalid` for an unknown strategy or parameters that contradict each other.
pub fn settings(chunking: &config::Chunking) -> Result<Settings> {
    let settings = Settings {
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

/// Longest text in bytes whose token vectors are kept while it is worked on: about 25 MiB of them.
const READ_WHOLE: usize = 64 * 1024;
/// Chunks embedded at once in longer texts.
const AT_ONCE: usize = 64;

/// Cuts a text and makes a vector per chunk.
///
/// A text of usual length is read once, paragraph by paragraph, for the cuts and for the vectors:
/// the tokens of a paragraph see each other, and neighbours on other subjects do not blur them.
/// A novel, or a model that cannot be read token by token, is embedded part by part.
pub(crate) fn make(embedder: &dyn Embedder, settings: &Settings, text: &str) -> Result<Vec<NewChunk>> {
    let reading = if text.len() <= READ_WHOLE { read(embedder, text)? } else { None };
    let mut vectors_of = |ranges: &[Range<usize>]| match &reading {
        Some(reading) => Ok(ranges.iter().map(|range| reading.pool(range.clone())).collect()),
        None => embedder.embed(&ranges.iter().map(|range| &text[range.clone()]).collect::<Vec<_>>()),
    };
    let chunks = chunking::chunk(text, settings, &mut vectors_of)?;
    let mut made = Vec::with_capacity(chunks.len());
    for some in chunks.chunks(AT_ONCE) {
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

/// Reads a text paragraph by paragraph into one reading; `None` from a model that cannot be read.
fn read(embedder: &dyn Embedder, text: &str) -> Result<Option<Reading>> {
    let mut whole = Reading { tokens: Vec::new(), rows: Vec::new(), dimension: embedder.dimension() };
    for paragraph in chunking::sentences::paragraphs(text) {
        let Some(part) = embedder.read(&text[paragraph.clone()])? else { return Ok(None) };
        let shifted = part.tokens.into_iter().map(|token| token.start + paragraph.start..token.end + paragraph.start);
        whole.tokens.extend(shifted);
        whole.rows.extend(part.rows);
    }
    Ok(Some(whole))
}

/// Notes whose vectors a new notebook gets, and refuses to put another model's beside them.
///
/// # Errors
/// `Conflict` with the command that makes them all anew.
pub(crate) fn expect_same_model(db: &NotebookDb<'_>, embedder: &dyn Embedder) -> Result<()> {
    match state::embedder(db)? {
        None => state::set_embedder(db, embedder.id(), embedder.dimension()),
        Some(known) => state::expect_embedder(&known, embedder.id(), embedder.dimension()),
    }
}
