//! Splits a long text into windows that fit the model's context.

use std::ops::Range;

use crate::tokenizer::WordPiece;

/// Splits the pieces of a text into the minimum number of windows of at most `limit` pieces, of about equal length.
///
/// A window ends after a sentence if one ends near the equal share, otherwise after a word.
pub(crate) fn split_windows(text: &str, pieces: &[WordPiece], limit: usize) -> Vec<Range<usize>> {
    let mut windows = Vec::new();
    let mut start = 0;
    while start < pieces.len() {
        let rest = pieces.len() - start;
        let count = rest.div_ceil(limit);
        let end = if count == 1 {
            pieces.len()
        } else {
            // An earlier end would leave more pieces than the other windows can hold.
            let earliest = start + (rest - limit * (count - 1)).max(limit / 2);
            let fair = start + rest.div_ceil(count);
            let ends = (earliest..=start + limit).rev();
            ends.min_by_key(|end| (split_penalty(text, pieces, *end), end.abs_diff(fair))).unwrap_or(fair)
        };
        windows.push(start..end);
        start = end;
    }
    windows
}

/// Returns the penalty of a split before a piece: 0 after a sentence or line, 1 after a word, more inside a word.
fn split_penalty(text: &str, pieces: &[WordPiece], at: usize) -> u8 {
    let start = pieces[at].range.start;
    let end = pieces[at - 1].range.end.min(start);
    let before = &text[..end];
    let closed = before.trim_end_matches(['"', '”', '»', ')']).ends_with(['.', '!', '?', '…']);
    let gap = &text[end..start];
    if !pieces[at].starts_word {
        3
    } else if gap.contains('\n') || !gap.is_empty() && closed || before.ends_with(['。', '！', '？']) {
        0
    } else if gap.is_empty() {
        2
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Splits a text with one piece per word or punctuation mark.
    fn cut(text: &str, limit: usize) -> Vec<&str> {
        let mut pieces: Vec<WordPiece> = Vec::new();
        for (start, c) in text.char_indices() {
            let range = start..start + c.len_utf8();
            match pieces.last_mut() {
                _ if c.is_whitespace() => {}
                Some(last) if last.range.end == start && c.is_alphanumeric() => last.range.end = range.end,
                _ => pieces.push(WordPiece { id: 0, range, starts_word: true }),
            }
        }
        let windows = split_windows(text, &pieces, limit);
        let part = |window: Range<usize>| &text[pieces[window.start].range.start..pieces[window.end - 1].range.end];
        windows.into_iter().map(part).collect()
    }

    #[test]
    fn a_window_ends_after_a_sentence() {
        let parts = cut("One two three four. Five six seven. Eight \"nine ten.\" Eleven twelve", 11);

        assert_eq!(parts, ["One two three four. Five six seven.", "Eight \"nine ten.\" Eleven twelve"]);
    }

    #[test]
    fn a_text_without_sentences_is_split_evenly_between_words() {
        let parts = cut("a b c d e f g h i j", 4);

        assert_eq!(parts, ["a b c d", "e f g", "h i j"]);
    }

    #[test]
    fn an_empty_text_has_no_windows() {
        assert!(cut("", 4).is_empty());
    }
}
