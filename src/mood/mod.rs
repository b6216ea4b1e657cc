//! Moods: how an entry lies on each dimension, as a model or the built-in scorer reads it, and as its owner says.

pub mod built_in;

/// What a text comes to on one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// Name of the dimension.
    pub dimension: String,
    /// On the dimension's scale.
    pub value: f64,
    /// How sure the scorer is, 0 to 1; `None` where it does not say.
    pub confidence: Option<f64>,
    /// One or two sentences; `None` where it gives none.
    pub rationale: Option<String>,
}
