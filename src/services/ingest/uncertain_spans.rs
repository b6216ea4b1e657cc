//! Texts with uncertain spans: trimming, cutting and joining keep each span on its words.

use crate::domain::entry::CharRange;

/// A text and its uncertain spans, in code points.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct MarkedText {
    pub(super) text: String,
    pub(super) spans: Vec<CharRange>,
}

impl MarkedText {
    /// Returns the text without leading and trailing white space.
    pub(super) fn trimmed(text: &str, spans: &[CharRange]) -> Self {
        let rest = text.trim_start();
        let cut = code_points(text) - code_points(rest);
        let text = rest.trim_end();
        Self { text: text.to_owned(), spans: shift_and_clip(spans, -cut, code_points(text)) }
    }

    /// Joins texts, skipping empty ones.
    pub(super) fn joined(parts: &[Self], separator: &str) -> Self {
        let mut whole = Self::default();
        for part in parts.iter().filter(|part| !part.text.is_empty()) {
            if !whole.text.is_empty() {
                whole.text.push_str(separator);
            }
            let offset = code_points(&whole.text);
            whole.text.push_str(&part.text);
            whole.spans.extend(shift_and_clip(&part.spans, offset, code_points(&whole.text)));
        }
        whole
    }
}

/// Counts code points.
pub(super) fn code_points(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// Shifts ranges by `offset` and clips them to `0..length`; ranges that become empty are dropped.
pub(super) fn shift_and_clip(spans: &[CharRange], offset: i64, length: i64) -> Vec<CharRange> {
    let place = |position: i64| position.saturating_add(offset).clamp(0, length);
    let moved = spans
        .iter()
        .map(|span| CharRange { char_start: place(span.char_start), char_end: place(span.char_end) })
        .filter(|span| span.char_start < span.char_end);
    moved.collect()
}

/// Returns the part of a text that a code point range covers.
pub(super) fn slice_chars(text: &str, range: CharRange) -> &str {
    let byte = |position: i64| {
        let position = usize::try_from(position).unwrap_or(0);
        text.char_indices().nth(position).map_or(text.len(), |(byte, _)| byte)
    };
    &text[byte(range.char_start)..byte(range.char_end)]
}

#[cfg(test)]
pub(super) fn range(char_start: i64, char_end: i64) -> CharRange {
    CharRange { char_start, char_end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trimming_shifts_and_clips_uncertain_spans() {
        type Spans<'c> = &'c [(i64, i64)];
        let cases: [(&str, Spans<'_>, &str, Spans<'_>); 7] = [
            ("rain", &[(0, 4)], "rain", &[(0, 4)]),
            ("  rain ", &[(2, 6)], "rain", &[(0, 4)]),
            ("  rain ", &[(0, 7)], "rain", &[(0, 4)]),
            ("\n rain\n", &[(0, 2), (6, 7)], "rain", &[]),
            ("\u{a0}hällo 👋 ", &[(7, 8)], "hällo 👋", &[(6, 7)]),
            ("rain", &[(3, 99), (9, 12)], "rain", &[(3, 4)]),
            ("  ", &[(0, 1)], "", &[]),
        ];
        for (text, spans, wanted, left) in cases {
            let spans: Vec<_> = spans.iter().map(|&(start, end)| range(start, end)).collect();
            let left: Vec<_> = left.iter().map(|&(start, end)| range(start, end)).collect();
            assert_eq!(
                MarkedText::trimmed(text, &spans),
                MarkedText { text: wanted.to_owned(), spans: left },
                "{text:?}"
            );
        }
    }

    #[test]
    fn joining_counts_code_points_and_skips_empty_parts() {
        let parts = [("äö", 0, 1), ("", 0, 0), ("👋x", 1, 2)].map(|(text, start, end)| MarkedText {
            text: text.to_owned(),
            spans: shift_and_clip(&[range(start, end)], 0, 2),
        });

        let whole = MarkedText::joined(&parts, "\n\n");

        assert_eq!(whole.text, "äö\n\n👋x");
        assert_eq!(whole.spans, [range(0, 1), range(5, 6)]);
        assert_eq!(slice_chars(&whole.text, whole.spans[1]), "x");
    }
}
