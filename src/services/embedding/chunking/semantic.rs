//! Semantic chunking: boundaries between sentences of low cosine similarity.

use std::ops::Range;

use crate::domain::sentences;
use crate::error::{Error, ErrorKind, Result};
use crate::services::embedding::chunking::pieces::{MeasuredPieces, PieceSeparator, TextPosition};
use crate::services::embedding::chunking::settings::ChunkingSettings;
use crate::services::embedding::chunking::text_chunk::{TextChunk, single_chunk};

/// Callback that returns a vector for each of the sentences given by byte range.
pub type SentenceVectors<'a> = dyn FnMut(&[Range<usize>]) -> Result<Vec<Vec<f32>>> + 'a;

/// Sentences per embedding batch; bounds memory, and exceeds the sentences of a typical entry.
pub(super) const SENTENCE_BATCH_SIZE: usize = 1024;

/// Consecutive sentences about one topic.
struct TopicSegment {
    sentences: Range<usize>,
    /// Repeats the sentence before `own`, because the boundary before it is not decisive.
    has_lead_in: bool,
}

impl TopicSegment {
    fn with_lead_in(&self) -> Range<usize> {
        self.sentences.start - usize::from(self.has_lead_in)..self.sentences.end
    }
}

/// Splits a text between sentences; see [`super::chunk`].
pub(super) fn chunk(
    text: &str,
    settings: &ChunkingSettings,
    sentence_vectors: &mut SentenceVectors<'_>,
) -> Result<Vec<TextChunk>> {
    let ranges = sentences::split(text);
    if ranges.len() <= 2
        && let Some(whole) = single_chunk(text, settings.max_tokens)
    {
        return Ok(vec![whole]);
    }
    let sentences = MeasuredPieces::measure(text, &ranges, PieceSeparator::Space, TextPosition::default());
    let segments = if ranges.len() <= 2 {
        vec![TopicSegment { sentences: 0..ranges.len(), has_lead_in: false }]
    } else {
        let likeness = neighbour_similarities(&ranges, sentence_vectors)?;
        merge_short_segments(split_at_boundaries(&likeness, settings), &sentences, settings.min_tokens)
    };
    let runs = segments.into_iter().flat_map(|segment| split_to_limit(segment, &sentences, settings.max_tokens));
    Ok(runs.map(|run| sentences.chunk(&run)).collect())
}

/// Returns the cosine similarity of each sentence and the next.
fn neighbour_similarities(ranges: &[Range<usize>], sentence_vectors: &mut SentenceVectors<'_>) -> Result<Vec<f64>> {
    let mut likeness = Vec::with_capacity(ranges.len());
    let mut last: Option<Vec<f32>> = None;
    for batch in ranges.chunks(SENTENCE_BATCH_SIZE) {
        let vectors = sentence_vectors(batch)?;
        if vectors.len() != batch.len() {
            let message = format!("the embedder returned {} vectors for {} sentences", vectors.len(), batch.len());
            return Err(Error::new(ErrorKind::Internal, message));
        }
        likeness
            .extend(last.iter().chain(&vectors).zip(last.iter().chain(&vectors).skip(1)).map(|(a, b)| cosine(a, b)));
        last = vectors.into_iter().next_back();
    }
    Ok(likeness)
}

/// Returns the cosine similarity of two vectors, 0 if undefined.
fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(&x, &y)| f64::from(x) * f64::from(y)).sum::<f64>();
    let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
    if cosine.is_finite() { cosine } else { 0.0 }
}

/// Returns a percentile of sorted values, linearly interpolated between the nearest two.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
fn percentile(sorted: &[f64], percent: f64) -> f64 {
    let rank = percent.clamp(0.0, 100.0) / 100.0 * (sorted.len() - 1) as f64;
    let below = sorted[rank as usize];
    let above = sorted[rank.ceil() as usize];
    below + (above - below) * rank.fract()
}

/// Sets a boundary wherever neighbour similarity is at most the boundary percentile.
///
/// A boundary within the decisive percentile is clean; after any other, the next segment repeats the sentence before
/// it.
fn split_at_boundaries(likeness: &[f64], settings: &ChunkingSettings) -> Vec<TopicSegment> {
    let mut sorted = likeness.to_vec();
    sorted.sort_by(f64::total_cmp);
    let boundary = percentile(&sorted, settings.boundary_percentile);
    let decisive = percentile(&sorted, settings.decisive_percentile);

    let mut segments = Vec::new();
    let mut current = TopicSegment { sentences: 0..0, has_lead_in: false };
    for (sentence, &alike) in (1..).zip(likeness) {
        if alike <= boundary {
            let next = TopicSegment { sentences: sentence..sentence, has_lead_in: alike > decisive };
            current.sentences.end = sentence;
            segments.push(std::mem::replace(&mut current, next));
        }
    }
    current.sentences.end = likeness.len() + 1;
    segments.push(current);
    segments
}

/// Merges segments of fewer than `min` tokens into the previous one, and a short first one into the next.
///
/// Repeated lead-in sentences are dropped by a merge, so a merged segment repeats nothing inside itself.
fn merge_short_segments(segments: Vec<TopicSegment>, sentences: &MeasuredPieces<'_>, min: usize) -> Vec<TopicSegment> {
    let mut merged: Vec<TopicSegment> = Vec::with_capacity(segments.len());
    for segment in segments {
        let is_short = sentences.tokens(&segment.with_lead_in()) < min;
        match merged.as_mut_slice() {
            [.., previous] if is_short => previous.sentences.end = segment.sentences.end,
            [only] if sentences.tokens(&only.with_lead_in()) < min => only.sentences.end = segment.sentences.end,
            _ => merged.push(segment),
        }
    }
    merged
}

/// Splits a segment into runs of at most `max` tokens without overlap.
///
/// The lead-in is dropped if the first sentence does not fit with it, or it would become a chunk by itself.
fn split_to_limit(mut segment: TopicSegment, sentences: &MeasuredPieces<'_>, max: usize) -> Vec<Range<usize>> {
    if segment.has_lead_in && sentences.tokens(&(segment.sentences.start - 1..segment.sentences.start + 1)) > max {
        segment.has_lead_in = false;
    }
    sentences.pack(segment.with_lead_in(), max, 0)
}
