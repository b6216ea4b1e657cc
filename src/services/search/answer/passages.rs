//! Passages: the excerpt of a found entry that is included in the answer prompt.

use std::ops::Range;

use crate::domain::id::EntryId;
use crate::domain::search_result::SearchHit;
use crate::services::search::answer::citation::AnswerCitation;
use crate::services::search::answer::quote_match;

/// Length of a passage, in code points.
const LENGTH: usize = 800;
/// Length of a quote if no model may be called, in code points.
const QUOTED: usize = 300;
/// Length of a citation's snippet, in code points.
const SNIPPET: usize = 160;

/// An excerpt of an entry.
pub(super) struct EntryPassage {
    pub(super) entry: EntryId,
    pub(super) date: String,
    /// Complete text of the entry, in which quotes must occur.
    pub(super) whole: String,
    pub(super) text: String,
    /// Range of the best match in the entry, in code points.
    found: Range<usize>,
}

impl EntryPassage {
    /// Builds the passage around the best match of a hit, or its beginning.
    pub(super) fn from_hit(hit: SearchHit) -> Self {
        let length = hit.text.chars().count();
        let found = best_match(&hit).map_or(0..length, |best| best.start.min(length)..best.end.min(length));
        let text = excerpt_around(&hit.text, length, &found);
        Self { entry: hit.entry_id, date: hit.entry_date, whole: hit.text, text, found }
    }

    /// Cites the best match.
    pub(super) fn cite_match(&self) -> AnswerCitation {
        self.cite(self.found.start..self.found.end.min(self.found.start + QUOTED))
    }

    /// Cites the entry's text in a code point range, without surrounding white space.
    pub(super) fn cite(&self, place: Range<usize>) -> AnswerCitation {
        let words: String = self.whole.chars().skip(place.start).take(place.len()).collect();
        let before = words.chars().count() - words.trim_start().chars().count();
        let quote = words.trim().to_owned();
        let char_start = place.start + before;
        let snippet: String = self.whole.chars().take(SNIPPET).collect();
        AnswerCitation {
            entry_id: self.entry,
            entry_date: self.date.clone(),
            snippet: snippet.trim().to_owned(),
            char_end: char_start + quote.chars().count(),
            char_start,
            quote,
        }
    }
}

/// Returns the range of the best match in an entry, in code points.
fn best_match(hit: &SearchHit) -> Option<Range<usize>> {
    if let Some(chunk) = hit.matching_chunks.first() {
        let point = |at: i64| usize::try_from(at).ok();
        return Some(point(chunk.char_start)?..point(chunk.char_end)?).filter(|place| place.start < place.end);
    }
    let snippet = hit.snippet.as_ref()?.replace(['\u{2}', '\u{3}'], "");
    quote_match::find_quote(&hit.text, snippet.trim_matches('…'))
}

/// Cuts [`LENGTH`] code points around a range, at white space.
fn excerpt_around(text: &str, length: usize, place: &Range<usize>) -> String {
    if length <= LENGTH {
        return text.to_owned();
    }
    let middle = place.start + place.len().min(LENGTH) / 2;
    let start = middle.saturating_sub(LENGTH / 2).min(length - LENGTH);
    let cut: String = text.chars().skip(start).take(LENGTH).collect();
    // A truncated word at an edge is dropped; a text without white space is one word.
    let cut = if start == 0 {
        cut.as_str()
    } else {
        cut.split_once(char::is_whitespace).map_or(cut.as_str(), |(_, rest)| rest)
    };
    let at_end = start + LENGTH == length;
    let cut = if at_end { cut } else { cut.rsplit_once(char::is_whitespace).map_or(cut, |(rest, _)| rest) };
    cut.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::search_result::MatchingChunk;

    fn hit(text: &str, snippet: Option<&str>, chunk: Option<(i64, i64)>) -> SearchHit {
        let chunk = chunk.map(|(char_start, char_end)| MatchingChunk {
            text: String::new(),
            score: 0.5,
            chunk_index: 0,
            char_start,
            char_end,
        });
        SearchHit {
            entry_id: EntryId(7),
            entry_date: "2026-05-01".to_owned(),
            title: None,
            text: text.to_owned(),
            score: 1.0,
            exact: snippet.is_some(),
            snippet: snippet.map(str::to_owned),
            matching_chunks: chunk.into_iter().collect(),
        }
    }

    #[test]
    fn a_long_entry_is_cut_around_its_match() {
        let long = format!("{}Here we moved to Ghent. {}", "Ä rain. ".repeat(400), "Wind blew. ".repeat(400));
        let at = long.find("Here").map(|byte| long[..byte].chars().count()).unwrap();
        let place = i64::try_from(at).unwrap();

        let short = EntryPassage::from_hit(hit("We moved.", None, None));
        let by_meaning = EntryPassage::from_hit(hit(&long, Some("ignored"), Some((place, place + 24))));
        let by_word = EntryPassage::from_hit(hit(&long, Some("…rain. Here we \u{2}moved\u{3} to Ghent…"), None));
        let beginning = EntryPassage::from_hit(hit(&long, None, None));
        let end = EntryPassage::from_hit(hit(&long, None, Some((place + 4_413, place + 4_424))));

        assert_eq!(short.text, "We moved.");
        for passage in [&by_meaning, &by_word] {
            assert!(passage.text.contains("Here we moved to Ghent. Wind"), "{}", passage.text);
        }
        for passage in [&by_meaning, &by_word, &beginning, &end] {
            assert!((780..=800).contains(&passage.text.chars().count()), "{}", passage.text.chars().count());
            assert!(["Ä", "rain.", "Wind", "blew."].iter().any(|word| passage.text.starts_with(word)));
        }
        assert!(beginning.text.starts_with("Ä rain.") && end.text.ends_with("blew. "));
    }

    #[test]
    fn citations_contain_the_entrys_text_and_position() {
        let passage = EntryPassage::from_hit(hit("Ä day.  We moved.\n", None, Some((7, 17))));

        let citation = passage.cite_match();

        assert_eq!((citation.quote.as_str(), citation.char_start, citation.char_end), ("We moved.", 8, 17));
        assert_eq!((citation.snippet.as_str(), citation.entry_id), ("Ä day.  We moved.", EntryId(7)));
        let all = EntryPassage::from_hit(hit(&"w ".repeat(500), None, None)).cite_match();
        assert_eq!((all.char_start, all.char_end, all.snippet.len()), (0, 299, 159));
    }

    #[test]
    fn an_invalid_match_range_is_harmless() {
        for chunk in [(-5, 3), (9_000, 9_005), (5, 2)] {
            let passage = EntryPassage::from_hit(hit("We moved.", None, Some(chunk)));

            assert_eq!(passage.text, "We moved.");
            assert!(passage.cite_match().char_end <= 9);
        }
    }
}
