//! All vectors of one notebook in memory, scanned exactly.

use std::collections::HashMap;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

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

/// Rows of a segment, about: 400 KiB of components. What changes is copied a segment at a time, so a write costs neither the
/// time nor the memory of a second index.
const SEGMENT: usize = 1024;

/// An entry and its rows, which lie together: chunks are stored entry by entry.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Owner {
    entry_id: i64,
    day: Day,
    rows: Range<usize>,
}

/// Some of the rows; pictures of several generations share it.
#[derive(Default, Clone)]
struct Segment {
    owners: Vec<Owner>,
    chunk_ids: Vec<i64>,
    scales: Vec<f32>,
    components: Vec<i8>,
}

/// The vectors, row after row.
#[derive(Default)]
pub(crate) struct VectorIndex {
    /// The notebook's generation that this is a picture of.
    pub(crate) generation: i64,
    dimension: usize,
    rows: usize,
    /// Each with the number of rows before it.
    segments: Vec<(usize, Arc<Segment>)>,
    /// Segment and owner of each entry.
    owner_of: HashMap<i64, (usize, usize)>,
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
        let goes_on = |segment: &Segment| segment.owners.last().is_some_and(|owner| owner.entry_id == entry_id);
        if !self.segments.last().is_some_and(|(_, last)| last.chunk_ids.len() < SEGMENT || goes_on(last)) {
            self.segments.push((self.rows, Arc::new(Segment::with_room(self.dimension))));
        }
        let place = self.segments.len() - 1;
        let segment = Arc::make_mut(&mut self.segments[place].1);
        let row = segment.chunk_ids.len();
        if goes_on(segment)
            && let Some(owner) = segment.owners.last_mut()
        {
            owner.rows.end = row + 1;
        } else {
            self.owner_of.insert(entry_id, (place, segment.owners.len()));
            segment.owners.push(Owner { entry_id, day, rows: row..row + 1 });
        }
        segment.chunk_ids.push(chunk_id);
        segment.scales.push(scale);
        segment.components.extend(components.iter().map(|byte| byte.cast_signed()));
        self.rows += 1;
    }

    pub(crate) fn dimension(&self) -> usize {
        self.dimension
    }

    /// Returns a picture of a later generation with those entries that stay, dated anew.
    ///
    /// `stays` is asked with an entry and its first chunk, and gives the day of one that stays.
    pub(crate) fn carried_over(&self, generation: i64, mut stays: impl FnMut(i64, i64) -> Option<Day>) -> Self {
        let mut later = Self::new(generation, self.dimension);
        for (_, segment) in &self.segments {
            let days: Vec<Option<Day>> =
                segment.owners.iter().map(|owner| stays(owner.entry_id, segment.chunk_ids[owner.rows.start])).collect();
            let same = segment.owners.iter().zip(&days).all(|(owner, day)| *day == Some(owner.day));
            let segment = if same { segment.clone() } else { Arc::new(segment.with(&days, self.dimension)) };
            if segment.chunk_ids.is_empty() {
                continue;
            }
            for (position, owner) in segment.owners.iter().enumerate() {
                later.owner_of.insert(owner.entry_id, (later.segments.len(), position));
            }
            let before = later.rows;
            later.rows += segment.chunk_ids.len();
            later.segments.push((before, segment));
        }
        later
    }

    /// Returns the cosine similarity of every vector with a unit-length query, in row order.
    ///
    /// Rows outside the days or of the entries left out, and all rows for a query of another dimension, get `-inf`.
    #[expect(clippy::cast_possible_truncation, reason = "a sum of products of int8 is far from f32's 24 exact bits")]
    pub(crate) fn scan(&self, query: &[f32], days: Days, without: &HashSet<i64>) -> Vec<f32> {
        let mut scores = vec![f32::NEG_INFINITY; self.rows];
        if query.len() != self.dimension || self.dimension == 0 {
            return scores;
        }
        let query = quantise(query);
        for (before, segment) in &self.segments {
            let wanted =
                |owner: &&Owner| (days.from..=days.to).contains(&owner.day) && !without.contains(&owner.entry_id);
            for owner in segment.owners.iter().filter(wanted) {
                for row in owner.rows.clone() {
                    let components = &segment.components[row * self.dimension..(row + 1) * self.dimension];
                    let dot = i8::dot(&query.components, components).expect("both have the index's dimension");
                    scores[before + row] = dot as f32 * segment.scales[row] * query.scale;
                }
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
        let &(place, owner) = self.owner_of.get(&entry_id)?;
        let (before, segment) = &self.segments[place];
        let Range { start, end } = segment.owners[owner].rows;
        scores[before + start..before + end].iter().copied().max_by(f32::total_cmp)
    }

    fn hit(&self, scores: &[f32], row: usize) -> RowHit {
        let (before, segment) = &self.segments[self.segments.partition_point(|(before, _)| *before <= row) - 1];
        let local = row - before;
        let owner = &segment.owners[segment.owners.partition_point(|owner| owner.rows.end <= local)];
        RowHit { entry_id: owner.entry_id, chunk_id: segment.chunk_ids[local], cosine: scores[row] }
    }

    /// Returns every row as its entry, day, chunk, scale and components.
    #[cfg(test)]
    pub(crate) fn all(&self) -> Vec<(i64, Day, i64, f32, Vec<i8>)> {
        let mut all = Vec::new();
        for (_, segment) in &self.segments {
            for owner in &segment.owners {
                for row in owner.rows.clone() {
                    let components = segment.components[row * self.dimension..(row + 1) * self.dimension].to_vec();
                    all.push((owner.entry_id, owner.day, segment.chunk_ids[row], segment.scales[row], components));
                }
            }
        }
        all
    }
}

impl Segment {
    fn with_room(dimension: usize) -> Self {
        Self { components: Vec::with_capacity(SEGMENT * dimension), ..Self::default() }
    }

    /// Returns a copy of what stays, under its new days.
    fn with(&self, days: &[Option<Day>], dimension: usize) -> Self {
        let mut copy = Self::with_room(dimension);
        for (owner, day) in self.owners.iter().zip(days) {
            let Some(day) = *day else { continue };
            let begin = copy.chunk_ids.len();
            let Range { start, end } = owner.rows;
            copy.chunk_ids.extend_from_slice(&self.chunk_ids[start..end]);
            copy.scales.extend_from_slice(&self.scales[start..end]);
            copy.components.extend_from_slice(&self.components[start * dimension..end * dimension]);
            copy.owners.push(Owner { entry_id: owner.entry_id, day, rows: begin..copy.chunk_ids.len() });
        }
        copy
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

        let scores = index.scan(&[0.6, 0.8, 0.0], Days::ALL, &HashSet::new());

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

        let scores = index.scan(&[1.0, 0.0, 0.0], Days { from: 20_260_102, to: 20_260_102 }, &HashSet::new());

        assert_eq!(index.best(&scores, 10).len(), 1);
        assert_eq!(index.best_of(&scores, 9), None);
        assert!(index.best_of(&scores, 1).unwrap() > 0.99);
        assert!(index.scan(&[1.0], Days::ALL, &HashSet::new()).iter().all(|score| *score == f32::NEG_INFINITY));
    }

    #[test]
    fn a_later_picture_keeps_what_stays_under_its_new_day() {
        let before = index(&[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);

        let later = before.carried_over(2, |entry, chunk| (entry != 1 && chunk == entry + 100).then_some(20_270_101));

        let days = Days { from: 20_270_101, to: 20_270_101 };
        let scores = later.scan(&[0.0, 0.0, 1.0], days, &HashSet::new());
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

        let scores = index.scan(&[0.0, 1.0], Days::ALL, &HashSet::new());

        assert!(index.best_of(&scores, 5).unwrap() > 0.99);
    }

    #[test]
    fn the_best_rows_are_those_that_a_full_sort_gives() {
        let mut index = VectorIndex::new(1, 1);
        for row in 0..3000 {
            index.push(row, 20_260_101, row + 7000, 1.0, &[1]);
        }
        let scores: Vec<f32> = (0..3000u32).map(|row| (row * 7919 % 251) as f32 / 251.0).collect();
        let mut sorted: Vec<usize> = (0..3000).collect();
        sorted.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));

        for limit in [1, 7, 50, 400, 4000] {
            let best = index.best(&scores, limit);
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
