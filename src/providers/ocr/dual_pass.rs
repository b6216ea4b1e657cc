//! Dual-pass OCR: reconciles two readings of the same page.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use regex::Regex;
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use crate::domain::entry::CharRange;
use crate::providers::ocr::{ENTRY_BEGINS_MARKER, ENTRY_ENDS_MARKER, PageText};
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
    let (ours, theirs) = (OcrWords::from_reading(first), OcrWords::from_reading(second));
    if ours.0.is_empty() {
        return first.clone();
    }
    let deadline = Some(Instant::now() + DIFF_TIMEOUT);
    let operations = capture_diff_slices_deadline(Algorithm::Myers, &ours.texts(), &theirs.texts(), deadline);
    let mut out = ReconciledText::default();
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
            // Words found only by the second model may be hallucinated.
            DiffOp::Insert { .. } => {}
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                out.resolve_difference(
                    &ours.0[old_index..old_index + old_len],
                    &theirs.0[new_index..new_index + new_len],
                );
            }
        }
    }
    PageText { text: out.text, spans: merge_spans(out.spans) }
}

struct OcrWords<'a>(Vec<OcrWord<'a>>);

/// Word with its leading white space.
struct OcrWord<'a> {
    before: &'a str,
    text: &'a str,
    /// True if the leading white space is uncertain, which joins the spans of the words around it.
    is_gap_uncertain: bool,
    /// Uncertain spans within the word.
    uncertain_spans: Vec<CharRange>,
}

impl OcrWord<'_> {
    fn is_marker(&self) -> bool {
        self.text == ENTRY_BEGINS_MARKER || self.text == ENTRY_ENDS_MARKER
    }
}

impl<'a> OcrWords<'a> {
    fn from_reading(reading: &'a PageText) -> Self {
        let (mut words, mut end, mut at) = (Vec::new(), 0, 0);
        for found in WORD.find_iter(&reading.text) {
            let before = &reading.text[end..found.start()];
            let from = at + char_count(before);
            let to = from + char_count(found.as_str());
            let doubts = reading.spans.iter().filter(|span| span.char_start < to && from < span.char_end);
            words.push(OcrWord {
                before,
                text: found.as_str(),
                is_gap_uncertain: reading
                    .spans
                    .iter()
                    .any(|span| span.char_start <= at && from < span.char_end && at > 0),
                uncertain_spans: doubts
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
        let doubts = word.uncertain_spans.iter().chain(same.into_iter().flat_map(|same| &same.uncertain_spans));
        self.spans
            .extend(doubts.map(|doubt| CharRange { char_start: at + doubt.char_start, char_end: at + doubt.char_end }));
    }

    /// Resolves a difference between the readings.
    fn resolve_difference(&mut self, ours: &[OcrWord<'_>], theirs: &[OcrWord<'_>]) {
        let unsure = |words: &[OcrWord<'_>]| words.iter().any(|word| !word.uncertain_spans.is_empty());
        let (we_doubt, they_doubt) = (unsure(ours), unsure(theirs));
        // Markers are not words: a difference never adds or removes one.
        if ours.iter().any(OcrWord::is_marker) || !(we_doubt || they_doubt) {
            return ours.iter().for_each(|word| self.keep(word, None));
        }
        let words: Vec<&str> = theirs.iter().filter(|word| !word.is_marker()).map(|word| word.text).collect();
        let start = self.length + ours.first().map_or(0, |word| char_count(word.before));
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
