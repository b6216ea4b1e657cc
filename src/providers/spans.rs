//! Doubtful places of a text: ranges of code points.

use crate::model::entry::CharRange;
use crate::net::wire::Line;

/// Returns how many code points a text has, in the unit of ranges.
pub(crate) fn length(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// Puts ranges in order and makes one of those that touch.
pub(crate) fn merged(mut spans: Vec<CharRange>) -> Vec<CharRange> {
    spans.sort_by_key(|span| (span.char_start, span.char_end));
    let mut merged: Vec<CharRange> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.char_start <= last.char_end => last.char_end = last.char_end.max(span.char_end),
            _ => merged.push(span),
        }
    }
    merged
}

/// Makes ranges as wide as the words that they touch.
pub(crate) fn widened(text: &str, spans: &[CharRange]) -> Vec<CharRange> {
    let blank: Vec<bool> = text.chars().map(char::is_whitespace).collect();
    let is_word = |at: i64| usize::try_from(at).ok().and_then(|at| blank.get(at)).is_some_and(|blank| !blank);
    let widen = |span: &CharRange| {
        let (mut start, mut end) = (span.char_start, span.char_end);
        while is_word(start - 1) {
            start -= 1;
        }
        while is_word(end) {
            end += 1;
        }
        CharRange { char_start: start, char_end: end }
    };
    spans.iter().map(widen).collect()
}

/// Puts back what a line keeps to itself, and moves the ranges along. They are in order and do not touch.
///
/// A placeholder that reaches over the end of a range would be put back in no piece: then the text counts, and the ranges go.
pub(crate) fn unveiled(line: &dyn Line, text: &str, spans: Vec<CharRange>) -> (String, Vec<CharRange>) {
    let whole = line.unveil(text);
    if whole == text {
        return (whole, spans);
    }
    let (mut out, mut chars, mut moved) = (String::new(), text.chars(), Vec::new());
    let (mut at, mut length_out) = (0, 0);
    for span in &spans {
        for (end, is_doubtful) in [(span.char_start, false), (span.char_end, true)] {
            let count = usize::try_from(end - at).unwrap_or(0);
            let piece = line.unveil(&chars.by_ref().take(count).collect::<String>());
            let start = length_out;
            length_out += length(&piece);
            if is_doubtful {
                moved.push(CharRange { char_start: start, char_end: length_out });
            }
            out.push_str(&piece);
            at = end;
        }
    }
    out.push_str(&line.unveil(chars.as_str()));
    if out == whole { (out, moved) } else { (whole, Vec::new()) }
}
