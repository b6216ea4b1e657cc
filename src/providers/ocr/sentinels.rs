//! The marks that a model puts around words it is not sure of.

use crate::model::entry::CharRange;
use crate::providers::ocr::Reading;
use crate::providers::spans::merged;

/// Before a doubtful word.
pub(super) const OPEN: char = '\u{27ea}';
/// Behind a doubtful word.
pub(super) const CLOSE: char = '\u{27eb}';

/// Takes the marks out of a text and returns what they enclosed.
///
/// Marks without a partner are dropped, pairs within a pair count as the outer one, pairs around nothing but white space
/// as none, and white space just within a pair does not belong to it. Every text can be read.
pub(super) fn read(marked: &str) -> Reading {
    let mut chars: Vec<char> = Vec::with_capacity(marked.len());
    let (mut open, mut pairs) = (Vec::new(), Vec::new());
    for char in marked.chars() {
        match char {
            OPEN => open.push(chars.len()),
            CLOSE => pairs.extend(open.pop().map(|start| (start, chars.len()))),
            _ => chars.push(char),
        }
    }
    let spans = pairs.into_iter().filter_map(|(start, end)| {
        let enclosed = &chars[start..end];
        let first = enclosed.iter().position(|char| !char.is_whitespace())?;
        let last = enclosed.iter().rposition(|char| !char.is_whitespace())?;
        let at = |offset: usize| i64::try_from(start + offset).ok();
        Some(CharRange { char_start: at(first)?, char_end: at(last + 1)? })
    });
    let spans = merged(spans.collect());
    Reading { text: chars.into_iter().collect(), spans }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ranges(marked: &str) -> (String, Vec<(i64, i64)>) {
        let reading = read(marked);
        let ranges = reading.spans.iter().map(|span| (span.char_start, span.char_end)).collect();
        (reading.text, ranges)
    }

    #[test]
    fn marks_are_taken_out_and_become_ranges() {
        for (marked, text, spans) in [
            ("", "", vec![]),
            ("plain", "plain", vec![]),
            ("a ⟪bc⟫ d", "a bc d", vec![(2, 4)]),
            ("⟪one⟫ two ⟪three⟫", "one two three", vec![(0, 3), (8, 13)]),
            // Without a partner.
            ("a ⟪b", "a b", vec![]),
            ("a⟫ b", "a b", vec![]),
            ("⟫a⟪", "a", vec![]),
            ("⟪a ⟪b⟫ c", "a b c", vec![(2, 3)]),
            ("⟪a⟫ b⟫ c", "a b c", vec![(0, 1)]),
            // Within one another.
            ("⟪a ⟪b⟫ c⟫", "a b c", vec![(0, 5)]),
            ("⟪⟪⟪x⟫⟫⟫", "x", vec![(0, 1)]),
            // Around nothing.
            ("a ⟪⟫b", "a b", vec![]),
            ("a⟪  ⟫b", "a  b", vec![]),
            // White space within.
            ("a⟪ b ⟫c", "a b c", vec![(2, 3)]),
            ("⟪\n x\t⟫", "\n x\t", vec![(2, 3)]),
            // Code points, not bytes.
            ("Zoë ⟪ging⟫ 👩‍👧", "Zoë ging 👩‍👧", vec![(4, 8)]),
            // Touching ones are one.
            ("⟪a⟫⟪b⟫", "ab", vec![(0, 2)]),
        ] {
            assert_eq!(ranges(marked), (text.to_owned(), spans), "{marked:?}");
        }
    }

    proptest! {
        #[test]
        fn every_text_can_be_read(marked in "(⟪|⟫|[a-zë👩 \n\u{a0}.,]){0,40}|\\PC{0,40}") {
            let reading = read(&marked);

            let chars: Vec<char> = reading.text.chars().collect();
            prop_assert!(!reading.text.contains([OPEN, CLOSE]));
            prop_assert_eq!(&reading.text, &marked.replace([OPEN, CLOSE], ""));
            let mut last = -1;
            for span in &reading.spans {
                prop_assert!(last < span.char_start && span.char_start < span.char_end);
                let enclosed = &chars[usize::try_from(span.char_start).unwrap()..usize::try_from(span.char_end).unwrap()];
                prop_assert!(!enclosed[0].is_whitespace() && !enclosed[enclosed.len() - 1].is_whitespace());
                last = span.char_end;
            }
        }
    }
}
