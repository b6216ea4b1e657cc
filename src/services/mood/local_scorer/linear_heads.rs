//! Linear heads that `examples/calibrate_moods.rs` fitted for each dimension.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::app::reloadable::{MoodDimensions, ReloadableContent as _};

/// Contents of the asset file.
#[derive(Deserialize)]
pub(super) struct LinearHeadSet {
    /// Id of the embedder that the heads were fitted with.
    pub(super) embedder: String,
    /// Hex SHA-256 of the calibration texts.
    #[cfg(test)]
    pub(super) made_from: String,
    #[serde(rename = "heads")]
    pub(super) all: Vec<LinearHead>,
}

/// Linear regression head of one dimension.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinearHead {
    pub(super) dimension: String,
    /// Intercept.
    bias: f64,
    /// Value of a typical entry.
    pub(super) middle: f64,
    /// Slope of the confidence as a function of the distance from the middle.
    steepness: f64,
    weights: Vec<f32>,
}

impl LinearHead {
    /// Returns the unclamped score of a vector.
    pub(super) fn predict(&self, vector: &[f32]) -> f64 {
        let product: f64 = self.weights.iter().zip(vector).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        self.bias + product
    }

    /// Returns the probability, 0.5 to 1, that the entry is on the predicted side of the middle, estimated by
    /// cross-validation on the calibration entries.
    pub(super) fn confidence(&self, value: f64) -> f64 {
        1.0 / (1.0 + (-self.steepness * (value - self.middle).abs()).exp())
    }
}

pub(super) fn linear_heads() -> &'static LinearHeadSet {
    static HEADS: LazyLock<LinearHeadSet> = LazyLock::new(|| {
        let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/mood/heads.json"));
        serde_json::from_str(json).expect("the asset is valid, which a test checks")
    });
    &HEADS
}

/// Returns the built-in dimensions.
pub(super) fn built_in() -> &'static MoodDimensions {
    static MOODS: LazyLock<MoodDimensions> =
        LazyLock::new(|| MoodDimensions::built_in().expect("built-in dimensions exist"));
    &MOODS
}
