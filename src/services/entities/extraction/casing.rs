//! Title case for entity names.

use std::collections::BTreeMap;

/// Words that stay lower case inside a name.
const PARTICLES: [&str; 24] = [
    "of", "the", "and", "for", "in", "on", "at", "to", "with", "or", "by", "a", "an", "van", "der", "de", "den", "het",
    "'t", "ten", "ter", "op", "aan", "’t",
];

/// Normalizes a name: white space collapsed and words capitalised; a name in `exceptions`, keyed by lower case, gets
/// its form from there.
#[must_use]
pub fn normalize_casing(name: &str, exceptions: &BTreeMap<String, String>) -> String {
    let folded = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(form) = exceptions.get(&folded.to_lowercase()) {
        return form.clone();
    }
    let words = folded.split(' ').enumerate().map(|(at, word)| {
        let small = word.to_lowercase();
        if at > 0 && PARTICLES.contains(&small.as_str()) {
            return small;
        }
        word.split('-').map(capitalize).collect::<Vec<_>>().join("-")
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Capitalises a word, unless it has a capital after the first letter.
fn capitalize(word: &str) -> String {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return String::new() };
    if letters.clone().any(char::is_uppercase) {
        return word.to_owned();
    }
    first.to_uppercase().chain(letters).collect()
}
