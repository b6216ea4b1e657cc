//! Built-in embedding model: all-MiniLM-L6-v2 with int8 matrices, embedded in the binary.
//!
//! Weights are int8 and activations f32; the cosine to vectors of the published f32 model is above 0.999.
//! Every call runs on the calling thread; the model can be shared between threads.

mod kernels;
mod layers;
#[cfg(test)]
mod tests;
mod token_vectors;
mod tokenizer;
mod vocabulary;
mod weights;
mod windows;

pub use crate::token_vectors::{TokenVectors, normalise};

use crate::tokenizer::WordPiece;
use crate::weights::{MAX_POSITIONS, ModelWeights};

/// Id of `[CLS]`, the first token of every text.
const CLS_TOKEN: u16 = 101;
/// Id of `[SEP]`, the last token of every text.
const SEP_TOKEN: u16 = 102;
/// Maximum word pieces per pass, without the two special tokens.
const MAX_PIECES: usize = MAX_POSITIONS - 2;
/// Maximum tokens per batch; a larger batch saves little, as widening the weights costs next to nothing by then.
const MAX_BATCH_TOKENS: usize = MAX_POSITIONS;

/// Stable id of the model, stored with every vector.
pub const ID: &str = "all-MiniLM-L6-v2-int8";
/// Number of components of a vector.
pub const DIMENSION: usize = 384;

/// Built-in embedding model with a context of 256 tokens, about 200 words.
pub struct MiniLm {
    weights: ModelWeights,
}

impl MiniLm {
    /// Loads the model in well under a millisecond; the matrices are used in place in the binary.
    #[must_use]
    pub fn load() -> Self {
        Self { weights: ModelWeights::load() }
    }

    /// Runs texts, each within the limit, in batches and returns the rows of all tokens, including special tokens.
    fn run_batches(&self, texts: &[Vec<u16>]) -> Vec<f32> {
        let mut rows = Vec::new();
        let mut rest = texts;
        while !rest.is_empty() {
            let mut tokens = 0;
            let fitting = rest.iter().take_while(|text| {
                tokens += text.len();
                tokens <= MAX_BATCH_TOKENS
            });
            let (batch, later) = rest.split_at(fitting.count());
            rows.extend(layers::forward(&self.weights, batch));
            rest = later;
        }
        rows
    }

    /// Embeds each text into a unit-length vector of [`DIMENSION`] components; text past the limit is ignored.
    #[must_use]
    pub fn embed(&self, texts: &[&str]) -> Vec<Vec<f32>> {
        let pieces = |text: &&str| {
            let mut pieces = tokenizer::tokenize(&self.weights.vocabulary, text, MAX_PIECES);
            pieces.truncate(MAX_PIECES);
            with_special_tokens(&pieces)
        };
        let texts: Vec<_> = texts.iter().map(pieces).collect();
        let rows = self.run_batches(&texts);
        let mut rows = rows.chunks_exact(DIMENSION);
        let mean = |text: &Vec<u16>| {
            let mut sum = vec![0.0; DIMENSION];
            for row in rows.by_ref().take(text.len()) {
                for (total, component) in sum.iter_mut().zip(row) {
                    *total += component;
                }
            }
            normalise(&mut sum);
            sum
        };
        texts.iter().map(mean).collect()
    }

    /// Embeds a text of any length, in windows, into one vector per token.
    #[must_use]
    pub fn embed_tokens(&self, text: &str) -> TokenVectors {
        let pieces = tokenizer::tokenize(&self.weights.vocabulary, text, usize::MAX);
        let windows = windows::split_windows(text, &pieces, MAX_PIECES);
        let texts: Vec<_> = windows.into_iter().map(|window| with_special_tokens(&pieces[window])).collect();
        let mut rows = Vec::with_capacity(pieces.len() * DIMENSION);
        for text in &texts {
            let all = self.run_batches(std::slice::from_ref(text));
            rows.extend_from_slice(&all[DIMENSION..all.len() - DIMENSION]);
        }
        TokenVectors { tokens: pieces.into_iter().map(|piece| piece.range).collect(), rows, dimension: DIMENSION }
    }
}

/// Adds the special tokens around the pieces of a text.
fn with_special_tokens(pieces: &[WordPiece]) -> Vec<u16> {
    let ids = pieces.iter().map(|piece| piece.id);
    [CLS_TOKEN].into_iter().chain(ids).chain([SEP_TOKEN]).collect()
}
