//! Which words of a transcript its model was not sure of.

use serde_json::Value;

use crate::model::entry::CharRange;
use crate::providers::spans::length;
use crate::providers::spans::merged;
use crate::providers::spans::widened;

/// Returns the words with a token below the threshold. Tokens that are not those of the text say nothing about it.
pub(super) fn doubtful(text: &str, tokens: &Value, threshold: f64) -> Vec<CharRange> {
    let tokens: Vec<(Vec<u8>, f64)> = tokens
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|token| Some((bytes(token)?, token["logprob"].as_f64()?)))
        .collect();
    let spoken: Vec<u8> = tokens.iter().flat_map(|(bytes, _)| bytes).copied().collect();
    let wanted = text.as_bytes();
    // White space at the ends is in the one and not in the other.
    let Some(offset) = spoken.windows(wanted.len().max(1)).position(|window| window == wanted) else {
        return Vec::new();
    };
    let (mut spans, mut end) = (Vec::new(), 0);
    for (bytes, logprob) in &tokens {
        let start = end;
        end += bytes.len();
        if *logprob < threshold {
            spans.extend(within(text, start.saturating_sub(offset), end.saturating_sub(offset)));
        }
    }
    merged(widened(text, &merged(spans)))
}

/// Returns a token's bytes: it can be a part of a character, which its text does not tell.
fn bytes(token: &Value) -> Option<Vec<u8>> {
    let bytes =
        |list: &Vec<Value>| list.iter().map(|byte| u8::try_from(byte.as_u64()?).ok()).collect::<Option<Vec<u8>>>();
    let exact = token["bytes"].as_array().filter(|list| !list.is_empty()).and_then(bytes);
    exact.or_else(|| token["token"].as_str().map(|text| text.as_bytes().to_vec()))
}

/// Returns the range of whole characters that bytes of a text are part of, without white space at its ends.
fn within(text: &str, start: usize, end: usize) -> Option<CharRange> {
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
    let first = length(&text[..start]) + length(piece) - length(piece.trim_start());
    (!bare.is_empty()).then(|| CharRange { char_start: first, char_end: first + length(bare) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(text: &str, tokens: &[(&str, f64)]) -> Vec<(i64, i64)> {
        let tokens: Value = tokens.iter().map(|(token, logprob)| json!({"token": token, "logprob": logprob})).collect();
        doubtful(text, &tokens, -0.5).iter().map(|span| (span.char_start, span.char_end)).collect()
    }

    #[test]
    fn unlikely_tokens_make_their_words_doubtful() {
        for (text, tokens, wanted) in [
            ("", &[][..], vec![]),
            ("We met", &[("We", -0.1), (" met", -0.4)], vec![]),
            ("We met Ilse", &[("We", -0.1), (" met", -0.1), (" Il", -0.9), ("se", -0.1)], vec![(7, 11)]),
            // The threshold itself is likely enough.
            ("We met", &[("We", -0.5), (" met", -0.500_1)], vec![(3, 6)]),
            // White space alone is nothing.
            ("a b", &[("a", -0.1), (" ", -5.0), ("b", -0.1)], vec![]),
            // Tokens of one word are one place, words are two.
            ("Ilse", &[("Il", -0.9), ("se", -0.8)], vec![(0, 4)]),
            ("one two", &[("one", -0.9), (" two", -0.9)], vec![(0, 3), (4, 7)]),
            ("Zoë ging", &[("Zo", -0.1), ("ë", -3.0), (" ging", -0.1)], vec![(0, 3)]),
            // Punctuation belongs to its word.
            ("Yes, no", &[("Yes", -0.1), (",", -2.0), (" no", -0.1)], vec![(0, 4)]),
            // The text is trimmed, the tokens are not.
            ("We met", &[(" We", -0.9), (" met", -0.1), (" ", -9.0)], vec![(0, 2)]),
            // Other tokens than the text's.
            ("We met", &[("They", -9.0), (" met", -9.0)], vec![]),
        ] {
            assert_eq!(of(text, tokens), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_character_of_several_tokens_is_read_by_its_bytes() {
        let tokens = json!([
            {"token": "\\xf0\\x9f", "bytes": [0xf0, 0x9f], "logprob": -0.1},
            {"token": "\\x91\\xa9", "bytes": [0x91, 0xa9], "logprob": -2.0},
            {"token": " ja", "bytes": [0x20, 0x6a, 0x61], "logprob": -0.1},
        ]);

        let spans = doubtful("👩 ja", &tokens, -0.5);

        assert_eq!(spans, [CharRange { char_start: 0, char_end: 1 }]);
    }

    #[test]
    fn whatever_stands_for_tokens_is_no_danger() {
        for tokens in
            [json!(null), json!({}), json!([null, 1, {}]), json!([{"token": "a"}, {"bytes": [999], "logprob": -1}])]
        {
            assert_eq!(doubtful("a", &tokens, -0.5), []);
        }
    }
}
