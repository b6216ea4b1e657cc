//! Matcher for the owner's word list, insensitive to case, accent encoding and spacing.

use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// Folded words by first character, longest first.
pub(super) struct WordMatcher(HashMap<char, Vec<Vec<char>>>);

/// Folded character, with the byte range of the text that it comes from.
struct FoldedChar {
    character: char,
    from: Range<usize>,
}

impl WordMatcher {
    pub(super) fn new(words: &[String]) -> Self {
        let mut by_first: HashMap<char, Vec<Vec<char>>> = HashMap::new();
        for word in words {
            let word: Vec<char> = fold(word.trim()).into_iter().map(|folded| folded.character).collect();
            if let Some(first) = word.first() {
                by_first.entry(*first).or_default().push(word);
            }
        }
        for words in by_first.values_mut() {
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        }
        Self(by_first)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the byte ranges of whole-word matches.
    pub(super) fn find_ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        if self.is_empty() {
            return places;
        }
        let folded = fold(text);
        let mut at = 0;
        while let Some(first) = folded.get(at) {
            let candidates = self.0.get(&first.character).into_iter().flatten();
            match candidates.filter(|word| matches_at(&folded, at, word)).map(Vec::len).next() {
                Some(length) => {
                    places.push(first.from.start..folded[at + length - 1].from.end);
                    // The next match may overlap; overlapping ranges are merged later.
                    at += 1;
                }
                None => at += 1,
            }
        }
        places
    }
}

/// Counts the significant characters of a word, so that one that would match everywhere can be refused.
pub(crate) fn significant_char_count(word: &str) -> usize {
    fold(word).iter().filter(|folded| folded.character.is_alphanumeric()).count()
}

fn matches_at(text: &[FoldedChar], at: usize, word: &[char]) -> bool {
    let Some(part) = text.get(at..at + word.len()) else { return false };
    let same = part.iter().zip(word).all(|(folded, character)| folded.character == *character);
    same && is_edge(at.checked_sub(1).and_then(|before| text.get(before)), word.first())
        && is_edge(text.get(at + word.len()), word.last())
}

/// Returns whether a word boundary exists between a word's character and its neighbour.
fn is_edge(neighbour: Option<&FoldedChar>, own: Option<&char>) -> bool {
    let (Some(neighbour), Some(own)) = (neighbour, own) else { return true };
    let other = neighbour.character;
    if is_combining_mark(other) {
        // A combining mark changes the letter before it.
        return false;
    }
    !(own.is_alphanumeric() && other.is_alphanumeric()) || is_unspaced(*own) || is_unspaced(other)
}

/// Returns whether a character belongs to a script without spaces between words.
fn is_unspaced(character: char) -> bool {
    matches!(u32::from(character),
        // Thai, Lao, Myanmar, Khmer; kana and ideographs; ideographs beyond the first plane.
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF
        | 0x2_0000..=0x3_FFFF)
}

/// Folds a text: compatibility decomposition (UAX #15), case, white space to one space; invisible characters dropped.
///
/// Mapping to upper and then lower case makes `ß` equal to `ss`, and `ς` to `σ`.
fn fold(text: &str) -> Vec<FoldedChar> {
    let mut folded: Vec<FoldedChar> = Vec::with_capacity(text.len());
    for (start, character) in text.char_indices() {
        let from = start..start + character.len_utf8();
        if is_invisible(character) {
            continue;
        }
        if character.is_whitespace() {
            match folded.last_mut() {
                Some(last) if last.character == ' ' => last.from.end = from.end,
                _ => folded.push(FoldedChar { character: ' ', from }),
            }
            continue;
        }
        let lowered = std::iter::once(character).nfkd().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
        for character in lowered.nfkd() {
            folded.push(FoldedChar { character, from: from.clone() });
        }
    }
    // Combining marks are sorted into canonical order, independent of the order of typing.
    let mut start = 0;
    while start < folded.len() {
        let marks =
            folded[start..].iter().take_while(|folded| canonical_combining_class(folded.character) != 0).count();
        folded[start..start + marks].sort_by_key(|folded| canonical_combining_class(folded.character));
        start += marks.max(1);
    }
    folded
}

/// Returns whether a character is invisible inside a word: soft hyphens, joiners, directional marks.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}
