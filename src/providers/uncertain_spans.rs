//! Uncertain spans of a text, as ranges of code points.

use crate::domain::entry::CharRange;
use crate::net::transport::ProviderTransport;

/// Returns the length of a text in code points, the unit of ranges.
pub(crate) fn char_count(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// Sorts ranges and merges those that overlap or touch.
pub(crate) fn merge_spans(mut spans: Vec<CharRange>) -> Vec<CharRange> {
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

/// Extends ranges to the boundaries of the words they overlap.
pub(crate) fn extend_to_words(text: &str, spans: &[CharRange]) -> Vec<CharRange> {
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

/// Restores redacted words and shifts the ranges accordingly. The ranges are sorted and do not touch.
///
/// If a placeholder crosses the end of a range, the ranges are dropped and only the text is restored.
pub(crate) fn restore_with_spans(
    transport: &dyn ProviderTransport,
    text: &str,
    spans: Vec<CharRange>,
) -> (String, Vec<CharRange>) {
    let restored = transport.restore(text);
    if restored == text {
        return (restored, spans);
    }
    let (mut out, mut chars, mut moved) = (String::new(), text.chars(), Vec::new());
    let (mut at, mut length_out) = (0, 0);
    for span in &spans {
        for (end, is_uncertain) in [(span.char_start, false), (span.char_end, true)] {
            let count = usize::try_from(end - at).unwrap_or(0);
            let part = transport.restore(&chars.by_ref().take(count).collect::<String>());
            let start = length_out;
            length_out += char_count(&part);
            if is_uncertain {
                moved.push(CharRange { char_start: start, char_end: length_out });
            }
            out.push_str(&part);
            at = end;
        }
    }
    out.push_str(&transport.restore(chars.as_str()));
    if out == restored { (out, moved) } else { (restored, Vec::new()) }
}
