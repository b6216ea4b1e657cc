//! Literal comparison of a query's phrases and symbols with the text of an entry.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::domain::search_query::term::SearchTerm;

/// Combining mark of keycap emoji, which is part of the symbol.
const KEYCAP: char = '\u{20e3}';

/// Returns whether a search compares a character itself: emoji, currency, arrows, and the ASCII signs that are part of
/// names and amounts, such as `#`, `@`, `%` and `+`. Ordinary punctuation is not among them.
#[must_use]
pub(super) fn is_symbol(c: char) -> bool {
    matches!(c,
        '#' | '$' | '%' | '&' | '+' | '<' | '=' | '>' | '@' | '^' | '`' | '|' | '~'
        | '¢'..='¦' | '§'..='©' | '¬' | '®'..='±' | '¶' | '×' | '÷' | '\u{2020}'..='\u{2022}'
        | '\u{2030}'..='\u{2031}' | KEYCAP | '\u{20a0}'..='\u{20cf}' | '\u{2190}'..='\u{2bff}' | '〰' | '〽' | '㊗' | '㊙'
        | '\u{1f000}'..='\u{1faff}')
        || (('\u{2100}'..='\u{214f}').contains(&c) && !c.is_alphanumeric())
}

/// Returns whether a character is part of a word of the full-text index.
#[must_use]
pub(super) fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() && !is_symbol(c)
}

/// Returns the symbols of a text as words of the full-text index, each once, in order of the code points.
#[must_use]
pub fn symbol_words(text: &str) -> Vec<String> {
    let mut symbols: Vec<char> = text.chars().filter(|c| is_symbol(*c)).collect();
    symbols.sort_unstable();
    symbols.dedup();
    symbols.into_iter().map(|c| format!("x{:x}", u32::from(c))).collect()
}

/// Folds a character: decomposed, lower case, without accents, variation selectors and curly apostrophes.
fn fold(c: char) -> impl Iterator<Item = char> {
    let is_dropped = |c: &char| {
        (is_combining_mark(*c) && *c != KEYCAP)
            || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
    };
    let plain = if matches!(c, '\u{2018}' | '\u{2019}' | '\u{02bc}') { '\'' } else { c };
    std::iter::once(plain).nfd().filter(move |c| !is_dropped(c)).flat_map(char::to_lowercase)
}

/// Folded text with the place of each character in the original.
struct FoldedText {
    chars: Vec<char>,
    /// Byte range in the original by character.
    places: Vec<Range<usize>>,
}

impl FoldedText {
    /// Folds a text; runs of white space become one space.
    fn new(text: &str) -> Self {
        let (mut chars, mut places) = (Vec::with_capacity(text.len()), Vec::<Range<usize>>::with_capacity(text.len()));
        for (at, c) in text.char_indices() {
            let place = at..at + c.len_utf8();
            if c.is_whitespace() {
                if chars.last() != Some(&' ') {
                    chars.push(' ');
                    places.push(place);
                }
                continue;
            }
            for folded in fold(c) {
                chars.push(folded);
                places.push(place.clone());
            }
        }
        Self { chars, places }
    }

    /// Returns the words only, joined by single spaces.
    fn words(text: &str) -> Self {
        let folded = Self::new(text);
        let (mut chars, mut places) = (Vec::with_capacity(folded.chars.len()), Vec::<Range<usize>>::new());
        for (c, place) in folded.chars.into_iter().zip(folded.places) {
            let c = if is_word_char(c) { c } else { ' ' };
            if c != ' ' || chars.last() != Some(&' ') {
                chars.push(c);
                places.push(place);
            }
        }
        Self { chars, places }
    }

    /// Returns the byte range of the first occurrence that neither begins nor ends inside a word. With `is_prefix` it
    /// may end inside one.
    fn find(&self, wanted: &[char], is_prefix: bool) -> Option<Range<usize>> {
        let (first, last) = (wanted.first()?, wanted.last()?);
        let joins = |inside: char, outside: Option<&char>| {
            is_word_char(inside) && outside.is_some_and(|outside| is_word_char(*outside))
        };
        let mut from = 0;
        while let Some(step) = self.chars[from..].iter().position(|c| c == first) {
            let (start, end) = (from + step, from + step + wanted.len());
            if end > self.chars.len() {
                return None;
            }
            let is_apart = (start == 0 || !joins(*first, self.chars.get(start - 1)))
                && (is_prefix || !joins(*last, self.chars.get(end)));
            if is_apart && self.chars[start..end] == *wanted {
                return Some(self.places[start].start..self.places[end - 1].end);
            }
            from = start + 1;
        }
        None
    }
}

/// A phrase, prefix or symbol prepared for comparison.
struct LiteralPattern {
    wanted: Vec<char>,
    is_prefix: bool,
    /// True if the signs between the words count.
    has_symbols: bool,
}

/// Literal terms of a query, prepared for comparison with many texts.
pub(crate) struct LiteralMatcher {
    patterns: Vec<LiteralPattern>,
}

impl LiteralMatcher {
    /// Prepares the literal terms; plain words are left to the full-text index.
    pub(crate) fn new<'t>(terms: impl IntoIterator<Item = &'t SearchTerm>) -> Self {
        let patterns = terms.into_iter().filter_map(|term| match term {
            SearchTerm::Word(_) => None,
            SearchTerm::Phrase { text, is_prefix } => {
                let mut wanted = FoldedText::words(text).chars;
                wanted.truncate(wanted.iter().rposition(|c| *c != ' ').map_or(0, |last| last + 1));
                let blank = wanted.iter().take_while(|c| **c == ' ').count();
                wanted.drain(..blank);
                Some(LiteralPattern { wanted, is_prefix: *is_prefix, has_symbols: false })
            }
            SearchTerm::Symbols(text) => {
                Some(LiteralPattern { wanted: FoldedText::new(text).chars, is_prefix: false, has_symbols: true })
            }
        });
        Self { patterns: patterns.collect() }
    }

    /// Returns whether no term has to be compared.
    pub(crate) fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Returns whether one of the terms begins with `#`, so that tags have to be compared too.
    pub(crate) fn names_tags(&self) -> bool {
        self.patterns.iter().any(|pattern| pattern.wanted.first() == Some(&'#'))
    }

    /// Returns whether every term occurs in one of the texts.
    pub(crate) fn matches(&self, texts: &[&str]) -> bool {
        let forms: Vec<_> = texts.iter().map(|text| self.forms(text)).collect();
        self.patterns.iter().all(|pattern| forms.iter().any(|form| find_in(form, pattern).is_some()))
    }

    /// Returns whether one of the terms occurs in one of the texts.
    pub(crate) fn matches_any(&self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.find(text).is_some())
    }

    /// Returns the byte range of the first term that occurs in a text.
    pub(crate) fn find(&self, text: &str) -> Option<Range<usize>> {
        let form = self.forms(text);
        self.patterns.iter().find_map(|pattern| find_in(&form, pattern))
    }

    /// Returns the text as it is and as words, each only if a term needs it.
    fn forms(&self, text: &str) -> (Option<FoldedText>, Option<FoldedText>) {
        let needs = |symbols: bool| self.patterns.iter().any(|pattern| pattern.has_symbols == symbols);
        (needs(true).then(|| FoldedText::new(text)), needs(false).then(|| FoldedText::words(text)))
    }
}

fn find_in(
    (signs, words): &(Option<FoldedText>, Option<FoldedText>),
    pattern: &LiteralPattern,
) -> Option<Range<usize>> {
    let form = if pattern.has_symbols { signs } else { words };
    form.as_ref()?.find(&pattern.wanted, pattern.is_prefix)
}
