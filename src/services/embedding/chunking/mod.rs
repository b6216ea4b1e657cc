//! Splits an entry's text into the chunks that are embedded and searched by meaning.

mod fixed;
mod pieces;
mod semantic;
pub use crate::domain::sentences;
pub mod tokens;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A chunk of an entry's text, as stored and embedded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextChunk {
    /// Its pieces: sentences joined by a space, paragraphs by a blank line.
    pub text: String,
    /// First code point in the source.
    pub char_start: usize,
    /// One past its last code point in the source.
    pub char_end: usize,
    /// The same range in bytes. Ranges of two chunks overlap if the second repeats a piece.
    pub byte_range: Range<usize>,
    /// Number of `cl100k_base` tokens of `text`.
    pub token_count: usize,
}

/// Chunking strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChunkingStrategy {
    /// By size only, without an embedder.
    Fixed,
    /// At topic changes.
    #[default]
    Semantic,
}

impl ChunkingStrategy {
    /// Returns the name used in settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Semantic => "semantic",
        }
    }
}

impl fmt::Display for ChunkingStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ChunkingStrategy {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        [Self::Fixed, Self::Semantic]
            .into_iter()
            .find(|strategy| strategy.as_str() == name)
            .ok_or_else(|| Error::invalid("no such chunking strategy").hint("choose `fixed` or `semantic`"))
    }
}

/// Sizes and thresholds of chunking.
#[derive(Debug, Clone, PartialEq)]
pub struct ChunkingSettings {
    /// Chunking strategy.
    pub strategy: ChunkingStrategy,
    /// Maximum tokens of a chunk; only a single sentence may exceed it.
    pub max_tokens: usize,
    /// Tokens of the last pieces of a chunk repeated in the next one; fixed strategy only.
    pub overlap_tokens: usize,
    /// Minimum tokens of a segment; a shorter one is merged with its neighbour; semantic strategy only.
    pub min_tokens: usize,
    /// Percentile of neighbour similarity up to which a boundary is set; semantic strategy only.
    pub boundary_percentile: f64,
    /// Percentile up to which a boundary is decisive; after any other, the next segment repeats the sentence before it.
    pub decisive_percentile: f64,
}

impl Default for ChunkingSettings {
    fn default() -> Self {
        Self {
            strategy: ChunkingStrategy::default(),
            max_tokens: 150,
            overlap_tokens: 40,
            min_tokens: 30,
            boundary_percentile: 25.0,
            decisive_percentile: 10.0,
        }
    }
}

impl ChunkingSettings {
    /// Validates that the settings are consistent; [`chunk`] itself accepts any.
    ///
    /// # Errors
    /// `Invalid`, naming the first inconsistent setting.
    pub fn validate(&self) -> Result<()> {
        let &Self { max_tokens: max, overlap_tokens: overlap, min_tokens: min, .. } = self;
        let (boundary, decisive) = (self.boundary_percentile, self.decisive_percentile);
        if max == 0 {
            return Err(Error::invalid("CHUNKING_MAX_TOKENS is 0").hint("set it to 1 or more; 150 is the default"));
        }
        if min > max {
            let message = format!("CHUNKING_MIN_TOKENS ({min}) is larger than CHUNKING_MAX_TOKENS ({max})");
            return Err(Error::invalid(message).hint("lower the minimum or raise the maximum"));
        }
        if overlap >= max {
            let message = format!("CHUNKING_OVERLAP_TOKENS ({overlap}) must be below CHUNKING_MAX_TOKENS ({max})");
            return Err(Error::invalid(message).hint("set the overlap below the maximum"));
        }
        if !(0.0 <= decisive && decisive <= boundary && boundary <= 100.0) {
            let message = format!(
                "CHUNKING_DECISIVE_PERCENTILE ({decisive}) and CHUNKING_BOUNDARY_PERCENTILE ({boundary}) conflict"
            );
            return Err(Error::invalid(message).hint("use 0 <= decisive percentile <= boundary percentile <= 100"));
        }
        Ok(())
    }
}

/// Callback that returns a vector for each of the sentences given by byte range.
pub type SentenceVectors<'a> = dyn FnMut(&[Range<usize>]) -> Result<Vec<Vec<f32>>> + 'a;

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

/// Returns the trimmed text as one chunk if it has at most `max` tokens.
fn single_chunk(text: &str, max: usize) -> Option<TextChunk> {
    let written = text.trim();
    let token_count = tokens::count_within(written, max)?;
    let byte_start = text.len() - text.trim_start().len();
    let char_start = text[..byte_start].chars().count();
    Some(TextChunk {
        text: written.to_owned(),
        char_start,
        char_end: char_start + written.chars().count(),
        byte_range: byte_start..byte_start + written.len(),
        token_count,
    })
}

#[cfg(test)]
mod tests;
