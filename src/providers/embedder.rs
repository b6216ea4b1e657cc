//! Trait of embedding models.

pub use minilm::{TokenVectors, normalise};

use crate::error::Result;

/// Embedding model: converts texts to unit-length vectors whose dot product is the cosine similarity.
pub trait TextEmbedder: Send + Sync {
    /// Returns the model's stable id, stored with every vector so that models are never mixed.
    fn id(&self) -> &str;

    /// Returns true if texts are sent to a remote model; callers then embed in a background job.
    fn is_remote(&self) -> bool {
        false
    }

    /// Returns the number of components of every vector.
    fn dimension(&self) -> usize;

    /// Embeds each text into one vector of [`Self::dimension`] components and unit length.
    ///
    /// Text past the model's limit is ignored. Empty text gives a valid vector.
    ///
    /// # Errors
    /// `Upstream` if a remote model does not answer.
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>>;

    /// Embeds every token of a text of any length, so that any part can be pooled later without another pass.
    ///
    /// Returns `None` for a model without token vectors; the caller then embeds the parts.
    ///
    /// # Errors
    /// As [`Self::embed`].
    fn embed_tokens(&self, _text: &str) -> Result<Option<TokenVectors>> {
        Ok(None)
    }
}
