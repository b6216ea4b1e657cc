//! Cuts the pieces of a long text into windows the model can read.

use std::ops::Range;

use crate::tokenizer::Piece;

/// Splits the pieces of a text into as few windows of at most `limit` as possible, of about equal length.
///
/// A window ends where a sentence does if one ends near its fair share, else after a word.
pub(crate) fn windows(text: &str, pieces: &[Piece], limit: usize) -> Vec<Range<usize>> {
    let mut windows = Vec::new();
    let mut start = 0;
    while start < pieces.len() {
        let rest = pieces.len() - start;
        let count = rest.div_ceil(limit);
        let end = if count == 1 {
            pieces.len()
        } else {
            // An earlier end would leave more than the other windows can hold.
            let earliest = start + (rest - limit * (count - 1)).max(limit / 2);
            let fair = start + rest.div_ceil(count);
            let ends = (earliest..=start + limit).rev();
            ends.min_by_key(|end| (weakness(text, pieces, *end), end.abs_diff(fair))).unwrap_or(fair)
        };
        windows.push(start..end);
        start = end;
    }
    windows
}

/// Returns how bad a place to cut the front of a piece is: 0 after a sentence or line, 1 after a word, more inside one.
fn weakness(text: &str, pieces: &[Piece], at: usize) -> u8 {
    let start = pieces[at].range.start;
    let end = pieces[at - 1].range.end.min(start);
    let before = &text[..end];
    let closed = before.trim_end_matches(['"', '”', '»', ')']).ends_with(['.', '!', '?', '…']);
    let gap = &text[end..start];
    if !pieces[at].begins {
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

    /// One piece for each word or mark, enough to place cuts.
    fn cut(text: &str, limit: usize) -> Vec<&str> {
        let mut pieces: Vec<Piece> = Vec::new();
        for (start, c) in text.char_indices() {
            let range = start..start + c.len_utf8();
            match pieces.last_mut() {
                _ if c.is_whitespace() => {}
                Some(last) if last.range.end == start && c.is_alphanumeric() => last.range.end = range.end,
                _ => pieces.push(Piece { id: 0, range, begins: true }),
            }
        }
        let windows = windows(text, &pieces, limit);
        let part = |window: Range<usize>| &text[pieces[window.start].range.start..pieces[window.end - 1].range.end];
        windows.into_iter().map(part).collect()
    }

    #[test]
    fn a_window_ends_with_a_sentence() {
        let parts = cut("One two three four. Five six seven. Eight \"nine ten.\" Eleven twelve", 11);

        assert_eq!(parts, ["One two three four. Five six seven.", "Eight \"nine ten.\" Eleven twelve"]);
    }

    #[test]
    fn a_text_without_sentences_is_cut_evenly_between_words() {
        let parts = cut("a b c d e f g h i j", 4);

        assert_eq!(parts, ["a b c d", "e f g", "h i j"]);
    }

    #[test]
    fn nothing_gives_no_window() {
        assert!(cut("", 4).is_empty());
    }
}
