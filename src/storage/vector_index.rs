//! All vectors of one notebook in memory, scanned exactly.

use std::collections::HashMap;
use std::ops::Range;

use simsimd::SpatialSimilarity;

/// Largest magnitude an int8 component takes; -128 stays unused so that the range is symmetric.
const MAX: f32 = 127.0;

/// A vector as int8: component × scale ≈ the original.
pub(crate) struct Quantised {
    pub(crate) scale: f32,
    pub(crate) components: Vec<i8>,
}

/// Quantises a vector; keeps 49 of the top 50 neighbours that f32 finds.
pub(crate) fn quantise(vector: &[f32]) -> Quantised {
    let largest = vector.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
    let scale = if largest > 0.0 { largest / MAX } else { 1.0 };
    #[expect(clippy::cast_possible_truncation, reason = "rounded and within ±127 by construction")]
    let components = vector.iter().map(|x| (x / scale).round() as i8).collect();
    Quantised { scale, components }
}

/// A day as a number that orders as the date does: `yyyymmdd`.
pub(crate) type Day = u32;

/// Inclusive bounds of days.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Days {
    pub(crate) from: Day,
    pub(crate) to: Day,
}

impl Days {
    pub(crate) const ALL: Self = Self { from: 0, to: Day::MAX };
}

/// An entry and its rows, which lie together: chunks are stored entry by entry.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Owner {
    entry_id: i64,
    day: Day,
    rows: Range<usize>,
}

/// The vectors, row after row.
#[derive(Default)]
pub(crate) struct VectorIndex {
    /// The notebook's generation that this is a picture of.
    pub(crate) generation: i64,
    dimension: usize,
    owners: Vec<Owner>,
    owner_of: HashMap<i64, usize>,
    chunk_ids: Vec<i64>,
    scales: Vec<f32>,
    components: Vec<i8>,
}

/// What a scan found of one row.
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

    /// Adds a row. Rows of one entry come one after the other; one of another dimension is left
    /// out, since it cannot be compared.
    pub(crate) fn push(&mut self, entry_id: i64, day: Day, chunk_id: i64, scale: f32, components: &[u8]) {
        if components.len() != self.dimension {
            return;
        }
        let row = self.chunk_ids.len();
        match self.owners.last_mut() {
            Some(owner) if owner.entry_id == entry_id => owner.rows.end = row + 1,
            _ => {
                self.owner_of.insert(entry_id, self.owners.len());
                self.owners.push(Owner { entry_id, day, rows: row..row + 1 });
            }
        }
        self.chunk_ids.push(chunk_id);
        self.scales.push(scale);
        self.components.extend(components.iter().map(|byte| byte.cast_signed()));
    }

    pub(crate) fn dimension(&self) -> usize {
        self.dimension
    }

    /// Returns a picture of a later generation with those entries that stay, dated anew.
    ///
    /// `stays` is asked with an entry and its first chunk, and gives the day of one that stays.
    pub(crate) fn carried_over(&self, generation: i64, mut stays: impl FnMut(i64, i64) -> Option<Day>) -> Self {
        let mut later = Self::new(generation, self.dimension);
        later.components.reserve_exact(self.components.len() + self.dimension);
        for owner in &self.owners {
            let Some(day) = stays(owner.entry_id, self.chunk_ids[owner.rows.start]) else { continue };
            let begin = later.chunk_ids.len();
            let Range { start, end } = owner.rows;
            later.chunk_ids.extend_from_slice(&self.chunk_ids[start..end]);
            later.scales.extend_from_slice(&self.scales[start..end]);
            later.components.extend_from_slice(&self.components[start * self.dimension..end * self.dimension]);
            later.owner_of.insert(owner.entry_id, later.owners.len());
            later.owners.push(Owner { entry_id: owner.entry_id, day, rows: begin..later.chunk_ids.len() });
        }
        later
    }

    /// Returns the cosine similarity of every vector with a unit-length query, in row order.
    ///
    /// Rows outside the days, and all rows for a query of another dimension, get `-inf`.
    #[expect(clippy::cast_possible_truncation, reason = "a sum of products of int8 is far from f32's 24 exact bits")]
    pub(crate) fn scan(&self, query: &[f32], days: Days) -> Vec<f32> {
        let mut scores = vec![f32::NEG_INFINITY; self.chunk_ids.len()];
        if query.len() != self.dimension || self.dimension == 0 {
            return scores;
        }
        let query = quantise(query);
        for owner in self.owners.iter().filter(|owner| (days.from..=days.to).contains(&owner.day)) {
            for row in owner.rows.clone() {
                let components = &self.components[row * self.dimension..(row + 1) * self.dimension];
                let dot = i8::dot(&query.components, components).expect("both have the index's dimension");
                scores[row] = dot as f32 * self.scales[row] * query.scale;
            }
        }
        scores
    }

    /// Returns the best rows of a scan, best first; equal ones in row order.
    pub(crate) fn best(&self, scores: &[f32], limit: usize) -> Vec<RowHit> {
        let better = |a: &usize, b: &usize| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b));
        let (mut rows, mut worst) = (Vec::with_capacity(2 * limit), f32::NEG_INFINITY);
        // Most rows are far from the query: once there are enough, a comparison is all they cost.
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
        rows.into_iter().map(|row| self.hit(scores, row)).collect()
    }

    /// Returns the best cosine that a scan gave an entry; `None` for one without vectors.
    pub(crate) fn best_of(&self, scores: &[f32], entry_id: i64) -> Option<f32> {
        let owner = &self.owners[*self.owner_of.get(&entry_id)?];
        scores[owner.rows.clone()].iter().copied().max_by(f32::total_cmp)
    }

    /// Returns every row as its entry, day, chunk, scale and components.
    #[cfg(test)]
    pub(crate) fn all(&self) -> Vec<(i64, Day, i64, f32, Vec<i8>)> {
        let of = |owner: &Owner, row: usize| {
            let components = self.components[row * self.dimension..(row + 1) * self.dimension].to_vec();
            (owner.entry_id, owner.day, self.chunk_ids[row], self.scales[row], components)
        };
        self.owners.iter().flat_map(|owner| owner.rows.clone().map(move |row| of(owner, row))).collect()
    }

    fn hit(&self, scores: &[f32], row: usize) -> RowHit {
        let owner = self.owners.partition_point(|owner| owner.rows.end <= row);
        RowHit { entry_id: self.owners[owner].entry_id, chunk_id: self.chunk_ids[row], cosine: scores[row] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One entry a vector, dated one day after the other.
    fn index(vectors: &[[f32; 3]]) -> VectorIndex {
        let mut index = VectorIndex::new(1, 3);
        for (position, vector) in (0..).zip(vectors) {
            let packed = quantise(vector);
            let bytes: Vec<u8> = packed.components.iter().map(|c| c.cast_unsigned()).collect();
            index.push(i64::from(position), 20_260_101 + position, i64::from(position) + 100, packed.scale, &bytes);
        }
        index
    }

    #[test]
    fn the_scan_gives_the_cosine_to_two_digits() {
        let index = index(&[[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, -1.0]]);

        let scores = index.scan(&[0.6, 0.8, 0.0], Days::ALL);

        for (score, cosine) in scores.iter().zip([0.6, 1.0, 0.0]) {
            assert!((score - cosine).abs() < 0.01, "{scores:?}");
        }
        let best: Vec<_> = index.best(&scores, 2).iter().map(|hit| (hit.entry_id, hit.chunk_id)).collect();
        assert_eq!(best, [(1, 101), (0, 100)]);
    }

    #[test]
    fn rows_outside_the_days_or_of_another_dimension_do_not_count() {
        let mut index = index(&[[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]);
        index.push(9, 20_260_102, 9, 1.0, &[1, 2]);

        let scores = index.scan(&[1.0, 0.0, 0.0], Days { from: 20_260_102, to: 20_260_102 });

        assert_eq!(index.best(&scores, 10).len(), 1);
        assert_eq!(index.best_of(&scores, 9), None);
        assert!(index.best_of(&scores, 1).unwrap() > 0.99);
        assert!(index.scan(&[1.0], Days::ALL).iter().all(|score| *score == f32::NEG_INFINITY));
    }

    #[test]
    fn a_later_picture_keeps_what_stays_under_its_new_day() {
        let before = index(&[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);

        let later = before.carried_over(2, |entry, chunk| (entry != 1 && chunk == entry + 100).then_some(20_270_101));

        let days = Days { from: 20_270_101, to: 20_270_101 };
        let scores = later.scan(&[0.0, 0.0, 1.0], days);
        assert_eq!(later.generation, 2);
        assert_eq!(later.best_of(&scores, 1), None);
        assert!(later.best_of(&scores, 2).unwrap() > 0.99);
        assert_eq!(later.best(&scores, 9).len(), 2);
    }

    #[test]
    fn an_entry_is_as_near_as_its_nearest_chunk() {
        let mut index = VectorIndex::new(1, 2);
        index.push(5, 20_260_101, 1, 1.0 / 127.0, &[127, 0]);
        index.push(5, 20_260_101, 2, 1.0 / 127.0, &[0, 127]);

        let scores = index.scan(&[0.0, 1.0], Days::ALL);

        assert!(index.best_of(&scores, 5).unwrap() > 0.99);
    }

    #[test]
    fn the_best_rows_are_those_that_a_full_sort_gives() {
        let mut index = VectorIndex::new(1, 1);
        for row in 0..500 {
            index.push(row, 20_260_101, row, 1.0, &[1]);
        }
        let scores: Vec<f32> = (0..500u32).map(|row| (row * 7919 % 251) as f32 / 251.0).collect();
        let mut sorted: Vec<usize> = (0..500).collect();
        sorted.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));

        for limit in [1, 7, 50, 400, 600] {
            let best: Vec<f32> = index.best(&scores, limit).iter().map(|hit| hit.cosine).collect();
            let wanted: Vec<f32> = sorted.iter().take(limit).map(|&row| scores[row]).collect();

            assert_eq!(best, wanted, "{limit}");
        }
    }
}
