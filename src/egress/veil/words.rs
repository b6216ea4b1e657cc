//! The owner's own words, found whatever their case, their accents' encoding, and the blanks between them.

use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::char::is_combining_mark;

/// Words by their first character, the longest first.
pub(super) struct Words(HashMap<char, Vec<Vec<char>>>);

/// A character as it is compared, and the bytes of the text it comes from.
struct Folded {
    character: char,
    from: Range<usize>,
}

impl Words {
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

    /// Returns where the text has one of the words as a whole.
    pub(super) fn places(&self, text: &str) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        if self.is_empty() {
            return places;
        }
        let folded = fold(text);
        let mut at = 0;
        while let Some(first) = folded.get(at) {
            let candidates = self.0.get(&first.character).into_iter().flatten();
            match candidates.filter(|word| is_at(&folded, at, word)).map(Vec::len).next() {
                Some(length) => {
                    places.push(first.from.start..folded[at + length - 1].from.end);
                    // The next may overlap; overlapping places become one.
                    at += 1;
                }
                None => at += 1,
            }
        }
        places
    }
}

/// Counts what of a word is compared, so that one that would be found everywhere can be refused.
pub(crate) fn significant(word: &str) -> usize {
    fold(word).iter().filter(|folded| folded.character.is_alphanumeric()).count()
}

fn is_at(text: &[Folded], at: usize, word: &[char]) -> bool {
    let Some(part) = text.get(at..at + word.len()) else { return false };
    let same = part.iter().zip(word).all(|(folded, character)| folded.character == *character);
    same && is_edge(at.checked_sub(1).and_then(|before| text.get(before)), word.first())
        && is_edge(text.get(at + word.len()), word.last())
}

/// Tells whether a word may begin or end beside this neighbour.
fn is_edge(neighbour: Option<&Folded>, own: Option<&char>) -> bool {
    let (Some(neighbour), Some(own)) = (neighbour, own) else { return true };
    let other = neighbour.character;
    if is_combining_mark(other) {
        // The mark belongs to the letter before it, which then is another letter.
        return false;
    }
    !(own.is_alphanumeric() && other.is_alphanumeric()) || is_unspaced(*own) || is_unspaced(other)
}

/// Tells whether a character belongs to a script that puts no blanks between words.
fn is_unspaced(character: char) -> bool {
    matches!(u32::from(character),
        // Thai, Lao, Myanmar, Khmer; kana and ideographs; ideographs beyond the first plane.
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF
        | 0x2_0000..=0x3_FFFF)
}

/// Folds a text: compatible decomposition (UAX #15), case, blanks to one, and nothing that is not seen.
///
/// Going to upper and back to lower case makes `ß` and `ss`, `ς` and `σ` the same.
fn fold(text: &str) -> Vec<Folded> {
    let mut folded: Vec<Folded> = Vec::with_capacity(text.len());
    for (start, character) in text.char_indices() {
        let from = start..start + character.len_utf8();
        if is_invisible(character) {
            continue;
        }
        if character.is_whitespace() {
            match folded.last_mut() {
                Some(last) if last.character == ' ' => last.from.end = from.end,
                _ => folded.push(Folded { character: ' ', from }),
            }
            continue;
        }
        let lowered = std::iter::once(character).nfkd().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
        for character in lowered.nfkd() {
            folded.push(Folded { character, from: from.clone() });
        }
    }
    // Marks on one letter stand in their canonical order, whatever order they were typed in.
    let mut start = 0;
    while start < folded.len() {
        let marks =
            folded[start..].iter().take_while(|folded| canonical_combining_class(folded.character) != 0).count();
        folded[start..start + marks].sort_by_key(|folded| canonical_combining_class(folded.character));
        start += marks.max(1);
    }
    folded
}

/// Soft hyphens, joiners, marks of direction: a reader does not see them inside a word.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}
