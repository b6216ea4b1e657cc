//! Joins pages and finds the entry in them by the begin and end markers that the OCR reader inserted.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::domain::entry::CharRange;
use crate::providers::ocr::page::{ENTRY_BEGINS_MARKER, ENTRY_ENDS_MARKER};
use crate::services::ingest::uncertain_spans::{MarkedText, code_points, slice_chars};

/// The pages of an upload joined to one text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AssembledPages {
    /// Complete text of all pages, without markers.
    pub(super) raw: String,
    /// Uncertain spans in `raw`.
    pub(super) spans: Vec<CharRange>,
    /// Text of each page, without markers.
    pub(super) texts: Vec<String>,
    /// Range of the entry, without white space at its ends; `None` means all of `raw`.
    pub(super) window: Option<CharRange>,
    /// The markers contradict each other, so the window covers the whole text.
    pub(super) has_conflicting_markers: bool,
}

impl AssembledPages {
    /// Joins pages and removes their markers.
    pub(super) fn assemble<'a>(readings: impl IntoIterator<Item = (&'a str, &'a [CharRange])>) -> Self {
        let cleaned = readings.into_iter().map(|(text, spans)| CleanedPage::strip(text, spans));
        let (parts, marks_of): (Vec<MarkedText>, Vec<_>) = cleaned.map(|page| (page.marked, page.marks)).unzip();
        let MarkedText { text: raw, spans } = MarkedText::joined(&parts, "\n");

        let mut marks = Vec::new();
        let mut offset = 0;
        for (page, part) in marks_of.iter().zip(&parts) {
            marks.extend(page.iter().map(|&(mark, at)| (mark, at + offset)));
            if !part.text.is_empty() {
                offset += code_points(&part.text) + 1;
            }
        }
        let length = code_points(&raw);
        let (start, end) = window_bounds(&marks, length);
        let window = trim_range(&raw, CharRange { char_start: start.min(length), char_end: end.min(length) });
        let whole = CharRange { char_start: 0, char_end: length };
        Self {
            has_conflicting_markers: window.is_none() && length > 0,
            window: window.filter(|window| *window != whole),
            texts: parts.into_iter().map(|part| part.text).collect(),
            raw,
            spans,
        }
    }

    /// Returns the entry's text and its offset in `raw`.
    pub(super) fn content(&self) -> (&str, i64) {
        match self.window {
            Some(window) => (slice_chars(&self.raw, window), window.char_start),
            None => (&self.raw, 0),
        }
    }
}

/// Removes the markers from the stored text of a page; a page without markers stays unchanged.
pub(crate) fn without_markers(text: &str) -> String {
    if MARKERS.is_match(text) { CleanedPage::strip(text, &[]).marked.text } else { text.to_owned() }
}

/// Returns the first begin marker and the first end marker after it.
fn window_bounds(marks: &[(MarkerKind, i64)], length: i64) -> (i64, i64) {
    let places = |wanted: MarkerKind| marks.iter().filter(move |(mark, _)| *mark == wanted).map(|(_, at)| *at);
    let start = places(MarkerKind::Begin).next();
    let behind = places(MarkerKind::End).find(|&end| start.is_none_or(|start| end >= start));
    let end = behind.or_else(|| places(MarkerKind::End).next());
    (start.unwrap_or(0), end.unwrap_or(length))
}

/// Trims white space off both ends of a range; `None` if nothing is left or the range is reversed.
fn trim_range(text: &str, range: CharRange) -> Option<CharRange> {
    if range.char_start >= range.char_end {
        return None;
    }
    let inside = slice_chars(text, range);
    let rest = inside.trim_start();
    let char_start = range.char_start + code_points(inside) - code_points(rest);
    let char_end = char_start + code_points(rest.trim_end());
    (char_start < char_end).then_some(CharRange { char_start, char_end })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MarkerKind {
    Begin,
    End,
}

static MARKERS: LazyLock<Regex> = LazyLock::new(|| {
    let form = format!(r"\s*(?:(?:{}|{})\s*)+", regex::escape(ENTRY_BEGINS_MARKER), regex::escape(ENTRY_ENDS_MARKER));
    Regex::new(&form).expect("the form of markers is a constant and valid")
});

/// A page without its markers, and their positions.
struct CleanedPage {
    marked: MarkedText,
    marks: Vec<(MarkerKind, i64)>,
}

impl CleanedPage {
    /// Removes the markers with the white space around them; each becomes a paragraph break, or a space within a line.
    fn strip(text: &str, spans: &[CharRange]) -> Self {
        let MarkedText { text, spans } = MarkedText::trimmed(text, spans);
        let (mut out, mut marks, mut kept) = (String::new(), Vec::new(), Vec::new());
        let mut taken = 0;
        for found in MARKERS.find_iter(&text) {
            kept.push(KeptRange::copy_from(&text, taken..found.start(), &mut out));
            let place = code_points(&out);
            let mut markers: Vec<_> = [(MarkerKind::Begin, ENTRY_BEGINS_MARKER), (MarkerKind::End, ENTRY_ENDS_MARKER)]
                .into_iter()
                .flat_map(|(mark, written)| found.as_str().match_indices(written).map(move |(at, _)| (at, mark)))
                .collect();
            markers.sort_by_key(|&(at, _)| at);
            marks.extend(markers.into_iter().map(|(_, mark)| (mark, place)));
            if !out.is_empty() && found.end() < text.len() {
                out.push_str(if found.as_str().contains('\n') { "\n\n" } else { " " });
            }
            taken = found.end();
        }
        kept.push(KeptRange::copy_from(&text, taken..text.len(), &mut out));
        let moved = |position| {
            kept.iter().rfind(|piece| piece.from <= position).map_or(0, |piece| piece.map_position(position))
        };
        let spans = spans
            .iter()
            .map(|span| CharRange { char_start: moved(span.char_start), char_end: moved(span.char_end) })
            .filter_map(|span| trim_range(&out, span))
            .collect();
        Self { marked: MarkedText { text: out, spans }, marks }
    }
}

/// A kept range of a page and its new position, in code points.
struct KeptRange {
    from: i64,
    length: i64,
    to: i64,
}

impl KeptRange {
    fn copy_from(text: &str, bytes: Range<usize>, out: &mut String) -> Self {
        let (from, to) = (code_points(&text[..bytes.start]), code_points(out));
        let piece = &text[bytes];
        out.push_str(piece);
        Self { from, length: code_points(piece), to }
    }

    /// Maps a position of the page to the output; one inside the markers after the piece maps to the piece's end.
    fn map_position(&self, position: i64) -> i64 {
        self.to + (position - self.from).min(self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::ingest::uncertain_spans::range;

    fn pages(texts: &[&str]) -> AssembledPages {
        AssembledPages::assemble(texts.iter().map(|text| (*text, &[][..])))
    }

    #[test]
    fn markers_are_removed_and_the_window_is_between_them() {
        type Case<'c> = (&'c [&'c str], (&'c str, &'c str, bool));
        let whole = |raw: &'static str| (raw, raw, false);
        let cases: [Case<'_>; 24] = [
            (&["rain"], whole("rain")),
            (&[" rain \n"], whole("rain")),
            (&["rain", "snow"], whole("rain\nsnow")),
            (&["rain", "", "snow"], whole("rain\nsnow")),
            (&["", ""], whole("")),
            (&["<<<ENTRY BEGINS>>>\nrain"], whole("rain")),
            (&["<<<ENTRY BEGINS>>>\nrain\n<<<ENTRY ENDS>>>"], whole("rain")),
            (&["old\n<<<ENTRY BEGINS>>>\nrain"], ("old\n\nrain", "rain", false)),
            (&["old\n\n<<<ENTRY BEGINS>>>\n\n  rain"], ("old\n\nrain", "rain", false)),
            (&["old <<<ENTRY BEGINS>>> rain"], ("old rain", "rain", false)),
            (&["old<<<ENTRY BEGINS>>>rain"], ("old rain", "rain", false)),
            (&["rain\n<<<ENTRY ENDS>>>\nnext"], ("rain\n\nnext", "rain", false)),
            (&["old\n<<<ENTRY BEGINS>>>\nrain\n<<<ENTRY ENDS>>>\nnext"], ("old\n\nrain\n\nnext", "rain", false)),
            (
                &["old\n<<<ENTRY BEGINS>>>\nrain", "snow\n<<<ENTRY ENDS>>>\nnext"],
                ("old\n\nrain\nsnow\n\nnext", "rain\nsnow", false),
            ),
            (&["old\n<<<ENTRY BEGINS>>>", "rain"], ("old\nrain", "rain", false)),
            (&["rain", "<<<ENTRY ENDS>>>\nnext"], ("rain\nnext", "rain", false)),
            (&["rain\n<<<ENTRY ENDS>>>", "next"], ("rain\nnext", "rain", false)),
            // The first of each counts; an end marker counts only after the begin marker.
            (&["a <<<ENTRY BEGINS>>> b <<<ENTRY BEGINS>>> c"], ("a b c", "b c", false)),
            (&["a <<<ENTRY ENDS>>> b <<<ENTRY ENDS>>> c"], ("a b c", "a", false)),
            (&["a <<<ENTRY ENDS>>> b <<<ENTRY BEGINS>>> c <<<ENTRY ENDS>>> d"], ("a b c d", "c", false)),
            (&["a <<<ENTRY ENDS>>> b <<<ENTRY BEGINS>>> c"], ("a b c", "a b c", true)),
            (&["a <<<ENTRY BEGINS>>> <<<ENTRY ENDS>>> b"], ("a b", "a b", true)),
            (&["a <<<entry begins>>> b <<ENTRY ENDS>>"], whole("a <<<entry begins>>> b <<ENTRY ENDS>>")),
            (&["ä 👋\n<<<ENTRY BEGINS>>>\nö"], ("ä 👋\n\nö", "ö", false)),
        ];
        for (texts, (raw, content, conflict)) in cases {
            let got = pages(texts);

            assert_eq!(
                (got.raw.as_str(), got.content().0, got.has_conflicting_markers),
                (raw, content, conflict),
                "{texts:?}"
            );
            assert_eq!(got.window.is_some(), raw != content, "{texts:?}");
        }
    }

    #[test]
    fn p_10_no_page_and_no_window_keeps_a_marker_or_a_stray_blank() {
        let got = pages(&["old\n\n<<<ENTRY BEGINS>>>\n\nrain ", "\nsnow\n\n<<<ENTRY ENDS>>>\n\nnext"]);

        assert_eq!(got.texts, ["old\n\nrain", "snow\n\nnext"]);
        assert_eq!(got.content().0, "rain\nsnow");
        assert_eq!(got.window, Some(range(5, 14)));
    }

    #[test]
    fn uncertain_spans_stay_on_their_words() {
        // Each word in angle quotes is uncertain; an uncertain span on a marker is dropped.
        let cases: [(&[&str], &[&str]); 9] = [
            (&["‹rain›"], &["rain"]),
            (&["  ‹rain› fell"], &["rain"]),
            (&["rain", "‹snow›"], &["snow"]),
            (&["old\n<<<ENTRY BEGINS>>>\n‹rain›"], &["rain"]),
            (&["‹old›\n<<<ENTRY BEGINS>>>\n‹rain›"], &["old", "rain"]),
            (&["‹<<<ENTRY BEGINS>>>›\nrain"], &[]),
            (&["old ‹x\n<<<ENTRY BEGINS>>>\n›rain"], &["x"]),
            (&["old\n<<<ENTRY BEGI‹NS>>>\nrain›"], &["rain"]),
            (&["old\n<<<ENTRY BEGINS>>>\nä‹👋›", "‹last›\n<<<ENTRY ENDS>>>"], &["👋", "last"]),
        ];
        for (written, wanted) in cases {
            let parsed: Vec<(String, Vec<CharRange>)> = written.iter().map(|page| unquoted(page)).collect();
            let got = AssembledPages::assemble(parsed.iter().map(|(text, spans)| (text.as_str(), spans.as_slice())));

            let doubtful: Vec<_> = got.spans.iter().map(|&span| slice_chars(&got.raw, span)).collect();
            assert_eq!(doubtful, wanted, "{written:?}");
        }
    }

    fn unquoted(page: &str) -> (String, Vec<CharRange>) {
        let (mut text, mut spans, mut start) = (String::new(), Vec::new(), 0);
        for character in page.chars() {
            match character {
                '‹' => start = code_points(&text),
                '›' => spans.push(range(start, code_points(&text))),
                _ => text.push(character),
            }
        }
        (text, spans)
    }
}
