//! Score of a text on one mood dimension.

/// Score of a text on one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct DimensionScore {
    /// Name of the dimension.
    pub dimension: String,
    /// Score on the dimension's scale.
    pub value: f64,
    /// Confidence of the scorer, 0 to 1; `None` if not given.
    pub confidence: Option<f64>,
    /// One or two sentences; `None` if not given.
    pub rationale: Option<String>,
}
