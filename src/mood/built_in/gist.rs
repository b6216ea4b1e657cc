//! What the embedder makes of an entry: its sentences one by one, and passages of some of them.

use std::ops::Range;

use crate::embedding::chunking::sentences;
use crate::error::Result;
use crate::providers::embedder::Embedder;
use crate::providers::embedder::normalise;

/// Sentences that are read together.
const PASSAGE: usize = 8;
/// Passages that are read of a long text, evenly spread: about a second of work.
const MOST: usize = 24;

/// An entry as numbers.
pub struct Gist {
    /// Of the whole: as much of the sentences by themselves as of what they say together. Unit length.
    pub pooled: Vec<f32>,
    /// Those that were read, in their order.
    pub sentences: Vec<Sentence>,
}

/// A sentence by itself.
pub struct Sentence {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// Unit length.
    pub vector: Vec<f32>,
}

/// Reads a text; `None` for one that has no letter and no digit.
///
/// # Errors
/// As [`Embedder::embed`].
pub fn gist(embedder: &dyn Embedder, text: &str) -> Result<Option<Gist>> {
    let ranges: Vec<_> = sentences::split(text)
        .into_iter()
        .filter(|range| text[range.clone()].contains(char::is_alphanumeric))
        .collect();
    let passages: Vec<_> = ranges.chunks(PASSAGE).collect();
    let read = passages.len().min(MOST);
    let chosen: Vec<_> = (0..read).map(|at| passages[at * passages.len() / read]).collect();
    let Some(_) = chosen.first() else { return Ok(None) };
    let together: Vec<&str> =
        chosen.iter().map(|passage| &text[passage[0].start..passage[passage.len() - 1].end]).collect();
    let ranges: Vec<_> = chosen.into_iter().flatten().cloned().collect();
    let alone: Vec<&str> = ranges.iter().map(|range| &text[range.clone()]).collect();
    let (together, alone) = (embedder.embed(&together)?, embedder.embed(&alone)?);
    let mut pooled = mean(&alone);
    for (component, other) in pooled.iter_mut().zip(mean(&together)) {
        *component += other;
    }
    normalise(&mut pooled);
    let sentences = ranges.into_iter().zip(alone).map(|(range, vector)| Sentence { range, vector }).collect();
    Ok(Some(Gist { pooled, sentences }))
}

/// Returns the direction between vectors.
fn mean(vectors: &[Vec<f32>]) -> Vec<f32> {
    let mut sum = vec![0.0; vectors[0].len()];
    for vector in vectors {
        for (component, other) in sum.iter_mut().zip(vector) {
            *component += other;
        }
    }
    normalise(&mut sum);
    sum
}
