//! Cuts text into the word pieces of an uncased BERT vocabulary.
//!
//! The rules are those of the model's own tokenizer: controls are dropped, accents stripped, letters lowered, ideographs
//! and punctuation stand alone, and what is left of a word is matched greedily. Two differences are meant: marks such as
//! `[SEP]` written in a text are plain text, and characters are classed by today's Unicode instead of that of 2015.

use std::ops::Range;

use unicode_normalization::char::decompose_canonical;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::vocabulary::Vocabulary;

/// Stands for a word the vocabulary cannot spell.
const UNKNOWN: u16 = 100;
/// Characters of the longest word that is spelled at all.
const LONGEST_WORD: usize = 100;

/// A piece of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) id: u16,
    /// The bytes of the text it was made from.
    pub(crate) range: Range<usize>,
    /// Whether it is the first of its word.
    pub(crate) begins: bool,
}

/// Cuts text into pieces, ascending, and stops soon after `limit` of them.
pub(crate) fn pieces(vocabulary: &Vocabulary, text: &str, limit: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut word = Word::default();
    for (start, c) in text.char_indices() {
        if pieces.len() >= limit {
            return pieces;
        }
        let range = start..start + c.len_utf8();
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase(), &range);
        } else if c.is_whitespace() && !is_dropped(c) {
            word.spell(vocabulary, &mut pieces);
        } else if is_ideograph(c) {
            word.spell(vocabulary, &mut pieces);
            decompose_canonical(c, |part| word.push(part, &range));
            word.spell(vocabulary, &mut pieces);
        } else if !is_dropped(c) {
            decompose_canonical(c, |part| {
                if part.general_category() == GeneralCategory::NonspacingMark {
                    return;
                }
                for letter in part.to_lowercase() {
                    if is_punctuation(letter) {
                        word.spell(vocabulary, &mut pieces);
                        word.push(letter, &range);
                        word.spell(vocabulary, &mut pieces);
                    } else {
                        word.push(letter, &range);
                    }
                }
            });
        }
    }
    word.spell(vocabulary, &mut pieces);
    pieces
}

/// The word being read, normalised, with the bytes each of its characters came from.
#[derive(Default)]
struct Word {
    text: String,
    sources: Vec<Range<usize>>,
}

impl Word {
    /// Adds a character; of a word too long to spell only the end is noted.
    fn push(&mut self, c: char, source: &Range<usize>) {
        if self.sources.len() <= LONGEST_WORD {
            self.text.push(c);
            self.sources.push(source.clone());
        } else if let Some(last) = self.sources.last_mut() {
            last.end = source.end;
        }
    }

    /// Appends the pieces of the word and empties it; a word that cannot be spelled in full is one unknown piece.
    fn spell(&mut self, vocabulary: &Vocabulary, pieces: &mut Vec<Piece>) {
        let before = pieces.len();
        let (mut rest, mut sources) = (self.text.as_str(), self.sources.as_slice());
        while let (Some(first), Some(last)) = (sources.first(), sources.last()) {
            let begins = pieces.len() == before;
            let found = vocabulary.longest(rest, begins).filter(|_| self.sources.len() <= LONGEST_WORD);
            let Some((id, length)) = found else {
                pieces.truncate(before);
                pieces.push(Piece { id: UNKNOWN, range: self.sources[0].start..last.end, begins: true });
                break;
            };
            let (piece, left) = rest.split_at(length);
            let (used, unused) = sources.split_at(piece.chars().count());
            pieces.push(Piece { id, range: first.start..used[used.len() - 1].end, begins });
            (rest, sources) = (left, unused);
        }
        self.text.clear();
        self.sources.clear();
    }
}

/// Returns whether a character never reaches the vocabulary. Tabs and line ends do, as spaces.
fn is_dropped(c: char) -> bool {
    match c {
        ' ' | '\t' | '\n' | '\r' => false,
        '\u{fffd}' => true,
        _ if c.is_ascii_graphic() => false,
        _ => matches!(
            c.general_category(),
            GeneralCategory::Control | GeneralCategory::Format | GeneralCategory::PrivateUse
        ),
    }
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() || c.general_category_group() == GeneralCategoryGroup::Punctuation
}

/// Returns whether a character is one of the blocks BERT sets apart: ideographs, but neither kana nor hangul.
fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c),
        0x4E00..=0x9FFF
        | 0x3400..=0x4DBF
        | 0x20000..=0x2A6DF
        | 0x2A700..=0x2B73F
        | 0x2B740..=0x2B81F
        | 0x2B920..=0x2CEAF
        | 0xF900..=0xFAFF
        | 0x2F800..=0x2FA1F)
}
