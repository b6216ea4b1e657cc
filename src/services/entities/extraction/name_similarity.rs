//! Similarity of names by their letters, for merge candidates.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

/// Minimum length of a compared name, in code points.
const MIN_NAME_LENGTH: usize = 2;
/// Maximum length of a differing prefix or suffix, in code points.
const MAX_AFFIX_DIFF: usize = 6;
/// Minimum length of a shared prefix or suffix, in code points.
const MIN_SHARED_AFFIX: usize = 8;
/// Similarity of names that differ by an affix that is not a word.
const NEAR_SIMILARITY: f64 = 0.95;

/// A name reduced to its compared characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NameSignature(Vec<char>);

impl NameSignature {
    /// Normalizes a name: lower case, without white space, full stops, commas and hyphens.
    pub(crate) fn from_name(name: &str) -> Self {
        let lower = name.to_lowercase();
        Self(lower.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | ',' | '-')).collect())
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the similarity, at most 1; `None` if the names are distinct.
    pub(crate) fn similarity(&self, other: &Self) -> Option<f64> {
        let (short, long) = if self.len() <= other.len() { (&self.0, &other.0) } else { (&other.0, &self.0) };
        if short.len() < MIN_NAME_LENGTH {
            return None;
        }
        if short == long {
            return Some(1.0);
        }
        (is_contained(short, long) || shares_affix(short, long)).then_some(NEAR_SIMILARITY)
    }
}

fn is_contained(short: &[char], long: &[char]) -> bool {
    if long.len() - short.len() > MAX_AFFIX_DIFF {
        return false;
    }
    let places = long.windows(short.len()).enumerate().filter(|(_, window)| *window == short);
    places.map(|(at, _)| [&long[..at], &long[at + short.len()..]].concat()).any(|rest| !is_word_like(&rest, 3))
}

fn shares_affix(short: &[char], long: &[char]) -> bool {
    let same = |one: &[char], other: &[char]| one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let backwards = |name: &[char]| name.iter().rev().copied().collect::<Vec<_>>();
    let beginning = same(short, long);
    let end = same(&backwards(short), &backwards(long));
    differs_slightly(beginning, &short[beginning..], &long[beginning..], 5)
        || differs_slightly(end, &short[..short.len() - end], &long[..long.len() - end], 3)
}

fn differs_slightly(shared: usize, one: &[char], other: &[char], word: usize) -> bool {
    let longer = one.len().max(other.len());
    let is_end = |end: &[char]| end.len() <= MAX_AFFIX_DIFF && !is_word_like(end, word);
    shared >= MIN_SHARED_AFFIX && shared >= 2 * longer && is_end(one) && is_end(other)
}

/// Returns true if the rest of a name has a meaning: `min_letters` letters with a vowel, digits only, or a possessive.
fn is_word_like(rest: &[char], min_letters: usize) -> bool {
    let Some(first) = rest.first() else { return false };
    let has_vowel = || rest.iter().copied().nfd().any(|c| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u'));
    matches!(first, '\'' | '’') || rest.iter().all(char::is_ascii_digit) || (rest.len() >= min_letters && has_vowel())
}

/// Returns the pairs of similar names, lower id first: every name of `touched`, which is sorted, with every other of
/// its group.
pub(super) fn similar_pairs<K: Ord + Copy, I: Ord + Copy>(names: &[(I, K, &str)], touched: &[I]) -> Vec<(I, I, f64)> {
    let mut groups: BTreeMap<K, Vec<(NameSignature, I)>> = BTreeMap::new();
    for &(id, kind, name) in names {
        groups.entry(kind).or_default().push((NameSignature::from_name(name), id));
    }
    let mut found = BTreeMap::new();
    for group in groups.values_mut() {
        // Similar names differ by at most `MAX_AFFIX_DIFF` characters, so each is compared with its neighbours by
        // length.
        group.sort_by_key(|(signature, _)| signature.len());
        for (signature, id) in group.iter().filter(|(_, id)| touched.binary_search(id).is_ok()) {
            let from = group.partition_point(|(other, _)| other.len() + MAX_AFFIX_DIFF < signature.len());
            let near = group[from..].iter().take_while(|(other, _)| other.len() <= signature.len() + MAX_AFFIX_DIFF);
            for (other, other_id) in near.filter(|(_, other_id)| other_id != id) {
                if let Some(likeness) = signature.similarity(other) {
                    found.insert(((*id).min(*other_id), (*id).max(*other_id)), likeness);
                }
            }
        }
    }
    found.into_iter().map(|((low, high), likeness)| (low, high, likeness)).collect()
}
