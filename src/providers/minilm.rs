//! The built-in embedder as the program meets it; the model itself is the crate in `minilm/`.

pub use minilm::DIMENSION;
pub use minilm::ID;
pub use minilm::MiniLm;

use crate::error::Result;
use crate::providers::embedder::Embedder;
use crate::providers::embedder::Reading;

impl Embedder for MiniLm {
    fn id(&self) -> &'static str {
        ID
    }

    fn dimension(&self) -> usize {
        DIMENSION
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        Ok(Self::embed(self, texts))
    }

    fn read(&self, text: &str) -> Result<Option<Reading>> {
        Ok(Some(Self::read(self, text)))
    }
}
