//! Reversible redaction: personal data is replaced by placeholders in requests and restored in responses.

mod custom_words;
mod national_ids;
mod pattern;
mod phone_numbers;

#[cfg(test)]
mod tests;

pub(crate) use custom_words::significant_char_count;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use parking_lot::{Mutex, MutexGuard};

use regex::{Captures, Regex};

use crate::domain::egress::RedactionKind;
use crate::egress::redaction::custom_words::WordMatcher;
use crate::egress::redaction::pattern::compile_pattern;

/// Matches a placeholder, also with the case or spacing changed by a model: `[PHONE_1]`, `[ phone 1 ]`.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    compile_pattern(
        r"(?-u:\[[ \t\r\n]*([Pp][Hh][Oo][Nn][Ee]|[Ee][Mm][Aa][Ii][Ll]|[Ii][Dd]|[Ww][Oo][Rr][Dd]|[Mm][Aa][Rr][Kk])[ \t\r\n_\\-]*([0-9]{1,6})[ \t\r\n\\]*\])",
    )
});
/// RFC 5322 §3.4.1 and RFC 6531: dot-atoms and quoted names, at a domain or an address literal.
static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    compile_pattern(
        r#"(?:"[^"\r\n]{1,64}"|[\w.!#$%&'*+/=?^`{|}~-]+)@(?:[\w-]+(?:\.[\w-]+)+|\[[0-9A-Fa-f.:IPv]{3,45}\])"#,
    )
});

/// Kind of redacted data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum PlaceholderKind {
    /// Text that looks like a placeholder: replaced too, so that it cannot be confused with a real one.
    Mark,
    Word,
    Id,
    Email,
    Phone,
}

impl PlaceholderKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Mark => "MARK",
            Self::Word => "WORD",
            Self::Id => "ID",
            Self::Email => "EMAIL",
            Self::Phone => "PHONE",
        }
    }

    fn from_name(text: &str) -> Option<Self> {
        let all = [Self::Mark, Self::Word, Self::Id, Self::Email, Self::Phone];
        all.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(text))
    }
}

/// Redaction rules, and the placeholders assigned by one gateway.
pub(crate) struct Redactor {
    redact: Vec<RedactionKind>,
    words: WordMatcher,
    placeholders: Mutex<PlaceholderTable>,
}

#[derive(Default)]
struct PlaceholderTable {
    numbers: HashMap<(PlaceholderKind, String), usize>,
    /// By kind; the index is the placeholder number minus 1.
    originals: HashMap<PlaceholderKind, Vec<String>>,
}

impl Redactor {
    /// Creates a redactor of the given kinds and words.
    pub(crate) fn new(redact: Vec<RedactionKind>, words: &[String]) -> Self {
        Self { redact, words: WordMatcher::new(words), placeholders: Mutex::default() }
    }

    /// Replaces personal data by placeholders; equal texts get equal placeholders.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.redact_and_count(text).0
    }

    /// As [`Self::redact`]; also returns the number of placeholders.
    pub(crate) fn redact_and_count(&self, text: &str) -> (String, usize) {
        if self.redact.is_empty() && self.words.is_empty() {
            return (text.to_owned(), 0);
        }
        let ranges = merge_overlapping(self.find_ranges(text));
        let mut placeholders = self.placeholders();
        let (mut redacted, mut end) = (String::with_capacity(text.len()), 0);
        for (range, kind) in &ranges {
            let number = placeholders.assign(*kind, &text[range.clone()]);
            let placeholder = format!("[{}_{number}]", kind.name());
            redacted.extend([&text[end..range.start], &placeholder]);
            end = range.end;
        }
        redacted.push_str(&text[end..]);
        (redacted, ranges.len())
    }

    /// Restores the original texts of placeholders; unknown placeholders are kept.
    pub(crate) fn restore(&self, text: &str) -> String {
        let placeholders = self.placeholders();
        PLACEHOLDER
            .replace_all(text, |found: &Captures<'_>| {
                placeholders.original(&found[1], &found[2]).unwrap_or(&found[0]).to_owned()
            })
            .into_owned()
    }

    /// Counts known placeholders in a request body.
    pub(crate) fn count_placeholders(&self, bytes: &[u8]) -> u64 {
        let placeholders = self.placeholders();
        if placeholders.originals.is_empty() {
            return 0;
        }
        // Content that is not UTF-8 contains no redacted text.
        let text = String::from_utf8_lossy(bytes);
        let known =
            PLACEHOLDER.captures_iter(&text).filter(|found| placeholders.original(&found[1], &found[2]).is_some());
        known.count() as u64
    }

    fn placeholders(&self) -> MutexGuard<'_, PlaceholderTable> {
        self.placeholders.lock()
    }

    fn find_ranges(&self, text: &str) -> Vec<(Range<usize>, PlaceholderKind)> {
        let matches = |pattern: &Regex| pattern.find_iter(text).map(|found| found.range()).collect();
        let mut found: Vec<(PlaceholderKind, Vec<Range<usize>>)> =
            vec![(PlaceholderKind::Mark, matches(&PLACEHOLDER)), (PlaceholderKind::Word, self.words.find_ranges(text))];
        found.extend(self.redact.iter().map(|kind| match kind {
            RedactionKind::Emails => (PlaceholderKind::Email, matches(&EMAIL)),
            RedactionKind::NationalIds => (PlaceholderKind::Id, national_ids::find_ranges(text)),
            RedactionKind::Phones => (PlaceholderKind::Phone, phone_numbers::find_ranges(text)),
        }));
        found.into_iter().flat_map(|(kind, ranges)| ranges.into_iter().map(move |range| (range, kind))).collect()
    }
}

impl PlaceholderTable {
    fn assign(&mut self, kind: PlaceholderKind, original: &str) -> usize {
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
        self.originals.get(&PlaceholderKind::from_name(kind)?)?.get(number.checked_sub(1)?).map(String::as_str)
    }
}

/// Merges overlapping ranges, so that no part of either is sent; the longest determines the kind.
fn merge_overlapping(mut ranges: Vec<(Range<usize>, PlaceholderKind)>) -> Vec<(Range<usize>, PlaceholderKind)> {
    ranges.sort_by_key(|(range, kind)| (range.start, *kind));
    let mut merged: Vec<(Range<usize>, PlaceholderKind)> = Vec::with_capacity(ranges.len());
    let mut longest = 0;
    for (range, kind) in ranges {
        match merged.last_mut() {
            Some((last, known)) if range.start < last.end => {
                last.end = last.end.max(range.end);
                if range.len() > longest {
                    (*known, longest) = (kind, range.len());
                }
            }
            _ => {
                longest = range.len();
                merged.push((range, kind));
            }
        }
    }
    merged
}
