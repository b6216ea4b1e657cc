//! Dual-pass OCR: reconciles two readings of the same page.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use regex::Regex;
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use crate::domain::entry::CharRange;
use crate::providers::ocr::page::{PageText, is_entry_marker};
use crate::providers::uncertain_spans::{char_count, merge_spans};

/// Time after which the diff is approximated; only pages of pure repetition reach it.
const DIFF_TIMEOUT: Duration = Duration::from_secs(1);

static WORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<<<ENTRY (?:BEGINS|ENDS)>>>|\S+").expect("the pattern is fixed"));

/// Reconciles two readings word by word.
///
/// The first reading is primary. Where they differ, the second is used only if the first is uncertain and the second is
/// not; the span stays uncertain unless both are certain.
pub(super) fn reconcile(first: &PageText, second: &PageText) -> PageText {
    let (ours, theirs) = (split_words(first), split_words(second));
    if ours.is_empty() {
        return first.clone();
    }
    let deadline = Some(Instant::now() + DIFF_TIMEOUT);
    let operations = capture_diff_slices_deadline(Algorithm::Myers, &texts(&ours), &texts(&theirs), deadline);
    let mut out = ReconciledText::default();
    for operation in operations {
        match operation {
            DiffOp::Equal { old_index, new_index, len } => {
                for (word, same) in ours[old_index..][..len].iter().zip(&theirs[new_index..]) {
                    out.keep(word, Some(same));
                }
            }
            DiffOp::Delete { old_index, old_len, .. } => out.keep_all(&ours[old_index..][..old_len]),
            // Words found only by the second model may be hallucinated.
            DiffOp::Insert { .. } => {}
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                out.resolve_difference(&ours[old_index..][..old_len], &theirs[new_index..][..new_len]);
            }
        }
    }
    PageText { text: out.text, spans: merge_spans(out.spans) }
}

/// Word with its leading white space.
struct OcrWord<'a> {
    before: &'a str,
    text: &'a str,
    /// True if the leading white space is uncertain, which joins the spans of the words around it.
    is_gap_uncertain: bool,
    /// Uncertain spans within the word.
    uncertain_spans: Vec<CharRange>,
}

fn texts<'a>(words: &[OcrWord<'a>]) -> Vec<&'a str> {
    words.iter().map(|word| word.text).collect()
}

fn split_words(reading: &PageText) -> Vec<OcrWord<'_>> {
    let (mut words, mut end, mut at) = (Vec::new(), 0, 0);
    for found in WORD.find_iter(&reading.text) {
        let before = &reading.text[end..found.start()];
        let from = at + char_count(before);
        let to = from + char_count(found.as_str());
        let within = reading.spans.iter().filter(|span| span.char_start < to && from < span.char_end);
        let relative = |span: &CharRange| CharRange {
            char_start: span.char_start.max(from) - from,
            char_end: span.char_end.min(to) - from,
        };
        words.push(OcrWord {
            before,
            text: found.as_str(),
            is_gap_uncertain: at > 0 && reading.spans.iter().any(|span| span.char_start <= at && from < span.char_end),
            uncertain_spans: within.map(relative).collect(),
        });
        (end, at) = (found.end(), to);
    }
    words
}

#[derive(Default)]
struct ReconciledText {
    text: String,
    length: i64,
    spans: Vec<CharRange>,
}

impl ReconciledText {
    fn push(&mut self, text: &str) -> CharRange {
        self.text.push_str(text);
        let start = self.length;
        self.length += char_count(text);
        CharRange { char_start: start, char_end: self.length }
    }

    /// Appends a word of the first reading with the uncertain spans of both.
    fn keep(&mut self, word: &OcrWord<'_>, same: Option<&OcrWord<'_>>) {
        let gap = self.push(word.before);
        if word.is_gap_uncertain || same.is_some_and(|same| same.is_gap_uncertain) {
            self.spans.push(gap);
        }
        let at = self.push(word.text).char_start;
        let spans = word.uncertain_spans.iter().chain(same.into_iter().flat_map(|same| &same.uncertain_spans));
        self.spans
            .extend(spans.map(|span| CharRange { char_start: at + span.char_start, char_end: at + span.char_end }));
    }

    fn keep_all(&mut self, words: &[OcrWord<'_>]) {
        for word in words {
            self.keep(word, None);
        }
    }

    /// Resolves a difference between the readings.
    fn resolve_difference(&mut self, ours: &[OcrWord<'_>], theirs: &[OcrWord<'_>]) {
        let unsure = |words: &[OcrWord<'_>]| words.iter().any(|word| !word.uncertain_spans.is_empty());
        let (first_unsure, second_unsure) = (unsure(ours), unsure(theirs));
        // Markers are not words: a difference never adds or removes one.
        if ours.iter().any(|word| is_entry_marker(word.text)) || !(first_unsure || second_unsure) {
            return self.keep_all(ours);
        }
        let words: Vec<&str> = theirs.iter().map(|word| word.text).filter(|word| !is_entry_marker(word)).collect();
        let start = self.length + ours.first().map_or(0, |word| char_count(word.before));
        if first_unsure && !second_unsure && !words.is_empty() {
            self.push(ours.first().map_or("", |word| word.before));
            self.push(&words.join(" "));
        } else {
            self.keep_all(ours);
        }
        self.spans.push(CharRange { char_start: start, char_end: self.length });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::providers::ocr::uncertainty_markers;

    /// Formats a reading with its delimiters.
    fn marked(reading: &PageText) -> String {
        let mut chars: Vec<char> = reading.text.chars().collect();
        for span in reading.spans.iter().rev() {
            chars.insert(usize::try_from(span.char_end).unwrap(), '⟫');
            chars.insert(usize::try_from(span.char_start).unwrap(), '⟪');
        }
        chars.into_iter().collect()
    }

    fn together(first: &str, second: &str) -> String {
        marked(&reconcile(&uncertainty_markers::parse(first), &uncertainty_markers::parse(second)))
    }

    #[test]
    fn the_first_reading_wins_unless_only_the_second_is_certain() {
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
            // Words of one reading only.
            ("a b c", "a c", "a b c"),
            ("a ⟪b⟫ c", "a c", "a ⟪b⟫ c"),
            ("a c", "a b c", "a c"),
            ("a c", "a ⟪b⟫ c", "a c"),
            // Empty.
            ("", "a b", ""),
            ("a ⟪b⟫", "", "a ⟪b⟫"),
            // White space of the first reading.
            ("one\n\n⟪two⟫ three", "one tow three", "one\n\n⟪tow⟫ three"),
            // Markers are neither added nor removed.
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
        fn any_two_readings_are_reconciled(first in "([abc⟪⟫] ?|\n){0,30}", second in "([abc⟪⟫] ?|\n){0,30}") {
            let (first, second) = (uncertainty_markers::parse(&first), uncertainty_markers::parse(&second));

            let both = reconcile(&first, &second);

            let end = char_count(&both.text);
            prop_assert!(both.spans.iter().all(|span| 0 <= span.char_start && span.char_end <= end));
            prop_assert!(both.spans.windows(2).all(|pair| pair[0].char_end < pair[1].char_start));
            let alone = reconcile(&first, &first).text;
            prop_assert_eq!(alone.trim_end(), first.text.trim_end());
        }
    }
}
