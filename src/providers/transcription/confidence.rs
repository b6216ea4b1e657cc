//! Uncertain words of a transcript, from token log probabilities.

use serde_json::Value;

use crate::domain::entry::CharRange;
use crate::providers::uncertain_spans::{char_count, extend_to_words, merge_spans};

/// Returns the words with a token below the threshold; empty if the tokens do not match the text.
pub(super) fn uncertain_words(text: &str, tokens: &Value, threshold: f64) -> Vec<CharRange> {
    let tokens: Vec<(Vec<u8>, f64)> = tokens
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|token| Some((token_bytes(token)?, token["logprob"].as_f64()?)))
        .collect();
    let spoken: Vec<u8> = tokens.iter().flat_map(|(bytes, _)| bytes).copied().collect();
    let wanted = text.as_bytes();
    // The tokens include white space at the ends, the text does not.
    let Some(offset) = spoken.windows(wanted.len().max(1)).position(|window| window == wanted) else {
        return Vec::new();
    };
    let (mut spans, mut end) = (Vec::new(), 0);
    for (bytes, logprob) in &tokens {
        let start = end;
        end += bytes.len();
        if *logprob < threshold {
            spans.extend(char_range(text, start.saturating_sub(offset), end.saturating_sub(offset)));
        }
    }
    merge_spans(extend_to_words(text, &merge_spans(spans)))
}

/// Returns the bytes of a token, which can be part of a character.
fn token_bytes(token: &Value) -> Option<Vec<u8>> {
    let bytes =
        |list: &Vec<Value>| list.iter().map(|byte| u8::try_from(byte.as_u64()?).ok()).collect::<Option<Vec<u8>>>();
    let exact = token["bytes"].as_array().filter(|list| !list.is_empty()).and_then(bytes);
    exact.or_else(|| token["token"].as_str().map(|text| text.as_bytes().to_vec()))
}

/// Returns the range of characters that overlap a byte range, without white space at its ends.
fn char_range(text: &str, start: usize, end: usize) -> Option<CharRange> {
    let mut start = start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = end.min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let piece = text.get(start..end)?;
    let bare = piece.trim();
    let first = char_count(&text[..start]) + char_count(piece) - char_count(piece.trim_start());
    (!bare.is_empty()).then(|| CharRange { char_start: first, char_end: first + char_count(bare) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(text: &str, tokens: &[(&str, f64)]) -> Vec<(i64, i64)> {
        let tokens: Value = tokens.iter().map(|(token, logprob)| json!({"token": token, "logprob": logprob})).collect();
        uncertain_words(text, &tokens, -0.5).iter().map(|span| (span.char_start, span.char_end)).collect()
    }

    #[test]
    fn unlikely_tokens_mark_their_words_as_uncertain() {
        for (text, tokens, wanted) in [
            ("", &[][..], vec![]),
            ("We met", &[("We", -0.1), (" met", -0.4)], vec![]),
            ("We met Ilse", &[("We", -0.1), (" met", -0.1), (" Il", -0.9), ("se", -0.1)], vec![(7, 11)]),
            // The threshold itself is certain.
            ("We met", &[("We", -0.5), (" met", -0.500_1)], vec![(3, 6)]),
            // White space only.
            ("a b", &[("a", -0.1), (" ", -5.0), ("b", -0.1)], vec![]),
            // Uncertain tokens of one word are merged, separate words are not.
            ("Ilse", &[("Il", -0.9), ("se", -0.8)], vec![(0, 4)]),
            ("one two", &[("one", -0.9), (" two", -0.9)], vec![(0, 3), (4, 7)]),
            ("Zoë ging", &[("Zo", -0.1), ("ë", -3.0), (" ging", -0.1)], vec![(0, 3)]),
            // Punctuation belongs to its word.
            ("Yes, no", &[("Yes", -0.1), (",", -2.0), (" no", -0.1)], vec![(0, 4)]),
            // The text is trimmed, the tokens are not.
            ("We met", &[(" We", -0.9), (" met", -0.1), (" ", -9.0)], vec![(0, 2)]),
            // Tokens of another text.
            ("We met", &[("They", -9.0), (" met", -9.0)], vec![]),
        ] {
            assert_eq!(of(text, tokens), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_character_split_across_tokens_is_matched_by_bytes() {
        let tokens = json!([
            {"token": "\\xf0\\x9f", "bytes": [0xf0, 0x9f], "logprob": -0.1},
            {"token": "\\x91\\xa9", "bytes": [0x91, 0xa9], "logprob": -2.0},
            {"token": " ja", "bytes": [0x20, 0x6a, 0x61], "logprob": -0.1},
        ]);

        let spans = uncertain_words("👩 ja", &tokens, -0.5);

        assert_eq!(spans, [CharRange { char_start: 0, char_end: 1 }]);
    }

    #[test]
    fn malformed_tokens_are_ignored() {
        for tokens in
            [json!(null), json!({}), json!([null, 1, {}]), json!([{"token": "a"}, {"bytes": [999], "logprob": -1}])]
        {
            assert_eq!(uncertain_words("a", &tokens, -0.5), []);
        }
    }
}
