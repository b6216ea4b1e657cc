//! Scores moods on this machine: the built-in embedder, and for each built-in dimension what was fitted to texts that
//! were written for the purpose.
//!
//! A dimension of somebody's own gets no score here: between the names of its poles alone the embedder orders hardly
//! more than half of the pairs right, which is what a coin does.

mod gist;
mod heads;

use std::borrow::Cow;

pub use gist::Gist;
pub use gist::gist;

use crate::app::contexts::Dimension;
use crate::app::contexts::Scale;
use crate::error::Result;
use crate::mood::Scored;
use crate::mood::built_in::heads::Head;
use crate::providers::embedder::Embedder;

/// Longest rationale, in code points.
const MAX_RATIONALE: usize = 200;

/// Tells whether a dimension is scored here: one of those built in, by name, poles and scale.
pub(crate) fn knows(dimension: &Dimension) -> bool {
    head_of(dimension).is_some()
}

/// Scores a text on those of the dimensions that [`knows`] tells of; a text without a word on none.
///
/// `embedder` is the built-in one; for any other there is no score. The work is bounded however long the text is.
///
/// # Errors
/// As [`Embedder::embed`].
pub(crate) fn score(embedder: &dyn Embedder, dimensions: &[Dimension], text: &str) -> Result<Vec<Scored>> {
    let heads: Vec<_> = dimensions.iter().filter_map(|one| Some((one, head_of(one)?))).collect();
    if heads.is_empty() || embedder.id() != heads::all().embedder {
        return Ok(Vec::new());
    }
    let Some(gist) = gist(embedder, text)? else { return Ok(Vec::new()) };
    Ok(heads.into_iter().map(|(dimension, head)| scored(dimension, head, &gist, text)).collect())
}

fn head_of(dimension: &Dimension) -> Option<&'static Head> {
    let own = heads::built_in().dimensions.iter().find(|own| own.name == dimension.name)?;
    let is_same = own.scale == dimension.scale
        && own.positive_pole == dimension.positive_pole
        && own.negative_pole == dimension.negative_pole;
    heads::all().all.iter().find(|head| is_same && head.dimension == own.name)
}

fn scored(dimension: &Dimension, head: &Head, gist: &Gist, text: &str) -> Scored {
    let raw = head.value(&gist.pooled);
    let least = match dimension.scale {
        Scale::Bipolar => -1.0,
        Scale::Unipolar => 0.0,
    };
    let towards = (raw - head.middle).signum();
    let weighed_most = gist
        .sentences
        .iter()
        .max_by(|a, b| (towards * head.value(&a.vector)).total_cmp(&(towards * head.value(&b.vector))));
    Scored {
        dimension: dimension.name.clone(),
        value: raw.clamp(least, 1.0),
        confidence: Some(head.confidence(raw)),
        rationale: weighed_most.map(|sentence| rationale(&text[sentence.range.clone()])),
    }
}

/// Quotes the sentence that weighed most, as much of it as there is room for.
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
