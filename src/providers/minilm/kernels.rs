//! The one matrix product the model needs, written once for every instruction set.
//!
//! The right-hand side comes in panels of [`PANEL`] columns. Weights stay int8 and are widened
//! to f32 one panel at a time, into a buffer that fits the second-level cache: a cold
//! process pays nothing for loading them, and activations never lose precision.

#![expect(
    clippy::inline_always,
    reason = "an operation that is not inlined whole runs without the instructions it was dispatched for"
)]

use rten_simd::ops::{BitOps, Extend, NumOps, ToFloat};
use rten_simd::{Isa, Simd, SimdOp};

/// Columns of a panel: two vectors of the widest instruction set, whole vectors of every other.
pub(super) const PANEL: usize = 32;

/// One row of a panel.
pub(super) type Row = [f32; PANEL];

/// Rows of a full tile; twelve times two accumulators fill a file of 32 registers.
const TALL: usize = 12;

/// Rows of the last tile of a short rest, and of every pass where there are 16 registers.
const SHORT: usize = 6;

/// The left-hand side of a product, cut into tiles that the kernel reads front to back.
///
/// A tile holds, for each step of the depth, the values of its rows side by side.
/// Rows missing from the last tile are zero.
#[derive(Default)]
pub(super) struct Tiles {
    values: Vec<f32>,
    tall: usize,
    depth: usize,
}

impl Tiles {
    /// Takes over `rows` rows of `depth` values; a row begins every `stride` values.
    pub(super) fn fill(&mut self, source: &[f32], stride: usize, rows: usize, depth: usize) {
        let rest = rows % TALL;
        let short = usize::from((1..=SHORT).contains(&rest));
        self.tall = rows.div_ceil(TALL) - short;
        self.depth = depth;
        self.values.clear();
        self.values.resize((self.tall * TALL + short * SHORT) * depth, 0.0);
        let (tall, short) = self.values.split_at_mut(self.tall * TALL * depth);
        let mut rows = source.chunks(stride).take(rows);
        for tile in tall.chunks_exact_mut(TALL * depth) {
            interleave(tile, TALL, rows.by_ref().take(TALL));
        }
        interleave(short, SHORT, rows);
    }
}

/// Writes rows into a tile of a height, value by value.
fn interleave<'a>(tile: &mut [f32], height: usize, rows: impl Iterator<Item = &'a [f32]>) {
    for (at, row) in rows.enumerate() {
        for (step, value) in tile.chunks_exact_mut(height).zip(row) {
            step[at] = *value;
        }
    }
}

/// One panel of the right-hand side and what is added to each of its columns.
#[derive(Clone, Copy)]
pub(super) struct Panel<'a> {
    /// The columns, one row for each step of the depth.
    pub(super) rows: &'a [Row],
    /// Added to every row of the product.
    pub(super) bias: &'a Row,
}

/// Computes one panel of a product: `out = tiles · rows + bias`.
///
/// `out` starts at the panel's first column; its rows lie `stride` apart and have room for a whole panel.
pub(super) fn multiply(tiles: &Tiles, panel: Panel<'_>, out: &mut [f32], stride: usize) {
    debug_assert_eq!(tiles.depth, panel.rows.len());
    Product { tiles, panel, out, stride }.dispatch();
}

struct Product<'a> {
    tiles: &'a Tiles,
    panel: Panel<'a>,
    out: &'a mut [f32],
    stride: usize,
}

impl SimdOp for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let Self { tiles, panel, out, stride } = self;
        let width = 2 * isa.f32().len();
        // AVX-512 and NEON have 32 vector registers, the others 16; accumulators that spill halve the speed.
        let roomy = width == PANEL || cfg!(target_arch = "aarch64");
        let (tall, short) = tiles.values.split_at(tiles.tall * TALL * tiles.depth);
        let (tall, _) = tall.as_chunks::<TALL>();
        let (short, _) = short.as_chunks::<SHORT>();
        let (upper, lower) = out.split_at_mut(out.len().min(tiles.tall * TALL * stride));
        for (tile, out) in tall.chunks_exact(tiles.depth).zip(upper.chunks_mut(TALL * stride)) {
            for at in (0..PANEL).step_by(width) {
                if roomy {
                    strip::<I, TALL, TALL>(isa, (tile, 0), panel, at, out, stride);
                } else {
                    let (first, second) = out.split_at_mut(out.len().min(SHORT * stride));
                    strip::<I, SHORT, TALL>(isa, (tile, 0), panel, at, first, stride);
                    strip::<I, SHORT, TALL>(isa, (tile, SHORT), panel, at, second, stride);
                }
            }
        }
        if !short.is_empty() {
            for at in (0..PANEL).step_by(width) {
                strip::<I, SHORT, SHORT>(isa, (short, 0), panel, at, lower, stride);
            }
        }
    }
}

/// Computes `ROWS` rows and two vectors of columns, from column `at`, with every sum in a register.
///
/// The rows are those of a tile of `HEIGHT` from `first` on. Rows past the end of `out` are dropped.
#[inline(always)]
fn strip<I: Isa, const ROWS: usize, const HEIGHT: usize>(
    isa: I,
    (tile, first): (&[[f32; HEIGHT]], usize),
    panel: Panel<'_>,
    at: usize,
    out: &mut [f32],
    stride: usize,
) {
    let ops = isa.f32();
    let next = at + ops.len();
    let mut sums = [[ops.load(&panel.bias[at..]), ops.load(&panel.bias[next..])]; ROWS];
    for (step, row) in tile.iter().zip(panel.rows) {
        let (left, right) = (ops.load(&row[at..]), ops.load(&row[next..]));
        for (sum, value) in sums.iter_mut().zip(&step[first..first + ROWS]) {
            let value = ops.splat(*value);
            sum[0] = ops.mul_add(value, left, sum[0]);
            sum[1] = ops.mul_add(value, right, sum[1]);
        }
    }
    for (row, sum) in out.chunks_mut(stride).zip(sums) {
        ops.store(sum[0], &mut row[at..]);
        ops.store(sum[1], &mut row[next..]);
    }
}

/// Widens a panel of int8 weights to f32, each column times its scale.
///
/// `codes` holds two's complement bytes, [`PANEL`] for each row of `out`.
pub(super) fn widen(codes: &[u8], scales: &Row, out: &mut [Row]) {
    debug_assert_eq!(codes.len(), out.len() * PANEL);
    Widen { codes, scales, out }.dispatch();
}

struct Widen<'a> {
    codes: &'a [u8],
    scales: &'a Row,
    out: &'a mut [Row],
}

impl SimdOp for Widen<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let (bytes, shorts, ints, floats) = (isa.i8(), isa.i16(), isa.i32(), isa.f32());
        let lanes = floats.len();
        // A vector of bytes covers two rows (AVX-512), one (AVX2) or half a row; a quarter of it never crosses a row.
        let columns = self.codes.chunks_exact(4 * lanes);
        let out = self.out.as_flattened_mut().chunks_exact_mut(4 * lanes);
        for (number, (codes, out)) in columns.zip(out).enumerate() {
            let codes: I::I8 = isa.u8().load(codes).reinterpret_cast();
            let (low, high) = (bytes.extend_low(codes), bytes.extend_high(codes));
            let quarters =
                [shorts.extend_low(low), shorts.extend_high(low), shorts.extend_low(high), shorts.extend_high(high)];
            for (quarter, (values, out)) in quarters.into_iter().zip(out.chunks_exact_mut(lanes)).enumerate() {
                let column = (number * 4 + quarter) * lanes % PANEL;
                let scale = floats.load(&self.scales[column..]);
                floats.store(floats.mul(ints.to_float(values), scale), out);
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "small whole numbers and halves are exact")]
mod tests {
    use super::*;

    #[test]
    fn products_agree_with_the_plain_sum_at_every_tile_shape() {
        let depth = 5;
        let panel: Vec<Row> = (0..depth).map(|k| std::array::from_fn(|c| (k * 7 + c) as f32)).collect();
        let bias: Row = std::array::from_fn(|c| c as f32 / 2.0);
        let mut tiles = Tiles::default();

        for rows in 1..=40 {
            let source: Vec<f32> = (0..rows * depth).map(|i| (i % 11) as f32 - 5.0).collect();
            let mut out = vec![f32::NAN; rows * (PANEL + 3)];
            tiles.fill(&source, depth, rows, depth);
            multiply(&tiles, Panel { rows: &panel, bias: &bias }, &mut out, PANEL + 3);

            for (row, out) in source.chunks(depth).zip(out.chunks(PANEL + 3)) {
                for column in 0..PANEL {
                    let sum: f32 = row.iter().zip(&panel).map(|(a, b)| a * b[column]).sum();
                    assert_eq!(out[column], sum + bias[column], "{rows} rows");
                }
                assert!(out[PANEL..].iter().all(|x| x.is_nan()), "{rows} rows");
            }
        }
    }

    #[test]
    fn widening_keeps_every_code_in_its_place() {
        let codes: Vec<u8> = (0..=255).collect();
        let scales: Row = std::array::from_fn(|c| 1.0 + c as f32);
        let mut out = [[0.0; PANEL]; 8];

        widen(&codes, &scales, &mut out);

        for (at, (value, code)) in out.as_flattened().iter().zip(codes).enumerate() {
            assert_eq!(*value, f32::from(code.cast_signed()) * scales[at % PANEL]);
        }
    }
}
