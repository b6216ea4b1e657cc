//! Tests of the model: published tokens, published vectors, and token vectors that cover the text.

use super::*;

/// Texts with the ids of the published tokenizer (`tokenizers` 0.23.3), without special tokens.
const PIECES: &str = include_str!("fixtures/pieces.json");
/// Texts with the vectors of the published f32 model, to four decimals.
const VECTORS: &str = include_str!("fixtures/vectors.json");

fn embed(model: &MiniLm, text: &str) -> Vec<f32> {
    model.embed(&[text]).remove(0)
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Repeats sentences of about 40 tokens in total.
fn long_text(times: usize) -> String {
    "Ada walked to the harbour before breakfast. The fog was so thick that she heard the ferry before she saw it. \
     Café Brno opened at eight, and “the usual” was already on the counter.\n"
        .repeat(times)
}

#[test]
fn pieces_match_the_published_tokenizer() {
    let model = MiniLm::load();
    let samples: Vec<(String, Vec<u16>)> = serde_json::from_str(PIECES).unwrap();

    for (text, expected) in samples {
        let pieces = tokenizer::tokenize(&model.weights.vocabulary, &text, usize::MAX);

        let ids: Vec<u16> = pieces.iter().map(|piece| piece.id).collect();
        assert_eq!(ids, expected, "{text:?}");
    }
}

#[test]
fn pieces_have_the_byte_ranges_of_their_source() {
    let model = MiniLm::load();
    let text = "Žába, İzmir — E\u{301}lan\u{200b}! 東京 \u{fffd}";

    let pieces = tokenizer::tokenize(&model.weights.vocabulary, text, usize::MAX);

    let words: Vec<&str> = pieces
        .chunk_by(|_, next| !next.starts_word)
        .map(|word| &text[word[0].range.start..word[word.len() - 1].range.end])
        .collect();
    assert_eq!(words, ["Žába", ",", "İzmir", "—", "E\u{301}lan", "!", "東", "京"]);
}

#[test]
fn special_tokens_written_in_a_text_are_plain_text() {
    let model = MiniLm::load();

    let pieces = tokenizer::tokenize(&model.weights.vocabulary, "[SEP]", usize::MAX);

    assert!(pieces.len() > 1 && pieces.iter().all(|piece| ![CLS_TOKEN, SEP_TOKEN].contains(&piece.id)));
}

#[test]
fn vectors_are_close_to_the_published_model() {
    let model = MiniLm::load();
    let samples: Vec<(String, Vec<f32>)> = serde_json::from_str(VECTORS).unwrap();
    let texts: Vec<&str> = samples.iter().map(|(text, _)| text.as_str()).collect();

    let vectors = model.embed(&texts);

    for (vector, (text, expected)) in vectors.iter().zip(&samples) {
        assert_eq!(vector.len(), DIMENSION);
        assert!((cosine(vector, vector) - 1.0).abs() < 1e-5, "{text:?}");
        let closeness = cosine(vector, expected);
        assert!(closeness > 0.999, "{text:?}: {closeness}");
    }
}

#[test]
fn a_vector_does_not_depend_on_the_batch() {
    let model = MiniLm::load();
    let texts = ["rain all day", "", "The physio said to keep moving and to stop carrying things up the stairs."];

    let together = model.embed(&texts);

    for (text, vector) in texts.iter().zip(together) {
        assert_eq!(embed(&model, text), vector, "{text:?}");
    }
}

#[test]
fn texts_with_similar_meaning_are_close() {
    let model = MiniLm::load();

    let question = embed(&model, "when did my back start hurting?");
    let pain = embed(&model, "Woke up at four because my lower spine was on fire.");
    let piano = embed(&model, "The piano tuner came and stayed for tea.");

    assert!(cosine(&question, &pain) > cosine(&question, &piano) + 0.2);
}

#[test]
fn text_past_the_limit_is_ignored() {
    let model = MiniLm::load();
    let long = long_text(8);

    assert_eq!(embed(&model, &long), embed(&model, &format!("{long} and a surprise")));
}

#[test]
fn a_long_text_has_token_vectors_to_its_end() {
    let model = MiniLm::load();
    let text = long_text(8);

    let vectors = model.embed_tokens(&text);

    assert!(vectors.tokens.len() > MAX_PIECES);
    assert_eq!(vectors.rows.len(), vectors.tokens.len() * DIMENSION);
    assert!(vectors.rows.iter().all(|value| value.is_finite()));
    assert!(vectors.tokens.is_sorted_by_key(|token| token.start));
    assert!(vectors.tokens.iter().all(|token| text.get(token.clone()).is_some_and(|part| !part.is_empty())));
    assert_eq!(vectors.tokens.last().unwrap().end, text.trim_end().len());
}

#[test]
fn a_short_text_pools_to_nearly_its_vector() {
    let model = MiniLm::load();
    let text = "The physio said to keep moving and to stop carrying things up the stairs.";

    let pooled = model.embed_tokens(text).mean_pool(0..text.len());

    assert!(cosine(&pooled, &embed(&model, text)) > 0.98);
}

#[test]
fn an_empty_text_has_no_tokens() {
    let vectors = MiniLm::load().embed_tokens(" \n");

    assert!(vectors.tokens.is_empty() && vectors.rows.is_empty());
}
