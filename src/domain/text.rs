//! Text limits, normalisation and previews.

use crate::error::{Error, Result};

/// Maximum length of an entry's text, in bytes. A novel is about 1 MiB.
pub const MAX_TEXT: usize = 10 * 1024 * 1024;

/// Maximum length of a title, in code points.
pub const MAX_TITLE: usize = 200;

/// Trims and validates the text of an entry.
///
/// # Errors
/// `Invalid` if it is empty, too long, or contains NUL characters.
pub fn validate_entry_text(text: &str) -> Result<&str> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid("the text is empty").hint("write at least one word"));
    }
    if text.len() > MAX_TEXT {
        return Err(Error::invalid(format!("the text is longer than {} MiB", MAX_TEXT >> 20))
            .hint("split it into several entries"));
    }
    if text.contains('\0') {
        return Err(
            Error::invalid("the text contains NUL characters, so it is not text").hint("save it as plain UTF-8 text")
        );
    }
    Ok(text)
}

/// Returns whether a text is a valid name of a person or a key: one line of 1 to 100 code points.
#[must_use]
pub fn is_name(text: &str) -> bool {
    (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// Normalises a title: one line without control characters, at most [`MAX_TITLE`] code points; `None` if empty.
#[must_use]
pub fn title(text: &str) -> Option<String> {
    let line = preview(&one_line(text), MAX_TITLE);
    (!line.is_empty()).then_some(line)
}

/// Returns a text as one line: control characters become spaces, runs of white space are collapsed.
#[must_use]
pub fn one_line(text: &str) -> String {
    let blank: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    blank.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Counts whitespace-separated tokens.
#[must_use]
pub fn word_count(text: &str) -> i64 {
    i64::try_from(text.split_whitespace().count()).unwrap_or(i64::MAX)
}

/// Returns the first `limit` code points as one line, runs of white space collapsed.
#[must_use]
pub fn preview(text: &str, limit: usize) -> String {
    let words = text.split_whitespace().enumerate();
    let spaced = words.flat_map(|(at, word)| (at > 0).then_some(' ').into_iter().chain(word.chars()));
    spaced.take(limit).collect()
}

/// Replaces characters that a terminal would interpret: control characters other than tab and newline, and
/// bidirectional overrides (Unicode TR36 §2.10).
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_one_line_of_at_most_the_limit() {
        assert_eq!(preview("a  b\n\nc", 100), "a b c");
        assert_eq!(preview("äöü äöü", 5), "äöü ä");
    }

    #[test]
    fn escape_and_nul_never_reach_a_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\0c\td\n\u{202e}e"), "a\u{fffd}[31mb\u{fffd}c\td\n\u{fffd}e");
    }
}
