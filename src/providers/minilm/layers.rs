//! Forward pass: embeddings, then six layers of attention and feed-forward.

use std::ops::Range;

use rten_simd::{SimdOp, SimdUnaryOp};
use rten_vecmath::{Gelu, Normalize, NormalizeOptions, Softmax, Sum, SumSquareSub};

use crate::DIMENSION;
use crate::kernels::{MatrixPanel, PANEL_COLUMNS, PackedTiles, PanelRow, multiply, widen};
use crate::weights::{EncoderLayer, HEAD_COUNT, HEAD_SIZE, LayerNorm, LinearLayer, ModelWeights};

/// Added to the variance in a layer norm.
const EPSILON: f32 = 1e-12;
/// Components of a token's concatenated query, key and value.
const ATTENTION: usize = 3 * DIMENSION;

/// Buffers of one pass, reused between products.
#[derive(Default)]
struct ForwardBuffers {
    tiles: PackedTiles,
    panel: Vec<PanelRow>,
    scores: Vec<f32>,
}

/// Runs a batch of texts through the model and returns one row per token.
///
/// `texts` are the pieces of each text, including special tokens, at most [`crate::weights::MAX_POSITIONS`] per text.
/// The rows of a text do not depend on the rest of the batch.
pub(crate) fn forward(weights: &ModelWeights, texts: &[Vec<u16>]) -> Vec<f32> {
    let tokens = texts.iter().map(Vec::len).sum::<usize>();
    let mut rows = vec![0.0; tokens * DIMENSION];
    let pieces = texts.iter().flat_map(|text| text.iter().enumerate());
    for (row, (position, piece)) in rows.chunks_exact_mut(DIMENSION).zip(pieces) {
        weights.embedding(*piece, position, row);
    }
    layer_norm(&mut rows, &weights.norm);
    let mut scratch = ForwardBuffers::default();
    for layer in &weights.layers {
        apply_layer(layer, texts, &mut rows, &mut scratch);
    }
    rows
}

fn apply_layer(layer: &EncoderLayer, texts: &[Vec<u16>], rows: &mut [f32], scratch: &mut ForwardBuffers) {
    let parts = apply_linear(&layer.attention, rows, scratch);
    let mut context = vec![0.0; rows.len()];
    let mut start = 0;
    for text in texts {
        let tokens = start..start + text.len();
        for head in 0..HEAD_COUNT {
            apply_attention_head(&parts, head, tokens.clone(), &mut context, scratch);
        }
        start = tokens.end;
    }
    add_rows(rows, &apply_linear(&layer.attention_output, &context, scratch));
    layer_norm(rows, &layer.attention_norm);

    let mut inner = apply_linear(&layer.up, rows, scratch);
    Gelu {}.map_mut(&mut inner);
    add_rows(rows, &apply_linear(&layer.down, &inner, scratch));
    layer_norm(rows, &layer.output_norm);
}

/// Multiplies every row by a matrix and adds its bias.
fn apply_linear(linear: &LinearLayer, rows: &[f32], scratch: &mut ForwardBuffers) -> Vec<f32> {
    let (depth, width) = (linear.depth, linear.width());
    let count = rows.len() / depth;
    let mut out = vec![0.0; count * width];
    scratch.tiles.pack(rows, depth, count, depth);
    scratch.panel.resize(depth, [0.0; PANEL_COLUMNS]);
    for (number, (codes, scales, bias)) in linear.panels().enumerate() {
        widen(codes, scales, &mut scratch.panel);
        let panel = MatrixPanel { rows: &scratch.panel, bias };
        multiply(&scratch.tiles, panel, &mut out[number * PANEL_COLUMNS..], width);
    }
    out
}

/// Computes one attention head over the tokens of one text into its columns of `context`.
fn apply_attention_head(
    parts: &[f32],
    head: usize,
    tokens: Range<usize>,
    context: &mut [f32],
    scratch: &mut ForwardBuffers,
) {
    const { assert!(HEAD_SIZE == PANEL_COLUMNS, "a head's values fill one panel") };
    let bias = &[0.0; PANEL_COLUMNS];
    let count = tokens.len();
    let width = count.next_multiple_of(PANEL_COLUMNS);
    let part = |number: usize| &parts[tokens.start * ATTENTION + number * DIMENSION + head * HEAD_SIZE..];
    let ForwardBuffers { tiles, panel, scores } = scratch;

    scores.resize(count * width, 0.0);
    tiles.pack(part(0), ATTENTION, count, HEAD_SIZE);
    panel.resize(HEAD_SIZE, [0.0; PANEL_COLUMNS]);
    for first in (0..count).step_by(PANEL_COLUMNS) {
        let keys = part(1).chunks(ATTENTION).take(count).skip(first).take(PANEL_COLUMNS);
        for (column, key) in keys.enumerate() {
            for (row, value) in panel.iter_mut().zip(key) {
                row[column] = *value;
            }
        }
        multiply(tiles, MatrixPanel { rows: panel, bias }, &mut scores[first..], width);
    }
    for row in scores.chunks_exact_mut(width).take(count) {
        Softmax::new_mut(&mut row[..count]).dispatch();
    }

    tiles.pack(scores, width, count, count);
    panel.resize(count, [0.0; PANEL_COLUMNS]);
    for (row, value) in panel.iter_mut().zip(part(2).chunks(ATTENTION)) {
        row.copy_from_slice(&value[..HEAD_SIZE]);
    }
    let out = &mut context
        [tokens.start * DIMENSION + head * HEAD_SIZE..(tokens.end - 1) * DIMENSION + (head + 1) * HEAD_SIZE];
    multiply(tiles, MatrixPanel { rows: panel, bias }, out, DIMENSION);
}

fn add_rows(rows: &mut [f32], more: &[f32]) {
    for (value, more) in rows.iter_mut().zip(more) {
        *value += more;
    }
}

/// Layer norm: scales every row to mean 0 and variance 1, then applies gain and shift.
fn layer_norm(rows: &mut [f32], norm: &LayerNorm) {
    let factor = 1.0 / DIMENSION as f32;
    for row in rows.chunks_exact_mut(DIMENSION) {
        let mean = Sum::new(row).dispatch() * factor;
        let variance = SumSquareSub::new(row, mean).dispatch() * factor;
        let options = NormalizeOptions {
            pre_scale_bias: mean,
            scale: (variance + EPSILON).sqrt().recip(),
            element_scale: Some(&norm.gain),
            bias: 0.0,
            element_bias: Some(&norm.shift),
        };
        Normalize::new_mut(row, options).dispatch();
    }
}
