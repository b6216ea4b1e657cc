//! Prices of provider models.

use schemars::JsonSchema;
use serde::Serialize;

/// Category of a model, which determines the billing unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ModelCategory {
    /// Text generation, billed by token.
    Llm,
    /// Text embedding, billed by token.
    Embedding,
    /// Speech recognition.
    Transcription,
}

/// Price of a model in US dollars.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ModelPrice {
    /// Model name, as the provider uses it.
    pub model: String,
    /// Category of the model.
    pub category: ModelCategory,
    /// Price of a million input tokens.
    pub input_cost_per_mtok: Option<f64>,
    /// Price of a million output tokens.
    pub output_cost_per_mtok: Option<f64>,
    /// Price of a minute of audio.
    pub cost_per_minute: Option<f64>,
    /// Date of the last comparison with the provider's price list, `YYYY-MM-DD`.
    pub last_verified: String,
}
