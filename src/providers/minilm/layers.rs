//! The forward pass: embeddings, then six layers of attention and feed-forward.

use std::ops::Range;

use rten_simd::{SimdOp, SimdUnaryOp};
use rten_vecmath::{Gelu, Normalize, NormalizeOptions, Softmax, Sum, SumSquareSub};

use crate::DIMENSION;
use crate::kernels::PANEL;
use crate::kernels::Panel;
use crate::kernels::Row;
use crate::kernels::Tiles;
use crate::kernels::multiply;
use crate::kernels::widen;
use crate::weights::HEAD;
use crate::weights::HEADS;
use crate::weights::Layer;
use crate::weights::Linear;
use crate::weights::Norm;
use crate::weights::Weights;

/// Added to the variance in a norm.
const EPSILON: f32 = 1e-12;
/// Components of query, key and value of a token, side by side.
const ATTENTION: usize = 3 * DIMENSION;

/// Buffers of one pass, kept from product to product.
#[derive(Default)]
struct Scratch {
    tiles: Tiles,
    panel: Vec<Row>,
    scores: Vec<f32>,
}

/// Runs texts through the model side by side and returns a row for every token.
///
/// `texts` are the pieces of each text, the two marks included, at most [`crate::weights::POSITIONS`] of them.
/// A text gives the same rows whatever stands beside it.
pub(crate) fn run(weights: &Weights, texts: &[Vec<u16>]) -> Vec<f32> {
    let tokens = texts.iter().map(Vec::len).sum::<usize>();
    let mut rows = vec![0.0; tokens * DIMENSION];
    let pieces = texts.iter().flat_map(|text| text.iter().enumerate());
    for (row, (position, piece)) in rows.chunks_exact_mut(DIMENSION).zip(pieces) {
        weights.embedding(*piece, position, row);
    }
    normalise(&mut rows, &weights.norm);
    let mut scratch = Scratch::default();
    for layer in &weights.layers {
        apply(layer, texts, &mut rows, &mut scratch);
    }
    rows
}

fn apply(layer: &Layer, texts: &[Vec<u16>], rows: &mut [f32], scratch: &mut Scratch) {
    let parts = linear(&layer.attention, rows, scratch);
    let mut context = vec![0.0; rows.len()];
    let mut start = 0;
    for text in texts {
        let tokens = start..start + text.len();
        for head in 0..HEADS {
            attend(&parts, head, tokens.clone(), &mut context, scratch);
        }
        start = tokens.end;
    }
    add(rows, &linear(&layer.attended, &context, scratch));
    normalise(rows, &layer.attention_norm);

    let mut inner = linear(&layer.up, rows, scratch);
    Gelu {}.map_mut(&mut inner);
    add(rows, &linear(&layer.down, &inner, scratch));
    normalise(rows, &layer.output_norm);
}

/// Multiplies every row by a matrix and adds its bias.
fn linear(linear: &Linear, rows: &[f32], scratch: &mut Scratch) -> Vec<f32> {
    let (depth, width) = (linear.depth, linear.width());
    let count = rows.len() / depth;
    let mut out = vec![0.0; count * width];
    scratch.tiles.fill(rows, depth, count, depth);
    scratch.panel.resize(depth, [0.0; PANEL]);
    for (number, (codes, scales, bias)) in linear.panels().enumerate() {
        widen(codes, scales, &mut scratch.panel);
        let panel = Panel { rows: &scratch.panel, bias };
        multiply(&scratch.tiles, panel, &mut out[number * PANEL..], width);
    }
    out
}

/// Computes what one head takes from the tokens of one text, into its columns of `context`.
fn attend(parts: &[f32], head: usize, tokens: Range<usize>, context: &mut [f32], scratch: &mut Scratch) {
    const { assert!(HEAD == PANEL, "a head's values fill one panel") };
    let bias = &[0.0; PANEL];
    let count = tokens.len();
    let width = count.next_multiple_of(PANEL);
    let part = |number: usize| &parts[tokens.start * ATTENTION + number * DIMENSION + head * HEAD..];
    let Scratch { tiles, panel, scores } = scratch;

    scores.resize(count * width, 0.0);
    tiles.fill(part(0), ATTENTION, count, HEAD);
    panel.resize(HEAD, [0.0; PANEL]);
    for first in (0..count).step_by(PANEL) {
        let keys = part(1).chunks(ATTENTION).take(count).skip(first).take(PANEL);
        for (column, key) in keys.enumerate() {
            for (row, value) in panel.iter_mut().zip(key) {
                row[column] = *value;
            }
        }
        multiply(tiles, Panel { rows: panel, bias }, &mut scores[first..], width);
    }
    for row in scores.chunks_exact_mut(width).take(count) {
        Softmax::new_mut(&mut row[..count]).dispatch();
    }

    tiles.fill(scores, width, count, count);
    panel.resize(count, [0.0; PANEL]);
    for (row, value) in panel.iter_mut().zip(part(2).chunks(ATTENTION)) {
        row.copy_from_slice(&value[..HEAD]);
    }
    let out = &mut context[tokens.start * DIMENSION + head * HEAD..(tokens.end - 1) * DIMENSION + (head + 1) * HEAD];
    multiply(tiles, Panel { rows: panel, bias }, out, DIMENSION);
}

fn add(rows: &mut [f32], more: &[f32]) {
    for (value, more) in rows.iter_mut().zip(more) {
        *value += more;
    }
}

/// Brings every row to mean 0 and variance 1, then applies gain and shift.
fn normalise(rows: &mut [f32], norm: &Norm) {
    let share = 1.0 / DIMENSION as f32;
    for row in rows.chunks_exact_mut(DIMENSION) {
        let mean = Sum::new(row).dispatch() * share;
        let variance = SumSquareSub::new(row, mean).dispatch() * share;
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
