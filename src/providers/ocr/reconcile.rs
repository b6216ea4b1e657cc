//! What two readers of the same page make of it together.

use std::sync::LazyLock;
use std::time::Duration;
use std::time::Instant;

use regex::Regex;
use similar::Algorithm;
use similar::DiffOp;
use similar::capture_diff_slices_deadline;

use crate::model::entry::CharRange;
use crate::providers::ocr::BEGINS;
use crate::providers::ocr::ENDS;
use crate::providers::ocr::Reading;
use crate::providers::spans::length;
use crate::providers::spans::merged;

/// Time after which words are compared less thoroughly; only a page that is nothing but repetition takes it.
const PATIENCE: Duration = Duration::from_secs(1);

static WORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<<<ENTRY (?:BEGINS|ENDS)>>>|\S+").expect("the pattern is fixed"));

/// Lays two readings together, word by word. The first counts; where they differ the second wins only if the first was not
/// sure and the second was, and the place stays doubtful unless both were sure.
pub(super) fn reconciled(first: &Reading, second: &Reading) -> Reading {
    let (ours, theirs) = (Words::of(first), Words::of(second));
    if ours.0.is_empty() {
        return first.clone();
    }
    let deadline = Some(Instant::now() + PATIENCE);
    let operations = capture_diff_slices_deadline(Algorithm::Myers, &ours.texts(), &theirs.texts(), deadline);
    let mut out = Out::default();
    for operation in operations {
        match operation {
            DiffOp::Equal { old_index, new_index, len } => {
                for offset in 0..len {
                    out.keep(&ours.0[old_index + offset], Some(&theirs.0[new_index + offset]));
                }
            }
            DiffOp::Delete { old_index, old_len, .. } => {
                ours.0[old_index..old_index + old_len].iter().for_each(|word| out.keep(word, None));
            }
            // Words that only the second sees are as likely to be made up.
            DiffOp::Insert { .. } => {}
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                out.settle(&ours.0[old_index..old_index + old_len], &theirs.0[new_index..new_index + new_len]);
            }
        }
    }
    Reading { text: out.text, spans: merged(out.spans) }
}

struct Words<'a>(Vec<Word<'a>>);

/// A word with the white space before it.
struct Word<'a> {
    before: &'a str,
    text: &'a str,
    /// Whether the white space before it is doubtful, which makes one place of the words around it.
    joined: bool,
    /// Doubtful places within the word.
    doubts: Vec<CharRange>,
}

impl Word<'_> {
    fn is_marker(&self) -> bool {
        self.text == BEGINS || self.text == ENDS
    }
}

impl<'a> Words<'a> {
    fn of(reading: &'a Reading) -> Self {
        let (mut words, mut end, mut at) = (Vec::new(), 0, 0);
        for found in WORD.find_iter(&reading.text) {
            let before = &reading.text[end..found.start()];
            let from = at + length(before);
            let to = from + length(found.as_str());
            let doubts = reading.spans.iter().filter(|span| span.char_start < to && from < span.char_end);
            words.push(Word {
                before,
                text: found.as_str(),
                joined: reading.spans.iter().any(|span| span.char_start <= at && from < span.char_end && at > 0),
                doubts: doubts
                    .map(|span| CharRange {
                        char_start: span.char_start.max(from) - from,
                        char_end: span.char_end.min(to) - from,
                    })
                    .collect(),
            });
            (end, at) = (found.end(), to);
        }
        Self(words)
    }

    fn texts(&self) -> Vec<&'a str> {
        self.0.iter().map(|word| word.text).collect()
    }
}

#[derive(Default)]
struct Out {
    text: String,
    length: i64,
    spans: Vec<CharRange>,
}

impl Out {
    fn push(&mut self, text: &str) -> CharRange {
        self.text.push_str(text);
        let start = self.length;
        self.length += length(text);
        CharRange { char_start: start, char_end: self.length }
    }

    /// Keeps a word of the first reader with the doubts of both.
    fn keep(&mut self, word: &Word<'_>, same: Option<&Word<'_>>) {
        let gap = self.push(word.before);
        if word.joined || same.is_some_and(|same| same.joined) {
            self.spans.push(gap);
        }
        let at = self.push(word.text).char_start;
        let doubts = word.doubts.iter().chain(same.into_iter().flat_map(|same| &same.doubts));
        self.spans
            .extend(doubts.map(|doubt| CharRange { char_start: at + doubt.char_start, char_end: at + doubt.char_end }));
    }

    /// Settles a place where the two differ.
    fn settle(&mut self, ours: &[Word<'_>], theirs: &[Word<'_>]) {
        let unsure = |words: &[Word<'_>]| words.iter().any(|word| !word.doubts.is_empty());
        let (we_doubt, they_doubt) = (unsure(ours), unsure(theirs));
        // A marker is no word: it neither comes nor goes because of one.
        if ours.iter().any(Word::is_marker) || !(we_doubt || they_doubt) {
            return ours.iter().for_each(|word| self.keep(word, None));
        }
        let words: Vec<&str> = theirs.iter().filter(|word| !word.is_marker()).map(|word| word.text).collect();
        let start = self.length + ours.first().map_or(0, |word| length(word.before));
        if we_doubt && !they_doubt && !words.is_empty() {
            self.push(ours.first().map_or("", |word| word.before));
            self.push(&words.join(" "));
        } else {
            for word in ours {
                self.keep(word, None);
            }
        }
        self.spans.push(CharRange { char_start: start, char_end: self.length });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::providers::ocr::sentinels;

    /// Writes a reading with the marks that it was read from.
    fn marked(reading: &Reading) -> String {
        let mut chars: Vec<char> = reading.text.chars().collect();
        for span in reading.spans.iter().rev() {
            chars.insert(usize::try_from(span.char_end).unwrap(), '⟫');
            chars.insert(usize::try_from(span.char_start).unwrap(), '⟪');
        }
        chars.into_iter().collect()
    }

    fn together(first: &str, second: &str) -> String {
        marked(&reconciled(&sentinels::read(first), &sentinels::read(second)))
    }

    #[test]
    fn the_first_counts_unless_only_the_second_is_sure() {
        for (first, second, wanted) in [
            // The same words.
            ("the cat sat", "the cat sat", "the cat sat"),
            ("the ⟪cat⟫ sat", "the cat sat", "the ⟪cat⟫ sat"),
            ("the cat sat", "the ⟪cat⟫ sat", "the ⟪cat⟫ sat"),
            ("⟪the⟫ cat sat", "the cat ⟪sat⟫", "⟪the⟫ cat ⟪sat⟫"),
            ("the ⟪cat sat⟫", "the cat sat", "the ⟪cat sat⟫"),
            ("the cat sat", "⟪the cat⟫ sat", "⟪the cat⟫ sat"),
            ("un⟪sure⟫", "⟪un⟫sure", "⟪unsure⟫"),
            // Other words.
            ("the cat sat", "the dog sat", "the cat sat"),
            ("the ⟪cat⟫ sat", "the dog sat", "the ⟪dog⟫ sat"),
            ("the cat sat", "the ⟪dog⟫ sat", "the ⟪cat⟫ sat"),
            ("the ⟪cat⟫ sat", "the ⟪dog⟫ sat", "the ⟪cat⟫ sat"),
            ("a ⟪b⟫ c", "a x y c", "a ⟪x y⟫ c"),
            ("a ⟪b⟫ bb c", "a x c", "a ⟪x⟫ c"),
            // Words of one alone.
            ("a b c", "a c", "a b c"),
            ("a ⟪b⟫ c", "a c", "a ⟪b⟫ c"),
            ("a c", "a b c", "a c"),
            ("a c", "a ⟪b⟫ c", "a c"),
            // Nothing.
            ("", "a b", ""),
            ("a ⟪b⟫", "", "a ⟪b⟫"),
            // The first one's white space.
            ("one\n\n⟪two⟫ three", "one tow three", "one\n\n⟪tow⟫ three"),
            // Markers neither come nor go.
            ("old\n<<<ENTRY BEGINS>>>\nnew", "old new", "old\n<<<ENTRY BEGINS>>>\nnew"),
            ("old new", "old\n<<<ENTRY BEGINS>>>\nnew", "old new"),
            ("old\n<<<ENTRY BEGINS>>>\n⟪new⟫", "old now", "old\n<<<ENTRY BEGINS>>>\n⟪new⟫"),
            ("a ⟪b⟫", "a\n<<<ENTRY ENDS>>>", "a ⟪b⟫"),
            // Code points.
            ("Zoë ⟪ging⟫ naar", "Zoë gíng naar", "Zoë ⟪gíng⟫ naar"),
        ] {
            assert_eq!(together(first, second), wanted, "{first:?} and {second:?}");
        }
    }

    proptest! {
        #[test]
        fn two_readings_always_make_one(first in "([abc⟪⟫] ?|\n){0,30}", second in "([abc⟪⟫] ?|\n){0,30}") {
            let (first, second) = (sentinels::read(&first), sentinels::read(&second));

            let both = reconciled(&first, &second);

            let end = length(&both.text);
            prop_assert!(both.spans.iter().all(|span| 0 <= span.char_start && span.char_end <= end));
            prop_assert!(both.spans.windows(2).all(|pair| pair[0].char_end < pair[1].char_start));
            let alone = reconciled(&first, &first).text;
            prop_assert_eq!(alone.trim_end(), first.text.trim_end());
        }
    }
}
