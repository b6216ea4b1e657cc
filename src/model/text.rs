//! Small facts about text that several floors need.

/// Counts whitespace-separated tokens.
#[must_use]
pub fn word_count(text: &str) -> i64 {
    i64::try_from(text.split_whitespace().count()).unwrap_or(i64::MAX)
}

/// Returns the first `limit` code points as one line, runs of white space folded.
#[must_use]
pub fn preview(text: &str, limit: usize) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.chars().count() >= limit {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line.chars().take(limit).collect()
}

/// Replaces what a terminal would act on: control characters other than tab and newline, and
/// the bidirectional overrides that reorder what is shown (Unicode TR36 §2.10).
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
