//! Chunks that end where the subject changes, judged by how similar neighbouring sentences are.

use std::ops::Range;

use super::Chunk;
use super::SentenceVectors;
use super::Settings;
use super::pieces::Joint;
use super::pieces::Pieces;
use super::pieces::Position;
use super::sentences;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;

/// Sentences whose vectors are asked for at once; bounds memory, and more than a day's entry has.
pub(super) const BATCH: usize = 1024;

/// A stretch of sentences about one thing.
struct Segment {
    own: Range<usize>,
    /// Starts with the sentence before its own, because the cut in front of it is not a clean one.
    leads_in: bool,
}

impl Segment {
    fn run(&self) -> Range<usize> {
        self.own.start - usize::from(self.leads_in)..self.own.end
    }
}

/// Cuts a text between sentences; see [`super::chunk`].
pub(super) fn chunk(text: &str, settings: &Settings, sentence_vectors: &mut SentenceVectors<'_>) -> Result<Vec<Chunk>> {
    let ranges = sentences::split(text);
    if ranges.len() <= 2
        && let Some(whole) = super::whole(text, settings.max_tokens)
    {
        return Ok(vec![whole]);
    }
    let sentences = Pieces::measure(text, &ranges, Joint::Space, Position::default());
    let segments = if ranges.len() <= 2 {
        vec![Segment { own: 0..ranges.len(), leads_in: false }]
    } else {
        let likeness = neighbours(&ranges, sentence_vectors)?;
        merged(segments(&likeness, settings), &sentences, settings.min_tokens)
    };
    let runs = segments.into_iter().flat_map(|segment| split(segment, &sentences, settings.max_tokens));
    Ok(runs.map(|run| sentences.chunk(&run)).collect())
}

/// Returns the cosine of each sentence and the next.
fn neighbours(ranges: &[Range<usize>], sentence_vectors: &mut SentenceVectors<'_>) -> Result<Vec<f64>> {
    let mut likeness = Vec::with_capacity(ranges.len());
    let mut last: Option<Vec<f32>> = None;
    for batch in ranges.chunks(BATCH) {
        let vectors = sentence_vectors(batch)?;
        if vectors.len() != batch.len() {
            let message = format!("the embedder answered {} vectors for {} sentences", vectors.len(), batch.len());
            return Err(Error::new(Kind::Internal, message));
        }
        likeness
            .extend(last.iter().chain(&vectors).zip(last.iter().chain(&vectors).skip(1)).map(|(a, b)| cosine(a, b)));
        last = vectors.into_iter().next_back();
    }
    Ok(likeness)
}

/// Returns the cosine of two vectors, 0 if it is not defined.
fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(&x, &y)| f64::from(x) * f64::from(y)).sum::<f64>();
    let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
    if cosine.is_finite() { cosine } else { 0.0 }
}

/// Returns the value below which `percent` of the sorted values lie, linearly interpolated between the nearest two.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
fn percentile(sorted: &[f64], percent: f64) -> f64 {
    let rank = percent.clamp(0.0, 100.0) / 100.0 * (sorted.len() - 1) as f64;
    let below = sorted[rank as usize];
    let above = sorted[rank.ceil() as usize];
    below + (above - below) * rank.fract()
}

/// Cuts where neighbours are no more alike than the boundary percentile.
///
/// A cut that is also within the decisive percentile is clean; after any other the next segment leads in with the
/// sentence before the cut.
fn segments(likeness: &[f64], settings: &Settings) -> Vec<Segment> {
    let mut sorted = likeness.to_vec();
    sorted.sort_by(f64::total_cmp);
    let boundary = percentile(&sorted, settings.boundary_percentile);
    let decisive = percentile(&sorted, settings.decisive_percentile);

    let mut segments = Vec::new();
    let mut current = Segment { own: 0..0, leads_in: false };
    for (sentence, &alike) in (1..).zip(likeness) {
        if alike <= boundary {
            let next = Segment { own: sentence..sentence, leads_in: alike > decisive };
            current.own.end = sentence;
            segments.push(std::mem::replace(&mut current, next));
        }
    }
    current.own.end = likeness.len() + 1;
    segments.push(current);
    segments
}

/// Merges segments of fewer than `min` tokens into the one before them, and the first into the one behind it.
///
/// A segment is its own sentences, whose lead-in the segment before it already has; a union repeats nothing.
fn merged(segments: Vec<Segment>, sentences: &Pieces<'_>, min: usize) -> Vec<Segment> {
    let mut merged: Vec<Segment> = Vec::with_capacity(segments.len());
    for segment in segments {
        let is_short = sentences.tokens(&segment.run()) < min;
        match merged.as_mut_slice() {
            [.., previous] if is_short => previous.own.end = segment.own.end,
            [only] if sentences.tokens(&only.run()) < min => only.own.end = segment.own.end,
            _ => merged.push(segment),
        }
    }
    merged
}

/// Splits a segment into runs of at most `max` tokens that repeat nothing.
///
/// A lead-in that leaves no room for the segment's first sentence is dropped, or it would be a chunk of its own.
fn split(mut segment: Segment, sentences: &Pieces<'_>, max: usize) -> Vec<Range<usize>> {
    if segment.leads_in && sentences.tokens(&(segment.own.start - 1..segment.own.start + 1)) > max {
        segment.leads_in = false;
    }
    sentences.pack(segment.run(), max, 0)
}
