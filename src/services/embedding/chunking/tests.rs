//! Properties of both chunking strategies, and examples of each.

use std::ops::Range;

use proptest::{prop_assert, prop_assert_eq, proptest};

use super::*;
use crate::domain::sentences;
use crate::error::ErrorKind;

/// Settings for texts of short sentences such as `Aa bb cc.`, each of about four tokens.
fn settings(strategy: ChunkingStrategy) -> ChunkingSettings {
    ChunkingSettings { strategy, max_tokens: 20, overlap_tokens: 6, min_tokens: 0, ..ChunkingSettings::default() }
}

fn fixed(text: &str, settings: &ChunkingSettings) -> Vec<TextChunk> {
    chunk(text, settings, &mut |_| panic!("fixed chunks need no vectors")).unwrap()
}

/// Chunks with vectors whose angle grows by the given steps: a larger step means lower similarity.
fn semantic(text: &str, settings: &ChunkingSettings, steps: &[f32]) -> Vec<TextChunk> {
    let mut angle = 0.0f32;
    let mut steps = std::iter::once(&0.0).chain(steps);
    let mut vectors = |ranges: &[Range<usize>]| {
        let turn = ranges.iter().map(|_| {
            angle += steps.next().copied().unwrap_or(0.1);
            vec![angle.cos(), angle.sin()]
        });
        Ok(turn.collect())
    };
    chunk(text, settings, &mut vectors).unwrap()
}

fn texts(chunks: &[TextChunk]) -> Vec<&str> {
    chunks.iter().map(|chunk| chunk.text.as_str()).collect()
}

/// `n` sentences of the same form that differ in one word.
fn sentences_of(n: usize) -> Vec<String> {
    (0..n).map(|at| format!("Day {at} was a day of rain.")).collect()
}

#[test]
fn blank_text_has_no_chunks() {
    for strategy in [ChunkingStrategy::Fixed, ChunkingStrategy::Semantic] {
        let chunks = chunk(" \n\u{a0}\t", &settings(strategy), &mut |_| panic!("nothing to embed")).unwrap();

        assert!(chunks.is_empty());
    }
}

#[test]
fn a_text_within_the_limit_is_one_trimmed_chunk() {
    let chunks = fixed(" \nIt 𝒓ained.\n\n\nThen sun. ", &settings(ChunkingStrategy::Fixed));

    assert_eq!(texts(&chunks), ["It 𝒓ained.\n\n\nThen sun."]);
    assert_eq!((chunks[0].char_start, chunks[0].char_end), (2, 24));
    assert_eq!(chunks[0].byte_range, 2..27);
}

#[test]
fn fixed_chunks_pack_paragraphs_and_repeat_the_last_small_ones() {
    let paragraphs: Vec<_> = (0..8).map(|at| format!("Day {at}.")).collect();
    let text = paragraphs.join("\n \n\n");

    let chunks = fixed(&text, &settings(ChunkingStrategy::Fixed));

    assert_eq!(
        texts(&chunks),
        ["Day 0.\n\nDay 1.\n\nDay 2.\n\nDay 3.\n\nDay 4.", "Day 4.\n\nDay 5.\n\nDay 6.\n\nDay 7."]
    );
    assert_eq!(chunks[1].byte_range, 40..76);
    assert_eq!(chunks[0].token_count, 20);
}

#[test]
fn fixed_chunks_split_a_large_paragraph_by_sentence() {
    let large = sentences_of(4).join(" ");
    let text = format!("Before.\n\n{large}\n\nAfter.");

    let chunks = fixed(&text, &settings(ChunkingStrategy::Fixed));

    assert_eq!(
        texts(&chunks),
        [
            "Before.",
            "Day 0 was a day of rain. Day 1 was a day of rain.",
            "Day 2 was a day of rain. Day 3 was a day of rain.",
            "After."
        ]
    );
}

#[test]
fn an_oversized_sentence_stays_whole() {
    let long = format!("It {}.", "rained and ".repeat(30));
    let text = format!("Short one. {long} Short two.");

    for strategy in [ChunkingStrategy::Fixed, ChunkingStrategy::Semantic] {
        let chunks = chunk(&text, &settings(strategy), &mut |ranges| Ok(vec![vec![1.0]; ranges.len()])).unwrap();

        assert!(texts(&chunks).contains(&long.as_str()), "{strategy:?}");
        assert!(chunks.iter().all(|chunk| chunk.token_count <= 20 || chunk.text == long), "{strategy:?}");
    }
}

#[test]
fn two_sentences_are_one_semantic_chunk_unless_too_large() {
    let mut never = |_: &[Range<usize>]| panic!("two sentences need no vectors");
    let roomy = ChunkingSettings { max_tokens: 100, ..settings(ChunkingStrategy::Semantic) };

    assert_eq!(chunk("One thing.\n\nAnother.", &roomy, &mut never).unwrap().len(), 1);
    assert_eq!(
        chunk(&sentences_of(2).join(" "), &ChunkingSettings { max_tokens: 10, ..roomy }, &mut never).unwrap().len(),
        2
    );
}

#[test]
fn semantic_chunks_end_where_similarity_is_lowest() {
    let text = sentences_of(9).join(" ");
    let all = ChunkingSettings { max_tokens: 1000, ..settings(ChunkingStrategy::Semantic) };

    // Eight steps: the percentile ranks are 1.75 and 0.7, so the two largest steps are boundaries
    // and the largest is decisive.
    let chunks = semantic(&text, &all, &[0.1, 0.1, 1.0, 0.1, 0.1, 0.8, 0.1, 0.1]);

    let day = |range: Range<usize>| sentences_of(9)[range].join(" ");
    assert_eq!(texts(&chunks), [day(0..3), day(3..6), day(5..9)]);
}

#[test]
fn merging_a_short_segment_never_repeats_a_sentence() {
    let mut days = sentences_of(9);
    days[6] = "Oh.".into();
    let text = days.join(" ");
    let merging = ChunkingSettings {
        max_tokens: 1000,
        min_tokens: 14,
        boundary_percentile: 30.0,
        ..settings(ChunkingStrategy::Semantic)
    };

    // Boundaries before 3 (decisive), 6 and 7: "Oh." with its lead-in is short and is merged into the segment before
    // it.
    let chunks = semantic(&text, &merging, &[0.1, 0.1, 1.0, 0.1, 0.1, 0.8, 0.7, 0.1]);

    assert_eq!(texts(&chunks), [days[0..3].join(" "), days[3..7].join(" "), days[6..9].join(" ")]);
}

#[test]
fn a_short_first_segment_is_merged_into_the_next() {
    let mut days = sentences_of(6);
    days[0] = "Oh.".into();
    let merging = ChunkingSettings { max_tokens: 1000, min_tokens: 5, ..settings(ChunkingStrategy::Semantic) };

    let chunks = semantic(&days.join(" "), &merging, &[0.8, 0.1, 1.0, 0.1, 0.1]);

    assert_eq!(texts(&chunks), [days[0..3].join(" "), days[3..6].join(" ")]);
}

#[test]
fn a_large_segment_is_split_without_overlap_or_lone_lead_in() {
    let days = sentences_of(9);
    let text = days.join(" ");

    let chunks = semantic(&text, &settings(ChunkingStrategy::Semantic), &[0.1, 0.1, 1.0, 0.1, 0.1, 0.8, 0.1, 0.1]);
    let narrow = ChunkingSettings { max_tokens: 10, ..settings(ChunkingStrategy::Semantic) };
    let alone = semantic(&text, &narrow, &[0.1, 0.1, 1.0, 0.1, 0.1, 0.8, 0.1, 0.1]);

    let day = |range: Range<usize>| days[range].join(" ");
    assert_eq!(texts(&chunks), [day(0..2), day(2..3), day(3..5), day(5..6), day(5..7), day(7..9)]);
    assert_eq!(texts(&alone), days);
}

#[test]
fn neighbours_are_compared_across_batches() {
    let days = sentences_of(semantic::SENTENCE_BATCH_SIZE + 10);
    let mut asked = Vec::new();
    let mut vectors = |ranges: &[Range<usize>]| {
        asked.push(ranges.len());
        Ok(ranges.iter().map(|range| if range.start == 0 { vec![1.0, 0.0] } else { vec![0.0, 1.0] }).collect())
    };
    let clean = ChunkingSettings {
        boundary_percentile: 0.0,
        decisive_percentile: 0.0,
        max_tokens: usize::MAX,
        ..ChunkingSettings::default()
    };

    let chunks = chunk(&days.join(" "), &ChunkingSettings { min_tokens: 0, ..clean }, &mut vectors).unwrap();

    assert_eq!(asked, [semantic::SENTENCE_BATCH_SIZE, 10]);
    assert_eq!(chunks.len(), 2);
    assert_eq!(chunks[0].text, days[0]);
}

#[test]
fn a_wrong_vector_count_is_an_error_but_bad_vectors_are_not() {
    let text = sentences_of(4).join(" ");
    let semantic = settings(ChunkingStrategy::Semantic);

    let refused = chunk(&text, &semantic, &mut |_| Ok(Vec::new())).unwrap_err();

    assert_eq!(refused.kind(), ErrorKind::Internal);
    for bad in [vec![], vec![0.0], vec![f32::NAN], vec![f32::INFINITY, f32::MAX]] {
        assert!(!chunk(&text, &semantic, &mut |ranges| Ok(vec![bad.clone(); ranges.len()])).unwrap().is_empty());
    }
}

#[test]
fn inconsistent_settings_are_rejected() {
    let wrong = [
        ChunkingSettings { max_tokens: 0, ..ChunkingSettings::default() },
        ChunkingSettings { min_tokens: 151, ..ChunkingSettings::default() },
        ChunkingSettings { overlap_tokens: 150, ..ChunkingSettings::default() },
        ChunkingSettings { decisive_percentile: 30.0, ..ChunkingSettings::default() },
        ChunkingSettings { decisive_percentile: -1.0, ..ChunkingSettings::default() },
        ChunkingSettings { boundary_percentile: 101.0, ..ChunkingSettings::default() },
        ChunkingSettings { boundary_percentile: f64::NAN, ..ChunkingSettings::default() },
    ];

    assert!(ChunkingSettings::default().validate().is_ok());
    for settings in wrong {
        assert_eq!(settings.validate().unwrap_err().kind(), ErrorKind::Invalid, "{settings:?}");
    }
}

#[test]
fn strategies_are_parsed_by_name() {
    assert_eq!("fixed".parse::<ChunkingStrategy>().unwrap(), ChunkingStrategy::Fixed);
    assert_eq!("semantic".parse::<ChunkingStrategy>().unwrap(), ChunkingStrategy::Semantic);
    assert!("Fixed".parse::<ChunkingStrategy>().unwrap_err().hint_text().unwrap().contains("`fixed` or `semantic`"));
}

fn without_white_space(text: &str) -> String {
    text.split_whitespace().collect()
}

proptest! {
    #[test]
    fn chunks_cover_the_text_and_have_correct_positions(
        text in "(([A-Z]?[a-z]{1,7}|\\PC|[0-9]|𝒜b|日本。|\"|Dr)([.!?] | |\n|\n\n|\r\n \r\n|\\.|  ){1,2}){0,70}",
        fixed: bool,
        max_tokens in 1usize..60,
        overlap_tokens in 0usize..70,
        min_tokens in 0usize..40,
        boundary_percentile in 0.0..100.0,
        decisive_percentile in 0.0..30.0,
        seed: u16,
    ) {
        let strategy = if fixed { ChunkingStrategy::Fixed } else { ChunkingStrategy::Semantic };
        let settings = ChunkingSettings { strategy, max_tokens, overlap_tokens, min_tokens, boundary_percentile, decisive_percentile };
        let mut vectors = |ranges: &[Range<usize>]| {
            let vector = |range: &Range<usize>| (0..3).map(|at| f32::from((seed >> (range.start % 13)) % (7 + at)) - 3.0).collect();
            Ok(ranges.iter().map(vector).collect())
        };

        let chunks = chunk(&text, &settings, &mut vectors).unwrap();

        let whole_sentences = sentences::split(&text);
        let mut end = 0;
        for (at, chunk) in chunks.iter().enumerate() {
            let source = &text[chunk.byte_range.clone()];
            prop_assert_eq!(without_white_space(source), without_white_space(&chunk.text));
            prop_assert_eq!(chunk.char_start, text[..chunk.byte_range.start].chars().count());
            prop_assert_eq!(chunk.char_end, text[..chunk.byte_range.end].chars().count());
            prop_assert_eq!(chunk.token_count, tokens::count(&chunk.text));
            prop_assert!(chunk.token_count <= max_tokens || whole_sentences.contains(&chunk.byte_range), "{:?}", chunk);
            prop_assert!(at == 0 || chunk.byte_range.end > end, "no new text in {:?}", chunk);
            if let Some(skipped) = text.get(end..chunk.byte_range.start) {
                prop_assert!(skipped.trim().is_empty());
            }
            end = chunk.byte_range.end;
        }
        prop_assert!(text[end..].trim().is_empty());
    }
}
