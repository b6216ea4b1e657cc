//! Where quoted words stand in an entry.

/// A half-open range of code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: i64,
    pub(super) end: i64,
}

/// An entry's text, made ready to look for quotes in it.
pub(super) struct Text<'t> {
    text: &'t str,
    /// Words in lower case, each with the bytes where it stands.
    words: Vec<(usize, usize, String)>,
}

impl<'t> Text<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let begin = text.as_ptr() as usize;
        let words = text.split_whitespace().map(|word| {
            let at = word.as_ptr() as usize - begin;
            (at, at + word.len(), word.to_lowercase())
        });
        Self { text, words: words.collect() }
    }

    /// Finds the first place of a quote, letter by letter, or with other white space and in any case; and returns the words
    /// that stand there.
    pub(super) fn find(&self, quote: &str) -> Option<(Span, &'t str)> {
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
        Some((Span { start, end: start + count(words) }, words))
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
    fn places_count_code_points() {
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
            let found = Text::of(text).find(quote.trim());

            assert_eq!(found.map(|(span, words)| (span.start, span.end, words)), wanted, "{quote}");
        }
    }
}
