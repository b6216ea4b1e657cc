//! Pages put together: where on them the entry begins and ends, as whoever read them marked it.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::ingest::spans::Marked;
use crate::ingest::spans::code_points;
use crate::ingest::spans::part;
use crate::model::entry::CharRange;
use crate::providers::ocr::BEGINS;
use crate::providers::ocr::ENDS;

/// The pages of an upload as one text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pages {
    /// All that was read, without markers.
    pub(super) raw: String,
    /// Doubtful places in it.
    pub(super) spans: Vec<CharRange>,
    /// Each page by itself, without markers.
    pub(super) texts: Vec<String>,
    /// The part that is the entry, without blanks at its ends; `None` is all of it.
    pub(super) window: Option<CharRange>,
    /// The markers contradict each other, so that all of it was taken.
    pub(super) muddled: bool,
}

impl Pages {
    /// Puts pages together.
    pub(super) fn assemble<'a>(readings: impl IntoIterator<Item = (&'a str, &'a [CharRange])>) -> Self {
        let cleaned = readings.into_iter().map(|(text, spans)| Page::read(text, spans));
        let (parts, marks_of): (Vec<Marked>, Vec<_>) = cleaned.map(|page| (page.marked, page.marks)).unzip();
        let Marked { text: raw, spans } = Marked::joined(&parts, "\n");

        let mut marks = Vec::new();
        let mut offset = 0;
        for (page, part) in marks_of.iter().zip(&parts) {
            marks.extend(page.iter().map(|&(mark, at)| (mark, at + offset)));
            if !part.text.is_empty() {
                offset += code_points(&part.text) + 1;
            }
        }
        let length = code_points(&raw);
        let (start, end) = bounds(&marks, length);
        let window = trimmed(&raw, CharRange { char_start: start.min(length), char_end: end.min(length) });
        let whole = CharRange { char_start: 0, char_end: length };
        Self {
            muddled: window.is_none() && length > 0,
            window: window.filter(|window| *window != whole),
            texts: parts.into_iter().map(|part| part.text).collect(),
            raw,
            spans,
        }
    }

    /// Returns what is the entry, and where in the raw text it begins.
    pub(super) fn content(&self) -> (&str, i64) {
        match self.window {
            Some(window) => (part(&self.raw, window), window.char_start),
            None => (&self.raw, 0),
        }
    }
}

/// Takes the markers out of what was once read on a page; a page without any stays as it is.
pub(crate) fn without_markers(text: &str) -> String {
    if MARKERS.is_match(text) { Page::read(text, &[]).marked.text } else { text.to_owned() }
}

/// Returns the first beginning, and the first end behind it.
fn bounds(marks: &[(Mark, i64)], length: i64) -> (i64, i64) {
    let places = |wanted: Mark| marks.iter().filter(move |(mark, _)| *mark == wanted).map(|(_, at)| *at);
    let start = places(Mark::Begins).next();
    let behind = places(Mark::Ends).find(|&end| start.is_none_or(|start| end >= start));
    let end = behind.or_else(|| places(Mark::Ends).next());
    (start.unwrap_or(0), end.unwrap_or(length))
}

/// Takes blanks off both ends of a range; `None` when nothing is left, or when it ends before it begins.
fn trimmed(text: &str, range: CharRange) -> Option<CharRange> {
    if range.char_start >= range.char_end {
        return None;
    }
    let inside = part(text, range);
    let rest = inside.trim_start();
    let char_start = range.char_start + code_points(inside) - code_points(rest);
    let char_end = char_start + code_points(rest.trim_end());
    (char_start < char_end).then_some(CharRange { char_start, char_end })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Begins,
    Ends,
}

static MARKERS: LazyLock<Regex> = LazyLock::new(|| {
    let form = format!(r"\s*(?:(?:{}|{})\s*)+", regex::escape(BEGINS), regex::escape(ENDS));
    Regex::new(&form).expect("the form of markers is a constant and valid")
});

/// A page without its markers, and where they stood.
struct Page {
    marked: Marked,
    marks: Vec<(Mark, i64)>,
}

impl Page {
    /// Takes the markers out of a page, with the blanks around them: what they part becomes two paragraphs, or two
    /// words where a marker stood within a line.
    fn read(text: &str, spans: &[CharRange]) -> Self {
        let Marked { text, spans } = Marked::trimmed(text, spans);
        let (mut out, mut marks, mut kept) = (String::new(), Vec::new(), Vec::new());
        let mut taken = 0;
        for found in MARKERS.find_iter(&text) {
            kept.push(Kept::copy(&text, taken..found.start(), &mut out));
            let place = code_points(&out);
            let mut markers: Vec<_> = [(Mark::Begins, BEGINS), (Mark::Ends, ENDS)]
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
        kept.push(Kept::copy(&text, taken..text.len(), &mut out));
        let moved =
            |position| kept.iter().rfind(|piece| piece.from <= position).map_or(0, |piece| piece.place(position));
        let spans = spans
            .iter()
            .map(|span| CharRange { char_start: moved(span.char_start), char_end: moved(span.char_end) })
            .filter_map(|span| trimmed(&out, span))
            .collect();
        Self { marked: Marked { text: out, spans }, marks }
    }
}

/// A piece of a page that was kept, in code points.
struct Kept {
    from: i64,
    length: i64,
    to: i64,
}

impl Kept {
    fn copy(text: &str, bytes: Range<usize>, out: &mut String) -> Self {
        let (from, to) = (code_points(&text[..bytes.start]), code_points(out));
        let piece = &text[bytes];
        out.push_str(piece);
        Self { from, length: code_points(piece), to }
    }

    /// Returns where a place of the page went; one inside the markers behind the piece to the piece's end.
    fn place(&self, position: i64) -> i64 {
        self.to + (position - self.from).min(self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::spans::range;

    fn pages(texts: &[&str]) -> Pages {
        Pages::assemble(texts.iter().map(|text| (*text, &[][..])))
    }

    #[test]
    fn markers_are_cut_out_and_the_window_lies_between_them() {
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
            // The first of each counts; an end counts from the beginning on.
            (&["a <<<ENTRY BEGINS>>> b <<<ENTRY BEGINS>>> c"], ("a b c", "b c", false)),
            (&["a <<<ENTRY ENDS>>> b <<<ENTRY ENDS>>> c"], ("a b c", "a", false)),
            (&["a <<<ENTRY ENDS>>> b <<<ENTRY BEGINS>>> c <<<ENTRY ENDS>>> d"], ("a b c d", "c", false)),
            (&["a <<<ENTRY ENDS>>> b <<<ENTRY BEGINS>>> c"], ("a b c", "a b c", true)),
            (&["a <<<ENTRY BEGINS>>> <<<ENTRY ENDS>>> b"], ("a b", "a b", true)),
            (&["a <<<entry begins>>> b <<ENTRY ENDS>>"], whole("a <<<entry begins>>> b <<ENTRY ENDS>>")),
            (&["ä 👋\n<<<ENTRY BEGINS>>>\nö"], ("ä 👋\n\nö", "ö", false)),
        ];
        for (texts, (raw, content, muddled)) in cases {
            let got = pages(texts);

            assert_eq!((got.raw.as_str(), got.content().0, got.muddled), (raw, content, muddled), "{texts:?}");
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
    fn doubtful_places_stay_on_their_words() {
        // Each word in angle quotes is doubtful; what is doubtful about a marker is dropped.
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
            let got = Pages::assemble(parsed.iter().map(|(text, spans)| (text.as_str(), spans.as_slice())));

            let doubtful: Vec<_> = got.spans.iter().map(|&span| part(&got.raw, span)).collect();
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
