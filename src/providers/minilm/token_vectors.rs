//! Token vectors of a text and mean pooling.

use std::ops::Range;

/// Token vectors of one text.
pub struct TokenVectors {
    /// Byte range of each token in the text, ascending.
    pub tokens: Vec<Range<usize>>,
    /// Token vectors in row-major order, `tokens.len() * dimension` components, not normalised.
    pub rows: Vec<f32>,
    /// Number of components of a row.
    pub dimension: usize,
}

impl TokenVectors {
    /// Returns the unit-length mean of the tokens that start in a byte range; the zero vector without tokens.
    #[must_use]
    pub fn mean_pool(&self, bytes: Range<usize>) -> Vec<f32> {
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

/// Scales a vector to unit length in place; the zero vector is unchanged.
pub fn normalise(vector: &mut [f32]) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > f32::EPSILON {
        for x in vector.iter_mut() {
            *x /= length;
        }
    }
}
