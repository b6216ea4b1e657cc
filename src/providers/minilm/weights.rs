//! Layout of the asset, and the model's tensors as views into it.
//!
//! All numbers are little-endian. The header has 64 bytes: the magic, then as `u32` the number of words in the
//! vocabulary, of continuations, of bytes of their text and of bytes of the longest piece, then zeros. After it,
//! without gaps:
//!
//! 1. For each layer the int8 codes of four matrices (query, key and value as one; attention output; up; down),
//!    in panels of 32 outputs, input after input: the order in which the product reads them.
//! 2. The int8 rows of the word table, then of the position table.
//! 3. For each layer, as f32: scales and biases of the four matrices in turn, then gain and shift of the two norms.
//! 4. As f32: the scales of the positions, the first token-type row, gain and shift of the embedding norm,
//!    the scales of the words.
//! 5. The vocabulary, see [`WordPieceVocabulary`].

use crate::DIMENSION;
use crate::kernels::{PANEL_COLUMNS, PanelRow};
use crate::vocabulary::WordPieceVocabulary;

/// Encoder layers.
pub(crate) const LAYER_COUNT: usize = 6;
/// Attention heads of a layer.
pub(crate) const HEAD_COUNT: usize = 12;
/// Components of a head.
pub(crate) const HEAD_SIZE: usize = DIMENSION / HEAD_COUNT;
/// Components of the hidden feed-forward layer.
const INNER: usize = 1536;
/// Pieces in the vocabulary.
const WORDS: usize = 30_522;
/// Maximum tokens of a text, including special tokens, as in the model's training.
pub(crate) const MAX_POSITIONS: usize = 256;

static ASSET: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/minilm/all-MiniLM-L6-v2.int8.bin"));
const MAGIC: &[u8; 8] = b"minilm8\x01";
const HEADER: usize = 64;

/// Linear layer: an int8 matrix with scale and bias per output.
pub(crate) struct LinearLayer {
    codes: &'static [u8],
    scales: Vec<PanelRow>,
    biases: Vec<PanelRow>,
    /// Number of inputs.
    pub(crate) depth: usize,
}

impl LinearLayer {
    /// Returns the number of outputs.
    pub(crate) fn width(&self) -> usize {
        self.scales.len() * PANEL_COLUMNS
    }

    /// Yields codes, scales and biases of each panel of outputs.
    pub(crate) fn panels(&self) -> impl Iterator<Item = (&'static [u8], &PanelRow, &PanelRow)> {
        let codes = self.codes.chunks_exact(self.depth * PANEL_COLUMNS);
        codes.zip(&self.scales).zip(&self.biases).map(|((codes, scales), biases)| (codes, scales, biases))
    }
}

/// Gain and shift of a layer norm.
pub(crate) struct LayerNorm {
    pub(crate) gain: Vec<f32>,
    pub(crate) shift: Vec<f32>,
}

/// Encoder layer.
pub(crate) struct EncoderLayer {
    /// Concatenated query, key and value.
    pub(crate) attention: LinearLayer,
    pub(crate) attention_output: LinearLayer,
    pub(crate) attention_norm: LayerNorm,
    pub(crate) up: LinearLayer,
    pub(crate) down: LinearLayer,
    pub(crate) output_norm: LayerNorm,
}

/// Weights and vocabulary of the model.
pub(crate) struct ModelWeights {
    pub(crate) layers: [EncoderLayer; LAYER_COUNT],
    pub(crate) norm: LayerNorm,
    pub(crate) vocabulary: WordPieceVocabulary,
    words: EmbeddingTable,
    positions: EmbeddingTable,
    token_type: Vec<f32>,
}

/// Int8 embedding table with a scale per row.
struct EmbeddingTable {
    codes: &'static [u8],
    scales: &'static [u8],
}

impl EmbeddingTable {
    /// Adds one dequantised row to `out`.
    fn add_row(&self, row: usize, out: &mut [f32]) {
        let scale = read_f32(&self.scales[row * 4..]);
        for (value, code) in out.iter_mut().zip(&self.codes[row * DIMENSION..]) {
            *value += f32::from(code.cast_signed()) * scale;
        }
    }
}

impl ModelWeights {
    /// Reads the asset embedded in the binary; the codes are not copied.
    pub(crate) fn load() -> Self {
        let (header, body) = ASSET.split_at(HEADER);
        assert!(header.starts_with(MAGIC), "the asset matches this version");
        let mut reader = AssetReader(body);
        let shapes = [(DIMENSION, 3 * DIMENSION), (DIMENSION, DIMENSION), (DIMENSION, INNER), (INNER, DIMENSION)];
        let codes: [_; LAYER_COUNT] =
            std::array::from_fn(|_| shapes.map(|(depth, width)| (reader.take(depth * width), depth)));
        let words = reader.take(WORDS * DIMENSION);
        let positions = reader.take(MAX_POSITIONS * DIMENSION);
        let layers = codes.map(|codes| {
            let [mut attention, attended, up, down] = codes.map(|(codes, depth)| reader.linear(codes, depth));
            scale_queries(&mut attention);
            EncoderLayer {
                attention,
                attention_output: attended,
                up,
                down,
                attention_norm: reader.norm(),
                output_norm: reader.norm(),
            }
        });
        Self {
            layers,
            positions: EmbeddingTable { codes: positions, scales: reader.take(MAX_POSITIONS * 4) },
            token_type: reader.floats(DIMENSION),
            norm: reader.norm(),
            words: EmbeddingTable { codes: words, scales: reader.take(WORDS * 4) },
            vocabulary: WordPieceVocabulary::read(&header[MAGIC.len()..], reader.0),
        }
    }

    /// Sums the embeddings of a piece: token type, word and position.
    pub(crate) fn embedding(&self, piece: u16, position: usize, out: &mut [f32]) {
        out.copy_from_slice(&self.token_type);
        self.words.add_row(usize::from(piece), out);
        self.positions.add_row(position, out);
    }
}

/// Divides the query outputs by the square root of the head size, once here instead of in every score.
fn scale_queries(attention: &mut LinearLayer) {
    let factor = (HEAD_SIZE as f32).sqrt().recip();
    for part in [&mut attention.scales, &mut attention.biases] {
        for value in part.as_flattened_mut().iter_mut().take(DIMENSION) {
            *value *= factor;
        }
    }
}

/// Sequential reader of the asset, whose length is a build constant.
struct AssetReader(&'static [u8]);

impl AssetReader {
    fn take(&mut self, bytes: usize) -> &'static [u8] {
        let (taken, rest) = self.0.split_at(bytes);
        self.0 = rest;
        taken
    }

    fn floats(&mut self, count: usize) -> Vec<f32> {
        self.take(count * 4).chunks_exact(4).map(read_f32).collect()
    }

    fn rows(&mut self, count: usize) -> Vec<PanelRow> {
        self.floats(count).as_chunks::<PANEL_COLUMNS>().0.to_vec()
    }

    fn linear(&mut self, codes: &'static [u8], depth: usize) -> LinearLayer {
        let width = codes.len() / depth;
        LinearLayer { codes, scales: self.rows(width), biases: self.rows(width), depth }
    }

    fn norm(&mut self) -> LayerNorm {
        LayerNorm { gain: self.floats(DIMENSION), shift: self.floats(DIMENSION) }
    }
}

/// Reads the f32 at the start.
fn read_f32(bytes: &[u8]) -> f32 {
    f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_asset_matches_the_hash_in_its_readme() {
        let hash = HEXLOWER.encode(&Sha256::digest(ASSET));

        let readme = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/minilm/README.md"));
        assert!(readme.contains(&hash), "{hash}");
    }
}
