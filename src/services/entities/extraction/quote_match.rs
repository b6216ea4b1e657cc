//! Locates quotes in an entry's text.

/// A half-open range of code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct QuoteSpan {
    pub(super) start: i64,
    pub(super) end: i64,
}

/// Search index over an entry's text.
pub(super) struct QuoteIndex<'t> {
    text: &'t str,
    /// Lower-case words with their byte ranges.
    words: Vec<(usize, usize, String)>,
}

impl<'t> QuoteIndex<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let begin = text.as_ptr() as usize;
        let words = text.split_whitespace().map(|word| {
            let at = word.as_ptr() as usize - begin;
            (at, at + word.len(), word.to_lowercase())
        });
        Self { text, words: words.collect() }
    }

    /// Finds the first occurrence of a quote: exactly, or ignoring case and white space. Returns its span and the text
    /// there.
    pub(super) fn find(&self, quote: &str) -> Option<(QuoteSpan, &'t str)> {
        if quote.is_empty() {
            return None;
        }
        let (from, to) = match self.text.find(quote) {
            Some(at) => (at, at + quote.len()),
            None => self.find_words(quote)?,
        };
        let count = |part: &str| i64::try_from(part.chars().count()).unwrap_or(i64::MAX);
        let (before, words) = (&self.text[..from], &self.text[from..to]);
        let start = count(before);
        Some((QuoteSpan { start, end: start + count(words) }, words))
    }

    fn find_words(&self, quote: &str) -> Option<(usize, usize)> {
        let wanted: Vec<String> = quote.split_whitespace().map(str::to_lowercase).collect();
        if wanted.is_empty() {
            return None;
        }
        let mut windows = self.words.windows(wanted.len());
        let window = windows.find(|window| window.iter().zip(&wanted).all(|((_, _, word), wanted)| word == wanted))?;
        Some((window.first()?.0, window.last()?.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_count_code_points() {
        let text = "👋 Tea with\n  Bob at dawn. tea with Bob.";
        let cases = [
            ("Bob", Some((13, 16, "Bob"))),
            ("Tea with\n  Bob", Some((2, 16, "Tea with\n  Bob"))),
            ("tea with bob", Some((2, 16, "Tea with\n  Bob"))),
            ("tea with Bob.", Some((26, 39, "tea with Bob."))),
            ("👋", Some((0, 1, "👋"))),
            ("Tea without Bob", None),
            ("", None),
            (" \n", None),
        ];
        for (quote, wanted) in cases {
            let found = QuoteIndex::new(text).find(quote.trim());

            assert_eq!(found.map(|(span, words)| (span.start, span.end, words)), wanted, "{quote}");
        }
    }
}
