//! The trait every embedder implements, built in or remote.

use std::ops::Range;

use crate::error::Result;

/// Turns text into vectors of unit length whose dot product is the cosine similarity.
pub trait Embedder: Send + Sync {
    /// Returns the model's stable id, stored with every vector so that models are never mixed.
    fn id(&self) -> &str;

    /// Tells whether texts leave the machine to be embedded: then nobody is made to wait for it.
    fn is_remote(&self) -> bool {
        false
    }

    /// Returns the number of components of every vector.
    fn dimension(&self) -> usize;

    /// Embeds each text into one vector of [`Self::dimension`] components and unit length.
    ///
    /// Text past the model's limit does not count. Empty text gives a valid vector.
    ///
    /// # Errors
    /// `Upstream` when a remote model does not answer.
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>>;

    /// Reads a text of any length once and keeps a vector per token, so that any part of
    /// it can be pooled afterwards without paying for the text again.
    ///
    /// Returns `None` from a model that only answers whole texts; the caller then embeds the parts.
    ///
    /// # Errors
    /// As [`Self::embed`].
    fn read(&self, _text: &str) -> Result<Option<Reading>> {
        Ok(None)
    }
}

/// The token vectors of one text.
pub struct Reading {
    /// Byte range of each token in the text, ascending.
    pub tokens: Vec<Range<usize>>,
    /// Token vectors, row after row, `tokens.len() * dimension` components, not normalised.
    pub rows: Vec<f32>,
    /// Components of a row.
    pub dimension: usize,
}

impl Reading {
    /// Returns the unit-length mean of the tokens that start inside a byte range.
    ///
    /// A range without tokens gives the zero vector.
    #[must_use]
    pub fn pool(&self, bytes: Range<usize>) -> Vec<f32> {
        let first = self.tokens.partition_point(|token| token.start < bytes.start);
        let last = self.tokens.partition_point(|token| token.start < bytes.end);
        let mut sum = vec![0.0f32; self.dimension];
        for row in self.rows.chunks_exact(self.dimension).take(last).skip(first) {
            for (total, component) in sum.iter_mut().zip(row) {
                *total += component;
            }
        }
        normalise(&mut sum);
        sum
    }
}

/// Scales a vector to unit length in place; the zero vector stays as it is.
pub fn normalise(vector: &mut [f32]) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > f32::EPSILON {
        for x in vector.iter_mut() {
            *x /= length;
        }
    }
}
