//! Parser of the search query language. Every text is a valid query.

use crate::domain::search_query::matching::{is_symbol, is_word_char};
use crate::domain::search_query::query::{DayReader, ParsedQuery};
use crate::domain::search_query::term::SearchTerm;
use crate::domain::tag;

/// Most words of a date after `on:`, `before:` or `after:`, and of a query that is a date.
const MAX_DATE_WORDS: usize = 4;

/// Keys of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum QueryKey {
    Tag,
    Person,
    Before,
    After,
    On,
}

impl QueryKey {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "tag" | "tags" => Self::Tag,
            "person" => Self::Person,
            "before" => Self::Before,
            "after" => Self::After,
            "on" | "date" => Self::On,
            _ => return None,
        })
    }
}

impl ParsedQuery {
    /// Parses a query.
    #[must_use]
    pub fn parse(text: &str, read_days: DayReader<'_>) -> Self {
        parse(text.trim(), read_days)
    }
}

/// Parses a trimmed query.
fn parse(text: &str, read_days: DayReader<'_>) -> ParsedQuery {
    let mut parser = QueryParser { rest: text, read_days, query: ParsedQuery::default(), meaning: Vec::new() };
    parser.query.typed = text.to_owned();
    while parser.take_part() {}
    let QueryParser { mut query, meaning, .. } = parser;
    if query.terms.iter().all(|term| matches!(term, SearchTerm::Word(_)))
        && query.excluded.is_empty()
        && text.split_whitespace().count() <= MAX_DATE_WORDS
        && !text.contains(':')
    {
        query.days = read_days(text);
    }
    let has_operators = meaning.iter().any(Option::is_none);
    query.meaning = match query.days {
        // A day in numbers has no meaning that resembles that of a text.
        Some(_) if !text.contains(char::is_alphabetic) => String::new(),
        _ if has_operators => meaning.into_iter().flatten().collect::<Vec<_>>().join(" "),
        _ => text.to_owned(),
    };
    if !query.meaning.contains(is_word_char) {
        query.meaning.clear();
    }
    query
}

struct QueryParser<'q> {
    rest: &'q str,
    read_days: DayReader<'q>,
    query: ParsedQuery,
    /// Text of the parts; `None` for an operator that has no meaning of its own.
    meaning: Vec<Option<String>>,
}

impl<'q> QueryParser<'q> {
    /// Takes the next part of the query; returns false at its end.
    fn take_part(&mut self) -> bool {
        self.rest = self.rest.trim_start_matches(is_blank);
        let Some(first) = self.rest.chars().next() else { return false };
        let negated = matches!(first, '-' | '\u{2212}') && self.is_negation(&self.rest[first.len_utf8()..]);
        let required = first == '+' && self.rest[1..].starts_with(char::is_alphabetic);
        if negated || required {
            self.rest = &self.rest[first.len_utf8()..];
        }
        if let Some(phrase) = self.take_quoted() {
            self.add_phrase(phrase, negated);
        } else if !self.take_key(negated) {
            let word = self.take_word();
            self.add_word(word, negated, required);
        }
        true
    }

    /// Returns whether a minus excludes what follows it: a word, a phrase or a symbol, but not another dash.
    fn is_negation(&self, after: &str) -> bool {
        after.starts_with(|c| {
            is_word_char(c) || (is_symbol(c) && !matches!(c, '<' | '>' | '=')) || closing_quotes(c).is_some()
        })
    }

    fn take_word(&mut self) -> &'q str {
        let end = self.rest.find(is_blank).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    /// Takes a quoted text; an opening quote that is never closed is skipped like punctuation.
    fn take_quoted(&mut self) -> Option<&'q str> {
        let open = self.rest.chars().next()?;
        let closing = closing_quotes(open)?;
        let inside = &self.rest[open.len_utf8()..];
        let Some((end, close)) = inside.char_indices().find(|(_, c)| closing.contains(c)) else {
            self.rest = inside;
            return Some("");
        };
        self.rest = &inside[end + close.len_utf8()..];
        Some(&inside[..end])
    }

    /// Takes `key:value`; false if no known key with a value comes next.
    fn take_key(&mut self, negated: bool) -> bool {
        let Some((name, after)) = self.rest.split_once([':', '：']) else { return false };
        let Some(key) = QueryKey::from_name(name) else { return false };
        let before = self.rest;
        self.rest = after;
        let done = match key {
            QueryKey::Tag | QueryKey::Person => self.take_name(key, negated),
            QueryKey::Before | QueryKey::After | QueryKey::On => !negated && self.take_days(key),
        };
        if !done {
            self.rest = before;
        }
        done
    }

    fn take_name(&mut self, key: QueryKey, negated: bool) -> bool {
        let value = match self.take_quoted() {
            Some(quoted) => quoted,
            None => self.take_word(),
        };
        let names: Vec<&str> = value.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            return false;
        }
        for name in names {
            match (key, negated) {
                (QueryKey::Tag, false) => self.query.tagged.tags.push(tag::normal_form(name)),
                (QueryKey::Tag, true) => self.query.tagged.without_tags.push(tag::normal_form(name)),
                (_, false) => self.query.persons.push(name.to_owned()),
                (_, true) => self.query.excluded_persons.push(name.to_owned()),
            }
        }
        self.meaning.push(None);
        true
    }

    /// Takes the longest date after a key.
    fn take_days(&mut self, key: QueryKey) -> bool {
        if let Some(quoted) = self.take_quoted().filter(|quoted| !quoted.is_empty()) {
            return self.apply_days(key, quoted);
        }
        let start = self.rest;
        let mut ends = Vec::new();
        let mut at = 0;
        for word in start.split_inclusive(is_blank) {
            at += word.len();
            if !word.trim_end_matches(is_blank).is_empty() {
                ends.push(at);
            }
            if ends.len() == MAX_DATE_WORDS {
                break;
            }
        }
        for end in ends.into_iter().rev() {
            let value = start[..end].trim_matches(is_blank);
            let bare = value.trim_end_matches([',', '.', ';', ')']);
            if self.apply_days(key, bare) {
                self.rest = &start[end..];
                return true;
            }
        }
        if !start.starts_with(is_blank) && !start.is_empty() {
            let word = start.split(is_blank).next().unwrap_or_default();
            let name = match key {
                QueryKey::Before => "before",
                QueryKey::After => "after",
                _ => "on",
            };
            self.query.unread_dates.push(format!("{name}:{word}"));
        }
        false
    }

    fn apply_days(&mut self, key: QueryKey, value: &str) -> bool {
        let Some(days) = (self.read_days)(value) else { return false };
        match key {
            QueryKey::Before => self.query.narrow_to_before(days),
            QueryKey::After => self.query.narrow_to_after(days),
            _ => self.query.narrow_to(Some(days.first), Some(days.last)),
        }
        self.meaning.push(None);
        true
    }

    fn add_phrase(&mut self, phrase: &str, negated: bool) {
        let phrase = phrase.trim_matches(is_blank);
        let (text, is_prefix) = match phrase.strip_suffix('*') {
            Some(text) if text.ends_with(is_word_char) => (text, true),
            _ => (phrase, false),
        };
        let term = if text.contains(is_symbol) || !text.contains(is_word_char) {
            SearchTerm::Symbols(text.to_owned())
        } else {
            SearchTerm::Phrase { text: text.to_owned(), is_prefix }
        };
        if !text.is_empty() {
            self.add(term, negated);
        }
    }

    fn add_word(&mut self, word: &str, negated: bool, required: bool) {
        let is_edge = |c: char| !is_word_char(c) && !is_symbol(c);
        let bare = word.trim_matches(|c| is_edge(c) && c != '*');
        let stem = bare.trim_end_matches('*');
        let is_prefix = stem.len() < bare.len() && stem.ends_with(is_word_char);
        let bare = word.trim_matches(is_edge);
        let has_words = word.contains(is_word_char);
        if is_prefix && !stem.contains(is_symbol) {
            return self.add(SearchTerm::Phrase { text: stem.trim_start_matches('*').to_owned(), is_prefix }, negated);
        }
        // Signs between words are typed as punctuation, unless they are all there is or they are hardly typed by chance.
        let is_sign = bare.contains(|c: char| is_symbol(c) && (has_words || !c.is_ascii()));
        if is_sign
            || (!has_words && self.query.typed.trim_matches(is_blank) == word && !word.trim_matches('*').is_empty())
        {
            let text = if is_sign { bare } else { word };
            return self.add(SearchTerm::Symbols(text.to_owned()), negated);
        }
        if !has_words {
            return self.meaning.push(Some(word.to_owned()));
        }
        if required {
            return self.add(SearchTerm::Phrase { text: bare.to_owned(), is_prefix: false }, negated);
        }
        if negated {
            return self.add(SearchTerm::Word(bare.to_owned()), negated);
        }
        self.query.terms.push(SearchTerm::Word(word.to_owned()));
        self.meaning.push(Some(word.to_owned()));
    }

    /// Adds a term that is written with an operator.
    fn add(&mut self, term: SearchTerm, negated: bool) {
        if negated {
            self.query.excluded.push(term);
        } else {
            self.meaning.push(Some(term.text().to_owned()));
            self.query.terms.push(term);
        }
        self.meaning.push(None);
    }
}

/// Returns whether a character separates the parts of a query.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Returns the quotes that close a phrase after an opening one: straight, curly, guillemets and corner brackets.
fn closing_quotes(open: char) -> Option<&'static [char]> {
    Some(match open {
        '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{ff02}' => {
            &['"', '\u{201c}', '\u{201d}', '\u{201e}', '\u{201f}', '\u{ff02}']
        }
        '«' => &['»', '«'],
        '»' => &['«', '»'],
        '「' => &['」'],
        '『' => &['』'],
        _ => return None,
    })
}
