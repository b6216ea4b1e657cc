//! Moods: how an entry lies on each dimension, as a model or the built-in scorer reads it, and as its owner says.
//!
//! Whatever a scorer says stands beside what the owner says, which counts before it and which no run takes back.

pub mod built_in;
mod measures;
mod owner;
mod plan;
mod prompt;
mod reply;
mod score;
mod trends;

pub(crate) use measures::OFF;
pub use measures::measures;
pub use owner::Say;
pub use owner::clear;
pub use owner::of_day;
pub use owner::of_entry;
pub use owner::say;
pub use plan::Pruned;
pub use plan::plan;
pub use plan::prune;
pub use plan::retired;
pub(crate) use score::NOBODY;
pub(crate) use score::Scorer;
pub(crate) use score::Scoring;
pub(crate) use score::is_moved;
pub(crate) use score::store;
pub use trends::drilldown;
pub use trends::trends;

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
