//! Cuts an entry's text into the chunks that are embedded and found by meaning.

mod fixed;
mod pieces;
mod semantic;
pub use crate::model::sentences;
pub mod tokens;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;

use crate::error::Error;
use crate::error::Result;

/// A part of an entry as it is stored and embedded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The pieces, sentences joined by a space and paragraphs by a blank line.
    pub text: String,
    /// First code point in the source.
    pub char_start: usize,
    /// Code point behind the last in the source.
    pub char_end: usize,
    /// The same span in bytes. The spans of two chunks overlap where the second repeats a piece.
    pub byte_range: Range<usize>,
    /// Tokens of `text` in `cl100k_base`.
    pub token_count: usize,
}

/// How chunks are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strategy {
    /// By size alone, without any embedder.
    Fixed,
    /// Where the subject changes.
    #[default]
    Semantic,
}

impl Strategy {
    /// Returns the name used in settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Semantic => "semantic",
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Strategy {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        [Self::Fixed, Self::Semantic]
            .into_iter()
            .find(|strategy| strategy.as_str() == name)
            .ok_or_else(|| Error::invalid("no such chunking strategy").hint("choose `fixed` or `semantic`"))
    }
}

/// The sizes and thresholds of the chunkers.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Which chunker cuts.
    pub strategy: Strategy,
    /// Tokens a chunk has at most, unless it is a single sentence.
    pub max_tokens: usize,
    /// Tokens of the last pieces of a chunk that the next one repeats; fixed chunks only.
    pub overlap_tokens: usize,
    /// Tokens below which a segment is merged with its neighbour; semantic chunks only.
    pub min_tokens: usize,
    /// Percentile of the likeness of neighbouring sentences up to which a cut is made; semantic chunks only.
    pub boundary_percentile: f64,
    /// Percentile up to which a cut is clean; the segment after any other cut repeats the sentence before it.
    pub decisive_percentile: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            strategy: Strategy::default(),
            max_tokens: 150,
            overlap_tokens: 40,
            min_tokens: 30,
            boundary_percentile: 25.0,
            decisive_percentile: 10.0,
        }
    }
}

impl Settings {
    /// Checks that the settings make sense together; [`chunk`] itself takes any.
    ///
    /// # Errors
    /// `Invalid`, naming the first setting that does not fit.
    pub fn validate(&self) -> Result<()> {
        let &Self { max_tokens: max, overlap_tokens: overlap, min_tokens: min, .. } = self;
        let (boundary, decisive) = (self.boundary_percentile, self.decisive_percentile);
        if max == 0 {
            return Err(Error::invalid("CHUNKING_MAX_TOKENS is 0").hint("set it to 1 or more; 150 suits diary entries"));
        }
        if min > max {
            let message = format!("CHUNKING_MIN_TOKENS ({min}) is larger than CHUNKING_MAX_TOKENS ({max})");
            return Err(Error::invalid(message).hint("lower the one or raise the other"));
        }
        if overlap >= max {
            let message = format!("CHUNKING_OVERLAP_TOKENS ({overlap}) leaves no room in CHUNKING_MAX_TOKENS ({max})");
            return Err(Error::invalid(message).hint("set the overlap below the maximum"));
        }
        if !(0.0 <= decisive && decisive <= boundary && boundary <= 100.0) {
            let message = format!(
                "CHUNKING_DECISIVE_PERCENTILE ({decisive}) and CHUNKING_BOUNDARY_PERCENTILE ({boundary}) do not fit together"
            );
            return Err(Error::invalid(message)
                .hint("the decisive one lies between 0 and the boundary one, which is at most 100"));
        }
        Ok(())
    }
}

/// Gives a vector for each of some sentences, named by their bytes in the text.
pub type SentenceVectors<'a> = dyn FnMut(&[Range<usize>]) -> Result<Vec<Vec<f32>>> + 'a;

/// Cuts a text into chunks; blank text has none.
///
/// Together the chunks hold everything but white space. Only a single sentence makes a chunk of more than
/// `max_tokens`. Time is linear in the length of the text, apart from sorting.
///
/// `sentence_vectors` is called only for semantic chunks of three or more sentences, once for every 1024 of them, in
/// order. Whoever reads the whole text once and pools it per sentence keeps that reading between the calls.
///
/// # Errors
/// Those of `sentence_vectors`; `Internal` when it gives another number of vectors than asked for.
pub fn chunk(text: &str, settings: &Settings, sentence_vectors: &mut SentenceVectors<'_>) -> Result<Vec<Chunk>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    match settings.strategy {
        Strategy::Fixed => Ok(fixed::chunk(text, settings)),
        Strategy::Semantic => semantic::chunk(text, settings, sentence_vectors),
    }
}

/// Returns the trimmed text as one chunk if it has no more than `max` tokens.
fn whole(text: &str, max: usize) -> Option<Chunk> {
    let written = text.trim();
    let token_count = tokens::count_within(written, max)?;
    let byte_start = text.len() - text.trim_start().len();
    let char_start = text[..byte_start].chars().count();
    Some(Chunk {
        text: written.to_owned(),
        char_start,
        char_end: char_start + written.chars().count(),
        byte_range: byte_start..byte_start + written.len(),
        token_count,
    })
}

#[cfg(test)]
mod tests;
