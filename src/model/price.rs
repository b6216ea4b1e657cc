//! What providers' models cost.

use schemars::JsonSchema;
use serde::Serialize;

/// What a model is for, which decides in what it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Reads and writes text.
    Llm,
    /// Makes vectors of text.
    Embedding,
    /// Makes text of speech.
    Transcription,
}

/// A model's price, in US dollars.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Price {
    /// The provider's name of the model.
    pub model: String,
    /// What it is for.
    pub category: Category,
    /// A million tokens read.
    pub input_cost_per_mtok: Option<f64>,
    /// A million tokens written.
    pub output_cost_per_mtok: Option<f64>,
    /// A minute of speech.
    pub cost_per_minute: Option<f64>,
    /// When somebody last compared it with the provider's list, `YYYY-MM-DD`.
    pub last_verified: String,
}
