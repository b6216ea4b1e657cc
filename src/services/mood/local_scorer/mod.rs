//! Local mood scoring: the built-in embedder with a linear head for each built-in dimension, fitted to texts written
//! for the purpose.
//!
//! Custom dimensions get no score here: from the names of their poles alone the embedder orders hardly more than half
//! of the pairs correctly, which is chance level.

pub(crate) mod features;
mod linear_heads;

pub use features::{EntryFeatures, extract_features};

use std::borrow::Cow;

use crate::app::reloadable::{MoodDimensionDefinition, MoodScale};
use crate::error::Result;
use crate::providers::embedder::TextEmbedder;
use crate::services::mood::dimension_score::DimensionScore;
use crate::services::mood::local_scorer::linear_heads::LinearHead;

/// Longest rationale, in code points.
const MAX_RATIONALE: usize = 200;

/// Returns whether a dimension can be scored locally: a built-in one by name, poles and scale.
pub(crate) fn is_supported(dimension: &MoodDimensionDefinition) -> bool {
    find_head(dimension).is_some()
}

/// Scores a text on the dimensions that [`is_supported`] accepts; returns no scores for a text without words.
///
/// `embedder` must be the built-in one; any other gets no scores. The work is bounded for any text length.
///
/// # Errors
/// As [`TextEmbedder::embed`].
pub(crate) fn score(
    embedder: &dyn TextEmbedder,
    dimensions: &[MoodDimensionDefinition],
    text: &str,
) -> Result<Vec<DimensionScore>> {
    let heads: Vec<_> = dimensions.iter().filter_map(|one| Some((one, find_head(one)?))).collect();
    if heads.is_empty() || embedder.id() != linear_heads::linear_heads().embedder {
        return Ok(Vec::new());
    }
    let Some(gist) = extract_features(embedder, text)? else { return Ok(Vec::new()) };
    Ok(heads.into_iter().map(|(dimension, head)| score_dimension(dimension, head, &gist, text)).collect())
}

fn find_head(dimension: &MoodDimensionDefinition) -> Option<&'static LinearHead> {
    let own = linear_heads::built_in().dimensions.iter().find(|own| own.name == dimension.name)?;
    let is_same = own.scale == dimension.scale
        && own.positive_pole == dimension.positive_pole
        && own.negative_pole == dimension.negative_pole;
    linear_heads::linear_heads().all.iter().find(|head| is_same && head.dimension == own.name)
}

fn score_dimension(
    dimension: &MoodDimensionDefinition,
    head: &LinearHead,
    gist: &EntryFeatures,
    text: &str,
) -> DimensionScore {
    let raw = head.predict(&gist.pooled);
    let least = match dimension.scale {
        MoodScale::Bipolar => -1.0,
        MoodScale::Unipolar => 0.0,
    };
    let towards = (raw - head.middle).signum();
    let weighed_most = gist
        .sentences
        .iter()
        .max_by(|a, b| (towards * head.predict(&a.vector)).total_cmp(&(towards * head.predict(&b.vector))));
    DimensionScore {
        dimension: dimension.name.clone(),
        value: raw.clamp(least, 1.0),
        confidence: Some(head.confidence(raw)),
        rationale: weighed_most.map(|sentence| rationale(&text[sentence.range.clone()])),
    }
}

/// Quotes the sentence with the largest weight, truncated to the maximum length.
fn rationale(sentence: &str) -> String {
    let words: Vec<_> = sentence.split_whitespace().collect();
    let (sentence, frame) = (words.join(" "), "Weighed most: “”".chars().count());
    let shown: Cow<'_, str> = if sentence.chars().count() + frame > MAX_RATIONALE {
        (sentence.chars().take(MAX_RATIONALE - frame - 1).collect::<String>() + "…").into()
    } else {
        sentence.into()
    };
    format!("Weighed most: “{shown}”")
}

#[cfg(test)]
mod tests;
