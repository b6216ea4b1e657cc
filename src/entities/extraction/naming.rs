//! Whether a name that a model gives stands in the words it quotes.

use crate::entities::extraction::sweep::stands_in;

/// Letters that a run of a name's own words needs to stand for the name.
const FEWEST: usize = 3;

/// What becomes of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Checked {
    /// It stands there.
    Stands,
    /// The words that stand there instead.
    Mended(String),
    /// Nothing of it stands there.
    Unfounded,
}

/// Holds a name against its quote, whatever the case: a possessive or a plural of it will do, a clipped name is made whole,
/// and of a name that is not there the longest part that is.
pub(super) fn check(name: &str, quote: &str) -> Checked {
    let (own, words) = (split(name), split(quote));
    if own.is_empty() || words.is_empty() {
        return Checked::Unfounded;
    }
    let is_there = |ends: fn(&str, &str) -> bool| {
        words.windows(own.len()).find(|window| {
            let (last, before) = window.split_last().expect("a window of a name's length");
            let (own_last, own_before) = own.split_last().expect("a name has a word");
            before.iter().zip(own_before).all(|(word, own)| same(word, own)) && ends(last, own_last)
        })
    };
    if is_there(is_of).is_some() {
        return Checked::Stands;
    }
    if let Some(window) = is_there(begins_with) {
        let (last, before) = window.split_last().expect("a window of a name's length");
        let whole: Vec<&str> = before.iter().copied().chain([without_possessive(last)]).collect();
        return Checked::Mended(whole.join(" "));
    }
    // Scripts without blanks between words, and names inside of longer words.
    if stands_in(name, quote) {
        return Checked::Stands;
    }
    longest_run(&own, &words).map_or(Checked::Unfounded, Checked::Mended)
}

/// Returns the words of a text without the marks around them.
fn split(text: &str) -> Vec<&str> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect()
}

fn same(word: &str, own: &str) -> bool {
    word.to_lowercase() == own.to_lowercase()
}

/// Tells whether a word is the name, or its possessive or plural.
fn is_of(word: &str, own: &str) -> bool {
    let (word, own) = (word.to_lowercase(), own.to_lowercase());
    let Some(rest) = word.strip_prefix(&own) else { return false };
    matches!(rest, "" | "s" | "es" | "'s" | "’s" | "s'" | "s’" | "'" | "’")
}

/// Tells whether a word goes on after the name, in a script that has words.
fn begins_with(word: &str, own: &str) -> bool {
    let (word, own) = (word.to_lowercase(), own.to_lowercase());
    word.strip_prefix(&own).and_then(|rest| rest.chars().next()).is_some_and(char::is_lowercase)
}

fn without_possessive(word: &str) -> &str {
    ["'s", "’s"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word)
}

/// Returns the longest run of the name's words that stands in the quote, as the name has it.
fn longest_run(own: &[&str], words: &[&str]) -> Option<String> {
    let lengths = (1..own.len()).rev();
    let runs = lengths.flat_map(|length| {
        let mut runs: Vec<&[&str]> = own.windows(length).collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.iter().map(|word| word.chars().count()).sum::<usize>()));
        runs
    });
    runs.into_iter()
        .filter(|run| run.iter().map(|word| word.chars().count()).sum::<usize>() >= FEWEST)
        .find(|run| words.windows(run.len()).any(|window| window.iter().zip(*run).all(|(word, own)| is_of(word, own))))
        .map(|run| run.join(" "))
}
