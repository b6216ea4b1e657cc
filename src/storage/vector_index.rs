//! In-memory vector index of one notebook, scanned exactly.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use simsimd::SpatialSimilarity;

/// Largest magnitude of an int8 component; -128 is unused so that the range is symmetric.
const INT8_MAX: f32 = 127.0;

/// int8 vector: component × scale ≈ original.
pub(crate) struct QuantisedVector {
    pub(crate) scale: f32,
    pub(crate) components: Vec<i8>,
}

/// Quantises a vector to int8; keeps 49 of the top 50 neighbours of f32.
pub(crate) fn quantise(vector: &[f32]) -> QuantisedVector {
    let largest = vector.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
    let scale = if largest > 0.0 { largest / INT8_MAX } else { 1.0 };
    #[expect(clippy::cast_possible_truncation, reason = "rounded and within ±127 by construction")]
    let components = vector.iter().map(|x| (x / scale).round() as i8).collect();
    QuantisedVector { scale, components }
}

/// Day as an ordered number, `yyyymmdd`.
pub(crate) type DayNumber = u32;

/// Inclusive range of days.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DayRange {
    pub(crate) from: DayNumber,
    pub(crate) to: DayNumber,
}

impl DayRange {
    pub(crate) const ALL: Self = Self { from: 0, to: DayNumber::MAX };
}

/// Approximate rows per segment: 400 KiB of components.
///
/// A change copies one segment, so a write costs neither the time nor the memory of a second index.
const SEGMENT_ROWS: usize = 1024;

/// One entry and its contiguous rows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct EntryRows {
    entry_id: i64,
    day: DayNumber,
    rows: Range<usize>,
}

/// Part of the rows, shared by the indexes of several generations.
#[derive(Default, Clone)]
struct IndexSegment {
    entries: Vec<EntryRows>,
    chunk_ids: Vec<i64>,
    scales: Vec<f32>,
    components: Vec<i8>,
}

/// Vectors of one notebook, in rows.
#[derive(Default)]
pub(crate) struct VectorIndex {
    /// Generation of the notebook at which the index was built.
    pub(crate) generation: i64,
    dimension: usize,
    row_count: usize,
    /// Segments, each with the number of rows before it.
    segments: Vec<(usize, Arc<IndexSegment>)>,
    /// Positions of each entry: segment, entry within it.
    entry_positions: HashMap<i64, (usize, usize)>,
}

/// One row found by a scan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RowHit {
    pub(crate) entry_id: i64,
    pub(crate) chunk_id: i64,
    pub(crate) cosine: f32,
}

impl VectorIndex {
    pub(crate) fn new(generation: i64, dimension: usize) -> Self {
        Self { generation, dimension, ..Self::default() }
    }

    /// Appends a row; rows of one entry must be consecutive, and a row of another dimension is skipped.
    pub(crate) fn push_row(&mut self, entry_id: i64, day: DayNumber, chunk_id: i64, scale: f32, components: &[u8]) {
        if components.len() != self.dimension {
            return;
        }
        let continues_entry =
            |segment: &IndexSegment| segment.entries.last().is_some_and(|owner| owner.entry_id == entry_id);
        if !self.segments.last().is_some_and(|(_, last)| last.chunk_ids.len() < SEGMENT_ROWS || continues_entry(last)) {
            self.segments.push((self.row_count, Arc::new(IndexSegment::with_row_capacity(self.dimension))));
        }
        let place = self.segments.len() - 1;
        let segment = Arc::make_mut(&mut self.segments[place].1);
        let row = segment.chunk_ids.len();
        if continues_entry(segment)
            && let Some(owner) = segment.entries.last_mut()
        {
            owner.rows.end = row + 1;
        } else {
            self.entry_positions.insert(entry_id, (place, segment.entries.len()));
            segment.entries.push(EntryRows { entry_id, day, rows: row..row + 1 });
        }
        segment.chunk_ids.push(chunk_id);
        segment.scales.push(scale);
        segment.components.extend(components.iter().map(|byte| byte.cast_signed()));
        self.row_count += 1;
    }

    pub(crate) fn dimension(&self) -> usize {
        self.dimension
    }

    /// Returns the index of a later generation with the retained entries under their new days.
    ///
    /// `stays` gets an entry and its first chunk, and returns the day of an entry to retain.
    pub(crate) fn with_retained_entries(
        &self,
        generation: i64,
        mut stays: impl FnMut(i64, i64) -> Option<DayNumber>,
    ) -> Self {
        let mut later = Self::new(generation, self.dimension);
        for (_, segment) in &self.segments {
            let days: Vec<Option<DayNumber>> = segment
                .entries
                .iter()
                .map(|owner| stays(owner.entry_id, segment.chunk_ids[owner.rows.start]))
                .collect();
            let same = segment.entries.iter().zip(&days).all(|(owner, day)| *day == Some(owner.day));
            let segment =
                if same { segment.clone() } else { Arc::new(segment.with_retained_entries(&days, self.dimension)) };
            if segment.chunk_ids.is_empty() {
                continue;
            }
            for (position, owner) in segment.entries.iter().enumerate() {
                later.entry_positions.insert(owner.entry_id, (later.segments.len(), position));
            }
            let before = later.row_count;
            later.row_count += segment.chunk_ids.len();
            later.segments.push((before, segment));
        }
        later
    }

    /// Returns the cosine similarity of every row with a unit-length query, in row order.
    ///
    /// `-inf` for rows outside the days, of entries that are not admitted, and for a query of another dimension.
    #[expect(clippy::cast_possible_truncation, reason = "a sum of products of int8 is far from f32's 24 exact bits")]
    pub(crate) fn scan(&self, query: &[f32], days: DayRange, admits: impl Fn(i64) -> bool) -> Vec<f32> {
        let mut scores = vec![f32::NEG_INFINITY; self.row_count];
        if query.len() != self.dimension || self.dimension == 0 {
            return scores;
        }
        let query = quantise(query);
        for (before, segment) in &self.segments {
            let wanted = |owner: &&EntryRows| (days.from..=days.to).contains(&owner.day) && admits(owner.entry_id);
            for owner in segment.entries.iter().filter(wanted) {
                for row in owner.rows.clone() {
                    let components = &segment.components[row * self.dimension..(row + 1) * self.dimension];
                    let dot = i8::dot(&query.components, components).expect("both have the index's dimension");
                    scores[before + row] = dot as f32 * segment.scales[row] * query.scale;
                }
            }
        }
        scores
    }

    /// Returns the best rows of a scan, best first; ties in row order.
    pub(crate) fn top_rows(&self, scores: &[f32], limit: usize) -> Vec<RowHit> {
        let better = |a: &usize, b: &usize| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b));
        let (mut rows, mut worst) = (Vec::with_capacity(2 * limit), f32::NEG_INFINITY);
        // Most rows score below the current worst, so they cost one comparison.
        for (row, &score) in scores.iter().enumerate() {
            if score > worst {
                rows.push(row);
                if rows.len() == 2 * limit {
                    rows.select_nth_unstable_by(limit, better);
                    rows.truncate(limit);
                    worst = rows.iter().map(|&row| scores[row]).fold(f32::INFINITY, f32::min);
                }
            }
        }
        rows.sort_unstable_by(better);
        rows.truncate(limit);
        rows.into_iter().map(|row| self.row_hit(scores, row)).collect()
    }

    /// Returns the best cosine of an entry in a scan; `None` without vectors.
    pub(crate) fn best_score_of_entry(&self, scores: &[f32], entry_id: i64) -> Option<f32> {
        let &(place, owner) = self.entry_positions.get(&entry_id)?;
        let (before, segment) = &self.segments[place];
        let Range { start, end } = segment.entries[owner].rows;
        scores[before + start..before + end].iter().copied().max_by(f32::total_cmp)
    }

    fn row_hit(&self, scores: &[f32], row: usize) -> RowHit {
        let (before, segment) = &self.segments[self.segments.partition_point(|(before, _)| *before <= row) - 1];
        let local = row - before;
        let owner = &segment.entries[segment.entries.partition_point(|owner| owner.rows.end <= local)];
        RowHit { entry_id: owner.entry_id, chunk_id: segment.chunk_ids[local], cosine: scores[row] }
    }

    /// Returns every row: entry, day, chunk, scale, components.
    #[cfg(test)]
    pub(crate) fn all_rows(&self) -> Vec<(i64, DayNumber, i64, f32, Vec<i8>)> {
        let mut all = Vec::new();
        for (_, segment) in &self.segments {
            for owner in &segment.entries {
                for row in owner.rows.clone() {
                    let components = segment.components[row * self.dimension..(row + 1) * self.dimension].to_vec();
                    all.push((owner.entry_id, owner.day, segment.chunk_ids[row], segment.scales[row], components));
                }
            }
        }
        all
    }
}

impl IndexSegment {
    fn with_row_capacity(dimension: usize) -> Self {
        Self { components: Vec::with_capacity(SEGMENT_ROWS * dimension), ..Self::default() }
    }

    /// Returns a copy with the retained entries under their new days.
    fn with_retained_entries(&self, days: &[Option<DayNumber>], dimension: usize) -> Self {
        let mut copy = Self::with_row_capacity(dimension);
        for (owner, day) in self.entries.iter().zip(days) {
            let Some(day) = *day else { continue };
            let begin = copy.chunk_ids.len();
            let Range { start, end } = owner.rows;
            copy.chunk_ids.extend_from_slice(&self.chunk_ids[start..end]);
            copy.scales.extend_from_slice(&self.scales[start..end]);
            copy.components.extend_from_slice(&self.components[start * dimension..end * dimension]);
            copy.entries.push(EntryRows { entry_id: owner.entry_id, day, rows: begin..copy.chunk_ids.len() });
        }
        copy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Builds an index with one entry per vector, on consecutive days.
    fn index(vectors: &[[f32; 3]]) -> VectorIndex {
        let mut index = VectorIndex::new(1, 3);
        for (position, vector) in (0..).zip(vectors) {
            let packed = quantise(vector);
            let bytes: Vec<u8> = packed.components.iter().map(|c| c.cast_unsigned()).collect();
            index.push_row(i64::from(position), 20_260_101 + position, i64::from(position) + 100, packed.scale, &bytes);
        }
        index
    }

    #[test]
    fn scan_returns_the_cosine_to_two_digits() {
        let index = index(&[[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, -1.0]]);

        let scores = index.scan(&[0.6, 0.8, 0.0], DayRange::ALL, |_| true);

        for (score, cosine) in scores.iter().zip([0.6, 1.0, 0.0]) {
            assert!((score - cosine).abs() < 0.01, "{scores:?}");
        }
        let best: Vec<_> = index.top_rows(&scores, 2).iter().map(|hit| (hit.entry_id, hit.chunk_id)).collect();
        assert_eq!(best, [(1, 101), (0, 100)]);
    }

    #[test]
    fn rows_outside_the_days_or_of_another_dimension_are_skipped() {
        let mut index = index(&[[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]);
        index.push_row(9, 20_260_102, 9, 1.0, &[1, 2]);

        let scores = index.scan(&[1.0, 0.0, 0.0], DayRange { from: 20_260_102, to: 20_260_102 }, |_| true);

        assert_eq!(index.top_rows(&scores, 10).len(), 1);
        assert_eq!(index.best_score_of_entry(&scores, 9), None);
        assert!(index.best_score_of_entry(&scores, 1).unwrap() > 0.99);
        assert!(index.scan(&[1.0], DayRange::ALL, |_| true).iter().all(|score| *score == f32::NEG_INFINITY));
    }

    #[test]
    fn later_generation_keeps_retained_entries_under_new_days() {
        let before = index(&[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);

        let later =
            before.with_retained_entries(2, |entry, chunk| (entry != 1 && chunk == entry + 100).then_some(20_270_101));

        let days = DayRange { from: 20_270_101, to: 20_270_101 };
        let scores = later.scan(&[0.0, 0.0, 1.0], days, |_| true);
        assert_eq!(later.generation, 2);
        assert_eq!(later.best_score_of_entry(&scores, 1), None);
        assert!(later.best_score_of_entry(&scores, 2).unwrap() > 0.99);
        assert_eq!(later.top_rows(&scores, 9).len(), 2);
    }

    #[test]
    fn entry_score_is_the_score_of_its_best_chunk() {
        let mut index = VectorIndex::new(1, 2);
        index.push_row(5, 20_260_101, 1, 1.0 / 127.0, &[127, 0]);
        index.push_row(5, 20_260_101, 2, 1.0 / 127.0, &[0, 127]);

        let scores = index.scan(&[0.0, 1.0], DayRange::ALL, |_| true);

        assert!(index.best_score_of_entry(&scores, 5).unwrap() > 0.99);
    }

    #[test]
    fn top_rows_equal_those_of_a_full_sort() {
        let mut index = VectorIndex::new(1, 1);
        for row in 0..3000 {
            index.push_row(row, 20_260_101, row + 7000, 1.0, &[1]);
        }
        let scores: Vec<f32> = (0..3000u32).map(|row| (row * 7919 % 251) as f32 / 251.0).collect();
        let mut sorted: Vec<usize> = (0..3000).collect();
        sorted.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));

        for limit in [1, 7, 50, 400, 4000] {
            let best = index.top_rows(&scores, limit);
            let best: Vec<_> = best.iter().map(|hit| (hit.entry_id, hit.chunk_id - 7000, hit.cosine)).collect();
            let row = |&row: &usize| {
                let id = i64::try_from(row).unwrap();
                (id, id, scores[row])
            };
            let wanted: Vec<_> = sorted.iter().take(limit).map(row).collect();

            assert_eq!(best, wanted, "{limit}");
        }
    }
}
