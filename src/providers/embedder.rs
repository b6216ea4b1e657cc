//! The trait every embedder implements, built in or remote.

pub use minilm::Reading;
pub use minilm::normalise;

use crate::error::Result;

/// Turns text into vectors of unit length whose dot product is the cosine similarity.
pub trait Embedder: Send + Sync {
    /// Returns the model's stable id, stored with every vector so that models are never mixed.
    fn id(&self) -> &str;

    /// Tells whether texts leave the machine to be embedded: then nobody is made to wait for it.
    fn is_remote(&self) -> bool {
        false
    }

    /// Returns the number of components of every vector.
    fn dimension(&self) -> usize;

    /// Embeds each text into one vector of [`Self::dimension`] components and unit length.
    ///
    /// Text past the model's limit does not count. Empty text gives a valid vector.
    ///
    /// # Errors
    /// `Upstream` when a remote model does not answer.
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>>;

    /// Reads a text of any length once and keeps a vector per token, so that any part of
    /// it can be pooled afterwards without paying for the text again.
    ///
    /// Returns `None` from a model that only answers whole texts; the caller then embeds the parts.
    ///
    /// # Errors
    /// As [`Self::embed`].
    fn read(&self, _text: &str) -> Result<Option<Reading>> {
        Ok(None)
    }
}
