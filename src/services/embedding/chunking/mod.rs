//! Splits an entry's text into the chunks that are embedded and searched by meaning.

mod fixed;
mod pieces;
mod semantic;
mod settings;
mod text_chunk;
pub mod tokens;

pub use semantic::SentenceVectors;
pub use settings::{ChunkingSettings, ChunkingStrategy};
pub use text_chunk::TextChunk;

use crate::error::Result;

/// Splits a text into chunks; blank text has none.
///
/// Together the chunks cover everything but white space. Only a single sentence makes a chunk of more than
/// `max_tokens`. Time is linear in the length of the text, apart from sorting.
///
/// `sentence_vectors` is called only by the semantic strategy for three or more sentences, in order, in batches of
/// 1024.
///
/// # Errors
/// Errors of `sentence_vectors`; `Internal` when it returns the wrong number of vectors.
pub fn chunk(
    text: &str,
    settings: &ChunkingSettings,
    sentence_vectors: &mut SentenceVectors<'_>,
) -> Result<Vec<TextChunk>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    match settings.strategy {
        ChunkingStrategy::Fixed => Ok(fixed::chunk(text, settings)),
        ChunkingStrategy::Semantic => semantic::chunk(text, settings, sentence_vectors),
    }
}

#[cfg(test)]
mod tests;
