//! What `examples/calibrate_moods.rs` fitted for each dimension.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::app::contexts::Context as _;
use crate::app::contexts::Moods;

/// As the asset holds them.
#[derive(Deserialize)]
pub(super) struct Heads {
    /// Id of the embedder they belong to.
    pub(super) embedder: String,
    /// Hex SHA-256 of the texts they were fitted to.
    #[cfg(test)]
    pub(super) made_from: String,
    #[serde(rename = "heads")]
    pub(super) all: Vec<Head>,
}

/// A direction among the vectors, and what lies where on it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) dimension: String,
    /// Value of what has no direction.
    bias: f64,
    /// Value of an entry like most.
    pub(super) middle: f64,
    /// How fast it becomes sure that a value lies on its side of the middle.
    steepness: f64,
    weights: Vec<f32>,
}

impl Head {
    /// Returns where a vector lies; past the ends of the scale it is to be cut.
    pub(super) fn value(&self, vector: &[f32]) -> f64 {
        let product: f64 = self.weights.iter().zip(vector).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        self.bias + product
    }

    /// Returns how likely it is that the entry lies on the side of the middle that the value says: one half to 1, from
    /// the entries of the calibration that were left out in turn.
    pub(super) fn confidence(&self, value: f64) -> f64 {
        1.0 / (1.0 + (-self.steepness * (value - self.middle).abs()).exp())
    }
}

pub(super) fn all() -> &'static Heads {
    static HEADS: LazyLock<Heads> = LazyLock::new(|| {
        let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/mood/heads.json"));
        serde_json::from_str(json).expect("the tests read it")
    });
    &HEADS
}

/// The dimensions they belong to.
pub(super) fn built_in() -> &'static Moods {
    static MOODS: LazyLock<Moods> = LazyLock::new(|| Moods::built_in().expect("there are dimensions built in"));
    &MOODS
}
