//! Whether words stand in a text, and where.

use std::ops::Range;

/// Letters and digits that a quote has to have: fewer stand in every text.
const LEAST: usize = 3;
/// Code points of the longest quote that is looked for.
pub(super) const LONGEST: usize = 1000;

/// Returns where words stand in a text, code points; `None` where they do not, and for words that would prove nothing.
///
/// White space counts as one blank however much there is, and typographic quotation marks and dashes as the plain ones:
/// models write them as they please.
pub(super) fn place(text: &str, words: &str) -> Option<Range<usize>> {
    if words.chars().filter(|c| c.is_alphanumeric()).take(LEAST).count() < LEAST || words.chars().count() > LONGEST {
        return None;
    }
    let (wanted, _) = folded(words);
    let (folded, places) = folded(text);
    let at = folded.find(wanted.as_str())?;
    let first = folded[..at].chars().count();
    let last = first + wanted.chars().count() - 1;
    Some(places[first]..places[last] + 1)
}

/// Returns a text as it is compared, trimmed, and the place of each of its code points in the text.
fn folded(text: &str) -> (String, Vec<usize>) {
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
    fn quoted_words_have_to_stand_there() {
        let text = "Ä day of rain.\n\nWe  moved to “Ghent” – she’s glad.  The end";
        let quoted = |words: &str| {
            place(text, words).map(|place| text.chars().skip(place.start).take(place.len()).collect::<String>())
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
        assert_eq!(place(&"rain ".repeat(400), &"rain ".repeat(300)), None, "longer than anybody quotes");
        assert_eq!(place("", "rain"), None);
    }
}
