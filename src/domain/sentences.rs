//! Splits prose into paragraphs and English sentences, in one pass over its words.
//!
//! Unicode sentence boundaries (UAX #29) are not used: they know no abbreviations, never end a sentence before a
//! lower-case letter, as many diaries are written, and take quadratic time in long runs of white space.

use std::ops::Range;

/// Abbreviations that never end a sentence.
const BINDING: &[&str] = &[
    "mr", "mrs", "ms", "mx", "dr", "prof", "st", "messrs", "mme", "e.g", "eg", "i.e", "ie", "viz", "vs", "cf", "ca",
    "approx", "incl", "esp",
];

/// Abbreviations that never end a sentence if capitalised; in lower case they are words, such as "rep".
const BINDING_CAPITALISED: &[&str] =
    &["rev", "fr", "hon", "capt", "col", "gen", "lt", "maj", "sgt", "gov", "sen", "rep", "pres", "mt", "ft"];

/// Abbreviations that end a sentence only before a capital letter.
const LOOSE: &[&str] = &[
    "etc", "al", "inc", "ltd", "co", "corp", "bros", "jr", "sr", "esq", "ave", "rd", "blvd", "dept", "hr", "hrs",
    "mins", "ft", "tel", "misc", "jan", "feb", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon",
    "tue", "tues", "thu", "thur", "thurs", "fri", "a.m", "p.m", "u.s", "u.s.a", "u.k", "u.n", "d.c", "b.c", "a.d",
    "ph.d",
];

/// Abbreviations before a number that are words otherwise: "No. 7", but "I said no."
const BEFORE_NUMBERS: &[&str] =
    &["no", "nos", "nr", "p", "pp", "vol", "ch", "fig", "art", "op", "min", "sec", "mar", "wed", "sat", "sun"];

/// Length of the longest abbreviation above, in bytes.
const LONGEST: usize = 6;

/// Widths in code points at which a line without a full stop counts as wrapped by an editor.
const WRAPPED: Range<usize> = 50..121;

/// As [`WRAPPED`], for a line followed by a lower-case letter.
const WRAPPED_BEFORE_LOWER_CASE: Range<usize> = 25..121;

/// Returns the byte ranges of the sentences, ascending and disjoint.
///
/// The ranges cover everything but white space, start and end with a visible character and are never empty. A blank
/// line always ends a sentence. A single line break does too, unless the line looks wrapped at a right margin.
#[must_use]
pub fn split(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = None;
    let mut line = 0;
    let mut words = words(text).peekable();
    while let Some(word) = words.next() {
        let mut first = start.unwrap_or(word.start);
        for end in unspaced_sentence_ends(text, &word) {
            sentences.push(first..end);
            first = end;
        }
        let next = words.peek();
        let breaks = next.map_or(2, |next| line_breaks(&text[word.end..next.start]));
        let goes_on = next.is_some_and(|next| {
            let wrapped = breaks == 0 || (breaks == 1 && is_wrapped(&text[line..word.end], &text[next.clone()]));
            wrapped && !SentenceBoundary { text, first, word: &word, next }.is_end()
        });
        if let Some(next) = next.filter(|_| breaks > 0) {
            line = next.start;
        }
        if goes_on {
            start = Some(first);
        } else {
            sentences.push(first..word.end);
            start = None;
        }
    }
    sentences
}

/// Returns the byte ranges of the paragraphs, which are separated by blank lines.
///
/// As with [`split`], the ranges cover everything but white space and are trimmed.
#[must_use]
pub fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut paragraphs: Vec<Range<usize>> = Vec::new();
    for word in words(text) {
        match paragraphs.last_mut() {
            Some(last) if line_breaks(&text[last.end..word.start]) < 2 => last.end = word.end,
            _ => paragraphs.push(word),
        }
    }
    paragraphs
}

/// Yields the byte ranges between white space.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(|c: char| !c.is_whitespace())?;
        at = text[start..].find(char::is_whitespace).map_or(text.len(), |length| start + length);
        Some(start..at)
    })
}

/// Counts line breaks up to 2; CR LF counts as one.
fn line_breaks(gap: &str) -> usize {
    let mut previous = ' ';
    let breaks = gap.chars().filter(|&c| {
        let breaks = matches!(c, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
            || (c == '\n' && previous != '\r');
        previous = c;
        breaks
    });
    breaks.take(2).count()
}

/// Yields the sentence ends inside a word, in scripts that write without spaces.
fn unspaced_sentence_ends(text: &str, word: &Range<usize>) -> impl Iterator<Item = usize> {
    let mut after_stop = false;
    let written = &text[word.clone()];
    written.char_indices().filter_map(move |(at, c)| {
        let is_stop = matches!(c, '。' | '！' | '？' | '｡');
        // The end of a quotation is seldom the end of the quoting sentence.
        let ends = after_stop && !is_stop && !matches!(c, '」' | '』' | '）' | '”' | '’' | '…');
        after_stop = is_stop;
        ends.then_some(word.start + at)
    })
}

/// Returns whether a line was broken only because it reached the margin.
fn is_wrapped(line: &str, next: &str) -> bool {
    let opens = |c: char| c.is_alphanumeric() || matches!(c, '"' | '\'' | '“' | '‘' | '(');
    let is_list_mark = next.ends_with(['.', ')']) && next.starts_with(|c: char| c.is_ascii_digit());
    let is_heading = line.starts_with('#');
    let widths = if next.starts_with(char::is_lowercase) { WRAPPED_BEFORE_LOWER_CASE } else { WRAPPED };
    next.starts_with(opens)
        && !line.ends_with(':')
        && !is_list_mark
        && !is_heading
        && widths.contains(&line.chars().take(widths.end).count())
}

/// Candidate sentence boundary between two words.
struct SentenceBoundary<'t> {
    text: &'t str,
    /// Byte offset of the start of the sentence.
    first: usize,
    word: &'t Range<usize>,
    next: &'t Range<usize>,
}

impl SentenceBoundary<'_> {
    fn is_end(&self) -> bool {
        let word = &self.text[self.word.clone()];
        let next = &self.text[self.next.clone()];
        let open = word.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '}', '*', '_', '~', '」', '』', '）']);
        let is_closed = open.len() < word.len();
        let bare = open.trim_end_matches(['.', '!', '?', '…', '‽', '。', '！', '？', '｡', '।', '؟', '۔']);
        let stops = &open[bare.len()..];
        let continues = next.starts_with(char::is_lowercase);

        match stops {
            "" => false,
            // A quoted or bracketed remark inside a sentence that continues.
            _ if is_closed && continues => false,
            "." => !self.is_abbreviation(bare, next),
            // An ellipsis is a pause as often as an end.
            _ if stops.chars().all(|c| matches!(c, '.' | '…')) => !continues && !next.starts_with(['.', '…']),
            _ => true,
        }
    }

    fn is_abbreviation(&self, bare: &str, next: &str) -> bool {
        let word = bare.trim_start_matches(|c: char| !c.is_alphanumeric());
        let next_begins = next.trim_start_matches(['"', '\'', '“', '‘', '(', '*', '_']).chars().next();
        let before_capital = next_begins.is_some_and(char::is_uppercase);
        let before_number = next_begins.is_some_and(char::is_numeric);
        if word.is_empty() {
            return next.starts_with('.') || !before_capital;
        }
        let is_list_mark =
            self.word.start == self.first && word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_digit());
        if is_list_mark {
            return true;
        }
        if word.len() > LONGEST {
            return is_initials(word);
        }
        let capitalised = word.starts_with(char::is_uppercase);
        let lower = word.to_lowercase();
        let is_in = |list: &[&str]| list.contains(&&*lower);
        is_in(BINDING)
            || (is_in(BINDING_CAPITALISED) && capitalised)
            || (is_in(BEFORE_NUMBERS) && before_number)
            || if is_in(LOOSE) { !before_capital } else { is_initials(word) }
    }
}

/// Returns whether a word without its last dot is "J" or "J.R"; "I" alone is the pronoun.
fn is_initials(word: &str) -> bool {
    let is_letter = |part: &str| part.len() <= 2 && part.chars().all(char::is_uppercase) && !part.is_empty();
    word != "I"
        && word.len() <= 12
        && word.split('.').all(is_letter)
        && (word.contains('.') || word.chars().count() == 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Splits a text whose sentences are marked with `|` and compares.
    #[track_caller]
    fn assert_split(marked: &str) {
        let text = marked.replace('|', "");
        let expected: Vec<_> = marked.split('|').map(str::trim).collect();

        let found: Vec<_> = split(&text).into_iter().map(|bytes| &text[bytes]).collect();

        assert_eq!(found, expected);
    }

    #[test]
    fn stops_end_sentences() {
        assert_split("I went home. |It rained! |Did it? |Yes…  |\tBed.");
        assert_split("What?! |No!!! |Fine");
        assert_split("Ünal came. |Éva left. |Ça va. |42 guests stayed.");
    }

    #[test]
    fn lower_case_text_is_split_into_sentences() {
        assert_split("i went home. |it was fine. |we saw the sun. |no. |then bed");
    }

    #[test]
    fn abbreviations_do_not_end_a_sentence() {
        assert_split("We met Dr. Smith, Mrs. Jones and St. John vs. Prof. Lee, e.g. Tom, i.e. Thomas. |Good.");
        assert_split("Up at 6 a.m. and out by 7 p.m. |Then home.");
        assert_split(
            "J. R. Smith and J.R.R. Tolkien read No. 7, pp. 3 ff., on Jan. 5 etc. and left. |So did I. |I said no. |Then home.",
        );
        assert_split("Gen. Lee came. |One more rep. |Then we moved to the U.S. |It was 3.5 km to example.com. |Far.");
    }

    #[test]
    fn quotes_and_brackets_belong_to_their_sentence() {
        assert_split("\"Really?\" she asked. |\"Yes!\" he said. |\"Fine.\" |She left.");
        assert_split("He left (finally!) and slept. |(It rained.) |Then sun. |“Oh.” |‘Ah.’ |*Ha!* |Well.");
    }

    #[test]
    fn an_ellipsis_before_lower_case_does_not_end_a_sentence() {
        assert_split("Hmm... not sure. |Wait... |What? |Well… perhaps. |Um . . . yes.");
    }

    #[test]
    fn a_blank_line_always_ends_a_sentence() {
        assert_split("A heading\n\n|and text\r\n \t\r\n|of Dr.\n\n|Smith");
    }

    #[test]
    fn a_line_break_ends_a_sentence_unless_the_line_is_wrapped() {
        assert_split("went to work\n|ate pasta\n|slept");
        assert_split("Today:\n|- milk\n|- eggs\n|1. milk and Bread\n|2. eggs");
        assert_split(
            "Today I went to the market with Anna and the children and\nBob, who had lost his hat on the way. |Fun.",
        );
        assert_split("This is a long line that was wrapped at\nsome column by an editor. |Next.");
        assert_split("# A heading that goes on for quite a while without any stop at all\n|Text.");
    }

    #[test]
    fn scripts_without_spaces_are_split() {
        assert_split("今日は雨。|家にいた！|「本当？」と聞いた。 |はい。");
    }

    #[test]
    fn paragraphs_are_trimmed_and_keep_their_line_breaks() {
        let text = "\n a b\nc \r\n\r\n\n d\n \ne ";

        let found: Vec<_> = paragraphs(text).into_iter().map(|bytes| &text[bytes]).collect();

        assert_eq!(found, ["a b\nc", "d", "e"]);
    }

    proptest! {
        #[test]
        fn sentences_and_paragraphs_cover_everything_visible(text in "(\\PC|[.!?。 \n\r\t\"')]|Mr\\.|[a-z]{1,9}|𝒜){0,80}") {
            for spans in [split(&text), paragraphs(&text)] {
                let mut end = 0;
                for span in &spans {
                    prop_assert!(end <= span.start && span.start < span.end);
                    prop_assert!(text[end..span.start].trim().is_empty());
                    prop_assert_eq!(text[span.clone()].trim(), &text[span.clone()]);
                    end = span.end;
                }
                prop_assert!(text[end..].trim().is_empty());
            }
        }
    }
}
