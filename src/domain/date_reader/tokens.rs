//! Tokens of a text: numbers, words, ideographs, symbols, blanks and line breaks.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Most digits of a number that are read; longer ones are no part of a date.
const MAX_DIGITS: usize = 18;

/// Kind and value of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Digits, also full-width ones.
    Number {
        /// Value; 0 past [`MAX_DIGITS`].
        value: i64,
        /// Count of digits.
        digits: usize,
    },
    /// Letters, in lower case without accents.
    Word(String),
    /// Chinese character or kana.
    Ideograph(char),
    /// Any other character; full-width punctuation as its ASCII form.
    Symbol(char),
    /// White space within a line, with its length in code points.
    Blank(usize),
    /// End of a line.
    LineBreak,
}

/// Token with its bytes in the text.
#[derive(Debug, Clone)]
pub(super) struct DateToken {
    pub(super) span: Range<usize>,
    pub(super) kind: TokenKind,
}

/// Class of a character; adjacent characters of one class form a token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CharClass {
    Digit,
    Letter,
    Ideograph,
    Symbol,
    Blank,
    LineBreak,
}

fn class_of(c: char) -> CharClass {
    match c {
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => CharClass::LineBreak,
        '0'..='9' | '\u{ff10}'..='\u{ff19}' => CharClass::Digit,
        '\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => {
            CharClass::Ideograph
        }
        // Ordinal signs are letters for Unicode.
        _ if c.is_alphabetic() || is_combining_mark(c) => CharClass::Letter,
        _ if c.is_whitespace() => CharClass::Blank,
        _ => CharClass::Symbol,
    }
}

/// Returns the ASCII form of full-width punctuation and of dashes and apostrophes.
fn plain_symbol(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{02bc}' | '`' | '\u{00b4}' => '\'',
        '\u{3001}' => ',',
        '\u{3002}' => '.',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Returns a word in lower case without accents; `ł` and `ß` become `l` and `ss`.
pub(crate) fn fold(word: &str) -> String {
    let letters = word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let mut folded = String::with_capacity(word.len());
    for letter in letters {
        match letter {
            'ł' => folded.push('l'),
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            other => folded.push(other),
        }
    }
    folded
}

/// Splits a text into tokens.
pub(super) fn tokenize(text: &str) -> Vec<DateToken> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        let class = class_of(first);
        let mut end = start + first.len_utf8();
        let single = matches!(class, CharClass::Ideograph | CharClass::Symbol | CharClass::LineBreak);
        while let Some((at, c)) = chars.next_if(|(_, c)| !single && class_of(*c) == class) {
            end = at + c.len_utf8();
        }
        let written = &text[start..end];
        let kind = match class {
            CharClass::Digit => number(written),
            CharClass::Letter => TokenKind::Word(fold(written)),
            CharClass::Ideograph => TokenKind::Ideograph(first),
            CharClass::Symbol => TokenKind::Symbol(plain_symbol(first)),
            CharClass::Blank => TokenKind::Blank(written.chars().count()),
            CharClass::LineBreak => TokenKind::LineBreak,
        };
        tokens.push(DateToken { span: start..end, kind });
    }
    tokens
}

fn number(written: &str) -> TokenKind {
    let digits = written.chars().count();
    let values = written.chars().map(|c| if c.is_ascii() { c as u32 - 0x30 } else { c as u32 - 0xff10 });
    let value = if digits > MAX_DIGITS { 0 } else { values.fold(0, |sum, digit| sum * 10 + i64::from(digit)) };
    TokenKind::Number { value, digits }
}

/// Position in the tokens of a text; a copy is a point to return to.
#[derive(Debug, Clone, Copy)]
pub(super) struct TokenCursor<'a> {
    pub(super) text: &'a str,
    tokens: &'a [DateToken],
    pub(super) at: usize,
}

impl<'a> TokenCursor<'a> {
    pub(super) fn new(text: &'a str, tokens: &'a [DateToken], at: usize) -> Self {
        Self { text, tokens, at }
    }

    /// Returns the kind of the next token.
    pub(super) fn peek(&self) -> Option<&'a TokenKind> {
        self.peek_at(0)
    }

    /// Returns the kind of a token after the next one.
    pub(super) fn peek_at(&self, offset: usize) -> Option<&'a TokenKind> {
        self.tokens.get(self.at + offset).map(|token| &token.kind)
    }

    /// Returns the kind of a token before the next one; 1 is the one directly before it.
    pub(super) fn peek_back(&self, offset: usize) -> Option<&'a TokenKind> {
        self.tokens.get(self.at.checked_sub(offset)?).map(|token| &token.kind)
    }

    /// Returns the first byte of the next token.
    pub(super) fn start(&self) -> usize {
        self.tokens.get(self.at).map_or(self.text.len(), |token| token.span.start)
    }

    /// Returns the byte after the token before this position.
    pub(super) fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.span.end)
    }

    /// Returns the text of the next token.
    pub(super) fn written(&self) -> &'a str {
        self.tokens.get(self.at).map_or("", |token| &self.text[token.span.clone()])
    }

    /// Takes a number with a count of digits in the range.
    pub(super) fn number(&mut self, digits: std::ops::RangeInclusive<usize>) -> Option<(i64, usize)> {
        match self.peek()? {
            TokenKind::Number { value, digits: count } if digits.contains(count) => {
                self.at += 1;
                Some((*value, *count))
            }
            _ => None,
        }
    }

    /// Takes a word.
    pub(super) fn word(&mut self) -> Option<&'a str> {
        match self.peek()? {
            TokenKind::Word(word) => {
                self.at += 1;
                Some(word)
            }
            _ => None,
        }
    }

    /// Takes a word of a list.
    pub(super) fn word_of(&mut self, words: &[&str]) -> bool {
        let here = *self;
        let found = self.word().is_some_and(|word| words.contains(&word));
        if !found {
            *self = here;
        }
        found
    }

    /// Takes a symbol of a list.
    pub(super) fn symbol(&mut self, symbols: &[char]) -> Option<char> {
        match self.peek()? {
            TokenKind::Symbol(symbol) if symbols.contains(symbol) => {
                self.at += 1;
                Some(*symbol)
            }
            _ => None,
        }
    }

    /// Takes an ideograph of a list.
    pub(super) fn ideograph(&mut self, ideographs: &[char]) -> Option<char> {
        match self.peek()? {
            TokenKind::Ideograph(found) if ideographs.contains(found) => {
                self.at += 1;
                Some(*found)
            }
            _ => None,
        }
    }

    /// Takes white space of at most `limit` code points within a line; returns whether there was any.
    pub(super) fn blank(&mut self, limit: usize) -> bool {
        let found = matches!(self.peek(), Some(TokenKind::Blank(length)) if *length <= limit);
        self.at += usize::from(found);
        found
    }

    /// Takes the end of a line.
    pub(super) fn line_break(&mut self) -> bool {
        let found = matches!(self.peek(), Some(TokenKind::LineBreak));
        self.at += usize::from(found);
        found
    }

    /// Runs a reader and stays in place if it finds nothing.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mut ahead = *self;
        let found = read(&mut ahead)?;
        *self = ahead;
        Some(found)
    }
}
