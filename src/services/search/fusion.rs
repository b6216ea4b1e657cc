//! Score fusion of vector similarity and keyword relevance.

use crate::domain::id::EntryId;

/// Weight of the keyword score relative to the cosine: the best keyword match adds this much, others in proportion to
/// their bm25.
///
/// Measured by `cargo bench --bench relevance`: from 0.2 up, queries of two rare words rank their entry first (MRR
/// 1.00; at 0.1 it is 0.88), and questions keep their semantic results (0.69), since few entries contain every word of
/// a question. Counting entries with *some* of the words costs questions 0.01 to 0.14, and equal-weight reciprocal rank
/// fusion half of everything.
pub const WORD_WEIGHT: f64 = 0.30;

/// Scores of one entry by both retrievers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FusionCandidate {
    /// The entry.
    pub entry: EntryId,
    /// bm25 relevance, positive; `None` if the keywords do not match.
    pub relevance: Option<f64>,
    /// Best cosine of its chunks; `None` while it is not embedded yet.
    pub cosine: Option<f64>,
}

/// Orders candidates by fused score, best first; ties go to the newer id.
///
/// A keyword match without vectors gets the cosine of the nearest candidate: it was just written and must not be
/// hidden because it is not embedded yet.
#[must_use]
pub fn fuse(candidates: &[FusionCandidate]) -> Vec<(EntryId, f64)> {
    let strongest = candidates.iter().filter_map(|candidate| candidate.relevance).fold(0.0, f64::max);
    let nearest = candidates.iter().filter_map(|candidate| candidate.cosine).reduce(f64::max).unwrap_or(0.0);
    let mut fused: Vec<(EntryId, f64)> = candidates
        .iter()
        .map(|candidate| {
            let words = match candidate.relevance {
                Some(relevance) if strongest > 0.0 => relevance / strongest,
                _ => 0.0,
            };
            (candidate.entry, candidate.cosine.unwrap_or(nearest) + WORD_WEIGHT * words)
        })
        .collect();
    fused.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
    fused
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(entry: i64, relevance: Option<f64>, cosine: Option<f64>) -> FusionCandidate {
        FusionCandidate { entry: EntryId(entry), relevance, cosine }
    }

    fn order(candidates: &[FusionCandidate]) -> Vec<i64> {
        fuse(candidates).into_iter().map(|(entry, _)| entry.0).collect()
    }

    #[test]
    fn keywords_lift_an_entry_but_not_above_a_much_closer_one() {
        let near = candidate(1, None, Some(0.70));
        let worded = candidate(2, Some(8.0), Some(0.65));
        let far = candidate(3, Some(7.9), Some(0.10));

        assert_eq!(order(&[far, near, worded]), [2, 1, 3]);
    }

    #[test]
    fn an_entry_without_vectors_is_found_by_keyword() {
        let old = candidate(1, None, Some(0.70));
        let fresh = candidate(2, Some(3.0), None);

        assert_eq!(order(&[old, fresh]), [2, 1]);
    }

    #[test]
    fn no_candidates_give_no_order() {
        assert!(fuse(&[]).is_empty());
    }
}
