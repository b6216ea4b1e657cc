//! Keeps back what is its owner's: placeholders go out instead, and what they stand for is put back into the answer.

mod ids;
mod phones;
mod words;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use regex::Regex;

use crate::egress::veil::words::Words;
use crate::model::egress::Redaction;

pub(crate) use crate::egress::veil::words::significant;

/// A placeholder, also as a model writes it that changes case or spacing: `[PHONE_1]`, `[ phone 1 ]`.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?-u:\[[ \t\r\n]*([Pp][Hh][Oo][Nn][Ee]|[Ee][Mm][Aa][Ii][Ll]|[Ii][Dd]|[Ww][Oo][Rr][Dd]|[Mm][Aa][Rr][Kk])[ \t\r\n_\\-]*([0-9]{1,6})[ \t\r\n\\]*\])",
    )
});
/// RFC 5322 §3.4.1 and RFC 6531: dot-atoms and quoted names, at a domain or an address literal.
static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?:"[^"\r\n]{1,64}"|[\w.!#$%&'*+/=?^`{|}~-]+)@(?:[\w-]+(?:\.[\w-]+)+|\[[0-9A-Fa-f.:IPv]{3,45}\])"#)
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is sound")
}

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Kind {
    /// A text that looks like a placeholder already: it gets one of its own, so that the two cannot be confused.
    Mark,
    Word,
    Id,
    Email,
    Phone,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Mark => "MARK",
            Self::Word => "WORD",
            Self::Id => "ID",
            Self::Email => "EMAIL",
            Self::Phone => "PHONE",
        }
    }

    fn named(text: &str) -> Option<Self> {
        let all = [Self::Mark, Self::Word, Self::Id, Self::Email, Self::Phone];
        all.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(text))
    }
}

/// What is kept back, and what every placeholder of this line stands for.
pub(crate) struct Veil {
    redact: Vec<Redaction>,
    words: Words,
    given: Mutex<Given>,
}

#[derive(Default)]
struct Given {
    numbers: HashMap<(Kind, String), usize>,
    /// By kind, in the order of their numbers from 1.
    originals: HashMap<Kind, Vec<String>>,
}

impl Veil {
    /// Prepares for keeping back what the owner says.
    pub(crate) fn new(redact: Vec<Redaction>, words: &[String]) -> Self {
        Self { redact, words: Words::new(words), given: Mutex::default() }
    }

    /// Puts placeholders where the text has what is kept back; the same text gets the same one throughout.
    pub(crate) fn veil(&self, text: &str) -> String {
        self.counted(text).0
    }

    /// Does the same, and counts the placeholders.
    pub(crate) fn counted(&self, text: &str) -> (String, usize) {
        if self.redact.is_empty() && self.words.is_empty() {
            return (text.to_owned(), 0);
        }
        let places = merged(self.places(text));
        let mut given = self.given();
        let (mut veiled, mut end) = (String::with_capacity(text.len()), 0);
        for (place, kind) in &places {
            let original = &text[place.clone()];
            let number = given.number(*kind, original);
            veiled.push_str(&text[end..place.start]);
            veiled.push_str(&placeholder(*kind, number));
            end = place.end;
        }
        veiled.push_str(&text[end..]);
        (veiled, places.len())
    }

    /// Puts back what the placeholders stand for; what only looks like one stays.
    pub(crate) fn unveil(&self, text: &str) -> String {
        let given = self.given();
        let (mut clear, mut end) = (String::with_capacity(text.len()), 0);
        for found in PLACEHOLDER.captures_iter(text) {
            let (Some(whole), Some(original)) = (found.get(0), given.original(&found[1], &found[2])) else { continue };
            clear.push_str(&text[end..whole.start()]);
            clear.push_str(original);
            end = whole.end();
        }
        clear.push_str(&text[end..]);
        clear
    }

    /// Counts the placeholders of this line in what is about to leave.
    pub(crate) fn count_in(&self, bytes: &[u8]) -> u64 {
        let given = self.given();
        if given.originals.is_empty() {
            return 0;
        }
        // Whatever is not UTF-8 holds no text that was veiled.
        let text = String::from_utf8_lossy(bytes);
        let known = PLACEHOLDER.captures_iter(&text).filter(|found| given.original(&found[1], &found[2]).is_some());
        known.count() as u64
    }

    fn given(&self) -> MutexGuard<'_, Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn places(&self, text: &str) -> Vec<(Range<usize>, Kind)> {
        let mut places: Vec<_> = PLACEHOLDER.find_iter(text).map(|found| (found.range(), Kind::Mark)).collect();
        places.extend(self.words.places(text).into_iter().map(|place| (place, Kind::Word)));
        for kind in &self.redact {
            match kind {
                Redaction::Emails => places.extend(EMAIL.find_iter(text).map(|found| (found.range(), Kind::Email))),
                Redaction::NationalIds => places.extend(ids::places(text).into_iter().map(|place| (place, Kind::Id))),
                Redaction::Phones => places.extend(phones::places(text).into_iter().map(|place| (place, Kind::Phone))),
            }
        }
        places
    }
}

impl Given {
    fn number(&mut self, kind: Kind, original: &str) -> usize {
        let key = (kind, original.to_owned());
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let originals = self.originals.entry(kind).or_default();
        originals.push(original.to_owned());
        self.numbers.insert(key, originals.len());
        originals.len()
    }

    fn original(&self, kind: &str, number: &str) -> Option<&str> {
        let number: usize = number.parse().ok()?;
        self.originals.get(&Kind::named(kind)?)?.get(number.checked_sub(1)?).map(String::as_str)
    }
}

fn placeholder(kind: Kind, number: usize) -> String {
    format!("[{}_{number}]", kind.name())
}

/// Makes one place of those that overlap, so that no part of either stays behind; the longest gives the kind.
fn merged(mut places: Vec<(Range<usize>, Kind)>) -> Vec<(Range<usize>, Kind)> {
    places.sort_by_key(|(place, kind)| (place.start, *kind));
    let mut apart: Vec<(Range<usize>, Kind, usize)> = Vec::with_capacity(places.len());
    for (place, kind) in places {
        match apart.last_mut() {
            Some((last, known, longest)) if place.start < last.end => {
                last.end = last.end.max(place.end);
                if place.len() > *longest {
                    (*known, *longest) = (kind, place.len());
                }
            }
            _ => {
                let longest = place.len();
                apart.push((place, kind, longest));
            }
        }
    }
    apart.into_iter().map(|(place, kind, _)| (place, kind)).collect()
}

/// Returns the text with `_` as a blank, which it is around words in Markdown; lengths stay.
fn spaced(text: &str) -> String {
    text.replace('_', " ")
}
