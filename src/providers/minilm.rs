//! [`TextEmbedder`] implementation for the built-in model of the crate in `minilm/`.

pub use minilm::{DIMENSION, ID, MiniLm};

use crate::error::Result;
use crate::providers::embedder::{TextEmbedder, TokenVectors};

impl TextEmbedder for MiniLm {
    fn id(&self) -> &'static str {
        ID
    }

    fn dimension(&self) -> usize {
        DIMENSION
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        Ok(Self::embed(self, texts))
    }

    fn embed_tokens(&self, text: &str) -> Result<Option<TokenVectors>> {
        Ok(Some(Self::embed_tokens(self, text)))
    }
}
