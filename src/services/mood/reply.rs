//! Validation of a model's mood scores: values on their scale and short rationales.

use serde_json::{Map, Value};

use crate::app::reloadable::MoodDimensionDefinition;
use crate::domain::text;
use crate::error::{Error, ErrorKind, Result};
use crate::services::mood::dimension_score::DimensionScore;
use crate::services::mood::dimensions::scale_range;

/// Longest rationale, in code points and in sentences.
const MAX_RATIONALE: usize = 500;
const MAX_SENTENCES: usize = 2;

/// Validated scores of an answer.
#[derive(Debug, PartialEq)]
pub(super) struct ValidatedScores {
    /// In the order of the dimensions.
    pub(super) scored: Vec<DimensionScore>,
    /// Warnings about ignored parts, without quoting the model.
    pub(super) warnings: Vec<String>,
}

/// Extracts the requested scores from an answer; values outside a scale are clamped.
///
/// # Errors
/// `Upstream`, not retryable, if it has no requested score.
pub(super) fn validate_answer(
    answer: &Map<String, Value>,
    dimensions: &[MoodDimensionDefinition],
) -> Result<ValidatedScores> {
    let scored: Vec<_> = dimensions.iter().filter_map(|each| parse_score(each, answer.get(&each.name)?)).collect();
    if scored.is_empty() {
        return Err(Error::new(ErrorKind::Upstream, "the model's answer has none of the requested scores")
            .with_status(502)
            .code("answer_unusable")
            .hint("try again or configure another model; no scores were changed"));
    }
    let missing: Vec<_> =
        dimensions.iter().map(|each| each.name.as_str()).filter(|name| is_missing(&scored, name)).collect();
    let mut warnings = Vec::new();
    if !missing.is_empty() {
        warnings.push(format!("the model gave no score for {}", missing.join(", ")));
    }
    let unexpected = answer.keys().filter(|key| !dimensions.iter().any(|each| each.name == **key)).count();
    if unexpected > 0 {
        warnings.push(format!("unknown dimensions in the model's answer were ignored: {unexpected}"));
    }
    Ok(ValidatedScores { scored, warnings })
}

fn is_missing(scored: &[DimensionScore], name: &str) -> bool {
    !scored.iter().any(|score| score.dimension == name)
}

fn parse_score(dimension: &MoodDimensionDefinition, given: &Value) -> Option<DimensionScore> {
    let (least, most) = scale_range(dimension.scale);
    let value = given.get("value")?.as_f64().filter(|value| value.is_finite())?;
    let confidence = given.get("confidence").and_then(Value::as_f64).filter(|sure| sure.is_finite());
    Some(DimensionScore {
        dimension: dimension.name.clone(),
        // Adding 0 makes 0 of -0.
        value: value.clamp(least, most) + 0.0,
        confidence: confidence.map(|sure| sure.clamp(0.0, 1.0)),
        rationale: given.get("rationale").and_then(Value::as_str).and_then(shorten_rationale),
    })
}

/// Returns the first sentences as one line; `None` if nothing remains.
fn shorten_rationale(text: &str) -> Option<String> {
    let line = text::one_line(text);
    let ends = line.char_indices().filter(|&(at, c)| {
        let rest = &line[at + c.len_utf8()..];
        // "3.5" and inner "..." end no sentence; CJK sentence marks need no space after them.
        matches!(c, '。' | '！' | '？')
            || (matches!(c, '.' | '!' | '?' | '…') && (rest.is_empty() || rest.starts_with(' ')))
    });
    let end = ends.map(|(at, c)| at + c.len_utf8()).nth(MAX_SENTENCES - 1).unwrap_or(line.len());
    let short: String = line[..end].chars().take(MAX_RATIONALE).collect();
    let short = short.trim_end();
    (!short.is_empty()).then(|| short.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::app::reloadable::MoodScale;

    const BOTH: MoodScale = MoodScale::Bipolar;
    const ONE: MoodScale = MoodScale::Unipolar;

    fn dimension(name: &str, scale: MoodScale) -> MoodDimensionDefinition {
        let pole = || "pole".to_owned();
        MoodDimensionDefinition {
            name: name.to_owned(),
            positive_pole: pole(),
            negative_pole: pole(),
            scale,
            notes: pole(),
        }
    }

    fn read(answer: &Value, dimensions: &[MoodDimensionDefinition]) -> Result<ValidatedScores> {
        validate_answer(answer.as_object().unwrap(), dimensions)
    }

    #[test]
    fn values_and_confidences_are_clamped_to_their_scales() {
        // Scale, model's value, expected value, confidence.
        let cases = [
            (BOTH, json!({"value": 0.25}), Some(0.25), None),
            (BOTH, json!({"value": -1}), Some(-1.0), None),
            (BOTH, json!({"value": 1}), Some(1.0), None),
            (BOTH, json!({"value": -1.01}), Some(-1.0), None),
            (BOTH, json!({"value": 7}), Some(1.0), None),
            (BOTH, json!({"value": -1e308}), Some(-1.0), None),
            (BOTH, json!({"value": -0.0}), Some(0.0), None),
            (ONE, json!({"value": 0}), Some(0.0), None),
            (ONE, json!({"value": 0.999}), Some(0.999), None),
            (ONE, json!({"value": -0.4}), Some(0.0), None),
            (ONE, json!({"value": 1.5}), Some(1.0), None),
            (ONE, json!({"value": 1e300}), Some(1.0), None),
            (ONE, json!({"value": 0.5, "confidence": 0.0}), Some(0.5), Some(0.0)),
            (ONE, json!({"value": 0.5, "confidence": 1}), Some(0.5), Some(1.0)),
            (ONE, json!({"value": 0.5, "confidence": -3}), Some(0.5), Some(0.0)),
            (ONE, json!({"value": 0.5, "confidence": 87}), Some(0.5), Some(1.0)),
            (ONE, json!({"value": 0.5, "confidence": null}), Some(0.5), None),
            (ONE, json!({"value": 0.5, "confidence": "high"}), Some(0.5), None),
            (BOTH, json!({"value": "0.5"}), None, None),
            (BOTH, json!({"value": null}), None, None),
            (BOTH, json!({"value": true}), None, None),
            (BOTH, json!({"value": [0.5]}), None, None),
            (BOTH, json!({"score": 0.5}), None, None),
            (BOTH, json!({}), None, None),
            (BOTH, json!(0.5), None, None),
            (BOTH, json!(null), None, None),
            (BOTH, json!("calm"), None, None),
        ];
        for (scale, said, value, confidence) in cases {
            let score = parse_score(&dimension("calm", scale), &said);

            assert_eq!(score.as_ref().map(|score| score.value), value, "{scale:?} {said}");
            assert_eq!(score.and_then(|score| score.confidence), confidence, "{scale:?} {said}");
        }
        let zero = parse_score(&dimension("calm", BOTH), &json!({"value": -0.0})).unwrap();
        assert!(zero.value.is_sign_positive());
    }

    #[test]
    fn a_rationale_is_at_most_two_sentences_on_one_line() {
        let long = "é".repeat(600);
        let cases = [
            ("Rain all day.", Some("Rain all day.")),
            ("Rain all day. She slept badly. Nothing else.", Some("Rain all day. She slept badly.")),
            ("Rain!  She slept?\n\nNothing else.", Some("Rain! She slept?")),
            ("A walk of 3.5 km. Then rest. Then more.", Some("A walk of 3.5 km. Then rest.")),
            ("Well... then rest. Then more.", Some("Well... then rest.")),
            ("雨。眠い。もう一つ。", Some("雨。眠い。")),
            ("no end", Some("no end")),
            ("tab\tand\u{1b}[31m bell\u{7}", Some("tab and [31m bell")),
            ("", None),
            (" \n\u{0} ", None),
            (long.as_str(), Some(&long[..1000])),
        ];
        for (said, kept) in cases {
            assert_eq!(shorten_rationale(said).as_deref(), kept, "{said}");
        }
    }

    #[test]
    fn missing_and_unknown_dimensions_are_skipped_with_a_warning() {
        let dimensions = [dimension("calm", BOTH), dimension("agency", ONE), dimension("joy", BOTH)];
        let full = json!({"value": 0.5, "rationale": "Rain."});
        let names =
            |accepted: &ValidatedScores| accepted.scored.iter().map(|one| one.dimension.clone()).collect::<Vec<_>>();
        // Answer, scored dimensions, expected warning.
        let cases = [
            (json!({"joy": full, "calm": full, "agency": full}), vec!["calm", "agency", "joy"], vec![]),
            (json!({"calm": full, "joy": full}), vec!["calm", "joy"], vec!["no score for agency"]),
            (json!({"agency": full}), vec!["agency"], vec!["no score for calm, joy"]),
            (json!({"calm": full, "agency": "high", "joy": full}), vec!["calm", "joy"], vec!["no score for agency"]),
            (
                json!({"calm": full, "agency": full, "joy": full, "entry 7 is mine": full}),
                vec!["calm", "agency", "joy"],
                vec!["ignored: 1"],
            ),
            (json!({"calm": full, "Joy": full, "x": 1}), vec!["calm"], vec!["for agency, joy", "ignored: 2"]),
        ];
        for (answer, counted, warned) in cases {
            let accepted = read(&answer, &dimensions).unwrap();

            assert_eq!(names(&accepted), counted, "{answer}");
            assert_eq!(accepted.warnings.len(), warned.len(), "{:?}", accepted.warnings);
            for (warning, words) in accepted.warnings.iter().zip(warned) {
                assert!(warning.contains(words) && !warning.contains("mine"), "{warning}");
            }
        }
    }

    #[test]
    fn an_answer_without_scores_is_rejected_without_quoting_it() {
        let dimensions = [dimension("calm", BOTH)];
        for answer in
            [json!({}), json!({"calm": "plum"}), json!({"plum": {"value": 1}}), json!({"calm": {"value": "1"}})]
        {
            let refused = read(&answer, &dimensions).unwrap_err();

            assert_eq!((refused.kind(), refused.is_transient()), (ErrorKind::Upstream, false), "{answer}");
            assert!(!refused.to_string().contains("plum"), "{refused}");
        }
    }
}
