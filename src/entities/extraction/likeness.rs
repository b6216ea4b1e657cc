//! How alike two names are, letter by letter: what may be one and the same is shown to the owner.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

/// Shortest name that is compared, in code points.
const SHORTEST: usize = 2;
/// Longest end by which two names may differ.
const TAIL: usize = 6;
/// Shortest common beginning or end.
const SHARED: usize = 8;
/// Likeness of names that differ by an end that is no word.
const NEARLY: f64 = 0.95;

/// A name reduced to what is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature(Vec<char>);

impl Signature {
    /// Reduces a name: lower case, without white space, full stops, commas and hyphens.
    pub(crate) fn of(name: &str) -> Self {
        let lower = name.to_lowercase();
        Self(lower.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | ',' | '-')).collect())
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns how alike two are, 1 at most; `None` where they are two.
    pub(crate) fn likeness(&self, other: &Self) -> Option<f64> {
        let (short, long) = if self.len() <= other.len() { (&self.0, &other.0) } else { (&other.0, &self.0) };
        if short.len() < SHORTEST {
            return None;
        }
        if short == long {
            return Some(1.0);
        }
        (contains(short, long) || share(short, long)).then_some(NEARLY)
    }
}

fn contains(short: &[char], long: &[char]) -> bool {
    if long.len() - short.len() > TAIL {
        return false;
    }
    let places = long.windows(short.len()).enumerate().filter(|(_, window)| *window == short);
    places.map(|(at, _)| [&long[..at], &long[at + short.len()..]].concat()).any(|rest| !is_word_like(&rest, 3))
}

fn share(short: &[char], long: &[char]) -> bool {
    let same = |one: &[char], other: &[char]| one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let backwards = |name: &[char]| name.iter().rev().copied().collect::<Vec<_>>();
    let beginning = same(short, long);
    let end = same(&backwards(short), &backwards(long));
    differ_little(beginning, &short[beginning..], &long[beginning..], 5)
        || differ_little(end, &short[..short.len() - end], &long[..long.len() - end], 3)
}

fn differ_little(shared: usize, one: &[char], other: &[char], word: usize) -> bool {
    let longer = one.len().max(other.len());
    let is_end = |end: &[char]| end.len() <= TAIL && !is_word_like(end, word);
    shared >= SHARED && shared >= 2 * longer && is_end(one) && is_end(other)
}

/// Tells whether what is left of a name says something of its own; `fewest` letters and a vowel do.
fn is_word_like(rest: &[char], fewest: usize) -> bool {
    let Some(first) = rest.first() else { return false };
    let has_vowel = || rest.iter().copied().nfd().any(|c| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u'));
    matches!(first, '\'' | '’') || rest.iter().all(char::is_ascii_digit) || (rest.len() >= fewest && has_vowel())
}

/// Returns the pairs of names that are alike, of each pair the lower number first: every name of `touched` with every
/// other of its group.
pub(super) fn pairs<K: Ord + Copy, I: Ord + Copy>(names: &[(I, K, &str)], touched: &[I]) -> Vec<(I, I, f64)> {
    let mut groups: BTreeMap<K, Vec<(Signature, I)>> = BTreeMap::new();
    for &(id, kind, name) in names {
        groups.entry(kind).or_default().push((Signature::of(name), id));
    }
    let mut found = BTreeMap::new();
    for group in groups.values_mut() {
        // Names that are alike differ by `TAIL` letters at most, so each is compared with its neighbours by length.
        group.sort_by_key(|(signature, _)| signature.len());
        for (signature, id) in group.iter().filter(|(_, id)| touched.binary_search(id).is_ok()) {
            let from = group.partition_point(|(other, _)| other.len() + TAIL < signature.len());
            let near = group[from..].iter().take_while(|(other, _)| other.len() <= signature.len() + TAIL);
            for (other, other_id) in near.filter(|(_, other_id)| other_id != id) {
                if let Some(likeness) = signature.likeness(other) {
                    found.insert(((*id).min(*other_id), (*id).max(*other_id)), likeness);
                }
            }
        }
    }
    found.into_iter().map(|((low, high), likeness)| (low, high, likeness)).collect()
}
