//! Quote matching: locates quoted words in a text.

use std::ops::Range;

/// Minimum letters and digits of a quote; shorter ones match every text.
const MIN_ALPHANUMERIC: usize = 3;
/// Longest quote that is searched for, in code points.
pub(super) const MAX_QUOTE_CHARS: usize = 1000;

/// Returns the code point range of quoted words in a text; `None` if they do not occur or are too short or too long.
///
/// Any run of white space matches a single space, and typographic quotation marks and dashes match plain ones, because
/// models rewrite them.
pub(super) fn find_quote(text: &str, words: &str) -> Option<Range<usize>> {
    if words.chars().filter(|c| c.is_alphanumeric()).take(MIN_ALPHANUMERIC).count() < MIN_ALPHANUMERIC
        || words.chars().count() > MAX_QUOTE_CHARS
    {
        return None;
    }
    let (wanted, _) = fold(words);
    let (folded, places) = fold(text);
    let at = folded.find(wanted.as_str())?;
    let first = folded[..at].chars().count();
    let last = first + wanted.chars().count() - 1;
    Some(places[first]..places[last] + 1)
}

/// Returns the normalized, trimmed text and the source position of each of its code points.
fn fold(text: &str) -> (String, Vec<usize>) {
    let mut plain = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    let mut gap = false;
    for (at, c) in text.chars().enumerate() {
        if c.is_whitespace() {
            gap = !plain.is_empty();
            continue;
        }
        if gap {
            plain.push(' ');
            places.push(at - 1);
            gap = false;
        }
        plain.push(match c {
            '‘' | '’' | 'ʼ' => '\'',
            '“' | '”' | '„' => '"',
            '‐' | '‑' | '–' | '—' => '-',
            c => c,
        });
        places.push(at);
    }
    (plain, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_must_occur_in_the_text() {
        let text = "Ä day of rain.\n\nWe  moved to “Ghent” – she’s glad.  The end";
        let quoted = |words: &str| {
            find_quote(text, words).map(|place| text.chars().skip(place.start).take(place.len()).collect::<String>())
        };
        for (words, wanted) in [
            ("We moved to", Some("We  moved to")),
            (" rain. We\tmoved ", Some("rain.\n\nWe  moved")),
            ("\"Ghent\" - she's glad.", Some("“Ghent” – she’s glad.")),
            ("Ä day", Some("Ä day")),
            ("The end", Some("The end")),
            ("we moved", None),
            ("We moved to Bruges", None),
            ("Wemoved", None),
            ("rain. … We moved", None),
            ("The end.", None),
            ("", None),
            ("  ", None),
            ("a", None),
            ("–", None),
            ("…", None),
        ] {
            assert_eq!(quoted(words).as_deref(), wanted, "{words:?}");
        }
        assert_eq!(find_quote(&"rain ".repeat(400), &"rain ".repeat(300)), None, "longer than the limit");
        assert_eq!(find_quote("", "rain"), None);
    }
}
