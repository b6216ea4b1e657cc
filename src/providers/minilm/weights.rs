//! The layout of the asset, and the model's tensors as views into it.
//!
//! All numbers are little-endian. A header of 64 bytes: the magic, the words in the
//! vocabulary, its continuations, the bytes of their text, and the bytes of the longest piece (each `u32`,
//! the rest zero). Then, without gaps:
//!
//! 1. For each layer the int8 codes of four matrices (query, key and value as one; attention output; up; down),
//!    in panels of 32 outputs, input after input: the order in which the product reads them.
//! 2. The int8 rows of the word table, then of the position table.
//! 3. For each layer, as f32: scales and biases of the four matrices in turn, then gain and shift of the two norms.
//! 4. As f32: the scales of the positions, the first token-type row, gain and shift of the embedding norm,
//!    the scales of the words.
//! 5. The vocabulary, see [`Vocabulary`].

use crate::DIMENSION;
use crate::kernels::PANEL;
use crate::kernels::Row;
use crate::vocabulary::Vocabulary;

/// Encoder layers.
pub(crate) const LAYERS: usize = 6;
/// Attention heads of a layer.
pub(crate) const HEADS: usize = 12;
/// Components of a head.
pub(crate) const HEAD: usize = DIMENSION / HEADS;
/// Components between the two halves of the feed-forward step.
const INNER: usize = 1536;
/// Pieces in the vocabulary.
const WORDS: usize = 30_522;
/// Tokens of a text, the two marks included; what the model was trained on.
pub(crate) const POSITIONS: usize = 256;

static ASSET: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/minilm/all-MiniLM-L6-v2.int8.bin"));
const MAGIC: &[u8; 8] = b"minilm8\x01";
const HEADER: usize = 64;

/// A matrix with a bias: int8 codes, and the scale of each output.
pub(crate) struct Linear {
    codes: &'static [u8],
    scales: Vec<Row>,
    biases: Vec<Row>,
    /// Inputs.
    pub(crate) depth: usize,
}

impl Linear {
    /// Returns the number of outputs.
    pub(crate) fn width(&self) -> usize {
        self.scales.len() * PANEL
    }

    /// Yields codes, scales and biases of each panel of outputs.
    pub(crate) fn panels(&self) -> impl Iterator<Item = (&'static [u8], &Row, &Row)> {
        let codes = self.codes.chunks_exact(self.depth * PANEL);
        codes.zip(&self.scales).zip(&self.biases).map(|((codes, scales), biases)| (codes, scales, biases))
    }
}

/// Gain and shift of a layer norm.
pub(crate) struct Norm {
    pub(crate) gain: Vec<f32>,
    pub(crate) shift: Vec<f32>,
}

/// One encoder layer.
pub(crate) struct Layer {
    /// Query, key and value side by side.
    pub(crate) attention: Linear,
    pub(crate) attended: Linear,
    pub(crate) attention_norm: Norm,
    pub(crate) up: Linear,
    pub(crate) down: Linear,
    pub(crate) output_norm: Norm,
}

/// The model.
pub(crate) struct Weights {
    pub(crate) layers: [Layer; LAYERS],
    pub(crate) norm: Norm,
    pub(crate) vocabulary: Vocabulary,
    words: Table,
    positions: Table,
    kind: Vec<f32>,
}

/// An int8 table of embeddings with a scale for each row.
struct Table {
    codes: &'static [u8],
    scales: &'static [u8],
}

impl Table {
    /// Adds one row to `out`.
    fn add(&self, row: usize, out: &mut [f32]) {
        let scale = float(&self.scales[row * 4..]);
        for (value, code) in out.iter_mut().zip(&self.codes[row * DIMENSION..]) {
            *value += f32::from(code.cast_signed()) * scale;
        }
    }
}

impl Weights {
    /// Reads the asset that is part of the binary; the codes stay where they are.
    pub(crate) fn load() -> Self {
        let (header, body) = ASSET.split_at(HEADER);
        assert!(header.starts_with(MAGIC), "the embedder's asset belongs to this version");
        let mut reader = Reader(body);
        let shapes = [(DIMENSION, 3 * DIMENSION), (DIMENSION, DIMENSION), (DIMENSION, INNER), (INNER, DIMENSION)];
        let codes: [_; LAYERS] =
            std::array::from_fn(|_| shapes.map(|(depth, width)| (reader.take(depth * width), depth)));
        let words = reader.take(WORDS * DIMENSION);
        let positions = reader.take(POSITIONS * DIMENSION);
        let layers = codes.map(|codes| {
            let [mut attention, attended, up, down] = codes.map(|(codes, depth)| reader.linear(codes, depth));
            soften(&mut attention);
            Layer { attention, attended, up, down, attention_norm: reader.norm(), output_norm: reader.norm() }
        });
        Self {
            layers,
            positions: Table { codes: positions, scales: reader.take(POSITIONS * 4) },
            kind: reader.floats(DIMENSION),
            norm: reader.norm(),
            words: Table { codes: words, scales: reader.take(WORDS * 4) },
            vocabulary: Vocabulary::read(&header[MAGIC.len()..], reader.0),
        }
    }

    /// Adds up what the model knows of a piece before it reads its neighbours.
    pub(crate) fn embedding(&self, piece: u16, position: usize, out: &mut [f32]) {
        out.copy_from_slice(&self.kind);
        self.words.add(usize::from(piece), out);
        self.positions.add(position, out);
    }
}

/// Divides the query outputs by the square root of a head's components, once here instead of in every score.
fn soften(attention: &mut Linear) {
    let factor = (HEAD as f32).sqrt().recip();
    for part in [&mut attention.scales, &mut attention.biases] {
        for value in part.as_flattened_mut().iter_mut().take(DIMENSION) {
            *value *= factor;
        }
    }
}

/// Cuts the asset from the front; its length is a constant of the build.
struct Reader(&'static [u8]);

impl Reader {
    fn take(&mut self, bytes: usize) -> &'static [u8] {
        let (taken, rest) = self.0.split_at(bytes);
        self.0 = rest;
        taken
    }

    fn floats(&mut self, count: usize) -> Vec<f32> {
        self.take(count * 4).chunks_exact(4).map(float).collect()
    }

    fn rows(&mut self, count: usize) -> Vec<Row> {
        self.floats(count).as_chunks::<PANEL>().0.to_vec()
    }

    fn linear(&mut self, codes: &'static [u8], depth: usize) -> Linear {
        let width = codes.len() / depth;
        Linear { codes, scales: self.rows(width), biases: self.rows(width), depth }
    }

    fn norm(&mut self) -> Norm {
        Norm { gain: self.floats(DIMENSION), shift: self.floats(DIMENSION) }
    }
}

/// Reads the f32 at the front.
fn float(bytes: &[u8]) -> f32 {
    f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_asset_is_the_one_the_readme_names() {
        let hash = HEXLOWER.encode(&Sha256::digest(ASSET));

        let readme = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/minilm/README.md"));
        assert!(readme.contains(&hash), "{hash}");
    }
}
