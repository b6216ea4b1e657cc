//! The built-in embedder: all-MiniLM-L6-v2, its matrices in int8, inside the binary.
//!
//! Weights are int8, activations f32, so vectors agree with the published f32 model to a cosine above 0.999.
//! Every call runs on the caller's thread; whoever has many texts shares one model between threads.

mod kernels;
mod layers;
mod reading;
#[cfg(test)]
mod tests;
mod tokenizer;
mod vocabulary;
mod weights;
mod windows;

pub use crate::reading::Reading;
pub use crate::reading::normalise;
use crate::tokenizer::Piece;
use crate::weights::POSITIONS;
use crate::weights::Weights;

/// Opens every text.
const OPENING: u16 = 101;
/// Closes every text.
const CLOSING: u16 = 102;
/// Pieces of a text the model can read at once, between the two marks.
const ROOM: usize = POSITIONS - 2;
/// Tokens run through the model side by side; past this, widening the weights costs next to nothing.
const BATCH: usize = POSITIONS;

/// Stable id of the model, stored with every vector.
pub const ID: &str = "all-MiniLM-L6-v2-int8";
/// Components of a vector.
pub const DIMENSION: usize = 384;

/// The built-in model; reads 256 tokens at once, about 200 words.
pub struct MiniLm {
    weights: Weights,
}

impl MiniLm {
    /// Prepares the model, well under a millisecond: the matrices are used where they lie in the binary.
    #[must_use]
    pub fn load() -> Self {
        Self { weights: Weights::load() }
    }

    /// Runs texts, each within the limit, in batches, and returns the rows of all their tokens, marks included.
    fn rows(&self, texts: &[Vec<u16>]) -> Vec<f32> {
        let mut rows = Vec::new();
        let mut rest = texts;
        while !rest.is_empty() {
            let mut tokens = 0;
            let fitting = rest.iter().take_while(|text| {
                tokens += text.len();
                tokens <= BATCH
            });
            let (batch, later) = rest.split_at(fitting.count());
            rows.extend(layers::run(&self.weights, batch));
            rest = later;
        }
        rows
    }

    /// Embeds each text into one vector of [`DIMENSION`] components and unit length; what is past the limit does not count.
    #[must_use]
    pub fn embed(&self, texts: &[&str]) -> Vec<Vec<f32>> {
        let pieces = |text: &&str| {
            let mut pieces = tokenizer::pieces(&self.weights.vocabulary, text, ROOM);
            pieces.truncate(ROOM);
            marked(&pieces)
        };
        let texts: Vec<_> = texts.iter().map(pieces).collect();
        let rows = self.rows(&texts);
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

    /// Reads a text of any length once and keeps a vector per token.
    #[must_use]
    pub fn read(&self, text: &str) -> Reading {
        let pieces = tokenizer::pieces(&self.weights.vocabulary, text, usize::MAX);
        let windows = windows::windows(text, &pieces, ROOM);
        let texts: Vec<_> = windows.into_iter().map(|window| marked(&pieces[window])).collect();
        let mut rows = Vec::with_capacity(pieces.len() * DIMENSION);
        for text in &texts {
            let all = self.rows(std::slice::from_ref(text));
            rows.extend_from_slice(&all[DIMENSION..all.len() - DIMENSION]);
        }
        Reading { tokens: pieces.into_iter().map(|piece| piece.range).collect(), rows, dimension: DIMENSION }
    }
}

/// Puts the marks around the pieces of a text.
fn marked(pieces: &[Piece]) -> Vec<u16> {
    let ids = pieces.iter().map(|piece| piece.id);
    [OPENING].into_iter().chain(ids).chain([CLOSING]).collect()
}
