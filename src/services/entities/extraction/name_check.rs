//! Search for a name in a text, and check of a model's entity name against its quote.

use crate::domain::entity::name_key;

/// Minimum number of letters of a partial match.
const MIN_MATCH_LETTERS: usize = 3;

/// Result of checking a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NameCheck {
    /// The name occurs in the quote.
    Occurs,
    /// The part of the name, or the longer form of it, that occurs in the quote.
    Corrected(String),
    /// No part of it occurs in the quote.
    Missing,
}

/// Checks a name against its quote, ignoring case: accepts possessives and plurals, completes a clipped name, and
/// otherwise falls back to the longest part of the name that occurs.
pub(super) fn check_name(name: &str, quote: &str) -> NameCheck {
    let (own, words) = (split_words(name), split_words(quote));
    if own.is_empty() || words.is_empty() {
        return NameCheck::Missing;
    }
    let is_there = |ends: fn(&str, &str) -> bool| {
        words.windows(own.len()).find(|window| {
            let (last, before) = window.split_last().expect("a window is as long as the name");
            let (own_last, own_before) = own.split_last().expect("a name has at least one word");
            before.iter().zip(own_before).all(|(word, own)| eq_ignore_case(word, own)) && ends(last, own_last)
        })
    };
    if is_there(is_name_or_inflection).is_some() {
        return NameCheck::Occurs;
    }
    if let Some(window) = is_there(continues_name) {
        let (last, before) = window.split_last().expect("a window is as long as the name");
        let whole: Vec<&str> = before.iter().copied().chain([strip_possessive(last)]).collect();
        return NameCheck::Corrected(whole.join(" "));
    }
    // Scripts without spaces between words, and names inside longer words.
    if occurs_in(name, quote) {
        return NameCheck::Occurs;
    }
    longest_match(&own, &words).map_or(NameCheck::Missing, NameCheck::Corrected)
}

/// Returns the words of a text without surrounding punctuation.
fn split_words(text: &str) -> Vec<&str> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect()
}

fn eq_ignore_case(word: &str, own: &str) -> bool {
    word.to_lowercase() == own.to_lowercase()
}

/// Returns true if a word is the name, its possessive or its plural.
fn is_name_or_inflection(word: &str, own: &str) -> bool {
    let (word, own) = (word.to_lowercase(), own.to_lowercase());
    let Some(rest) = word.strip_prefix(&own) else { return false };
    matches!(rest, "" | "s" | "es" | "'s" | "’s" | "s'" | "s’" | "'" | "’")
}

/// Returns true if a word continues the name with a lower-case letter.
fn continues_name(word: &str, own: &str) -> bool {
    let (word, own) = (word.to_lowercase(), own.to_lowercase());
    word.strip_prefix(&own).and_then(|rest| rest.chars().next()).is_some_and(char::is_lowercase)
}

fn strip_possessive(word: &str) -> &str {
    ["'s", "’s"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word)
}

/// Returns the longest run of the name's words that occurs in the quote, as written in the name.
fn longest_match(own: &[&str], words: &[&str]) -> Option<String> {
    let lengths = (1..own.len()).rev();
    let runs = lengths.flat_map(|length| {
        let mut runs: Vec<&[&str]> = own.windows(length).collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.iter().map(|word| word.chars().count()).sum::<usize>()));
        runs
    });
    runs.into_iter()
        .filter(|run| run.iter().map(|word| word.chars().count()).sum::<usize>() >= MIN_MATCH_LETTERS)
        .find(|run| {
            words
                .windows(run.len())
                .any(|window| window.iter().zip(*run).all(|(word, own)| is_name_or_inflection(word, own)))
        })
        .map(|run| run.join(" "))
}

/// Returns true if a name occurs in a text, ignoring case and white space.
pub(super) fn occurs_in(name: &str, text: &str) -> bool {
    name_key(text).contains(&name_key(name))
}
