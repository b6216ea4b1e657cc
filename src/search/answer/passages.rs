//! What of an entry is shown to whoever answers: the part of it that was found.

use std::ops::Range;

use crate::model::hit::Hit;
use crate::model::id::EntryId;
use crate::search::answer::Citation;
use crate::search::answer::SNIPPET;
use crate::search::answer::citing;

/// Code points of a passage.
const LENGTH: usize = 800;
/// Code points of an entry's words that are shown where nobody answers.
const QUOTED: usize = 300;

/// A part of an entry, with the entry that it is of.
pub(super) struct Passage {
    pub(super) entry: EntryId,
    pub(super) date: String,
    /// The whole entry, in which quotes have to stand.
    pub(super) whole: String,
    pub(super) text: String,
    /// Where the best of what was found stands in the entry, code points.
    found: Range<usize>,
}

impl Passage {
    /// Takes the surroundings of the best that was found of an entry, or its beginning.
    pub(super) fn of(hit: Hit) -> Self {
        let length = hit.text.chars().count();
        let found = best(&hit).map_or(0..length, |best| best.start.min(length)..best.end.min(length));
        let text = around(&hit.text, length, &found);
        Self { entry: hit.entry_id, date: hit.entry_date, whole: hit.text, text, found }
    }

    /// Cites the words that were found.
    pub(super) fn citation(&self) -> Citation {
        self.citing(self.found.start..self.found.end.min(self.found.start + QUOTED))
    }

    /// Cites the entry's own words at a place, code points; white space around them is left out.
    pub(super) fn citing(&self, place: Range<usize>) -> Citation {
        let words: String = self.whole.chars().skip(place.start).take(place.len()).collect();
        let before = words.chars().count() - words.trim_start().chars().count();
        let quote = words.trim().to_owned();
        let char_start = place.start + before;
        let snippet: String = self.whole.chars().take(SNIPPET).collect();
        Citation {
            entry_id: self.entry,
            entry_date: self.date.clone(),
            snippet: snippet.trim().to_owned(),
            char_end: char_start + quote.chars().count(),
            char_start,
            quote,
        }
    }
}

/// Returns where the best of what was found stands in an entry, code points.
fn best(hit: &Hit) -> Option<Range<usize>> {
    if let Some(chunk) = hit.matching_chunks.first() {
        let point = |at: i64| usize::try_from(at).ok();
        return Some(point(chunk.char_start)?..point(chunk.char_end)?).filter(|place| place.start < place.end);
    }
    let snippet = hit.snippet.as_ref()?.replace(['\u{2}', '\u{3}'], "");
    citing::place(&hit.text, snippet.trim_matches('…'))
}

/// Cuts [`LENGTH`] code points around a place, at white space.
fn around(text: &str, length: usize, place: &Range<usize>) -> String {
    if length <= LENGTH {
        return text.to_owned();
    }
    let middle = place.start + place.len().min(LENGTH) / 2;
    let start = middle.saturating_sub(LENGTH / 2).min(length - LENGTH);
    let cut: String = text.chars().skip(start).take(LENGTH).collect();
    // A word that was cut is worse than one that is missing; a text without white space is all one.
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
    use crate::model::hit::MatchingChunk;

    fn hit(text: &str, snippet: Option<&str>, chunk: Option<(i64, i64)>) -> Hit {
        let chunk = chunk.map(|(char_start, char_end)| MatchingChunk {
            text: String::new(),
            score: 0.5,
            chunk_index: 0,
            char_start,
            char_end,
        });
        Hit {
            entry_id: EntryId(7),
            entry_date: "2026-05-01".to_owned(),
            title: None,
            text: text.to_owned(),
            score: 1.0,
            snippet: snippet.map(str::to_owned),
            matching_chunks: chunk.into_iter().collect(),
        }
    }

    #[test]
    fn a_short_entry_is_shown_whole_and_a_long_one_where_it_was_found() {
        let long = format!("{}Here we moved to Ghent. {}", "Ä rain. ".repeat(400), "Wind blew. ".repeat(400));
        let at = long.find("Here").map(|byte| long[..byte].chars().count()).unwrap();
        let place = i64::try_from(at).unwrap();

        let short = Passage::of(hit("We moved.", None, None));
        let by_meaning = Passage::of(hit(&long, Some("ignored"), Some((place, place + 24))));
        let by_word = Passage::of(hit(&long, Some("…rain. Here we \u{2}moved\u{3} to Ghent…"), None));
        let beginning = Passage::of(hit(&long, None, None));
        let end = Passage::of(hit(&long, None, Some((place + 4_413, place + 4_424))));

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
    fn what_is_cited_are_the_entrys_own_words_and_where_they_stand() {
        let passage = Passage::of(hit("Ä day.  We moved.\n", None, Some((7, 17))));

        let citation = passage.citation();

        assert_eq!((citation.quote.as_str(), citation.char_start, citation.char_end), ("We moved.", 8, 17));
        assert_eq!((citation.snippet.as_str(), citation.entry_id), ("Ä day.  We moved.", EntryId(7)));
        let all = Passage::of(hit(&"w ".repeat(500), None, None)).citation();
        assert_eq!((all.char_start, all.char_end, all.snippet.len()), (0, 299, 159));
    }

    #[test]
    fn a_place_that_is_none_does_no_harm() {
        for chunk in [(-5, 3), (9_000, 9_005), (5, 2)] {
            let passage = Passage::of(hit("We moved.", None, Some(chunk)));

            assert_eq!(passage.text, "We moved.");
            assert!(passage.citation().char_end <= 9);
        }
    }
}
