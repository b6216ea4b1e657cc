//! Parser of the delimiters that a model puts around uncertain words.

use crate::domain::entry::CharRange;
use crate::providers::ocr::page::PageText;
use crate::providers::uncertain_spans::merge_spans;

/// Delimiter before an uncertain word.
pub(super) const OPEN_DELIMITER: char = '\u{27ea}';
/// Delimiter after an uncertain word.
pub(super) const CLOSE_DELIMITER: char = '\u{27eb}';

/// Removes the delimiters from a text and returns the ranges they enclosed.
///
/// Unpaired delimiters are dropped, nested pairs count as the outer pair, pairs around white space only are ignored,
/// and white space at the ends of a pair is excluded. Accepts any text.
pub(super) fn parse(marked: &str) -> PageText {
    let mut chars: Vec<char> = Vec::with_capacity(marked.len());
    let (mut open, mut pairs) = (Vec::new(), Vec::new());
    for char in marked.chars() {
        match char {
            OPEN_DELIMITER => open.push(chars.len()),
            CLOSE_DELIMITER => pairs.extend(open.pop().map(|start| (start, chars.len()))),
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
    let spans = merge_spans(spans.collect());
    PageText { text: chars.into_iter().collect(), spans }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ranges(marked: &str) -> (String, Vec<(i64, i64)>) {
        let reading = parse(marked);
        let ranges = reading.spans.iter().map(|span| (span.char_start, span.char_end)).collect();
        (reading.text, ranges)
    }

    #[test]
    fn delimiters_are_removed_and_become_ranges() {
        for (marked, text, spans) in [
            ("", "", vec![]),
            ("plain", "plain", vec![]),
            ("a ⟪bc⟫ d", "a bc d", vec![(2, 4)]),
            ("⟪one⟫ two ⟪three⟫", "one two three", vec![(0, 3), (8, 13)]),
            // Unpaired.
            ("a ⟪b", "a b", vec![]),
            ("a⟫ b", "a b", vec![]),
            ("⟫a⟪", "a", vec![]),
            ("⟪a ⟪b⟫ c", "a b c", vec![(2, 3)]),
            ("⟪a⟫ b⟫ c", "a b c", vec![(0, 1)]),
            // Nested.
            ("⟪a ⟪b⟫ c⟫", "a b c", vec![(0, 5)]),
            ("⟪⟪⟪x⟫⟫⟫", "x", vec![(0, 1)]),
            // Empty.
            ("a ⟪⟫b", "a b", vec![]),
            ("a⟪  ⟫b", "a  b", vec![]),
            // White space at the ends.
            ("a⟪ b ⟫c", "a b c", vec![(2, 3)]),
            ("⟪\n x\t⟫", "\n x\t", vec![(2, 3)]),
            // Code points, not bytes.
            ("Zoë ⟪ging⟫ 👩‍👧", "Zoë ging 👩‍👧", vec![(4, 8)]),
            // Touching pairs are merged.
            ("⟪a⟫⟪b⟫", "ab", vec![(0, 2)]),
        ] {
            assert_eq!(ranges(marked), (text.to_owned(), spans), "{marked:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed(marked in "(⟪|⟫|[a-zë👩 \n\u{a0}.,]){0,40}|\\PC{0,40}") {
            let reading = parse(&marked);

            let chars: Vec<char> = reading.text.chars().collect();
            prop_assert!(!reading.text.contains([OPEN_DELIMITER, CLOSE_DELIMITER]));
            prop_assert_eq!(&reading.text, &marked.replace([OPEN_DELIMITER, CLOSE_DELIMITER], ""));
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
