//! A chunk of an entry's text.

use std::ops::Range;

use crate::services::embedding::chunking::tokens;

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

/// Returns the trimmed text as one chunk if it has at most `max` tokens.
pub(super) fn single_chunk(text: &str, max: usize) -> Option<TextChunk> {
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
