use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::*;
use crate::providers::minilm::MiniLm;

/// Minimum share of pairs ordered correctly for a dimension to be scored.
const MIN_ACCURACY: f64 = 0.75;

#[derive(Deserialize)]
struct HeldOutSet {
    /// By dimension, the higher one first.
    pairs: BTreeMap<String, Vec<[usize; 2]>>,
    text: Vec<HeldOutText>,
}

#[derive(Deserialize)]
struct HeldOutText {
    text: String,
}

const CALIBRATION: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/mood/calibration.toml"));
const HELD_BACK: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/mood/held_back.toml"));

fn scores(text: &str) -> Vec<DimensionScore> {
    score(&MiniLm::load(), &linear_heads::built_in().dimensions, text).unwrap()
}

#[test]
fn every_dimension_orders_three_of_four_held_out_pairs() {
    let held_back: HeldOutSet = toml::from_str(HELD_BACK).unwrap();
    let scored: Vec<BTreeMap<_, _>> = held_back
        .text
        .iter()
        .map(|one| scores(&one.text).into_iter().map(|scored| (scored.dimension, scored.value)).collect())
        .collect();
    let mut figures = Vec::new();

    for dimension in linear_heads::built_in().dimensions.iter().filter(|dimension| is_supported(dimension)) {
        let pairs = &held_back.pairs[&dimension.name];
        assert!(pairs.len() >= 40, "{}", dimension.name);
        let right = pairs.iter().filter(|[high, low]| scored[*high][&dimension.name] > scored[*low][&dimension.name]);
        let part = right.count() as f64 / pairs.len() as f64;
        figures.push(format!("{}: {:.1} % of {}", dimension.name, part * 100.0, pairs.len()));
        if part < MIN_ACCURACY {
            figures.push("  TOO FEW".to_owned());
        }
    }

    let figures = figures.join("\n");
    assert!(!figures.contains("TOO FEW"), "{figures}");
    eprintln!("{figures}");
}

#[test]
fn held_out_texts_are_not_in_the_calibration_set() {
    let held_back: HeldOutSet = toml::from_str(HELD_BACK).unwrap();

    for one in held_back.text {
        assert!(!CALIBRATION.contains(&toml::Value::String(one.text.clone()).to_string()), "{}", one.text);
    }
}

#[test]
fn the_asset_was_fitted_to_the_current_calibration_texts() {
    assert_eq!(linear_heads::linear_heads().made_from, data_encoding::HEXLOWER.encode(&Sha256::digest(CALIBRATION)));
    assert_eq!(linear_heads::linear_heads().embedder, crate::providers::minilm::ID);
}

#[test]
fn a_score_is_on_its_scale_and_quotes_a_sentence() {
    let text = "The bus came at nine. I cried all night because I miss her so much. Everything is black and my heart is broken.";

    let sadness = scores(text).into_iter().find(|scored| scored.dimension == "joy_sadness").unwrap();

    assert!(sadness.value < -0.2, "{sadness:?}");
    let rationale = sadness.rationale.unwrap();
    assert!(
        rationale.starts_with("Weighed most: “I cried") || rationale.starts_with("Weighed most: “Everything"),
        "{rationale}"
    );
    for extreme in ["I am so happy! Best day ever! ".repeat(9), "Dead. Grief. Tears. ".repeat(9), "x".repeat(100_000)] {
        for (scored, dimension) in
            scores(&extreme).into_iter().zip(linear_heads::built_in().dimensions.iter().filter(|d| is_supported(d)))
        {
            let least = if dimension.scale == MoodScale::Bipolar { -1.0 } else { 0.0 };
            assert!((least..=1.0).contains(&scored.value), "{scored:?}");
            assert!((0.5..=1.0).contains(&scored.confidence.unwrap()), "{scored:?}");
            assert!(scored.rationale.unwrap().chars().count() <= 200);
        }
    }
}

#[test]
fn blank_texts_and_unknown_dimensions_get_no_score() {
    let mut own = linear_heads::built_in().dimensions[0].clone();
    own.negative_pole = "melancholy".to_owned();
    let embedder = MiniLm::load();

    assert!(!is_supported(&own));
    assert!(score(&embedder, &[own], "I laughed until I cried.").unwrap().is_empty());
    for empty in ["", " \n ", "...", "\u{200b}"] {
        assert!(scores(empty).is_empty(), "{empty:?}");
    }
}

#[test]
fn dimension_notes_may_be_reworded() {
    let mut own = linear_heads::built_in().dimensions[0].clone();
    own.notes = "As I feel it.".to_owned();

    assert!(is_supported(&own));
}

#[test]
fn scoring_time_is_bounded_for_very_long_texts() {
    let novel = "We walked on along the shore. ".repeat(20_000);

    let read = extract_features(&MiniLm::load(), &novel).unwrap().unwrap();

    assert_eq!(read.sentences.len(), 192);
    assert!(read.sentences.last().unwrap().range.start > novel.len() / 2, "passages are spread over the whole text");
}
