//! `WordPiece` tokenizer for an uncased BERT vocabulary.
//!
//! Follows the model's published tokenizer: control characters are dropped, accents stripped, letters lower-cased,
//! ideographs and punctuation separated, and words matched greedily. Two deliberate differences: special tokens such
//! as `[SEP]` in a text are plain text, and characters are classified by current Unicode instead of that of 2015.

use std::ops::Range;

use unicode_normalization::char::decompose_canonical;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::vocabulary::WordPieceVocabulary;

/// Id of `[UNK]`, for words outside the vocabulary.
const UNKNOWN_TOKEN: u16 = 100;
/// Maximum characters of a word; longer words are unknown.
const MAX_WORD_CHARS: usize = 100;

/// Word piece with its source range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WordPiece {
    pub(crate) id: u16,
    /// Byte range in the text.
    pub(crate) range: Range<usize>,
    /// True for the first piece of a word.
    pub(crate) starts_word: bool,
}

/// Tokenizes a text into pieces in ascending order; stops shortly after `limit` pieces.
pub(crate) fn tokenize(vocabulary: &WordPieceVocabulary, text: &str, limit: usize) -> Vec<WordPiece> {
    let mut pieces = Vec::new();
    let mut word = WordBuffer::default();
    for (start, c) in text.char_indices() {
        if pieces.len() >= limit {
            return pieces;
        }
        let range = start..start + c.len_utf8();
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase(), &range);
        } else if c.is_whitespace() && !is_dropped(c) {
            word.flush(vocabulary, &mut pieces);
        } else if is_ideograph(c) {
            word.flush(vocabulary, &mut pieces);
            decompose_canonical(c, |part| word.push(part, &range));
            word.flush(vocabulary, &mut pieces);
        } else if !is_dropped(c) {
            decompose_canonical(c, |part| {
                if part.general_category() == GeneralCategory::NonspacingMark {
                    return;
                }
                for letter in part.to_lowercase() {
                    if is_punctuation(letter) {
                        word.flush(vocabulary, &mut pieces);
                        word.push(letter, &range);
                        word.flush(vocabulary, &mut pieces);
                    } else {
                        word.push(letter, &range);
                    }
                }
            });
        }
    }
    word.flush(vocabulary, &mut pieces);
    pieces
}

/// Normalised word being read, with the source byte range of each character.
#[derive(Default)]
struct WordBuffer {
    text: String,
    sources: Vec<Range<usize>>,
}

impl WordBuffer {
    /// Appends a character; for a word that is too long, only the end of its range is updated.
    fn push(&mut self, c: char, source: &Range<usize>) {
        if self.sources.len() <= MAX_WORD_CHARS {
            self.text.push(c);
            self.sources.push(source.clone());
        } else if let Some(last) = self.sources.last_mut() {
            last.end = source.end;
        }
    }

    /// Appends the pieces of the word and clears it; a word that is not fully covered becomes one unknown piece.
    fn flush(&mut self, vocabulary: &WordPieceVocabulary, pieces: &mut Vec<WordPiece>) {
        let before = pieces.len();
        let (mut rest, mut sources) = (self.text.as_str(), self.sources.as_slice());
        while let (Some(first), Some(last)) = (sources.first(), sources.last()) {
            let begins = pieces.len() == before;
            let found = vocabulary.longest_match(rest, begins).filter(|_| self.sources.len() <= MAX_WORD_CHARS);
            let Some((id, length)) = found else {
                pieces.truncate(before);
                pieces.push(WordPiece { id: UNKNOWN_TOKEN, range: self.sources[0].start..last.end, starts_word: true });
                break;
            };
            let (piece, left) = rest.split_at(length);
            let (used, unused) = sources.split_at(piece.chars().count());
            pieces.push(WordPiece { id, range: first.start..used[used.len() - 1].end, starts_word: begins });
            (rest, sources) = (left, unused);
        }
        self.text.clear();
        self.sources.clear();
    }
}

/// Returns true for characters that are dropped. Tabs and line ends count as spaces instead.
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

/// Returns true for characters of the blocks that BERT separates: ideographs, but neither kana nor hangul.
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
