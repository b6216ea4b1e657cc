//! Embedding features of an entry: its sentences one by one, and passages of several sentences.

use std::ops::Range;

use crate::domain::sentences;
use crate::error::Result;
use crate::providers::embedder::{TextEmbedder, normalise};

/// Sentences per passage.
const PASSAGE: usize = 8;
/// Maximum number of passages of a long text, evenly spread: about one second of work.
const MAX_PASSAGES: usize = 24;

/// Embedding features of an entry.
pub struct EntryFeatures {
    /// Unit vector of the entry: sentences alone and passages, with equal weight.
    pub pooled: Vec<f32>,
    /// The sentences that were embedded, in text order.
    pub sentences: Vec<SentenceFeatures>,
}

/// Embedding of a single sentence.
pub struct SentenceFeatures {
    /// Byte range in the text.
    pub range: Range<usize>,
    /// Unit vector.
    pub vector: Vec<f32>,
}

/// Embeds a text; `None` if it has no letter and no digit.
///
/// # Errors
/// As [`TextEmbedder::embed`].
pub fn extract_features(embedder: &dyn TextEmbedder, text: &str) -> Result<Option<EntryFeatures>> {
    let ranges: Vec<_> = sentences::split(text)
        .into_iter()
        .filter(|range| text[range.clone()].contains(char::is_alphanumeric))
        .collect();
    let passages: Vec<_> = ranges.chunks(PASSAGE).collect();
    let read = passages.len().min(MAX_PASSAGES);
    let chosen: Vec<_> = (0..read).map(|at| passages[at * passages.len() / read]).collect();
    if chosen.is_empty() {
        return Ok(None);
    }
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
    let sentences = ranges.into_iter().zip(alone).map(|(range, vector)| SentenceFeatures { range, vector }).collect();
    Ok(Some(EntryFeatures { pooled, sentences }))
}

/// Returns the mean direction of vectors.
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
